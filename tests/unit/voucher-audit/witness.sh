#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# witness: the witness as a program, asked over its standard input: its key, what is no request, and what it says then.
set -eu

directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
ledger='voucherd.example/moon+'
fail() { echo "$1" >&2; exit 1; }

key=$(./voucher-audit witness --signer "$directory/key" --name example.org/witness --print-key)
case $key in example.org/witness+*) ;; *) fail "no key: $key" ;; esac
[ "$(stat -c %a "$directory/key")" = 600 ] || fail 'others may read the key'
[ "$key" = "$(./voucher-audit witness --signer "$directory/key" --name example.org/witness --print-key)" ] ||
	fail 'another key the second time'

ask() { # STATUS, the request on standard input
	./voucher-audit witness --state "$directory/state" --signer "$directory/key" --name example.org/witness \
		--key "$key" >"$directory/answer" || true
	grep -q "^HTTP/1.1 $1 " "$directory/answer" || { cat "$directory/answer"; fail "not $1"; }
}
printf 'GET /add-checkpoint HTTP/1.1\r\nHost: w\r\n\r\n' | ask 405
printf 'POST /elsewhere HTTP/1.1\r\nHost: w\r\nContent-Length: 0\r\n\r\n' | ask 404
printf 'POST /add-checkpoint HTTP/1.1\r\nHost: w\r\n\r\n' | ask 411
printf 'POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nold 0' | ask 411
printf 'POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nContent-Length: 99999999\r\n\r\n' | ask 413
printf 'POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nContent-Length: 50\r\n\r\nold 0' | ask 400
printf 'POST /w/add-checkpoint HTTP/1.1\r\nHost: w\r\nContent-Length: 6\r\n\r\nold 0\n' | ask 400
printf 'POST /add-checkpoint HTTP/1.1\r\n' | ask 400

chmod 644 "$directory/key"
if ./voucher-audit witness --signer "$directory/key" --name example.org/witness --print-key 2>"$directory/said"; then
	fail 'a key that others may read was taken'
fi
grep -q 'chmod 600' "$directory/said" || fail 'not said what to do'
status=0
./voucher-audit witness --key "${ledger}x" 2>/dev/null || status=$?
[ $status -eq 2 ] || fail "a key that is none: exit status $status"
