"""The tables and charts of how cost grows: of growth.py's results and those of DealingRun."""
import os
import statistics

from page import draw, fill_in, markdown, number, read_csv, where_measured

WAYS = {"ROUND_ROBIN": "round robin", "LEAST_LOADED": "least loaded",
        "REUSED_PORT": "reused port", "SHARED": "any worker, any request"}
LOADS = {"EQUAL": "equal", "SKEWED": "skewed", "WEB": "web"}


def size(count):
    """1000000: 1 MB."""
    for power, unit in ((9, "GB"), (6, "MB"), (3, "kB")):
        if count >= 10 ** power:
            return f"{count / 10 ** power:g} {unit}"
    return f"{count} B"


class Panel:
    """A chart of lines over the same logarithmic axis."""

    def __init__(self, title, axis, log_y=False):
        self.title = title
        self.axis = axis
        self.log_y = log_y
        self.lines = {}

    def add(self, line, x, y):
        self.lines.setdefault(line, {})[x] = y

    def data(self):
        places = sorted({x for line in self.lines.values() for x in line})
        rows = ["x " + " ".join(f'"{line}"' for line in self.lines)]
        rows += [f"{x} " + " ".join(str(line.get(x, "NaN")) for line in self.lines.values())
                 for x in places]
        return "\n".join(rows) + "\n"


def draw_panels(name, folder, below, panels, base=10):
    def texts(values):
        return "[" + ", ".join(f'"{value}"' for value in values) + "]"

    count = len(panels)
    settings = (f"panels = {count}; base = {base}; below = \"{below}\"; "
                f"array titles[{count}] = {texts(p.title for p in panels)}; "
                f"array axes[{count}] = {texts(p.axis for p in panels)}; "
                f"array logs[{count}] = [{', '.join(str(int(p.log_y)) for p in panels)}]; "
                f"array lines[{count}] = [{', '.join(str(len(p.lines)) for p in panels)}]")
    draw("growth", folder, settings,
         {f"{i + 1}.dat": panel.data() for i, panel in enumerate(panels)}, name)


def connections(rows, folder):
    idle = Panel("An idle connection", "bytes of RSS")
    cpu = Panel("A request", "server's CPU µs")
    table = []
    for row in rows:
        count = int(row["connections"])
        if row["idle_bytes"]:
            idle.add("idle", count, float(row["idle_bytes"]))
        cpu.add("64 connections ask, the others are idle", count, float(row["beside_us"]))
        cpu.add("all ask", count, float(row["active_us"]))
        table.append([f"{count:,}", number(float(row["idle_bytes"])) if row["idle_bytes"] else "-",
                      number(float(row["beside_us"])), number(float(row["active_us"]))])
    draw_panels("growth-connections", folder, "connections", [idle, cpu])
    return markdown(["connections", "an idle one, bytes of RSS",
                     "request, 64 ask beside the idle, CPU µs", "all ask, CPU µs"], table)


def objects(rows, folder):
    start = Panel("Start to first response", "ms")
    cpu = Panel("A request", "server's CPU µs")
    table = []
    for row in rows:
        count = int(row["objects"])
        start.add(row["shape"], count, float(row["start_ms"]))
        for figure, what in (("get_us", "GET"), ("replace_us", "PUT, replaces"), ("new_us", "PUT, new")):
            cpu.add(f"{what}, {row['shape']}", count, float(row[figure]))
        table.append([f"{count:,}", row["shape"]] + [number(float(row[figure])) for figure in
                                                     ("start_ms", "get_us", "replace_us", "new_us")])
    draw_panels("growth-objects", folder, "objects", [start, cpu])
    return markdown(["objects", "keys", "start, ms", "GET from its file, CPU µs",
                     "PUT that replaces, CPU µs", "PUT of a new key, CPU µs"], table, 2)


