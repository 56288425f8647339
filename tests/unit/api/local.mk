# SPDX-License-Identifier: Apache-2.0

unit_api_tests = \
	tests/unit/api/test_command_body \
	tests/unit/api/test_media \
	tests/unit/api/test_openapi \
	tests/unit/api/test_parameters \
	tests/unit/api/test_problem \
	tests/unit/api/test_publication \
	tests/unit/api/test_routes
check_PROGRAMS += $(unit_api_tests)
TESTS += $(unit_api_tests)

# What needs neither the engine nor the network.
api_pure_libs = libapi.la libledger.la libauth.la librecord.la libbase.la libschema.la $(TEST_LIBS)

tests_unit_api_test_command_body_SOURCES = tests/unit/api/test_command_body.c
tests_unit_api_test_command_body_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_api_test_command_body_LDADD = $(api_pure_libs)
tests_unit_api_test_media_SOURCES = tests/unit/api/test_media.c
tests_unit_api_test_media_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_api_test_media_LDADD = $(api_pure_libs)
tests_unit_api_test_openapi_SOURCES = tests/unit/api/test_openapi.c src/api/yaml.c
tests_unit_api_test_openapi_CPPFLAGS = $(TEST_CPPFLAGS) $(JANSSON_CFLAGS)
tests_unit_api_test_openapi_LDADD = $(api_pure_libs) $(JANSSON_LIBS)
tests_unit_api_test_parameters_SOURCES = tests/unit/api/test_parameters.c
tests_unit_api_test_parameters_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_api_test_parameters_LDADD = $(api_pure_libs)
tests_unit_api_test_problem_SOURCES = tests/unit/api/test_problem.c
tests_unit_api_test_problem_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_api_test_problem_LDADD = $(api_pure_libs)
tests_unit_api_test_publication_SOURCES = tests/unit/api/test_publication.c
tests_unit_api_test_publication_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_api_test_publication_LDADD = $(api_pure_libs)
tests_unit_api_test_routes_SOURCES = tests/unit/api/test_routes.c
tests_unit_api_test_routes_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_api_test_routes_LDADD = $(api_pure_libs)

# Against a whole daemon in the test's process.
live_api_tests = \
	tests/unit/api/test_access \
	tests/unit/api/test_banking \
	tests/unit/api/test_giving \
	tests/unit/api/test_outage \
	tests/unit/api/test_people \
	tests/unit/api/test_personal \
	tests/unit/api/test_checkpoints \
	tests/unit/api/test_reading \
	tests/unit/api/test_tree
check_PROGRAMS += $(live_api_tests)
TESTS += $(live_api_tests)
EXTRA_DIST += tests/unit/api/live.h tests/support/pki.h

api_live_sources = tests/unit/api/live.c tests/support/pki.c
api_live_cppflags = $(TEST_CPPFLAGS) $(JANSSON_CFLAGS) $(CURL_CFLAGS) $(OPENSSL_CFLAGS)
api_live_libs = libteststage.la libapi.la libnet.la libengine.la libstore.la libledger.la libauth.la librecord.la \
	libbase.la libschema.la $(CURL_LIBS) $(JANSSON_LIBS) $(OPENSSL_LIBS) $(TEST_LIBS)

check_PROGRAMS += tests/unit/api/test_principals
TESTS += tests/unit/api/test_principals
tests_unit_api_test_principals_SOURCES = tests/unit/api/test_principals.c
tests_unit_api_test_principals_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_api_test_principals_LDADD = libteststage.la libapi.la libnet.la libengine.la libstore.la libledger.la \
	libauth.la librecord.la libschema.la libbase.la $(TEST_LIBS)

tests_unit_api_test_access_SOURCES = tests/unit/api/test_access.c $(api_live_sources)
tests_unit_api_test_access_CPPFLAGS = $(api_live_cppflags)
tests_unit_api_test_access_LDADD = $(api_live_libs)
tests_unit_api_test_banking_SOURCES = tests/unit/api/test_banking.c $(api_live_sources)
tests_unit_api_test_banking_CPPFLAGS = $(api_live_cppflags)
tests_unit_api_test_banking_LDADD = $(api_live_libs)
tests_unit_api_test_giving_SOURCES = tests/unit/api/test_giving.c $(api_live_sources)
tests_unit_api_test_giving_CPPFLAGS = $(api_live_cppflags)
tests_unit_api_test_giving_LDADD = $(api_live_libs)
tests_unit_api_test_outage_SOURCES = tests/unit/api/test_outage.c $(api_live_sources)
tests_unit_api_test_outage_CPPFLAGS = $(api_live_cppflags)
tests_unit_api_test_outage_LDADD = $(api_live_libs)
tests_unit_api_test_people_SOURCES = tests/unit/api/test_people.c $(api_live_sources)
tests_unit_api_test_people_CPPFLAGS = $(api_live_cppflags)
tests_unit_api_test_people_LDADD = $(api_live_libs)
tests_unit_api_test_personal_SOURCES = tests/unit/api/test_personal.c $(api_live_sources)
tests_unit_api_test_personal_CPPFLAGS = $(api_live_cppflags)
tests_unit_api_test_personal_LDADD = $(api_live_libs)
tests_unit_api_test_reading_SOURCES = tests/unit/api/test_reading.c $(api_live_sources)
tests_unit_api_test_reading_CPPFLAGS = $(api_live_cppflags)
tests_unit_api_test_reading_LDADD = $(api_live_libs)
tests_unit_api_test_tree_SOURCES = tests/unit/api/test_tree.c $(api_live_sources)
tests_unit_api_test_tree_CPPFLAGS = $(api_live_cppflags)
tests_unit_api_test_tree_LDADD = $(api_live_libs)

tests_unit_api_test_checkpoints_SOURCES = tests/unit/api/test_checkpoints.c $(api_live_sources)
tests_unit_api_test_checkpoints_CPPFLAGS = $(api_live_cppflags)
tests_unit_api_test_checkpoints_LDADD = $(api_live_libs)
