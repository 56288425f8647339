# SPDX-License-Identifier: Apache-2.0

noinst_LTLIBRARIES += libproof.la librecord.la
EXTRA_DIST += src/record/may_include

# What proves an entry: no protobuf, no JSON. Part of libvoucher too.
libproof_la_SOURCES = \
	src/record/checkpoint.c src/record/checkpoint.h \
	src/record/digest.c src/record/digest.h \
	src/record/line.c src/record/line.h \
	src/record/merkle.c src/record/merkle.h \
	src/record/note.c src/record/note.h \
	src/record/note_crypto.c src/record/note_crypto.h \
	src/record/note_key.c src/record/note_key.h \
	src/record/proof.c src/record/proof.h \
	src/record/receipt.c src/record/receipt.h \
	src/record/tile.c src/record/tile.h \
	src/record/witness_request.c src/record/witness_request.h
libproof_la_CFLAGS = $(AM_CFLAGS) $(OPENSSL_CFLAGS)
libproof_la_LIBADD = $(OPENSSL_LIBS)

librecord_la_SOURCES = \
	src/record/crc32c.c src/record/crc32c.h \
	src/record/delimited.c src/record/delimited.h \
	src/record/entry.c src/record/entry.h \
	src/record/field.h \
	src/record/json.h src/record/json_encode.c src/record/json_decode.c \
	src/record/json_plain.c src/record/json_plain.h \
	src/record/outcome.c src/record/outcome.h \
	src/record/path.c src/record/path.h \
	src/record/pb.c src/record/pb.h src/record/pb_pack.c src/record/pb_unpack.c \
	src/record/personal.c src/record/personal.h \
	src/record/token.h \
	src/record/voucher_code.c src/record/voucher_code.h
librecord_la_CFLAGS = $(AM_CFLAGS) $(OPENSSL_CFLAGS) $(JANSSON_CFLAGS)
librecord_la_LIBADD = libproof.la $(OPENSSL_LIBS) $(JANSSON_LIBS) $(PROTOBUF_C_LIBS)
