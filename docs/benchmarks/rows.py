#!/usr/bin/env python3
"""Rows of the table of servers that need a load of their own; writes a report for publish.py.

    python3 docs/benchmarks/rows.py ROW REPORT.json NAME 'COMMAND' [NAME 'COMMAND' ...] [FLAGS]

put-new-1k  PUT 1 KiB to new files, 32 connections, windows of 10,000 after --warmup seconds (30)
            at 3,000 a second: server's CPU for a request
cold-get    CPU for each of the first 10,000 GETs of 13 bytes after the start, 16 connections, as
            a multiple of that in the same process after --warmup seconds (15)
cold-put    the same of PUTs of 1 KiB to new files
start       from the command to the first response, ms; --rounds 15 at least
start-cached, cold-get-cached, cold-put-cached  the same, of a command that uses a prepared cache
idle        bytes of RSS for each of 3,000 idle connections after one request each
idle-tls    the same of TLS connections, after a collection (jcmd GC.run, of $JAVA's folder)
mixed       p99 of GETs of 1 KiB over 4 connections, beside 32 uploads of 40 MB, ms

A COMMAND starts a server on 127.0.0.1:{port} that stores PUT /NAME for GET /NAME in {dir}; it is
given a folder of $TMPDIR. {java} is $JAVA. All servers are measured in turn, --rounds times (5),
the server on the first processor, the clients on the last. The rows of TLS want a certificate
in the command's own flags.
"""
import argparse
import itertools
import json
import os
import re
import statistics
import subprocess
import sys
import time

from measure import (CPUS, Clients, Connection, JAVA, LARGE_BYTES, LargeBody, Server, Work, begin,
                     checked, get, large, put, say, windows)

FILES = 10_000
SERIAL = itertools.count()


def new_file(_):
    return put(f"/n-{next(SERIAL)}")


class PutNew:
    about = "PUT 1 KiB to 10,000 new files after 30 s of warm-up, 32 connections"
    unit = "req"
    warmup = 30

    def prepare(self, server, seconds):
        with Clients(server.port, 32) as clients:
            work, began = Work(clients, new_file), time.monotonic()
            while (passed := time.monotonic() - began) < seconds:
                if work.sent > 3000 * passed:
                    time.sleep(0.005)
                else:
                    work.turn()

    def measure(self, server, _):
        os.sync()
        with Clients(server.port, 32) as clients:
            before, began = server.cpu_ns(), time.monotonic()
            requests = Work(clients, new_file).run(requests=FILES)
            seconds = time.monotonic() - began
        cpu_us = (server.cpu_ns() - before) / requests / 1000
        return {"rate": requests / seconds, "cpu_per": cpu_us}


class Cold:
    unit = "ratio"
    warmup = 15
    fresh = True

    def __init__(self, what, request):
        self.about = f"the first 10,000 requests, {what}: their CPU as a multiple of warm ones'"
        self.request = request

    def measure(self, server, seconds):
        with Clients(server.port, 16) as clients:
            Work(Clients(server.port, 1), lambda i: put("/k", b"Hello, World!")).turn()
            work = Work(clients, self.request)
            before = server.cpu_ns()
            requests = work.run(requests=10_000)
            cold_us = (server.cpu_ns() - before) / requests / 1000
            work.run(seconds)
            warm_us = windows(server, work, 2)
        return {"rate": cold_us / warm_us, "cpu_per": cold_us, "warm_us": warm_us}


class Start:
    about = "start to first response"
    unit = "ms"
    warmup = 0
    fresh = True

    def measure(self, server, _):
        return {"rate": server.start_ms, "cpu_per": server.cpu_ns() / 1e6}


class Idle:
    unit = "B/conn"
    warmup = 0
    fresh = True
    count = 3000

    def __init__(self, tls):
        self.tls = tls
        kind = "TLS" if tls else "keep-alive"
        self.about = f"idle {kind} connections: bytes of RSS per connection"

    def measure(self, server, _):
        with Clients(server.port, 1, self.tls) as first:
            checked(first.connections[0].request(put("/k"))[0])
        for _ in range(6 if self.tls else 1):  # what handshakes leave to the heap and the compiler
            with Clients(server.port, 100, self.tls) as some:
                self.ask(some)
        before = self.rss(server)
        with Clients(server.port, self.count, self.tls) as clients:
            self.ask(clients)
            return {"rate": (self.rss(server) - before) / self.count, "cpu_per": 0}

    def rss(self, server):
        """After a collection, if there is TLS: what handshakes leave is no part of a connection."""
        if self.tls and server.is_java():
            for _ in range(3):
                subprocess.run([os.path.join(os.path.dirname(JAVA), "jcmd"),
                                str(server.process.pid), "GC.run"], check=True, capture_output=True)
        time.sleep(1)
        return server.rss()

    def ask(self, clients):
        for connection in clients.connections:
            checked(connection.request(get("/k"))[0])


