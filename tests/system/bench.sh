#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# contrib/bench measures what it says, as far as a few seconds without the peers can show: every row of voucherd's own is there,
# every redemption that was counted was found in the journal (bench_load fails otherwise), and every target has its figure.
# shellcheck source=tests/system/lib.sh disable=SC2154
. "${top_srcdir:-.}/tests/system/lib.sh"

command -v python3 >/dev/null || { echo "skipped: there is no python3" && exit 77; }

step "one small round"
"$top/contrib/bench" --smoke --build "$build" --work "$work" --output "$work/results" >"$work/out" 2>"$work/log" ||
	fail "contrib/bench ended with status $?"

step "its table, its JSON and its plot"
python3 - "$work/results" <<'END'
import json, pathlib, sys, xml.etree.ElementTree
directory = pathlib.Path(sys.argv[1])
results = json.loads((directory / "results.json").read_text())
rows = results["rows"]
for key in ("fdatasync lmdb_1000 single_h2 single_h1 one batch handshakes point list half_load "
            "small_h2 large_h2 small_batch large_batch").split():
    assert rows[key]["median_per_s"] > 0, key
    assert all(0 <= percent <= 100 for percent in rows[key]["host_percent"]) and rows[key]["host_percent"], key
for key in "fdatasync single_h2 one half_load".split():
    assert 0 < rows[key]["p50_ms"][0] <= rows[key]["p99_ms"][0] <= rows[key]["max_ms"][0], key
unmeasured = [target["what"] for target in results["targets"] if target["reached"] is None]
assert all("nghttpd" in what or "nginx" in what or "PostgreSQL" in what for what in unmeasured), unmeasured
assert len(results["targets"]) - len(unmeasured) >= 10
table = (directory / "table.md").read_text()
assert all(target["what"] in table for target in results["targets"])
assert xml.etree.ElementTree.parse(directory / "plot.svg").getroot().tag.endswith("svg")
END
