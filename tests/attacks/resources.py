# SPDX-License-Identifier: Apache-2.0
"""resources.py PORT CA PID LOG CONNECTIONS all|few: clients that take what they can get, and give nothing.

CONNECTIONS is about what the daemon accepts. While each attack runs, two honest clients give commands, one over the
connection that it has, one over new ones; every command succeeds, and the slowest hundredth of the first within
HONEST_S. The attacker is cut off, and when all is over the daemon is idle, and neither its memory nor its log have
grown beyond what is allowed."""
import json
import os
import socket
import ssl
import sys
import threading
import time
import uuid

from wire import (DATA, END_HEADERS, END_STREAM, HEADERS, PREFACE, SETTINGS, WINDOW_UPDATE, Http2, Target, Wire, cpu_s,
                  fields, frame, how_often, http1_answers, request, resident_bytes, setting, wait_for)

HONEST_S = 10  # a loaded machine; what it was is printed
MEMORY_BYTES_MAX = (1 << 30) + (256 << 20)  # LIMIT_HELD_BYTES of bodies and replies, and everything else
LOG_BYTES_MAX = 2 << 20
IDLE_CPU = 0.25  # of one processor
SLOW = how_often(20, 150)  # connections of each kind
ASKED = 400  # answers of 100 KB and more, that nobody reads
HEAD = b"POST /v1/batch HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"


class Honest(threading.Thread):
    """Makes a fund, again and again, over the connection that it has or over a new one each time."""

    def __init__(self, operator, is_new):
        super().__init__(daemon=True)
        self.operator, self.is_new, self.took, self.problems, self.stop, self.wire = operator, is_new, [], [], False, None

    def run(self):
        while not self.stop:
            began = time.monotonic()
            try:
                self.give()
            except (OSError, ssl.SSLError, ValueError, AssertionError) as problem:
                self.problems.append(f"{type(problem).__name__}: {problem}")
                self.wire = None
            self.took.append(time.monotonic() - began)
            time.sleep(0.05)

    def give(self):
        if self.wire and self.is_new:
            self.wire.close()
        if not self.wire or self.is_new:
            self.wire = self.operator.connect()
        body = json.dumps({"code": f"h-{uuid.uuid4().hex[:12]}", "name": "honest"}).encode()
        self.wire.seen = b""
        self.wire.send(b"POST /v1/funds HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                       b"Idempotency-Key: %s\r\nContent-Length: %d\r\n\r\n%s" %
                       (str(uuid.uuid4()).encode(), len(body), body))
        while b"}" not in self.wire.seen:
            assert self.wire.read(), "the connection ended"
        assert self.wire.seen.startswith(b"HTTP/1.1 201 "), self.wire.seen[:80]

    def finish(self):
        self.stop = True
        self.join()
        self.wire.close()


class Attacks:
    def __init__(self, port, ca, pid, connections):
        self.operator, self.nobody = Target(port, ca, "operator"), Target(port, ca)
        self.count, self.pid, self.connections = 0, pid, connections

    def are_cut_off(self, drips):
        """Goes on sending each (wire, bytes) its bytes until the daemon has closed every one of them."""
        self.count += len(drips)
        alive = list(drips)

        def look():
            for drip in list(alive):
                wire, data = drip
                is_sent = wire.send(data)
                while wire.read():
                    pass
                if wire.closed or not is_sent:
                    alive.remove(drip)
                    wire.close()
            time.sleep(0.1)
            return not alive
        wait_for(look, "slow connections were to be cut off")


class Trickle(Wire):
    """Whose read says nothing when there is nothing."""

    def read(self):
        try:
            data = self.sock.recv(65536)
        except (BlockingIOError, ssl.SSLWantReadError):
            return False
        except (OSError, ssl.SSLError):
            data = b""
        self.seen += data
        self.closed = self.closed or not data
        return bool(data)


