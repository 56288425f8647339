# SPDX-License-Identifier: Apache-2.0

EXTRA_DIST += src/voucherd/may_include

noinst_LTLIBRARIES += libvoucherdconfig.la
libvoucherdconfig_la_SOURCES = \
	src/voucherd/config.c src/voucherd/config.h \
	src/voucherd/options.c src/voucherd/options.h
libvoucherdconfig_la_CFLAGS = $(AM_CFLAGS) $(INIH_CFLAGS)
libvoucherdconfig_la_LIBADD = libbase.la $(INIH_LIBS)

