# SPDX-License-Identifier: Apache-2.0

unit_voucherd_tests = tests/unit/voucherd/test_config tests/unit/voucherd/test_confine
check_PROGRAMS += $(unit_voucherd_tests)
TESTS += $(unit_voucherd_tests)

tests_unit_voucherd_test_config_SOURCES = tests/unit/voucherd/test_config.c
tests_unit_voucherd_test_config_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_voucherd_test_config_LDADD = libvoucherdconfig.la libbase.la $(TEST_LIBS)

tests_unit_voucherd_test_confine_SOURCES = tests/unit/voucherd/test_confine.c src/voucherd/confine.c
tests_unit_voucherd_test_confine_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_voucherd_test_confine_LDADD = libbase.la $(TEST_LIBS)
