# SPDX-License-Identifier: Apache-2.0

unit_record_tests = \
	tests/unit/record/test_golden
check_PROGRAMS += $(unit_record_tests)
TESTS += $(unit_record_tests)
EXTRA_DIST += tests/golden

RECORD_LIBS = librecord.la libschema.la libbase.la

tests_unit_record_test_golden_SOURCES = tests/unit/record/test_golden.c
tests_unit_record_test_golden_CPPFLAGS = $(TEST_CPPFLAGS) -DTESTS_DIRECTORY='"$(abs_top_srcdir)/tests"'
tests_unit_record_test_golden_LDADD = $(RECORD_LIBS) $(TEST_LIBS)
