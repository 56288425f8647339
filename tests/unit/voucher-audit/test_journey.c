/* SPDX-License-Identifier: Apache-2.0 */
#include "voucher-audit/journey.h"

#include "audited.h"
#include "life.h"
#include "support/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- files --- */

static const char *path_in(const char *name) {
	static char paths[8][512];
	static unsigned next;
	static const char *directory;
	if (!directory)
		directory = suite_directory();
	char *path = paths[next++ % 8];
	snprintf(path, sizeof(paths[0]), "%s/%s", directory, name);
	return path;
}

static long size_of(const char *path) {
	struct stat status;
	ck_assert_int_eq(stat(path, &status), 0);
	return (long)status.st_size;
}

static void flip(const char *path, long offset, unsigned char mask) {
	FILE *file = fopen(path, "r+b");
	ck_assert_ptr_nonnull(file);
	ck_assert_int_eq(fseek(file, offset, SEEK_SET), 0);
	int byte = fgetc(file);
	ck_assert_int_eq(fseek(file, offset, SEEK_SET), 0);
	ck_assert_int_ne(fputc(byte ^ mask, file), EOF);
	ck_assert_int_eq(fclose(file), 0);
}

/* --- clean --- */

START_TEST(a_ledger_is_clean_in_every_form_and_has_one_root) {
	struct world *life = life_new();
	uint64_t last = life_last_seq(life);
	uint8_t root[32];
	life_root(life, last, root);
	life_write_journal(life, path_in("ledger"), 3, 0);
	life_write_export(life, path_in("packed"), EXPORT_PACKED, last, 0);
	life_write_export(life, path_in("json"), EXPORT_JSON, last, 0);
	const char *const names[] = { "ledger", "ledger/journal", "packed", "json" };
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct audited audited = audit_path(path_in(names[i]));
		ck_assert_msg(audited.wrong == 0, "%s: %s", names[i], audited.first.where);
		ck_assert_uint_eq(audited.result.entries, last);
		ck_assert_uint_eq(audited.result.size, last);
		ck_assert_mem_eq(audited.result.root, root, sizeof(root));
	}
	ck_assert_uint_eq(audit_path(path_in("ledger")).result.heads, (last + 2) / 3);
	life_free(life);
}
END_TEST

START_TEST(hashes_alone_are_checked_without_the_rest) {
	struct world *life = life_new();
	uint64_t last = life_last_seq(life);
	life_write_journal(life, path_in("hashed"), 7, 0);
	const struct journey_config config = { .path = path_in("hashed"), .is_only_hashes = true };
	struct audited audited = audit(&config);
	ck_assert_int_eq(audited.wrong, 0);
	ck_assert_uint_eq(audited.counts[FINDING_ROLE], 0);
	ck_assert_uint_eq(audited.result.size, last);
	life_free(life);
}
END_TEST

/* --- tampered with --- */

START_TEST(an_edited_tree_head_is_found) {
	struct world *life = life_new();
	life_write_journal(life, path_in("head"), 5, 10);
	struct audited audited = audit_path(path_in("head"));
	ck_assert_int_eq(audited.wrong, 1);
	ck_assert_uint_eq(audited.counts[FINDING_TREE_HEAD], 1);
	ck_assert_uint_eq(audited.first.seq, 10);
	life_free(life);
}
END_TEST

START_TEST(a_missing_entry_is_found_where_it_is_missing) {
	struct world *life = life_new();
	life_write_export(life, path_in("gap"), EXPORT_PACKED, life_last_seq(life), 5);
	struct audited audited = audit_path(path_in("gap"));
	ck_assert_int_gt(audited.wrong, 0);
	ck_assert_uint_ge(audited.counts[FINDING_SEQUENCE], 1);
	ck_assert_uint_eq(audited.first.seq, 6);
	life_free(life);
}
END_TEST

/* Wherever it is cut: said, or the end of a message, where the ledger is shorter. */
START_TEST(an_export_that_was_cut_off_is_never_whole) {
	struct world *life = life_new();
	uint64_t last = life_last_seq(life);
	life_write_export(life, path_in("cut"), EXPORT_PACKED, last, 0);
	long bytes = size_of(path_in("cut"));
	for (long cut = bytes - 1; cut > 0; cut -= 1 + bytes / 40) {
		ck_assert_int_eq(truncate(path_in("cut"), cut), 0);
		struct audited audited = audit_path(path_in("cut"));
		ck_assert_int_ge(audited.wrong, 0);
		ck_assert(audited.counts[FINDING_FILE_DAMAGED] == 1 || audited.result.size < last);
	}
	life_free(life);
}
END_TEST

