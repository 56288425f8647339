#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Receipts as people use them: returned by a command, fetched later, checked without a server, changed and refused,
# printed as a QR code; over a change of the key, and a start without it.
# shellcheck source=tests/system/lib.sh disable=SC2154
. "${top_srcdir:-.}/tests/system/lib.sh"

ctl() {
	"$build/voucherctl" --server "$url" --ca "$work/ca/ca.pem" --cert "$work/ca/admin.pem" --key "$work/ca/admin.key" "$@"
}

ctl_fails() { # STATUS TEXT ARGUMENTS…
	local wanted=$1 text=$2 got=0
	shift 2
	ctl "$@" >"$work/body" 2>&1 || got=$?
	[ "$got" = "$wanted" ] || fail "voucherctl $* exited with $got instead of $wanted"
	body_has "$text"
}

verifier_of() { # FILE
	grep -o 'voucherd/[^ ]*+[0-9a-f]\{8\}+[A-Za-z0-9+/]*=*' "$1"
}

start_daemon
first=$(verifier_of "$work/init")

step "a command returns its receipt, which is checked offline"
ctl principal register --person F-1 --role finance --certificate "$work/ca/finance.pem" --receipt "$work/receipt"
url=https://127.0.0.1:1 ctl receipt verify "$work/receipt" --verifier "$first" >"$work/body"
body_has 'Valid: entry 2 is in the books' 'F-1'
ctl --lang zh --quiet receipt verify - --verifier "$first" <"$work/receipt" >"$work/body"
body_has '有效：第 2 条'

step "what proves nothing is refused, and says why"
sed 's/^index 1$/index 0/' "$work/receipt" >"$work/changed"
ctl_fails 1 'entry, place and proof do not fit' receipt verify "$work/changed" --verifier "$first"
head -c 100 "$work/receipt" >"$work/changed"
ctl_fails 1 'voucherctl:' receipt verify "$work/changed" --verifier "$first"
ctl_fails 2 '--verifier' receipt verify "$work/receipt" --verifier "${first%?????}AAAA="
ctl_fails 1 'voucherctl:' receipt verify "$work/receipt" --verifier "$first" --witnesses 1
ctl_fails 2 'cannot be read' receipt verify "$work/none" --verifier "$first"
ctl_fails 1 'There is no such entry' receipt get 99
as=nobody expect 401 "$url/v1/receipts/1"

step "a receipt as a QR code"
ctl receipt get 1 --output "$work/one"
ctl receipt verify "$work/one" --verifier "$first" --quiet >/dev/null
ctl receipt qr 2 --svg "$work/code.svg"
grep -q '<title>receipt 2</title>' "$work/code.svg"

step "another key signs, and the old one too while it is there"
ctl checkpoint new-key "$work/next.key" --origin "$(ctl checkpoint show | head -n 1)" >"$work/next"
second=$(verifier_of "$work/next")
cat "$work/next.key" >>"$work/ledger/checkpoint.key"
ctl checkpoint rotate-key "$second" --reason yearly
ctl_fails 1 'CHECKPOINT_KEY_TAKEN' checkpoint rotate-key "$work/next.key" --reason again
ctl receipt get 3 --output "$work/both"
ctl receipt verify "$work/both" --verifier "$first" --quiet >/dev/null
ctl receipt verify "$work/both" --verifier "$second" --quiet >/dev/null
cp "$work/next.key" "$work/ledger/checkpoint.key"
kill -HUP "$daemon"
log_has event=reloaded
ctl principal register --person F-2 --role auditor --certificate "$work/ca/operator.pem" --receipt "$work/new"
ctl receipt verify "$work/new" --verifier "$second" --quiet >/dev/null
ctl_fails 1 'voucherctl:' receipt verify "$work/new" --verifier "$first"
stop_daemon

step "a lost key is replaced: the ledger goes on, and signs when it has been told"
rm "$work/ledger/checkpoint.key"
"$build/voucherctl" checkpoint new-key "$work/ledger/checkpoint.key" --origin "$(head -n 1 "$work/ledger/checkpoint.guard")" >"$work/next"
launch
log_has event=checkpoint_unsigned
ctl_fails 3 'No checkpoint can be signed' checkpoint show
ctl checkpoint rotate-key "$(verifier_of "$work/next")" --reason 'key lost'
ctl receipt get 5 --output "$work/third"
ctl receipt verify "$work/third" --verifier "$(verifier_of "$work/next")" --quiet >/dev/null
stop_daemon
