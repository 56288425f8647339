# SPDX-License-Identifier: Apache-2.0

EXTRA_DIST += src/voucherd/may_include

noinst_LTLIBRARIES += libvoucherdconfig.la
libvoucherdconfig_la_SOURCES = \
	src/voucherd/config.c src/voucherd/config.h \
	src/voucherd/options.c src/voucherd/options.h
libvoucherdconfig_la_CFLAGS = $(AM_CFLAGS) $(INIH_CFLAGS)
libvoucherdconfig_la_LIBADD = libbase.la $(INIH_LIBS)

sbin_PROGRAMS += voucherd
voucherd_SOURCES = src/voucherd/main.c src/voucherd/confine.c src/voucherd/confine.h \
	src/voucherd/service.c src/voucherd/service.h
voucherd_LDFLAGS = $(FAST_LINK)
voucherd_LDADD = libvoucherdconfig.la libapi.la libnet.la libauth.la libwitness.la libengine.la libstore.la \
	libledger.la librecord.la libbase.la libschema.la
