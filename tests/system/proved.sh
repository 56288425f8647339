#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What a running ledger signs and proves, as verify.py judges it, which knows the public formats alone: every entry is
# in the books, nothing was changed between two checkpoints, over a kill, a new key and a ledger by SM3; the tiles are
# the tree. With one thing changed it says no.
# shellcheck source=tests/system/lib.sh disable=SC2154
. "${top_srcdir:-.}/tests/system/lib.sh"

keys=()
hash=sha256

says() { # STATUS WHAT FILE…
	local wanted=$1 got=0
	shift
	"$top/tests/system/verify.py" "${keys[@]}" --hash "$hash" "$@" >"$work/said" 2>&1 || got=$?
	[ "$got" = "$wanted" ] || fail "verify.py $* exited with $got instead of $wanted: $(cat "$work/said")"
}

trust() { # FILE with verifier keys in it
	local key
	while read -r key; do
		keys+=(--key "$key")
	done < <(grep -o 'voucherd/[^ ]*+[0-9a-f]\{8\}+[A-Za-z0-9+/]*=*' "$1")
	[ ${#keys[@]} != 0 ] || fail "no verifier key in $1"
}

register() { # FROM TO: so many entries more
	for i in $(seq "$1" "$2"); do
		ctl principal register --person "F-$i" --role finance --spki "$(printf '%064x' "$i")" >"$work/out"
	done
}

checkpoint() { # NAME
	as="admin" expect 200 "$url/v1/checkpoint"
	mv "$work/body" "$work/$1"
	says 0 checkpoint "$work/$1"
}

size_of() { # NAME
	sed -n 2p "$work/$1"
}

consistent() { # STATUS OLD NEW
	as="admin" expect 200 "$url/v1/proof/consistency?from=$(size_of "$2")&to=$(size_of "$3")"
	mv "$work/body" "$work/consistency"
	says "$1" consistency "$work/$2" "$work/$3" "$work/consistency"
}

every_entry_of() { # NAME
	as="admin" expect 200 -H 'Accept: application/x-protobuf' "$url/v1/journal?limit=1000"
	"$top/tests/system/proved.py" entries "$work/body" "$work/entry"
	for seq in $(seq "$(size_of "$1")"); do
		as="admin" expect 200 "$url/v1/proof/inclusion?seq=$seq&size=$(size_of "$1")"
		mv "$work/body" "$work/inclusion"
		says 0 inclusion "$work/$1" "$work/inclusion" "$work/entry-$seq"
		says 1 inclusion "$work/$1" "$work/inclusion" "$work/entry-$((seq % $(size_of "$1") + 1))"
	done
}

ctl() {
	"$build/voucherctl" --server "$url" --ca "$work/ca/ca.pem" --cert "$work/ca/admin.pem" --key "$work/ca/admin.key" "$@"
}

trusted() { # the same keys, as voucherctl takes them
	local key
	for key in "${keys[@]}"; do
		[ "$key" = --key ] || printf -- '--verifier %s ' "$key"
	done
}

receipts_up_to() { # SEQ
	local head
	for seq in $(seq "$1"); do
		as="admin" expect 200 "$url/v1/receipts/$seq"
		mv "$work/body" "$work/receipt"
		says 0 receipt "$work/receipt"
		grep -qx "valid: entry $seq" "$work/said" || fail "the receipt of entry $seq is another's: $(cat "$work/said")"
	done
	# shellcheck disable=SC2046 # keys have no spaces
	"$build/voucherctl" receipt verify "$work/receipt" $(trusted) --hash "${hash^^}" >"$work/out"
	head=$(sed -n '/^$/q;p' "$work/receipt")
	sed "s/^index .*/index $(($1 - 2))/" "$work/receipt" >"$work/changed"
	says 1 receipt "$work/changed"
	# shellcheck disable=SC2046
	! "$build/voucherctl" receipt verify "$work/changed" $(trusted) --hash "${hash^^}" >"$work/out" 2>&1 ||
		fail "voucherctl takes a receipt with another index"
	{ printf '%s\n\n' "$head" && cat "$work/first"; } >"$work/changed"
	says 1 receipt "$work/changed"
}

tiles_are_the_tree() {
	as="nobody" expect 200 "$url/checkpoint"
	mv "$work/body" "$work/public"
	says 0 checkpoint "$work/public"
	as="nobody" expect 200 "$url/tile/0/000.p/$(size_of public)"
	"$top/tests/system/proved.py" tiles "$hash" "$work/public" "$work/body"
	ctl tiles "$work/tree" >"$work/out"
	"$top/tests/system/proved.py" tiles "$hash" "$work/tree/checkpoint" "$work/tree/tile/0/000.p/$(sed -n 2p "$work/tree/checkpoint")"
}

step "a ledger, and who trusts its key"
start_daemon ""
trust "$work/init"
checkpoint first

step "every entry is in the books"
register 1 6
checkpoint second
[ "$(size_of second)" -gt "$(size_of first)" ] || fail "a checkpoint does not cover what was acknowledged before it"
every_entry_of second
consistent 0 first second
consistent 0 second second
as="admin" expect 400 "$url/v1/proof/consistency?from=$(size_of second)&to=$(size_of first)"
says 1 consistency "$work/second" "$work/first" "$work/consistency"

step "with one thing changed it is not believed"
sed "2s/.*/$(($(size_of second) + 1))/" "$work/second" >"$work/changed"
says 1 checkpoint "$work/changed"
sed '1s/$/x/' "$work/second" >"$work/changed"
says 1 checkpoint "$work/changed"
head -n 4 "$work/second" >"$work/changed"
says 1 checkpoint "$work/changed"
tr a b <"$work/inclusion" >"$work/changed"
says 1 inclusion "$work/second" "$work/changed" "$work/entry-$(size_of second)"

step "the tiles are the tree"
tiles_are_the_tree

step "a receipt of every entry"
receipts_up_to "$(size_of second)"

step "what was signed before a kill goes on after it"
kill -9 "$daemon"
wait "$daemon" 2>/dev/null || true
launch
register 7 9
checkpoint third
consistent 0 second third
every_entry_of third

step "another key signs, and who trusts it too goes on"
"$build/voucherctl" checkpoint new-key "$work/next.key" --origin "$(head -n 1 "$work/third")" >"$work/next"
cat "$work/next.key" >>"$work/ledger/checkpoint.key"
ctl checkpoint rotate-key --key "$work/next.key" --reason 'every year' >"$work/out"
trust "$work/next"
checkpoint fourth
consistent 0 third fourth
keys=()
trust "$work/next"
says 0 checkpoint "$work/fourth"
says 1 checkpoint "$work/third"

step "a foreign ledger, by SM3"
stop_daemon
mv "$work/ledger" "$work/old-ledger"
hash=sm3
"$build/voucherctl" init --directory "$work/ledger" --name "By SM3" --hash SM3 --admin "A-1=$work/ca/admin.pem" >"$work/init"
launch
keys=()
trust "$work/init"
register 1 3
checkpoint foreign
every_entry_of foreign
receipts_up_to "$(size_of foreign)"
says 1 checkpoint "$work/fourth"
hash=sha256
says 1 inclusion "$work/foreign" "$work/inclusion" "$work/entry-$(size_of foreign)"
