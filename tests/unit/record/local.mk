# SPDX-License-Identifier: Apache-2.0

unit_record_tests = \
	tests/unit/record/test_checkpoint \
	tests/unit/record/test_crc32c \
	tests/unit/record/test_delimited \
	tests/unit/record/test_digest \
	tests/unit/record/test_entry \
	tests/unit/record/test_golden \
	tests/unit/record/test_json \
	tests/unit/record/test_json_plain \
	tests/unit/record/test_merkle \
	tests/unit/record/test_note \
	tests/unit/record/test_note_key \
	tests/unit/record/test_outcome \
	tests/unit/record/test_pb \
	tests/unit/record/test_pb_pack \
	tests/unit/record/test_pb_unpack \
	tests/unit/record/test_personal \
	tests/unit/record/test_proof \
	tests/unit/record/test_receipt \
	tests/unit/record/test_tile \
	tests/unit/record/test_voucher_code \
	tests/unit/record/test_witness_request
check_PROGRAMS += $(unit_record_tests)
TESTS += $(unit_record_tests)
EXTRA_DIST += tests/golden tests/unit/record/sample.proto
BUILT_SOURCES += tests/unit/record/sample.pb-c.c tests/unit/record/sample.pb-c.h
CLEANFILES += tests/unit/record/sample.pb-c.c tests/unit/record/sample.pb-c.h

RECORD_LIBS = librecord.la libschema.la libbase.la
RECORD_TEST_CPPFLAGS = $(TEST_CPPFLAGS) -I$(top_builddir) -I$(top_srcdir)/tests/unit/record \
	-DTESTS_DIRECTORY='"$(abs_top_srcdir)/tests"' \
	-DSCHEMA_DIRECTORY='"$(abs_top_srcdir)/proto/voucher/v1"'

tests/unit/record/sample.pb-c.c tests/unit/record/sample.pb-c.h: tests/unit/record/sample.proto
	$(AM_V_GEN)$(MKDIR_P) tests/unit/record && \
	$(PROTOC_C) -I$(top_srcdir) -I$(PROTO_INCLUDEDIR) --c_out=. tests/unit/record/sample.proto

tests_unit_record_test_golden_SOURCES = tests/unit/record/test_golden.c
tests_unit_record_test_golden_CPPFLAGS = $(RECORD_TEST_CPPFLAGS)
tests_unit_record_test_golden_LDADD = $(RECORD_LIBS) $(TEST_LIBS)

tests_unit_record_test_json_SOURCES = tests/unit/record/test_json.c \
	tests/unit/record/fill.c tests/unit/record/fill.h
nodist_tests_unit_record_test_json_SOURCES = tests/unit/record/sample.pb-c.c
tests_unit_record_test_json_CPPFLAGS = $(RECORD_TEST_CPPFLAGS)
tests_unit_record_test_json_LDADD = $(RECORD_LIBS) $(TEST_LIBS)

tests_unit_record_test_json_plain_SOURCES = tests/unit/record/test_json_plain.c \
	tests/unit/record/fill.c tests/unit/record/fill.h
nodist_tests_unit_record_test_json_plain_SOURCES = tests/unit/record/sample.pb-c.c
tests_unit_record_test_json_plain_CPPFLAGS = $(RECORD_TEST_CPPFLAGS)
tests_unit_record_test_json_plain_LDADD = $(RECORD_LIBS) $(TEST_LIBS)

tests_unit_record_test_pb_SOURCES = tests/unit/record/test_pb.c \
	tests/unit/record/fill.c tests/unit/record/fill.h
nodist_tests_unit_record_test_pb_SOURCES = tests/unit/record/sample.pb-c.c
tests_unit_record_test_pb_CPPFLAGS = $(RECORD_TEST_CPPFLAGS)
tests_unit_record_test_pb_LDADD = $(RECORD_LIBS) $(TEST_LIBS)

tests_unit_record_test_pb_pack_SOURCES = tests/unit/record/test_pb_pack.c \
	tests/unit/record/fill.c tests/unit/record/fill.h
nodist_tests_unit_record_test_pb_pack_SOURCES = tests/unit/record/sample.pb-c.c
tests_unit_record_test_pb_pack_CPPFLAGS = $(RECORD_TEST_CPPFLAGS)
tests_unit_record_test_pb_pack_LDADD = $(RECORD_LIBS) $(TEST_LIBS)

tests_unit_record_test_pb_unpack_SOURCES = tests/unit/record/test_pb_unpack.c \
	tests/unit/record/fill.c tests/unit/record/fill.h \
	tests/unit/record/oracle.c tests/unit/record/oracle.h
