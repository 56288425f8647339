# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034
# Sourced by the system tests: a daemon of their own on loopback, and a few words to say what is expected.
#
#	start_daemon [SETTINGS]   keys, ledger, daemon; sets $url, $port, $daemon (pid), $work
#	step TEXT                 what comes next; named if it fails
#	expect STATUS CURL-ARGS…  runs curl as $as (an identity of the demo authority, or nobody) and looks at the status;
#	                          the body is in $work/body
#	body_has TEXT…            and at the body
#	log_has TEXT              waits until the daemon has logged it
set -euo pipefail

top=${top_srcdir:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}
build=${top_builddir:-$top/build}
export VOUCHERCTL_BANK_PROFILES=$top/contrib/bank-profiles # wherever the build is
work=$(mktemp -d "${TMPDIR:-/tmp}/voucherd-system-XXXXXX")
export PYTHONDONTWRITEBYTECODE=1
daemon=
as=nobody
step_name=start
runner=() # what runs the daemon: valgrind, nothing

on_exit() {
	local status=$?
	[ -z "$daemon" ] || kill -9 "$daemon" 2>/dev/null || true
	wait 2>/dev/null || true
	if [ $status != 0 ]; then
		echo "FAILED at: $step_name (exit status $status)" >&2
		[ ! -s "$work/body" ] || { echo "last body:" && head -c 2000 "$work/body" && echo; } >&2
		[ ! -s "$work/log" ] || { echo "log:" && tail -n 20 "$work/log"; } >&2
	fi
	rm -rf "$work"
	exit $status
}
trap on_exit EXIT

step() {
	step_name=$1
	echo "- $1"
}

# Whether the daemon was built with sanitizers: they have memory, and libraries that come first, of their own.
is_sanitized() {
	grep -qE '__(asan|tsan)_init' "$build/voucherd"
}

fail() {
	echo "$1" >&2
	exit 1
}

log_has() {
	for _ in $(seq 600); do
		! grep -q -- "$1" "$work/log" || return 0
		sleep 0.05
	done
	fail "the log does not say: $1"
}

write_settings() { # MORE-LINES
	cat >"$work/voucherd.conf" <<EOF
[ledger]
directory = $work/ledger
[listen]
port = ${port:-0}
[tls]
certificate = $work/ca/server.pem
key = $work/ca/server.key
client_ca = $work/ca/ca.pem
EOF
	[ -z "${1-}" ] || printf '%s\n' "$1" >>"$work/voucherd.conf"
}

make_ledger() {
	"$top/contrib/demo-ca" "$work/ca" admin operator finance startup provider
	"$build/voucherctl" init --directory "$work/ledger" --name "System test" \
		--admin "A-1=$work/ca/admin.pem" >"$work/init"
}

launch() {
	: >"$work/log"
	"${runner[@]}" "$build/voucherd" --config "$work/voucherd.conf" 2>"$work/log" &
	daemon=$!
	log_has event=ready
	port=$(sed -n 's/.*event=listening.* port=\([0-9]*\).*/\1/p' "$work/log")
	url=https://127.0.0.1:$port
}

start_daemon() {
	make_ledger
	write_settings "${1-}"
	launch
}

stop_daemon() {
	kill -TERM "$daemon"
	local status=0
	wait "$daemon" || status=$?
	daemon=
	[ $status = 0 ] || fail "the daemon exited with $status"
}

# curl with the credentials of $as.
call() {
	local identity=()
	[ "$as" = nobody ] || identity=(--cert "$work/ca/$as.pem" --key "$work/ca/$as.key")
	curl -sS --max-time 20 --cacert "$work/ca/ca.pem" "${identity[@]}" "$@"
}

expect() {
	local wanted=$1 got
	shift
	got=$(call -o "$work/body" -w '%{http_code}' "$@") || fail "curl failed: $*"
	[ "$got" = "$wanted" ] || fail "status $got instead of $wanted: $*"
}

body_has() {
	for text; do
		grep -qF -- "$text" "$work/body" || fail "the body does not have: $text"
	done
}

# One command in a batch, as $as: command ID JSON-MEMBER
batch_of() {
	printf '{"commands":[{"id":"%s",%s}]}' "$1" "$2"
}
