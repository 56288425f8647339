#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Replies that get lost and commands that are sent again, by many at once, with another content, and after a restart:
# one effect, one answer. See retry.py.
# shellcheck source=tests/system/lib.sh disable=SC2154
. "${top_srcdir:-.}/tests/system/lib.sh"

retry() { # WHEN
	python3 "$top/tests/attacks/retry.py" "$url" "$work/ca" "$top/contrib/demo-ca" "$work/answers" "$1"
}

start_daemon
step "replies are lost, commands are sent again"
retry first
step "after a kill"
kill -9 "$daemon"
{ wait "$daemon" || true; } 2>/dev/null
launch
retry "after a kill"
step "after a stop, with the state lost"
stop_daemon
rm -rf "$work/ledger/state"
launch
retry "state rebuilt"
stop_daemon
