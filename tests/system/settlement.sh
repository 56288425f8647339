#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Settlements are opened, approved and cancelled while eight clients keep claiming: settlement.py says what must hold.
# shellcheck source=tests/system/lib.sh disable=SC2154
. "${top_srcdir:-.}/tests/system/lib.sh"

start_daemon

step "eight clients claim while settlements are made"
PYTHONDONTWRITEBYTECODE=1 python3 "$top/tests/system/settlement.py" "$url" "$work/ca" "$top/contrib/demo-ca"

step "stop"
stop_daemon
