#!/usr/bin/env python3
"""What a key of four segments costs beside one of one segment: CPU time of the server's worker.

    python3 docs/benchmarks/nested.py server-app/target/millrace.jar [ROUNDS] [FLAGS OF SERVE] > nested.csv

Both keys are in one store of one process, asked for over one connection, in small batches by turns, so that
other load of the machine hits both alike. Each work has a process of its own. The CPU time is that of the threads whose names begin with
"millrace", in nanoseconds (/proc/PID/task/TID/schedstat): what the JIT compiler and the collector do by
themselves is left out, and shown beside it as that of the whole process. $JAVA is the JVM, $TMPDIR the disk.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile

KEYS = {"flat": "/%s", "nested": "/org/example/lib/%s"}
SMALL = bytes(1024)
LARGE = bytes(40_000_000)

# Name, flags of the store, requests of a batch, batches of warm-up, and the request of a number. A store makes
# short objects in another way after its first 10,000 PUTs, so warm-up is longer than that.
WORK = [
    ("GET 1 KiB from its file", ["--cache", "0"], 200, 30, lambda i: ("GET", "k", b"")),
    ("GET 1 KiB from memory", [], 200, 30, lambda i: ("GET", "k", b"")),
    ("PUT 1 KiB, replaced", [], 100, 70, lambda i: ("PUT", "k", SMALL)),
    ("PUT 1 KiB, new", [], 100, 70, lambda i: ("PUT", f"new-{i}", SMALL)),
    ("PUT 40 MB, replaced", [], 2, 2, lambda i: ("PUT", "large", LARGE)),
]


class Client:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = self.socket.makefile("rb")

    def request(self, method, path, body):
        head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        self.socket.sendall(head + body if len(body) < 65536 else head)
        if len(body) >= 65536:
            self.socket.sendall(body)
        status = int(self.received.readline().split()[1])
        length = 0
        while (line := self.received.readline().strip()):
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        self.received.read(length)
        if not 200 <= status < 300:
            sys.exit(f"{method} {path}: {status}")


def cpu_ns(pid):
    workers = process = 0
    for thread in os.listdir(f"/proc/{pid}/task"):
        try:
            with open(f"/proc/{pid}/task/{thread}/comm") as comm, \
                    open(f"/proc/{pid}/task/{thread}/schedstat") as schedstat:
                ns = int(schedstat.read().split()[0])
                process += ns
                workers += ns if comm.read().startswith("millrace") else 0
        except FileNotFoundError:
            pass  # it has ended since it was listed
    return workers, process


def measure(work, server, client, rounds):
    name, _, count, warmups, request = work
    numbers = iter(range(1 << 62))
    for turn in range(-warmups, rounds):
        for key in sorted(KEYS, reverse=turn % 2 == 0):
            before = cpu_ns(server.pid)
            for _ in range(count):
                method, file, body = request(next(numbers))
                client.request(method, KEYS[key] % file, body)
            after = cpu_ns(server.pid)
            if turn >= 0:
                print(f'"{name}",{key},{turn},{count},{after[0] - before[0]},{after[1] - before[1]}',
                      flush=True)


def serve(work, jar, rounds, flags):
    folder = tempfile.mkdtemp(prefix="nested")
    server = subprocess.Popen([os.environ.get("JAVA", "java"), "-jar", jar, "--port", "0", "--dir", folder,
                               "--workers", "1", *work[1], *flags], stdout=subprocess.PIPE, text=True)
    try:
        line = next(line for line in server.stdout if "listening on" in line)
        client = Client(int(line.strip().rsplit(":", 1)[1]))
        for key in KEYS.values():
            client.request("PUT", key % "k", SMALL)
        measure(work, server, client, rounds)
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(folder)


def main():
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 100
    print("work,key,round,requests,worker_ns,process_ns")
    for work in WORK:
        serve(work, sys.argv[1], rounds, sys.argv[3:])


main()
