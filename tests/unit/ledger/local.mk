# SPDX-License-Identifier: Apache-2.0

unit_ledger_tests = \
	tests/unit/ledger/test_identifier \
	tests/unit/ledger/test_setup_fund \
	tests/unit/ledger/test_setup_principal \
	tests/unit/ledger/test_setup_party \
	tests/unit/ledger/test_setup_programme \
	tests/unit/ledger/test_setup_standing \
	tests/unit/ledger/test_setup_agreement \
	tests/unit/ledger/test_setup_umbrella \
	tests/unit/ledger/test_pool \
	tests/unit/ledger/test_memo \
	tests/unit/ledger/test_netting \
	tests/unit/ledger/test_clock \
	tests/unit/ledger/test_explain \
	tests/unit/ledger/test_foresee \
	tests/unit/ledger/test_take_up \
	tests/unit/ledger/test_rules \
	tests/unit/ledger/test_rules_check \
	tests/unit/ledger/test_rules_decide \
	tests/unit/ledger/test_rules_mistakes \
	tests/unit/ledger/test_rules_random \
	tests/unit/ledger/test_rules_split \
	tests/unit/ledger/test_rules_worked \
	tests/unit/ledger/test_apply \
	tests/unit/ledger/test_voucher \
	tests/unit/ledger/test_grant \
	tests/unit/ledger/test_counting \
	tests/unit/ledger/test_use \
	tests/unit/ledger/test_expire \
	tests/unit/ledger/test_claim \
	tests/unit/ledger/test_claim_rules \
	tests/unit/ledger/test_settle \
	tests/unit/ledger/test_settle_limits \
	tests/unit/ledger/test_settle_record \
	tests/unit/ledger/test_bank_text \
	tests/unit/ledger/test_matching \
	tests/unit/ledger/test_reconcile \
	tests/unit/ledger/test_match_hostile \
	tests/unit/ledger/test_money_walk \
	tests/unit/ledger/test_house \
	tests/unit/ledger/test_statement \
	tests/unit/ledger/test_line \
	tests/unit/ledger/test_verify_house \
	tests/unit/ledger/test_verify_settle \
	tests/unit/ledger/test_personal \
	tests/unit/ledger/test_objection \
	tests/unit/ledger/test_sample \
	tests/unit/ledger/test_recover \
	tests/unit/ledger/test_shares \
	tests/unit/ledger/test_tampered \
	tests/unit/ledger/test_period \
	tests/unit/ledger/test_period_close \
	tests/unit/ledger/test_key \
	tests/unit/ledger/test_checkpoint_key \
	tests/unit/ledger/test_genesis \
	tests/unit/ledger/test_invariants \
	tests/unit/ledger/test_ledger \
	tests/unit/ledger/test_random_lives
recount = tests/unit/ledger/recount.c tests/unit/ledger/recount.h \
	tests/unit/ledger/fates.c tests/unit/ledger/fates.h
check_PROGRAMS += $(unit_ledger_tests)
dist_check_SCRIPTS += tests/unit/ledger/every_outcome.sh
TESTS += $(unit_ledger_tests) tests/unit/ledger/every_outcome.sh

tests_unit_ledger_test_identifier_SOURCES = tests/unit/ledger/test_identifier.c
tests_unit_ledger_test_identifier_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ledger_test_identifier_LDADD = libledger.la $(TEST_LIBS)

tests_unit_ledger_test_bank_text_SOURCES = tests/unit/ledger/test_bank_text.c
tests_unit_ledger_test_bank_text_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ledger_test_bank_text_LDADD = $(LEDGER_TEST_LIBS)

tests_unit_ledger_test_matching_SOURCES = tests/unit/ledger/test_matching.c \
	tests/unit/ledger/paying.c tests/unit/ledger/paying.h
tests_unit_ledger_test_matching_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ledger_test_matching_LDADD = $(LEDGER_TEST_LIBS)

