# SPDX-License-Identifier: Apache-2.0

noinst_LTLIBRARIES += libnet.la
EXTRA_DIST += src/net/may_include
libnet_la_SOURCES = src/net/conn.c src/net/conn.h src/net/cut_off.c src/net/cut_off.h src/net/exchange.c src/net/exchange.h src/net/gate.c src/net/gate.h \
	src/net/http1.c src/net/http1.h src/net/http1_parser.c src/net/http1_parser.h src/net/http2.c src/net/http2.h src/net/http2_receive.c src/net/http2_session.h \
	src/net/http_text.c src/net/http_text.h src/net/listener.c src/net/listener.h src/net/loop.c src/net/loop.h \
	src/net/net.c src/net/net.h src/net/recycler.c src/net/recycler.h src/net/response.c src/net/response.h src/net/tls.c src/net/tls.h \
	src/net/tls_stream.c src/net/tls_stream.h src/net/worker.c src/net/worker.h
libnet_la_CFLAGS = $(AM_CFLAGS) $(EVENT_CFLAGS) $(NGHTTP2_CFLAGS) $(OPENSSL_CFLAGS)
libnet_la_LIBADD = libbase.la $(EVENT_LIBS) $(NGHTTP2_LIBS) $(OPENSSL_LIBS)
