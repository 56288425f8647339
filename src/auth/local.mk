# SPDX-License-Identifier: Apache-2.0

noinst_LTLIBRARIES += libauth.la
EXTRA_DIST += src/auth/may_include
libauth_la_SOURCES = src/auth/directory.c src/auth/directory.h src/auth/roles.c src/auth/roles.h
