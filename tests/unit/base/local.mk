# SPDX-License-Identifier: Apache-2.0

unit_base_tests = \
	tests/unit/base/test_arena \
	tests/unit/base/test_base64 \
	tests/unit/base/test_buffer \
	tests/unit/base/test_date \
	tests/unit/base/test_file \
	tests/unit/base/test_log \
	tests/unit/base/test_metrics \
	tests/unit/base/test_text \
	tests/unit/base/test_uuid
check_PROGRAMS += $(unit_base_tests)
TESTS += $(unit_base_tests)

tests_unit_base_test_arena_SOURCES = tests/unit/base/test_arena.c
tests_unit_base_test_arena_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_base_test_arena_LDADD = libbase.la $(TEST_LIBS)

tests_unit_base_test_base64_SOURCES = tests/unit/base/test_base64.c
tests_unit_base_test_base64_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_base_test_base64_LDADD = libbase.la $(TEST_LIBS)

tests_unit_base_test_buffer_SOURCES = tests/unit/base/test_buffer.c
tests_unit_base_test_buffer_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_base_test_buffer_LDADD = libbase.la $(TEST_LIBS)

tests_unit_base_test_date_SOURCES = tests/unit/base/test_date.c
tests_unit_base_test_date_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_base_test_date_LDADD = libbase.la $(TEST_LIBS)

tests_unit_base_test_log_SOURCES = tests/unit/base/test_log.c
tests_unit_base_test_log_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_base_test_log_LDADD = libbase.la $(TEST_LIBS)

tests_unit_base_test_metrics_SOURCES = tests/unit/base/test_metrics.c
tests_unit_base_test_metrics_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_base_test_metrics_LDADD = libbase.la $(TEST_LIBS)

tests_unit_base_test_text_SOURCES = tests/unit/base/test_text.c
tests_unit_base_test_text_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_base_test_text_LDADD = libbase.la $(TEST_LIBS)

tests_unit_base_test_uuid_SOURCES = tests/unit/base/test_uuid.c
tests_unit_base_test_uuid_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_base_test_uuid_LDADD = libbase.la $(TEST_LIBS)

# Threads each with a pool of random bytes.
thread_tests += tests/unit/base/test_uuid

tests_unit_base_test_file_SOURCES = tests/unit/base/test_file.c
tests_unit_base_test_file_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_base_test_file_LDADD = libbase.la $(TEST_LIBS)
