"""What the measurements in this folder share: a server's process, processor time, and clients.

Linux and Python 3.9, nothing else. The server runs on the first processor, the clients on the
last one, each client in the process that measures. Clients work in step: every connection
sends its requests, then every connection reads its responses, so that neither side waits for
more than the other.
"""
import os
import re
import shlex
import shutil
import signal
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time

JAVA = os.environ.get("JAVA", "java")
CPUS = sorted(os.sched_getaffinity(0))
PAGE = os.sysconf("SC_PAGE_SIZE")
SMALL = bytes(1024)
LARGE_BYTES = 40_000_000
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
# What the JIT compiler does is no part of a warm request.
COMPILERS = ("C1 ", "C2 ")


class Failed(Exception):
    """A measurement that could not be made."""


def words(command, **values):
    """A command's words, with {port} and so on filled in."""
    parts = shlex.split(command) if isinstance(command, str) else command
    return [part.format(**values) for part in parts]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A server's process: started, asked once, measured, ended.

    The command's {port} and {dir} are filled in. With discard, {dir} is /dev/null.
    """

    def __init__(self, command, parent=None, tls=False, cpus=None, folder=None, keep=False):
        self.port = free_port()
        self.keep = keep
        self.folder = folder or tempfile.mkdtemp(prefix="measured-", dir=parent)
        cpus = cpus or CPUS[:1]
        began = time.monotonic()
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            words(command, port=self.port, dir=self.folder, java=JAVA), stdin=subprocess.DEVNULL,
            stdout=self.log, stderr=subprocess.STDOUT, start_new_session=True,
            preexec_fn=lambda: os.sched_setaffinity(0, cpus))
        try:
            self.wait(began, tls)
        except BaseException:
            self.stop()
            raise
        self.start_ms = 1000 * (time.monotonic() - began)

    def wait(self, began, tls):
        while True:
            try:
                with Connection(self.port, tls) as first:
                    first.ask(b"GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    return first.answer()
            except (ConnectionRefusedError, ConnectionResetError):
                pass
            if self.process.poll() is not None or time.monotonic() - began > 30:
                raise Failed(f"no server: {self.output()}")
            time.sleep(0.001)

    def output(self):
        self.log.seek(0)
        return " ".join(self.log.read().decode(errors="replace").split("\n")[:2])

    def processes(self):
        """The server's process and its children, which are those of nginx."""
        pids = [self.process.pid]
        for pid in pids:
            try:
                with open(f"/proc/{pid}/task/{pid}/children") as file:
                    pids += [int(child) for child in file.read().split()]
            except FileNotFoundError:
                pass
        return pids

    def cpu_ns(self, compilers=True):
        """Processor time until now, in ns: of all threads, or without those of the JIT compiler."""
        if compilers:  # the clock of a process counts threads that have ended, too
            return sum(time.clock_gettime_ns((~pid << 3) | 2) for pid in self.processes())
        total = 0
        for pid in self.processes():
            for thread in os.listdir(f"/proc/{pid}/task"):
                try:
                    with open(f"/proc/{pid}/task/{thread}/comm") as comm:
                        if comm.read().startswith(COMPILERS):
                            continue
                    with open(f"/proc/{pid}/task/{thread}/schedstat") as schedstat:
                        total += int(schedstat.read().split()[0])
                except FileNotFoundError:
                    pass  # it has ended since it was listed
        return total

    def is_java(self):
        return os.path.basename(os.readlink(f"/proc/{self.process.pid}/exe")) == "java"

    def rss(self):
        """Resident bytes of all of its processes."""
        total = 0
        for pid in self.processes():
            with open(f"/proc/{pid}/statm") as file:
                total += PAGE * int(file.read().split()[1])
        return total

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.log.close()
        if not self.keep:
            shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def tls_context():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


TLS = tls_context()


