#!/usr/bin/env python3
"""Makes the tables and charts of docs/benchmarks.md from the raw results beside this script.

    python3 docs/benchmarks/publish.py [--rivals REPORT.json ...] [FOLDER]

Reads rivals.json, balance.csv, handoff.csv, transfer.csv, small.csv and nested.csv in FOLDER (this script's own
unless given). Writes what stands between "<!-- NAME -->" and "<!-- end -->" in benchmarks.md above
it, rivals.md with every server's figures, rivals.svg and balance.svg. The same input gives the same
output. Needs Python 3.9 and gnuplot 5.

With --rivals it first makes rivals.json anew, of one or more reports of the benchmark: a report is
a run, or several by name. A row of the table is taken from the first run that has Millrace and the
C server in it, pinned runs before others. Millrace is called "millrace" or "own" there, with
"-null" or "-hello" if that is all it serves, and "-17" if it runs on JDK 17 in a run of a later one.
"""
import argparse
import csv
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
from typing import NamedTuple, Optional

HERE = os.path.dirname(os.path.abspath(__file__))

# What a result calls a server: what the page calls it, and whether it runs on the JVM.
SERVERS = {
    "millrace": ("Millrace", True),
    "millrace-17": ("Millrace, JDK 17", True),
    "c-epoll": ("C server", False),
    "hyper-one": ("hyper, one reactor", False),
    "hyper-reuseport": ("hyper, reused port", False),
    "hyper-handoff": ("hyper, handoff", False),
    "hyper-multi": ("hyper, multi-thread", False),
    "hyper-pipelined": ("hyper, pipelined", False),
    "nginx": ("nginx", False),
    "nginx-reuseport": ("nginx, reused port", False),
    "nginx-ofc": ("nginx, open-file cache", False),
    "jdk-virtual": ("jdk.httpserver, virtual threads", True),
    "jdk-cached": ("jdk.httpserver, cached threads", True),
    "robaho": ("robaho", True),
    "netty-nio": ("Netty NIO", True),
    "netty-epoll": ("Netty epoll", True),
    "netty-uring": ("Netty io_uring", True),
    "undertow": ("Undertow", True),
    "jetty": ("Jetty", True),
    "vertx-nio": ("Vert.x NIO", True),
    "vertx-epoll": ("Vert.x epoll", True),
    "helidon": ("Helidon", True),
    "microhttp": ("microhttp", True),
}
# Millrace is a server for files, one for /dev/null and one for answers from memory.
OWN = re.compile(r"(millrace|own)(-null|-hello)?(-17)?$")
C = "c-epoll"
IN_CHART = ["millrace", "hyper-handoff", "nginx", "netty-epoll", "undertow", "jetty"]



class Row(NamedTuple):
    """A row of the table: what of a run, what it is called, and what Millrace is to reach."""

    workload: str
    figure: str
    what: str
    goal: float
    # Of the goal; None if that is a multiple of the C server's figure.
    unit: Optional[str] = None
    own: str = "millrace"
    # What the chart calls it; None if it isn't there.
    label: Optional[str] = None


ROWS = [
    Row("put-null-40m", "cpu_per", "PUT 40 MB to /dev/null, CPU s/GB", 0.6,
        label="PUT 40 MB\\nto /dev/null"),
    Row("put-null-40m", "cpu_per", "PUT 40 MB to /dev/null on JDK 17, CPU s/GB", 1.0, own="millrace-17"),
    Row("put-null-40m", "rate", "PUT 40 MB to /dev/null, GB/s", 1.25),
    Row("put-file-40m", "cpu_per", "PUT 40 MB to files, CPU s/GB", 0.9,
        label="PUT 40 MB\\nto files"),
    Row("put-file-1k", "cpu_per", "PUT 1 KiB to new files, CPU µs", 1.05,
        label="PUT 1 KiB\\nto new files"),
    Row("get-40m", "cpu_per", "GET 40 MB, CPU s/GB", 0.95, label="GET 40 MB"),
    Row("get-1k", "cpu_per", "GET 1 KiB, CPU µs", 0.9, label="GET 1 KiB"),
    Row("hello", "cpu_per", "GET 13 bytes from memory, CPU µs", 1.05,
        label="GET 13 bytes\\nfrom memory"),
    Row("hello-pipelined", "cpu_per", "GET 13 bytes from memory, 16 pipelined, CPU µs", 1.2),
    Row("startup", "rate", "start to first answer, ms", 120, unit="ms"),
    Row("idle-10k", "rate", "idle keep-alive connection, bytes of RSS", 2500, unit="bytes"),
]
# A rate that is worth less the higher it is.
COSTS = {"startup", "idle-10k"}


