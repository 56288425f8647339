# SPDX-License-Identifier: Apache-2.0

noinst_LTLIBRARIES += libapi.la
EXTRA_DIST += src/api/may_include src/api/comments.awk proto/openapi.yaml
libapi_la_SOURCES = \
	src/api/api.c src/api/api.h \
	src/api/call.c src/api/call.h \
	src/api/checkpoints.c \
	src/api/command_body.c src/api/command_body.h \
	src/api/commands.c \
	src/api/counters.c src/api/counters.h \
	src/api/explained.c src/api/explained.h \
	src/api/feed.c src/api/feed.h \
	src/api/handlers.h \
	src/api/journal.c \
	src/api/media.c src/api/media.h \
	src/api/openapi.c src/api/openapi.h src/api/openapi_schema.c \
	src/api/parameters.c src/api/parameters.h \
	src/api/principals.c src/api/principals.h \
	src/api/problem.c src/api/problem.h \
	src/api/publication.c src/api/publication.h \
	src/api/queries.c \
	src/api/receipts.c src/api/receipts.h \
	src/api/routes.c src/api/routes.h \
	src/api/status.c \
	src/api/tree.c
nodist_libapi_la_SOURCES = src/api/comments.inc
libapi_la_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
libapi_la_LIBADD = $(JANSSON_LIBS)

# What the .proto files say about messages and fields, for the OpenAPI document.
src/api/comments.inc: $(schema_protos) src/api/comments.awk
	$(AM_V_GEN)$(MKDIR_P) src/api && \
	(cd $(top_srcdir) && $(AWK) -f src/api/comments.awk $(schema_protos)) >$@.tmp && mv $@.tmp $@
BUILT_SOURCES += src/api/comments.inc
CLEANFILES += src/api/comments.inc

# The document as YAML, to be read and committed; a test compares.
EXTRA_PROGRAMS += src/api/openapi
src_api_openapi_SOURCES = src/api/openapi_main.c src/api/yaml.c src/api/yaml.h
src_api_openapi_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
src_api_openapi_LDADD = libapi.la libledger.la libauth.la librecord.la libbase.la libschema.la
CLEANFILES += src/api/openapi
openapi: src/api/openapi
	./src/api/openapi >$(top_srcdir)/proto/openapi.yaml
.PHONY: openapi
