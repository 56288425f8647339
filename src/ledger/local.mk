# SPDX-License-Identifier: Apache-2.0

noinst_LTLIBRARIES += libledger.la
EXTRA_DIST += src/ledger/may_include
libledger_la_SOURCES = \
	src/ledger/applying.c src/ledger/applying.h \
	src/ledger/bank_line.c src/ledger/bank_line.h \
	src/ledger/bank_text.c src/ledger/bank_text.h \
	src/ledger/claim.c src/ledger/claim.h \
	src/ledger/claim_index.c src/ledger/claim_index.h \
	src/ledger/claim_objection.c \
	src/ledger/claim_submit.c \
	src/ledger/clawback.c src/ledger/clawback.h \
	src/ledger/clock.c src/ledger/clock.h \
	src/ledger/commands.c src/ledger/commands.h \
	src/ledger/counting.c src/ledger/counting.h \
	src/ledger/deciding.c src/ledger/deciding.h \
	src/ledger/due.c src/ledger/due.h \
	src/ledger/explain.c src/ledger/explain.h \
	src/ledger/expire.c \
	src/ledger/families.h \
	src/ledger/find.c src/ledger/find.h \
	src/ledger/foresee.c src/ledger/foresee.h \
	src/ledger/checkpoint_key.c src/ledger/checkpoint_key.h \
	src/ledger/genesis.c src/ledger/genesis.h \
	src/ledger/grant.c src/ledger/grant.h \
	src/ledger/held.c src/ledger/held.h \
	src/ledger/house.c src/ledger/house.h \
	src/ledger/identifier.c src/ledger/identifier.h \
	src/ledger/invoice.c src/ledger/invoice.h \
	src/ledger/key.c src/ledger/key.h \
	src/ledger/ledger.c src/ledger/ledger.h \
	src/ledger/line.c \
	src/ledger/matching.c src/ledger/matching.h \
	src/ledger/matching_apply.c \
	src/ledger/memo.c src/ledger/memo.h \
	src/ledger/netting.c src/ledger/netting.h \
	src/ledger/payment.c src/ledger/payment.h \
	src/ledger/period.c src/ledger/period.h \
	src/ledger/period_close.c \
	src/ledger/period_figures.c src/ledger/period_figures.h \
	src/ledger/personal.c src/ledger/personal.h \
	src/ledger/pool.c src/ledger/pool.h \
	src/ledger/postings.c src/ledger/postings.h \
	src/ledger/principal.h \
	src/ledger/ready.c src/ledger/ready.h \
	src/ledger/reconcile.c \
	src/ledger/reconcile_unmatch.c \
	src/ledger/recover.c \
	src/ledger/reply.c \
	src/ledger/returned.c src/ledger/returned.h \
	src/ledger/rows.h \
	src/ledger/rules.c src/ledger/rules.h \
	src/ledger/rules_cache.c src/ledger/rules_cache.h \
	src/ledger/rules_caps.c src/ledger/rules_caps.h \
	src/ledger/rules_check.c src/ledger/rules_check.h \
	src/ledger/rules_check_money.c \
	src/ledger/rules_check_process.c \
	src/ledger/rules_check_tiers.c \
	src/ledger/rules_check_times.c \
	src/ledger/rules_check_who.c \
	src/ledger/rules_decide.c \
	src/ledger/rules_range.c src/ledger/rules_range.h \
	src/ledger/rules_reach.c src/ledger/rules_reach.h \
	src/ledger/rules_split.c \
	src/ledger/rules_weighing.c src/ledger/rules_weighing.h \
	src/ledger/rules_window.c \
	src/ledger/sample.c src/ledger/sample.h \
	src/ledger/settle.c src/ledger/settle.h \
	src/ledger/settle_digest.c \
	src/ledger/settle_find.c src/ledger/settle_find.h \
	src/ledger/settle_open.c \
	src/ledger/settle_record.c \
	src/ledger/setup_agreement.c \
	src/ledger/setup_fund.c \
	src/ledger/setup_party.c \
	src/ledger/setup_principal.c \
	src/ledger/setup_programme.c \
	src/ledger/setup_standing.c \
	src/ledger/state.c src/ledger/state.h \
	src/ledger/statement.c \
	src/ledger/take_up.c src/ledger/take_up.h \
	src/ledger/taking.c src/ledger/taking.h \
	src/ledger/use.c src/ledger/use.h \
	src/ledger/use_reserve.c \
	src/ledger/verify.c src/ledger/verify.h \
	src/ledger/verify_house.c \
	src/ledger/verify_match.c \
	src/ledger/verify_settle.c \
	src/ledger/voucher.c src/ledger/voucher.h \
	src/ledger/voucher_apply.c \
	src/ledger/voucher_issue.c \
	src/ledger/voucher_review.c \
	src/ledger/want.c src/ledger/want.h
