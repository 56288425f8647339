# SPDX-License-Identifier: Apache-2.0
# The daemon as its users meet it.

system_tests = tests/system/bench.sh tests/system/books.sh tests/system/clients.sh tests/system/due.sh \
	tests/system/full.sh tests/system/guarded.sh tests/system/operation.sh tests/system/parked.sh tests/system/receipts.sh \
	tests/system/quickstart.sh tests/system/killed.sh tests/system/settlement.sh tests/system/shutdown.sh tests/system/statements.sh tests/system/year.sh \
	tests/system/proved.sh tests/system/tiles.sh tests/system/verified.py tests/system/witnessed.sh
dist_check_SCRIPTS += $(system_tests)
EXTRA_DIST += tests/system/lib.sh tests/system/bank.py tests/system/cut.py tests/system/office.py tests/system/parked.py \
	tests/system/proved.py tests/system/settlement.py tests/system/verify.py tests/system/witness_server.py tests/system/year.py
TESTS += $(system_tests)
thread_tests += $(system_tests)

# What verified.py verifies, and libvoucher's word on it.
check_PROGRAMS += tests/system/proof_files
tests_system_proof_files_SOURCES = tests/system/proof_files.c $(small_log)
tests_system_proof_files_CPPFLAGS = $(TEST_CPPFLAGS)
tests_system_proof_files_LDADD = libclient.la librecord.la libschema.la libbase.la
