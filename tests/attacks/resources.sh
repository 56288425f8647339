#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Clients that take what they can get: slow bytes, many connections, deep documents, slow readers; and a daemon with few
# descriptors. See resources.py. FAULTS=long: as many connections as the daemon accepts by default.
# shellcheck source=tests/system/lib.sh disable=SC2154
. "${top_srcdir:-.}/tests/system/lib.sh"

connections=500
[ "${FAULTS-}" != long ] || connections=9000
limits="[limits]
connections = $connections
connections_per_address = 400
handshake_ms = 2000
header_ms = 2000
body_ms = 2000
idle_ms = 2000
write_ms = 2000"

attack() { # WHICH
	python3 "$top/tests/attacks/resources.py" "$port" "$work/ca" "$daemon" "$work/log" "$connections" "$1"
}

step "a daemon with short deadlines"
ulimit -n "$(ulimit -Hn)"
start_daemon "$limits"
"$build/voucherctl" --server "$url" --ca "$work/ca/ca.pem" --cert "$work/ca/admin.pem" --key "$work/ca/admin.key" \
	principal register --person O-1 --role operator --certificate "$work/ca/operator.pem" >/dev/null
attack all
stop_daemon

step "a daemon that may open few files"
runner=(prlimit --nofile=120:120)
connections=60
launch
log_has event=few_descriptors
attack few
stop_daemon
