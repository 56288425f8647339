# SPDX-License-Identifier: Apache-2.0
# Everything but main.c is a convenience library, so that tests can link it.

noinst_LTLIBRARIES += libaudit.la
EXTRA_DIST += src/voucher-audit/may_include
libaudit_la_SOURCES = \
	src/voucher-audit/audit_command.c src/voucher-audit/audit_command.h \
	src/voucher-audit/auditor.c src/voucher-audit/auditor.h \
	src/voucher-audit/batch.c src/voucher-audit/batch.h \
	src/voucher-audit/check_bank.c src/voucher-audit/check_bank.h \
	src/voucher-audit/check_chain.c src/voucher-audit/check_chain.h \
	src/voucher-audit/check_eyes.c \
	src/voucher-audit/check_identities.c src/voucher-audit/check_identities.h \
	src/voucher-audit/check_once.c src/voucher-audit/check_once.h \
	src/voucher-audit/check_owners.c \
	src/voucher-audit/check_persons.c src/voucher-audit/check_persons.h \
	src/voucher-audit/check_postings.c src/voucher-audit/check_postings.h \
	src/voucher-audit/checks.c \
	src/voucher-audit/decide.c src/voucher-audit/decide.h \
	src/voucher-audit/decide_amount.c src/voucher-audit/decide_amount.h \
	src/voucher-audit/decide_application.c \
	src/voucher-audit/decide_bank.c \
	src/voucher-audit/decide_case.c src/voucher-audit/decide_case.h \
	src/voucher-audit/decide_claim.c \
	src/voucher-audit/decide_compare.c src/voucher-audit/decide_compare.h \
	src/voucher-audit/decide_grant.c \
	src/voucher-audit/decide_open.c \
	src/voucher-audit/decide_period.c \
	src/voucher-audit/decide_pool.c \
	src/voucher-audit/decide_recovery.c \
	src/voucher-audit/decide_rules.c src/voucher-audit/decide_rules.h \
	src/voucher-audit/decide_settlement.c \
	src/voucher-audit/decide_setup.c \
	src/voucher-audit/decide_standing.c \
	src/voucher-audit/decide_use.c \
	src/voucher-audit/decide_used.c src/voucher-audit/decide_used.h \
	src/voucher-audit/decide_voucher.c \
	src/voucher-audit/decide_who.c \
	src/voucher-audit/decide_tables.h \
	src/voucher-audit/exit_status.h \
	src/voucher-audit/finding.c src/voucher-audit/finding.h \
	src/voucher-audit/finding_kinds.c \
	src/voucher-audit/journey.c src/voucher-audit/journey.h \
	src/voucher-audit/learn.c src/voucher-audit/learn.h \
	src/voucher-audit/learn_bank.c \
	src/voucher-audit/learn_claim.c \
	src/voucher-audit/learn_match.c \
	src/voucher-audit/learn_party.c \
	src/voucher-audit/learn_period.c \
	src/voucher-audit/learn_recover.c \
	src/voucher-audit/learn_settle.c \
	src/voucher-audit/learn_setup.c \
	src/voucher-audit/learn_use.c \
	src/voucher-audit/learn_voucher.c \
	src/voucher-audit/look.c src/voucher-audit/look.h \
	src/voucher-audit/map.c src/voucher-audit/map.h \
	src/voucher-audit/model.c src/voucher-audit/model.h \
	src/voucher-audit/objects.c src/voucher-audit/objects.h \
	src/voucher-audit/once.c src/voucher-audit/once.h \
	src/voucher-audit/options.c src/voucher-audit/options.h \
	src/voucher-audit/progress.c src/voucher-audit/progress.h \
	src/voucher-audit/report.h \
	src/voucher-audit/report_count.c \
	src/voucher-audit/report_json.c \
	src/voucher-audit/report_text.c \
	src/voucher-audit/signed_trees.c src/voucher-audit/signed_trees.h \
	src/voucher-audit/source.c src/voucher-audit/source.h \
	src/voucher-audit/source_export.c \
	src/voucher-audit/source_lmdb.c \
	src/voucher-audit/store.c src/voucher-audit/store.h \
	src/voucher-audit/table.c src/voucher-audit/table.h \
	src/voucher-audit/witness.c src/voucher-audit/witness.h \
	src/voucher-audit/witness_command.c src/voucher-audit/witness_command.h
libaudit_la_CFLAGS = $(AM_CFLAGS) $(LMDB_CFLAGS)
libaudit_la_LIBADD = librecord.la libbase.la libschema.la $(LMDB_LIBS)

bin_PROGRAMS += voucher-audit
voucher_audit_SOURCES = src/voucher-audit/main.c
voucher_audit_LDFLAGS = $(FAST_LINK)
voucher_audit_LDADD = libaudit.la

dist_man_MANS += contrib/man/voucher-audit.1
