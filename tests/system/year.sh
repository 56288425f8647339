#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Case F, 缙云 2017, from its rule file to a closed month, through files to the bank and back: year.py tells it. Then the
# daemon is started again, and the books are judged by programs that nobody here wrote.
# shellcheck source=tests/system/lib.sh disable=SC2154
. "${top_srcdir:-.}/tests/system/lib.sh"

start_daemon

step "the year"
PYTHONDONTWRITEBYTECODE=1 python3 "$top/tests/system/year.py" "$url" "$work" "$build/voucherctl" "$top"

step "the daemon is started again: the same books"
ctl() { # IDENTITY ARGUMENTS…
	"$build/voucherctl" --server "$url" --ca "$work/ca/ca.pem" --cert "$work/ca/$1.pem" --key "$work/ca/$1.key" "${@:2}"
}
ctl auditor --json account list --all >"$work/before"
stop_daemon
rm -rf "$work"/ledger/state* # it is derived: made again from the journal
launch
ctl auditor --json account list --all >"$work/after"
cmp "$work/before" "$work/after" || fail "replayed, the books are others"

step "the books, as other programs judge them"
for format in beancount hledger ledger; do
	ctl auditor books export --format $format --output "$work/books.$format" >"$work/out"
done
! command -v bean-check >/dev/null || bean-check "$work/books.beancount"
! command -v hledger >/dev/null || hledger -f "$work/books.hledger" check --strict
! command -v ledger >/dev/null || ledger --args-only --strict --pedantic -f "$work/books.ledger" balance >"$work/out"

step "stop"
stop_daemon