def number(value):
    """Three significant digits, thousands parted."""
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:#.3g}".rstrip(".")


def markdown(head, rows, left=1):
    lines = ["| " + " | ".join(head) + " |",
             "|" + "|".join("---" if i < left else "---:" for i in range(len(head))) + "|"]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


# ---------------------------------------------------------------- rivals

def jdk(run):
    """The version of the JVM that a run's servers had: 25, say."""
    return int(re.search(r'"(\d+)', run["environment"]["java"])[1])


def results(run, workload):
    """Server, by its canonical name: what was measured of it."""
    found = {}
    servers = run["workloads"].get(workload, {}).get("servers", {})
    # The plain name last, so that it counts where several of ours were measured.
    for name, result in sorted(servers.items(), key=lambda s: -len(s[0])):
        own = OWN.match(name)
        if own:
            name = "millrace-17" if own[3] or jdk(run) == 17 else "millrace"
        if result["runs"]:
            found[name] = result
    return found


def title(server):
    return SERVERS.get(server, (server, False))[0]


def is_jvm(server):
    return SERVERS.get(server, (server, False))[1]


def medians(run, workload, figure):
    """Server: median of its rounds, for those that were measured."""
    return {name: statistics.median(r[figure] for r in result["runs"])
            for name, result in results(run, workload).items()}


def run_of(runs, row):
    """The name of the run that a row is taken from; None if nobody has measured it."""
    measured = [name for name in sorted(runs, key=lambda n: not runs[n]["environment"]["pin"])
                if results(runs[name], row.workload)]
    whole = [name for name in measured if {row.own, C} <= results(runs[name], row.workload).keys()]
    if whole:
        return whole[0]
    # On JDK 17, there is nothing but Millrace to look for.
    return measured[0] if measured and row.own == "millrace" else None


def lower_is_better(row):
    return row.figure == "cpu_per" or row.workload in COSTS


def best(values, wanted, lower):
    names = [name for name in values if not name.startswith("millrace") and wanted(name)]
    if not names:
        return "-"
    name = (min if lower else max)(names, key=values.get)
    return f"{title(name)} {number(values[name])}"


def summary(runs):
    rows = []
    for row in ROWS:
        name = run_of(runs, row)
        values = medians(runs[name], row.workload, row.figure) if name is not None else {}
        lower = lower_is_better(row)
        own = values.get(row.own)
        c = values.get(C)
        ratio = own / c if own is not None and c else None
        reached = ratio if row.unit is None else own
        rows.append([
            row.what,
            number(own) if own is not None else "-",
            number(c) if c is not None else "-",
            best(values, lambda n: n != C and not is_jvm(n), lower),
            best(values, is_jvm, lower),
            f"{ratio:.2f}" if ratio is not None else "-",
            ("≤ " if lower else "≥ ")
            + (f"{row.goal:.2f}" if row.unit is None else f"{row.goal:,} {row.unit}"),
            "-" if reached is None
            else "yes" if (reached <= row.goal if lower else reached >= row.goal) else "no"])
    return markdown(["work", "Millrace", "C server", "best other native server",
                     "best JVM rival", "Millrace ÷ C", "goal", "reached"], rows)


