# SPDX-License-Identifier: Apache-2.0

noinst_LTLIBRARIES += libstore.la
EXTRA_DIST += src/store/may_include
libstore_la_SOURCES = \
	src/store/condition.c src/store/condition.h \
	src/store/journal.c src/store/journal.h \
	src/store/lmdb_env.c src/store/lmdb_env.h \
	src/store/log.c src/store/log.h \
	src/store/state_store.h
libstore_la_CFLAGS = $(AM_CFLAGS) $(LMDB_CFLAGS)
libstore_la_LIBADD = $(LMDB_LIBS)
