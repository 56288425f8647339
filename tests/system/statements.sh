#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What a payee is told of its month: a claim that was paid and partly clawed back, one that is open, one rejected, one
# published; in every form, for the payee and for staff, and for nobody else.
# shellcheck source=tests/system/lib.sh disable=SC2154
. "${top_srcdir:-.}/tests/system/lib.sh"

step "a ledger"
people="admin operator reviewer approver director finance provider outsider startup"
# shellcheck disable=SC2086 # a list of words
"$top/contrib/demo-ca" "$work/ca" $people
"$build/voucherctl" init --directory "$work/ledger" --name "System test" --admin "A-1=$work/ca/admin.pem" >"$work/init"
write_settings
launch

ctl() { # IDENTITY ARGUMENTS…
	"$build/voucherctl" --server "$url" --ca "$work/ca/ca.pem" --cert "$work/ca/$1.pem" --key "$work/ca/$1.key" "${@:2}"
}
make() { # IDENTITY ARGUMENTS…: the number of what was made
	ctl "$1" --quiet "${@:2}"
}

holder=91110114MA00K2A13L lab=91110114MA00P1A18U other=91110108MA00P1A261
{
	make admin principal register --person S-1 --role operator --certificate "$work/ca/operator.pem"
	make admin principal register --person S-2 --role reviewer --certificate "$work/ca/reviewer.pem"
	make admin principal register --person S-3 --role approver --certificate "$work/ca/approver.pem"
	make admin principal register --person S-4 --role approver --certificate "$work/ca/director.pem"
	make admin principal register --person S-5 --role finance --certificate "$work/ca/finance.pem"
	make operator fund create city --name 科技专项
	make finance fund appropriate city 1,000,000.00 --document 2026年预算
	make operator programme create cp --name 创新券 --region 110114
	make finance programme allocate cp 1,000,000.00 --fund city
	make operator programme publish-rules "$top/contrib/programmes/changping-2017.json" --programme cp
	make operator party register $holder --kind company --name 新材料公司 --region 110114 --number staff=42 \
		--money revenue_last_year=8,000,000.00 --money revenue_year_before_last=6,000,000.00 \
		--money registered_capital=5,000,000.00
	for code in $lab $other; do
		make operator party register "$code" --kind provider --name "检测中心 $code" --region 110114 \
			--account 0200001009000012345 --bank-code 102100000030 --account-name 检测中心
		make operator programme admit cp "$code"
	done
	make admin principal register --person P-1 --role provider --party $lab --certificate "$work/ca/provider.pem"
	make admin principal register --person P-2 --role provider --party $other --certificate "$work/ca/outsider.pem"
	make admin principal register --person E-1 --role startup --party $holder --certificate "$work/ca/startup.pem"
	make operator house-account register icbc --name 专户 --account 0200001009000099999 --bank-code 102100099996 \
		--account-name 科委
} >"$work/out"

step "four claims: paid, open, rejected, published"
application=$(make startup application submit cp 200,000.00)
make reviewer application approve "$application" >"$work/out"
voucher=$(make operator voucher issue "$application" 200,000.00)
reservation=$(make startup voucher reserve "$voucher" --provider $lab --contract HT-1 --category 样品测试检验 \
	--total 300,000.00 --eligible 300,000.00)
make startup reservation redeem "$reservation" 150,000.00 --milestone 检测报告 >"$work/out"
claim() { # AMOUNT INVOICE
	make provider claim submit "$reservation" "$1" --invoice "2411200000001234567$2:200,000.00:2026-11-01"
}
publish() { # CLAIM
	make approver claim approve "$1"
	make director claim countersign "$1"
	make operator claim publish "$1"
}
paid=$(claim 100,000.00 1)
publish "$paid" >"$work/out"
settlement=$(make finance settlement open cp --house-account icbc)
make director settlement approve "$settlement" --yes >"$work/out"
make finance settlement record-payment "$settlement" 1 --status paid --bank-reference 0042 --value-date "$(TZ=UTC-8 date +%F)" >"$work/out"
make approver clawback order "$paid" 1,000.01 --ground error --reason 多付 >"$work/out"
open=$(claim 20,000.00 2)
rejected=$(claim 10,000.00 3)
make approver claim reject "$rejected" --reason 发票不符 >"$work/out"
published=$(claim 5,000.50 4)
publish "$published" >"$work/out"

