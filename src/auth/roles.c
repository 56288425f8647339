/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of commands and roles. What is not in it is denied. Pure data; any thread.
 *
 * Why money is split as it is: the programme office (operator) says what may be spent on, finance
 * puts the money there and pays it out, and an approver stands between the two. Who owns what, and
 * that maker and checker are two persons, is decided per object by the ledger, not here.
 */
#include "auth/roles.h"

#include <stddef.h>

#define STAFF                                                                                      \
	(ROLE_BIT(PB__ROLE__ROLE_ADMIN) | ROLE_BIT(PB__ROLE__ROLE_OPERATOR) |                          \
	    ROLE_BIT(PB__ROLE__ROLE_REVIEWER) | ROLE_BIT(PB__ROLE__ROLE_APPROVER) |                    \
	    ROLE_BIT(PB__ROLE__ROLE_FINANCE) | ROLE_BIT(PB__ROLE__ROLE_AUDITOR))

/* One row, as the columns below stand. */
#define ROW(command, admin, operator, reviewer, approver, finance, auditor, provider, startup)     \
	{                                                                                              \
		PB__COMMAND__BODY_##command,                                                               \
		    (admin) << PB__ROLE__ROLE_ADMIN | (operator) << PB__ROLE__ROLE_OPERATOR |              \
		    (reviewer) << PB__ROLE__ROLE_REVIEWER | (approver) << PB__ROLE__ROLE_APPROVER |        \
		    (finance) << PB__ROLE__ROLE_FINANCE | (auditor) << PB__ROLE__ROLE_AUDITOR |            \
		    (provider) << PB__ROLE__ROLE_PROVIDER | (startup) << PB__ROLE__ROLE_STARTUP            \
	}