tests_unit_ledger_test_reconcile_SOURCES = tests/unit/ledger/test_reconcile.c \
	tests/unit/ledger/paying.c tests/unit/ledger/paying.h \
	tests/unit/ledger/refusals.c tests/unit/ledger/refusals.h
tests_unit_ledger_test_reconcile_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ledger_test_reconcile_LDADD = $(LEDGER_TEST_LIBS)

tests_unit_ledger_test_match_hostile_SOURCES = tests/unit/ledger/test_match_hostile.c \
	tests/unit/ledger/paying.c tests/unit/ledger/paying.h
tests_unit_ledger_test_match_hostile_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ledger_test_match_hostile_LDADD = $(LEDGER_TEST_LIBS)

tests_unit_ledger_test_money_walk_SOURCES = tests/unit/ledger/test_money_walk.c \
	tests/unit/ledger/funds.c tests/unit/ledger/funds.h
tests_unit_ledger_test_money_walk_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ledger_test_money_walk_LDADD = $(LEDGER_TEST_LIBS)

tests_unit_ledger_test_house_SOURCES = tests/unit/ledger/test_house.c \
	tests/unit/ledger/refusals.c tests/unit/ledger/refusals.h
tests_unit_ledger_test_house_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ledger_test_house_LDADD = $(LEDGER_TEST_LIBS)

tests_unit_ledger_test_statement_SOURCES = tests/unit/ledger/test_statement.c \
	tests/unit/ledger/refusals.c tests/unit/ledger/refusals.h
tests_unit_ledger_test_statement_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ledger_test_statement_LDADD = $(LEDGER_TEST_LIBS)

tests_unit_ledger_test_line_SOURCES = tests/unit/ledger/test_line.c \
	tests/unit/ledger/paying.c tests/unit/ledger/paying.h \
	tests/unit/ledger/refusals.c tests/unit/ledger/refusals.h
tests_unit_ledger_test_line_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ledger_test_line_LDADD = $(LEDGER_TEST_LIBS)

tests_unit_ledger_test_verify_house_SOURCES = tests/unit/ledger/test_verify_house.c \
	tests/unit/ledger/faults.c tests/unit/ledger/faults.h \
	$(recount)
tests_unit_ledger_test_verify_house_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ledger_test_verify_house_LDADD = $(LEDGER_TEST_LIBS)

tests_unit_ledger_test_clock_SOURCES = tests/unit/ledger/test_clock.c \
	$(recount)
tests_unit_ledger_test_clock_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ledger_test_clock_LDADD = $(LEDGER_TEST_LIBS)

tests_unit_ledger_test_take_up_SOURCES = tests/unit/ledger/test_take_up.c \
	$(recount)
tests_unit_ledger_test_take_up_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ledger_test_take_up_LDADD = $(LEDGER_TEST_LIBS)

tests_unit_ledger_test_foresee_SOURCES = tests/unit/ledger/test_foresee.c
tests_unit_ledger_test_foresee_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ledger_test_foresee_LDADD = $(LEDGER_TEST_LIBS)
tests_unit_ledger_test_explain_SOURCES = tests/unit/ledger/test_explain.c
tests_unit_ledger_test_explain_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ledger_test_explain_LDADD = $(LEDGER_TEST_LIBS)

tests_unit_ledger_test_rules_SOURCES = tests/unit/ledger/test_rules.c \
	tests/unit/ledger/sample_rules.c tests/unit/ledger/sample_rules.h
tests_unit_ledger_test_rules_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ledger_test_rules_LDADD = libledger.la libschema.la libbase.la $(TEST_LIBS)

tests_unit_ledger_test_rules_check_SOURCES = tests/unit/ledger/test_rules_check.c \
	tests/unit/ledger/sample_rules.c tests/unit/ledger/sample_rules.h
tests_unit_ledger_test_rules_check_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ledger_test_rules_check_LDADD = libledger.la libschema.la libbase.la $(TEST_LIBS)

rules_desk = tests/unit/ledger/rules_desk.c tests/unit/ledger/rules_desk.h

