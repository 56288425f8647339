# SPDX-License-Identifier: Apache-2.0

model_tests = tests/model/test_model
check_PROGRAMS += $(model_tests)
TESTS += $(model_tests)

tests_model_test_model_SOURCES = tests/model/test_model.c \
	tests/model/invent.c tests/model/invent.h tests/model/invent_bank.c \
	tests/model/invent_rules.c tests/model/invent_setup.c \
	tests/model/naive.c tests/model/naive.h tests/model/naive_inside.h \
	tests/model/naive_application.c tests/model/naive_bank.c tests/model/naive_claim.c \
	tests/model/naive_match.c tests/model/naive_period.c tests/model/naive_reconcile.c \
	tests/model/naive_recover.c tests/model/naive_rules.c tests/model/naive_settle.c \
	tests/model/naive_setup.c tests/model/naive_standing.c tests/model/naive_use.c \
	tests/model/naive_voucher.c
tests_model_test_model_CPPFLAGS = $(TEST_CPPFLAGS) -I$(top_srcdir)/tests/model
tests_model_test_model_LDADD = $(LEDGER_TEST_LIBS)
