#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A second daemon on the same ledger, clocks that jump, control characters in every text. See operations.py.
# shellcheck source=tests/system/lib.sh disable=SC2154
. "${top_srcdir:-.}/tests/system/lib.sh"

shim=$build/tests/attacks/.libs/libclock.so
operations() { # WHAT
	python3 "$top/tests/attacks/operations.py" "$url" "$work/ca" "$top/contrib/demo-ca" "$work" "$1"
}

step "a second daemon on the same ledger is refused, and so is whoever else would write to it"
start_daemon
head=$(stat -c %Y "$work/ledger/journal/data.mdb")
refused=0
not_refused=0
expect_refusal() { # TEXT COMMAND…
	local text=$1
	shift
	if ! timeout 30 "$@" >"$work/body" 2>&1 && grep -q "$text" "$work/body"; then
		refused=$((refused + 1))
	else
		echo "not refused: $*: $(cat "$work/body")" >&2
		not_refused=$((not_refused + 1))
	fi
}
for _ in 1 2 3; do
	port=0 write_settings
	expect_refusal "in use by another process" "$build/voucherd" --config "$work/voucherd.conf"
done
ln -s "$work/ledger" "$work/other-name"
sed -i "s#^directory.*#directory = $work/other-name#" "$work/voucherd.conf"
expect_refusal "in use by another process" "$build/voucherd" --config "$work/voucherd.conf"
expect_refusal "a ledger in" "$build/voucherctl" init --directory "$work/ledger" --name x --admin "A-1=$work/ca/admin.pem"
"$build/voucherctl" backup "$work/backup" --directory "$work/ledger" >/dev/null
expect_refusal "in use by another process" "$build/voucherctl" backup "$work/ledger" --directory "$work/backup"
[ "$(stat -c %Y "$work/ledger/journal/data.mdb")" = "$head" ] || fail "the journal has been written to"
as="admin"
expect 200 "$url/v1/me"
echo "15|second instance|$refused|$not_refused"
[ $not_refused = 0 ]

step "control characters in every text"
operations texts
stop_daemon

if [ -e "$shim" ] && ! is_sanitized; then
	step "the clock goes ahead, and back"
	rm -rf "$work/ledger" "$work/ca"
	echo 0 >"$work/clock"
	runner=(env CLOCK_FILE="$work/clock" LD_PRELOAD="$shim")
	start_daemon '[ledger]
tick_s = 1'
	operations clock
	stop_daemon
	step "started with a clock behind its last entry"
	port=0
	write_settings
	launch
	operations clock-again
	stop_daemon
else
	echo "15|clock ahead and back|skipped: nothing can be preloaded into a build with sanitizers|0"
fi
