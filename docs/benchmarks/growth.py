#!/usr/bin/env python3
"""How a server's cost grows with its connections, objects, bodies and workers.

    python3 docs/benchmarks/growth.py connections|objects|bodies|workers JAR [FLAGS] > growth-NAME.csv

connections  10 to 50,000: memory of an idle one, CPU of a request of 64 connections beside idle
             ones, and of one when all of them ask; as many as --connections allows and the limit
             of open files (ulimit -n, for the server in one process). 70 s for 19,000
objects      10 to 1,000,000 of 1 KiB, in one folder or in folders of a thousand, three levels
             down: start, GET from file, PUT that replaces, PUT of a new key. --folder keeps the
             objects for a second run, --objects is the most there are. 25 s, and once the making
             of 2 million files, 1 to 2 minutes, which --make does alone
bodies       1 byte to 10 GB: PUT to /dev/null, PUT to a file, GET from it. --bytes is the largest
             body, which has to fit on the disk. 70 s for 10 GB
workers      1 and on, to --workers (twice the processors): GET from memory and PUT of 40 MB, the
             server and 4 client processes on all processors. 12 s for each number

Where the processor time is, and how clients work, is said in measure.py. $TMPDIR is the disk.
Prints CSV, and on stderr how far it has come.
"""
import argparse
import csv
import itertools
import os
import random
import sys
import tempfile
import time

import measure
from measure import (BothSides, Clients, Connection, Failed, JAVA, LARGE_BYTES, LargeBody, SMALL,
                     Server, Work, begin, environment, get, head, large, put, say, windows)

SIZES = [1, 1000, 32_000, 1_000_000, 40_000_000, 1_000_000_000, 10_000_000_000]
CONNECTIONS = [10, 100, 1000, 3000, 10_000, 19_000, 50_000]
OBJECTS = [10, 100, 1000, 10_000, 100_000, 1_000_000]
# A store makes short objects in another way after its first 10,000 PUTs.
WARM_PUTS = 12_000
# Of one client process, whose own limit of open files is as low.
OF_ONE_PROCESS = 4000


def serve(options, *flags, workers=1):
    return [JAVA, "-jar", options.jar, "--port", "{port}", "--dir", "{dir}",
            "--workers", str(workers), *flags]


# ---------------------------------------------------------------- connections

class Holder:
    """A process that holds connections, each after one request, and asks when told to."""

    def __init__(self, port, count, others):
        self.count = count
        told, self.tell = os.pipe()
        self.answer, answers = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            try:
                for end in [self.tell] + [other.tell for other in others]:
                    os.close(end)  # or the others wouldn't see that their parent is gone
                self.hold(port, f"127.0.{1 + len(others)}.1", told, answers)
            finally:
                os._exit(0)
        os.close(told)
        os.close(answers)

    def hold(self, port, address, told, answers):
        connections = [Connection(port, address=address) for _ in range(self.count)]
        for connection in connections:
            connection.request(get("/k"))
        os.write(answers, b"r")
        while os.read(told, 1):
            for connection in connections:
                connection.ask(get("/k"))
            for connection in connections:
                connection.answer()
            os.write(answers, b"d")

    def wait(self):
        if not os.read(self.answer, 1):
            raise Failed("a client has failed")

    def close(self):
        os.close(self.tell)
        os.close(self.answer)
        os.waitpid(self.pid, 0)


class Held:
    """Connections of several processes, more and more of them."""

    def __init__(self, port):
        self.port = port
        self.holders = []
        self.count = 0

    def hold(self, count):
        while self.count < count:
            more = min(OF_ONE_PROCESS, count - self.count)
            self.holders.append(Holder(self.port, more, self.holders))
            self.holders[-1].wait()
            self.count += more

    def ask(self):
        """All at once."""
        for holder in self.holders:
            os.write(holder.tell, b"a")
        for holder in self.holders:
            holder.wait()
        return self.count

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for holder in self.holders:
            holder.close()


def connections(options, out):
    out.writerow(["connections", "idle_bytes", "beside_us", "active_us"])
    command = serve(options, "--address", "0.0.0.0", "--max-connections",
                    str(options.connections + 200), "--idle-timeout", "1h", "--backlog", "4096")
    counts = [count for count in CONNECTIONS if count <= options.connections]
    # Memory is that of a process that does nothing else: its heap has no room from earlier work.
    memory = {count: idle(command, count) for count in counts if count >= 1000}
    with Server(command) as server, Clients(server.port, 64) as few, Held(server.port) as held:
        few.connections[0].request(put("/k"))
        beside = Work(few, lambda i: get("/k"))
        beside.run(options.warmup)
        for count in counts:
            held.hold(count)
            say(f"{count} connections")
            out.writerow([count, memory.get(count, ""), round(windows(server, beside, 1.5), 2),
                          round(active(server, held), 2)])


