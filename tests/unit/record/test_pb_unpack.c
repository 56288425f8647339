/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Unpacking beside the oracle (oracle.h): the same bytes are taken and the same are refused, and
 * what is taken is the same message.
 */
#include "record/pb.h"

#include "base/limits.h"
#include "base/text.h"
#include "fill.h"
#include "oracle.h"
#include "record/entry.h"
#include "record/token.h"
#include "support/suite.h"
#include "tests/unit/record/sample.pb-c.h"
#include "voucher/v1/command.pb-c.h"
#include "voucher/v1/journal.pb-c.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TYPES_MAX = 512, ROUNDS = 30, CHANGES = 12, BYTES_MAX = 1 << 16, TOKENS_MAX = 256 };

static const ProtobufCMessageDescriptor *types[TYPES_MAX];
static unsigned taken, refused;

/* The bytes have memory of their own, so that a sanitizer sees a read beyond them. */
static void assert_unpacks_alike(
    const ProtobufCMessageDescriptor *type, const uint8_t *data, size_t bytes) {
	struct arena arena;
	ProtobufCMessage *ours = NULL, *theirs = NULL;
	uint8_t *copy = malloc(bytes ? bytes : 1);
	ck_assert_ptr_nonnull(copy);
	if (bytes)
		memcpy(copy, data, bytes);
	arena_init(&arena, 0);
	enum err wanted = oracle_unpack(type, copy, bytes, &arena, &theirs);
	enum err err = pb_unpack(type, copy, bytes, &arena, &ours);
	free(copy);
	ck_assert_msg(
	    err == wanted, "a %s: %s instead of %s", type->name, err_text(err), err_text(wanted));
	if (err) {
		refused++;
		ck_assert_ptr_null(ours);
	} else {
		taken++;
		const char *path = pb_first_difference(theirs, ours, &arena);
		ck_assert_msg(!path, "a %s differs in %s", type->name, path);
		ck_assert(protobuf_c_message_check(ours));
	}
	arena_done(&arena);
}

/* Flips, overwrites, cuts, doubles: bytes that are nearly a message. */
static void assert_changed_unpack_alike(const ProtobufCMessageDescriptor *type,
    const struct buffer *packed, unsigned changes, uint64_t *seed) {
	static uint8_t data[BYTES_MAX];
	ck_assert_uint_lt(packed->bytes, BYTES_MAX / 2);
	for (unsigned i = 0; packed->bytes && i < changes; i++) {
		size_t bytes = packed->bytes;
		memcpy(data, packed->data, bytes);
		for (uint64_t more = fill_below(seed, 3) + 1; more; more--) {
			size_t at = fill_below(seed, bytes);
			switch (fill_below(seed, 4)) {
			case 0: data[at] ^= (uint8_t)(1 << fill_below(seed, 8)); break;
			case 1: data[at] = (uint8_t)fill_below(seed, 256); break;
			case 2: bytes -= fill_below(seed, 2) ? 0 : at / 2; break;
			default:
				if (bytes + (bytes - at) <= BYTES_MAX)
					memmove(data + bytes, data + at, bytes - at), bytes += bytes - at;
			}
		}
		assert_unpacks_alike(type, data, bytes);
	}
}

START_TEST(random_messages_of_every_type_and_nearly_such_are_read_alike) {
	size_t count = fill_types(&sample__sample__descriptor, types, TYPES_MAX);
	uint64_t seed = 11;
	for (size_t i = 0; i < count * ROUNDS; i++) {
		struct arena arena;
		struct buffer packed;
		arena_init(&arena, 0);
		buffer_init(&packed, 0);
		const ProtobufCMessageDescriptor *type = types[i / ROUNDS];
		pb_pack(fill_message(type, &seed, (int)(i % 4) + 1, &arena), &packed);
		if (packed.bytes < BYTES_MAX / 2) {
			assert_unpacks_alike(type, (const uint8_t *)packed.data, packed.bytes);
			assert_changed_unpack_alike(type, &packed, CHANGES, &seed);
		}
		buffer_done(&packed);
		arena_done(&arena);
	}
	ck_assert_uint_gt(taken, 1000);
	ck_assert_uint_gt(refused, 1000);
}
END_TEST

/* --- golden bytes --- */