static const struct {
	Pb__Command__BodyCase command;
	uint32_t roles;
} table[] = {
	/* clang-format off */
	/*                      adm op rev app fin aud prov startup */
	ROW(CREATE_FUND,          0, 1,  0,  0,  0,  0,  0,  0),
	ROW(APPROPRIATE,          0, 0,  0,  0,  1,  0,  0,  0),
	ROW(CREATE_PROGRAMME,     0, 1,  0,  0,  0,  0,  0,  0),
	ROW(ALLOCATE,             0, 0,  0,  0,  1,  0,  0,  0),
	ROW(PUBLISH_RULES,        0, 1,  0,  0,  0,  0,  0,  0),
	ROW(REGISTER_PARTY,       0, 1,  0,  0,  0,  0,  0,  0),
	ROW(UPDATE_PARTY,         0, 1,  0,  0,  0,  0,  0,  0),
	ROW(ADMIT_PROVIDER,       0, 1,  0,  0,  0,  0,  0,  0),
	ROW(SUSPEND_PARTY,        0, 1,  0,  0,  0,  0,  0,  0),
	ROW(REINSTATE_PARTY,      0, 1,  0,  0,  0,  0,  0,  0),
	ROW(REGISTER_PRINCIPAL,   1, 0,  0,  0,  0,  0,  0,  0),
	ROW(REVOKE_PRINCIPAL,     1, 0,  0,  0,  0,  0,  0,  0),
	ROW(BLACKLIST_PARTY,      0, 1,  0,  0,  0,  0,  0,  0),
	ROW(ASSESS_PARTY,         0, 1,  0,  0,  0,  0,  0,  0),
	ROW(ASSIGN_PARTY,         0, 1,  0,  0,  0,  0,  0,  0),
	ROW(RECORD_AGREEMENT,     0, 1,  0,  0,  0,  0,  0,  0),
	ROW(ERASE_PERSONAL,       1, 0,  0,  0,  0,  0,  0,  0),
	ROW(ROTATE_CHECKPOINT_KEY, 1, 0, 0,  0,  0,  0,  0,  0),

	ROW(APPLY,                0, 1,  0,  0,  0,  0,  0,  1),
	ROW(REVIEW_APPLICATION,   0, 0,  1,  0,  0,  0,  0,  0),
	ROW(ISSUE,                0, 1,  0,  0,  0,  0,  0,  0),
	ROW(RETURN_VOUCHER,       0, 0,  0,  0,  0,  0,  0,  1),
	ROW(CANCEL_VOUCHER,       0, 1,  0,  0,  0,  0,  0,  0),
	ROW(EXTEND_VOUCHER,       0, 1,  0,  0,  0,  0,  0,  0),
	ROW(EXPIRE,               0, 1,  0,  0,  0,  0,  0,  0), /* by hand what the daemon does */
	ROW(REMIND,               0, 0,  0,  0,  0,  0,  0,  0), /* the daemon alone */

	ROW(RESERVE,              0, 0,  0,  0,  0,  0,  0,  1),
	ROW(REDEEM,               0, 0,  0,  0,  0,  0,  0,  1),
	ROW(RELEASE,              0, 0,  0,  0,  0,  0,  0,  1),
	ROW(WITHDRAW_RESERVATION, 0, 1,  0,  0,  0,  0,  0,  0),

	ROW(SUBMIT_CLAIM,         0, 0,  0,  0,  0,  0,  1,  1),
	ROW(RETURN_CLAIM,         0, 1,  1,  0,  0,  0,  0,  0),
	ROW(APPROVE_CLAIM,        0, 0,  0,  1,  0,  0,  0,  0),
	ROW(COUNTERSIGN_CLAIM,    0, 0,  0,  1,  0,  0,  0,  0),
	ROW(REJECT_CLAIM,         0, 0,  0,  1,  0,  0,  0,  0),
	ROW(PUBLISH_CLAIM,        0, 1,  0,  0,  1,  0,  0,  0),
	ROW(OBJECT_CLAIM,         0, 1,  1,  0,  0,  0,  1,  1),
	ROW(RESOLVE_OBJECTION,    0, 0,  0,  1,  0,  0,  0,  0),

	ROW(OPEN_SETTLEMENT,      0, 0,  0,  0,  1,  0,  0,  0),
	ROW(APPROVE_SETTLEMENT,   0, 0,  0,  1,  0,  0,  0,  0),
	ROW(CANCEL_SETTLEMENT,    0, 0,  0,  0,  1,  0,  0,  0),
	ROW(RECORD_PAYMENT,       0, 0,  0,  0,  1,  0,  0,  0),
	ROW(RECORD_PAYMENT_FILE,  0, 0,  0,  0,  1,  0,  0,  0),
	ROW(RECONCILE,            0, 0,  0,  0,  1,  0,  0,  0),
	ROW(UNMATCH,              0, 0,  0,  0,  1,  0,  0,  0),
	ROW(REGISTER_HOUSE_ACCOUNT, 0, 1, 0, 0,  0,  0,  0,  0),
	ROW(IMPORT_STATEMENT,     0, 0,  0,  0,  1,  0,  0,  0),
	ROW(ASSIGN_LINE,          0, 0,  0,  0,  1,  0,  0,  0),
	ROW(RESOLVE_LINE,         0, 0,  0,  0,  1,  0,  0,  0),

	ROW(ORDER_CLAWBACK,       0, 0,  0,  1,  0,  0,  0,  0),
	ROW(RECORD_RECOVERY,      0, 0,  0,  0,  1,  0,  0,  0),
	ROW(WRITE_OFF,            0, 0,  0,  1,  0,  0,  0,  0),
	ROW(DRAW_SAMPLE,          0, 1,  0,  0,  0,  1,  0,  0),

	ROW(PREPARE_PERIOD,       0, 0,  0,  0,  1,  0,  0,  0),
	ROW(REVIEW_PERIOD,        0, 0,  0,  1,  1,  0,  0,  0),
	ROW(CLOSE_PERIOD,         0, 0,  0,  0,  1,  0,  0,  0),
	ROW(REOPEN_PERIOD,        0, 0,  0,  1,  0,  0,  0,  0),
	/* clang-format on */
};

uint32_t roles_for_command(Pb__Command__BodyCase command) {
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (table[i].command == command)
			return table[i].roles;
	return 0;
}

bool roles_may_command(uint32_t roles, Pb__Command__BodyCase command) {
	return (roles & roles_for_command(command)) != 0;
}

bool roles_is_staff(uint32_t roles) {
	return (roles & STAFF) != 0;
}
