# SPDX-License-Identifier: Apache-2.0

unit_engine_tests = tests/unit/engine/test_queue tests/unit/engine/test_position
check_PROGRAMS += $(unit_engine_tests)
TESTS += $(unit_engine_tests)
thread_tests += $(unit_engine_tests)

unit_engine_libs = libengine.la libstore.la libledger.la librecord.la libschema.la libbase.la \
	$(TEST_LIBS)

tests_unit_engine_test_queue_SOURCES = tests/unit/engine/test_queue.c
tests_unit_engine_test_queue_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_engine_test_queue_LDADD = $(unit_engine_libs)

tests_unit_engine_test_position_SOURCES = tests/unit/engine/test_position.c
tests_unit_engine_test_position_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_engine_test_position_LDADD = $(unit_engine_libs)