def settings(run):
    """The circumstances of a run that it may share with others."""
    e = run["environment"]
    java = re.sub(r'.*"(.+?)".*', r"\1", e["java"])
    where = (f"server on processor {e['server_cpus'][0]}, load on {e['load_cpus'][0]}" if e["pin"]
             else "server and load share all processors")
    return (f"{e['cpus']} × {e['cpu']}, Linux {e['kernel'].split('-')[0]}, JDK {java}, the rivals on "
            f"it with `{e['jvm_options']}`; {counted(e['workers'], 'worker')}, {where}; "
            f"{counted(e['rounds'], 'round')} of {e['seconds']:g} s, interleaved, after "
            f"{e['warmup']:g} s of warm-up")


def counted(count, what):
    return f"{count} {what}" + ("s" if count != 1 else "")


def circumstances(runs):
    """Of runs with the same settings."""
    environments = [run["environment"] for run in runs]
    dates = sorted({e["date"][:10] for e in environments})
    loads = sorted({f"{e['loadavg'][0]:.1f}" for e in environments}, key=float)
    return (f"{' to '.join(dates[:1] + dates[1:][-1:])}, {settings(runs[0])}; load average at the "
            f"start {' to '.join(loads[:1] + loads[1:][-1:])}.\n")


def all_circumstances(runs):
    """A line for each kind of run that the table has rows of, and which rows these are."""
    kinds = {}
    for row in ROWS:
        name = run_of(runs, row)
        if name is not None:
            kinds.setdefault(settings(runs[name]), []).append((name, row.what))
    text = ""
    # What holds for most rows comes first, and needn't name them.
    for kind in sorted(kinds.values(), key=len, reverse=True):
        names = dict.fromkeys(name for name, _ in kind)
        rows = "*" + "; ".join(what for _, what in kind) + "*: " if text else ""
        text += rows + circumstances([runs[name] for name in names]) + "\n"
    return text


def every_server(run):
    text = ""
    for workload, result in run["workloads"].items():
        measured = results(run, workload)
        rates = medians(run, workload, "rate")
        cpus = medians(run, workload, "cpu_per")
        unit = result["unit"]
        costs_only = workload in COSTS
        ranked = sorted(rates, key=lambda n: rates[n] if costs_only else cpus[n])
        rows = []
        for name in ranked:
            rounds = measured[name]["runs"]
            spread = (f"{number(rates[name])} ({number(min(r['rate'] for r in rounds))}–"
                      f"{number(max(r['rate'] for r in rounds))})")
            row = [title(name), spread]
            if not costs_only:
                ratio = f"{cpus[name] / cpus[C]:.2f}" if C in cpus else "-"
                row += [number(cpus[name]), ratio]
            row.append(f"{max(r['peak_rss'] for r in rounds) / 1e6:.0f}")
            row.append(str(sum(r["errors"] for r in rounds)))
            rows.append(row)
        rate = {"GB": "GB/s", "req": "requests/s", "ms": "ms", "B/conn": "bytes"}[unit]
        head = ["server", f"{rate}, median (min–max)"]
        if not costs_only:
            head += ["CPU s/GB" if unit == "GB" else "CPU µs", "÷ C server"]
        head += ["peak RSS MB", "errors"]
        about = result["about"].replace(", putload -z", "")
        text += f"### {about}\n\n" + markdown(head, rows) + "\n"
    return text


def rivals_chart_data(runs):
    """A line a workload, a column a server: its CPU as a multiple of the C server's."""
    lines = ["work " + " ".join(f'"{title(n)}"' for n in IN_CHART)]
    for row in ROWS:
        name = run_of(runs, row)
        values = medians(runs[name], row.workload, row.figure) if name is not None else {}
        if row.label is None or C not in values:
            continue
        cells = [f"{values[n] / values[C]:.4f}" if n in values else "NaN" for n in IN_CHART]
        lines.append(f'"{row.label}" ' + " ".join(cells))
    return "\n".join(lines) + "\n"