class Connection:
    """One connection of a client. An answer other than 2xx is a failure, if it is checked."""

    def __init__(self, port, tls=False, address="127.0.0.1", session=None):
        self.socket = socket.create_connection((address, port), 30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.settimeout(None)  # sendfile wants a socket that blocks; the kernel's limit is:
        for side in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            self.socket.setsockopt(socket.SOL_SOCKET, side, struct.pack("ll", 60, 0))
        if tls:
            self.socket = TLS.wrap_socket(self.socket, session=session)
        self.tls = tls
        self.rest = b""

    def ask(self, request):
        self.socket.sendall(request)

    def answer(self):
        """Reads a response: its status and length."""
        while (end := self.rest.find(b"\r\n\r\n")) < 0:
            self.more()
        head, self.rest = self.rest[:end + 2], self.rest[end + 4:]
        found = LENGTH.search(head)
        length = int(found[1]) if found else 0
        self.drop(length)
        return int(head[9:12]), length

    def more(self):
        got = self.socket.recv(65536)
        if not got:
            raise Failed("the server has closed a connection")
        self.rest += got

    def drop(self, length):
        """Takes so many bytes of a body; those of large ones are not copied out of the kernel."""
        taken = min(length, len(self.rest))
        self.rest = self.rest[taken:]
        length -= taken
        if length == 0:
            return
        if length < 65536:
            while len(self.rest) < length:
                self.more()
            self.rest = self.rest[length:]
            return
        buffer = memoryview(bytearray(min(length, 1 << 20)))
        flags = 0 if self.tls else socket.MSG_TRUNC
        while length > 0:
            piece = buffer[:min(length, len(buffer))]
            got = self.socket.recv_into(piece, 0, flags) if flags else self.socket.recv_into(piece)
            if got == 0:
                raise Failed("the server has closed a connection in a body")
            length -= got

    def request(self, request, body=None):
        """Sends a request, with the body of an open file if there is one; its status and length."""
        self.socket.sendall(request)
        if body is not None:
            if self.tls:
                self.send_copied(body)
            else:
                self.send_file(body)
        return self.answer()

    def send_file(self, body):
        offset, size = 0, os.fstat(body).st_size
        while offset < size:
            offset += os.sendfile(self.socket.fileno(), body, offset, min(size - offset, 1 << 30))

    def send_copied(self, body):
        offset = 0
        while piece := os.pread(body, 1 << 18, offset):
            self.socket.sendall(piece)
            offset += len(piece)

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def head(method, path, length=None):
    lengths = "" if length is None else f"Content-Length: {length}\r\n"
    return f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{lengths}\r\n".encode()


def put(path, body=SMALL):
    return head("PUT", path, len(body)) + body


def get(path):
    return head("GET", path)


def checked(status, what=""):
    if not 200 <= status < 300:
        raise Failed(f"{what}{status}")


class Clients:
    """Connections that work in step."""

    def __init__(self, port, count, tls=False):
        self.connections = [Connection(port, tls) for _ in range(count)]

    def turn(self, request, each=1):
        """Each connection sends so many requests at once, then reads their responses.

        The request is made of a number that grows.
        """
        for number, connection in enumerate(self.connections):
            connection.ask(b"".join(request(number * each + i) for i in range(each)))
        for connection in self.connections:
            for _ in range(each):
                checked(connection.answer()[0])
        return len(self.connections) * each

    def close(self):
        for connection in self.connections:
            connection.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Work:
    """Requests of one kind over some connections: for a time, or a number of them."""

    def __init__(self, clients, request, each=1):
        self.clients = clients
        self.request = request
        self.each = each
        self.sent = 0

    def turn(self):
        base = self.sent
        self.sent += self.clients.turn(lambda number: self.request(base + number), self.each)

    def run(self, seconds=None, requests=None):
        """How many requests were made."""
        before, end = self.sent, time.monotonic() + (seconds or 600)
        while time.monotonic() < end and (requests is None or self.sent - before < requests):
            self.turn()
        return self.sent - before


def windows(server, work, seconds, count=5):
    """The server's processor time for a request, in µs, without its compiler's: the median window."""
    figures = []
    for _ in range(count):
        before = server.cpu_ns(compilers=False)
        requests = work.run(seconds / count)
        figures.append((server.cpu_ns(compilers=False) - before) / requests / 1000)
    return sorted(figures)[count // 2]


class LargeBody:
    """A body in memory that a client sends without copying it."""

    def __init__(self, size):
        self.file = os.memfd_create("body")
        self.size = size
        os.truncate(self.file, size)
        for offset in range(0, min(size, 1 << 27), 1 << 20):  # pages of its own, not the zero page
            os.pwrite(self.file, os.urandom(min(1 << 20, size - offset)), offset)

    def close(self):
        os.close(self.file)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def each_in_a_thread(count, action):
    """Runs the action with each number in a thread of its own; what one of them threw."""
    failures = []

    def one(number):
        try:
            action(number)
        except (Failed, OSError) as e:
            failures.append(e)

    threads = [threading.Thread(target=one, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise Failed(str(failures[0]))


def large(port, method, count, body, tls=False, connections=4):
    """PUTs or GETs of a large object over a few connections at once, each its own key."""
    def one(number):
        with Connection(port, tls) as connection:
            for _ in range(count):
                if method == "PUT":
                    request = head("PUT", f"/large-{number}", body.size)
                    status, _ = connection.request(request, body.file)
                else:
                    status, length = connection.request(get(f"/large-{number}"))
                    if length != body.size and status == 200:
                        raise Failed(f"{length} bytes instead of {body.size}")
                checked(status, f"{method} of {body.size} bytes: ")
    each_in_a_thread(connections, one)
    return connections * count * body.size


class BothSides:
    """Processor time of a server and of this process, its clients, since the last look.

    That of the server's JIT compiler is left out.
    """

    def __init__(self, server):
        self.server = server
        self.look()

    def look(self):
        self.own, self.servers = time.process_time_ns(), self.server.cpu_ns(compilers=False)

    def since(self):
        """Seconds of the server, and of both."""
        server_s = (self.server.cpu_ns(compilers=False) - self.servers) / 1e9
        return server_s, server_s + (time.process_time_ns() - self.own) / 1e9


def begin():
    """Keeps the clients, this process, off the server's processor; ends servers if it is ended."""
    os.sched_setaffinity(0, CPUS[-1:])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


def environment():
    """Where this was measured, for the first line of the results."""
    with open("/proc/cpuinfo") as file:
        model = re.search(r"model name\s*: (.*)", file.read())
    java = subprocess.run([JAVA, "-version"], capture_output=True, text=True, check=True).stderr
    version = re.search(r'"(.+?)"', java)
    return (f"{len(CPUS)} × {model[1].strip() if model else 'unknown processor'}, "
            f"Linux {os.uname().release.split('-')[0]}, JDK {version[1] if version else '?'}, "
            f"{time.strftime('%Y-%m-%d')}, load average {os.getloadavg()[0]:.1f}")


def say(text):
    print(text, file=sys.stderr, flush=True)
