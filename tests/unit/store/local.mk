# SPDX-License-Identifier: Apache-2.0

unit_store_tests = \
	tests/unit/store/test_faults \
	tests/unit/store/test_hashes \
	tests/unit/store/test_id_index \
	tests/unit/store/test_journal \
	tests/unit/store/test_memtable \
	tests/unit/store/test_pages \
	tests/unit/store/test_row_table \
	tests/unit/store/test_state_model \
	tests/unit/store/test_state_open \
	tests/unit/store/test_state_store \
	tests/unit/store/test_vault
check_PROGRAMS += $(unit_store_tests)
TESTS += $(unit_store_tests)
thread_tests += $(unit_store_tests)

store_test_fixture = tests/unit/store/fixture.c tests/unit/store/fixture.h \
	tests/unit/store/model.c tests/unit/store/model.h
store_test_libs = libstore.la librecord.la libbase.la $(TEST_LIBS)

tests_unit_store_test_faults_SOURCES = tests/unit/store/test_faults.c \
	tests/unit/store/faults.c tests/unit/store/faults.h
tests_unit_store_test_faults_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_store_test_faults_LDADD = $(store_test_libs)

tests_unit_store_test_hashes_SOURCES = tests/unit/store/test_hashes.c \
	tests/unit/store/faults.c tests/unit/store/faults.h
tests_unit_store_test_hashes_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_store_test_hashes_LDADD = $(store_test_libs)

tests_unit_store_test_id_index_SOURCES = tests/unit/store/test_id_index.c \
	tests/unit/store/faults.c tests/unit/store/faults.h \
	tests/unit/store/model.c tests/unit/store/model.h
tests_unit_store_test_id_index_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_store_test_id_index_LDADD = $(store_test_libs)

tests_unit_store_test_journal_SOURCES = tests/unit/store/test_journal.c
tests_unit_store_test_journal_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_store_test_journal_LDADD = $(store_test_libs)

tests_unit_store_test_memtable_SOURCES = tests/unit/store/test_memtable.c \
	tests/unit/store/model.c tests/unit/store/model.h
tests_unit_store_test_memtable_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_store_test_memtable_LDADD = $(store_test_libs)

tests_unit_store_test_pages_SOURCES = tests/unit/store/test_pages.c
tests_unit_store_test_pages_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_store_test_pages_LDADD = $(store_test_libs) $(LMDB_LIBS)

tests_unit_store_test_row_table_SOURCES = tests/unit/store/test_row_table.c \
	tests/unit/store/model.c tests/unit/store/model.h
tests_unit_store_test_row_table_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_store_test_row_table_LDADD = $(store_test_libs)

tests_unit_store_test_state_model_SOURCES = tests/unit/store/test_state_model.c \
	$(store_test_fixture)
tests_unit_store_test_state_model_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_store_test_state_model_LDADD = $(store_test_libs)

tests_unit_store_test_state_open_SOURCES = tests/unit/store/test_state_open.c \
	$(store_test_fixture)
tests_unit_store_test_state_open_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_store_test_state_open_LDADD = $(store_test_libs)

tests_unit_store_test_state_store_SOURCES = tests/unit/store/test_state_store.c \
	$(store_test_fixture)
tests_unit_store_test_state_store_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_store_test_state_store_LDADD = $(store_test_libs)

tests_unit_store_test_vault_SOURCES = tests/unit/store/test_vault.c \
	tests/unit/store/faults.c tests/unit/store/faults.h
tests_unit_store_test_vault_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_store_test_vault_LDADD = $(store_test_libs)
