# SPDX-License-Identifier: Apache-2.0
# Everything but main.c is a convenience library, so that tests can link it.

noinst_LTLIBRARIES += libaudit.la
EXTRA_DIST += src/voucher-audit/may_include
libaudit_la_SOURCES = \
	src/voucher-audit/auditor.c src/voucher-audit/auditor.h \
	src/voucher-audit/check_chain.c src/voucher-audit/check_chain.h \
	src/voucher-audit/checks.c \
	src/voucher-audit/decide.h \
	src/voucher-audit/decide_amount.c src/voucher-audit/decide_amount.h \
	src/voucher-audit/decide_case.h \
	src/voucher-audit/decide_rules.c src/voucher-audit/decide_rules.h \
	src/voucher-audit/decide_tables.h \
	src/voucher-audit/decide_used.c src/voucher-audit/decide_used.h \
	src/voucher-audit/decide_who.c \
	src/voucher-audit/exit_status.h \
	src/voucher-audit/finding.c src/voucher-audit/finding.h \
	src/voucher-audit/finding_kinds.c \
	src/voucher-audit/look.c src/voucher-audit/look.h \
	src/voucher-audit/map.c src/voucher-audit/map.h \
	src/voucher-audit/model.c src/voucher-audit/model.h \
	src/voucher-audit/objects.c src/voucher-audit/objects.h \
	src/voucher-audit/once.c src/voucher-audit/once.h \
	src/voucher-audit/store.c src/voucher-audit/store.h \
	src/voucher-audit/table.c src/voucher-audit/table.h
libaudit_la_LIBADD = librecord.la libbase.la libschema.la
