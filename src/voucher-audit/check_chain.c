/* SPDX-License-Identifier: Apache-2.0 */
#include "voucher-audit/check_chain.h"

#define JOURNAL_FORMAT 3 /* that this was written for (journal.proto) */

static bool is_of_ledger(const struct look *look) {
	const struct uuid *id = &look->model->ledger->id;
	const Pb__Uuid *have = look->entry->ledger_id;
	return have && (look->seq == 1 || (have->high == id->high && have->low == id->low));
}

static void check_command(struct look *look) {
	const Pb__Command *command = look->command;
	if (!command || command->body_case == PB__COMMAND__BODY__NOT_SET)
		look_found(look, FINDING_SHAPE, 0, "command");
	else if (!command->id)
		look_found(look, FINDING_SHAPE, 0, "command.id");
	if (!look->entry->actor)
		look_found(look, FINDING_SHAPE, 0, "actor");
	if (!look->entry->decision)
		look_found(look, FINDING_SHAPE, 0, "decision");
	if (look->entry->genesis)
		look_found(look, FINDING_SHAPE, 0, "genesis");
}

static void check_genesis(struct look *look) {
	const Pb__JournalEntry *entry = look->entry;
	if (!entry->genesis)
		look_found(look, FINDING_SHAPE, 0, "genesis");
	else
		look_same_number(
		    look, FINDING_SHAPE, "genesis.format", JOURNAL_FORMAT, entry->genesis->format);
	if (entry->command || entry->actor || entry->decision || entry->n_postings)
		look_found(look, FINDING_SHAPE, 0, "the first entry is no command");
}

void check_chain(struct look *look) {
	const struct ledger_row *ledger = look->model->ledger;
	look_same_number(look, FINDING_SEQUENCE, "seq", ledger->seq + 1, look->seq);
	if (look->entry->seq != look->seq)
		look_same_number(look, FINDING_SEQUENCE, "entry.seq", look->seq, look->entry->seq);
	if (look->time_us <= ledger->time_us)
		look_same_number(
		    look, FINDING_TIME, "time_us", (uint64_t)ledger->time_us + 1, (uint64_t)look->time_us);
	if (!is_of_ledger(look))
		look_found(look, FINDING_FOREIGN, 0, "ledger_id");
	if (look->seq == 1)
		check_genesis(look);
	else
		check_command(look);
}

void learn_chain(struct look *look) {
	struct ledger_row *ledger = look->model->ledger;
	const Pb__Uuid *id = look->entry->ledger_id;
	ledger->seq = look->seq;
	if (look->time_us > ledger->time_us)
		ledger->time_us = look->time_us;
	if (look->seq == 1 && id)
		ledger->id = (struct uuid){ id->high, id->low };
	if (look->command && look->command->id) {
		const struct mark mark = { look->command->id->high, look->command->id->low };
		once_use(look->ids, mark, look->seq);
	}
}
