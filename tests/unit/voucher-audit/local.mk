# SPDX-License-Identifier: Apache-2.0

unit_audit_tests = \
	tests/unit/voucher-audit/test_journey \
	tests/unit/voucher-audit/test_persons \
	tests/unit/voucher-audit/test_witness \
	tests/unit/voucher-audit/test_decide_rules
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
