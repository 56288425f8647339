# SPDX-License-Identifier: Apache-2.0

noinst_LTLIBRARIES += libfinance.la
EXTRA_DIST += src/finance/may_include
libfinance_la_SOURCES = \
	src/finance/bank_csv.c src/finance/bank_csv.h \
	src/finance/bank_csv_check.c src/finance/bank_csv_internal.h \
	src/finance/bank_csv_row.c src/finance/bank_csv_value.c \
	src/finance/bank_file.c src/finance/bank_file.h \
	src/finance/bank_profile.c src/finance/bank_profile.h \
	src/finance/camt053.c src/finance/camt053.h \
	src/finance/camt053_entry.c src/finance/camt053_entry.h \
	src/finance/books.c src/finance/books.h \
	src/finance/books_internal.h \
	src/finance/books_plain.c \
	src/finance/books_table.c \
	src/finance/books_unpack.c \
	src/finance/chart.c src/finance/chart.h \
	src/finance/csv.c src/finance/csv.h \
	src/finance/encoding.c src/finance/encoding.h \
	src/finance/mistake.c src/finance/mistake.h \
	src/finance/pain001.c src/finance/pain001.h \
	src/finance/pain002.c src/finance/pain002.h \
	src/finance/sheet.c src/finance/sheet.h \
	src/finance/sink.h \
	src/finance/payment_csv.c src/finance/payment_csv.h \
	src/finance/payments.c src/finance/payments.h \
	src/finance/statement.c src/finance/statement.h \
	src/finance/write.c src/finance/write.h \
	src/finance/xlsx.c src/finance/xlsx.h \
	src/finance/xml_reader.c src/finance/xml_reader.h
libfinance_la_CFLAGS = $(AM_CFLAGS) $(XML_CFLAGS) $(INIH_CFLAGS) $(XLSX_CFLAGS)
libfinance_la_LIBADD = $(XML_LIBS) $(INIH_LIBS) $(XLSX_LIBS)
