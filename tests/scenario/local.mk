# SPDX-License-Identifier: Apache-2.0

scenario_tests = \
	tests/scenario/test_cases
check_PROGRAMS += $(scenario_tests)
TESTS += $(scenario_tests)

tests_scenario_test_cases_SOURCES = tests/scenario/test_cases.c
tests_scenario_test_cases_CPPFLAGS = $(TEST_CPPFLAGS)
tests_scenario_test_cases_LDADD = $(LEDGER_TEST_LIBS)
