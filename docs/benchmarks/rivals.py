"""The table of servers, its chart and every server's figures, machine by machine."""
import json
import os
import re
import statistics
import sys
from typing import NamedTuple, Optional

from page import markdown, number

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


BOTH = "all_cpu_per"
ROWS = [
    Row("put-null-40m", BOTH, "PUT 40 MB to /dev/null, both sides' CPU s/GB", 0.5,
        label="PUT 40 MB\\nto /dev/null"),
    Row("put-null-40m", BOTH, "the same on JDK 17", 1.0, own="millrace-17"),
    Row("put-null-40m", "rate", "PUT 40 MB to /dev/null, GB/s", 1.25),
    Row("put-file-40m", BOTH, "PUT 40 MB to files, both sides' CPU s/GB", 0.9,
        label="PUT 40 MB\\nto files"),
    Row("put-new-1k", "cpu_per", "PUT 1 KiB to new files, warm for 30 s, CPU µs", 1.05,
        label="PUT 1 KiB\\nto new files"),
    Row("put-file-1k", "cpu_per", "PUT 1 KiB to new files, warm for 10,000 requests, CPU µs", 1.05),
    Row("put-tmpfs-1k", "cpu_per", "PUT 1 KiB on tmpfs, CPU µs", 1.3,
        label="PUT 1 KiB\\non tmpfs"),
    Row("get-40m", BOTH, "GET 40 MB, both sides' CPU s/GB", 1.0, label="GET 40 MB"),
    Row("get-1k", "cpu_per", "GET 1 KiB, CPU µs", 0.8, label="GET 1 KiB"),
    Row("get-1k", "p99", "GET 1 KiB, 64 connections, p99 ms", 1.5),
    Row("hello", "cpu_per", "GET 13 bytes from memory, CPU µs", 1.0,
        label="GET 13 bytes\\nfrom memory"),
    Row("hello", "p99", "GET 13 bytes, 64 connections, p99 ms", 1.5),
    Row("hello-pipelined", "cpu_per", "GET 13 bytes, 16 pipelined, CPU µs", 1.0),
    Row("cold-get", "rate", "first 10,000 GETs after start, their CPU ÷ that of warm ones", 3,
        unit="× warm"),
    Row("cold-put", "rate", "first 10,000 PUTs of 1 KiB, the same", 3, unit="× warm"),
    Row("cold-get-cached", "rate", "first 10,000 GETs with a prepared cache, the same", 3,
        unit="× warm"),
    Row("cold-put-cached", "rate", "first 10,000 PUTs with a prepared cache, the same", 3,
        unit="× warm"),
    Row("start", "rate", "start of the program to first response, ms", 100, unit="ms"),
    Row("start-cached", "rate", "the same with a prepared cache, ms", 60, unit="ms"),
    Row("startup", "rate", "start of a server in memory to first response, ms", 100, unit="ms"),
    Row("idle-10k", "rate", "idle keep-alive connection, bytes of RSS", 2000, unit="bytes"),
    Row("idle-tls", "rate", "idle TLS connection, bytes of RSS", 6000, unit="bytes"),
    Row("mixed", "rate", "GET 1 KiB beside 32 uploads of 40 MB, p99 ms", 20, unit="ms"),
]
# A rate that is worth less the higher it is.
COSTS = {"startup", "start", "start-cached", "cold-get", "cold-put", "cold-get-cached",
         "cold-put-cached", "idle-10k", "idle", "idle-tls", "mixed"}


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
    found = {}
    for name, result in results(run, workload).items():
        values = [value for value in map(lambda r: figure_of(r, figure), result["runs"])
                  if value is not None]
        if values:
            found[name] = statistics.median(values)
    return found


def figure_of(measured, figure):
    """A figure of a round; None if it wasn't measured, as older reports have no both sides'."""
    if figure == "p99":
        latency = measured.get("lat_us") or {}
        return latency["p99"] / 1000 if "p99" in latency else None
    return measured.get(figure)


def run_of(runs, row):
    """The name of the run that a row is taken from; None if nobody has measured it."""
    measured = [name for name in sorted(runs, key=lambda n: not runs[n]["environment"]["pin"])
                if medians(runs[name], row.workload, row.figure)]
    whole = [name for name in measured
             if {row.own, C} <= medians(runs[name], row.workload, row.figure).keys()]
    if whole:
        return whole[0]
    # On JDK 17, there is nothing but Millrace to look for.
    return measured[0] if measured and row.own == "millrace" else None


