#!/usr/bin/env python3
"""Makes the tables and charts of docs/benchmarks.md from the raw results beside this script.

    python3 docs/benchmarks/publish.py [--rivals REPORT.json ... [--kind KIND]] [FOLDER]

Reads rivals.json, balance.csv, handoff.csv, transfer.csv, small.csv, nested.csv, growth-*.csv,
dealing.csv and tls.txt in FOLDER (this script's own unless given). Writes what stands between
"<!-- NAME -->" and "<!-- end -->" in benchmarks.md above it, rivals.md with every server's figures,
and a chart (SVG) of each. The same input gives the same output. Needs Python 3.9 and gnuplot 5.

With --rivals it first puts the runs of one or more reports into rivals.json: a report is a run, or
several by name, by the harness or by rows.py. Runs of other machines stay there, those of the same
machine go. Each machine has a table of its own. A row is taken from the first run that has Millrace
and the C server in it, pinned runs before others. Millrace is called "millrace" or "own" there,
with "-null" or "-hello" if that is all it serves, and "-17" if it runs on JDK 17 in a run of a
later one.
"""
import argparse
import json
import os
import re
import statistics

import grown
import rivals
from page import HERE, draw, fill_in, markdown, number, read_csv

# ---------------------------------------------------------------- balance

FIGURES = {"busiest_share": 100, "last_after_first_ms": 1}


class Balance:
    """The rounds of BalanceRun's CSV."""

    def __init__(self, rows):
        self.cells = {}
        for row in rows:
            key = (row["load"], int(row["workers"]), row["server"])
            self.cells.setdefault(key, []).append(row)
        self.loads = sorted({k[0] for k in self.cells})
        self.workers = sorted({k[1] for k in self.cells})
        self.servers = sorted({k[2] for k in self.cells})

    def figures(self, load, workers, server, figure):
        return [float(row[figure]) for row in self.cells[load, workers, server]]

    def median(self, *cell):
        return statistics.median(self.figures(*cell))

    def table(self):
        rows = []
        for load in self.loads:
            for workers in self.workers:
                for server in self.servers:
                    share = self.figures(load, workers, server, "busiest_share")
                    late = self.figures(load, workers, server, "last_after_first_ms")
                    rate = self.median(load, workers, server, "requests_per_second")
                    first = self.median(load, workers, self.servers[0], "requests_per_second")
                    rows.append([
                        load, str(workers), server,
                        f"{100 * statistics.median(share):.1f} ({100 * max(share):.1f})",
                        f"{statistics.median(late):.0f} ({max(late):.0f})", f"{rate / first:.2f}"])
        return markdown(["load", "workers", "server", "busiest share %, median (worst)",
                         "last after first ms, median (worst)", "requests/s ÷ draft 1"], rows, 3)

    def chart_data(self, load, figure):
        """A line a number of workers, a column a server."""
        lines = ["workers " + " ".join(f'"{s}"' for s in self.servers)]
        for workers in self.workers:
            cells = [f"{FIGURES[figure] * self.median(load, workers, s, figure):.4f}"
                     for s in self.servers]
            lines.append(f'"{workers} workers" ' + " ".join(cells))
        return "\n".join(lines) + "\n"


# ---------------------------------------------------------------- JMH

WAYS = {
    "condition": "draft 3: mutex and condition variable",
    "wakeup": "draft 4: mutex, a wake-up each",
    "locked": "`ArrayBlockingQueue` (a mutex), a wake-up a burst",
    "linked": "`ConcurrentLinkedQueue`, a wake-up a burst",
    "spsc": "Millrace: `SpscQueue`, a wake-up a burst",
}
TARGETS = {"null": "/dev/null", "tmpfs": "tmpfs", "disk": "disk (page cache)"}


