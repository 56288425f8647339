# SPDX-License-Identifier: Apache-2.0

noinst_LTLIBRARIES += libfinance.la
EXTRA_DIST += src/finance/may_include
libfinance_la_SOURCES = \
	src/finance/pain001.c src/finance/pain001.h
libfinance_la_CFLAGS = $(AM_CFLAGS) $(XML_CFLAGS)
libfinance_la_LIBADD = $(XML_LIBS)