def bodies(rows, folder):
    """Both sides' CPU only of large bodies: the client's own for a small request is Python's."""
    request = Panel("A request", "server's CPU µs", log_y=True)
    byte = Panel("A gigabyte, of bodies from 1 MB on", "both sides' CPU s")
    table = {}
    for row in rows:
        count, server = int(row["bytes"]), float(row["server_us"])
        gigabyte = float(row["both_us"]) / count * 1000
        request.add(row["work"], count, server)
        cells = table.setdefault(count, [size(count)])
        cells += [number(server), number(gigabyte) if count >= 1_000_000 else "-"]
        if count >= 1_000_000:
            byte.add(row["work"], count, gigabyte)
    draw_panels("growth-bodies", folder, "bytes of the body", [request, byte])
    head = ["body"]
    for work in dict.fromkeys(row["work"] for row in rows):
        head += [f"{work}: server's CPU µs", "both sides' s/GB"]
    return markdown(head, list(table.values()))


def workers(rows, folder):
    rate = {"GET": Panel("GET from memory", "requests/s"),
            "PUT 40 MB": Panel("PUT 40 MB to /dev/null", "requests/s")}
    table = {}
    for row in rows:
        count = int(row["workers"])
        rate[row["work"]].add(row["work"], count, float(row["rate"]))
        table.setdefault(count, [str(count)]).extend(
            [number(float(row["rate"])), number(float(row["server_us"])),
             f"{100 * float(row['busiest_share']):.0f} %"])
    draw_panels("growth-workers", folder, "workers", list(rate.values()), base=2)
    return markdown(["workers", "GET, requests/s", "CPU µs", "busiest worker's CPU",
                     "PUT 40 MB, requests/s", "CPU µs", "busiest worker's CPU"],
                    list(table.values()))


def dealing(rows, folder):
    cells = {}
    for row in rows:
        cells.setdefault((row["load"], int(row["workers"]), row["way"]), []).append(row)
    panels = {}
    for load in ("SKEWED", "WEB"):
        for figure, what, axis in (("busiest_to_fair", "the busiest worker", "× its fair share of bytes"),
                                   ("p99_slowdown", "p99 of requests", "× their time alone")):
            panels[load, figure] = Panel(f"{LOADS[load].capitalize()}: {what}", axis)
    table = []
    for (load, count, way), runs in cells.items():
        values = {figure: [float(run[figure]) for run in runs]
                  for figure in ("busiest_to_fair", "p99_slowdown", "seconds")}
        for figure in ("busiest_to_fair", "p99_slowdown"):
            if (load, figure) in panels and not (way == "SHARED" and figure == "busiest_to_fair"):
                panels[load, figure].add(WAYS[way], count, statistics.median(values[figure]))
        if count in (2, 8, 64):
            ideal = statistics.median(float(r["seconds"]) for r in cells[load, count, "SHARED"])
            share = values["busiest_to_fair"]
            table.append([LOADS[load], str(count), WAYS[way],
                          "-" if way == "SHARED" else f"{statistics.median(share):.2f} ({max(share):.2f})",
                          f"{statistics.median(values['p99_slowdown']):.1f}",
                          f"{statistics.median(values['seconds']) / ideal:.2f}"])
    draw_panels("dealing", folder, "workers", list(panels.values()), base=2)
    return markdown(["load", "workers", "dealt by", "busiest ÷ fair share, median (worst)",
                     "p99 ÷ time alone", "whole time ÷ shared"], table, 3)


# Name of the results: what makes the table and draws the chart, and what the chart shows.
RESULTS = {
    "growth-connections": (connections, "Memory and CPU by the number of connections"),
    "growth-objects": (objects, "Start and CPU by the number of objects"),
    "growth-bodies": (bodies, "CPU by the length of a body"),
    "growth-workers": (workers, "Requests a second by the number of workers"),
    "dealing": (dealing, "How even dealing is, by the number of workers"),
}


def publish(page, folder):
    """The page with every table of which there are results, and their charts beside it."""
    for name, (table, shows) in RESULTS.items():
        if os.path.exists(os.path.join(folder, name + ".csv")):
            where = "" if name == "dealing" else where_measured(folder, name + ".csv") + ".\n\n"
            page = fill_in(page, name, f"![{shows}](benchmarks/{name}.svg)\n\n" + where
                           + table(read_csv(folder, name + ".csv"), folder))
    return page
