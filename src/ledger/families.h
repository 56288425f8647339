/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every command of the ledger: how it is decided (deciding.h) and how it takes effect (applying.h).
 * The table of them is in commands.c. Internal to src/ledger.
 */
#ifndef LEDGER_FAMILIES_H
#define LEDGER_FAMILIES_H

#include "ledger/applying.h"
#include "ledger/deciding.h"

#define COMMAND(name)                                                                              \
	bool decide_##name(struct deciding *d);                                                        \
	void apply_##name(struct applying *a)

/* setup_fund.c */
COMMAND(create_fund);
COMMAND(appropriate);
COMMAND(allocate);

/* setup_programme.c */
COMMAND(create_programme);
COMMAND(publish_rules);
COMMAND(admit_provider);

/* setup_agreement.c */
COMMAND(record_agreement);

/* setup_party.c */
COMMAND(register_party);
COMMAND(update_party);
COMMAND(erase_personal);

/* setup_standing.c */
COMMAND(suspend_party);
COMMAND(reinstate_party);
COMMAND(blacklist_party);
COMMAND(assess_party);
COMMAND(assign_party);

/* setup_principal.c */
COMMAND(register_principal);
COMMAND(revoke_principal);

/* checkpoint_key.c */
COMMAND(rotate_checkpoint_key);

/* voucher.c, voucher_apply.c, voucher_review.c, voucher_issue.c */
COMMAND(apply);
COMMAND(review_application);
COMMAND(issue);
COMMAND(return_voucher);
COMMAND(cancel_voucher);

/* expire.c */
COMMAND(extend_voucher);
COMMAND(expire);
COMMAND(remind);

/* use.c, use_reserve.c */
COMMAND(reserve);
COMMAND(redeem);
COMMAND(release);
COMMAND(withdraw_reservation);

/* claim.c */
COMMAND(submit_claim);
COMMAND(return_claim);
COMMAND(approve_claim);
COMMAND(countersign_claim);
COMMAND(reject_claim);
COMMAND(publish_claim);

/* claim_objection.c */
COMMAND(object_claim);
COMMAND(resolve_objection);

/* settle.c, settle_open.c, settle_record.c */
COMMAND(open_settlement);
COMMAND(approve_settlement);
COMMAND(cancel_settlement);
COMMAND(record_payment);
COMMAND(record_payment_file);

/* house.c */
COMMAND(register_house_account);

/* statement.c, line.c */
COMMAND(import_statement);
COMMAND(assign_line);
COMMAND(resolve_line);

/* recover.c */
COMMAND(order_clawback);
COMMAND(record_recovery);
COMMAND(write_off);

/* sample.c */
COMMAND(draw_sample);

/* period_close.c */
COMMAND(prepare_period);
COMMAND(review_period);
COMMAND(close_period);
COMMAND(reopen_period);

/* reconcile.c, reconcile_unmatch.c */
COMMAND(reconcile);
COMMAND(unmatch);

#undef COMMAND

#endif
