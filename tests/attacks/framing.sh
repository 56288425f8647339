#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Malformed HTTP/1.1, HTTP/2 and TLS: refused and closed, never a second request. See framing.py.
# shellcheck source=tests/system/lib.sh disable=SC2154
. "${top_srcdir:-.}/tests/system/lib.sh"

start_daemon
"$build/voucherctl" --server "$url" --ca "$work/ca/ca.pem" --cert "$work/ca/admin.pem" --key "$work/ca/admin.key" \
	principal register --person O-1 --role operator --certificate "$work/ca/operator.pem" >/dev/null
step "the corpus"
! is_sanitized || export FRAMING_MEMORY_MIB=2048 # what is freed stays in quarantine
python3 "$top/tests/attacks/framing.py" "$port" "$work/ca" "$daemon"
stop_daemon
