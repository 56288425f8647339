# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# For the benchmarks of the daemon: keys, a ledger, voucherd on loopback, the load generator. Sourced with `top` and
# `build` set; makes and removes the directory `work`.
: "${top:?}" "${build:?}"
work=$(mktemp -d "${TMPDIR:-/tmp}/voucherd-bench-XXXXXX")
daemon=
plan=
trap 'jobs -p | xargs -r kill 2>/dev/null; wait; rm -rf "$work"' EXIT

# prepare RESERVATIONS [VOUCHERS]: see bench_prepare
prepare() {
	"$top/contrib/demo-ca" "$work/ca" admin startup
	echo "Preparing $1 reservations…"
	plan=$("$build/tests/bench/bench_prepare" "$work/ledger" "$1" \
		"$("$top/contrib/demo-ca" --spki "$work/ca/admin.pem")" \
		"$("$top/contrib/demo-ca" --spki "$work/ca/startup.pem")" "${@:2}")
}

start_daemon() {
	cat >"$work/voucherd.conf" <<-END
		[ledger]
		directory = $work/ledger
		[listen]
		port = 0
		threads = ${THREADS:-1}
		[tls]
		certificate = $work/ca/server.pem
		key = $work/ca/server.key
		client_ca = $work/ca/ca.pem
	END
	"$build/voucherd" --config "$work/voucherd.conf" 2>"$work/log" &
	daemon=$!
	for _ in $(seq 200); do
		port=$(sed -n 's/.*event=listening.* port=\([0-9]*\).*/\1/p' "$work/log")
		[ -z "$port" ] || return 0
		kill -0 "$daemon" 2>/dev/null || break
		sleep 0.05
	done
	cat "$work/log" >&2
	exit 1
}

load() {
	# shellcheck disable=SC2086 # $plan is a list of options
	"$build/tests/bench/bench_load" --server "127.0.0.1:$port" --ca "$work/ca/ca.pem" \
		--cert "$work/ca/startup.pem" --key "$work/ca/startup.key" $plan "$@"
}
