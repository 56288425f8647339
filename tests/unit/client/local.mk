# SPDX-License-Identifier: Apache-2.0

unit_client_tests = tests/unit/client/test_client tests/unit/client/test_http2 tests/unit/client/test_reply \
	tests/unit/client/test_verify
check_PROGRAMS += $(unit_client_tests)
dist_check_SCRIPTS += tests/unit/client/public_face.sh
TESTS += $(unit_client_tests) tests/unit/client/public_face.sh

tests_unit_client_test_client_SOURCES = tests/unit/client/test_client.c \
	tests/unit/client/pki.c tests/unit/client/pki.h \
	tests/unit/client/stub_server.c tests/unit/client/stub_server.h
tests_unit_client_test_client_CPPFLAGS = $(TEST_CPPFLAGS) $(OPENSSL_CFLAGS)
tests_unit_client_test_client_LDADD = libvoucher.la $(OPENSSL_LIBS) $(TEST_LIBS)

tests_unit_client_test_reply_SOURCES = tests/unit/client/test_reply.c
tests_unit_client_test_reply_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_client_test_reply_LDADD = libclient.la $(TEST_LIBS)

thread_tests += tests/unit/client/test_http2
tests_unit_client_test_http2_SOURCES = tests/unit/client/test_http2.c \
	tests/unit/client/pki.c tests/unit/client/pki.h
tests_unit_client_test_http2_CPPFLAGS = $(TEST_CPPFLAGS) $(OPENSSL_CFLAGS)
tests_unit_client_test_http2_LDADD = libvoucher.la libnet.la libbase.la $(OPENSSL_LIBS) $(TEST_LIBS)

tests_unit_client_test_verify_SOURCES = tests/unit/client/test_verify.c $(small_log)
tests_unit_client_test_verify_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_client_test_verify_LDADD = libclient.la $(TEST_LIBS)
