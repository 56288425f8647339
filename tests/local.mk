# SPDX-License-Identifier: Apache-2.0
#
# Every test program is a Check program unless its folder says otherwise. A unit test links what it tests:
#
#	check_PROGRAMS += tests/unit/base/test_arena
#	tests_unit_base_test_arena_SOURCES = tests/unit/base/test_arena.c
#	tests_unit_base_test_arena_CPPFLAGS = $(TEST_CPPFLAGS)
#	tests_unit_base_test_arena_LDADD = libbase.la $(TEST_LIBS)
#
# Programs listed in check_PROGRAMS under tests/unit and tests/scenario are run by `make check`.

TEST_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests $(CHECK_CFLAGS)
TEST_LIBS = libtestsupport.la $(CHECK_LIBS)

EXTRA_DIST += tests/README.md tests/faults
thread_tests =
check_LTLIBRARIES = libtestsupport.la
libtestsupport_la_SOURCES = tests/support/suite.c tests/support/suite.h
libtestsupport_la_CPPFLAGS = $(TEST_CPPFLAGS)

# A ledger in memory, for tests of what is built on it (tests/support/ledger_world.h).
LEDGER_TEST_LIBS = libtestledger.la libledger.la libaudit.la librecord.la libschema.la libbase.la $(TEST_LIBS)
check_LTLIBRARIES += libtestledger.la
libtestledger_la_SOURCES = tests/support/audited.c tests/support/audited.h \
	tests/support/bank.c tests/support/bank.h tests/support/checkpoint_key.h \
	tests/support/ledger_world.c tests/support/ledger_world.h \
	tests/support/memory_state.c tests/support/memory_state.h \
	tests/support/scheme.c tests/support/scheme.h
libtestledger_la_CPPFLAGS = $(TEST_CPPFLAGS)

small_log = tests/support/small_log.c tests/support/small_log.h

include tests/unit/base/local.mk
include tests/unit/record/local.mk
include tests/unit/finance/local.mk
include tests/unit/ledger/local.mk
include tests/unit/store/local.mk
include tests/unit/engine/local.mk
include tests/unit/auth/local.mk
include tests/unit/net/local.mk
include tests/unit/api/local.mk
include tests/unit/client/local.mk
include tests/unit/voucherd/local.mk
include tests/unit/witness/local.mk
include tests/unit/voucherctl/local.mk
include tests/unit/voucher-audit/local.mk
include tests/scenario/local.mk
include tests/model/local.mk
include tests/crash/local.mk
include tests/fuzz/local.mk
include tests/attacks/local.mk
include tests/system/local.mk
include tests/bench/local.mk

# Tests of modules with threads of their own, and the programs as a whole; contrib/check runs them under
# ThreadSanitizer. Fragments add to it.
check-threads: check-build
	$(MAKE) $(AM_MAKEFLAGS) check-TESTS TESTS="$(thread_tests)"

# Builds what `make check` would run. After `all`: two makes at once in one directory spoil each other's objects.
check-build: all
	$(MAKE) $(AM_MAKEFLAGS) $(check_PROGRAMS)
.PHONY: check-threads check-build