def handoff_table(rows):
    values = {}
    for row in rows:
        percentile = re.search(r"p(0\.50|0\.90)$", row["Benchmark"])
        if percentile:
            values[row["Param: way"], row["Param: burst"], percentile[1]] = float(row["Score"])
    return markdown(
        ["way", "one, µs: p50", "p90", "64 in a burst, µs: p50", "p90"],
        [[what] + [number(values[way, burst, p]) for burst in ("1", "64")
                   for p in ("0.50", "0.90")] for way, what in WAYS.items()])


def transfer_table(rows):
    values = {}
    pieces = set()
    for row in rows:
        way = row["Benchmark"].rpartition(".")[2]
        piece = row["Param: pieceBytes"]
        if piece:
            pieces.add(int(piece))
        values[way, piece, row["Param: target"]] = float(row["Score"])
    ways = [("the JDK's `transferFrom`", "jdk", "")]
    ways += [(f"{what}, pieces of {p // 1024} KiB", way, str(p))
             for way, what in (("piece", "ours, a copy"), ("splice", "ours, `splice`"))
             for p in sorted(pieces)]
    return markdown(["MiB/s to"] + list(TARGETS.values()),
                    [[what] + [number(values[way, piece, t]) for t in TARGETS]
                     for what, way, piece in ways if (way, piece, "null") in values])


SMALL = [
    ("RequestParserBenchmark.parse", "read a head"),
    ("FramingBenchmark.decide", "decide its framing (part of the above)"),
    ("ChunkedDecoderBenchmark.decode", "get 1 MiB out of chunks"),
    ("ResponseEncoderBenchmark.encode", "write a response head"),
    ("ObjectCacheBenchmark.hit", "find an object in the store's cache"),
    ("ObjectCacheBenchmark.miss", "find that an object isn't there"),
    ("HelloLoopbackBenchmark.alone", "GET 13 bytes from memory, whole"),
    ("HelloLoopbackBenchmark.pipelined", "the same, 16 pipelined"),
    ("StoreLoopbackBenchmark.get", "GET 1 KiB from the store, whole"),
    ("StoreLoopbackBenchmark.put", "PUT 1 KiB to the store, whole"),
]
PARAMETERS = {"head": "{}", "arrival": "in {}", "body": "{}", "chunkBytes": "of {} bytes",
              "fields": "{} fields of the application's", "objects": "among {}", "bytes": "",
              "place": "on {}"}


def small_table(rows):
    times, allocated = {}, {}
    for row in rows:
        name, _, figure = row["Benchmark"].partition(":")
        case = ", ".join(text.format(row["Param: " + p]) for p, text in PARAMETERS.items()
                         if text and row.get("Param: " + p))
        key = (".".join(name.split(".")[-2:]), case)
        if not figure:
            times[key] = f"{number(float(row['Score']))} {row['Unit'].split('/')[0]}"
        elif figure.endswith("gc.alloc.rate.norm"):
            allocated[key] = f"{float(row['Score']):,.0f}"
    return markdown(["what", "case", "time", "allocated, bytes"],
                    [[what, case, time.replace("us", "µs"), allocated[benchmark, case]]
                     for wanted, what in SMALL
                     for (benchmark, case), time in times.items() if benchmark == wanted], 2)


def nested_table(rows):
    times = {}
    for row in rows:
        times.setdefault(row["work"], {}).setdefault(row["key"], []).append(
            int(row["worker_ns"]) / int(row["requests"]) / 1000)
    table = []
    for work, keys in times.items():
        ratios = [nested / flat for flat, nested in zip(keys["flat"], keys["nested"])]
        low, middle, high = statistics.quantiles(ratios, n=4)
        table.append([work, number(statistics.median(keys["flat"])), number(statistics.median(keys["nested"])),
                      f"{sum(keys['nested']) / sum(keys['flat']):.2f}", f"{middle:.2f} ({low:.2f} to {high:.2f})"])
    return markdown(["work", "flat, CPU µs", "nested, CPU µs", "nested ÷ flat, sums",
                     "of single rounds: median (middle half)"], table)


# ---------------------------------------------------------------- TLS

TLS_NAMES = {"millrace": "Millrace", "netty": "Netty 4.2, the JDK's TLS",
             "jetty": "Jetty 12.1", "nginx": "nginx", "c": "C server"}
