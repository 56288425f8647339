# SPDX-License-Identifier: Apache-2.0

unit_net_tests = \
	tests/unit/net/test_gate \
	tests/unit/net/test_http1_parser \
	tests/unit/net/test_loop \
	tests/unit/net/test_net_http1 \
	tests/unit/net/test_net_http2 \
	tests/unit/net/test_net_limits \
	tests/unit/net/test_net_tls \
	tests/unit/net/test_recycler
check_PROGRAMS += $(unit_net_tests)
TESTS += $(unit_net_tests)
thread_tests += $(unit_net_tests)

NET_LIBS = libnet.la libbase.la
NET_TEST_CPPFLAGS = $(TEST_CPPFLAGS) $(OPENSSL_CFLAGS) $(NGHTTP2_CFLAGS)
NET_TEST_LIBS = libnettest.la $(NET_LIBS) $(TEST_LIBS) $(OPENSSL_LIBS) $(NGHTTP2_LIBS)

check_LTLIBRARIES += libnettest.la
libnettest_la_SOURCES = \
	tests/unit/net/client.c tests/unit/net/client.h \
	tests/unit/net/fixture.c tests/unit/net/fixture.h \
	tests/unit/net/h2_client.c tests/unit/net/h2_client.h \
	tests/unit/net/pki.c tests/unit/net/pki.h
libnettest_la_CPPFLAGS = $(NET_TEST_CPPFLAGS)

tests_unit_net_test_http1_parser_SOURCES = tests/unit/net/test_http1_parser.c \
	tests/unit/net/http1_trace.c tests/unit/net/http1_trace.h
tests_unit_net_test_http1_parser_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_net_test_http1_parser_LDADD = $(NET_LIBS) $(TEST_LIBS)

tests_unit_net_test_net_http1_SOURCES = tests/unit/net/test_net_http1.c
tests_unit_net_test_net_http1_CPPFLAGS = $(NET_TEST_CPPFLAGS)
tests_unit_net_test_net_http1_LDADD = $(NET_TEST_LIBS)

tests_unit_net_test_net_tls_SOURCES = tests/unit/net/test_net_tls.c
tests_unit_net_test_net_tls_CPPFLAGS = $(NET_TEST_CPPFLAGS)
tests_unit_net_test_net_tls_LDADD = $(NET_TEST_LIBS)

tests_unit_net_test_net_http2_SOURCES = tests/unit/net/test_net_http2.c
tests_unit_net_test_net_http2_CPPFLAGS = $(NET_TEST_CPPFLAGS)
tests_unit_net_test_net_http2_LDADD = $(NET_TEST_LIBS)

tests_unit_net_test_net_limits_SOURCES = tests/unit/net/test_net_limits.c
tests_unit_net_test_net_limits_CPPFLAGS = $(NET_TEST_CPPFLAGS)
tests_unit_net_test_net_limits_LDADD = $(NET_TEST_LIBS)

tests_unit_net_test_gate_SOURCES = tests/unit/net/test_gate.c
tests_unit_net_test_gate_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_net_test_gate_LDADD = $(NET_LIBS) $(TEST_LIBS)

tests_unit_net_test_loop_SOURCES = tests/unit/net/test_loop.c
tests_unit_net_test_loop_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_net_test_loop_LDADD = $(NET_LIBS) $(TEST_LIBS)

tests_unit_net_test_recycler_SOURCES = tests/unit/net/test_recycler.c
tests_unit_net_test_recycler_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_net_test_recycler_LDADD = $(NET_LIBS) $(TEST_LIBS)
