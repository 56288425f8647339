# SPDX-License-Identifier: Apache-2.0

crash_tests = tests/crash/test_disk_errors tests/crash/test_edited tests/crash/test_flips tests/crash/test_full tests/crash/test_kill \
	tests/crash/test_memory tests/crash/test_personal tests/crash/test_power tests/crash/test_rebuild \
	tests/crash/test_simulation
check_PROGRAMS += $(crash_tests)
TESTS += $(crash_tests)
crash_cppflags = $(TEST_CPPFLAGS) -I$(top_srcdir)/tests/crash

# A ledger under load, what it did to its files, and the examination of what is left.
check_LTLIBRARIES += libtestcrash.la
libtestcrash_la_SOURCES = tests/crash/acknowledgement.c tests/crash/acknowledgement.h \
	tests/crash/disk.c tests/crash/disk.h tests/crash/ground.c tests/crash/ground.h \
	tests/crash/hashes.c tests/crash/hashes.h tests/crash/load.c tests/crash/load.h \
	tests/crash/persons.c tests/crash/persons.h tests/crash/recorder.c tests/crash/recorder.h \
	tests/crash/trace.c tests/crash/trace.h
libtestcrash_la_CPPFLAGS = $(crash_cppflags)
crash_test_libs = libtestcrash.la $(engine_test_libs)

tests_crash_test_kill_SOURCES = tests/crash/test_kill.c
tests_crash_test_kill_CPPFLAGS = $(crash_cppflags)
tests_crash_test_kill_LDADD = $(crash_test_libs)

tests_crash_test_personal_SOURCES = tests/crash/test_personal.c
tests_crash_test_personal_CPPFLAGS = $(crash_cppflags)
tests_crash_test_personal_LDADD = $(crash_test_libs)

tests_crash_test_power_SOURCES = tests/crash/test_power.c
tests_crash_test_power_CPPFLAGS = $(crash_cppflags)
tests_crash_test_power_LDADD = $(crash_test_libs)

tests_crash_test_rebuild_SOURCES = tests/crash/test_rebuild.c
tests_crash_test_rebuild_CPPFLAGS = $(crash_cppflags)
tests_crash_test_rebuild_LDADD = $(crash_test_libs)

tests_crash_test_disk_errors_SOURCES = tests/crash/test_disk_errors.c
tests_crash_test_disk_errors_CPPFLAGS = $(crash_cppflags)
tests_crash_test_disk_errors_LDADD = $(crash_test_libs)

tests_crash_test_edited_SOURCES = tests/crash/test_edited.c
tests_crash_test_edited_CPPFLAGS = $(crash_cppflags)
tests_crash_test_edited_LDADD = $(crash_test_libs) $(LMDB_LIBS)

tests_crash_test_full_SOURCES = tests/crash/test_full.c
tests_crash_test_full_CPPFLAGS = $(crash_cppflags)
tests_crash_test_full_LDADD = $(crash_test_libs)

tests_crash_test_flips_SOURCES = tests/crash/test_flips.c
tests_crash_test_flips_CPPFLAGS = $(crash_cppflags)
tests_crash_test_flips_LDADD = $(crash_test_libs)

tests_crash_test_memory_SOURCES = tests/crash/test_memory.c tests/crash/starve.c tests/crash/starve.h \
	tests/support/allocations.c tests/support/allocations.h
tests_crash_test_memory_CPPFLAGS = $(crash_cppflags)
tests_crash_test_memory_LDADD = $(crash_test_libs)

tests_crash_test_simulation_SOURCES = tests/crash/test_simulation.c
tests_crash_test_simulation_CPPFLAGS = $(crash_cppflags)
tests_crash_test_simulation_LDADD = $(crash_test_libs)
