# SPDX-License-Identifier: Apache-2.0

scenario_tests = \
	tests/scenario/test_cases \
	tests/scenario/test_grants \
	tests/scenario/test_computing \
	tests/scenario/test_assessed \
	tests/scenario/test_shared \
	tests/scenario/test_year \
	tests/scenario/test_life \
	tests/scenario/test_refusals
check_PROGRAMS += $(scenario_tests)
TESTS += $(scenario_tests)

tests_scenario_test_cases_SOURCES = tests/scenario/test_cases.c
tests_scenario_test_cases_CPPFLAGS = $(TEST_CPPFLAGS)
tests_scenario_test_cases_LDADD = $(LEDGER_TEST_LIBS)

tests_scenario_test_life_SOURCES = tests/scenario/test_life.c
tests_scenario_test_life_CPPFLAGS = $(TEST_CPPFLAGS)
tests_scenario_test_life_LDADD = $(LEDGER_TEST_LIBS)

tests_scenario_test_refusals_SOURCES = tests/scenario/test_refusals.c
tests_scenario_test_refusals_CPPFLAGS = $(TEST_CPPFLAGS)
tests_scenario_test_refusals_LDADD = $(LEDGER_TEST_LIBS)

tests_scenario_test_grants_SOURCES = tests/scenario/test_grants.c
tests_scenario_test_grants_CPPFLAGS = $(TEST_CPPFLAGS)
tests_scenario_test_grants_LDADD = $(LEDGER_TEST_LIBS)

tests_scenario_test_computing_SOURCES = tests/scenario/test_computing.c
tests_scenario_test_computing_CPPFLAGS = $(TEST_CPPFLAGS)
tests_scenario_test_computing_LDADD = $(LEDGER_TEST_LIBS)

tests_scenario_test_assessed_SOURCES = tests/scenario/test_assessed.c
tests_scenario_test_assessed_CPPFLAGS = $(TEST_CPPFLAGS)
tests_scenario_test_assessed_LDADD = $(LEDGER_TEST_LIBS)

tests_scenario_test_year_SOURCES = tests/scenario/test_year.c
tests_scenario_test_year_CPPFLAGS = $(TEST_CPPFLAGS)
tests_scenario_test_year_LDADD = $(LEDGER_TEST_LIBS)

tests_scenario_test_shared_SOURCES = tests/scenario/test_shared.c
tests_scenario_test_shared_CPPFLAGS = $(TEST_CPPFLAGS)
tests_scenario_test_shared_LDADD = $(LEDGER_TEST_LIBS)
