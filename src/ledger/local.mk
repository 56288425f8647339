# SPDX-License-Identifier: Apache-2.0

noinst_LTLIBRARIES += libledger.la
EXTRA_DIST += src/ledger/may_include
libledger_la_SOURCES = \
	src/ledger/identifier.c src/ledger/identifier.h
