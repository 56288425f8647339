#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Start, mistakes in the settings, reload, stop, restart, a lost state.
# shellcheck source=tests/system/lib.sh disable=SC2154
. "${top_srcdir:-.}/tests/system/lib.sh"

refuses_to_start() { # STATUS TEXT
	local status=0
	timeout 20 "$build/voucherd" --config "$work/voucherd.conf" >"$work/body" 2>&1 || status=$?
	[ $status = "$1" ] || fail "exit status $status instead of $1"
	body_has "$2"
}

make_ledger

step "mistakes in the settings stop the start and are named"
write_settings '[listen]
prot = 1'
refuses_to_start 2 "$work/voucherd.conf:10: [listen] prot: there is no such option"
write_settings '[listen]
threads = many'
refuses_to_start 2 "$work/voucherd.conf:10: [listen] threads: expected a whole number from 1 to 64"
write_settings
sed -i "s#^directory.*#directory = $work/nothing#" "$work/voucherd.conf"
refuses_to_start 1 "The ledger in $work/nothing cannot be opened: there is no ledger"
write_settings
sed -i "s#^certificate.*#certificate = $work/nothing.pem#" "$work/voucherd.conf"
refuses_to_start 1 'nothing.pem'
! "$build/voucherd" --config "$work/voucherd.conf" --check >"$work/body" 2>&1 || fail "it was found right"
body_has 'nothing.pem'
write_settings
chmod 644 "$work/ca/server.key"
refuses_to_start 1 'server.key'
chmod 600 "$work/ca/server.key"
"$build/voucherd" --config "$work/voucherd.conf" --check >"$work/body"
body_has 'the settings are right'

chmod 644 "$work/ledger/checkpoint.key"
refuses_to_start 1 'checkpoint.key: chmod 600'
! "$build/voucherd" --config "$work/voucherd.conf" --check >"$work/body" 2>&1 || fail "it was found right"
body_has 'checkpoint.key: chmod 600'
chmod 600 "$work/ledger/checkpoint.key"
mv "$work/ledger/checkpoint.key" "$work/key"
refuses_to_start 1 'There is no key file'
mv "$work/key" "$work/ledger/checkpoint.key"

step "a ledger is made once"
! "$build/voucherctl" init --directory "$work/ledger" --name again \
	--admin "A-1=$work/ca/admin.pem" >"$work/body" 2>&1 || fail "it was made again"

step "start; a second daemon on the same ledger is refused"
launch
saved_port=$port
port=0 write_settings
refuses_to_start 1 'in use by another process'

step "SIGHUP takes a new certificate"
old=$(openssl s_client -connect "127.0.0.1:$saved_port" </dev/null 2>/dev/null | openssl x509 -noout -serial)
rm "$work/ca/server.pem"
"$top/contrib/demo-ca" "$work/ca"
kill -HUP "$daemon"
log_has event=reloaded
new=$(openssl s_client -connect "127.0.0.1:$saved_port" </dev/null 2>/dev/null | openssl x509 -noout -serial)
[ "$old" != "$new" ] || fail "the certificate is the old one"

step "SIGHUP with a broken certificate keeps the old one"
cp "$work/ca/server.pem" "$work/good.pem"
echo broken >"$work/ca/server.pem"
kill -HUP "$daemon"
log_has event=reload_refused
as="admin"
expect 200 "$url/v1/me"
cp "$work/good.pem" "$work/ca/server.pem"

step "SIGTERM stops in order; after a restart everything is there"
head=$(call "$url/v1/tree-head")
stop_daemon
launch
[ "$(call "$url/v1/tree-head")" = "$head" ] || fail "another tree"

step "kill -9 and a lost state: rebuilt from the journal"
kill -9 "$daemon"
{ wait "$daemon" || true; } 2>/dev/null # no word from the shell about it
rm -rf "$work/ledger/state"
launch
[ "$(call "$url/v1/tree-head")" = "$head" ] || fail "another tree"
expect 200 "$url/v1/principals"
body_has A-1
stop_daemon

if ! is_sanitized; then
	step "with little address space the files grow to less, and it starts all the same"
	! grep -q event=address_space_limited "$work/log" || fail "address space is limited"
	for limit in 11:4 18:4 40:16 67:16 300:64; do # GiB; what the journal may grow to
		runner=(bash -c "ulimit -v $((${limit%:*} * 1048576)) && exec \"\$@\"" limited)
		launch
		log_has 'event=address_space_limited .*/journal"* grows_to_gib='"${limit#*:} "
		[ "$(call "$url/v1/tree-head")" = "$head" ] || fail "another tree"
		stop_daemon
	done
	runner=()
fi
