#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Every outcome of the schema is what some test asserts of a refusal. Those of the ledger: the tests of the ledger and
# the scenarios are run, and note each one that they have asserted (world_note_refusal() in tests/support). The few
# that only stand before the ledger: in the test named below.
set -eu
[ "${FAULTS-}" != brief ] || exit 77 # the same tests have just been run
schema=${top_srcdir:?}/proto/voucher/v1/outcome.proto
names=$(sed -n '/^enum Outcome/,/^}/s/^  \([A-Z_]*\) = [0-9]*;/\1/p' "$schema")
[ -n "$names" ] || { echo "no outcomes found in $schema" >&2; exit 1; }

# name, and the test beneath tests/ that asserts it as PB__OUTCOME__NAME
elsewhere='
MALFORMED unit/api/test_command_body.c
LINKED_FAILED unit/engine/test_commands.c
UNAVAILABLE unit/engine/test_failures.c
TOO_LARGE unit/ledger/test_setup_programme.c
'

seen=$(mktemp)
trap 'rm -f "$seen"' EXIT
status=0
for test in tests/scenario/test_* tests/unit/ledger/test_*; do
	case ${test##*/} in
	*.* | test_random_lives) continue ;; # objects; what asserts no outcome of its own
	esac
	OUTCOMES_SEEN=$seen "$test" >/dev/null || { echo "$test fails"; status=1; }
done
for name in $names; do
	test=$(printf '%s' "$elsewhere" | sed -n "s/^$name //p")
	if [ -n "$test" ]; then
		grep -qE "ck_assert.*PB__OUTCOME__$name\\b" "$top_srcdir/tests/$test" ||
			{ echo "$name is not asserted in tests/$test"; status=1; }
	elif ! grep -qx "$name" "$seen" && [ "$name" != OUTCOME_OK ]; then
		echo "no test refuses with $name"
		status=1
	fi
done
exit $status