def measured_rows(runs):
    """The rows of which something is known, each with the name of its run.

    Reports of the first harness have no both sides' CPU; the server's stands in for it there.
    """
    for row in ROWS:
        name = run_of(runs, row)
        if name is None and row.figure == BOTH:
            row = row._replace(figure="cpu_per",
                               what=row.what.replace("both sides' CPU", "server's CPU"))
            name = run_of(runs, row)
        if name is not None:
            yield row, name


def lower_is_better(row):
    return row.figure != "rate" or row.workload in COSTS


def best(values, wanted, lower):
    names = [name for name in values if not name.startswith("millrace") and wanted(name)]
    if not names:
        return "-"
    name = (min if lower else max)(names, key=values.get)
    return f"{title(name)} {number(values[name])}"


def ratio(run, row, figure):
    """Millrace's figure as a multiple of the C server's; "-" if either is missing."""
    values = medians(run, row.workload, figure)
    if row.own not in values or not values.get(C):
        return "-"
    return f"{values[row.own] / values[C]:.2f}"


def ratios(run, row):
    """Of the row's own figure; of the server's CPU and of both sides', where that is one."""
    own = ratio(run, row, row.figure)
    if row.figure not in ("cpu_per", BOTH):
        return own, "-"
    return own, f'{ratio(run, row, "cpu_per")}, {ratio(run, row, BOTH)}'


def summary(runs):
    """The table of one machine."""
    rows = []
    for row, name in measured_rows(runs):
        values = medians(runs[name], row.workload, row.figure)
        lower = lower_is_better(row)
        own = values.get(row.own)
        shown, sides = ratios(runs[name], row)
        reached = own if row.unit else None if shown == "-" else float(shown)
        rows.append([
            row.what,
            number(own) if own is not None else "-",
            number(values[C]) if C in values else "-",
            best(values, lambda n: n != C and not is_jvm(n), lower),
            best(values, is_jvm, lower),
            shown, sides,
            ("≤ " if lower else "≥ ")
            + (f"{row.goal:.2f}" if row.unit is None else f"{row.goal:,} {row.unit}"),
            "-" if reached is None
            else "yes" if (reached <= row.goal if lower else reached >= row.goal) else "no"])
    return markdown(["work", "Millrace", "C server", "best other native server",
                     "best JVM rival", "Millrace ÷ C", "CPU ÷ C: server's, both sides'",
                     "goal", "reached"], rows)


def machine(run):
    """What machine it was; processors of one name may be of several kinds."""
    e = run["environment"]
    kind = f", {e['kind']}" if e.get("kind") else ""
    return f"{e['cpus']} × {e['cpu']}{kind}"


def by_machine(runs):
    """Machine: its runs by name."""
    machines = {}
    for name, run in runs.items():
        machines.setdefault(machine(run), {})[name] = run
    return machines


def every_machine(runs):
    """A table for each machine, never one of several, and how it was measured."""
    return "\n".join(f"### {name}\n\n{summary(own)}\n{all_circumstances(own)}"
                     for name, own in by_machine(runs).items())


def settings(run):
    """The circumstances of a run that it may share with others, each a text; "" is none."""
    e = run["environment"]
    java = re.sub(r'.*"(.+?)".*', r"\1", e["java"])
    where = (f"server on processor {e['server_cpus'][0]}, load on {e['load_cpus'][0]}" if e["pin"]
             else "server and load share all processors")
    rivals = f"the rivals on it with `{e['jvm_options']}`" if e["jvm_options"] else ""
    length = f" of {e['seconds']:g} s" if e["seconds"] else ""
    warm = f" after {e['warmup']:g} s of warm-up" if e["warmup"] else " without warm-up"
    return (f"Linux {e['kernel'].split('-')[0]}", f"JDK {java}", rivals,
            f"{counted(e['workers'], 'worker')}, {where}",
            f"{counted(e['rounds'], 'round')}{length}, interleaved,{warm}")


def counted(count, what):
    return f"{count} {what}" + ("s" if count != 1 else "")


def circumstances(runs, known=()):
    """Of runs with the same settings, those that aren't known already."""
    texts = [text for text in settings(runs[0]) if text and text not in known]
    loads = sorted({f"{run['environment']['loadavg'][0]:.1f}" for run in runs}, key=float)
    return "; ".join(texts + [f"load average at the start {' to '.join(ends(loads))}"])