START_TEST(a_journal_that_was_cut_off_is_refused) {
	struct world *life = life_new();
	life_write_journal(life, path_in("short"), 4, 0);
	char data[512];
	snprintf(data, sizeof(data), "%s", path_in("short/journal/data.mdb"));
	for (long pages = size_of(data) / 4096 - 1; pages >= 0; pages--) {
		ck_assert_int_eq(truncate(data, pages * 4096), 0);
		struct audited audited = audit_path(path_in("short"));
		ck_assert_int_ne(audited.wrong, 0);
	}
	life_free(life);
}
END_TEST

/* Every page is damaged in turn, here and there. Either it is found, or it was in room that nothing
 * stands in: then every entry was read, and hashed to the root that it has. */
START_TEST(a_flipped_byte_in_any_page_does_no_harm) {
	struct world *life = life_new();
	uint64_t last = life_last_seq(life);
	uint8_t root[32];
	char data[512];
	life_root(life, last, root);
	life_write_journal(life, path_in("flipped"), 4, 0);
	snprintf(data, sizeof(data), "%s", path_in("flipped/journal/data.mdb"));
	long pages = size_of(data) / 4096, found = 0;
	for (long page = 0; page < pages; page++) {
		for (long at = 1 + page * 131 % 97; at < 4096; at += 1021) {
			flip(data, page * 4096 + at, 0x41);
			struct audited audited = audit_path(path_in("flipped"));
			bool is_whole = audited.result.entries == last &&
			    memcmp(audited.result.root, root, sizeof(root)) == 0;
			ck_assert_msg(audited.wrong != 0 || is_whole, "page %ld, byte %ld", page, at);
			found += audited.wrong != 0;
			flip(data, page * 4096 + at, 0x41);
		}
	}
	ck_assert_int_gt(found, 0);
	ck_assert_int_eq(audit_path(path_in("flipped")).wrong, 0);
	life_free(life);
}
END_TEST

START_TEST(what_is_no_ledger_is_refused_in_words) {
	static const char *const contents[] = { "", "{", "{\"seq\": 1}", "hello",
		"\xff\xff\xff\xff\xff", "{\"seq\": \"1\"}\n" };
	struct journey_config config = { .path = path_in("nothing") };
	struct audited audited = audit(&config);
	ck_assert_int_eq(audited.wrong, -1);
	ck_assert_str_eq(audited.result.reason, "there is no such file");
	for (size_t i = 0; i < sizeof(contents) / sizeof(contents[0]); i++) {
		FILE *file = fopen(path_in("rubbish"), "wb");
		ck_assert_ptr_nonnull(file);
		fputs(contents[i], file);
		fclose(file);
		audited = audit_path(path_in("rubbish"));
		ck_assert(audited.wrong != 0 || audited.result.entries == 0);
	}
	ck_assert_int_eq(mkdir(path_in("empty"), 0700), 0);
	config.path = path_in("empty");
	audited = audit(&config);
	ck_assert_int_eq(audited.wrong, -1);
	ck_assert_str_eq(audited.result.reason, "the directory holds no journal");
}
END_TEST

/* --- signed trees --- */

START_TEST(a_signed_tree_is_met_or_not) {
	struct world *life = life_new();
	uint64_t last = life_last_seq(life);
	struct signed_tree trees[] = { { .size = 7, .name = "seven" }, { .size = last, .name = "last" },
		{ .size = last + 1, .name = "more" } };
	life_root(life, 7, trees[0].root);
	life_root(life, last, trees[1].root);
	life_write_journal(life, path_in("signed"), 4, 0);
	struct journey_config config = { .path = path_in("signed"), .trees = trees, .n_trees = 2 };
	ck_assert_int_eq(audit(&config).wrong, 0);
	ck_assert(trees[0].is_met && trees[1].is_met);
	config.n_trees = 3; /* an old copy: it ends before what was signed */
	struct audited audited = audit(&config);
	ck_assert_uint_eq(audited.counts[FINDING_CHECKPOINT], 1);
	ck_assert_str_eq(audited.first.where, "more");
	trees[0].root[3] ^= 1; /* a fork */
	config.n_trees = 2;
	ck_assert_uint_eq(audit(&config).counts[FINDING_CHECKPOINT], 1);
	life_free(life);
}
END_TEST

/* --- resuming --- */

