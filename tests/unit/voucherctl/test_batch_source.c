/* SPDX-License-Identifier: Apache-2.0 */
/* Where the commands of "batch" come from. */
#include "voucherctl/batch_source.h"

#include "support/suite.h"
#include "voucherctl/occurrences.h"

#include <stdio.h>
#include <string.h>

#define ID  "0190a1b2-0000-7000-8000-000000000001"
#define A   "{\"create_fund\":{\"code\":\"a\",\"name\":\"n\"}}"
#define A2  "{ \"create_fund\" : { \"name\" : \"n\", \"code\" : \"a\" } }" /* the same, spaced */
#define B   "{\"create_fund\":{\"code\":\"b\",\"name\":\"n\"}}"
#define C   "{\"id\":\"" ID "\",\"create_fund\":{\"code\":\"c\",\"name\":\"n\"}}"
#define BAD "{\"create_fund\":{\"cod\":\"c\"}}"

struct reading {
	size_t count;
	char codes[16]; /* one letter each */
	uint64_t lines[16];
	Pb__Uuid ids[16];
	bool is_linked, is_dry_run;
	char message[400]; /* "" when all was well */
};

static struct reading read_text(const char *text) {
	struct reading reading = { 0 };
	struct batch_source source;
	struct arena arena;
	arena_init(&arena, 0);
	FILE *file = tmpfile();
	ck_assert_ptr_nonnull(file);
	fputs(text, file);
	rewind(file);
	enum err err = batch_source_init(&source, file, "f");
	reading.is_linked = source.is_linked;
	reading.is_dry_run = source.is_dry_run;
	while (!err) {
		Pb__Command *command = NULL;
		err = batch_source_next(&source, &arena, &command);
		if (err || !command)
			break;
		ck_assert_uint_lt(reading.count, 16);
		ck_assert_ptr_nonnull(command->id);
		reading.codes[reading.count] = command->create_fund->code[0];
		reading.lines[reading.count] = source.line;
		reading.ids[reading.count++] = *command->id;
	}
	if (err) {
		ck_assert_int_eq(err, ERR_CONFIG);
		snprintf(reading.message, sizeof(reading.message), "%s", source.message);
	}
	batch_source_done(&source);
	arena_done(&arena);
	fclose(file);
	return reading;
}

static bool is_same(Pb__Uuid a, Pb__Uuid b) {
	return a.high == b.high && a.low == b.low;
}

START_TEST(lines_documents_and_lists_are_read) {
	static const struct {
		const char *text;
		const char *codes;
		uint64_t last_line;
		bool is_linked, is_dry_run;
	} cases[] = {
		{ "", "", 0, false, false },
		{ "\n  \n", "", 0, false, false },
		{ A "\n" B "\n" C "\n", "abc", 3, false, false },
		{ "\n" A "\n\n \t\n" B, "ab", 5, false, false },
		{ A "\r\n" B "\r\n", "ab", 2, false, false },
		{ "[" A "," B "]", "ab", 2, false, false },
		{ "\n[\n" A ",\n" B "\n]\n", "ab", 2, false, false },
		{ "{\"commands\":[" A "," B "]}", "ab", 2, false, false },
		{ "{\n\"linked\": true,\n\"commands\": [\n" C "\n]\n}\n", "c", 1, true, false },
		{ "{\"dry_run\": true, \"commands\": [" A "]}", "a", 1, false, true },
		{ "[]", "", 0, false, false },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct reading reading = read_text(cases[i].text);
		ck_assert_str_eq(reading.message, "");
		ck_assert_str_eq(reading.codes, cases[i].codes);
		ck_assert_int_eq(reading.is_linked, cases[i].is_linked);
		ck_assert_int_eq(reading.is_dry_run, cases[i].is_dry_run);
		if (reading.count > 0)
			ck_assert_uint_eq(reading.lines[reading.count - 1], cases[i].last_line);
	}
}
END_TEST

START_TEST(mistakes_are_named_with_their_place) {
	static const struct {
		const char *text;
		size_t before; /* commands read before it */
		const char *message;
	} cases[] = {
		{ A "\n" BAD "\n", 1, "f:2: create_fund.cod: CreateFund has no such field" },
		{ A "\n{\"create_fund\" 5}\n", 1, "f:2:16: " },
		{ A "\nhello\n", 1, "f:2:" },
		{ "hello\n", 0, "f:1:" },
		{ "[" A ",\n" BAD "]", 0, "f: commands[1].create_fund.cod: " },
		{ "[" A ",\n", 0, "f:2:" },
		{ "{\"commands\":\n[" A "]", 0, "f:2:" },
		{ "{\"commands\":[], \"linkd\":true}", 0, "f: linkd: Batch has no such field" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct reading reading = read_text(cases[i].text);
		ck_assert_uint_eq(reading.count, cases[i].before);
		ck_assert_msg(strstr(reading.message, cases[i].message) == reading.message, "case %zu: %s",
		    i, reading.message);
	}
}
END_TEST

START_TEST(ids_come_from_content) {
	struct reading first = read_text(A "\n" B "\n" A "\n" C "\n");
	ck_assert_uint_eq(first.count, 4);
	ck_assert(!is_same(first.ids[0], first.ids[2])); /* the same content twice: two commands */
	ck_assert_uint_eq(first.ids[3].high, 0x0190a1b200007000); /* given */
	for (size_t i = 0; i < 3; i++) {
		ck_assert_uint_eq(first.ids[i].high >> 12 & 15, 8); /* version */
		ck_assert_uint_eq(first.ids[i].low >> 62, 2);       /* variant */
	}

	/* Again, spaced otherwise, with one corrected, one more, in another order, as a document. */
	struct reading second = read_text("[" C "," A2 "," A "," B "]");
	ck_assert(is_same(second.ids[1], first.ids[0]));
	ck_assert(is_same(second.ids[2], first.ids[2]));
	ck_assert(is_same(second.ids[3], first.ids[1]));
}
END_TEST

START_TEST(occurrences_are_counted) {
	struct occurrences seen;
	occurrences_init(&seen);
	for (uint64_t round = 0; round < 3; round++) {
		for (uint32_t i = 0; i < 5000; i++) {
			uint8_t hash[DIGEST_BYTES];
			uint64_t before = 99;
			digest_sha256(&i, sizeof(i), hash);
			ck_assert_int_eq(occurrences_add(&seen, hash, &before), ERR_OK);
			ck_assert_uint_eq(before, round);
		}
	}
	occurrences_done(&seen);
}
END_TEST

SUITE_MAIN("batch_source", lines_documents_and_lists_are_read, mistakes_are_named_with_their_place,
    ids_come_from_content, occurrences_are_counted)
