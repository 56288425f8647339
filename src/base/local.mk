# SPDX-License-Identifier: Apache-2.0

noinst_LTLIBRARIES += libbase.la
EXTRA_DIST += src/base/may_include
libbase_la_SOURCES = \
	src/base/arena.c src/base/arena.h \
	src/base/base64.c src/base/base64.h \
	src/base/buffer.c src/base/buffer.h \
	src/base/check.c src/base/check.h \
	src/base/clock.c src/base/clock.h \
	src/base/date.c src/base/date.h \
	src/base/err.c src/base/err.h \
	src/base/file.c src/base/file.h \
	src/base/limits.h \
	src/base/log.c src/base/log.h \
	src/base/metrics.c src/base/metrics.h \
	src/base/random.c src/base/random.h \
	src/base/text.c src/base/text.h \
	src/base/uuid.c src/base/uuid.h
libbase_la_CFLAGS = $(AM_CFLAGS) $(UUID_CFLAGS)
libbase_la_LIBADD = $(UUID_LIBS)
