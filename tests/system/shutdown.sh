#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The daemon under valgrind serves a few requests and stops; nothing is lost or misused. Skipped without valgrind, and
# where a sanitizer looks for the same.
# shellcheck source=tests/system/lib.sh disable=SC2154
. "${top_srcdir:-.}/tests/system/lib.sh"

[ -x "$build/.libs/voucherd" ] && program=$build/.libs/voucherd || program=$build/voucherd
command -v valgrind >/dev/null || { echo "there is no valgrind" && exit 77; }
! is_sanitized || { echo "a sanitizer is there" && exit 77; }
runner=(valgrind --quiet --leak-check=full "--show-leak-kinds=definite,indirect,possible"
	"--errors-for-leak-kinds=definite,indirect,possible" --error-exitcode=99
	--log-file="$work/valgrind")

step "start under valgrind"
make_ledger
write_settings
: >"$work/log"
"${runner[@]}" "$program" --config "$work/voucherd.conf" 2>"$work/log" &
daemon=$!
log_has event=ready
port=$(sed -n 's/.*event=listening.* port=\([0-9]*\).*/\1/p' "$work/log")
url=https://127.0.0.1:$port

step "some requests"
as="admin"
expect 200 "$url/v1/me"
expect 200 --http1.1 "$url/v1/principals"
expect 400 -H 'Content-Type: application/json' -d '{' "$url/v1/batch"
expect 404 "$url/v1/nothing"
expect 200 -H 'Content-Type: application/json' -d "$(batch_of 0190a1b2-c3d4-7e5f-8a9b-000000000001 \
	'"revoke_principal":{"principal":"1","reason":"test"}')" "$url/v1/batch"

step "stop"
stop_daemon
[ ! -s "$work/valgrind" ] || { cat "$work/valgrind" && fail "valgrind complains"; }
