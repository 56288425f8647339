# SPDX-License-Identifier: Apache-2.0

unit_finance_tests = \
	tests/unit/finance/test_bank_csv \
	tests/unit/finance/test_bank_profile \
	tests/unit/finance/test_payment_csv \
	tests/unit/finance/test_camt053 \
	tests/unit/finance/test_books \
	tests/unit/finance/test_pain001 \
	tests/unit/finance/test_pain002 \
	tests/unit/finance/test_sheet
check_PROGRAMS += $(unit_finance_tests)
TESTS += $(unit_finance_tests)
EXTRA_DIST += tests/unit/finance/pain.001.001.09.xml tests/unit/finance/pain.001.001.03.xml \
	tests/unit/finance/camt.053.001.08.xml tests/unit/finance/data

tests_unit_finance_test_books_SOURCES = tests/unit/finance/test_books.c
tests_unit_finance_test_books_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_finance_test_books_LDADD = libfinance.la librecord.la libschema.la libbase.la $(TEST_LIBS)

tests_unit_finance_test_pain001_SOURCES = tests/unit/finance/test_pain001.c \
	tests/unit/finance/payments.c tests/unit/finance/payments.h
tests_unit_finance_test_pain001_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_finance_test_pain001_LDADD = libfinance.la librecord.la libschema.la libbase.la $(TEST_LIBS)

tests_unit_finance_test_pain002_SOURCES = tests/unit/finance/test_pain002.c
tests_unit_finance_test_pain002_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_finance_test_pain002_LDADD = libfinance.la librecord.la libschema.la libbase.la $(TEST_LIBS)

tests_unit_finance_test_camt053_SOURCES = tests/unit/finance/test_camt053.c
tests_unit_finance_test_camt053_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_finance_test_camt053_LDADD = libfinance.la librecord.la libschema.la libbase.la $(TEST_LIBS)

tests_unit_finance_test_sheet_SOURCES = tests/unit/finance/test_sheet.c
tests_unit_finance_test_sheet_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_finance_test_sheet_LDADD = libfinance.la librecord.la libschema.la libbase.la $(TEST_LIBS)

bank_files = tests/unit/finance/bank_files.c tests/unit/finance/bank_files.h
tests_unit_finance_test_bank_csv_SOURCES = tests/unit/finance/test_bank_csv.c $(bank_files)
tests_unit_finance_test_bank_csv_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_finance_test_bank_csv_LDADD = libfinance.la librecord.la libschema.la libbase.la $(TEST_LIBS)

tests_unit_finance_test_bank_profile_SOURCES = tests/unit/finance/test_bank_profile.c $(bank_files)
tests_unit_finance_test_bank_profile_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_finance_test_bank_profile_LDADD = libfinance.la librecord.la libschema.la libbase.la $(TEST_LIBS)

tests_unit_finance_test_payment_csv_SOURCES = tests/unit/finance/test_payment_csv.c $(bank_files) \
	tests/unit/finance/payments.c tests/unit/finance/payments.h
tests_unit_finance_test_payment_csv_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_finance_test_payment_csv_LDADD = libfinance.la librecord.la libschema.la libbase.la $(TEST_LIBS)

# Public schemas judge what is written; they are no part of this package.
check_PROGRAMS += tests/unit/finance/write_samples
tests_unit_finance_write_samples_SOURCES = tests/unit/finance/write_samples.c \
	tests/unit/finance/payments.c tests/unit/finance/payments.h
tests_unit_finance_write_samples_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_finance_write_samples_LDADD = libfinance.la librecord.la libschema.la libbase.la
dist_check_SCRIPTS += tests/unit/finance/schemas.sh
TESTS += tests/unit/finance/schemas.sh
tests/unit/finance/schemas.log: tests/unit/finance/write_samples

# So does another program of the workbooks.
check_PROGRAMS += tests/unit/finance/write_sheet
tests_unit_finance_write_sheet_SOURCES = tests/unit/finance/write_sheet.c
tests_unit_finance_write_sheet_LDADD = libfinance.la librecord.la libschema.la libbase.la
dist_check_SCRIPTS += tests/unit/finance/xlsx.sh
TESTS += tests/unit/finance/xlsx.sh
tests/unit/finance/xlsx.log: tests/unit/finance/write_sheet
