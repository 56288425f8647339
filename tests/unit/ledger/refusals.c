/* SPDX-License-Identifier: Apache-2.0 */
#include "refusals.h"

#include <check.h>
#include <string.h>

void refuse_all(struct world *w, const struct refused *table, size_t count) {
	uint64_t before = world_last_seq(w);
	for (size_t i = 0; i < count; i++) {
		const Pb__Refusal *refusal = world_refuse(w, table[i].outcome, "%s", table[i].command);
		ck_assert_msg(strcmp(refusal->field, table[i].field) == 0, "field \"%s\", not \"%s\": %s",
		    refusal->field, table[i].field, table[i].command);
	}
	ck_assert_uint_eq(world_last_seq(w), before);
}

const char *repeated(struct world *w, char c, size_t count) {
	char *text = arena_alloc(world_arena(w), count + 1);
	ck_assert_ptr_nonnull(text);
	memset(text, c, count);
	text[count] = '\0';
	return text;
}
