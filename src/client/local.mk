# SPDX-License-Identifier: Apache-2.0
# libvoucher, the only library that is installed. What it takes from base and record is inside it; only voucher_* is exported.

client_sources = src/client/client.c src/client/failure.c src/client/failure.h src/client/reply.c src/client/reply.h \
	src/client/retry.c src/client/retry.h src/client/trust.c src/client/trust.h src/client/verify.c

noinst_LTLIBRARIES += libclient.la
libclient_la_SOURCES = $(client_sources)
libclient_la_CFLAGS = $(AM_CFLAGS) $(CURL_CFLAGS)
libclient_la_LIBADD = libproof.la libbase.la $(CURL_LIBS) $(OPENSSL_LIBS)

lib_LTLIBRARIES += libvoucher.la
libvoucher_la_SOURCES =
libvoucher_la_LIBADD = libclient.la
libvoucher_la_LDFLAGS = $(AM_LDFLAGS) -version-info 0:0:0 -export-symbols-regex '^voucher_' -no-undefined

voucherincludedir = $(includedir)/voucher
voucherinclude_HEADERS = include/voucher/client.h include/voucher/verify.h

EXTRA_DIST += src/client/may_include
pkgconfigdir = $(libdir)/pkgconfig
nodist_pkgconfig_DATA = src/client/libvoucher.pc
