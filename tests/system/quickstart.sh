#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The demo that users begin with, on the build under test: every amount in it is compared, its bank's
# statement is imported once, it ends with a claim reconciled and a trial balance of zero, it runs twice, and it stops.
# shellcheck source=tests/system/lib.sh
. "${top_srcdir:-.}/tests/system/lib.sh"

for round in first second; do
	step "the $round time"
	"$top/contrib/quickstart" --build "$build" --demo "$work/demo" --port 0 >"$work/body" 2>&1
	body_has 'expense 99,999.99 → subsidy 39,999.99' 'sum of all accounts: 0' 'Where to go next'
	body_has '1 payment, 150,000.00 in all; recorded.' 'This file has been imported before' 'Both agree.' '两侧相符。'
	kill -0 "$(cat "$work/demo/voucherd.pid")" || fail "no daemon was left running"
done

step "stop"
"$top/contrib/quickstart" --demo "$work/demo" --stop >"$work/body"
body_has 'voucherd has been stopped.'
"$top/contrib/quickstart" --demo "$work/demo" --stop >"$work/body"
body_has 'voucherd was not running.'
