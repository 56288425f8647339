#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# openpyxl reads what write_sheet wrote: cell for cell what CSV has, identifiers as text, dates as dates, amounts as
# numbers as long as 15 digits hold them; and what is too long for one worksheet in a second one.
set -euo pipefail
program=${top_builddir:-.}/tests/unit/finance/write_sheet
python=
for candidate in /usr/bin/python3 python3; do # Debian's own has it
	! "$candidate" -c 'import openpyxl' 2>/dev/null || python=$candidate
done
[ -n "$python" ] || {
	echo "skipped: there is no openpyxl (contrib/packages --tests installs it)"
	exit 77
}
work=$(mktemp -d "${TMPDIR:-/tmp}/voucherd-xlsx-XXXXXX")
trap 'rm -rf "$work"' EXIT

"$program" xlsx "$work/cases.xlsx"
"$program" csv "$work/cases.csv"
"$program" xlsx "$work/long.xlsx" 1048577
[ "$(ls "$work")" = $'cases.csv\ncases.xlsx\nlong.xlsx' ] || {
	echo "something is left over: $(ls "$work")"
	exit 1
}
"$python" - "$work" <<'END'
import csv, datetime, decimal, openpyxl, re, sys
work = sys.argv[1]
sheet = openpyxl.load_workbook(work + "/cases.xlsx").active
wanted = list(csv.reader(open(work + "/cases.csv", newline="", encoding="utf-8")))
assert sheet.max_row == len(wanted), (sheet.max_row, len(wanted))
kinds = [cell.value for cell in sheet[1]]
assert kinds == wanted[0], kinds
seen = set()

def same(kind, cell, text):
    value = cell.value
    if text == "":
        return value is None
    if kind in ("text", "identifier"):
        if kind == "identifier":
            assert cell.number_format == "@", cell.number_format
        return cell.data_type == "s" and re.sub("_x([0-9A-Fa-f]{4})_", lambda x: chr(int(x[1], 16)), value) == text
    if kind == "date" and re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        seen.add("date")
        return isinstance(value, datetime.datetime) and value.date().isoformat() == text
    if kind == "date" or len(re.sub(r"\D", "", text).lstrip("0")) > 15:
        seen.add("long")
        return cell.data_type == "s" and value == text
    seen.add(cell.number_format)
    return cell.data_type == "n" and decimal.Decimal(repr(value)) == decimal.Decimal(text)

for row, texts in zip(sheet.iter_rows(min_row=2), wanted[1:]):
    for kind, cell, text in zip(kinds, row, texts):
        assert same(kind, cell, text), (kind, cell.value, text)
assert seen == {"date", "long", "0", "#,##0.00", "#,##0.000"}, seen

book = openpyxl.load_workbook(work + "/long.xlsx", read_only=True)
assert len(book.sheetnames) == 2, book.sheetnames
rest = [[cell.value for cell in row][:4] for row in book[book.sheetnames[1]].iter_rows()]
assert rest == [kinds[:4], [None, None, None, 1048576], [None, None, None, 1048577]], rest
END
