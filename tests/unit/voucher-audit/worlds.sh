#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# worlds: every ledger that tests of src/ledger bring about is clean for the auditor, who shares none of its code. (But
# for who acts: those tests go past the edge, where roles are asked for.) Set WORLDS to other tests of
# tests/unit/ledger for more; "all" for all of them.
set -eu

worlds="use claim objection netting settle_record recover matching reconcile period_close expire grant"
count_min=50
[ "${FAULTS-}" != brief ] || { worlds="claim settle_record"; count_min=10; }
worlds=${WORLDS:-$worlds}
[ "$worlds" != all ] || worlds=$(cd tests/unit/ledger && ls test_* | grep -v '\.' | sed 's/^test_//')
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
work=$directory
[ ! -w /dev/shm ] || work=/dev/shm

for name in $worlds; do
	WORLDS_EXPORTED=$directory tests/unit/ledger/test_"$name" >"$directory/log" ||
		{ cat "$directory/log"; exit 1; }
done

count=0
failed=0
for world in "$directory"/world-*; do
	status=0
	./voucher-audit --json --quiet --work "$work" "$world" >"$directory/report" || status=$?
	if [ $status -gt 1 ] || grep '"kind"' "$directory/report" | grep -v '"kind": "role"'; then
		echo "$world: exit status $status" >&2
		failed=1
	fi
	count=$((count + 1))
done
echo "$count ledgers audited"
[ $count -gt $count_min ] || { echo 'too few ledgers' >&2; exit 1; }
exit $failed
