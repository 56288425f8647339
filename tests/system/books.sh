#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The books of a large ledger, as other programs judge them: each accepts the file in its strictest way, reports
# the balances that voucherctl reports, and complains when one amount is another.
# BOOKS_ENTRIES (10000) says how many entries at least; contrib/check takes 100,000 once.
# shellcheck source=tests/system/lib.sh disable=SC2154
. "${top_srcdir:-.}/tests/system/lib.sh"

for judge in bean-check bean-query hledger ledger; do
	command -v "$judge" >/dev/null || {
		echo "skipped: there is no $judge (contrib/packages --tests installs it)"
		exit 77
	}
done

wanted_entries=${BOOKS_ENTRIES:-10000}
step "a ledger"
"$top/contrib/demo-ca" "$work/ca" admin startup finance operator
"$build/tests/bench/bench_prepare" "$work/ledger" $(((wanted_entries + 3) / 4)) \
	"$("$top/contrib/demo-ca" --spki "$work/ca/admin.pem")" \
	"$("$top/contrib/demo-ca" --spki "$work/ca/startup.pem")" >"$work/plan"
write_settings
launch

ctl() { # IDENTITY ARGUMENTS…
	"$build/voucherctl" --server "$url" --ca "$work/ca/ca.pem" --cert "$work/ca/$1.pem" --key "$work/ca/$1.key" "${@:2}"
}

ctl admin principal register --person 'F-1' --role finance --certificate "$work/ca/finance.pem" >"$work/out"

ctl admin principal register --person 'O-1' --role operator --certificate "$work/ca/operator.pem" >"$work/out"
ctl operator house-account register icbc-1.a --name 专户 --account 0200001009000099999 --bank-code 102100099996 \
	--account-name 科委 --opening-balance=-7.25 >"$work/out"
ctl finance fund appropriate bench 1,234.56 --document '"quoted" \ ;c, [2024-01-01] key: :a:b: 50% =1+1 〔2026〕1号' >"$work/out"

step "voucherctl exports the books in every format"
for format in beancount hledger ledger csv csv-people xlsx; do
	ctl finance books export --format $format --output "$work/books.$format" >"$work/out" || fail "no $format"
	[ ! -e "$work/books.$format.part" ] || fail "the part of $format is left over"
done
entries=$(sed -n 's/.*: \([0-9]*\) entries/\1/p' "$work/out")
[ "$entries" -ge "$wanted_entries" ] || fail "the ledger has only $entries entries"
[ "$(tail -n +2 "$work/books.csv" | cut -d, -f1 | uniq | wc -l)" = "$entries" ] || fail "entries are missing in the CSV"
ctl finance books export --format csv --until 10 --output "$work/ten.csv" >"$work/out"
ctl finance books export --format csv --date 9999-12-31 --output "$work/all.csv" >"$work/out"
cmp "$work/all.csv" "$work/books.csv" || fail "--date says something else"
head -c "$(stat -c %s "$work/ten.csv")" "$work/books.csv" | cmp - "$work/ten.csv" || fail "--until says something else"

step "what openpyxl reads of the workbook is what the CSV says"
python=
for candidate in /usr/bin/python3 python3; do # Debian's own has it
	! "$candidate" -c 'import openpyxl' 2>/dev/null || python=$candidate
done
if [ -z "$python" ]; then
	echo "skipped: there is no openpyxl (contrib/packages --tests installs it)"
else
	"$python" - "$work/books.xlsx" "$work/books.csv" <<'END'
import csv, datetime, decimal, openpyxl, sys
rows = openpyxl.load_workbook(sys.argv[1], read_only=True).active.iter_rows()
wanted = csv.reader(open(sys.argv[2], newline="", encoding="utf-8"))
titles = [cell.value for cell in next(rows)]
assert titles == next(wanted), titles
def text_of(title, cell):
    value = cell.value
    if value is None:
        return ""
    if title == "date":
        assert isinstance(value, datetime.datetime), value
        return value.date().isoformat()
    if title in ("seq", "amount"):
        assert cell.data_type == "n", (title, value)
        return decimal.Decimal(repr(value))
    assert cell.data_type == "s", (title, value)
    if title in ("command_id", "person", "owner", "party"):
        assert cell.number_format == "@", (title, cell.number_format)
    return value
count = 0
for row in rows:
    texts = [text_of(title, cell) for title, cell in zip(titles, row)]
    expected = next(wanted)
    expected = [decimal.Decimal(text) if title in ("seq", "amount") and text else text
        for title, text in zip(titles, expected)]
    assert texts + [""] * (len(expected) - len(texts)) == expected, (texts, expected)
    count += 1
