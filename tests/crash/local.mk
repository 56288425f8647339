# SPDX-License-Identifier: Apache-2.0

check_PROGRAMS += tests/crash/test_kill tests/crash/test_personal tests/crash/test_rebuild
TESTS += tests/crash/test_kill tests/crash/test_personal tests/crash/test_rebuild
tests_crash_test_kill_SOURCES = tests/crash/test_kill.c tests/crash/acknowledgement.c \
	tests/crash/acknowledgement.h
tests_crash_test_kill_CPPFLAGS = $(TEST_CPPFLAGS) -I$(top_srcdir)/tests/crash
tests_crash_test_kill_LDADD = $(engine_test_libs)

tests_crash_test_personal_SOURCES = tests/crash/test_personal.c
tests_crash_test_personal_CPPFLAGS = $(TEST_CPPFLAGS)
tests_crash_test_personal_LDADD = $(engine_test_libs)

tests_crash_test_rebuild_SOURCES = tests/crash/test_rebuild.c tests/crash/acknowledgement.c \
	tests/crash/acknowledgement.h
tests_crash_test_rebuild_CPPFLAGS = $(TEST_CPPFLAGS) -I$(top_srcdir)/tests/crash
tests_crash_test_rebuild_LDADD = $(engine_test_libs)
