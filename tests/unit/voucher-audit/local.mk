# SPDX-License-Identifier: Apache-2.0

unit_audit_tests = \
	tests/unit/voucher-audit/test_decide_rules \
	tests/unit/voucher-audit/test_golden_ledger \
	tests/unit/voucher-audit/test_journey \
	tests/unit/voucher-audit/test_mutations \
	tests/unit/voucher-audit/test_persons \
	tests/unit/voucher-audit/test_witness
check_PROGRAMS += $(unit_audit_tests)
TESTS += $(unit_audit_tests)

AUDIT_TEST_LIBS = libaudit.la librecord.la libschema.la libbase.la $(TEST_LIBS)
AUDIT_TEST_CPPFLAGS = $(TEST_CPPFLAGS) -DSOURCE_DIRECTORY='"$(abs_top_srcdir)"'

tests_unit_voucher_audit_test_decide_rules_SOURCES = tests/unit/voucher-audit/test_decide_rules.c
tests_unit_voucher_audit_test_decide_rules_CPPFLAGS = $(AUDIT_TEST_CPPFLAGS)
tests_unit_voucher_audit_test_decide_rules_LDADD = $(AUDIT_TEST_LIBS)

tests_unit_voucher_audit_test_journey_SOURCES = tests/unit/voucher-audit/test_journey.c \
	tests/unit/voucher-audit/audited.c tests/unit/voucher-audit/audited.h \
	tests/unit/voucher-audit/life.c tests/unit/voucher-audit/life.h
tests_unit_voucher_audit_test_journey_CPPFLAGS = $(AUDIT_TEST_CPPFLAGS)
tests_unit_voucher_audit_test_journey_LDADD = libaudit.la libstore.la $(LEDGER_TEST_LIBS)

tests_unit_voucher_audit_test_persons_SOURCES = tests/unit/voucher-audit/test_persons.c
tests_unit_voucher_audit_test_persons_CPPFLAGS = $(AUDIT_TEST_CPPFLAGS)
tests_unit_voucher_audit_test_persons_LDADD = libauth.la $(AUDIT_TEST_LIBS)

# Runs tests of the ledger: after they were built.
dist_check_SCRIPTS += tests/unit/voucher-audit/worlds.sh tests/unit/voucher-audit/witness.sh
TESTS += tests/unit/voucher-audit/worlds.sh tests/unit/voucher-audit/witness.sh

tests_unit_voucher_audit_test_witness_SOURCES = tests/unit/voucher-audit/test_witness.c
tests_unit_voucher_audit_test_witness_CPPFLAGS = $(AUDIT_TEST_CPPFLAGS)
tests_unit_voucher_audit_test_witness_LDADD = $(AUDIT_TEST_LIBS)

GOLDEN_LEDGER = tests/unit/voucher-audit/golden.c tests/unit/voucher-audit/golden.h
GOLDEN_CPPFLAGS = $(AUDIT_TEST_CPPFLAGS) -I$(top_srcdir)/tests/unit/voucher-audit

tests_unit_voucher_audit_test_golden_ledger_SOURCES = \
	tests/unit/voucher-audit/test_golden_ledger.c $(GOLDEN_LEDGER)
tests_unit_voucher_audit_test_golden_ledger_CPPFLAGS = $(GOLDEN_CPPFLAGS)
tests_unit_voucher_audit_test_golden_ledger_LDADD = $(LEDGER_TEST_LIBS)

tests_unit_voucher_audit_test_mutations_SOURCES = tests/unit/voucher-audit/test_mutations.c \
	tests/unit/voucher-audit/mutate.c tests/unit/voucher-audit/mutate.h \
	tests/unit/voucher-audit/signed_root.c tests/unit/voucher-audit/signed_root.h $(GOLDEN_LEDGER)
tests_unit_voucher_audit_test_mutations_CPPFLAGS = $(GOLDEN_CPPFLAGS)
tests_unit_voucher_audit_test_mutations_LDADD = $(LEDGER_TEST_LIBS)
