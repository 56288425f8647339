/* SPDX-License-Identifier: Apache-2.0 */
#include "life.h"

#include "record/delimited.h"
#include "record/entry.h"
#include "record/json.h"
#include "record/merkle.h"
#include "record/pb.h"
#include "store/journal.h"
#include "support/scheme.h"
#include "support/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- the life --- */

static struct scheme *scheme; /* of life_new(); a test has one */

struct world *life_new(void) {
	scheme = scheme_new(&scheme_direct);
	const struct member *holder = scheme_holder(scheme, "110114", "");
	const struct member *provider = scheme_provider(scheme, "110114");
	uint64_t voucher = scheme_voucher(scheme, holder, 20000000);
	uint64_t reservation = scheme_reserve(scheme, voucher, provider, "HT-1", 10000000);
	scheme_redeem(scheme, reservation, 1000000);
	uint64_t claim = scheme_claim(scheme, provider, reservation, 1000000, 1);
	scheme_publish(scheme, claim);
	scheme_published_claim(scheme, holder, provider, 500000);
	uint64_t settlement = scheme_settlement(scheme);
	scheme_approve_settlement(scheme, settlement);
	scheme_bank_line(scheme, settlement, 1, false);
	return scheme->world;
}

void life_free(struct world *world) {
	ck_assert_ptr_eq(world, scheme->world);
	scheme_free(scheme);
}

uint64_t life_last_seq(struct world *world) {
	return world_last_seq(world);
}

void life_entry(struct world *world, uint64_t seq, struct buffer *encoded) {
	const Pb__JournalEntry *entry = world_entry(world, seq);
	ck_assert_ptr_nonnull(entry);
	ck_assert_int_eq(entry_encode(entry, encoded), ERR_OK);
}

/* --- the tree --- */

struct growing {
	struct digest *digest;
	struct merkle tree;
};

static void begin(struct growing *g) {
	ck_assert_int_eq(digest_new("SHA256", &g->digest), ERR_OK);
	merkle_init(&g->tree);
}

static void grow(struct growing *g, const char *entry, size_t bytes) {
	merkle_append(&g->tree, g->digest, entry + ENTRY_HEADER_BYTES, bytes - ENTRY_HEADER_BYTES);
}

void life_root(struct world *world, uint64_t size, uint8_t ret_root[32]) {
	struct growing g;
	struct buffer encoded;
	begin(&g);
	buffer_init(&encoded, 0);
	for (uint64_t seq = 1; seq <= size; seq++) {
		buffer_clear(&encoded);
		life_entry(world, seq, &encoded);
		grow(&g, encoded.data, encoded.bytes);
	}
	merkle_root(&g.tree, g.digest, ret_root);
	digest_free(g.digest);
	buffer_done(&encoded);
}

/* --- a journal --- */

static void pack_head(const struct growing *g, bool is_wrong, struct buffer *head) {
	uint8_t root[DIGEST_BYTES];
	Pb__TreeHead message = PB__TREE_HEAD__INIT;
	Pb__Digest digest = PB__DIGEST__INIT;
	merkle_root(&g->tree, g->digest, root);
	root[7] ^= is_wrong;
	digest.value = (ProtobufCBinaryData){ sizeof(root), root };
	message.size = g->tree.size;
	message.root = &digest;
	pb_pack(&message.base, head);
}

static void append(const struct log *log, uint64_t first, const struct buffer *entries,
    const size_t *ends, size_t count, const struct buffer *head) {
	struct log_record *records = calloc(count, sizeof(*records));
	for (size_t i = 0; i < count; i++) {
		size_t begins = i ? ends[i - 1] : 0;
		records[i] = (struct log_record){ entries->data + begins, ends[i] - begins };
	}
	const struct log_batch batch = { .expected_seq = first,
		.records = records,
		.count = count,
		.head = head->data,
		.head_bytes = head->bytes };
	ck_assert_int_eq(log_append(log, &batch), ERR_OK);
	free(records);
}

void life_write_journal(
    struct world *world, const char *directory, uint64_t commit, uint64_t wrong_head) {
	const struct journal_config config = { .directory = directory, .create = true };
	struct log log;
	struct growing g;
	struct buffer entries, head;
	size_t *ends = calloc(commit, sizeof(*ends));
	uint64_t last = world_last_seq(world);
	ck_assert_int_eq(journal_open(&config, &log), ERR_OK);
	begin(&g);
	buffer_init(&entries, 0);
	buffer_init(&head, 0);
	for (uint64_t first = 1; first <= last; first += commit) {
		size_t count = 0;
		buffer_clear(&entries);
		buffer_clear(&head);
		while (count < commit && first + count <= last) {
			size_t begins = entries.bytes;
			life_entry(world, first + count, &entries);
			grow(&g, entries.data + begins, entries.bytes - begins);
			ends[count++] = entries.bytes;
		}
		pack_head(&g, g.tree.size == wrong_head, &head);
		append(&log, first, &entries, ends, count, &head);
	}
	log_close(&log);
	digest_free(g.digest);
	buffer_done(&entries);
	buffer_done(&head);
	free(ends);
}

/* --- an export --- */

void life_write_export(
    struct world *world, const char *path, enum export_form form, uint64_t last, uint64_t missing) {
	struct buffer out, encoded;
	FILE *file = fopen(path, "wb");
	ck_assert_ptr_nonnull(file);
	buffer_init(&out, 0);
	buffer_init(&encoded, 0);
	for (uint64_t seq = 1; seq <= last; seq++) {
		if (seq == missing)
			continue;
		buffer_clear(&encoded);
		life_entry(world, seq, &encoded);
		if (form == EXPORT_PACKED) {
			delimited_append(
			    &out, encoded.data + ENTRY_HEADER_BYTES, encoded.bytes - ENTRY_HEADER_BYTES);
		} else {
			json_encode(&world_entry(world, seq)->base, JSON_COMPACT, &out);
			buffer_append_char(&out, '\n');
		}
	}
	ck_assert_int_eq(buffer_error(&out), ERR_OK);
	ck_assert_uint_eq(fwrite(out.data, 1, out.bytes, file), out.bytes);
	ck_assert_int_eq(fclose(file), 0);
	buffer_done(&out);
	buffer_done(&encoded);
}
