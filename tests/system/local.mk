# SPDX-License-Identifier: Apache-2.0
# The daemon as its users meet it. shutdown.sh needs valgrind and is run by contrib/check.

system_tests = tests/system/books.sh tests/system/clients.sh tests/system/due.sh tests/system/operation.sh \
	tests/system/quickstart.sh tests/system/killed.sh
dist_check_SCRIPTS += $(system_tests)
EXTRA_DIST += tests/system/lib.sh tests/system/shutdown.sh
TESTS += $(system_tests)
tests/system/books.log: voucherd voucherctl tests/bench/bench_prepare
tests/system/clients.log: voucherd voucherctl
tests/system/due.log: voucherd voucherctl
tests/system/operation.log: voucherd voucherctl
tests/system/quickstart.log: voucherd voucherctl
tests/system/killed.log: voucherd voucherctl
