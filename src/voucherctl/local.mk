# SPDX-License-Identifier: Apache-2.0
# Everything but main.c is a convenience library, so that tests can link it.

noinst_LTLIBRARIES += libvoucherctl.la
EXTRA_DIST += src/voucherctl/may_include
libvoucherctl_la_SOURCES = \
	src/voucherctl/actions.h \
	src/voucherctl/answer.c src/voucherctl/answer.h \
	src/voucherctl/approval.c src/voucherctl/approval.h \
	src/voucherctl/bank_file.c \
	src/voucherctl/bank_import.c src/voucherctl/bank_import.h \
	src/voucherctl/bank_import_pages.c \
	src/voucherctl/bank_import_report.c \
	src/voucherctl/bank_import_statement.c \
	src/voucherctl/bank_import_whose.c \
	src/voucherctl/bank_line.c \
	src/voucherctl/bank_profiles.c src/voucherctl/bank_profiles.h \
	src/voucherctl/bank_reader.c src/voucherctl/bank_reader.h \
	src/voucherctl/batch.c \
	src/voucherctl/batch_source.c src/voucherctl/batch_source.h \
	src/voucherctl/books.c \
	src/voucherctl/books_account.c \
	src/voucherctl/books_balances.c \
	src/voucherctl/command_bank.c \
	src/voucherctl/command_money.c \
	src/voucherctl/command_office.c \
	src/voucherctl/command_rows.h \
	src/voucherctl/command_setup.c \
	src/voucherctl/command_table.c src/voucherctl/command_table.h \
	src/voucherctl/command_use.c \
	src/voucherctl/checkpoint.c \
	src/voucherctl/complete.c src/voucherctl/complete.h \
	src/voucherctl/compose.c src/voucherctl/compose.h \
	src/voucherctl/derived_id.c src/voucherctl/derived_id.h \
	src/voucherctl/entries.c src/voucherctl/entries.h \
	src/voucherctl/entry_pages.c src/voucherctl/entry_pages.h \
	src/voucherctl/enum_name.c src/voucherctl/enum_name.h \
	src/voucherctl/exit_status.h \
	src/voucherctl/fields.c src/voucherctl/fields.h \
	src/voucherctl/figures.c src/voucherctl/figures.h \
	src/voucherctl/file.c src/voucherctl/file.h \
	src/voucherctl/hash.c src/voucherctl/hash.h \
	src/voucherctl/help.c src/voucherctl/help.h \
	src/voucherctl/help_zh.c src/voucherctl/help_zh.h \
	src/voucherctl/import_summary.c src/voucherctl/import_summary.h \
	src/voucherctl/backup.c \
	src/voucherctl/init.c \
	src/voucherctl/journal.c \
	src/voucherctl/json_place.c src/voucherctl/json_place.h \
	src/voucherctl/labels.c src/voucherctl/labels.h \
	src/voucherctl/lang.c src/voucherctl/lang.h \
	src/voucherctl/occurrences.c src/voucherctl/occurrences.h \
	src/voucherctl/options.c src/voucherctl/options.h \
	src/voucherctl/output.c src/voucherctl/output.h \
	src/voucherctl/pages.c src/voucherctl/pages.h \
	src/voucherctl/payment_file.c \
	src/voucherctl/period.c \
	src/voucherctl/prepare.c \
	src/voucherctl/prepare_settlement.c \
	src/voucherctl/programme_cases.c src/voucherctl/programme_cases.h \
	src/voucherctl/programme_cells.c src/voucherctl/programme_cells.h \
	src/voucherctl/programme_csv.c src/voucherctl/programme_csv.h \
	src/voucherctl/programme_explain.c \
	src/voucherctl/programme_explain_amount.c \
	src/voucherctl/programme_explain_course.c \
	src/voucherctl/programme_explain_who.c \
	src/voucherctl/programme_file.c src/voucherctl/programme_file.h \
	src/voucherctl/programme_sentence.c src/voucherctl/programme_sentence.h \
	src/voucherctl/programme_tally.c src/voucherctl/programme_tally.h \
	src/voucherctl/programme_try.c \
	src/voucherctl/progress.c src/voucherctl/progress.h \
	src/voucherctl/proof.c \
	src/voucherctl/qr.c src/voucherctl/qr.h \
	src/voucherctl/qr_show.c src/voucherctl/qr_show.h \
	src/voucherctl/query.c src/voucherctl/query.h \
	src/voucherctl/receipt.c src/voucherctl/receipt.h \
	src/voucherctl/reconciliation.c src/voucherctl/reconciliation.h \
	src/voucherctl/reconciliation_layout.c \
	src/voucherctl/report.c src/voucherctl/report.h \
	src/voucherctl/resource_table.c src/voucherctl/resource_table.h \
	src/voucherctl/send.c src/voucherctl/send.h \
	src/voucherctl/session.c src/voucherctl/session.h \
	src/voucherctl/settings.c src/voucherctl/settings.h \
	src/voucherctl/show.c src/voucherctl/show.h \
	src/voucherctl/statement.c \
	src/voucherctl/status.c \
	src/voucherctl/suggest.c src/voucherctl/suggest.h \
	src/voucherctl/table.c src/voucherctl/table.h \
	src/voucherctl/tile_folder.c src/voucherctl/tile_folder.h \
	src/voucherctl/tiles.c \
	src/voucherctl/token.c \
	src/voucherctl/verifier_key.c src/voucherctl/verifier_key.h \
	src/voucherctl/view.c src/voucherctl/view.h \
	src/voucherctl/voucher_code.c src/voucherctl/voucher_code.h \
	src/voucherctl/voucher_qr.c \
	src/voucherctl/width.c src/voucherctl/width.h
libvoucherctl_la_CPPFLAGS = $(AM_CPPFLAGS) -DBANK_PROFILES_DIR='"$(pkgdatadir)/bank-profiles"'
libvoucherctl_la_CFLAGS = $(AM_CFLAGS) $(INIH_CFLAGS) $(OPENSSL_CFLAGS) $(QRENCODE_CFLAGS)
libvoucherctl_la_LIBADD = libfinance.la libengine.la libstore.la libledger.la libauth.la librecord.la libbase.la libschema.la \
	libvoucher.la $(INIH_LIBS) $(OPENSSL_LIBS) $(QRENCODE_LIBS)

bin_PROGRAMS += voucherctl
voucherctl_SOURCES = src/voucherctl/main.c
voucherctl_LDFLAGS = $(FAST_LINK)
voucherctl_LDADD = libvoucherctl.la

dist_man_MANS += contrib/man/voucherctl.1
bashcompletiondir = $(bash_completion_dir)
dist_bashcompletion_DATA = contrib/completion/voucherctl.bash
