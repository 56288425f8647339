#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Everybody tries everything: every role and stranger, every command and route, what is theirs and what is not, and what
# four eyes are for. See authorisation.py.
# shellcheck source=tests/system/lib.sh disable=SC2154
. "${top_srcdir:-.}/tests/system/lib.sh"

start_daemon
step "everybody tries everything"
python3 "$top/tests/attacks/authorisation.py" "$url" "$work/ca" "$top/contrib/demo-ca" "$work/log"
stop_daemon
