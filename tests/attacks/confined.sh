#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What a daemon does not give away and cannot do: no core file, no look into its memory, no secret in its log, no key
# that others may read, no rights of root that it was told to lay down, no other program; and what systemd's unit allows.
# shellcheck source=tests/system/lib.sh disable=SC2154
. "${top_srcdir:-.}/tests/system/lib.sh"

checked=0
unsound=0
expect_that() { # WHAT COMMAND…
	local what=$1
	shift
	checked=$((checked + 1))
	"$@" || { echo "not so: $what" >&2 && unsound=$((unsound + 1)); }
}
refuses_to_start() { # TEXT
	! timeout 20 "$build/voucherd" --config "$work/voucherd.conf" >"$work/body" 2>&1 && grep -q -- "$1" "$work/body"
}
status_of() { # NAME: from the kernel
	sed -n "s/^$1:[[:space:]]*//p" "/proc/$daemon/status"
}

step "keys that others may read are refused"
make_ledger
write_settings
for key in ca/server.key ledger/checkpoint.key; do
	for mode in 0604 0644 0666 0602; do
		chmod $mode "$work/$key"
		expect_that "$key with mode $mode is refused" refuses_to_start "$(basename "$key")"
	done
	chmod 0600 "$work/$key"
done
expect_that "the ledger is its owner's alone" test "$(stat -c %a "$work/ledger")" = 700
expect_that "so is its key" test "$(stat -c %a "$work/ledger/checkpoint.key")" = 600

step "a running daemon cannot be looked into, and leaves no core file"
launch
memory_is_closed() {
	# root may look; then at least the files of the process are root's, and no core file is allowed
	[ "$(stat -c %U "/proc/$daemon/mem")" = root ] && grep -q '^Max core file size *0 *0' "/proc/$daemon/limits"
}
expect_that "memory and core files are closed" memory_is_closed
if ! is_sanitized; then
	expect_that "no rights can be gained" test "$(status_of NoNewPrivs)" = 1
	expect_that "system calls are filtered" test "$(status_of Seccomp)" = 2
fi

step "no secret gets into the log"
token=$(head -c 32 /dev/urandom | base64 | tr '+/' '-_' | tr -d '=')
call -H "Authorization: Bearer $token" "$url/v1/me" >/dev/null
call -H "Authorization: Bearer $token" -d "$token" "$url/v1/funds?x=1" >/dev/null
call "$url/v1/vouchers/4711" >/dev/null
log_has event=denied
no_secret_in_log() {
	! grep -qF -e "$token" -e "PRIVATE KEY" "$work/log" &&
		! grep -qF "$(sed -n 2p "$work/ledger/checkpoint.key")" "$work/log" &&
		! grep -qF "$(sed -n 2p "$work/ca/server.key")" "$work/log"
}
expect_that "the log has no token and no key" no_secret_in_log
stop_daemon

step "rights of root are laid down, and do not come back"
if [ "$(id -u)" = 0 ]; then
	chown -R nobody "$work"
	chmod 755 "$work"
	write_settings '[process]
user = nobody'
	launch
	expect_that "it is nobody" test "$(status_of Uid | tr -s '\t ' ' ')" = "$(printf '%s %s %s %s' "$(id -u nobody)" "$(id -u nobody)" "$(id -u nobody)" "$(id -u nobody)")"
	expect_that "without capabilities" test "$(status_of CapEff)" = 0000000000000000
	as="admin"
	chmod 644 "$work/ca/admin.key"
	expect 200 "$url/v1/me"
	stop_daemon
	for user in root no-such-user; do
		write_settings "[process]
user = $user"
		expect_that "$user cannot be become" refuses_to_start 'no such user'
	done
else
	echo "  skipped: not root"
fi

step "what systemd's unit allows"
if command -v systemd-analyze >/dev/null && systemd-analyze security --help | grep -q offline; then
	exposure=$(systemd-analyze security --offline=true "$top/contrib/systemd/voucherd.service" | sed -n 's/.*exposure level for .*: \([0-9.]*\) .*/\1/p')
	expect_that "an exposure of $exposure is at most 1.5" awk "BEGIN { exit !($exposure <= 1.5) }"
	echo "  exposure $exposure"
else
	echo "  skipped: no systemd-analyze that works offline"
fi
echo "15|secrets, rights, system calls|$checked|$unsound"
[ $unsound = 0 ]