assert next(wanted, None) is None and count > 1000, count
END
fi

less=$((entries / 2 + 1000)) # some of those that move money

step "books balances and books account are the server's trial balance at the head, and the exported books before"
members() { # what both have: accounts in order, without noughts left out
	python3 -c '
import json, sys
for account in json.load(sys.stdin)["accounts"]:
    print(*(account.get(name, "") for name in ("account", "owner", "party", "currency")), int(account.get("balance", 0)))'
}
ctl finance --json account list --all | members >"$work/server"
ctl finance --json books balances | members >"$work/journal"
[ -s "$work/server" ] && diff "$work/server" "$work/journal" || fail "the journal comes to other balances"
past=$((entries / 2 + 1000))
ctl finance books balances --until $past --format csv --output "$work/past.csv"
ctl finance books account programme_live bench --until $past --format csv >"$work/live.csv"
ctl finance books account programme_live bench --until $past --format xlsx --output "$work/live.xlsx"
ctl finance books account programme_live bench --until $past --json >"$work/live.json"
ctl finance books export --format csv --until $past --output "$work/upto.csv" >"$work/out"
python3 - "$work" <<'END'
import csv, decimal, json, sys
work, number = sys.argv[1], decimal.Decimal
read = lambda name: list(csv.DictReader(open(work + "/" + name, newline="", encoding="utf-8")))
sums, lines = {}, []
for row in read("upto.csv"):
    if row["amount"]:
        key = row["account"], row["owner"], row["party"]
        sums[key] = sums.get(key, 0) + number(row["amount"])
        if key == ("programme_live", "bench", ""):
            lines.append((row["seq"], row["command"], row["person"], number(row["amount"]), sums[key]))
past = {(row["account"], row["owner"], row["party"]): number(row["balance"]) for row in read("past.csv")}
assert past == sums and sum(past.values()) == 0, (past, sums)
live = [(row["seq"], row["command"], row["person"], number(row["amount"]), number(row["balance"])) for row in read("live.csv")]
assert live == lines and len(live) > 500, (len(live), len(lines))
document = json.load(open(work + "/live.json"))
assert document["account"] == "PROGRAMME_LIVE" and document["owner"] == "bench" and len(document["lines"]) == len(live)
assert all(int(line["balance"]) == balance * 100 for line, (*_, balance) in zip(document["lines"], live))
END
ctl finance --lang zh books account programme_live bench --until $past >"$work/out"
grep -q '^账户：' "$work/out" && grep -q '余额' "$work/out" || fail "there is no Chinese account"
! ctl finance books account programme_paid bench nobody >"$work/out" 2>&1 || fail "an account that is none"
! ctl finance books balances --date 1999-12-31 >"$work/out" 2>&1 || fail "a day before the ledger"
grep -q 'The ledger begins after 1999-12-31' "$work/out" || fail "it is not said that the ledger is younger"
! ctl finance books balances --output "$work/none.csv" >"$work/out" 2>&1 || fail "a file of no format"
! ctl finance books balances --format xlsx >"$work/out" 2>&1 || fail "a workbook on standard output"

step "a line that breaks anywhere leaves no file that looks like the books, and one that was there as it was"
broken() { # BYTES: exports through a line that breaks after so many
	rm -f "$work/line" "$work/answered"
	python3 "$top/tests/system/cut.py" "$port" "$1" "$work/answered" >"$work/line" &
	line=$!
	for _ in {1..100}; do
		[ ! -s "$work/line" ] || break
		sleep 0.05
	done
	local status=0
	url=https://127.0.0.1:$(cat "$work/line") ctl finance books export --format csv --output "$work/cut.csv" >"$work/out" 2>&1 || status=$?
	kill $line 2>/dev/null || true
	wait $line || true
	return $status
}
broken -1 || fail "no books over a line that does not break"
cmp "$work/cut.csv" "$work/books.csv" || fail "the line changes the books"
answered=$(cat "$work/answered")
for part in 1 20 40 60 80 99; do
	echo 'of the day before' >"$work/cut.csv"
	[ $part -gt 50 ] || rm "$work/cut.csv"
	bytes=$((answered * part / 100))
	! broken $bytes || fail "books are made of $part % of the answers"
	[ "$(cat "$work/answered")" = $bytes ] || fail "the line did not break"
	grep -q '127.0.0.1' "$work/out" || fail "it is not said what is not reached"
	[ ! -e "$work/cut.csv.part" ] || fail "a part is left over"
	if [ $part -gt 50 ]; then
		[ "$(cat "$work/cut.csv")" = 'of the day before' ] || fail "the books of the day before are gone"
	else
		[ ! -e "$work/cut.csv" ] || fail "there is a file"
	fi
