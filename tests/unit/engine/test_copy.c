/* SPDX-License-Identifier: Apache-2.0 */
/* Copies of a ledger: whole, continued, of an earlier moment; and what must not become one. */
#include "engine/copy.h"
#include "record/pb.h"
#include "support/stage.h"
#include "support/suite.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TEAM   "T-2026-1"
#define MARKER "marker-of-a-person"

enum { FUNDS = 3000 }; /* more than one group */

static struct arena arena;
static char original[600], copy[600];
static char detail[ENGINE_DETAIL_BYTES];
static struct engine *engine;

static void set_up(void) {
	arena_init(&arena, 0);
	snprintf(original, sizeof(original), "%s/original", suite_directory());
	snprintf(copy, sizeof(copy), "%s/copy", suite_directory());
	stage_create(original);
	engine = stage_open(original);
}

static Pb__Command *with_id(Pb__Command__BodyCase body_case) {
	Pb__Command *command = stage_create_fund(&arena, "x");
	command->body_case = body_case;
	return command;
}

static uint64_t must(Pb__Command *command) {
	return stage_must(engine, STAGE_STAFF, command, &arena);
}

static uint64_t enter_team(void) {
	Pb__Command *command = with_id(PB__COMMAND__BODY_REGISTER_PARTY);
	command->register_party = PB_NEW(Pb__RegisterParty, pb__register_party, &arena);
	command->register_party->code = TEAM;
	command->register_party->kind = PB__PARTY_KIND__PARTY_KIND_TEAM;
	command->register_party->region = "110114";
	command->register_party->personal = PB_NEW(Pb__Personal, pb__personal, &arena);
	command->register_party->personal->name = MARKER;
	return must(command);
}

static void erase_team(void) {
	Pb__Command *command = with_id(PB__COMMAND__BODY_ERASE_PERSONAL);
	command->erase_personal = PB_NEW(Pb__ErasePersonal, pb__erase_personal, &arena);
	command->erase_personal->party = TEAM;
	command->erase_personal->reason = "asked for";
	must(command);
}

/* In batches, so that not every entry has a tree head. */
static void make_funds(const char *prefix, size_t count) {
	enum { AT_ONCE = 100 };
	for (size_t done = 0; done < count; done += AT_ONCE) {
		Pb__Command *commands[AT_ONCE];
		for (size_t i = 0; i < AT_ONCE; i++)
			commands[i] = stage_create_fund(
			    &arena, arena_printf(&arena, "%s-%zu", prefix, done + i));
		const Pb__BatchReply *reply = stage_run(
		    engine, STAGE_STAFF, stage_batch(&arena, commands, AT_ONCE), &arena);
		ck_assert_ptr_nonnull(reply);
	}
}

static enum err make_copy(const struct copy_config *wishes, struct copy_result *ret_result) {
	struct copy_config config = *wishes;
	config.from = original;
	config.to = copy;
	if (!config.time_max_us)
		config.time_max_us = INT64_MAX;
	detail[0] = '\0';
	return engine_copy(&config, ret_result, detail);
}

static void close_original(void) {
	engine_close(engine);
	engine = NULL;
}

/* The copy, opened as a ledger, has this tree. */
static void expect_ledger(const struct copy_result *result) {
	uint8_t root[DIGEST_BYTES];
	uint64_t size;
	struct engine *opened = stage_open(copy);
	engine_tree_head(opened, &size, root);
	ck_assert_uint_eq(size, result->size);
	ck_assert_mem_eq(root, result->root, DIGEST_BYTES);
	engine_close(opened);
}

static bool is_on_disk(const char *text) {
	char path[700];
	static char bytes[1 << 20];
	snprintf(path, sizeof(path), "%s/journal/erasable", copy);
	int fd = open(path, O_RDONLY);
	ck_assert_int_ge(fd, 0);
	ssize_t got = read(fd, bytes, sizeof(bytes));
	close(fd);
	return got > 0 && memmem(bytes, (size_t)got, text, strlen(text)) != NULL;
}

START_TEST(a_copy_is_the_ledger_and_can_be_continued) {
	struct copy_result result;
	uint8_t root[DIGEST_BYTES];
	uint64_t size;
	set_up();
	make_funds("a", FUNDS);
	close_original();
	ck_assert_int_eq(make_copy(&(struct copy_config){ .is_new = true }, &result), ERR_OK);
	ck_assert_uint_eq(result.before, 0);
	ck_assert_uint_eq(result.size, FUNDS + 1);
	expect_ledger(&result);

	engine = stage_open(original);
	make_funds("b", FUNDS);
	engine_tree_head(engine, &size, root);
	close_original();
	ck_assert_int_eq(make_copy(&(struct copy_config){ .bytes_per_s = 1 << 30 }, &result), ERR_OK);
	ck_assert_uint_eq(result.before, FUNDS + 1);
	ck_assert_uint_eq(result.size, size);
	ck_assert_mem_eq(result.root, root, DIGEST_BYTES);
	expect_ledger(&result);

	ck_assert_int_eq(make_copy(&(struct copy_config){ .is_new = false }, &result), ERR_OK);
	ck_assert_uint_eq(result.before, size);
	ck_assert_uint_eq(result.size, size);
	ck_assert_int_eq(make_copy(&(struct copy_config){ .is_new = true }, &result), ERR_EXISTS);
	arena_done(&arena);
}
END_TEST