TLS_WORKS = {"put": "PUT", "get": "GET", "handshake": "handshake, new", "resumed": "handshake, resumed"}


def tls_table(lines):
    """Of tls.py's medians: work, server, rate, processor time of the server and of both sides."""
    medians = {}
    for line in lines[lines.index(next(l for l in lines if l.startswith("medians"))) + 1:]:
        work, server, *figures = line.split()
        medians.setdefault(server, {})[work] = [number(float(figure)) for figure in figures]
    works = [w for w in TLS_WORKS if any(w in of for of in medians.values())]
    head = ["server"]
    for work in works:
        large = work in ("put", "get")
        head += [f"{TLS_WORKS[work]}, " + ("MB/s" if large else "/s"), "s/GB" if large else "ms each",
                 "both"]
    return markdown(head, [[TLS_NAMES.get(server, server)] + [f for w in works
                                                               for f in of.get(w, ["-"] * 3)]
                           for server, of in medians.items()])


# ---------------------------------------------------------------- files

def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rivals", nargs="+", metavar="REPORT.json")
    arguments.add_argument("--kind", help="what tells the processor of these reports from others of "
                           "its name, such as '512 KiB L2 each'")
    arguments.add_argument("folder", nargs="?", default=HERE)
    options = arguments.parse_args()
    folder = options.folder
    rivals_json = os.path.join(folder, "rivals.json")
    if options.rivals:
        with open(rivals_json, encoding="utf-8") as f:
            gathered = rivals.replaced(json.load(f), rivals.gather(options.rivals, options.kind))
        with open(rivals_json, "w", encoding="utf-8") as f:
            json.dump(gathered, f, indent=1, ensure_ascii=False)
            f.write("\n")
    with open(rivals_json, encoding="utf-8") as f:
        runs = json.load(f)
    balance = Balance(read_csv(folder, "balance.csv"))

    path = os.path.join(folder, "..", "benchmarks.md")
    with open(path, encoding="utf-8") as f:
        page = f.read()
    page = fill_in(page, "rivals", rivals.every_machine(runs))
    page = fill_in(page, "balance", balance.table())
    page = fill_in(page, "handoff", handoff_table(read_csv(folder, "handoff.csv")))
    page = fill_in(page, "transfer", transfer_table(read_csv(folder, "transfer.csv")))
    page = fill_in(page, "small", small_table(read_csv(folder, "small.csv")))
    page = fill_in(page, "nested", nested_table(read_csv(folder, "nested.csv")))
    with open(os.path.join(folder, "tls.txt"), encoding="utf-8") as f:
        page = fill_in(page, "tls", tls_table(f.read().splitlines()))
    page = grown.publish(page, folder)
    with open(path, "w", encoding="utf-8") as f:
        f.write(page)

    with open(os.path.join(folder, "rivals.md"), "w", encoding="utf-8") as f:
        f.write("# Every server's figures\n\nMade by `publish.py` from `rivals.json`; what the "
                "columns mean is said in [benchmarks.md](../benchmarks.md).\n")
        for name, run in runs.items():
            f.write(f"\n## {name}\n\n{rivals.machine(run)}, {rivals.dated_circumstances([run])}\n"
                    f"{rivals.every_server(run).rstrip()}\n")

    # The chart shows one machine, that of the newest run.
    newest = max(runs.values(), key=lambda run: run["environment"]["date"])
    chart = rivals.chart_data(rivals.by_machine(runs)[rivals.machine(newest)])
    works = chart.count("\n") - 1
    draw("rivals", folder, f"servers = {len(rivals.IN_CHART)}; works = {works}", {"rivals.dat": chart})
    draw("balance", folder, f"servers = {len(balance.servers)}; counts = {len(balance.workers)}",
         {f"{load}-{figure}.dat": balance.chart_data(load, figure)
          for load in balance.loads for figure in FIGURES})


if __name__ == "__main__":
    main()
