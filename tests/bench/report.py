# SPDX-License-Identifier: Apache-2.0
"""report.py DIRECTORY: what contrib/bench measured, as a table, JSON and a plot.

Reads rows.tsv (key, per second, p50, p99 and maximum in ms, percent of the processors that the host took; a line for
each time that a row was run) and facts.tsv (name, value; a name may come often), and writes table.md, results.json and
plot.svg beside them. Prints the table.
"""
import html
import json
import math
import pathlib
import statistics
import sys

ROWS = [  # section, key, what it is
    ("limit of the disk", "fdatasync", "append of 250 bytes and fdatasync"),
    ("limit of the disk", "lmdb_1", "LMDB, 250-byte entries, 1 per commit"),
    ("limit of the disk", "lmdb_10", "LMDB, 10 per commit"),
    ("limit of the disk", "lmdb_100", "LMDB, 100 per commit"),
    ("limit of the disk", "lmdb_1000", "LMDB, 1,000 per commit"),
    ("limit of the disk", "lmdb_8000", "LMDB, 8,000 per commit"),
    ("limit of the wire", "nghttpd_h2", "nghttpd, static, HTTP/2 POST, 16 × 32"),
    ("limit of the wire", "nginx_h2", "nginx, static, HTTP/2 POST, 16 × 32"),
    ("limit of the wire", "nginx_h1", "nginx, static, HTTP/1.1 POST, 64 connections"),
    ("limit of the wire", "nginx_handshakes", "nginx, mutual-TLS handshakes"),
    ("PostgreSQL 15", "postgres_16", "one redemption per call, 16 clients"),
    ("PostgreSQL 15", "postgres_32", "one redemption per call, 32 clients"),
    ("PostgreSQL 15", "postgres_64", "one redemption per call, 64 clients"),
    ("PostgreSQL 15", "postgres_batch", "1,000 per call, 4 clients"),
    ("voucherd", "single_h2", "single redemptions, JSON, HTTP/2, 16 × 32"),
    ("voucherd", "single_h1", "single redemptions, JSON, HTTP/1.1, 64 connections"),
    ("voucherd", "one", "one closed-loop client, JSON, HTTP/2"),
    ("voucherd", "batch", "protobuf batches of 1,000, HTTP/2, 4 × 2"),
    ("voucherd", "handshakes", "mutual-TLS handshakes"),
    ("voucherd", "point", "reads of a reservation, HTTP/2, 16 × 32"),
    ("voucherd", "list", "lists of 100 reservations, HTTP/2, 4 × 4"),
    ("voucherd", "half_load", "half load, exports and checkpoints beside it"),
    ("growth", "small_h2", "single redemptions, small ledger"),
    ("growth", "large_h2", "single redemptions, large ledger"),
    ("growth", "small_batch", "batches of 1,000, small ledger"),
    ("growth", "large_batch", "batches of 1,000, large ledger"),
]


def read_rows(path):
    rows = {}
    for line in path.read_text().splitlines():
        key, *figures = line.split("\t")
        row = rows.setdefault(key, {"per_s": [], "p50_ms": [], "p99_ms": [], "max_ms": [], "host_percent": []})
        for name, figure in zip(row, figures):
            if figure:
                row[name].append(float(figure))
    return rows


def read_facts(path):
    facts = {}
    for line in path.read_text().splitlines():
        name, value = line.split("\t", 1)
        facts.setdefault(name, []).append(value)
    return facts


