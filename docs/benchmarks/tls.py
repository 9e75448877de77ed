#!/usr/bin/env python3
"""Compares servers over TLS: PUT and GET of 40 MB, and handshakes, in alternating rounds.

    python3 docs/benchmarks/tls.py ROUNDS NAME PORT 'COMMAND' [NAME PORT 'COMMAND' ...]

Each COMMAND starts a server that listens with TLS on 127.0.0.1:PORT and stores PUT /NAME for
GET /NAME; its words are split as a shell does. Servers run on processor 0, clients (curl,
openssl s_time) on processor 1. A connection for a full handshake has no request; one for a resumed
handshake has a GET of 1 KiB, as tickets come after the handshake. Prints each measurement, and the
medians at the end: the rate, the server's processor time, and that of server and client together.
Needs Linux, curl, openssl.
"""
import os
import re
import shlex
import signal
import statistics
import subprocess
import sys
import tempfile
import time

TICKS = os.sysconf("SC_CLK_TCK")
BYTES = 40_000_000
REQUESTS = 12
HANDSHAKE_S = 3
LIMIT_S = 120


def cpu_s(pid):
    """Processor time of a process and its children, which are those of nginx."""
    total = 0
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat") as file:
                    fields = file.read().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if int(name) == pid or int(fields[1]) == pid:
                total += int(fields[11]) + int(fields[12])
    return total / TICKS


def client(command):
    """Runs a client on processor 1: its output and its processor time."""
    before = os.times()
    done = subprocess.run(["taskset", "-c", "1"] + command, capture_output=True, text=True,
                          timeout=LIMIT_S)
    after = os.times()
    return done, (after.children_user + after.children_system
                  - before.children_user - before.children_system)


def measure(work, pid, port, body):
    url = f"https://127.0.0.1:{port}/k"
    curl = ["curl", "-sS", "-k", "-Z", "--parallel-max", "4", "--fail"]
    if work == "put":
        command = curl + [word for i in range(REQUESTS)
                          for word in ("-T", body, url + str(i), "-o", "/dev/null")]
    elif work == "get":
        command = curl + [word for _ in range(REQUESTS) for word in (url + "0", "-o", "/dev/null")]
    else:
        how = ["-new"] if work == "handshake" else ["-reuse", "-www", "/small"]
        command = ["openssl", "s_time", "-connect", f"127.0.0.1:{port}", *how,
                   "-time", str(HANDSHAKE_S)]
    cpu_before, start = cpu_s(pid), time.monotonic()
    done, client_s = client(command)
    seconds, server_s = time.monotonic() - start, cpu_s(pid) - cpu_before
    if work in ("handshake", "resumed"):
        count = int(re.search(r"(\d+) connections in \d+ real", done.stdout).group(1))
        if work == "resumed" and "r" * 10 not in done.stdout:
            return (float("nan"),) * 3  # this server has resumed none
        return count / seconds, 1000 * server_s / count, 1000 * (server_s + client_s) / count
    if done.returncode != 0:
        raise SystemExit(f"{work} at {url}: {done.stderr}")
    gigabytes = REQUESTS * BYTES / 1e9
    return (1000 * gigabytes / seconds, server_s / gigabytes, (server_s + client_s) / gigabytes)


def main():
    if len(sys.argv) < 5 or (len(sys.argv) - 2) % 3:
        raise SystemExit(__doc__)
    rounds = int(sys.argv[1])
    servers = list(zip(sys.argv[2::3], sys.argv[3::3], sys.argv[4::3]))
    processes = {}
    results = {}
    with tempfile.NamedTemporaryFile() as body:
        body.write(os.urandom(BYTES))
        body.flush()
        try:
            for name, _, command in servers:
                processes[name] = subprocess.Popen(
                    ["taskset", "-c", "0"] + shlex.split(command), stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL)
            time.sleep(6)
            with tempfile.NamedTemporaryFile() as small:
                small.write(os.urandom(1024))
                small.flush()
                for name, port, _ in servers:
                    url = f"https://127.0.0.1:{port}/small"
                    subprocess.run(["curl", "-sS", "-k", "--fail", "-T", small.name, url],
                                   check=True, capture_output=True, timeout=LIMIT_S)
            for number in range(-3, rounds):  # three to warm up
                for work in ("put", "get", "handshake", "resumed"):
                    for name, port, _ in servers:
                        values = measure(work, processes[name].pid, port, body.name)
                        if number >= 0:
                            results.setdefault((work, name), []).append(values)
                            print(number, work, name, "%.0f %.3f %.3f" % values, flush=True)
        finally:
            for process in processes.values():
                process.send_signal(signal.SIGTERM)
            for process in processes.values():
                process.wait(timeout=30)
    print("medians: MB/s, s/GB of the server, s/GB of both; or handshakes/s, ms each")
    for (work, name), values in results.items():
        print(work, name, *("%.3g" % statistics.median(column) for column in zip(*values)))


if __name__ == "__main__":
    main()