def idle(command, count):
    """Bytes of RSS for each connection beyond the first hundred."""
    with Server(command) as server, Held(server.port) as held:
        with Connection(server.port) as connection:
            connection.request(put("/k"))
        held.hold(100)
        before = server.rss()
        held.hold(100 + count)
        time.sleep(0.5)
        return round((server.rss() - before) / count)


def active(server, held):
    """A request's processor time when all connections ask at once, again and again."""
    for seconds in (0.7, 1.5):
        before, requests, end = server.cpu_ns(compilers=False), 0, time.monotonic() + seconds
        while time.monotonic() < end:
            requests += held.ask()
    return (server.cpu_ns(compilers=False) - before) / requests / 1000


# ---------------------------------------------------------------- objects

def key(shape, number):
    """The key of an object: some 1,000 in a folder, or all in one."""
    return f"k{number}" if shape == "flat" else f"org/f{number // 100_000}/f{number // 1000}/k{number}"


def make(folder, shape, count):
    """Makes objects without a server, as any program may; those that are there are left alone."""
    made = folder + ".made"
    there = 0
    if os.path.exists(made):
        with open(made, encoding="utf-8") as file:
            there = int(file.read())
    for number in range(there, count):
        path = os.path.join(folder, key(shape, number))
        if number % 1000 == 0:
            os.makedirs(os.path.dirname(path), exist_ok=True)
        file = os.open(path, os.O_CREAT | os.O_WRONLY, 0o644)
        os.ftruncate(file, len(SMALL))  # a hole: no block of the disk, but read like any other
        os.close(file)
    if count > there:
        with open(made, "w", encoding="utf-8") as file:
            file.write(str(count))


def objects(options, out):
    out.writerow(["shape", "objects", "start_ms", "get_us", "replace_us", "new_us"])
    with tempfile.TemporaryDirectory() as temporary:
        parent = options.folder or temporary
        for count in [c for c in OBJECTS if c <= options.objects]:
            # Each number of objects has folders of its own, which only its own PUTs change.
            for shape in ("flat", "nested"):
                folder = os.path.join(parent, f"{shape}-{count}")
                os.makedirs(folder, exist_ok=True)
                make(folder, shape, count)
                say(f"{count} objects, {shape}")
                if not options.make:
                    out.writerow([shape, count, *of_objects(options, folder, shape, count)])


def of_objects(options, folder, shape, count):
    chosen = random.Random(1)
    starts = []
    for _ in range(3):
        with Server(serve(options, "--cache", "0"), folder=folder, keep=True) as server:
            starts.append(server.start_ms)
    serial = iter(range(10 ** 9, 1 << 60))
    works = [lambda i: get("/" + key(shape, chosen.randrange(count))),
             lambda i: put("/" + key(shape, chosen.randrange(count))),
             lambda i: put(f"/{key(shape, chosen.randrange(count))}-{os.getpid()}-{next(serial)}")]
    with Server(serve(options, "--cache", "0"), folder=folder, keep=True) as server, \
            Clients(server.port, 16) as clients:
        figures = []
        Work(clients, works[2]).run(requests=WARM_PUTS)
        for request in works:
            work = Work(clients, request)
            work.run(options.warmup / 16)
            figures.append(round(windows(server, work, 1), 2))
    return [round(sorted(starts)[1], 1), *figures]


# ---------------------------------------------------------------- bodies

def bodies(options, out):
    out.writerow(["bytes", "work", "requests", "server_us", "both_us"])
    with Server(serve(options, "--cache", "0")) as files, \
            Server(serve(options, "--discard")) as null:
        with Clients(files.port, 16) as clients:
            Work(clients, lambda i: put(f"/warm-{i}")).run(requests=WARM_PUTS)
        for size in [s for s in SIZES if s <= options.bytes]:
            with LargeBody(size) as body:
                for work, server, method in (("PUT to /dev/null", null, "PUT"),
                                             ("PUT to a file", files, "PUT"),
                                             ("GET from a file", files, "GET")):
                    say(f"{work}, {size} bytes")
                    out.writerow([size, work, *of_bodies(options, server, method, body)])


