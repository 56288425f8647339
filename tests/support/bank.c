/* SPDX-License-Identifier: Apache-2.0 */
#include "support/bank.h"

#include <check.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

uint64_t bank_house(struct world *w, int64_t opening) {
	return world_accept(w,
	    "{'register_house_account': {'code': 'house', 'name': 'House', 'account': {'number':"
	    " '0200001', 'bank_code': '102100099996', 'holder_name': 'Committee'},"
	    " 'opening_balance': '%" PRId64 "'}}",
	    opening);
}

struct desk bank_desk(int64_t opening) {
	struct desk desk = { .w = world_new() };
	desk.house = bank_house(desk.w, opening);
	world_as(desk.w, world_staff(desk.w, "S5", "ROLE_FINANCE"));
	return desk;
}

const char *bank_file(struct world *w, uint64_t number) {
	const char *file = arena_printf(world_arena(w), "%064" PRIx64, number);
	ck_assert_ptr_nonnull(file);
	return file;
}

uint64_t bank_import(struct world *w, const char *lines, ...) {
	char text[65536];
	va_list arguments;
	va_start(arguments, lines);
	int bytes = vsnprintf(text, sizeof(text), lines, arguments);
	va_end(arguments);
	ck_assert(bytes >= 0 && (size_t)bytes < sizeof(text));
	return world_accept(w,
	    "{'import_statement': {'house_account': 'house', 'file': '%s', 'format': 'test',"
	    " 'page': 1, 'pages': 1, 'lines': [%s]}}",
	    bank_file(w, world_last_seq(w)), text);
}

uint64_t bank_import_line(
    struct world *w, int64_t amount, const char *date, const char *reference) {
	uint64_t seq = bank_import(w,
	    "{'file_line': 1, 'serial': 'B%" PRIu64 "', 'amount': '%" PRId64
	    "', 'booking_date': '%s', 'reference': '%s'}",
	    world_last_seq(w), amount, date, reference);
	return world_entry(w, seq)->decision->lines[0]->line;
}

struct house_row bank_house_row(struct world *w, uint64_t house) {
	return WORLD_ROW(w, TABLE_HOUSE, house, struct house_row);
}

struct bank_line_row bank_line_row(struct world *w, uint64_t house, uint64_t line) {
	struct key key = key_of_ids(house, line);
	const struct bank_line_row *row = STATE_GET(
	    world_state(w), TABLE_BANK_LINE, &key, struct bank_line_row);
	ck_assert_ptr_nonnull(row);
	return *row;
}
