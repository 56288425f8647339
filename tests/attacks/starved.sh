#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Allocations fail, of the daemon and of its libraries, while it is asked for all kinds of things: see starved.py. It may
# answer that it cannot, close the connection, or end with a message (EX_OSERR); it must not fall. Then it has, once, what
# it said was done, and the journal is clean.
# STARVED_BURSTS (20; 1000 with FAULTS=long), STARVED_SEED.
# shellcheck source=tests/system/lib.sh disable=SC2154
. "${top_srcdir:-.}/tests/system/lib.sh"

case ${FAULTS-} in
long) bursts=1000 ;;
brief) bursts=5 ;;
*) bursts=20 ;;
esac
bursts=${STARVED_BURSTS:-$bursts}
seed=${STARVED_SEED:-$RANDOM}
shim=$build/tests/attacks/.libs/libstarving.so
if [ ! -e "$shim" ] || is_sanitized; then
	echo "14|allocations of the daemon fail|skipped: nothing can be preloaded into a build with sanitizers|0"
	exit 0
fi

starved() { # SEED starve|check
	python3 "$top/tests/attacks/starved.py" "$port" "$work/ca" "$work/starving" "$work/told" "$@"
}

is_alive() {
	local state
	state=$(ps -o stat= -p "$daemon") && [[ $state != Z* ]]
}

resident() {
	ps -o rss= -p "$daemon" || true # it may have just ended
}

step "a daemon that can be starved (STARVED_SEED=$seed)"
head -c 24 /dev/zero >"$work/starving"
: >"$work/told"
runner=(env STARVING_FILE="$work/starving" LD_PRELOAD="$shim")
start_daemon
"$build/voucherctl" --server "$url" --ca "$work/ca/ca.pem" --cert "$work/ca/admin.pem" --key "$work/ca/admin.key" \
	principal register --person O-1 --role operator --certificate "$work/ca/operator.pem" >/dev/null

step "starved, again and again"
failed=0 ended=0 fell=0 first=
for ((i = 0; i < bursts; i++)); do
	hit=$(starved $((seed + i)) starve) || fail "somebody was left waiting, in the burst of seed $((seed + i))"
	failed=$((failed + hit))
	sleep 0.1 # who ends takes a moment to
	if is_alive; then
		[ -n "$first" ] || first=$(resident)
		continue
	fi
	status=0
	wait "$daemon" || status=$?
	ended=$((ended + 1))
	last=$(tail -n 1 "$work/log")
	case $status:$last in
	71:*event=out_of_memory* | 71:*event=state_unreadable*) ;;
	134:*event=bug*) echo "  $last" ;; # check(): it could not go on without
	*) fell=$((fell + 1)) && echo "burst of seed $((seed + i)): ended with $status: $last" >&2 ;;
	esac
	head -c 24 /dev/zero >"$work/starving"
	first=
	launch
done
[ "$failed" -gt 0 ] || fail "nothing failed"
[ -z "$first" ] || [ "$(resident)" -lt $((first + 65536)) ] || fail "its memory has grown from $first kB to $(resident)"

step "what it said was done is there, once"
read -r told lost < <(starved "$seed" check) || fail "what was acknowledged is not there"
[ "$told" -gt 0 ] || fail "nothing was acknowledged"
stop_daemon
"$build/voucher-audit" --quiet "$work/ledger" >"$work/body" || fail "the journal is not clean"
echo "14|allocations of the daemon fail|$failed in $bursts bursts of requests (it ended $ended times), $told commands acknowledged|$((fell + lost))"
[ $((fell + lost)) = 0 ]