nodist_tests_unit_record_test_pb_unpack_SOURCES = tests/unit/record/sample.pb-c.c
tests_unit_record_test_pb_unpack_CPPFLAGS = $(RECORD_TEST_CPPFLAGS)
tests_unit_record_test_pb_unpack_LDADD = $(RECORD_LIBS) $(TEST_LIBS)

tests_unit_record_test_crc32c_SOURCES = tests/unit/record/test_crc32c.c
tests_unit_record_test_crc32c_CPPFLAGS = $(RECORD_TEST_CPPFLAGS)
tests_unit_record_test_crc32c_LDADD = $(RECORD_LIBS) $(TEST_LIBS)

tests_unit_record_test_digest_SOURCES = tests/unit/record/test_digest.c
tests_unit_record_test_digest_CPPFLAGS = $(RECORD_TEST_CPPFLAGS)
tests_unit_record_test_digest_LDADD = $(RECORD_LIBS) $(TEST_LIBS)

tests_unit_record_test_entry_SOURCES = tests/unit/record/test_entry.c \
	tests/unit/record/fill.c tests/unit/record/fill.h
tests_unit_record_test_entry_CPPFLAGS = $(RECORD_TEST_CPPFLAGS)
tests_unit_record_test_entry_LDADD = $(RECORD_LIBS) $(TEST_LIBS)

tests_unit_record_test_delimited_SOURCES = tests/unit/record/test_delimited.c
tests_unit_record_test_delimited_CPPFLAGS = $(RECORD_TEST_CPPFLAGS)
tests_unit_record_test_delimited_LDADD = $(RECORD_LIBS) $(TEST_LIBS)

tests_unit_record_test_merkle_SOURCES = tests/unit/record/test_merkle.c \
	tests/unit/record/known_leaves.h tests/support/tree_definition.h
tests_unit_record_test_merkle_CPPFLAGS = $(RECORD_TEST_CPPFLAGS)
tests_unit_record_test_merkle_LDADD = $(RECORD_LIBS) $(TEST_LIBS)

tests_unit_record_test_outcome_SOURCES = tests/unit/record/test_outcome.c
tests_unit_record_test_outcome_CPPFLAGS = $(RECORD_TEST_CPPFLAGS)
tests_unit_record_test_outcome_LDADD = $(RECORD_LIBS) $(TEST_LIBS)

tests_unit_record_test_voucher_code_SOURCES = tests/unit/record/test_voucher_code.c
tests_unit_record_test_voucher_code_CPPFLAGS = $(RECORD_TEST_CPPFLAGS)
tests_unit_record_test_voucher_code_LDADD = $(RECORD_LIBS) $(TEST_LIBS)

tests_unit_record_test_personal_SOURCES = tests/unit/record/test_personal.c
tests_unit_record_test_personal_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_record_test_personal_LDADD = $(RECORD_LIBS) $(TEST_LIBS)

tests_unit_record_test_checkpoint_SOURCES = tests/unit/record/test_checkpoint.c
tests_unit_record_test_checkpoint_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_record_test_checkpoint_LDADD = $(RECORD_LIBS) $(TEST_LIBS)

tests_unit_record_test_note_SOURCES = tests/unit/record/test_note.c
tests_unit_record_test_note_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_record_test_note_LDADD = $(RECORD_LIBS) $(TEST_LIBS)

tests_unit_record_test_note_key_SOURCES = tests/unit/record/test_note_key.c
tests_unit_record_test_note_key_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_record_test_note_key_LDADD = $(RECORD_LIBS) $(TEST_LIBS)

tests_unit_record_test_proof_SOURCES = tests/unit/record/test_proof.c \
	tests/unit/record/known_leaves.h tests/support/tree_definition.h
tests_unit_record_test_proof_CPPFLAGS = $(RECORD_TEST_CPPFLAGS)
tests_unit_record_test_proof_LDADD = $(RECORD_LIBS) $(TEST_LIBS)

tests_unit_record_test_receipt_SOURCES = tests/unit/record/test_receipt.c $(small_log)
tests_unit_record_test_receipt_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_record_test_receipt_LDADD = $(RECORD_LIBS) $(TEST_LIBS)

tests_unit_record_test_tile_SOURCES = tests/unit/record/test_tile.c
tests_unit_record_test_tile_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_record_test_tile_LDADD = $(RECORD_LIBS) $(TEST_LIBS)

tests_unit_record_test_witness_request_SOURCES = tests/unit/record/test_witness_request.c
tests_unit_record_test_witness_request_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_record_test_witness_request_LDADD = $(RECORD_LIBS) $(TEST_LIBS)
