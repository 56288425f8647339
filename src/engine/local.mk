# SPDX-License-Identifier: Apache-2.0

noinst_LTLIBRARIES += libengine.la
EXTRA_DIST += src/engine/may_include
libengine_la_SOURCES = \
	src/engine/batch.c src/engine/batch.h \
	src/engine/chores.c src/engine/chores.h \
	src/engine/copy.c src/engine/copy.h \
	src/engine/detail.c src/engine/detail.h \
	src/engine/engine.c src/engine/engine.h src/engine/engine_internal.h \
	src/engine/group.c src/engine/group.h \
	src/engine/guard.c src/engine/guard.h \
	src/engine/instruments.c src/engine/instruments.h \
	src/engine/key_file.c src/engine/key_file.h \
	src/engine/loader.c src/engine/loader.h \
	src/engine/position.c src/engine/position.h \
	src/engine/prover.c src/engine/prover.h \
	src/engine/query.c src/engine/query.h src/engine/query_build.h \
	src/engine/query_bank.c src/engine/query_claim.c src/engine/query_filter.c \
	src/engine/query_kinds.c src/engine/query_lookup.c src/engine/query_payment.c \
	src/engine/query_period.c src/engine/query_personal.c src/engine/query_recover.c \
	src/engine/query_register.c src/engine/query_setup.c src/engine/query_statistics.c \
	src/engine/query_suggest.c src/engine/query_voucher.c \
	src/engine/queue.c src/engine/queue.h \
	src/engine/reader.c src/engine/reader.h \
	src/engine/recovery.c src/engine/recovery.h \
	src/engine/sequencer.c src/engine/sequencer.h \
	src/engine/signer.c src/engine/signer.h \
	src/engine/thread.c src/engine/thread.h \
	src/engine/ticker.c src/engine/ticker.h \
	src/engine/view.c src/engine/view.h
