# SPDX-License-Identifier: Apache-2.0

unit_engine_tests = \
	tests/unit/engine/test_commands \
	tests/unit/engine/test_copy \
	tests/unit/engine/test_failures \
	tests/unit/engine/test_loader \
	tests/unit/engine/test_personal \
	tests/unit/engine/test_position \
	tests/unit/engine/test_prover \
	tests/unit/engine/test_query \
	tests/unit/engine/test_query_bank \
	tests/unit/engine/test_query_payment \
	tests/unit/engine/test_query_period \
	tests/unit/engine/test_query_personal \
	tests/unit/engine/test_query_register \
	tests/unit/engine/test_query_statistics \
	tests/unit/engine/test_query_suggest \
	tests/unit/engine/test_queue \
	tests/unit/engine/test_reads \
	tests/unit/engine/test_recovery \
	tests/unit/engine/test_signer \
	tests/unit/engine/test_ticker
check_PROGRAMS += $(unit_engine_tests)
TESTS += $(unit_engine_tests)
thread_tests += $(unit_engine_tests)

# A ledger to play on and a log in memory, for every test that runs an engine.
check_LTLIBRARIES += libteststage.la
libteststage_la_SOURCES = tests/support/memory_log.c tests/support/memory_log.h \
	tests/support/stage.c tests/support/stage.h
libteststage_la_CPPFLAGS = $(TEST_CPPFLAGS)
engine_test_libs = libteststage.la libengine.la libstore.la libledger.la librecord.la libschema.la \
	libbase.la $(TEST_LIBS)

tests_unit_engine_test_commands_SOURCES = tests/unit/engine/test_commands.c
tests_unit_engine_test_commands_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_engine_test_commands_LDADD = $(engine_test_libs)

tests_unit_engine_test_failures_SOURCES = tests/unit/engine/test_failures.c
tests_unit_engine_test_failures_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_engine_test_failures_LDADD = $(engine_test_libs)

tests_unit_engine_test_loader_SOURCES = tests/unit/engine/test_loader.c
tests_unit_engine_test_loader_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_engine_test_loader_LDADD = $(engine_test_libs)

tests_unit_engine_test_position_SOURCES = tests/unit/engine/test_position.c
tests_unit_engine_test_position_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_engine_test_position_LDADD = $(engine_test_libs)

tests_unit_engine_test_prover_SOURCES = tests/unit/engine/test_prover.c \
	tests/support/tree_definition.h
tests_unit_engine_test_prover_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_engine_test_prover_LDADD = $(engine_test_libs)

tests_unit_engine_test_query_SOURCES = tests/unit/engine/test_query.c
tests_unit_engine_test_query_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_engine_test_query_LDADD = libengine.la libstore.la $(LEDGER_TEST_LIBS)

# A world that is asked.
EXTRA_DIST += tests/unit/engine/asking.h
tests_unit_engine_test_query_bank_SOURCES = tests/unit/engine/test_query_bank.c \
	tests/unit/engine/asking.c
tests_unit_engine_test_query_bank_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_engine_test_query_bank_LDADD = libengine.la libstore.la $(LEDGER_TEST_LIBS)

tests_unit_engine_test_query_payment_SOURCES = tests/unit/engine/test_query_payment.c \
	tests/unit/engine/asking.c
tests_unit_engine_test_query_payment_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_engine_test_query_payment_LDADD = libengine.la libstore.la $(LEDGER_TEST_LIBS)

tests_unit_engine_test_query_suggest_SOURCES = tests/unit/engine/test_query_suggest.c \
	tests/unit/engine/asking.c
tests_unit_engine_test_query_suggest_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_engine_test_query_suggest_LDADD = libengine.la libstore.la $(LEDGER_TEST_LIBS)

tests_unit_engine_test_query_period_SOURCES = tests/unit/engine/test_query_period.c \
	tests/unit/engine/asking.c
tests_unit_engine_test_query_period_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_engine_test_query_period_LDADD = libengine.la libstore.la $(LEDGER_TEST_LIBS)

tests_unit_engine_test_query_register_SOURCES = tests/unit/engine/test_query_register.c
tests_unit_engine_test_query_register_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_engine_test_query_register_LDADD = libengine.la libstore.la $(LEDGER_TEST_LIBS)

tests_unit_engine_test_query_statistics_SOURCES = tests/unit/engine/test_query_statistics.c
tests_unit_engine_test_query_statistics_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_engine_test_query_statistics_LDADD = libengine.la libstore.la $(LEDGER_TEST_LIBS)

tests_unit_engine_test_queue_SOURCES = tests/unit/engine/test_queue.c
tests_unit_engine_test_queue_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_engine_test_queue_LDADD = $(engine_test_libs)

tests_unit_engine_test_reads_SOURCES = tests/unit/engine/test_reads.c
tests_unit_engine_test_reads_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_engine_test_reads_LDADD = $(engine_test_libs)

tests_unit_engine_test_recovery_SOURCES = tests/unit/engine/test_recovery.c
tests_unit_engine_test_recovery_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_engine_test_recovery_LDADD = $(engine_test_libs)

tests_unit_engine_test_copy_SOURCES = tests/unit/engine/test_copy.c
tests_unit_engine_test_copy_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_engine_test_copy_LDADD = $(engine_test_libs)

tests_unit_engine_test_personal_SOURCES = tests/unit/engine/test_personal.c
tests_unit_engine_test_personal_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_engine_test_personal_LDADD = $(engine_test_libs)

tests_unit_engine_test_query_personal_SOURCES = tests/unit/engine/test_query_personal.c
tests_unit_engine_test_query_personal_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_engine_test_query_personal_LDADD = libengine.la libstore.la $(LEDGER_TEST_LIBS)

tests_unit_engine_test_ticker_SOURCES = tests/unit/engine/test_ticker.c
tests_unit_engine_test_ticker_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_engine_test_ticker_LDADD = $(engine_test_libs)

tests_unit_engine_test_signer_SOURCES = tests/unit/engine/test_signer.c
tests_unit_engine_test_signer_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_engine_test_signer_LDADD = $(engine_test_libs)
