#!/usr/bin/env python3
"""Says what a new jar does worse than an old one, by more than the noise that it measures.

    python3 docs/benchmarks/guard.py OLD.jar NEW.jar [--rounds 5] [--rows put-1k,hello]
                                     [--floor 3] [--csv FILE]
    python3 docs/benchmarks/guard.py --judge FILE ...

In each round both jars are started afresh, in turn, and put under the same loads; the order
changes from round to round. A row's figure is a cost: less is better. Its noise is what the ratio
of new to old may differ from the mean of the rounds, with 99.5 % confidence (Student's t, of the
logarithms), but never less than the floor, in percent: what differs between two processes of the
same jar is random too, and five rounds may not show it. A ratio beyond the noise is worse or
better; a noise above 15 % says that nothing can be told, and more rounds are needed.

The exit code is 0 if nothing got worse, 1 if something did, 2 if it couldn't be measured or no row
could be told. --csv writes what each round measured; --judge reads such files, of several runs of
one pair of jars, and measures nothing.

Needs Linux, Python 3.9 and a JVM ($JAVA, or that of the path); two processors or more, and a
quiet machine. A round takes 45 s, the default 4 minutes. Objects lie in /dev/shm, if there is one.
"""
import argparse
import csv
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time

from measure import (BothSides, Clients, Connection, Failed, JAVA, LARGE_BYTES, LargeBody, Server,
                     TLS, Work, begin, checked, environment, get, large, put, say, windows)

ROWS = {
    "start": ("start to first response", "ms"),
    "cold": ("the first 10,000 requests after start", "CPU µs"),
    "hello": ("GET 13 bytes from memory", "CPU µs"),
    "pipelined": ("GET 13 bytes from memory, 16 pipelined", "CPU µs"),
    "get-1k": ("GET 1 KiB from its file", "CPU µs"),
    "put-1k": ("PUT 1 KiB to new files", "CPU µs"),
    "nested": ("PUT 1 KiB to keys of four segments", "CPU µs"),
    "put-40m": ("PUT 40 MB", "both sides' CPU s/GB"),
    "get-40m": ("GET 40 MB", "both sides' CPU s/GB"),
    "idle": ("idle keep-alive connection", "bytes of RSS"),
    "tls-handshake": ("TLS handshake", "CPU ms"),
    "tls-get-40m": ("GET 40 MB over TLS", "both sides' CPU s/GB"),
}
# Quantiles of Student's t, 99.5 %, by degrees of freedom.
STUDENT = [math.nan, 63.66, 9.925, 5.841, 4.604, 4.032, 3.707, 3.499, 3.355, 3.250, 3.169]
TOO_NOISY = 0.15
IDLE = 3000
DISK = "/dev/shm" if os.path.isdir("/dev/shm") else None


# ---------------------------------------------------------------- what is measured

def serve(jar, *flags):
    # What is small comes from memory, 1 KiB from its file.
    return [JAVA, "-jar", jar, "--port", "{port}", "--dir", "{dir}", "--workers", "1",
            "--cached-object", "100", *flags]


def put_hello(_):
    return put("/hello", b"Hello, World!")