tests_unit_ledger_test_rules_decide_SOURCES = tests/unit/ledger/test_rules_decide.c $(rules_desk)
tests_unit_ledger_test_rules_decide_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ledger_test_rules_decide_LDADD = libledger.la librecord.la libschema.la libbase.la $(TEST_LIBS)

tests_unit_ledger_test_rules_mistakes_SOURCES = tests/unit/ledger/test_rules_mistakes.c $(rules_desk)
tests_unit_ledger_test_rules_mistakes_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ledger_test_rules_mistakes_LDADD = libledger.la librecord.la libschema.la libbase.la $(TEST_LIBS)

tests_unit_ledger_test_rules_worked_SOURCES = tests/unit/ledger/test_rules_worked.c $(rules_desk)
tests_unit_ledger_test_rules_worked_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ledger_test_rules_worked_LDADD = libledger.la librecord.la libschema.la libbase.la $(TEST_LIBS)

tests_unit_ledger_test_rules_random_SOURCES = tests/unit/ledger/test_rules_random.c $(rules_desk)
tests_unit_ledger_test_rules_random_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ledger_test_rules_random_LDADD = libledger.la librecord.la libschema.la libbase.la $(TEST_LIBS)

tests_unit_ledger_test_rules_split_SOURCES = tests/unit/ledger/test_rules_split.c
tests_unit_ledger_test_rules_split_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ledger_test_rules_split_LDADD = libledger.la libschema.la libbase.la $(TEST_LIBS)

tests_unit_ledger_test_setup_fund_SOURCES = tests/unit/ledger/test_setup_fund.c \
	tests/unit/ledger/refusals.c tests/unit/ledger/refusals.h
tests_unit_ledger_test_setup_fund_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ledger_test_setup_fund_LDADD = $(LEDGER_TEST_LIBS)

tests_unit_ledger_test_setup_programme_SOURCES = tests/unit/ledger/test_setup_programme.c \
	tests/unit/ledger/refusals.c tests/unit/ledger/refusals.h
tests_unit_ledger_test_setup_programme_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ledger_test_setup_programme_LDADD = $(LEDGER_TEST_LIBS)

tests_unit_ledger_test_setup_party_SOURCES = tests/unit/ledger/test_setup_party.c \
	tests/unit/ledger/refusals.c tests/unit/ledger/refusals.h
tests_unit_ledger_test_setup_party_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ledger_test_setup_party_LDADD = $(LEDGER_TEST_LIBS)

tests_unit_ledger_test_setup_principal_SOURCES = tests/unit/ledger/test_setup_principal.c \
	tests/unit/ledger/refusals.c tests/unit/ledger/refusals.h
tests_unit_ledger_test_setup_principal_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ledger_test_setup_principal_LDADD = $(LEDGER_TEST_LIBS)

tests_unit_ledger_test_voucher_SOURCES = tests/unit/ledger/test_voucher.c \
	tests/unit/ledger/refusals.c tests/unit/ledger/refusals.h
tests_unit_ledger_test_voucher_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ledger_test_voucher_LDADD = $(LEDGER_TEST_LIBS)

tests_unit_ledger_test_key_SOURCES = tests/unit/ledger/test_key.c
tests_unit_ledger_test_key_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ledger_test_key_LDADD = libledger.la libbase.la $(TEST_LIBS)

tests_unit_ledger_test_checkpoint_key_SOURCES = tests/unit/ledger/test_checkpoint_key.c \
	tests/support/checkpoint_key.h
tests_unit_ledger_test_checkpoint_key_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ledger_test_checkpoint_key_LDADD = $(LEDGER_TEST_LIBS)

tests_unit_ledger_test_genesis_SOURCES = tests/unit/ledger/test_genesis.c
tests_unit_ledger_test_genesis_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ledger_test_genesis_LDADD = $(LEDGER_TEST_LIBS)

tests_unit_ledger_test_invariants_SOURCES = tests/unit/ledger/test_invariants.c
tests_unit_ledger_test_invariants_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ledger_test_invariants_LDADD = $(LEDGER_TEST_LIBS)

