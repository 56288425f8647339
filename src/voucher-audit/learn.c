/* SPDX-License-Identifier: Apache-2.0 */
#include "voucher-audit/learn.h"

#define LEARN_ROW(body, name) [PB__COMMAND__BODY_##body] = learn_##name,
static void (*const LEARN[])(struct look *look) = { LEARN_COMMANDS(LEARN_ROW) };
#undef LEARN_ROW

void learn_entry(struct look *look) {
	if (look->seq == 1 && look->entry->genesis)
		learn_genesis(look);
	if (!look->command)
		return;
	size_t body = (size_t)look->command->body_case;
	if (body < sizeof(LEARN) / sizeof(LEARN[0]) && LEARN[body])
		LEARN[body](look);
}

void learn_count(int64_t *sum, int64_t amount) {
	*sum = (int64_t)((uint64_t)*sum + (uint64_t)amount);
}

void learn_shares(const struct programme *programme, Pb__Share *const *shares, size_t count,
    int sign, int64_t by_fund[LIMIT_FUNDS]) {
	for (size_t i = 0; programme && i < count; i++) {
		int place = model_fund_place(programme, shares[i]->fund);
		if (place >= 0)
			learn_count(
			    &by_fund[place], (int64_t)((uint64_t)shares[i]->amount * (uint64_t)(int64_t)sign));
	}
}

uint64_t learn_person(const struct look *look) {
	return look->actor ? look->actor->person : 0;
}
