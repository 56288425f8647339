/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verbs that need more than the table says. Each has its file.
 *
 * prepare_*: complete a command before it is sent, EXIT_DONE to go on. action_*: do everything.
 * They have said what was wrong, on stderr, when they return anything but EXIT_DONE.
 */
#ifndef VOUCHERCTL_ACTIONS_H
#define VOUCHERCTL_ACTIONS_H

#include "voucher/v1/command.pb-c.h"
#include "voucherctl/exit_status.h"

struct session;

/* prepare.c */
enum exit_status prepare_publish_rules(struct session *session, Pb__Command *command);
enum exit_status prepare_update_party(struct session *session, Pb__Command *command);
enum exit_status prepare_register_principal(struct session *session, Pb__Command *command);

/* checkpoint.c */
enum exit_status prepare_rotate_checkpoint_key(struct session *session, Pb__Command *command);
enum exit_status action_checkpoint_show(struct session *session);
enum exit_status action_checkpoint_new_key(struct session *session);

/* receipt.c */
enum exit_status action_receipt_get(struct session *session);
enum exit_status action_receipt_verify(struct session *session);
enum exit_status action_receipt_qr(struct session *session);

/* prepare_settlement.c */
enum exit_status prepare_open_settlement(struct session *session, Pb__Command *command);
enum exit_status prepare_approve_settlement(struct session *session, Pb__Command *command);

/* period.c */
enum exit_status prepare_review_period(struct session *session, Pb__Command *command);
enum exit_status action_period_show(struct session *session);

enum exit_status action_programme_check(struct session *session);   /* programme_file.c */
enum exit_status action_programme_explain(struct session *session); /* programme_explain.c */
enum exit_status action_programme_try(struct session *session);     /* programme_try.c */

enum exit_status action_voucher_qr(struct session *session);   /* voucher_qr.c */
enum exit_status action_payment_file(struct session *session); /* payment_file.c */

enum exit_status action_list(struct session *session);              /* query.c */
enum exit_status action_show(struct session *session);              /* query.c */
enum exit_status action_journal(struct session *session);           /* journal.c */
enum exit_status action_books_export(struct session *session);      /* books.c */
enum exit_status action_books_balances(struct session *session);    /* books_balances.c */
enum exit_status action_books_account(struct session *session);     /* books_account.c */
enum exit_status action_statement(struct session *session);         /* statement.c */
enum exit_status action_bank_file_show(struct session *session);    /* bank_file.c */
enum exit_status action_bank_file_import(struct session *session);  /* bank_import.c */
enum exit_status action_bank_line_show(struct session *session);    /* bank_line.c */
enum exit_status action_reconciliation(struct session *session);    /* reconciliation.c */
enum exit_status action_batch(struct session *session);             /* batch.c */
enum exit_status action_proof_inclusion(struct session *session);   /* proof.c */
enum exit_status action_proof_consistency(struct session *session); /* proof.c */
enum exit_status action_tiles(struct session *session);             /* tiles.c */
enum exit_status action_status(struct session *session);            /* status.c */
enum exit_status action_token_new(struct session *session);         /* token.c */
enum exit_status action_init(struct session *session);              /* init.c */
enum exit_status action_backup(struct session *session);            /* backup.c */
enum exit_status action_restore(struct session *session);           /* backup.c */
enum exit_status action_help(struct session *session);              /* help.c */

#endif
