#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What has been handed out signed stays true: yesterday's copy of the ledger is not opened, nor one that went on in
# another way, be it longer; the ledger itself is, after kill -9 too. The guard lies outside the ledger's directory.
# Each copy is opened without its guard first, where nothing can be noticed: so it is the guard that refuses it.
# GUARD_ROUNDS (3; 50 in the long form): how often.
# shellcheck source=tests/system/lib.sh disable=SC2154
. "${top_srcdir:-.}/tests/system/lib.sh"

rounds=3
[ "${FAULTS-}" != long ] || rounds=50
rounds=${GUARD_ROUNDS:-$rounds}
funds=0

with_guard() { # FILE
	write_settings "[checkpoint]
guard = $1"
}

make_funds() { # COUNT
	for _ in $(seq "$1"); do
		funds=$((funds + 1))
		as=operator expect 201 -H 'content-type: application/json' -H "idempotency-key: $(cat /proc/sys/kernel/random/uuid)" \
			-d "{\"code\":\"f$funds\",\"name\":\"Fund\"}" "$url/v1/funds"
	done
}

hand_out() {
	as=operator expect 200 "$url/v1/checkpoint"
}

is_refused() { # TEXT TEXT
	local status=0
	timeout 60 "$build/voucherd" --config "$work/voucherd.conf" >"$work/body" 2>&1 || status=$?
	[ $status = 1 ] || fail "exit status $status instead of 1"
	body_has "$1" "$2" "$work/guard"
}

swap_in() { # DIRECTORY
	rm -rf "$work/ledger"
	cp -a "$1" "$work/ledger"
}

step "a ledger with an operator, and a checkpoint handed out"
make_ledger
with_guard "$work/guard"
launch
as='admin' expect 201 -H 'content-type: application/json' -H 'idempotency-key: 00000000-0000-4000-8000-000000000001' \
	-d "{\"person\":\"O-1\",\"roles\":[\"ROLE_OPERATOR\"],\"certificate_spki\":\"$("$top/contrib/demo-ca" --spki "$work/ca/operator.pem")\"}" "$url/v1/principals"
hand_out
stop_daemon
[ -s "$work/guard" ] || fail "there is no guard"
[ ! -e "$work/ledger/checkpoint.guard" ] || fail "the guard is in the ledger's directory"

step "old copies and forks"
for round in $(seq "$rounds"); do
	rm -rf "$work/old" "$work/newest"
	cp -a "$work/ledger" "$work/old"
	with_guard "$work/guard"
	launch
	make_funds "$round"
	hand_out
	if [ $((round % 2)) = 0 ]; then
		stop_daemon
	else
		kill -9 "$daemon"
		{ wait "$daemon" || true; } 2>/dev/null
		daemon=
	fi
	mv "$work/ledger" "$work/newest"
	swap_in "$work/old"
	is_refused 'old copy' '旧副本'
	with_guard "$work/no-guard"
	launch # without its guard nobody could tell
	make_funds $((round + 2))
	hand_out
	stop_daemon
	rm "$work/no-guard"
	with_guard "$work/guard"
	is_refused 'replaced or changed' '替换或改动'
	swap_in "$work/newest"
	launch
	make_funds 1
	hand_out
	stop_daemon
done

step "a guard that is damaged, or of another ledger"
cp "$work/guard" "$work/kept"
head -c 40 "$work/kept" >"$work/guard"
is_refused 'is no checkpoint' '已损坏'
sed 's#^voucherd/#another/#' "$work/kept" >"$work/guard"
is_refused 'of another ledger' '另一账本'
cp "$work/kept" "$work/guard"
launch
stop_daemon

echo "8|an old copy is put in the ledger's place|$rounds starts refused|0"
echo "8|a fork of the ledger is put in its place|$rounds starts refused|0"
