/* SPDX-License-Identifier: Apache-2.0 */
#include "record/outcome.h"

#include "base/text.h"
#include "support/suite.h"

#include <string.h>

START_TEST(every_outcome_of_the_schema_is_explained_in_order) {
	size_t count = 0;
	const struct outcome_info *table = outcome_table(&count);
	ck_assert_uint_eq(count, pb__outcome__descriptor.n_values);
	for (size_t i = 0; i < count; i++) {
		const ProtobufCEnumValue *value = &pb__outcome__descriptor.values[i];
		ck_assert_int_eq((int)table[i].outcome, value->value);
		ck_assert_str_eq(table[i].name, value->name);
		ck_assert(text_is_clean_utf8(table[i].sentence, strlen(table[i].sentence)));
		ck_assert(text_is_clean_utf8(table[i].sentence_zh, strlen(table[i].sentence_zh)));
		ck_assert_int_eq(table[i].sentence[strlen(table[i].sentence) - 1], '.');
		const char *end_zh = table[i].sentence_zh + strlen(table[i].sentence_zh) - strlen("。");
		ck_assert_str_eq(end_zh, "。");
		ck_assert_ptr_eq(outcome_info(table[i].outcome), &table[i]);
	}
}
END_TEST

START_TEST(only_success_needs_no_retry) {
	size_t count = 0;
	const struct outcome_info *table = outcome_table(&count);
	for (size_t i = 0; i < count; i++)
		ck_assert((table[i].retry == PB__RETRY__RETRY_NONE) ==
		    (table[i].outcome == PB__OUTCOME__OUTCOME_OK));
	ck_assert_int_eq(outcome_info(PB__OUTCOME__POOL_EMPTY)->retry, PB__RETRY__RETRY_LIMIT);
	ck_assert_int_eq(outcome_info(PB__OUTCOME__UNAVAILABLE)->retry, PB__RETRY__RETRY_SAME_ID);
}
END_TEST

START_TEST(a_number_without_outcome_is_malformed) {
	ck_assert_int_eq(outcome_info((Pb__Outcome)9999)->outcome, PB__OUTCOME__MALFORMED);
	ck_assert_int_eq(outcome_info((Pb__Outcome)-1)->outcome, PB__OUTCOME__MALFORMED);
}
END_TEST

SUITE_MAIN("outcome", every_outcome_of_the_schema_is_explained_in_order,
    only_success_needs_no_retry, a_number_without_outcome_is_malformed)
