# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# For the benchmarks of the daemon: keys, a ledger, voucherd on loopback, the load generator. Sourced with `top` and
# `build` set; makes and removes the directory `work`, and ends at exit whatever was started.
: "${top:?}" "${build:?}"
work=$(mktemp -d "${TMPDIR:-/tmp}/voucherd-bench-XXXXXX")
ledger=$work/ledger
daemon=
port=
plan=
trap end EXIT
trap 'exit 1' HUP INT TERM

end() {
	jobs -p | xargs -r kill 2>/dev/null
	# PostgreSQL puts itself in the background.
	[ ! -s "$work/postgres/data/postmaster.pid" ] || kill -QUIT "$(head -n 1 "$work/postgres/data/postmaster.pid")"
	wait
	rm -rf "$work"
}

# prepare RESERVATIONS [VOUCHERS] [--redemptions N]: makes $ledger, see bench_prepare
prepare() {
	"$top/contrib/demo-ca" "$work/ca" admin startup
	echo "Preparing $1 reservations…" >&2
	plan=$("$build/tests/bench/bench_prepare" "$ledger" "$1" \
		"$("$top/contrib/demo-ca" --spki "$work/ca/admin.pem")" \
		"$("$top/contrib/demo-ca" --spki "$work/ca/startup.pem")" "${@:2}")
}

start_daemon() {
	cat >"$work/voucherd.conf" <<-END
		[ledger]
		directory = $ledger
		[listen]
		port = 0
		threads = ${THREADS:-1}
		[tls]
		certificate = $work/ca/server.pem
		key = $work/ca/server.key
		client_ca = $work/ca/ca.pem
	END
	: >"$work/log" # before the look for what a new daemon says there
	"$build/voucherd" --config "$work/voucherd.conf" 2>>"$work/log" &
	daemon=$!
	until grep -q event=ready "$work/log"; do
		kill -0 "$daemon" 2>/dev/null || { cat "$work/log" >&2 && exit 1; }
		sleep 0.02
	done
	port=$(sed -n 's/.*event=listening.* port=\([0-9]*\).*/\1/p' "$work/log")
}

stop_daemon() {
	kill "$daemon"
	wait "$daemon" || { cat "$work/log" >&2 && exit 1; }
	daemon=
}

load() {
	# shellcheck disable=SC2086 # $plan is a list of options
	load_at "$port" $plan "$@"
}

load_at() { # PORT OPTIONS… MODE
	"$build/tests/bench/bench_load" --server "127.0.0.1:$1" --ca "$work/ca/ca.pem" \
		--cert "$work/ca/startup.pem" --key "$work/ca/startup.key" "${@:2}"
}