class Visit:
    """One process of one jar and what is measured of it."""

    def __init__(self, jar, rows, body, certificate):
        self.jar = jar
        self.rows = rows
        self.body = body
        self.certificate = certificate
        self.figures = {}

    def measure(self):
        self.start_and_small()
        if "idle" in self.rows:
            self.attempt("idle", self.idle)
        if self.rows & {"tls-handshake", "tls-get-40m"}:
            self.attempt("tls-handshake", self.tls)
        return self.figures

    def attempt(self, row, action, *arguments):
        """A row that a jar can't do isn't measured: an old one has no TLS, say."""
        try:
            action(*arguments)
        except (Failed, OSError) as e:
            say(f"  {row} of {self.jar}: not measured, {e}")

    def start_and_small(self):
        with Server(serve(self.jar), DISK) as server:
            self.figures["start"] = server.start_ms
            with Clients(server.port, 16) as clients:
                Work(clients, put_hello).turn()
                self.cold(server, clients)
                for row, each, request, warmup_s in [
                        ("hello", 1, lambda i: get("/hello"), 2.5),
                        ("pipelined", 16, lambda i: get("/hello"), 1),
                        ("put-1k", 1, lambda i: put(f"/k-{i}"), 2.5),
                        ("get-1k", 1, lambda i: get(f"/k-{i % 1000}"), 2),
                        ("nested", 1, lambda i: put(f"/org/example/lib/k-{i}"), 2)]:
                    if row in self.rows:
                        self.attempt(row, self.small, row, server, clients, request, each, warmup_s)
            if self.rows & {"put-40m", "get-40m"}:
                self.attempt("put-40m", self.large_bodies, server)

    def cold(self, server, clients):
        before = server.cpu_ns()
        requests = Work(clients, lambda i: get("/hello")).run(requests=10_000)
        self.figures["cold"] = (server.cpu_ns() - before) / requests / 1000

    def small(self, row, server, clients, request, each, warmup_s):
        with Clients(server.port, 16) as own:  # a failed row doesn't leave half a response behind
            work = Work(own, request, each)
            work.run(warmup_s)
            if request(0).startswith(b"PUT"):  # an old jar may say 200 and store nothing there
                path = request(0).split()[1].decode()
                checked(own.connections[0].request(get(path))[0], f"GET {path}: ")
            self.figures[row] = windows(server, work, 1)

    def idle(self):
        """Of a process that has done nothing else, whose heap has no room from earlier work."""
        with Server(serve(self.jar), DISK) as server, Clients(server.port, 100) as first:
            Work(first, put_hello).turn()
            before = server.rss()
            with Clients(server.port, IDLE) as clients:
                Work(clients, lambda i: get("/hello")).turn()
                time.sleep(0.5)
                self.figures["idle"] = (server.rss() - before) / IDLE

    def large_bodies(self, server):
        for row, method in (("put-40m", "PUT"), ("get-40m", "GET")):
            large(server.port, method, 3, self.body)
            self.figures[row] = self.per_gigabyte(server, method, 8)

    def per_gigabyte(self, server, method, count, tls=False):
        both = BothSides(server)
        gigabytes = large(server.port, method, count, self.body, tls) / 1e9
        return both.since()[1] / gigabytes

    def tls(self):
        flags = ["--tls-cert", self.certificate + "/cert.pem",
                 "--tls-key", self.certificate + "/key.pem"]
        with Server(serve(self.jar, *flags), DISK, tls=True) as server:
            for count in (600, 400):
                before = server.cpu_ns(compilers=False)
                for _ in range(count):
                    Connection(server.port, TLS).close()
                used = server.cpu_ns(compilers=False) - before
            self.figures["tls-handshake"] = used / count / 1e6
            if "tls-get-40m" in self.rows:
                large(server.port, "PUT", 1, self.body, tls=True)
                large(server.port, "GET", 4, self.body, tls=True)
                self.figures["tls-get-40m"] = self.per_gigabyte(server, "GET", 4, tls=True)


def measure(options, rows):
    """A dictionary for each figure, in the order of the rounds."""
    begin()
    jars = {"old": options.jars[0], "new": options.jars[1]}
    results = []
    with tempfile.TemporaryDirectory() as certificate, LargeBody(LARGE_BYTES) as body:
        subprocess.run([JAVA, "-jar", jars["new"], "cert", "--cert", certificate + "/cert.pem",
                        "--key", certificate + "/key.pem"], check=True, capture_output=True)
        for number in range(options.rounds):
            for jar in sorted(jars, reverse=number % 2 == 0):
                say(f"round {number + 1} of {options.rounds}: {jar}")
                for row, cost in Visit(jars[jar], rows, body, certificate).measure().items():
                    if row in rows:
                        results.append({"round": number, "jar": jar, "row": row, "cost": cost})
                if options.csv:
                    write(options.csv, results)  # what is measured stays, if the rest is cut off
    return results


