# SPDX-License-Identifier: Apache-2.0

unit_ledger_tests = \
	tests/unit/ledger/test_identifier
check_PROGRAMS += $(unit_ledger_tests)
TESTS += $(unit_ledger_tests)

tests_unit_ledger_test_identifier_SOURCES = tests/unit/ledger/test_identifier.c
tests_unit_ledger_test_identifier_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ledger_test_identifier_LDADD = libledger.la $(TEST_LIBS)
