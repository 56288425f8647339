# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# What voucherd is measured beside: nghttpd and nginx that answer a static JSON over TLS, and PostgreSQL with the redemption
# as a function of its own. Sourced with lib.sh; each runs alone, from `start_…` to `stop_peer`.
: "${top:?}" "${work:?}"
peer=
peer_port=

# Something of about 100 bytes, as an answer would be.
peer_json='{"id":"018f0000-0000-4000-8000-000000000001","outcome":"OUTCOME_OK","seq":"1234567","amount":"1"}'

free_port() {
	local port
	while port=$((20000 + RANDOM % 12000)); do
		(exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
	done
	echo "$port"
}

wait_for_port() { # PORT
	for _ in $(seq 200); do
		! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null || return 0
		sleep 0.05
	done
	echo "bench: a peer did not start; see $work" >&2
	return 1
}

start_nghttpd() {
	mkdir -p "$work/www"
	printf '%s' "$peer_json" >"$work/www/static.json"
	peer_port=$(free_port)
	nghttpd --address=127.0.0.1 --htdocs="$work/www" "$peer_port" "$work/ca/server.key" "$work/ca/server.pem" \
		>"$work/nghttpd.log" 2>&1 &
	peer=$!
	wait_for_port "$peer_port"
}

# As many workers as processors; client certificates required and checked, no resumption.
start_nginx() {
	mkdir -p "$work/nginx"
	peer_port=$(free_port)
	cat >"$work/nginx/nginx.conf" <<-END
		worker_processes auto;
		daemon off;
		pid $work/nginx/pid;
		error_log $work/nginx/error.log;
		events { worker_connections 1024; }
		http {
			access_log off;
			client_body_temp_path $work/nginx/body;
			proxy_temp_path $work/nginx/proxy;
			fastcgi_temp_path $work/nginx/fastcgi;
			uwsgi_temp_path $work/nginx/uwsgi;
			scgi_temp_path $work/nginx/scgi;
			keepalive_requests 1000000000;
			server {
				listen 127.0.0.1:$peer_port ssl http2;
				ssl_certificate $work/ca/server.pem;
				ssl_certificate_key $work/ca/server.key;
				ssl_client_certificate $work/ca/ca.pem;
				ssl_verify_client on;
				ssl_protocols TLSv1.3;
				ssl_session_cache off;
				ssl_session_tickets off;
				default_type application/json;
				location / { return 200 '$peer_json'; }
			}
		}
	END
	nginx -p "$work/nginx" -c "$work/nginx/nginx.conf" 2>"$work/nginx.log" &
	peer=$!
	wait_for_port "$peer_port"
}

load_peer() { # OPTIONS… MODE
	load_at "$peer_port" "$@"
}

stop_peer() {
	[ -z "$peer" ] || kill "$peer" 2>/dev/null || true
	wait "$peer" 2>/dev/null || true
	peer=
}

# --- PostgreSQL ---

# It refuses to be root; so root takes the user of its package.
as_postgres() {
	if [ "$(id -u)" = 0 ]; then
		(cd "$work/postgres" && runuser -u postgres -- "$@")
	else
		"$@"
	fi
}

postgres_bin=/usr/lib/postgresql/15/bin

psql_peer() {
	as_postgres "$postgres_bin/psql" -h "$work/postgres" -U bench -d postgres -qAtX -v ON_ERROR_STOP=1 "$@"
}

postgres_vouchers=

# make_postgres VOUCHERS: a cluster with its defaults (fsync and synchronous_commit on) but more memory for pages.
make_postgres() {
	postgres_vouchers=$1
	chmod 711 "$work"
	mkdir -p "$work/postgres"
	[ "$(id -u)" != 0 ] || chown postgres "$work/postgres"
	as_postgres "$postgres_bin/initdb" -D "$work/postgres/data" -U bench -A trust -E UTF8 --locale=C >"$work/postgres.log" 2>&1
	start_postgres
	psql_peer -v vouchers="$1" -f - <"$top/tests/bench/peer.sql"
	stop_postgres
}

start_postgres() {
	as_postgres "$postgres_bin/pg_ctl" -D "$work/postgres/data" -l "$work/postgres/log" -w \
		-o "-c listen_addresses= -c unix_socket_directories=$work/postgres -c shared_buffers=1GB -c max_wal_size=4GB" \
		start >>"$work/postgres.log" 2>&1
}

stop_postgres() {
	as_postgres "$postgres_bin/pg_ctl" -D "$work/postgres/data" -w -m fast stop >>"$work/postgres.log" 2>&1
}

# load_postgres CLIENTS SECONDS REDEMPTIONS_PER_CALL NAME: a row as bench_load prints it. Every redemption must be there.
load_postgres() {
	local before after
	before=$(psql_peer -c 'SELECT count(*) FROM redemption')
	cat >"$work/postgres/script" <<-END
		\\set voucher random(0, :vouchers / :clients - 1) * :clients + :client_id
	END
	if [ "$3" = 1 ]; then
		echo "SELECT redeem(gen_random_uuid(), :voucher, 1);" >>"$work/postgres/script"
	else
		echo "SELECT redeem_many(:voucher, :clients, $3);" >>"$work/postgres/script"
	fi
	as_postgres "$postgres_bin/pgbench" -h "$work/postgres" -U bench -n -M prepared -c "$1" -j 2 -T "$2" \
		-D clients="$1" -D vouchers="$postgres_vouchers" -f "$work/postgres/script" postgres >"$work/pgbench.log" 2>&1
	after=$(psql_peer -c 'SELECT count(*) FROM redemption')
	awk -v name="$4" -v grown="$((after - before))" -v per="$3" '
		/^number of transactions actually processed/ { calls = $NF + 0 }
		/^tps/ { tps = $3 }
		/^latency average/ { ms = $4 }
		END {
			if (!calls || calls * per != grown) { print "bench: PostgreSQL has " grown " redemptions for " calls " calls" >"/dev/stderr"; exit 1 }
			printf "%s | %.0f | %.3f | |\n", name, tps * per, ms
		}' "$work/pgbench.log"
}