def of_bodies(options, server, method, body):
    """Requests of one connection in 2 s, or one, after half as long for warm-up.

    Small files are new ones, as ext4 steps over each inode that it has just freed.
    """
    serial = iter(range(1 << 60)) if body.size < 1_000_000 else itertools.repeat(0)
    with Connection(server.port) as connection:
        for seconds in (options.warmup / 4, 2):
            both, requests, end = BothSides(server), 0, time.monotonic() + seconds
            while requests == 0 or time.monotonic() < end:
                if method == "PUT":
                    path = f"/{body.size}-{next(serial)}"
                    measure.checked(connection.request(
                        head("PUT", path, body.size), body.file)[0])
                else:
                    measure.checked(connection.request(get(f"/{body.size}-0"))[0])
                requests += 1
                if body.size >= 1_000_000_000 and seconds != 2:
                    break
            server_s, both_s = both.since()
    return requests, round(1e6 * server_s / requests, 2), round(1e6 * both_s / requests, 2)


# ---------------------------------------------------------------- workers

def workers(options, out):
    out.writerow(["workers", "work", "rate", "server_us", "busiest_share"])
    os.sched_setaffinity(0, measure.CPUS)
    for count in range(1, (options.workers or 2 * len(measure.CPUS)) + 1):
        say(f"{count} workers")
        with Server(serve(options, "--discard", workers=count), cpus=measure.CPUS) as server, \
                LargeBody(LARGE_BYTES) as body:
            for work in ("GET", "PUT 40 MB"):
                for seconds in (options.warmup / 3, 3):
                    cpu, began = server.cpu_ns(compilers=False), time.monotonic()
                    threads = of_workers(server)
                    done = in_processes(4, lambda: workers_load(work, server.port, body, seconds))
                used, took = server.cpu_ns(compilers=False) - cpu, time.monotonic() - began
                shares = [now - threads.get(t, 0) for t, now in of_workers(server).items()]
                out.writerow([count, work, round(done / took, 1), round(used / done / 1000, 2),
                              round(max(shares) / sum(shares), 3)])


def of_workers(server):
    """Processor time of each of the server's workers."""
    times = {}
    pid = server.process.pid
    for thread in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{thread}/comm") as comm:
            if "worker" not in comm.read():
                continue
        with open(f"/proc/{pid}/task/{thread}/schedstat") as schedstat:
            times[thread] = int(schedstat.read().split()[0])
    return times


def workers_load(work, port, body, seconds):
    if work == "GET":  # 404, with a short body: the store keeps nothing
        with Clients(port, 16) as clients:
            return Answers(clients, lambda i: get("/k")).run(seconds)
    done, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        large(port, "PUT", 1, body)
        done += 4
    return done


class Answers(Work):
    """Work whatever whose status is."""

    def turn(self):
        for connection in self.clients.connections:
            connection.ask(self.request(0))
        for connection in self.clients.connections:
            connection.answer()
        self.sent += len(self.clients.connections)


def in_processes(count, action):
    """The sum of what the action returns in each of so many processes."""
    pipes = []
    for _ in range(count):
        answer, answers = os.pipe()
        if os.fork() == 0:
            try:
                os.write(answers, str(action()).encode())
            finally:
                os._exit(0)
        os.close(answers)
        pipes.append(answer)
    total = 0
    for answer in pipes:
        with os.fdopen(answer) as file:
            total += int(file.read() or 0)
        os.wait()
    return total


def main():
    arguments = argparse.ArgumentParser(description=__doc__,
                                        formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("what", choices=["connections", "objects", "bodies", "workers"])
    arguments.add_argument("jar")
    arguments.add_argument("--connections", type=int, default=19_000)
    arguments.add_argument("--objects", type=int, default=OBJECTS[-1])
    arguments.add_argument("--folder")
    arguments.add_argument("--make", action="store_true")
    arguments.add_argument("--bytes", type=int, default=SIZES[-1])
    arguments.add_argument("--workers", type=int, default=0)
    arguments.add_argument("--warmup", type=float, default=8, metavar="SECONDS")
    options = arguments.parse_args()
    begin()
    sys.stdout.write(f"# {environment()}, {os.path.basename(options.jar)}\n")
    globals()[options.what](options, csv.writer(sys.stdout, lineterminator="\n"))


if __name__ == "__main__":
    main()