done

step "who may not see every entry gets no file"
! ctl startup books export --format csv --output "$work/half.csv" 2>"$work/out" || fail "a startup has exported the books"
grep -q 'finance staff or auditor' "$work/out" || fail "it is not said why"
[ ! -e "$work/half.csv" ] && [ ! -e "$work/half.csv.part" ] || fail "something is left over"

# What voucherctl reports, as lines "NAME CENTS".
trial_balance() {
	ctl finance --json account list --all | python3 -c '
import json, sys
names = dict(FUND_APPROPRIATED="Equity:Fund:%s:Appropriated", FUND_AVAILABLE="Assets:Fund:%s:Available",
    PROGRAMME_AVAILABLE="Assets:Programme:%s:Available", PROGRAMME_LIVE="Assets:Programme:%s:Live",
    PROGRAMME_RESERVED="Assets:Programme:%s:Reserved", MEMO_OWN_SHARE="Expenses:Memo:%s:OwnShare",
    MEMO_COUNTER="Equity:Memo:%s:Counter", MEMO_BANK="Assets:Bank:%s", MEMO_BANK_COUNTER="Equity:Bank:%s:Counter")
part = lambda code: code[:1].upper() + code[1:].replace("-", "--").replace(".", "-2E")
for account in json.load(sys.stdin)["accounts"]:
    name = names[account["account"]] % part(account["owner"])
    if account.get("party"):
        name += ":" + part(account["party"])
    if int(account.get("balance", 0)):
        print(name, account["balance"])
' | LC_ALL=C sort
}
cents() { # of lines "NAME AMOUNT"
	tr -d '\r' | awk '$2 + 0 != 0 { gsub(/[.,]/, "", $2); sub(/^0+/, "", $2); sub(/^-0+/, "-", $2); print $1, $2 }' | LC_ALL=C sort
}

# judge JUDGE FILE: accepts it?
judge() {
	case $1 in
	beancount) bean-check "$2" ;;
	hledger) hledger -f "$2" check --strict ;;
	ledger) ledger --args-only --strict --pedantic -f "$2" balance ;;
	esac >"$work/$1.verdict" 2>&1
}
balances() {
	case $1 in
	beancount) bean-query -q -f csv --no-errors "$2" "SELECT account, sum(number) GROUP BY account" | tail -n +2 | tr ',' ' ' ;;
	hledger) hledger -f "$2" balance --flat --no-total -O csv | tail -n +2 | tr -d '"' | sed 's/,/ /' | awk '{ print $1, $2 }' ;;
	ledger) ledger --args-only -f "$2" balance --flat --no-total --balance-format '%(account) %(display_total)\n' ;;
	esac
}

# Another amount in the last posting of the file's money.
spoil() { # FILE
	awk '{ line[NR] = $0 } /^    [A-Z].* [0-9]+\.[0-9][0-9] CNY$/ { last = NR }
		END { sub(/\.00 CNY$/, ".01 CNY", line[last]); for (i = 1; i <= NR; i++) print line[i] }' "$1" >"$1.spoilt"
	! cmp -s "$1" "$1.spoilt" || fail "nothing was changed"
}

trial_balance >"$work/wanted"
[ -s "$work/wanted" ] || fail "there is no trial balance"

try() { # FORMAT
	local file=$work/books.$1
	judge "$1" "$work/less.$1" || fail "$1 does not accept fewer entries: $(head -c 2000 "$work/$1.verdict")"
	judge "$1" "$file" || fail "$1 does not accept the books: $(head -c 2000 "$work/$1.verdict")"
	balances "$1" "$file" | cents >"$work/$1.balances"
	diff "$work/wanted" "$work/$1.balances" || fail "$1 reports other balances"
	spoil "$work/less.$1"
	! judge "$1" "$work/less.$1.spoilt" || fail "$1 accepts an amount that is another"
}
step "beancount, hledger and ledger accept the books, report our balances, and find an amount that is another"
tries=()
for format in beancount hledger ledger; do
	ctl finance books export --format $format --until "$less" --output "$work/less.$format" >"$work/out"
	(try $format) &
	tries+=($!)
done
for try in "${tries[@]}"; do
	wait "$try" || fail "see above"
done
stop_daemon