step "the payee's statement says it all, and staff sees the same"
month=$(TZ=UTC-8 date +%Y-%m)
ctl provider --json statement --month "$month" >"$work/provider.json"
ctl finance --json statement $lab --month "$month" >"$work/finance.json"
cmp "$work/provider.json" "$work/finance.json" || fail "staff sees another statement"
ctl provider statement --month "$month" --format csv --output "$work/lab.csv"
ctl provider statement --month "$month" --format csv >"$work/stdout.csv"
cmp "$work/lab.csv" "$work/stdout.csv" || fail "standard output gets another file"
ctl provider statement --month "$month" --format csv-people --output "$work/people.csv"
ctl provider statement --month "$month" --format xlsx --output "$work/lab.xlsx"
[ "$(find "$work" -name '*.part' | wc -l)" = 0 ] || fail "a part is left over"
python=
for candidate in /usr/bin/python3 python3; do # Debian's own has openpyxl
	! "$candidate" -c 'import openpyxl' 2>/dev/null || python=$candidate
done
"${python:-python3}" - "$work" "$paid" "$open" "$rejected" "$published" "$settlement" "$lab" "$(TZ=UTC-8 date +%F)" <<'END'
import csv, datetime, decimal, json, sys
work, paid, opened, rejected, published, settlement, lab, today = sys.argv[1:]
document = json.load(open(work + "/provider.json"))
assert document["party"] == lab and int(document["as_of"]) > int(settlement), document
names = ("claim", "status", "claimed", "approved", "paid", "netted", "open", "clawed_back", "settlement", "payment")
rows = [tuple(claim.get(name, "") for name in names) for claim in document["claims"]]
assert rows == [
    (paid, "CLAIM_PAID", "10000000", "10000000", "10000000", "0", "0", "100001", settlement, "1"),
    (opened, "CLAIM_SUBMITTED", "2000000", "0", "0", "0", "2000000", "0", "", ""),
    (rejected, "CLAIM_REJECTED", "1000000", "0", "0", "0", "0", "0", "", ""),
    (published, "CLAIM_PUBLISHED", "500050", "500050", "0", "0", "500050", "0", "", ""),
], rows
total = document["total"]
assert [total[name] for name in names[2:8]] == ["13500050", "10500050", "10000000", "0", "2500050", "100001"], total
first, last = document["claims"][0], document["claims"][3]
assert first["bank_reference"] == "0042" and first["value_date"] == today and first["reference"], first
assert first["submitted"] == today and last["objections_until"], last

read = lambda name, encoding: list(csv.DictReader(open(work + "/" + name, newline="", encoding=encoding)))
lines, people = read("lab.csv", "utf-8"), read("people.csv", "utf-8-sig")
assert len(lines) == 4 and len(people) == 5, (lines, people)
assert lines[0]["status"] == "paid" and lines[0]["paid"] == "100000.00" and lines[0]["bank_reference"] == "0042", lines[0]
assert people[4]["claimed"] == "135000.50" and people[4]["claim"] == "total", people[4]
try:
    import openpyxl
except ImportError:
    print("skipped: there is no openpyxl (contrib/packages --tests installs it)")
    sys.exit()
sheet = list(openpyxl.load_workbook(work + "/lab.xlsx").active.iter_rows())
titles = [cell.value for cell in sheet[0]]
assert titles == list(people[0]), titles
for row, texts in zip(sheet[1:], people):
    for title, cell in zip(titles, row):
        value, text = cell.value, texts[title]
        if value is None:
            assert text == "", (title, text)
        elif isinstance(value, datetime.datetime):
            assert value.date().isoformat() == text, (title, text)
        elif cell.data_type == "n":
            assert decimal.Decimal(repr(value)) == decimal.Decimal(text), (title, text)
        else:
            assert value == text, (title, text)
number = sheet[1][titles.index("bank reference")]
assert number.data_type == "s" and number.number_format == "@", number
END

step "people read it in their language"
ctl provider --lang zh statement --month "$month" >"$work/body"
body_has "主体：$lab" 未付 已付 100,000.00 合计 异议截止
ctl provider --lang en statement --month "$month" >"$work/body"
body_has "party: $lab" 100,000.00 total 'objections until'

step "another month has what is open, or nothing"
claims() { # MONTH
	ctl provider statement --month "$1" --format csv | tail -n +2 | cut -d, -f1 | paste -sd ' '
}
[ "$(claims 2025-01)" = "" ] || fail "there are claims in the past"
[ "$(claims 2099-12)" = "$open $published" ] || fail "what is open does not go on"

step "nobody reads that of another"
! ctl outsider statement $lab --month "$month" >"$work/body" 2>&1 || fail "a provider reads another's statement"
body_has "Statements are for their payee"
ctl outsider --json statement --month "$month" >"$work/body"
! grep -q CLAIM_ "$work/body" || fail "another provider sees the claims"
ctl reviewer statement $lab --month "$month" --format csv >"$work/body" # banks are not a reviewer's work
body_has 100000.00
! grep -q 0042 "$work/body" || fail "a reviewer sees what the bank said"
! ctl finance statement --month "$month" >"$work/body" 2>&1 || fail "staff has a statement of its own"
body_has "Say whose statement"
! ctl provider statement --month 2026-13 >"$work/body" 2>&1 || fail "there is a thirteenth month"
stop_daemon