def gather(reports):
    """The runs of several reports, by name: a report's own names, or its file's."""
    runs = {}
    for path in reports:
        with open(path, encoding="utf-8") as f:
            report = json.load(f)
        if "workloads" in report:
            report = {os.path.splitext(os.path.basename(path))[0]: report}
        for name, run in report.items():
            if name in runs:
                sys.exit(f"{path}: there is a run of that name already: {name}")
            runs[name] = run
    return runs


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


# ---------------------------------------------------------------- files

def read_csv(folder, name):
    with open(os.path.join(folder, name), newline="", encoding="utf-8") as f:
        return list(csv.DictReader(f))


def draw(script, folder, sizes, data):
    """Runs a gnuplot script beside the files that it reads, in a temporary folder."""
    with tempfile.TemporaryDirectory() as temporary:
        for name, text in data.items():
            with open(os.path.join(temporary, name), "w", encoding="utf-8") as f:
                f.write(text)
        svg = subprocess.run(["gnuplot", "-e", sizes,
                              os.path.join(HERE, script + ".gp")],
                             cwd=temporary, check=True, stdout=subprocess.PIPE).stdout
    with open(os.path.join(folder, script + ".svg"), "wb") as f:
        f.write(svg)


def fill_in(page, name, text):
    pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end -->)", re.DOTALL)
    page, count = pattern.subn(lambda m: m[1] + "\n" + text + "\n" + m[2], page)
    if count != 1:
        sys.exit(f'benchmarks.md must have one "<!-- {name} -->"')
    return page


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rivals", nargs="+", metavar="REPORT.json")
    arguments.add_argument("folder", nargs="?", default=HERE)
    options = arguments.parse_args()
    folder = options.folder
    rivals_json = os.path.join(folder, "rivals.json")
    if options.rivals:
        gathered = gather(options.rivals)
        with open(rivals_json, "w", encoding="utf-8") as f:
            json.dump(gathered, f, indent=1, ensure_ascii=False)
            f.write("\n")
    with open(rivals_json, encoding="utf-8") as f:
        runs = json.load(f)
    balance = Balance(read_csv(folder, "balance.csv"))

    path = os.path.join(folder, "..", "benchmarks.md")
    with open(path, encoding="utf-8") as f:
        page = f.read()
    page = fill_in(page, "rivals", all_circumstances(runs) + summary(runs))
    page = fill_in(page, "balance", balance.table())
    page = fill_in(page, "handoff", handoff_table(read_csv(folder, "handoff.csv")))
    page = fill_in(page, "transfer", transfer_table(read_csv(folder, "transfer.csv")))
    page = fill_in(page, "small", small_table(read_csv(folder, "small.csv")))
    page = fill_in(page, "nested", nested_table(read_csv(folder, "nested.csv")))
    with open(path, "w", encoding="utf-8") as f:
        f.write(page)

    with open(os.path.join(folder, "rivals.md"), "w", encoding="utf-8") as f:
        f.write("# Every server's figures\n\nMade by `publish.py` from `rivals.json`; what the "
                "columns mean is said in [benchmarks.md](../benchmarks.md).\n")
        for name, run in runs.items():
            f.write(f"\n## {name}\n\n{circumstances([run])}\n{every_server(run).rstrip()}\n")

    rivals = rivals_chart_data(runs)
    works = rivals.count("\n") - 1
    draw("rivals", folder, f"servers = {len(IN_CHART)}; works = {works}", {"rivals.dat": rivals})
    draw("balance", folder, f"servers = {len(balance.servers)}; counts = {len(balance.workers)}",
         {f"{load}-{figure}.dat": balance.chart_data(load, figure)
          for load in balance.loads for figure in FIGURES})


if __name__ == "__main__":
    main()