def slow_bytes(attacks):
    """A byte at a time: a hello, a head, a body, chunks; and of HTTP/2 a header block that goes on for ever, a body,
    windows and no request at all, and the client's preface."""
    opening = PREFACE + frame(SETTINGS, 0, 0)
    block = fields(*request("POST", "/v1/batch", ("content-type", "application/json")))
    kinds = [
        (None, b"\x16\x03\x01\x40\x00\x01\x00\x3f\xfc\x03\x03", b"\0"),
        ("http/1.1", b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ", b"a"), ("http/1.1", HEAD + b"Content-Length: 100000\r\n\r\n{", b" "),
        ("http/1.1", HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"), ("http/1.1", b"", b""),
        ("h2", opening + frame(HEADERS, 0, 1, block), frame(9, 0, 1, b"\0\1x\1y")), ("h2", opening + frame(HEADERS, END_HEADERS, 1, block), frame(DATA, 0, 1, b" ")),
        ("h2", opening, frame(WINDOW_UPDATE, 0, 0, b"\0\0\0\1")), ("h2", opening[:1], opening[1:2])]
    drips = []
    for alpn, first, drip in kinds:
        for _ in range(SLOW):
            sock = attacks.operator.plain()
            if alpn:
                sock = attacks.operator.context(alpn).wrap_socket(sock, server_hostname="127.0.0.1")
            wire = Trickle(sock)
            wire.send(first)
            wire.sock.settimeout(0)
            drips.append((wire, drip))
    attacks.are_cut_off(drips)


def slow_readers(attacks):
    """Ask for much and read nothing while they wait: HTTP/1.1 with a small socket, HTTP/2 without a window."""
    wires = []
    for _ in range(SLOW):
        sock = socket.socket()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        sock.settimeout(20)
        sock.connect(("127.0.0.1", attacks.operator.port))
        wire = Wire(attacks.operator.context("http/1.1").wrap_socket(sock, server_hostname="127.0.0.1"))
        wire.sock.settimeout(0)
        wire.send(b"GET /openapi.json HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * ASKED)
        wires.append(wire)
    https = []
    for _ in range(SLOW):
        http = Http2(attacks.nobody, settings=setting(4, 0), reads=False)
        for _ in range(100):
            http.ask("GET", "/openapi.json")
        https.append(http)
    attacks.count += len(wires) + len(https)
    for http in https:  # closed though its window stays shut
        http.read_until(lambda: False)
        http.close()
    for wire in wires:
        wire.sock.settimeout(20)
        wire.read_until_closed()
        if wire.seen.count(b"HTTP/1.1 200") >= ASKED:
            raise AssertionError("a client that read nothing for long got everything")
        wire.close()


def many_connections(attacks):
    """More than are accepted: bare ones from many addresses, which wait or go when their handshake is due."""
    socks = []
    for i in range(attacks.connections + attacks.connections // 4):
        sock = socket.socket()
        sock.bind((f"127.0.1.{i % 200 + 1}", 0))
        sock.setblocking(False)
        sock.connect_ex(("127.0.0.1", attacks.nobody.port))
        socks.append(sock)
    attacks.count += len(socks)
    if idle_cpu(attacks.pid, 1) > 0.5:
        raise AssertionError("the daemon burns a processor while it can accept no more")
    ended = set()

    def look():
        for sock in socks:
            try:
                if sock not in ended and not sock.recv(1000):
                    ended.add(sock)
            except BlockingIOError:
                pass
            except OSError:
                ended.add(sock)
        return len(ended) >= attacks.connections
    wait_for(look, "silent connections were to be closed")
    for sock in socks:
        sock.close()


def one_address(attacks):
    """Its share and no more; others get in at once (the honest client has another address)."""
    socks, refused = [], 0
    for _ in range(attacks.connections):
        sock = socket.socket()
        sock.bind(("127.0.0.9", 0))
        sock.settimeout(5)
        sock.connect(("127.0.0.1", attacks.nobody.port))
        socks.append(sock)
    attacks.count += len(socks)
    for sock in socks:
        sock.setblocking(False)

    def look():
        nonlocal refused
        for sock in list(socks):
            try:
                is_closed = not sock.recv(1000)
            except BlockingIOError:
                continue
            except OSError:
                is_closed = True
            if is_closed:
                refused += 1
                socks.remove(sock)
                sock.close()
        return not socks
    wait_for(look, "connections of one address were to be refused or closed")


def churn(attacks):
    """Connections that are reset as soon as they are there, and handshakes that come to nothing."""
    for i in range(1000):
        sock = attacks.nobody.plain()
        if i % 2:
            sock.send(b"\x16\x03\x01")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        sock.close()
    attacks.count += 1000


def post(wire, body, kind=b"application/json"):
    """Status and body of the answer to a batch."""
    wire.seen = b""
    wire.send(b"POST /v1/batch HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n" %
              (kind, len(body)) + body)
    while True:
        more = wire.read()
        if b"\r\n\r\n" in wire.seen:
            head, _, rest = wire.seen.partition(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
            if len(rest) >= length:
                return http1_answers(wire.seen)[0]
        if not more:
            return None, b""


def deep_and_huge(attacks):
    mib = 7 << 20
    command = b'{"id":"0190a1b2-c3d4-7e5f-8a9b-000000000001","create_fund":{"code":"x","name":'
    documents = {
        "arrays": b"[" * mib, "objects": b'{"a":' * (mib // 5), "commands in commands": b'{"commands":[' * (mib // 13),
        "a long string": b'{"commands":[' + command + b'"' + b"a" * mib + b'"}}]}', "a long number": b'{"commands":' + b"9" * mib + b"}",
        "a long fraction": b'{"commands":0.' + b"0" * mib + b"1}", "a huge exponent": b'{"commands":1e' + b"9" * 1000 + b"}",
        "many values": b'{"commands":[' + b"0," * (mib // 2) + b"0]}", "many names": b'{"commands":{' + b",".join(b'"%d":0' % i for i in range(600000)) + b"}}",
        "one name many times": b'{' + b'"commands":[],' * 400000 + b'"linked":true}', "escapes": b'{"commands":[' + command + b'"' + b"\\u5238" * (mib // 6) + b'"}}]}',
        "half surrogates": b'{"commands":[' + command + b'"' + b"\\ud800" * (mib // 6) + b'"}}]}', "blanks": b" " * mib, "zeros": bytes(mib), "many commands": b'{"commands":[' + b",".join([b"{}"] * 200000) + b"]}"}
    binary = {"nested": b"\x0a\x05" * (mib // 2), "lengths": b"\x0a\xff\xff\xff\xff\x0f" * 100000, "many commands": b"\x0a\x00" * (mib // 2),
              "groups": b"\x0b" * mib, "zeros": bytes(mib), "endless numbers": b"\x80" * mib}
    for kind, cases in ((b"application/json", documents), (b"application/x-protobuf", binary)):
        for name, document in cases.items():
            with attacks.operator.connect() as wire:
                status, body = post(wire, document, kind)
            attacks.count += 1
            is_refused = status == 200 and b"OUTCOME_OK" not in body  # each command for itself
            if status not in (400, 413) and not is_refused:
                raise AssertionError(f"{name}: {status}")


def held_bodies(attacks):
    """Every stream of a connection full of a body that never ends: bounded by the connection, not by its streams."""
    block = fields(*request("POST", "/v1/batch", ("content-type", "application/json")))
    https = [Http2(attacks.operator) for _ in range(3)]
    for http in https:
        for stream in range(1, 100, 2):
            http.send(frame(HEADERS, END_HEADERS, stream, block))
        for _ in range(100):
            if not http.send(b"".join(frame(DATA, 0, stream, b" " * 16000) for stream in range(1, 100, 2))):
                break
    for http in https:
        http.wire.read_until_closed()
        http.close()
    attacks.count += 3 * 50


def strangers(attacks):
    """Who is nobody, thousands of times: the log says so, but does not grow without bound."""
    with Http2(attacks.nobody) as http:
        for _ in range(100):
            streams = [http.ask("GET", "/v1/funds") for _ in range(100)]
            if [http.status(stream) for stream in streams] != [401] * 100:
                raise AssertionError("a stranger was not refused")
    attacks.count += 10000


ATTACKS = {"all": [slow_bytes, slow_readers, many_connections, one_address, churn, deep_and_huge, held_bodies, strangers],
           "few": [many_connections, churn]}


FAULTS = {"all": "resource attacks", "few": "few descriptors"}


def idle_cpu(pid, seconds=2):
    before = cpu_s(pid)
    time.sleep(seconds)
    return (cpu_s(pid) - before) / seconds


def judge(honest):
    """What the honest clients have to complain about, and what they met in numbers."""
    words, complaints = [], []
    for client in honest:
        took = sorted(client.took)
        slowest = took[int(len(took) * 0.99)]
        kind = "a new connection each" if client.is_new else "one connection"
        words.append(f"{kind}: {len(took)} commands, p99 {slowest * 1000:.0f} ms")
        complaints += [f"an honest client, {kind}: {problem}" for problem in client.problems[:3]]
        if slowest > HONEST_S and not client.is_new:  # who is new waits while all places are taken
            complaints.append(f"an honest client, {kind}: waited {slowest:.1f} s")
    return "; ".join(words), complaints


def run(attack, attacks):
    honest = [Honest(attacks.operator, False), Honest(attacks.operator, True)]
    for client in honest:
        client.start()
    wait_for(lambda: all(client.took for client in honest), "honest clients were to be served before the attack")
    began, complaints = time.monotonic(), []
    try:
        attack(attacks)
    except AssertionError as problem:
        complaints.append(str(problem))
    for client in honest:
        client.finish()
    words, more = judge(honest)
    print(f"  {attack.__name__} ({time.monotonic() - began:.0f} s): {words}; memory at most "
          f"{resident_bytes(attacks.pid, 'VmHWM') >> 20} MiB", flush=True)
    return [f"{attack.__name__}: {complaint}" for complaint in complaints + more]


def main():
    port, ca, pid, log, connections = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4], int(sys.argv[5])
    attacks, problems = Attacks(port, ca, pid, connections), []
    before, log_before = resident_bytes(pid), os.path.getsize(log)
    for attack in ATTACKS[sys.argv[6]]:
        problems += run(attack, attacks)
    wait_for(lambda: idle_cpu(pid) < IDLE_CPU, "the daemon was to be idle")
    grown, logged = resident_bytes(pid, "VmHWM") - before, os.path.getsize(log) - log_before
    print(f"  memory grew by at most {grown >> 20} MiB, the log by {logged >> 10} KiB")
    if grown > MEMORY_BYTES_MAX:
        problems.append(f"memory grew by {grown >> 20} MiB")
    if logged > LOG_BYTES_MAX:
        problems.append(f"the log grew by {logged >> 10} KiB")
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"12|{FAULTS[sys.argv[6]]}|{attacks.count}|{len(problems)}")
    sys.exit(bool(problems))


main()
