# SPDX-License-Identifier: Apache-2.0

unit_auth_tests = tests/unit/auth/test_roles tests/unit/auth/test_directory
check_PROGRAMS += $(unit_auth_tests)
TESTS += $(unit_auth_tests)

tests_unit_auth_test_roles_SOURCES = tests/unit/auth/test_roles.c
tests_unit_auth_test_roles_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_auth_test_roles_LDADD = libauth.la libschema.la $(TEST_LIBS)

tests_unit_auth_test_directory_SOURCES = tests/unit/auth/test_directory.c
tests_unit_auth_test_directory_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_auth_test_directory_LDADD = libauth.la librecord.la libbase.la libschema.la $(TEST_LIBS)
