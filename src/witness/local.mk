# SPDX-License-Identifier: Apache-2.0

noinst_LTLIBRARIES += libwitness.la
EXTRA_DIST += src/witness/may_include
libwitness_la_SOURCES = \
	src/witness/cosigner.c src/witness/cosigner.h \
	src/witness/witness_call.c src/witness/witness_call.h \
	src/witness/witness_list.c src/witness/witness_list.h
libwitness_la_CFLAGS = $(AM_CFLAGS) $(CURL_CFLAGS)
libwitness_la_LIBADD = $(CURL_LIBS)
