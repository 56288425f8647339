#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Real clients against a real daemon: curl over HTTP/1.1 and HTTP/2, nghttp, openssl s_client; and what is not one.
# shellcheck source=tests/system/lib.sh disable=SC2154
. "${top_srcdir:-.}/tests/system/lib.sh"

id() { printf '0190a1b2-c3d4-7e5f-8a9b-%012d' "$1"; }
json=(-H 'Content-Type: application/json')

start_daemon

for version in --http1.1 --http2; do
	step "curl $version: health, readiness, the interface's description"
	as=nobody
	expect 200 $version "$url/healthz"
	expect 200 $version "$url/readyz"
	expect 200 $version "$url/openapi.json"
	body_has '"openapi"' '3.1'
	expect 200 $version "$url/public/v1/disclosures"
	[ "$(call $version -o /dev/null -w '%{http_version}' "$url/healthz")" = "${version#--http}" ] ||
		fail "another version of HTTP was used"
done

for version in --http1.1 --http2; do
	step "curl $version: who is nobody gets nowhere"
	as=nobody
	expect 401 $version "$url/v1/funds"
	expect 401 $version "${json[@]}" -d '{}' "$url/v1/batch"
	as=finance
	expect 401 $version "$url/v1/funds" # its key is not registered
done

step "an administrator registers an operator"
as="admin"
spki=$("$top/contrib/demo-ca" --spki "$work/ca/operator.pem")
register='"register_principal":{"person":"O-1","roles":["ROLE_OPERATOR"],"certificate_spki":"'$spki'"}'
expect 200 "${json[@]}" -d "$(batch_of "$(id 1)" "$register")" "$url/v1/batch"
body_has '"outcome":"OUTCOME_OK"'
seq=$(sed -n 's/.*"seq":"\([0-9]*\)".*/\1/p' "$work/body")

step "the same id again: the stored reply; another body: a conflict"
expect 200 "${json[@]}" -d "$(batch_of "$(id 1)" "$register")" "$url/v1/batch"
body_has '"replayed":true' "\"seq\":\"$seq\""
expect 200 "${json[@]}" -d "$(batch_of "$(id 1)" "${register/O-1/O-2}")" "$url/v1/batch"
body_has 'ID_REUSED' '"field":"person"'

step "an operator makes a fund over HTTP/2, on its own route"
as=operator
expect 201 --http2 "${json[@]}" -H "Idempotency-Key: $(id 2)" \
	-d '{"code":"city","name":"市级资金"}' "$url/v1/funds"
expect 409 --http1.1 "${json[@]}" -H "Idempotency-Key: $(id 3)" \
	-d '{"code":"city","name":"again"}' "$url/v1/funds"
body_has CODE_TAKEN
expect 200 "$url/v1/funds/city"
body_has '市级资金'
expect 200 "$url/v1/funds"
body_has '"as_of"' '市级资金'

step "what is wrong with a request is said, and nothing changes"
before=$(call "$url/v1/tree-head")
expect 400 "${json[@]}" -d '{"commands":[{]}' "$url/v1/batch"
body_has MALFORMED
expect 400 "${json[@]}" -d '{"commands":[{"id":"'"$(id 4)"'","create_fund":{"colour":"red"}}]}' "$url/v1/batch"
body_has colour
expect 400 "${json[@]}" -d "$(batch_of "$(id 4)" '"allocate":{"amount":"99999999999999999999"}')" "$url/v1/batch"
body_has amount
expect 200 "${json[@]}" -d "$(batch_of "$(id 4)" '"register_party":{"code":"91310115MA1H8R7C6D","kind":"PARTY_KIND_COMPANY","name":"x","region":"110114"}')" "$url/v1/batch"
body_has USCC_INVALID
expect 200 "${json[@]}" -d "$(batch_of "$(id 4)" '"suspend_party":{"party":"91110108551385082Q","reason":"x"}')" "$url/v1/batch"
body_has PARTY_UNKNOWN
expect 403 "${json[@]}" -H "Idempotency-Key: $(id 5)" -d '{"programme":"p","cutoff":"1"}' "$url/v1/settlements"
body_has ROLE_NOT_ALLOWED
expect 415 -H 'Content-Type: text/plain' -d x "$url/v1/batch"
expect 404 "$url/v1/nothing"
expect 405 -X DELETE "$url/v1/funds"
expect 404 "$url/v1/vouchers/4711"
head -c 9000000 /dev/zero >"$work/large"
expect 413 "${json[@]}" -H 'Expect:' --data-binary "@$work/large" --http1.1 "$url/v1/batch"
log_has event=denied
[ "$(call "$url/v1/tree-head")" = "$before" ] || fail "a refused request changed the ledger"

step "garbage, half a handshake and a broken request do no harm"
head -c 4096 /dev/urandom >"/dev/tcp/127.0.0.1/$port" || true
printf '\x16\x03\x01\x02' >"/dev/tcp/127.0.0.1/$port"
printf 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n' >"/dev/tcp/127.0.0.1/$port"
tls() {
	openssl s_client -quiet -connect "127.0.0.1:$port" -CAfile "$work/ca/ca.pem" \
		-verify_return_error "$@" 2>&1 || true
}
printf 'GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n' | tls -alpn http/1.1 >"$work/body"
body_has 'HTTP/1.1 400'
printf 'GET /healthz HTTP/1.1\nHost: a\n\n' | tls -alpn http/1.1 >"$work/body"
body_has 'HTTP/1.1 400'
expect 200 "$url/healthz"

step "openssl s_client: TLS 1.3 only, no tickets"
openssl s_client -connect "127.0.0.1:$port" -CAfile "$work/ca/ca.pem" -alpn h2 </dev/null \
	>"$work/body" 2>&1 || true
body_has 'TLSv1.3' 'ALPN protocol: h2' 'Verify return code: 0 (ok)'
! grep -q 'New Session Ticket' "$work/body" || fail "a session ticket was sent"
openssl s_client -tls1_2 -connect "127.0.0.1:$port" </dev/null >"$work/body" 2>&1 || true
body_has 'alert protocol version'

step "a certificate of another authority is refused"
"$top/contrib/demo-ca" "$work/other" admin
! curl -sS --max-time 20 --cacert "$work/ca/ca.pem" --cert "$work/other/admin.pem" \
	--key "$work/other/admin.key" "$url/healthz" >"$work/body" 2>&1 || fail "it was accepted"

step "nghttp: many requests on one connection"
nghttp -n --no-verify-peer -m 20 "$url/healthz" >"$work/body" 2>&1 ||
	nghttp -n -m 20 "$url/healthz" >"$work/body" 2>&1
h2load -n 2000 -c 4 -m 16 "$url/healthz" >"$work/body" 2>&1
body_has '2000 succeeded, 0 failed'

step "stop"
stop_daemon
log_has event=stopped
