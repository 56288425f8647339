/* SPDX-License-Identifier: Apache-2.0 */
#include "voucher-audit/check_persons.h"

#include <string.h>

#define DAEMON_PRINCIPAL (UINT64_C(1) << 57)

enum {
	ADM = 1 << PB__ROLE__ROLE_ADMIN,
	OPR = 1 << PB__ROLE__ROLE_OPERATOR,
	REV = 1 << PB__ROLE__ROLE_REVIEWER,
	APP = 1 << PB__ROLE__ROLE_APPROVER,
	FIN = 1 << PB__ROLE__ROLE_FINANCE,
	AUD = 1 << PB__ROLE__ROLE_AUDITOR,
	PRO = 1 << PB__ROLE__ROLE_PROVIDER,
	STA = 1 << PB__ROLE__ROLE_STARTUP,
	DAEMON = 1 << 30, /* what falls due */
};

#define ROLES(command, roles) [PB__COMMAND__BODY_##command] = (roles)

/* Deny by default: what is not here, nobody may. */
static const uint32_t TABLE[] = {
	ROLES(CREATE_FUND, OPR),
	ROLES(APPROPRIATE, FIN),
	ROLES(CREATE_PROGRAMME, OPR),
	ROLES(ALLOCATE, FIN),
	ROLES(PUBLISH_RULES, OPR),
	ROLES(REGISTER_PARTY, OPR),
	ROLES(UPDATE_PARTY, OPR),
	ROLES(ADMIT_PROVIDER, OPR),
	ROLES(SUSPEND_PARTY, OPR),
	ROLES(REINSTATE_PARTY, OPR),
	ROLES(REGISTER_PRINCIPAL, ADM),
	ROLES(REVOKE_PRINCIPAL, ADM),
	ROLES(BLACKLIST_PARTY, OPR),
	ROLES(ASSESS_PARTY, OPR),
	ROLES(ASSIGN_PARTY, OPR),
	ROLES(RECORD_AGREEMENT, OPR),
	ROLES(ERASE_PERSONAL, ADM),
	ROLES(ROTATE_CHECKPOINT_KEY, ADM),
	ROLES(APPLY, OPR | STA),
	ROLES(REVIEW_APPLICATION, REV),
	ROLES(ISSUE, OPR),
	ROLES(RETURN_VOUCHER, STA),
	ROLES(CANCEL_VOUCHER, OPR | DAEMON),
	ROLES(EXTEND_VOUCHER, OPR),
	ROLES(EXPIRE, OPR | DAEMON),
	ROLES(REMIND, DAEMON),
	ROLES(RESERVE, STA),
	ROLES(REDEEM, STA),
	ROLES(RELEASE, STA),
	ROLES(WITHDRAW_RESERVATION, OPR | DAEMON),
	ROLES(SUBMIT_CLAIM, PRO | STA),
	ROLES(RETURN_CLAIM, OPR | REV),
	ROLES(APPROVE_CLAIM, APP),
	ROLES(COUNTERSIGN_CLAIM, APP),
	ROLES(REJECT_CLAIM, APP),
	ROLES(PUBLISH_CLAIM, OPR | FIN),
	ROLES(OBJECT_CLAIM, OPR | REV | PRO | STA),
	ROLES(RESOLVE_OBJECTION, APP),
	ROLES(OPEN_SETTLEMENT, FIN),
	ROLES(APPROVE_SETTLEMENT, APP),
	ROLES(CANCEL_SETTLEMENT, FIN),
	ROLES(RECORD_PAYMENT, FIN),
	ROLES(RECORD_PAYMENT_FILE, FIN),
	ROLES(RECONCILE, FIN),
	ROLES(UNMATCH, FIN),
	ROLES(REGISTER_HOUSE_ACCOUNT, OPR),
	ROLES(IMPORT_STATEMENT, FIN),
	ROLES(ASSIGN_LINE, FIN),
	ROLES(RESOLVE_LINE, FIN),
	ROLES(ORDER_CLAWBACK, APP),
	ROLES(RECORD_RECOVERY, FIN),
	ROLES(WRITE_OFF, APP),
	ROLES(DRAW_SAMPLE, OPR | AUD),
	ROLES(PREPARE_PERIOD, FIN),
	ROLES(REVIEW_PERIOD, APP | FIN),
	ROLES(CLOSE_PERIOD, FIN),
	ROLES(REOPEN_PERIOD, APP),
};

static uint32_t roles_of(Pb__Command__BodyCase command) {
	return (size_t)command < sizeof(TABLE) / sizeof(TABLE[0]) ? TABLE[command] : 0;
}

uint32_t persons_roles(Pb__Command__BodyCase command) {
	return roles_of(command) & ~(uint32_t)DAEMON;
}

static void check_role(struct look *look) {
	uint32_t allowed = roles_of(look->command->body_case);
	uint32_t has = look->actor->id == DAEMON_PRINCIPAL ? DAEMON : look->actor->roles;
	if (!(allowed & has))
		look_money(look, FINDING_ROLE, look->actor->id, look->decision->amount, "actor.principal");
}

static void check_actor(struct look *look) {
	const char *name = model_text(look->model, look->actor->name);
	if (look->actor->is_revoked)
		look_money(look, FINDING_ACTOR, look->actor->id, look->decision->amount,
		    "actor.principal was revoked");
	if (strcmp(name, look->entry->actor->person) != 0)
		look_found(look, FINDING_ACTOR, look->actor->id, "actor.person");
}

void check_persons(struct look *look) {
	if (!look->command || !look->entry->actor)
		return;
	if (!look->actor) {
		look_money(look, FINDING_ACTOR, look->entry->actor->principal, look->decision->amount,
		    "actor.principal is not registered");
		return;
	}
	check_actor(look);
	check_role(look);
	check_owners(look);
	check_eyes(look);
}