def dated_circumstances(runs):
    dates = sorted({run["environment"]["date"][:10] for run in runs})
    return f"{' to '.join(ends(dates))}; {circumstances(runs)}.\n"


def ends(texts):
    """The first and the last, which may be one."""
    return texts[:1] + texts[1:][-1:]


def all_circumstances(runs):
    """Those of most rows of the table, then rows that were measured otherwise, and how."""
    kinds = {}
    for row, name in measured_rows(runs):
        kinds.setdefault(settings(runs[name]), []).append((name, row.what))
    most, *others = sorted(kinds, key=lambda kind: len(kinds[kind]), reverse=True)

    def own(kind):
        return [runs[name] for name, _ in kinds[kind]]

    text = dated_circumstances(own(most))
    if others:
        text += "Rows that were measured otherwise:\n\n"
    for kind in others:
        rows = "; ".join(what for _, what in kinds[kind])
        text += f"- {rows}: {circumstances(own(kind), most)}\n"
    return text


RATES = {"GB": "GB/s", "req": "requests/s", "ms": "ms", "B/conn": "bytes", "ratio": "× warm"}


def every_server(run):
    text = ""
    for workload, result in run["workloads"].items():
        measured = results(run, workload)
        figures = {f: medians(run, workload, f) for f in ("rate", "cpu_per", BOTH, "p99")}
        unit = result["unit"]
        # Large bodies are ranked by both sides' CPU, small requests by the server's.
        ranking = ("rate" if workload in COSTS
                   else BOTH if unit == "GB" and figures[BOTH] else "cpu_per")
        columns = [] if workload in COSTS else [
            ("CPU s/GB" if unit == "GB" else "CPU µs", lambda n: number(figures["cpu_per"][n])),
            ("÷ C server", lambda n: multiple(figures["cpu_per"], n)),
            ("both sides' ÷ C", lambda n: multiple(figures[BOTH], n)),
            ("p99 ms", lambda n: number(figures["p99"][n]) if n in figures["p99"] else "-")]
        rows = []
        for name in sorted(measured, key=lambda n: figures[ranking].get(n, 0)):
            rounds = measured[name]["runs"]
            spread = (f"{number(figures['rate'][name])} ({number(min(r['rate'] for r in rounds))}–"
                      f"{number(max(r['rate'] for r in rounds))})")
            rows.append([title(name), spread, *(cell(name) for _, cell in columns),
                         f"{max(r['peak_rss'] for r in rounds) / 1e6:.0f}",
                         str(sum(r["errors"] for r in rounds))])
        head = ["server", f"{RATES[unit]}, median (min–max)", *(title for title, _ in columns),
                "peak RSS MB", "errors"]
        about = result["about"].replace(", putload -z", "")
        text += f"### {about}\n\n" + markdown(head, rows) + "\n"
    return text


def multiple(values, name):
    return f"{values[name] / values[C]:.2f}" if name in values and values.get(C) else "-"


def chart_data(runs):
    """A line a workload, a column a server: its CPU as a multiple of the C server's."""
    lines = ["work " + " ".join(f'"{title(n)}"' for n in IN_CHART)]
    for row, name in measured_rows(runs):
        values = medians(runs[name], row.workload, row.figure)
        if row.label is None or C not in values:
            continue
        cells = [f"{values[n] / values[C]:.4f}" if n in values else "NaN" for n in IN_CHART]
        lines.append(f'"{row.label}" ' + " ".join(cells))
    return "\n".join(lines) + "\n"


def gather(reports, kind=None):
    """The runs of several reports, by name: a report's own names, or its file's.

    The kind of processor, where it has one, is added to each run and to its name.
    """
    runs = {}
    for path in reports:
        with open(path, encoding="utf-8") as f:
            report = json.load(f)
        if "workloads" in report:
            report = {os.path.splitext(os.path.basename(path))[0]: report}
        for name, run in report.items():
            if kind:
                run["environment"]["kind"] = kind
                name = f"{name}, {kind}"
            if name in runs:
                sys.exit(f"{path}: there is a run of that name already: {name}")
            runs[name] = run
    return runs


def replaced(old, new):
    """All runs: the new ones, and those of machines that the new ones are not of."""
    machines = by_machine(new)
    return {**{name: run for name, run in old.items() if machine(run) not in machines}, **new}
