/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/commands.h"

/* clang-format off */
#define ROW(number, name) \
	[PB__COMMAND__BODY_##number] = { #name, decide_##name, apply_##name, false }
#define BULKY_ROW(number, name) \
	[PB__COMMAND__BODY_##number] = { #name, decide_##name, apply_##name, true }

static const struct command_kind kinds[] = {
	ROW(CREATE_FUND, create_fund),
	ROW(APPROPRIATE, appropriate),
	ROW(CREATE_PROGRAMME, create_programme),
	ROW(ALLOCATE, allocate),
	BULKY_ROW(PUBLISH_RULES, publish_rules),
	ROW(REGISTER_PARTY, register_party),
	ROW(UPDATE_PARTY, update_party),
	ROW(ADMIT_PROVIDER, admit_provider),
	ROW(SUSPEND_PARTY, suspend_party),
	ROW(REINSTATE_PARTY, reinstate_party),
	ROW(REGISTER_PRINCIPAL, register_principal),
	ROW(REVOKE_PRINCIPAL, revoke_principal),
	ROW(BLACKLIST_PARTY, blacklist_party),
	ROW(ASSESS_PARTY, assess_party),
	ROW(ASSIGN_PARTY, assign_party),
	ROW(RECORD_AGREEMENT, record_agreement),
	ROW(ERASE_PERSONAL, erase_personal),
	ROW(ROTATE_CHECKPOINT_KEY, rotate_checkpoint_key),

	ROW(APPLY, apply),
	ROW(REVIEW_APPLICATION, review_application),
	ROW(ISSUE, issue),
	ROW(RETURN_VOUCHER, return_voucher),
	ROW(CANCEL_VOUCHER, cancel_voucher),
	ROW(EXTEND_VOUCHER, extend_voucher),
	ROW(EXPIRE, expire),
	ROW(REMIND, remind),

	ROW(RESERVE, reserve),
	ROW(REDEEM, redeem),
	ROW(RELEASE, release),
	ROW(WITHDRAW_RESERVATION, withdraw_reservation),

	ROW(SUBMIT_CLAIM, submit_claim),
	ROW(RETURN_CLAIM, return_claim),
	ROW(APPROVE_CLAIM, approve_claim),
	ROW(COUNTERSIGN_CLAIM, countersign_claim),
	ROW(REJECT_CLAIM, reject_claim),
	ROW(PUBLISH_CLAIM, publish_claim),
	ROW(OBJECT_CLAIM, object_claim),
	ROW(RESOLVE_OBJECTION, resolve_objection),

	BULKY_ROW(OPEN_SETTLEMENT, open_settlement),
	BULKY_ROW(APPROVE_SETTLEMENT, approve_settlement),
	ROW(CANCEL_SETTLEMENT, cancel_settlement),
	ROW(RECORD_PAYMENT, record_payment),
	ROW(RECORD_PAYMENT_FILE, record_payment_file),

	ROW(REGISTER_HOUSE_ACCOUNT, register_house_account),
	BULKY_ROW(IMPORT_STATEMENT, import_statement),
	BULKY_ROW(RECONCILE, reconcile),
	BULKY_ROW(UNMATCH, unmatch),
	ROW(ASSIGN_LINE, assign_line),
	ROW(RESOLVE_LINE, resolve_line),

	ROW(ORDER_CLAWBACK, order_clawback),
	ROW(RECORD_RECOVERY, record_recovery),
	ROW(WRITE_OFF, write_off),
	ROW(DRAW_SAMPLE, draw_sample),

	BULKY_ROW(PREPARE_PERIOD, prepare_period),
	ROW(REVIEW_PERIOD, review_period),
	ROW(CLOSE_PERIOD, close_period),
	ROW(REOPEN_PERIOD, reopen_period),
};
/* clang-format on */

const struct command_kind *command_kind(Pb__Command__BodyCase body) {
	size_t index = (size_t)body;
	if (index >= sizeof(kinds) / sizeof(kinds[0]) || !kinds[index].name)
		return NULL;
	return &kinds[index];
}