tests_unit_ledger_test_ledger_SOURCES = tests/unit/ledger/test_ledger.c
tests_unit_ledger_test_ledger_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ledger_test_ledger_LDADD = $(LEDGER_TEST_LIBS)

tests_unit_ledger_test_random_lives_SOURCES = tests/unit/ledger/test_random_lives.c \
	$(recount) \
	tests/unit/ledger/funds.c tests/unit/ledger/funds.h
tests_unit_ledger_test_random_lives_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ledger_test_random_lives_LDADD = $(LEDGER_TEST_LIBS)

tests_unit_ledger_test_use_SOURCES = tests/unit/ledger/test_use.c
tests_unit_ledger_test_use_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ledger_test_use_LDADD = $(LEDGER_TEST_LIBS)

tests_unit_ledger_test_expire_SOURCES = tests/unit/ledger/test_expire.c
tests_unit_ledger_test_expire_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ledger_test_expire_LDADD = $(LEDGER_TEST_LIBS)

tests_unit_ledger_test_claim_SOURCES = tests/unit/ledger/test_claim.c
tests_unit_ledger_test_claim_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ledger_test_claim_LDADD = $(LEDGER_TEST_LIBS)

tests_unit_ledger_test_settle_SOURCES = tests/unit/ledger/test_settle.c
tests_unit_ledger_test_settle_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ledger_test_settle_LDADD = $(LEDGER_TEST_LIBS)

tests_unit_ledger_test_tampered_SOURCES = tests/unit/ledger/test_tampered.c
tests_unit_ledger_test_tampered_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ledger_test_tampered_LDADD = $(LEDGER_TEST_LIBS)

tests_unit_ledger_test_sample_SOURCES = tests/unit/ledger/test_sample.c \
	tests/unit/ledger/refusals.c tests/unit/ledger/refusals.h
tests_unit_ledger_test_sample_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ledger_test_sample_LDADD = $(LEDGER_TEST_LIBS)

tests_unit_ledger_test_personal_SOURCES = tests/unit/ledger/test_personal.c \
	tests/unit/ledger/refusals.c tests/unit/ledger/refusals.h
tests_unit_ledger_test_personal_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ledger_test_personal_LDADD = $(LEDGER_TEST_LIBS)

tests_unit_ledger_test_objection_SOURCES = tests/unit/ledger/test_objection.c \
	tests/unit/ledger/funds.c tests/unit/ledger/funds.h \
	tests/unit/ledger/refusals.c tests/unit/ledger/refusals.h
tests_unit_ledger_test_objection_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ledger_test_objection_LDADD = $(LEDGER_TEST_LIBS)

tests_unit_ledger_test_recover_SOURCES = tests/unit/ledger/test_recover.c \
	tests/unit/ledger/funds.c tests/unit/ledger/funds.h \
	tests/unit/ledger/refusals.c tests/unit/ledger/refusals.h
tests_unit_ledger_test_recover_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ledger_test_recover_LDADD = $(LEDGER_TEST_LIBS)

tests_unit_ledger_test_shares_SOURCES = tests/unit/ledger/test_shares.c \
	tests/unit/ledger/funds.c tests/unit/ledger/funds.h \
	tests/unit/ledger/refusals.c tests/unit/ledger/refusals.h
tests_unit_ledger_test_shares_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ledger_test_shares_LDADD = $(LEDGER_TEST_LIBS)

tests_unit_ledger_test_setup_standing_SOURCES = tests/unit/ledger/test_setup_standing.c \
	tests/unit/ledger/refusals.c tests/unit/ledger/refusals.h
tests_unit_ledger_test_setup_standing_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ledger_test_setup_standing_LDADD = $(LEDGER_TEST_LIBS)

tests_unit_ledger_test_setup_agreement_SOURCES = tests/unit/ledger/test_setup_agreement.c \
	tests/unit/ledger/refusals.c tests/unit/ledger/refusals.h
