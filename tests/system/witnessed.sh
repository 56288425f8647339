#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A ledger whose checkpoints a witness cosigns: verify.py believes both; the witness answers as C2SP tlog-witness says;
# it does not sign what contradicts what it has signed, and notices an old copy of the ledger where the guard is gone.
# shellcheck source=tests/system/lib.sh disable=SC2154
. "${top_srcdir:-.}/tests/system/lib.sh"

name=witness.example/w1
verify() { # VERIFY.PY-ARGUMENTS…
	"$top/tests/system/verify.py" --key "$key" --witness "$witness_key" "$@" >"$work/said" 2>&1
}

register() { # NUMBER
	"$build/voucherctl" --server "$url" --ca "$work/ca/ca.pem" --cert "$work/ca/admin.pem" --key "$work/ca/admin.key" \
		principal register --person "F-$1" --role finance --spki "$(printf '%064x' "$1")" >"$work/out"
}

size_of() { # NAME
	sed -n 2p "$work/$1"
}

# Until the public checkpoint has so many entries at least and the witness's line.
cosigned() { # NAME SIZE
	for _ in $(seq 600); do
		as="nobody" expect 200 "$url/checkpoint"
		mv "$work/body" "$work/$1"
		! grep -qF -- "— $name " "$work/$1" || [ "$(size_of "$1")" -lt "$2" ] || return 0
		sleep 0.1
	done
	fail "no cosigned checkpoint of $2 entries; the newest: $(cat "$work/$1")"
}

asked() { # STATUS: what the witness answers to $work/request
	local got
	got=$(curl -sS --max-time 20 -o "$work/answer" -w '%{http_code}' --data-binary "@$work/request" \
		"http://127.0.0.1:$witness_port/add-checkpoint")
	[ "$got" = "$1" ] || fail "the witness answers $got instead of $1: $(cat "$work/answer")"
}

request() { # OLD CHECKPOINT [PROOF]
	printf 'old %s\n' "$1" >"$work/request"
	[ -z "${3-}" ] || python3 -c 'import base64, json, sys
for text in json.load(open(sys.argv[1])).get("hashes", []):
    print(base64.b64encode(bytes.fromhex(text)).decode())' "$3" >>"$work/request"
	{ echo && cat "$2"; } >>"$work/request"
}

start_witness() { # STATE-DIRECTORY: a witness that has signed what stands there; it ends with its port file
	rm -f "$work"/port.*
	("$top/tests/system/witness_server.py" "$work/port.$1" "$build/voucher-audit" witness --state "$work/$1" \
		--signer "$work/witness.key" --name "$name" --key "$key" 2>>"$work/witness.log" &)
	for _ in $(seq 600); do
		[ ! -s "$work/port.$1" ] || break
		sleep 0.05
	done
	witness_port=$(cat "$work/port.$1")
}

step "a ledger with a witness"
make_ledger
key=$(grep -o 'voucherd/[^ ]*+[0-9a-f]\{8\}+[A-Za-z0-9+/]*=*' "$work/init")
witness_key=$("$build/voucher-audit" witness --signer "$work/witness.key" --name "$name" --print-key)
start_witness seen
echo "http://127.0.0.1:$witness_port/ $witness_key" >"$work/witnesses"
write_settings "[checkpoint]
interval_s = 1
witnesses = $work/witnesses"
launch
register 1
cosigned first 2
verify --witnesses 1 checkpoint "$work/first" || fail "$(cat "$work/said")"

step "it goes on as the ledger does"
register 2
cosigned second 3
verify --witnesses 1 checkpoint "$work/second" || fail "$(cat "$work/said")"
as="admin" expect 200 "$url/v1/proof/consistency?from=$(size_of first)&to=$(size_of second)"
mv "$work/body" "$work/proof"
verify consistency "$work/first" "$work/second" "$work/proof" || fail "$(cat "$work/said")"
sed "s|^— $name .*|— $name $(printf 'AAAA%.0s' $(seq 25))|" "$work/second" >"$work/changed"
! verify --witnesses 1 checkpoint "$work/changed" || fail "a cosignature of no key counts"

step "it answers as the specification says"
size=$(size_of second)
request "$size" "$work/second"
asked 200
{ sed '/^$/q' "$work/second" && sed -n '/^$/,$p' "$work/second" | sed 1d | grep -vF "$name" && cat "$work/answer"; } >"$work/whole"
verify --witnesses 1 checkpoint "$work/whole" || fail "what it answers is no cosignature: $(cat "$work/said")"
request 0 "$work/second"
asked 409
[ "$(cat "$work/answer")" = "$size" ] || fail "with 409 it says $(cat "$work/answer") instead of $size"
request "$size" "$work/first"
asked 400
request "$((size + 1))" "$work/second"
asked 400
sed '1s/.*/voucherd.example\/another/' "$work/second" >"$work/changed"
request 0 "$work/changed"
asked 404
sed "2s/.*/$((size + 1))/" "$work/second" >"$work/changed"
request "$size" "$work/changed"
asked 403
echo nonsense >"$work/request"
asked 400
stop_daemon
cp -r "$work/ledger" "$work/copy"
launch
register 3
cosigned third $((size + 1))
as="admin" expect 200 "$url/v1/proof/consistency?from=$size&to=$(size_of third)"
mv "$work/body" "$work/proof"

step "a proof that is none is not signed"
start_witness nothing
request 0 "$work/second"
asked 200
request "$size" "$work/third"
asked 422
request "$size" "$work/third" "$work/proof"
asked 200
stop_daemon

step "an old copy, whose guard is gone, is noticed by the witness"
rm -r "$work/ledger"
mv "$work/copy" "$work/ledger"
rm "$work/ledger/checkpoint.guard"
start_witness seen
echo "http://127.0.0.1:$witness_port/ $witness_key" >"$work/witnesses"
launch
log_has event=witness_ahead
as="nobody" expect 200 "$url/checkpoint"
! grep -qF -- "— $name " "$work/body" || fail "the witness has signed an old copy"
stop_daemon