static const ProtobufCMessageDescriptor *type_of(const char *name) {
	if (strncmp(name, "command_", 8) == 0)
		return &pb__command__descriptor;
	return strncmp(name, "entry_", 6) == 0 ? &pb__journal_entry__descriptor : NULL;
}

START_TEST(golden_bytes_with_any_flipped_bit_or_cut_are_read_alike) {
	static char line[BYTES_MAX];
	static uint8_t data[BYTES_MAX / 2];
	FILE *file = fopen(TESTS_DIRECTORY "/golden/golden.hex", "r");
	ck_assert_ptr_nonnull(file);
	unsigned lines = 0;
	while (fgets(line, sizeof(line), file)) {
		const ProtobufCMessageDescriptor *type = type_of(line);
		char *hex = strchr(line, ' ') + 1;
		hex[strcspn(hex, "\n")] = '\0';
		size_t bytes = strlen(hex) / 2;
		if (!type)
			continue;
		ck_assert_int_eq(text_parse_hex(hex, data, bytes), ERR_OK);
		size_t header = type == &pb__journal_entry__descriptor ? ENTRY_HEADER_BYTES : 0;
		for (size_t cut = header; cut <= bytes; cut++)
			assert_unpacks_alike(type, data + header, cut - header);
		for (size_t bit = 8 * header; bit < 8 * bytes; bit++) {
			data[bit / 8] ^= (uint8_t)(1 << bit % 8);
			assert_unpacks_alike(type, data + header, bytes - header);
			data[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
		lines++;
	}
	ck_assert_uint_gt(lines, 50);
	fclose(file);
}
END_TEST

/* --- other packers --- */

/* The fields of a message in another order; what is repeated stands in between. */
static void shuffle(const struct buffer *packed, uint64_t *seed, struct buffer *ret_shuffled) {
	static struct token_reader pieces[TOKENS_MAX];
	struct token_reader reader = { (const uint8_t *)packed->data,
		(const uint8_t *)packed->data + packed->bytes };
	struct token token;
	size_t count = 0;
	for (; reader.next < reader.end; count++) {
		ck_assert_uint_lt(count, TOKENS_MAX);
		pieces[count].next = reader.next;
		ck_assert(token_read(&reader, &token));
		pieces[count].end = reader.next;
	}
	for (; count; count--) {
		size_t at = fill_below(seed, count);
		buffer_append(ret_shuffled, pieces[at].next, (size_t)(pieces[at].end - pieces[at].next));
		pieces[at] = pieces[count - 1];
	}
}

START_TEST(fields_in_any_order_are_read_alike) {
	uint64_t seed = 12;
	taken = refused = 0;
	for (int round = 0; round < 1000; round++) {
		struct arena arena;
		struct buffer packed, shuffled;
		arena_init(&arena, 0);
		buffer_init(&packed, 0);
		buffer_init(&shuffled, 0);
		pb_pack(fill_message(&sample__sample__descriptor, &seed, 2, &arena), &packed);
		shuffle(&packed, &seed, &shuffled);
		assert_unpacks_alike(
		    &sample__sample__descriptor, (const uint8_t *)shuffled.data, shuffled.bytes);
		buffer_done(&shuffled);
		buffer_done(&packed);
		arena_done(&arena);
	}
	ck_assert_uint_eq(taken, 1000);
}
END_TEST

/* Two lists in turn, one of them now as a number and now as a pack. */
START_TEST(lists_in_pieces_are_read_alike) {
	struct buffer pieces;
	uint64_t seed = 13;
	buffer_init(&pieces, 0);
	for (int i = 0; i < 3000; i++) {
		bool is_pack = fill_below(&seed, 2);
		buffer_append(&pieces, is_pack ? "\xc2\x01\x03\x01\x02\x03" : "\xc0\x01\x05",
		    is_pack ? 6 : 3);                              /* u32s */
		buffer_append(&pieces, "\xca\x02\x02\x08\x01", 5); /* children */
		if (i % 37 == 0 || i > 2990)
			assert_unpacks_alike(
			    &sample__sample__descriptor, (const uint8_t *)pieces.data, pieces.bytes);
	}
	buffer_done(&pieces);
}
END_TEST

SUITE_MAIN("pb_unpack", random_messages_of_every_type_and_nearly_such_are_read_alike,
    golden_bytes_with_any_flipped_bit_or_cut_are_read_alike, fields_in_any_order_are_read_alike,
    lists_in_pieces_are_read_alike)
