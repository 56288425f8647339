# SPDX-License-Identifier: Apache-2.0

unit_store_tests = \
	tests/unit/store/test_faults \
	tests/unit/store/test_journal
check_PROGRAMS += $(unit_store_tests)
TESTS += $(unit_store_tests)
thread_tests += $(unit_store_tests)

tests_unit_store_test_faults_SOURCES = tests/unit/store/test_faults.c \
	tests/unit/store/faults.c tests/unit/store/faults.h
tests_unit_store_test_faults_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_store_test_faults_LDADD = libstore.la libbase.la $(TEST_LIBS)

tests_unit_store_test_journal_SOURCES = tests/unit/store/test_journal.c
tests_unit_store_test_journal_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_store_test_journal_LDADD = libstore.la libbase.la $(TEST_LIBS)
