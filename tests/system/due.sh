#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What falls due is done by the daemon itself, as journal entries: here the withdrawal of what is open with a provider that
# its assessment removed. (Days cannot be made to pass here: tests/unit/engine/test_ticker turns the engine's clock.)
# shellcheck source=tests/system/lib.sh disable=SC2154
. "${top_srcdir:-.}/tests/system/lib.sh"

ids=0
give() { # IDENTITY JSON-MEMBER: sets $seq
	as=$1
	ids=$((ids + 1))
	expect 200 -H 'Content-Type: application/json' \
		-d "$(batch_of "$(printf '0190a1b2-c3d4-7e5f-8a9b-%012d' $ids)" "$2")" "$url/v1/batch"
	body_has '"outcome":"OUTCOME_OK"'
	seq=$(sed -n 's/.*"seq":"\([0-9]*\)".*/\1/p' "$work/body")
}

principal() { # IDENTITY ROLE PARTY
	local spki
	spki=$("$top/contrib/demo-ca" --spki "$work/ca/$1.pem")
	give "admin" '"register_principal":{"person":"P-'"$1"'","roles":["'"$2"'"],"party":"'"${3-}"'","certificate_spki":"'"$spki"'"}'
}

party() { # CODE KIND
	give operator '"register_party":{"code":"'"$1"'","kind":"'"$2"'","name":"x","region":"110114"}'
}

start_daemon '[ledger]
tick_s = 1'

step "a programme, a provider, and a contract with it"
principal operator ROLE_OPERATOR
principal finance ROLE_FINANCE
party 91350100M000100Y43 PARTY_KIND_COMPANY
party 91310000MA1FL00900 PARTY_KIND_PROVIDER
principal startup ROLE_STARTUP 91350100M000100Y43
give operator '"create_fund":{"code":"city","name":"x"}'
give operator '"create_programme":{"code":"p","name":"x","region":"110114","utc_offset_minutes":480}'
give finance '"appropriate":{"fund":"city","amount":"100000","document":"d"}'
give finance '"allocate":{"fund":"city","programme":"p","amount":"100000"}'
give operator '"publish_rules":{"programme":"p","rules":{"version":1,"title":"x","effective_from":"2020-01-01",
	"instrument":"INSTRUMENT_VOUCHER","review":"REVIEW_NONE","issue_at_once":true,"when_capped":"GRANT_THE_REST",
	"expense_base":"EXPENSE_ACTUAL","tiers":[{"id":1,"name":"all","ratio_bp":5000}],"use_within_days":30,
	"claim_within_days":30,"payee":"PAYEE_PROVIDER","assessment_failures":1}}'
give operator '"admit_provider":{"programme":"p","party":"91310000MA1FL00900"}'
give startup '"apply":{"programme":"p","amount":"50000"}'
give startup '"reserve":{"voucher":"'"$seq"'","provider":"91310000MA1FL00900","contract_number":"C-1","category":"testing",
	"total":"60000","eligible":"60000"}'
reservation=$seq

step "the provider fails its assessment: what is held goes back to the pool"
give operator '"assess_party":{"programme":"p","party":"91310000MA1FL00900","year":2021,"reason":"no results"}'
body_has '"removed":true'
expect 200 "$url/v1/journal?after=$seq&wait=20"
body_has '"withdraw_reservation"' '"person":"voucherd"' "\"reservation\":\"$reservation\""
expect 200 "$url/v1/programmes/p"
body_has '"available":"80000"'
log_has 'event=tick expired=0 reminded=0 withdrawn=1 refused=0'
expect 200 "$url/metrics"
body_has 'voucherd_tick_commands_total{result="withdrawn"} 1' 'voucherd_due_lag_seconds 0'

step "a restart repeats nothing"
head=$(call "$url/v1/tree-head")
stop_daemon
launch
expect 200 "$url/readyz"
for _ in $(seq 200); do
	[ "$(call "$url/metrics" | sed -n 's/^voucherd_tick_seconds_count //p')" = 0 ] || break
	sleep 0.05
done
[ "$(call "$url/v1/tree-head")" = "$head" ] || fail "the daemon did something again"
stop_daemon
