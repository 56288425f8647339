#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The daemon is killed (SIGKILL) again and again while a client sends commands and repeats what got lost. At the end
# each command has taken effect exactly once. COMMANDS (6000): how many; it is killed while there are any left.
# shellcheck source=tests/system/lib.sh
. "${top_srcdir:-.}/tests/system/lib.sh"

case ${FAULTS-} in
long) commands=200000 ;;
brief) commands=2000 ;;
*) commands=6000 ;;
esac
commands=${COMMANDS:-$commands}
kills_min=5 # fewer would not say much

step "a daemon with an operator"
start_daemon
profile=(--server "$url" --ca "$work/ca/ca.pem" --cert "$work/ca/operator.pem" --key "$work/ca/operator.key")
"$build/voucherctl" --server "$url" --ca "$work/ca/ca.pem" --cert "$work/ca/admin.pem" --key "$work/ca/admin.key" \
	principal register --person O-1 --role operator --certificate "$work/ca/operator.pem" >/dev/null
for i in $(seq "$commands"); do
	echo "{\"create_fund\":{\"code\":\"f$i\",\"name\":\"fund $i\"}}"
done >"$work/commands.ndjson"
write_settings # on the port it has now

step "$commands commands, killed as they come"
(
	until "$build/voucherctl" "${profile[@]}" --retries 20 batch "$work/commands.ndjson" --size 2; do
		sleep 0.1 # it gave up on a lost reply: the same file again
	done
) >"$work/client" 2>&1 &
client=$!
kills=0
while kill -0 "$client" 2>/dev/null; do
	# A client that gave up sends what is done once more: on a slow machine it needs ever longer to get beyond that.
	sleep "$(awk "BEGIN { print 0.1 + ($RANDOM % 3) / 10 + $kills / 100 }")"
	kill -9 "$daemon"
	{ wait "$daemon" || true; } 2>/dev/null
	kills=$((kills + 1))
	launch
done
wait "$client" || { cat "$work/client" >&2 && fail "the client failed"; }
[ "$kills" -ge "$kills_min" ] || fail "the client was done after $kills kills"

step "each exactly once"
"$build/voucherctl" "${profile[@]}" --json journal >"$work/journal"
found=$(grep -o '"create_fund":{"code":"f[0-9]*"' "$work/journal" | sort | uniq -c | awk '{print $1}' | sort | uniq -c | tr -s ' ')
[ "$found" = " $commands 1" ] || fail "times that a command took effect: $found instead of $commands once"
stop_daemon
echo "2|SIGKILL of the daemon while a client sends|$kills kills, $commands commands, each exactly once|0"
