# SPDX-License-Identifier: Apache-2.0

check_PROGRAMS += tests/unit/witness/test_cosigner
TESTS += tests/unit/witness/test_cosigner
thread_tests += tests/unit/witness/test_cosigner

tests_unit_witness_test_cosigner_SOURCES = tests/unit/witness/test_cosigner.c
tests_unit_witness_test_cosigner_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_witness_test_cosigner_LDADD = libwitness.la $(engine_test_libs)
