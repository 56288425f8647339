# SPDX-License-Identifier: Apache-2.0
# Benchmarks: built by `make bench-build`, run by hand (contrib/bench). None of them is a test; tests/system
# has ledgers from bench_prepare, and a small run of contrib/bench.

EXTRA_DIST += tests/bench/audit tests/bench/books tests/bench/lib.sh tests/bench/opening tests/bench/peer.sql tests/bench/peers.sh \
	tests/bench/report.py
bench_programs = tests/bench/bench_books tests/bench/bench_engine \
	tests/bench/bench_proof tests/bench/bench_reconcile tests/bench/bench_record tests/bench/bench_recovery \
	tests/bench/bench_rules tests/bench/bench_ticker
EXTRA_PROGRAMS += $(bench_programs)
check_PROGRAMS += tests/bench/bench_disk tests/bench/bench_load tests/bench/bench_prepare
CLEANFILES += $(bench_programs)

tests_bench_bench_books_SOURCES = tests/bench/bench_books.c
tests_bench_bench_books_LDADD = libfinance.la librecord.la libschema.la libbase.la

tests_bench_bench_disk_SOURCES = tests/bench/bench_disk.c
tests_bench_bench_disk_LDADD = libbase.la $(LMDB_LIBS)

tests_bench_bench_load_SOURCES = tests/bench/bench_load.c tests/bench/client.c tests/bench/client.h \
	tests/bench/handshakes.c tests/bench/ids.h tests/bench/wire.h tests/bench/wire_http1.c tests/bench/wire_http2.c
tests_bench_bench_load_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/bench
tests_bench_bench_load_LDADD = libbase.la $(OPENSSL_LIBS)

tests_bench_bench_prepare_SOURCES = tests/bench/bench_prepare.c tests/bench/ids.h
tests_bench_bench_prepare_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests -I$(top_srcdir)/tests/bench
tests_bench_bench_prepare_LDADD = libengine.la libstore.la libledger.la librecord.la libbase.la \
	libschema.la

tests_bench_bench_engine_SOURCES = tests/bench/bench_engine.c
tests_bench_bench_engine_CPPFLAGS = $(TEST_CPPFLAGS)
tests_bench_bench_engine_LDFLAGS = $(FAST_LINK)
tests_bench_bench_engine_LDADD = libteststage.la libengine.la libstore.la libledger.la \
	librecord.la libschema.la libbase.la

tests_bench_bench_proof_SOURCES = tests/bench/bench_proof.c
tests_bench_bench_proof_LDFLAGS = $(FAST_LINK)
tests_bench_bench_proof_LDADD = libengine.la libstore.la libledger.la librecord.la libschema.la \
	libbase.la

tests_bench_bench_recovery_SOURCES = tests/bench/bench_recovery.c
tests_bench_bench_recovery_LDFLAGS = $(FAST_LINK)
tests_bench_bench_recovery_LDADD = libengine.la libstore.la libledger.la librecord.la libschema.la \
	libbase.la

tests_bench_bench_ticker_SOURCES = tests/bench/bench_ticker.c
tests_bench_bench_ticker_CPPFLAGS = $(TEST_CPPFLAGS)
tests_bench_bench_ticker_LDADD = libteststage.la libengine.la libstore.la libledger.la \
	librecord.la libschema.la libbase.la

tests_bench_bench_reconcile_SOURCES = tests/bench/bench_reconcile.c
tests_bench_bench_reconcile_CPPFLAGS = $(TEST_CPPFLAGS)
tests_bench_bench_reconcile_LDADD = libteststage.la libvoucherctl.la libfinance.la libengine.la libstore.la libledger.la \
	librecord.la libschema.la libbase.la

tests_bench_bench_record_SOURCES = tests/bench/bench_record.c
tests_bench_bench_record_LDADD = librecord.la libschema.la libbase.la

tests_bench_bench_rules_SOURCES = tests/bench/bench_rules.c
tests_bench_bench_rules_CPPFLAGS = $(TEST_CPPFLAGS)
tests_bench_bench_rules_LDADD = $(LEDGER_TEST_LIBS)

# After `all`: two makes at once in one directory spoil each other's objects.
bench-build: all
	$(MAKE) $(AM_MAKEFLAGS) $(bench_programs) tests/bench/bench_disk tests/bench/bench_load tests/bench/bench_prepare \
		tests/bench/bench_store
.PHONY: bench-build

noinst_PROGRAMS += tests/bench/bench_net_server
tests_bench_bench_net_server_SOURCES = tests/bench/bench_net_server.c
tests_bench_bench_net_server_LDADD = libnet.la libbase.la

EXTRA_PROGRAMS += tests/bench/bench_store
CLEANFILES += tests/bench/bench_store
tests_bench_bench_store_SOURCES = tests/bench/bench_store.c
tests_bench_bench_store_LDADD = libstore.la librecord.la libbase.la
