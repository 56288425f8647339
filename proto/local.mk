# SPDX-License-Identifier: Apache-2.0
# The schema: protoc-c makes the C of each .proto; outcome.awk the table of outcomes.

schema_protos = \
	proto/voucher/v1/types.proto \
	proto/voucher/v1/outcome.proto \
	proto/voucher/v1/rules.proto \
	proto/voucher/v1/setup.proto \
	proto/voucher/v1/voucher.proto \
	proto/voucher/v1/use.proto \
	proto/voucher/v1/claim.proto \
	proto/voucher/v1/settle.proto \
	proto/voucher/v1/recover.proto \
	proto/voucher/v1/bank.proto \
	proto/voucher/v1/period.proto \
	proto/voucher/v1/command.proto \
	proto/voucher/v1/journal.proto \
	proto/voucher/v1/resource.proto
schema_c = $(schema_protos:.proto=.pb-c.c)
schema_h = $(schema_protos:.proto=.pb-c.h)

EXTRA_DIST += $(schema_protos) proto/outcome.awk
BUILT_SOURCES += $(schema_c) $(schema_h) proto/outcome_table.inc
CLEANFILES += $(schema_c) $(schema_h) proto/outcome_table.inc

proto/voucher/v1/%.pb-c.c proto/voucher/v1/%.pb-c.h: proto/voucher/v1/%.proto
	$(AM_V_GEN)$(MKDIR_P) proto/voucher/v1 && \
	$(PROTOC_C) -I$(top_srcdir)/proto -I$(PROTO_INCLUDEDIR) --c_out=proto \
		voucher/v1/$*.proto

proto/outcome_table.inc: proto/voucher/v1/outcome.proto proto/outcome.awk
	$(AM_V_GEN)$(MKDIR_P) proto && \
	$(AWK) -f $(top_srcdir)/proto/outcome.awk $(top_srcdir)/proto/voucher/v1/outcome.proto >$@.tmp && \
	mv $@.tmp $@

noinst_LTLIBRARIES += libschema.la
nodist_libschema_la_SOURCES = $(schema_c) $(schema_h)
libschema_la_SOURCES =
libschema_la_LIBADD = $(PROTOBUF_C_LIBS)