tests_unit_ledger_test_setup_agreement_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ledger_test_setup_agreement_LDADD = $(LEDGER_TEST_LIBS)

tests_unit_ledger_test_setup_umbrella_SOURCES = tests/unit/ledger/test_setup_umbrella.c \
	tests/unit/ledger/refusals.c tests/unit/ledger/refusals.h
tests_unit_ledger_test_setup_umbrella_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ledger_test_setup_umbrella_LDADD = $(LEDGER_TEST_LIBS)

tests_unit_ledger_test_pool_SOURCES = tests/unit/ledger/test_pool.c
tests_unit_ledger_test_pool_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ledger_test_pool_LDADD = $(LEDGER_TEST_LIBS)

tests_unit_ledger_test_claim_rules_SOURCES = tests/unit/ledger/test_claim_rules.c \
	tests/unit/ledger/funds.c tests/unit/ledger/funds.h
tests_unit_ledger_test_claim_rules_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ledger_test_claim_rules_LDADD = $(LEDGER_TEST_LIBS)

tests_unit_ledger_test_apply_SOURCES = tests/unit/ledger/test_apply.c \
	tests/unit/ledger/refusals.c tests/unit/ledger/refusals.h
tests_unit_ledger_test_apply_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ledger_test_apply_LDADD = $(LEDGER_TEST_LIBS)

tests_unit_ledger_test_grant_SOURCES = tests/unit/ledger/test_grant.c \
	tests/unit/ledger/refusals.c tests/unit/ledger/refusals.h
tests_unit_ledger_test_grant_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ledger_test_grant_LDADD = $(LEDGER_TEST_LIBS)

tests_unit_ledger_test_counting_SOURCES = tests/unit/ledger/test_counting.c
tests_unit_ledger_test_counting_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ledger_test_counting_LDADD = $(LEDGER_TEST_LIBS)

tests_unit_ledger_test_settle_record_SOURCES = tests/unit/ledger/test_settle_record.c \
	tests/unit/ledger/refusals.c tests/unit/ledger/refusals.h
tests_unit_ledger_test_settle_record_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ledger_test_settle_record_LDADD = $(LEDGER_TEST_LIBS)

tests_unit_ledger_test_verify_settle_SOURCES = tests/unit/ledger/test_verify_settle.c \
	tests/unit/ledger/faults.c tests/unit/ledger/faults.h \
	tests/unit/ledger/funds.c tests/unit/ledger/funds.h \
	tests/unit/ledger/recount.c tests/unit/ledger/recount.h \
	tests/unit/ledger/fates.c tests/unit/ledger/fates.h
tests_unit_ledger_test_verify_settle_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ledger_test_verify_settle_LDADD = $(LEDGER_TEST_LIBS)

tests_unit_ledger_test_settle_limits_SOURCES = tests/unit/ledger/test_settle_limits.c
tests_unit_ledger_test_settle_limits_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ledger_test_settle_limits_LDADD = $(LEDGER_TEST_LIBS)

tests_unit_ledger_test_netting_SOURCES = tests/unit/ledger/test_netting.c \
	tests/unit/ledger/funds.c tests/unit/ledger/funds.h
tests_unit_ledger_test_netting_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ledger_test_netting_LDADD = $(LEDGER_TEST_LIBS)

tests_unit_ledger_test_memo_SOURCES = tests/unit/ledger/test_memo.c
tests_unit_ledger_test_memo_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ledger_test_memo_LDADD = $(LEDGER_TEST_LIBS)

tests_unit_ledger_test_period_SOURCES = tests/unit/ledger/test_period.c
tests_unit_ledger_test_period_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ledger_test_period_LDADD = $(LEDGER_TEST_LIBS)

tests_unit_ledger_test_period_close_SOURCES = tests/unit/ledger/test_period_close.c \
	tests/unit/ledger/refusals.c tests/unit/ledger/refusals.h
tests_unit_ledger_test_period_close_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_ledger_test_period_close_LDADD = $(LEDGER_TEST_LIBS)