def thousands(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def spread(figures):
    return f"{thousands(min(figures))}–{thousands(max(figures))}" if len(figures) > 1 else ""


class Measured:
    """The medians, by key; None for what was not measured."""

    def __init__(self, rows, facts):
        self.rows, self.facts = rows, facts

    def median(self, key, name="per_s"):
        figures = self.rows.get(key, {}).get(name)
        return statistics.median(figures) if figures else None

    def fact(self, name, of=statistics.median):
        figures = self.facts.get(name)
        return of([float(figure) for figure in figures]) if figures else None

    def ratio(self, key, peers, name="per_s"):
        mine = self.median(key, name)
        theirs = [figure for figure in (self.median(peer, name) for peer in peers) if figure]
        return mine / max(theirs) if mine is not None and theirs else None


def targets(m):
    """(what, wanted, reached or None, unit, whether more is better)"""
    postgres = ["postgres_16", "postgres_32", "postgres_64"]
    return [
        ("single redemptions, HTTP/2, to nghttpd", 0.6, m.ratio("single_h2", ["nghttpd_h2"]), "×", True),
        ("single redemptions, HTTP/2, to the best of PostgreSQL", 15, m.ratio("single_h2", postgres), "×", True),
        ("single redemptions, HTTP/1.1, to nginx", 0.8, m.ratio("single_h1", ["nginx_h1"]), "×", True),
        ("batches of 1,000", 500000, m.median("batch"), "redemptions/s", True),
        ("batches of 1,000, to PostgreSQL's", 30, m.ratio("batch", ["postgres_batch"]), "×", True),
        ("one client, p50, to fdatasync's", 2, m.ratio("one", ["fdatasync"], "p50_ms"), "×", False),
        ("one client, p99, to fdatasync's", 5, m.ratio("one", ["fdatasync"], "p99_ms"), "×", False),
        ("half load with exports and checkpoints, p99", 2, m.median("half_load", "p99_ms"), "ms", False),
        ("growth: single redemptions, large to small ledger", 0.9, m.ratio("large_h2", ["small_h2"]), "×", True),
        ("growth: batches, large to small ledger", 0.9, m.ratio("large_batch", ["small_batch"]), "×", True),
        ("most anonymous memory throughout", 1024, m.fact("memory_mib", max), "MiB", False),
        ("ready after kill -9, large ledger", 2, m.fact("restart_s"), "s", False),
        ("rebuild of the state from the journal", 500000, m.fact("rebuild_per_s"), "entries/s", True),
        ("journal per redemption", 300, m.fact("journal_bytes"), "bytes", False),
        ("mutual-TLS handshakes, to nginx", 0.9, m.ratio("handshakes", ["nginx_handshakes"]), "×", True),
    ]


def is_met(wanted, reached, is_more_better):
    return reached >= wanted if is_more_better else reached <= wanted


def table(m, facts):
    lines = []
    for name in ("date", "commit", "machine", "kernel", "system", "disk", "cflags", "threads", "rounds", "seconds", "entries"):
        if name in facts:
            lines.append(f"{name}: {facts[name][-1]}  ")
    versions = [f"{n.removeprefix('version of ')} {v[-1]}" for n, v in facts.items() if n.startswith("version of ") and v[-1]]
    lines += ["versions: " + ", ".join(versions), ""]
    lines += ["| | | median/s | min–max | p50 ms | p99 ms | host took |", "|---|---|---|---|---|---|---|"]
    section = None
    for where, key, label in ROWS:
        if key not in m.rows:
            continue
        latencies = [m.median(key, name) for name in ("p50_ms", "p99_ms")]
        cells = [where if where != section else "", label, thousands(m.median(key)), spread(m.rows[key]["per_s"])]
        cells += ["" if value is None else f"{value:.3f}" for value in latencies]
        host = m.median(key, "host_percent")
        cells.append("" if host is None else f"{host:.0f} %")
        lines.append("| " + " | ".join(cells) + " |")
        section = where
    lines += ["", "| target | wanted | reached | met |", "|---|---|---|---|"]
    for what, wanted, reached, unit, is_more_better in targets(m):
        sign = "≥" if is_more_better else "≤"
        got = "not measured" if reached is None else f"{thousands(reached)} {unit}"
        met = "" if reached is None else "yes" if is_met(wanted, reached, is_more_better) else "no"
        lines.append(f"| {what} | {sign} {thousands(wanted)} {unit} | {got} | {met} |")
    return "\n".join(lines) + "\n"


def plot(m):
    """Bars from 100 to 10 million per second on a logarithmic scale, with a line from the least to the most."""
    drawn = [row for row in ROWS if m.median(row[1])]
    left, width, height, low, high = 400, 520, 20, 1.0, 7.0
    colours = {"limit of the disk": "#9aa5b1", "limit of the wire": "#7b9ec7", "PostgreSQL 15": "#c79a7b"}

    def x(value):
        return left + width * (min(max(math.log10(value), low), high) - low) / (high - low)

    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + width + 110}" height="{60 + height * len(drawn)}" '
           'font-family="sans-serif" font-size="12">', '<rect width="100%" height="100%" fill="white"/>']
    for power in range(int(low), int(high) + 1):
        at = x(10 ** power)
        out.append(f'<line x1="{at:.1f}" y1="24" x2="{at:.1f}" y2="{34 + height * len(drawn)}" stroke="#ddd"/>')
        out.append(f'<text x="{at:.1f}" y="18" text-anchor="middle">{10 ** power:,}/s</text>')
    for i, (section, key, label) in enumerate(drawn):
        y = 30 + height * i
        figures = m.rows[key]["per_s"]
        median = m.median(key)
        out.append(f'<text x="{left - 8}" y="{y + 13}" text-anchor="end">{html.escape(section + ": " + label)}</text>')
        out.append(f'<rect x="{left}" y="{y + 2}" width="{max(x(median) - left, 1):.1f}" height="{height - 6}" '
                   f'fill="{colours.get(section, "#4a8f5b")}"/>')
        out.append(f'<line x1="{x(min(figures)):.1f}" y1="{y + 9}" x2="{x(max(figures)):.1f}" y2="{y + 9}" stroke="black"/>')
        out.append(f'<text x="{max(x(median), x(max(figures))) + 5:.1f}" y="{y + 13}">{thousands(median)}</text>')
    return "\n".join(out + ["</svg>"]) + "\n"


def main():
    directory = pathlib.Path(sys.argv[1])
    facts = read_facts(directory / "facts.tsv")
    m = Measured(read_rows(directory / "rows.tsv"), facts)
    results = {
        "facts": facts,
        "rows": {key: {"what": f"{section}: {label}", **m.rows[key], "median_per_s": m.median(key)}
                 for section, key, label in ROWS if key in m.rows},
        "targets": [{"what": what, "wanted": wanted, "unit": unit, "at_least": is_more_better, "reached": reached,
                     "met": None if reached is None else is_met(wanted, reached, is_more_better)}
                    for what, wanted, reached, unit, is_more_better in targets(m)],
    }
    (directory / "results.json").write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n")
    (directory / "plot.svg").write_text(plot(m))
    (directory / "table.md").write_text(table(m, facts))
    print(table(m, facts), end="")


if __name__ == "__main__":
    main()
