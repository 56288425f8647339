# SPDX-License-Identifier: Apache-2.0
#
# A fuzz target is fuzz_<name>.c with LLVMFuzzerTestOneInput, and corpus/<name>/ with its seeds. With
# --enable-fuzzers (clang) it is a libFuzzer program, to be run by hand:
#
#	tests/fuzz/fuzz_json -max_total_time=600 NEW-CORPUS ../tests/fuzz/corpus/json
#
# Without, driver.c runs its seeds and mutations of them in `make check`. To add one, copy the five lines
# of a target below.

fuzz_targets = tests/fuzz/fuzz_json tests/fuzz/fuzz_entry tests/fuzz/fuzz_http1 \
	tests/fuzz/fuzz_bank_csv tests/fuzz/fuzz_iso20022 tests/fuzz/fuzz_proof \
	tests/fuzz/fuzz_rules
check_PROGRAMS += $(fuzz_targets)
EXTRA_DIST += tests/fuzz/corpus
CLEANFILES += fuzz-crash.bin

FUZZ_CPPFLAGS = $(TEST_CPPFLAGS)
if FUZZERS
FUZZ_DRIVER =
FUZZ_LINK = $(AM_LDFLAGS) -fsanitize=fuzzer
else
FUZZ_DRIVER = tests/fuzz/driver.c
FUZZ_LINK = $(AM_LDFLAGS)
TESTS += $(fuzz_targets)
endif

tests_fuzz_fuzz_json_SOURCES = tests/fuzz/fuzz_json.c
nodist_tests_fuzz_fuzz_json_SOURCES = $(FUZZ_DRIVER)
tests_fuzz_fuzz_json_CPPFLAGS = $(FUZZ_CPPFLAGS) -DFUZZ_CORPUS='"$(abs_top_srcdir)/tests/fuzz/corpus/json"'
tests_fuzz_fuzz_json_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_json_LDADD = librecord.la libschema.la libbase.la

tests_fuzz_fuzz_entry_SOURCES = tests/fuzz/fuzz_entry.c \
	tests/unit/record/oracle.c tests/unit/record/oracle.h
nodist_tests_fuzz_fuzz_entry_SOURCES = $(FUZZ_DRIVER)
tests_fuzz_fuzz_entry_CPPFLAGS = $(FUZZ_CPPFLAGS) -I$(top_srcdir)/tests/unit/record -DFUZZ_CORPUS='"$(abs_top_srcdir)/tests/fuzz/corpus/entry"'
tests_fuzz_fuzz_entry_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_entry_LDADD = librecord.la libschema.la libbase.la

tests_fuzz_fuzz_http1_SOURCES = tests/fuzz/fuzz_http1.c \
	tests/unit/net/http1_trace.c tests/unit/net/http1_trace.h
nodist_tests_fuzz_fuzz_http1_SOURCES = $(FUZZ_DRIVER)
tests_fuzz_fuzz_http1_CPPFLAGS = $(FUZZ_CPPFLAGS) -DFUZZ_CORPUS='"$(abs_top_srcdir)/tests/fuzz/corpus/http1"'
tests_fuzz_fuzz_http1_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_http1_LDADD = libnet.la libbase.la

fuzz_bank_checks = tests/unit/finance/bank_checks.c tests/unit/finance/bank_checks.h
tests_fuzz_fuzz_bank_csv_SOURCES = tests/fuzz/fuzz_bank_csv.c $(fuzz_bank_checks)
nodist_tests_fuzz_fuzz_bank_csv_SOURCES = $(FUZZ_DRIVER)
tests_fuzz_fuzz_bank_csv_CPPFLAGS = $(FUZZ_CPPFLAGS) -DFUZZ_CORPUS='"$(abs_top_srcdir)/tests/fuzz/corpus/bank_csv"'
tests_fuzz_fuzz_bank_csv_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_bank_csv_LDADD = libfinance.la librecord.la libschema.la libbase.la

tests_fuzz_fuzz_iso20022_SOURCES = tests/fuzz/fuzz_iso20022.c $(fuzz_bank_checks)
nodist_tests_fuzz_fuzz_iso20022_SOURCES = $(FUZZ_DRIVER)
tests_fuzz_fuzz_iso20022_CPPFLAGS = $(FUZZ_CPPFLAGS) -DFUZZ_CORPUS='"$(abs_top_srcdir)/tests/fuzz/corpus/iso20022"'
tests_fuzz_fuzz_iso20022_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_iso20022_LDADD = libfinance.la librecord.la libschema.la libbase.la

tests_fuzz_fuzz_proof_SOURCES = tests/fuzz/fuzz_proof.c $(small_log)
nodist_tests_fuzz_fuzz_proof_SOURCES = $(FUZZ_DRIVER)
tests_fuzz_fuzz_proof_CPPFLAGS = $(FUZZ_CPPFLAGS) -DFUZZ_CORPUS='"$(abs_top_srcdir)/tests/fuzz/corpus/proof"'
tests_fuzz_fuzz_proof_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_proof_LDADD = libproof.la libbase.la

tests_fuzz_fuzz_rules_SOURCES = tests/fuzz/fuzz_rules.c
nodist_tests_fuzz_fuzz_rules_SOURCES = $(FUZZ_DRIVER)
tests_fuzz_fuzz_rules_CPPFLAGS = $(FUZZ_CPPFLAGS) -DFUZZ_CORPUS='"$(abs_top_srcdir)/tests/fuzz/corpus/rules"'
tests_fuzz_fuzz_rules_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_rules_LDADD = libvoucherctl.la libledger.la librecord.la libschema.la libbase.la

EXTRA_DIST += tests/fuzz/driver.c
