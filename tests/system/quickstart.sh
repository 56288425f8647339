#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The demo that users begin with, on the build under test: every amount in it is compared, its bank's
# statement is imported once, it ends with a claim reconciled and a trial balance of zero, it runs twice, and it stops.
# shellcheck source=tests/system/lib.sh
. "${top_srcdir:-.}/tests/system/lib.sh"

for round in first second; do
	step "the $round time"
	"$top/contrib/quickstart" --build "$build" --demo "$work/demo" --port 0 >"$work/body" 2>&1
	body_has 'expense 99,999.99 → subsidy 39,999.99' 'sum of all accounts: 0' 'Where to go next'
	body_has '1 payment, 150,000.00 in all; recorded.' 'This file has been imported before' 'Both agree.' '两侧相符。'
	kill -0 "$(cat "$work/demo/voucherd.pid")" || fail "no daemon was left running"
done

step "a tired clerk's mistakes are explained"
says() { # STATUS TEXT ARGUMENTS…: as the demo's finance officer, in Chinese
	local wanted=$1 text=$2 status=0
	shift 2
	"$build/voucherctl" --config "$work/demo/voucherctl.ini" --profile finance --lang zh "$@" >"$work/body" 2>&1 || status=$?
	[ "$status" = "$wanted" ] || fail "voucherctl $* ended with $status: $(cat "$work/body")"
	body_has "$text"
}
settlement=$("$build/voucherctl" --config "$work/demo/voucherctl.ini" --profile finance --quiet settlement list)
payment_file=(settlement payment-file "$settlement" --output)
says 2 '没有名为 "nobody" 的银行配置' "${payment_file[@]}" "$work/a.csv" --bank-profile nobody
says 2 '无法读取 ./none.ini：文件或目录不存在' "${payment_file[@]}" "$work/a.csv" --bank-profile ./none.ini
says 4 '文件或目录不存在' "${payment_file[@]}" "$work/none/a.xml"
says 0 '只能向银行提交其中一份' "${payment_file[@]}" "$work/a.csv" --bank-profile icbc
says 2 '缺少 --house-account' settlement open renren-2017
: >"$work/empty.csv"
says 1 'empty.csv:1:1: 文件是空的' bank-file import "$work/empty.csv" --bank-profile icbc
sed 's/850012.34/850012.43/' "$work/demo/statement.xml" >"$work/changed.xml"
says 1 'changed.xml:8:5: 期初余额加已记账明细为 850,012.34' bank-file import "$work/changed.xml"

step "stop"
"$top/contrib/quickstart" --demo "$work/demo" --stop >"$work/body"
body_has 'voucherd has been stopped.'
"$top/contrib/quickstart" --demo "$work/demo" --stop >"$work/body"
body_has 'voucherd was not running.'
