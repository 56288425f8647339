#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The tree for those who trust nobody: proofs and a copy of its tiles, and what becomes of the copy when the ledger is
# set back and goes on otherwise.
# shellcheck source=tests/system/lib.sh disable=SC2154
. "${top_srcdir:-.}/tests/system/lib.sh"

ctl() {
	"$build/voucherctl" --lang en --server "$url" --ca "$work/ca/ca.pem" --cert "$work/ca/operator.pem" \
		--key "$work/ca/operator.key" "$@"
}

refuses() { # STATUS TEXT ARGUMENTS…
	local wanted=$1 text=$2 status=0
	shift 2
	ctl "$@" >"$work/out" 2>"$work/body" || status=$?
	[ $status = "$wanted" ] || fail "exit status $status instead of $wanted: $*"
	body_has "$text"
}

make_funds() { # FROM TO
	for i in $(seq "$1" "$2"); do
		printf '{"create_fund":{"code":"f%d","name":"fund %d"}}\n' "$i" "$i"
	done >"$work/funds"
	ctl batch "$work/funds" >"$work/body" 2>&1 || fail "no funds"
	ctl checkpoint show >"$work/body" # so that the public one is as new
}

# The copy is the server's tree: its files are those that the server gives, under the same names.
compare_copy() {
	local size file
	size=$(sed -n 2p "$work/copy/checkpoint")
	[ "$size" -gt 256 ] || fail "a tree of $size entries shows nothing"
	(cd "$work/copy" && find tile -type f) >"$work/names"
	while read -r file; do
		as=nobody expect 200 "$url/$file"
		cmp -s "$work/body" "$work/copy/$file" || fail "$file is another one"
	done <"$work/names"
	[ -e "$work/copy/tile/0/000" ] || fail "the first tile is missing"
	[ ! -e "$work/copy/tile/0/000.p" ] || fail "pieces of a whole tile are left"
}

start_daemon
key=$(grep -o '[^ ]*+[0-9a-f]\{8\}+[A-Za-z0-9+/=]*' "$work/init" | head -n 1)
[ -n "$key" ] || fail "init shows no key"
"$build/voucherctl" --server "$url" --ca "$work/ca/ca.pem" --cert "$work/ca/admin.pem" --key "$work/ca/admin.key" \
	principal register --person O-1 --role operator --certificate "$work/ca/operator.pem" >"$work/body"

step "proofs are checked and told"
make_funds 1 20
ctl proof inclusion 3 >"$work/body"
body_has "Entry 3 is in the tree of 22 entries."
ctl proof inclusion 3 --size 4 >"$work/body"
body_has "Entry 3 is in the tree of 4 entries." "hashes: 2"
ctl proof consistency 4 >"$work/body"
body_has "The tree of 22 entries begins with that of 4."
ctl proof consistency 4 9 --json >"$work/body"
body_has '"from_root"'
refuses 1 "no such entry" proof inclusion 23
refuses 1 "no such entry" proof inclusion 4 --size 3
refuses 2 "must be a number" proof inclusion x
refuses 3 "does not hold" proof inclusion 3 --hash SM3 # as if the server had lied
refuses 3 "does not hold" proof consistency 4 --hash SM3

step "a copy is made, and brought up to date with what is new alone"
ctl tiles "$work/copy" --verifier "$key" >"$work/body"
body_has "22 entries (0 before), 1 tiles fetched"
make_funds 21 700
ctl tiles "$work/copy" >"$work/body"
body_has "702 entries (22 before), 4 tiles fetched" "who signed it was not checked"
compare_copy
make_funds 701 720
ctl tiles "$work/copy" --verifier "$key" --json >"$work/body"
body_has '"size":"722"' '"old_size":"702"' '"tiles":1' '"signature_checked":true'
compare_copy
ctl tiles "$work/copy" >"$work/body"
body_has "722 entries (722 before), 0 tiles fetched"

step "a key that did not sign, a tree that is none, a copy that is damaged"
cp -r "$work/copy" "$work/kept"
"$build/voucherctl" checkpoint new-key "$work/other.key" --origin "$(head -n 1 "$work/copy/checkpoint")" >"$work/body"
other=$(grep -o '[^ ]*+[0-9a-f]\{8\}+[A-Za-z0-9+/=]*' "$work/body" | head -n 1)
refuses 3 "signed by none of the keys" tiles "$work/new" --verifier "$other"
refuses 3 "do not lead to the checkpoint" tiles "$work/new" --hash SM3
[ ! -e "$work/new/checkpoint" ] || fail "a checkpoint that was not proved"
refuses 2 "no verifier key" tiles "$work/new" --verifier nonsense
printf 'X' | dd of="$work/copy/tile/0/001" bs=1 seek=40 conv=notrunc status=none
make_funds 721 800
ctl tiles "$work/copy" >"$work/body" # what is old and full was proved when it came
rm -r "$work/copy" && cp -r "$work/kept" "$work/copy"
rm "$work/copy/tile/0/002.p/"*
ctl tiles "$work/copy" >"$work/body" # a piece of the old tree is not needed: the new tile has it
compare_copy

step "a ledger that was set back and went on otherwise is found out"
stop_daemon
cp -r "$work/ledger" "$work/old"
launch
make_funds 801 900
ctl tiles "$work/copy" >"$work/body"
stop_daemon
rm -r "$work/ledger" && mv "$work/old" "$work/ledger"
launch
refuses 3 "does not begin with the copy" tiles "$work/copy" # smaller than the copy
make_funds 2001 2300
cp "$work/copy/checkpoint" "$work/checkpoint"
refuses 3 "does not begin with the copy" tiles "$work/copy" # larger, and another
cmp "$work/checkpoint" "$work/copy/checkpoint" || fail "the copy's checkpoint has changed"
ctl tiles "$work/afresh" >"$work/body" # but for the copy nobody would know
stop_daemon