START_TEST(a_copy_ends_at_an_entry_or_a_moment) {
	struct copy_result result;
	uint8_t root[DIGEST_BYTES];
	set_up();
	make_funds("a", FUNDS);
	const uint64_t ends[] = { 1, 2, 1024, 1777, FUNDS, FUNDS + 1 };
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		ck_assert_int_eq(engine_tree_root(engine, ends[i], root), ERR_OK);
		close_original();
		ck_assert_int_eq(
		    make_copy(&(struct copy_config){ .seq_max = ends[i], .is_new = true }, &result),
		    ERR_OK);
		ck_assert_uint_eq(result.size, ends[i]);
		ck_assert_mem_eq(result.root, root, DIGEST_BYTES);
		expect_ledger(&result);
		int64_t time_us = result.time_us;
		for (int64_t later_us = 0; later_us < 2; later_us++) {
			suite_remove(copy);
			ck_assert_int_eq(make_copy(&(struct copy_config){ .time_max_us = time_us + later_us - 1,
			                               .is_new = true },
			                     &result),
			    later_us || ends[i] > 1 ? ERR_OK : ERR_RANGE);
			if (later_us || ends[i] > 1)
				ck_assert_uint_eq(result.size, later_us ? ends[i] : ends[i] - 1);
		}
		suite_remove(copy);
		engine = stage_open(original);
	}
	close_original();
	ck_assert_int_eq(make_copy(&(struct copy_config){ .seq_max = FUNDS + 2 }, &result), ERR_RANGE);
	ck_assert_ptr_nonnull(strstr(detail, "has 3001 entries"));
	arena_done(&arena);
}
END_TEST

START_TEST(texts_of_persons_come_along_and_go) {
	struct copy_result result;
	set_up();
	uint64_t team = enter_team();
	make_funds("a", 100);
	close_original();
	ck_assert_int_eq(make_copy(&(struct copy_config){ .seq_max = team - 1 }, &result), ERR_OK);
	ck_assert(!is_on_disk(MARKER));
	ck_assert_int_eq(make_copy(&(struct copy_config){ .is_new = false }, &result), ERR_OK);
	ck_assert(is_on_disk(MARKER));
	expect_ledger(&result);

	engine = stage_open(original);
	erase_team();
	close_original();
	ck_assert_int_eq(make_copy(&(struct copy_config){ .is_new = false }, &result), ERR_OK);
	ck_assert(!is_on_disk(MARKER));
	expect_ledger(&result);
	suite_remove(copy); /* of before it was erased: it stays erased */
	ck_assert_int_eq(make_copy(&(struct copy_config){ .seq_max = team + 1 }, &result), ERR_OK);
	ck_assert(!is_on_disk(MARKER));
	expect_ledger(&result);
	arena_done(&arena);
}
END_TEST

START_TEST(another_past_is_not_continued) {
	struct copy_result result;
	struct copy_config config = { .from = original, .to = copy, .time_max_us = INT64_MAX };
	set_up();
	make_funds("a", 100);
	close_original();
	stage_create(copy); /* another ledger altogether */
	ck_assert_int_eq(engine_copy(&config, &result, detail), ERR_EXISTS);
	suite_remove(copy);
	ck_assert_int_eq(make_copy(&(struct copy_config){ .seq_max = 51 }, &result), ERR_OK);
	engine = stage_open(copy); /* it goes its own way */
	make_funds("z", 100);
	close_original();
	ck_assert_int_eq(engine_copy(&config, &result, detail), ERR_EXISTS);
	ck_assert_ptr_nonnull(strstr(detail, "is not the beginning"));
	arena_done(&arena);
}
END_TEST

START_TEST(what_cannot_be_copied_says_so) {
	struct copy_result result;
	set_up();
	make_funds("a", 100);
	ck_assert_int_eq(make_copy(&(struct copy_config){ .seq_max = 5 }, &result), ERR_OK);
	struct copy_config config = { .from = copy, .to = original, .time_max_us = INT64_MAX };
	ck_assert_int_eq(engine_copy(&config, &result, detail), ERR_BUSY);
	close_original();
	config.from = "/nonexistent";
	ck_assert_int_eq(engine_copy(&config, &result, detail), ERR_NOT_FOUND);
	ck_assert_ptr_nonnull(strstr(detail, "there is no ledger"));
	arena_done(&arena);
}
END_TEST

SUITE_MAIN("copy", a_copy_is_the_ledger_and_can_be_continued, a_copy_ends_at_an_entry_or_a_moment,
    texts_of_persons_come_along_and_go, another_past_is_not_continued,
    what_cannot_be_copied_says_so)
