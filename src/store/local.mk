# SPDX-License-Identifier: Apache-2.0

noinst_LTLIBRARIES += libstore.la
EXTRA_DIST += src/store/may_include
libstore_la_SOURCES = \
	src/store/attempts.c src/store/attempts.h \
	src/store/checkpointer.c src/store/checkpointer.h \
	src/store/condition.c src/store/condition.h \
	src/store/hash.c src/store/hash.h \
	src/store/hashes.c src/store/hashes.h \
	src/store/huge.c src/store/huge.h \
	src/store/id_filter.c src/store/id_filter.h \
	src/store/id_index.c src/store/id_index.h \
	src/store/id_merge.c src/store/id_merge.h \
	src/store/id_run.c src/store/id_run.h \
	src/store/journal.c src/store/journal.h \
	src/store/lmdb_env.c src/store/lmdb_env.h \
	src/store/log.c src/store/log.h \
	src/store/memtable.c src/store/memtable.h \
	src/store/pages.c src/store/pages.h \
	src/store/row.h \
	src/store/row_heap.c src/store/row_heap.h \
	src/store/row_table.c src/store/row_table.h \
	src/store/segment.c src/store/segment.h \
	src/store/slots.c src/store/slots.h \
	src/store/snapshot.c src/store/snapshot.h \
	src/store/state_env.c src/store/state_env.h \
	src/store/state_reader.c src/store/state_reader.h \
	src/store/state_store.c src/store/state_store.h \
	src/store/vault.c src/store/vault.h
libstore_la_CFLAGS = $(AM_CFLAGS) $(LMDB_CFLAGS)
libstore_la_LIBADD = $(LMDB_LIBS)