def write(path, results):
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, ["round", "jar", "row", "cost"])
        writer.writeheader()
        writer.writerows(results)


# ---------------------------------------------------------------- what it means

def verdict(logarithms, floor):
    """The mean ratio, its noise, and what that says."""
    count = len(logarithms)
    mean = statistics.fmean(logarithms)
    if count < 2:
        return math.exp(mean), math.nan, "one round tells nothing"
    student = STUDENT[min(count - 1, len(STUDENT) - 1)]
    noise = max(floor, math.expm1(student * statistics.stdev(logarithms) / math.sqrt(count)))
    limit = math.log1p(noise)
    if mean > limit:
        return math.exp(mean), noise, "WORSE"
    if noise > TOO_NOISY:
        return math.exp(mean), noise, "too noisy to tell"
    return math.exp(mean), noise, "better" if mean < -limit else "same"


def judge(results, floor):
    """Prints a line a row; the exit code that they mean."""
    costs = {}
    for result in results:
        pair = costs.setdefault(result["row"], {}).setdefault(result["round"], {})
        pair[result["jar"]] = float(result["cost"])
    print(f"{'row':14} {'cost':45} {'old':>9} {'new':>9} {'new÷old':>8} {'noise':>8}  verdict")
    worse, told, untold = [], [], []
    for row, (what, unit) in ROWS.items():
        pairs = [p for p in costs.get(row, {}).values() if len(p) == 2 and min(p.values()) > 0]
        title = f"{what}, {unit}"
        if not pairs:
            if row in costs:
                print(f"{row:14} {title:61} not measured with both jars")
            continue
        ratio, noise, said = verdict([math.log(p["new"] / p["old"]) for p in pairs], floor)
        old, new = (statistics.median(p[jar] for p in pairs) for jar in ("old", "new"))
        print(f"{row:14} {title:45} {old:9.4g} {new:9.4g} {ratio:8.2f} {min(100 * noise, 999):7.1f}%  {said}")
        (told if said in ("WORSE", "better", "same") else untold).append(row)
        if said == "WORSE":
            worse.append(f"{what} by {100 * (ratio - 1):.0f} % (noise {100 * noise:.0f} %)")
    if untold:
        print(f"can't be told, more rounds may: {', '.join(untold)}")
    if not told:
        print("worse: nothing was told")
        return 2
    print("worse: " + ("; ".join(worse) if worse else "nothing"))
    return 1 if worse else 0


def read(paths):
    """Results of several runs, whose rounds are counted on."""
    results = []
    for path in paths:
        with open(path, newline="", encoding="utf-8") as file:
            results += [dict(row, round=(path, row["round"])) for row in csv.DictReader(file)]
    return results


def main():
    arguments = argparse.ArgumentParser(description=__doc__,
                                        formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("jars", nargs="*", metavar="JAR")
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--rows", default=",".join(ROWS))
    arguments.add_argument("--floor", type=float, default=3, metavar="PERCENT")
    arguments.add_argument("--csv", metavar="FILE")
    arguments.add_argument("--judge", nargs="+", metavar="FILE")
    options = arguments.parse_args()
    rows = set(options.rows.split(","))
    if not rows <= ROWS.keys():
        arguments.error(f"no such row: {', '.join(sorted(rows - ROWS.keys()))}; "
                        f"there are {', '.join(ROWS)}")
    if bool(options.judge) == bool(options.jars) or len(options.jars) not in (0, 2):
        arguments.error("an old and a new jar, or --judge and files")
    missing = [path for path in options.jars + (options.judge or []) if not os.path.isfile(path)]
    if missing:
        arguments.error(f"no such file: {', '.join(missing)}")
    if options.judge:
        results = read(options.judge)
    else:
        print(environment(), flush=True)
        results = measure(options, rows)
    return judge(results, options.floor / 100)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (Failed, OSError, subprocess.CalledProcessError) as e:
        sys.exit(say(f"not measured: {e}") or 2)
