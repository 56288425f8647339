/* SPDX-License-Identifier: Apache-2.0 */
/* The golden ledger has every command, and nothing is wrong with it. */
#include "golden.h"
#include "record/entry.h"
#include "support/audited.h"
#include "support/suite.h"
#include "voucher/v1/command.pb-c.h"

START_TEST(every_command_takes_effect_in_it) {
	static bool seen[256];
	struct golden golden = golden_make();
	for (size_t i = 0; i < golden.count; i++) {
		uint32_t body_case;
		ck_assert_int_eq(
		    entry_glance(golden.entries[i].data, golden.entries[i].bytes, &body_case), ERR_OK);
		ck_assert_uint_lt(body_case, sizeof(seen));
		seen[body_case] = true;
	}
	const ProtobufCMessageDescriptor *commands = &pb__command__descriptor;
	for (unsigned i = 0; i < commands->n_fields; i++)
		if (commands->fields[i].flags & PROTOBUF_C_FIELD_FLAG_ONEOF)
			ck_assert_msg(seen[commands->fields[i].id], "%s", commands->fields[i].name);
	golden_free(&golden);
}
END_TEST

START_TEST(nothing_is_wrong_with_it) {
	struct golden golden = golden_make();
	struct audited *audited = audited_new();
	for (size_t i = 0; i < golden.count; i++)
		audited_take(audited, i + 1, golden.entries[i].data, golden.entries[i].bytes);
	audited_end(audited);
	audited_expect_clean(audited, NULL);
	audited_free(audited);
	golden_free(&golden);
}
END_TEST

SUITE_MAIN("golden_ledger", every_command_takes_effect_in_it, nothing_is_wrong_with_it)
