/* SPDX-License-Identifier: Apache-2.0 */
#include "auth/roles.h"

#include "support/suite.h"

#include <string.h>

#define BIT(name) ROLE_BIT(PB__ROLE__ROLE_##name)
#define ALL_ROLES ((1u << (PB__ROLE__ROLE_STARTUP + 1)) - 2)
#define STAFF     (ALL_ROLES & ~(BIT(PROVIDER) | BIT(STARTUP)))

START_TEST(every_command_has_a_row) {
	const ProtobufCMessageDescriptor *command = &pb__command__descriptor;
	unsigned commands = 0;
	for (unsigned i = 0; i < command->n_fields; i++) {
		if (strcmp(command->fields[i].name, "id") == 0)
			continue;
		uint32_t roles = roles_for_command((Pb__Command__BodyCase)command->fields[i].id);
		bool is_of_the_daemon = command->fields[i].id == PB__COMMAND__BODY_REMIND;
		ck_assert_msg((roles != 0) != is_of_the_daemon, "who may %s?", command->fields[i].name);
		ck_assert_msg((roles & ~ALL_ROLES) == 0, "%s: unknown role", command->fields[i].name);
		commands++;
	}
	ck_assert_uint_eq(commands, 57);
}
END_TEST

START_TEST(what_is_not_in_the_table_is_denied) {
	ck_assert(!roles_may_command(ALL_ROLES, PB__COMMAND__BODY__NOT_SET));
	ck_assert(!roles_may_command(ALL_ROLES, (Pb__Command__BodyCase)9999));
	ck_assert(!roles_may_command(0, PB__COMMAND__BODY_REDEEM));
	ck_assert(!roles_may_command(1, PB__COMMAND__BODY_REDEEM)); /* ROLE_UNSPECIFIED */
}
END_TEST

START_TEST(an_auditor_draws_samples_and_changes_nothing_else) {
	for (unsigned i = 0; i < pb__command__descriptor.n_fields; i++) {
		Pb__Command__BodyCase command = (Pb__Command__BodyCase)pb__command__descriptor.fields[i].id;
		ck_assert_int_eq(
		    roles_may_command(BIT(AUDITOR), command), command == PB__COMMAND__BODY_DRAW_SAMPLE);
	}
}
END_TEST

START_TEST(money_needs_several_roles) {
	/* Whoever prepares a payment may not approve it, and nobody pays alone. */
	static const struct {
		Pb__Command__BodyCase make, check;
	} pairs[] = {
		{ PB__COMMAND__BODY_OPEN_SETTLEMENT, PB__COMMAND__BODY_APPROVE_SETTLEMENT },
		{ PB__COMMAND__BODY_ISSUE, PB__COMMAND__BODY_APPROVE_CLAIM },
		{ PB__COMMAND__BODY_SUBMIT_CLAIM, PB__COMMAND__BODY_APPROVE_CLAIM },
		{ PB__COMMAND__BODY_APPLY, PB__COMMAND__BODY_REVIEW_APPLICATION },
		{ PB__COMMAND__BODY_REVIEW_APPLICATION, PB__COMMAND__BODY_ISSUE },
		{ PB__COMMAND__BODY_CREATE_FUND, PB__COMMAND__BODY_APPROPRIATE },
		{ PB__COMMAND__BODY_REGISTER_PRINCIPAL, PB__COMMAND__BODY_APPROVE_SETTLEMENT },
		{ PB__COMMAND__BODY_ORDER_CLAWBACK, PB__COMMAND__BODY_RECORD_RECOVERY },
		{ PB__COMMAND__BODY_OBJECT_CLAIM, PB__COMMAND__BODY_RESOLVE_OBJECTION },
	};
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		ck_assert_uint_eq(roles_for_command(pairs[i].make) & roles_for_command(pairs[i].check), 0);
}
END_TEST

START_TEST(parties_act_only_on_vouchers_and_claims) {
	ck_assert(roles_may_command(BIT(STARTUP), PB__COMMAND__BODY_REDEEM));
	ck_assert(!roles_may_command(BIT(PROVIDER), PB__COMMAND__BODY_REDEEM));
	ck_assert(roles_may_command(BIT(PROVIDER), PB__COMMAND__BODY_SUBMIT_CLAIM));
	ck_assert(!roles_may_command(BIT(STARTUP) | BIT(PROVIDER), PB__COMMAND__BODY_ISSUE));
	ck_assert(!roles_may_command(BIT(STARTUP) | BIT(PROVIDER), PB__COMMAND__BODY_REGISTER_PARTY));
}
END_TEST

START_TEST(staff_are_everyone_but_parties) {
	for (uint32_t role = PB__ROLE__ROLE_ADMIN; role <= PB__ROLE__ROLE_STARTUP; role++)
		ck_assert_int_eq(roles_is_staff(ROLE_BIT(role)), (STAFF & ROLE_BIT(role)) != 0);
	ck_assert(!roles_is_staff(0));
	ck_assert(!roles_is_staff(BIT(PROVIDER) | BIT(STARTUP)));
}
END_TEST

SUITE_MAIN("roles", every_command_has_a_row, what_is_not_in_the_table_is_denied,
    an_auditor_draws_samples_and_changes_nothing_else, money_needs_several_roles,
    parties_act_only_on_vouchers_and_claims, staff_are_everyone_but_parties)