class Mixed:
    about = "p99 of GETs of 1 KiB beside 32 uploads of 40 MB"
    unit = "ms"
    warmup = 6

    def prepare(self, server, seconds):
        with Connection(server.port) as connection:
            checked(connection.request(put("/small"))[0])
        self.measure(server, seconds)

    def measure(self, server, seconds=0):
        """The uploads are another process's, of least priority, so as not to hold up the GETs' client."""
        uploads = os.fork()
        if uploads == 0:
            try:
                os.nice(19)
                with LargeBody(LARGE_BYTES) as body:
                    end = time.monotonic() + (seconds or 5)
                    while time.monotonic() < end:
                        large(server.port, "PUT", 1, body, connections=32)
            finally:
                os._exit(0)
        time.sleep(0.5)
        latencies = []
        with Clients(server.port, 4) as clients:
            while os.waitpid(uploads, os.WNOHANG)[0] == 0:
                connection = clients.connections[len(latencies) % 4]
                began = time.perf_counter()
                checked(connection.request(get("/small"))[0])
                latencies.append(1000 * (time.perf_counter() - began))
                time.sleep(0.002)
        latencies.sort()
        return {"rate": latencies[int(0.99 * len(latencies))], "cpu_per": 0,
                "p50_ms": latencies[len(latencies) // 2], "requests": len(latencies)}


ROWS = {
    "put-new-1k": PutNew(),
    "cold-get": Cold("GET 13 bytes", lambda i: get("/k")),
    "cold-put": Cold("PUT 1 KiB", new_file),
    "cold-get-cached": Cold("GET 13 bytes, with a prepared cache", lambda i: get("/k")),
    "cold-put-cached": Cold("PUT 1 KiB, with a prepared cache", new_file),
    "start": Start(),
    "start-cached": Start(),
    "idle": Idle(tls=False),
    "idle-tls": Idle(tls=True),
    "mixed": Mixed(),
}


def measure_all(row, commands, rounds, warmup):
    servers = {name: {"runs": [], "failures": []} for name in commands}
    tls = getattr(row, "tls", False)
    running = {}
    try:
        if not getattr(row, "fresh", False):
            for name, command in commands.items():
                running[name] = Server(command)
                row.prepare(running[name], warmup if "java" in command else min(warmup, 5))
        for number in range(rounds):
            for name, command in commands.items():
                if name in running:
                    run = row.measure(running[name], 0)
                else:
                    with Server(command, tls=tls) as server:
                        run = row.measure(server, warmup)
                servers[name]["runs"].append({**run, "peak_rss": 0, "errors": 0})
                say(f"round {number + 1} of {rounds}, {name}: {run['rate']:.4g}")
    finally:
        for server in running.values():
            server.stop()
    return servers


def environment(rounds, warmup):
    with open("/proc/cpuinfo", encoding="ascii") as file:
        model = re.search(r"model name\s*: (.*)", file.read())
    java = subprocess.run([JAVA, "-version"], capture_output=True, text=True, check=True).stderr
    return {"date": time.strftime("%Y-%m-%dT%H:%M:%S"), "kernel": os.uname().release,
            "cpu": model[1].strip() if model else "?", "cpus": len(CPUS),
            "loadavg": os.getloadavg(), "java": java.split("\n")[0], "jvm_options": "",
            "rounds": rounds, "seconds": 0, "warmup": warmup, "workers": 1, "pin": True,
            "server_cpus": CPUS[:1], "load_cpus": CPUS[-1:]}


def main():
    arguments = argparse.ArgumentParser(description=__doc__,
                                        formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("row", choices=ROWS)
    arguments.add_argument("report")
    arguments.add_argument("servers", nargs="+")
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--warmup", type=float)
    options = arguments.parse_args()
    if len(options.servers) % 2:
        arguments.error("a name and a command for each server")
    row = ROWS[options.row]
    warmup = row.warmup if options.warmup is None else options.warmup
    where = environment(options.rounds, warmup)  # before the load of the measurement itself
    begin()
    commands = dict(zip(options.servers[::2], options.servers[1::2]))
    servers = measure_all(row, commands, options.rounds, warmup)
    workload = {"about": row.about, "unit": row.unit, "servers": servers}
    with open(options.report, "w", encoding="utf-8") as file:
        json.dump({"environment": where, "workloads": {options.row: workload}}, file, indent=1)
    for name, result in servers.items():
        rates = [run["rate"] for run in result["runs"]]
        print(f"{name}: {statistics.median(rates):.4g} ({min(rates):.4g} to {max(rates):.4g})")


if __name__ == "__main__":
    main()
