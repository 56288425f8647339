#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Parked exports: clients that ask for the journal again and again and read nothing, while commands go on. They are cut
# off at their deadline and counted, and the files have grown no more than the same commands make them grow without.
set -euo pipefail
# shellcheck source=tests/system/lib.sh disable=SC2154
. "${top_srcdir:-.}/tests/system/lib.sh"

rounds=30
per_round=200
case ${FAULTS-} in
long) rounds=300 ;;
brief) rounds=10 ;;
esac

size_of_files() {
	stat -c %s "$work"/ledger/journal/data.mdb "$work"/ledger/state/data.mdb | awk '{ sum += $1 } END { print sum }'
}

metric() { # NAME-AND-LABELS
	expect 200 "$url/metrics"
	awk -v name="$1" 'index($0, name) == 1 { print $2 }' "$work/body"
}

# Commands, each round followed by a list, so that there are checkpoints. Sets $grown: by how much the files grew.
sent=0
work_on() {
	local before after
	before=$(size_of_files)
	for _ in $(seq $rounds); do
		awk -v sent=$sent -v count=$per_round 'BEGIN {
			printf "{\"commands\":["
			for (i = 1; i <= count; i++)
				printf "%s{\"id\":\"%08x-0000-4000-8000-%012x\",\"create_fund\":{\"code\":\"f%d\",\"name\":\"%0100d\"}}", (i > 1 ? "," : ""), sent, i, sent * 1000 + i, 0
			printf "]}"
		}' >"$work/batch"
		expect 200 -H 'content-type: application/json' --data-binary @"$work/batch" "$url/v1/batch"
		expect 200 "$url/v1/funds?limit=1"
		sent=$((sent + 1))
	done
	after=$(size_of_files)
	grown=$((after - before))
}

step "a daemon with an operator"
start_daemon "[limits]
write_ms = 3000"
"$build/voucherctl" --server "$url" --ca "$work/ca/ca.pem" --cert "$work/ca/admin.pem" --key "$work/ca/admin.key" \
	principal register --person O-1 --role operator --certificate "$work/ca/operator.pem" >/dev/null
as=operator
work_on

step "commands, with nobody parked"
work_on
alone=$grown

step "the same, with parked exports"
as=operator
python3 "$top/tests/system/parked.py" "$port" "$work/ca" "$work/stop" >"$work/parked" 2>&1 &
client=$!
for _ in $(seq 600); do
	! grep -q parked "$work/parked" || break
	sleep 0.1
done
work_on
[ "$grown" -le $((alone * 2 + (1 << 20))) ] || fail "the files grew by $grown instead of $alone bytes"

step "they are cut off, and counted"
name='voucherd_connections_cut_off_total{at="reading"}'
for _ in $(seq 600); do
	count=$(metric "$name")
	[ "$count" -lt 20 ] || break
	sleep 0.1
done
[ "$count" -ge 20 ] || fail "$count clients were cut off instead of 20"
touch "$work/stop"
wait "$client" || fail "$(cat "$work/parked")"
log_has event=write_timeout
stop_daemon
echo "13|parked exports|20 clients that read nothing, beside $((rounds * per_round)) commands; files grew by $grown bytes (alone: $alone)|0"
