# SPDX-License-Identifier: Apache-2.0

unit_base_tests = tests/unit/base/test_arena
check_PROGRAMS += $(unit_base_tests)
TESTS += $(unit_base_tests)

tests_unit_base_test_arena_SOURCES = tests/unit/base/test_arena.c
tests_unit_base_test_arena_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_base_test_arena_LDADD = libbase.la $(TEST_LIBS)