START_TEST(an_audit_goes_on_where_the_last_one_ended) {
	struct world *life = life_new();
	uint64_t last = life_last_seq(life), half = last / 2;
	char part[512], whole[512], kept[512];
	snprintf(part, sizeof(part), "%s", path_in("part"));
	snprintf(whole, sizeof(whole), "%s", path_in("whole"));
	snprintf(kept, sizeof(kept), "%s", path_in("kept"));
	life_write_export(life, part, EXPORT_PACKED, half, 0);
	life_write_export(life, whole, EXPORT_PACKED, last, 0);
	struct journey_config config = { .path = part, .audit.directory = kept };
	ck_assert_uint_eq(audit(&config).result.entries, half);
	config.path = whole;
	struct audited second = audit(&config);
	struct audited at_once = audit_path(whole);
	ck_assert_int_eq(second.wrong, 0);
	ck_assert_uint_eq(second.result.first, half + 1);
	ck_assert_uint_eq(second.result.entries, last - half);
	ck_assert_mem_eq(second.result.root, at_once.result.root, 32);
	ck_assert_uint_eq(second.counts[FINDING_ROLE], at_once.counts[FINDING_ROLE]);
	struct audited again = audit(&config); /* nothing is new */
	ck_assert_uint_eq(again.result.entries, 0);
	ck_assert_int_eq(again.wrong, 0);
	life_free(life);
}
END_TEST

/* The second part brings the command id of an entry of the first. */
START_TEST(a_command_id_of_an_earlier_audit_is_found_again) {
	struct world *life = life_new();
	uint64_t last = life_last_seq(life);
	char first[512], second[512];
	snprintf(first, sizeof(first), "%s", path_in("ids-first"));
	snprintf(second, sizeof(second), "%s", path_in("ids-second"));
	life_write_export(life, first, EXPORT_PACKED, last, 0);
	life_write_export(life, second, EXPORT_PACKED, last, 0);
	struct journey_config config = { .path = first, .audit.directory = path_in("ids") };
	ck_assert_int_eq(audit(&config).wrong, 0);
	FILE *in = fopen(first, "rb"), *out = fopen(second, "ab");
	ck_assert(in && out); /* entry 2, under the next number */
	char *copy = malloc(1 << 16);
	struct buffer encoded;
	buffer_init(&encoded, 0);
	life_entry(life, 2, &encoded);
	encoded.data[6] = (char)(last + 1); /* seq: field 1, one byte */
	ck_assert_uint_lt(last, 127);
	fputc((int)((encoded.bytes - 5) & 0x7f) | 0x80, out);
	fputc((int)((encoded.bytes - 5) >> 7), out);
	fwrite(encoded.data + 5, 1, encoded.bytes - 5, out);
	fclose(in);
	fclose(out);
	free(copy);
	buffer_done(&encoded);
	config.path = second;
	struct audited audited = audit(&config);
	ck_assert_uint_eq(audited.result.entries, 1);
	ck_assert_uint_eq(audited.counts[FINDING_ID_TWICE], 1);
	ck_assert_uint_eq(audited.counts[FINDING_TIME], 1);
	life_free(life);
}
END_TEST

START_TEST(what_an_audit_kept_is_not_trusted_when_it_was_changed) {
	struct world *life = life_new();
	char whole[512], kept[512];
	snprintf(whole, sizeof(whole), "%s", path_in("trusted"));
	snprintf(kept, sizeof(kept), "%s", path_in("tables"));
	life_write_export(life, whole, EXPORT_PACKED, life_last_seq(life), 0);
	struct journey_config config = { .path = whole, .audit.directory = kept };
	ck_assert_int_eq(audit(&config).wrong, 0);
	flip(path_in("tables/vouchers"), 40, 1);
	ck_assert_int_eq(audit(&config).opened, ERR_CORRUPT);
	flip(path_in("tables/vouchers"), 40, 1);
	ck_assert_int_eq(audit(&config).opened, ERR_OK);
	life_free(life);
}
END_TEST

SUITE_MAIN("journey", a_ledger_is_clean_in_every_form_and_has_one_root,
    hashes_alone_are_checked_without_the_rest, an_edited_tree_head_is_found,
    a_missing_entry_is_found_where_it_is_missing, an_export_that_was_cut_off_is_never_whole,
    a_journal_that_was_cut_off_is_refused, a_flipped_byte_in_any_page_does_no_harm,
    what_is_no_ledger_is_refused_in_words, a_signed_tree_is_met_or_not,
    an_audit_goes_on_where_the_last_one_ended, a_command_id_of_an_earlier_audit_is_found_again,
    what_an_audit_kept_is_not_trusted_when_it_was_changed)
