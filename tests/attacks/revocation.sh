#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Who is revoked is out within a second, others are not disturbed. See revocation.py.
# shellcheck source=tests/system/lib.sh disable=SC2154
. "${top_srcdir:-.}/tests/system/lib.sh"

step "a daemon with a list of revoked certificates"
make_ledger
crl=$work/ca/crl.pem
mkdir "$work/ca/crl"
: >"$work/ca/crl/index"
echo 01 >"$work/ca/crl/number"
printf '[ca]\ndefault_ca=x\n[x]\ndatabase=%s/index\ncrlnumber=%s/number\ndefault_md=sha256\ndefault_crl_days=30\n' \
	"$work/ca/crl" "$work/ca/crl" >"$work/ca/crl/conf"
openssl ca -config "$work/ca/crl/conf" -gencrl -keyfile "$work/ca/ca.key" -cert "$work/ca/ca.pem" -out "$crl" 2>/dev/null
write_settings "crl = $crl"
launch
step "revoked, by the list and by the ledger"
python3 "$top/tests/attacks/revocation.py" "$url" "$work/ca" "$top/contrib/demo-ca" "$daemon" "$crl"
stop_daemon
