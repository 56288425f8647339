# SPDX-License-Identifier: Apache-2.0
"""Bytes over TLS to a voucherd, and HTTP/2 frames as they come to mind: nothing here obeys a rule unless the caller
does. Python's standard library alone."""
import collections
import os
import pathlib
import socket
import ssl
import struct
import time

PATIENCE_S = 60  # for what must happen; nothing waits so long unless it fails

DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = range(10)
END_STREAM, ACK, END_HEADERS, PADDED = 1, 1, 4, 8
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"


def how_often(short, long):
    """As FAULTS in the environment asks: "long", "brief" (a tenth), or the short form."""
    form = os.environ.get("FAULTS")
    return long if form == "long" else -(-short // 10) if form == "brief" else short


class Target:
    """A daemon, and who speaks to it: NAME.pem and NAME.key in the authority's folder."""

    def __init__(self, port, ca, name=None):
        self.port, self.ca, self.name = int(port), pathlib.Path(ca), name

    def context(self, alpn):
        context = ssl.create_default_context(cafile=str(self.ca / "ca.pem"))
        if self.name:
            context.load_cert_chain(str(self.ca / f"{self.name}.pem"), str(self.ca / f"{self.name}.key"))
        if alpn:
            context.set_alpn_protocols([alpn])
        return context

    def plain(self):
        sock = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_S)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return sock

    def connect(self, alpn="http/1.1"):
        return Wire(self.context(alpn).wrap_socket(self.plain(), server_hostname="127.0.0.1"))


class Wire:
    """A connection. What the other side says is kept in .seen; .closed once it has said goodbye or gone."""

    def __init__(self, sock):
        self.sock, self.seen, self.closed = sock, b"", False
        sock.settimeout(PATIENCE_S)

    def send(self, data):
        """False: the other side has gone."""
        try:
            self.sock.sendall(data)
            return True
        except (OSError, ssl.SSLError):
            return False

    def read(self):
        """More of it. False: there is no more. TimeoutError: nothing came."""
        try:
            data = self.sock.recv(65536)
        except TimeoutError:
            raise
        except (OSError, ssl.SSLError):
            data = b""
        self.seen += data
        self.closed = self.closed or not data
        return bool(data)

    def read_until_closed(self):
        while self.read():
            pass
        return self.seen

    def close(self):
        self.sock.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def http1_answers(text):
    """The answers in it: [(status, body)]. ValueError: it is not HTTP/1.1."""
    answers = []
    while text:
        head, end, rest = text.partition(b"\r\n\r\n")
        if not end:
            raise ValueError(f"half an answer: {text[:80]!r}")
        lines = head.split(b"\r\n")
        version, status, *_ = lines[0].split(b" ")
        if version != b"HTTP/1.1":
            raise ValueError(f"no answer: {lines[0]!r}")
        fields = dict(line.lower().split(b": ", 1) for line in lines[1:])
        length = int(fields.get(b"content-length", b"0"))
        if int(status) >= 200:
            answers.append((int(status), rest[:length]))
            rest = rest[length:]
        text = rest
    return answers


# --- HTTP/2: HPACK without tables and without Huffman's code, which is all that an attacker needs ---

def integer(value, bits, first):
    limit = (1 << bits) - 1
    if value < limit:
        return bytes([first | value])
    out, value = [first | limit], value - limit
    while value >= 128:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes(out + [value])


def text(value):
    value = value.encode() if isinstance(value, str) else value
    return integer(len(value), 7, 0) + value


def field(name, value, first=0x00):
    """Literal, not indexed; 0x40: to be remembered in the dynamic table."""
    return bytes([first]) + text(name) + text(value)


def fields(*pairs):
    return b"".join(field(name, value) for name, value in pairs)


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def setting(identifier, value):
    return struct.pack(">HI", identifier, value)


def request(method, path, *more):
    return [(":method", method), (":scheme", "https"), (":authority", "127.0.0.1"), (":path", path), *more]


DIGITS = {"00000": "0", "00001": "1", "00010": "2", "011001": "3", "011010": "4", "011011": "5", "011100": "6",
          "011101": "7", "011110": "8", "011111": "9"}  # of Huffman's code, RFC 7541 appendix B


def status_of(block):
    """Of a response whose encoder may keep no table: the status comes first (RFC 9113 8.3)."""
    while block[0] & 0xe0 == 0x20:  # a change of the table's size
        block = block[1:]
    if block[0] & 0x80:
        return {8: 200, 9: 204, 10: 206, 11: 304, 12: 400, 13: 404, 14: 500}[block[0] & 0x7f]
    size, value = block[1] & 0x7f, block[2:2 + (block[1] & 0x7f)]
    if not block[1] & 0x80:
        return int(value)
    bits, digits, word = "".join(f"{byte:08b}" for byte in value[:size]), "", ""
    for bit in bits:
        word += bit
        if word in DIGITS and len(digits) < 3:
            digits, word = digits + DIGITS[word], ""
    return int(digits)


class Http2:
    """A connection that has said hello. Reads frames into: .statuses {stream: status}, .resets {stream: code},
    .goaway (code, last stream), .bodies {stream: bytes}, .ended {stream: how many answers}, .pings."""

    def __init__(self, target, hello=True, settings=b"", reads=True):
        self.wire = target.connect("h2")
        self.statuses, self.resets, self.bodies, self.ended = {}, {}, {}, collections.Counter()
        self.goaway, self.pings, self.at, self.stream, self.reads = None, 0, 0, 1, reads
        if hello:
            self.wire.send(PREFACE + frame(SETTINGS, 0, 0, setting(1, 0) + settings))

    def send(self, *frames):
        return self.wire.send(b"".join(frames))

    def ask(self, method, path, *more, body=None):
        """Sends a request as it should be; its stream."""
        stream, self.stream = self.stream, self.stream + 2
        block = fields(*request(method, path, *more))
        if body is None:
            self.send(frame(HEADERS, END_HEADERS | END_STREAM, stream, block))
        else:
            self.send(frame(HEADERS, END_HEADERS, stream, block), frame(DATA, END_STREAM, stream, body))
        return stream

    def read(self):
        more = self.wire.read()
        seen = self.wire.seen
        while len(seen) - self.at >= 9:
            size = int.from_bytes(seen[self.at:self.at + 3], "big")
            if len(seen) - self.at < 9 + size:
                break
            kind, flags, stream = struct.unpack(">BBI", seen[self.at + 3:self.at + 9])
            self._take(kind, flags, stream, seen[self.at + 9:self.at + 9 + size])
            self.at += 9 + size
        return more

    def _take(self, kind, flags, stream, payload):
        if kind == SETTINGS and not flags & ACK:
            self.send(frame(SETTINGS, ACK, 0))
        elif kind == HEADERS and stream not in self.statuses:
            self.statuses[stream] = status_of(payload)
        elif kind == DATA:
            self.bodies[stream] = self.bodies.get(stream, b"") + payload
            if self.reads and payload:
                self.send(frame(WINDOW_UPDATE, 0, 0, struct.pack(">I", len(payload))))
        elif kind == RST_STREAM:
            self.resets[stream] = int.from_bytes(payload, "big")
        elif kind == GOAWAY:
            last, code = struct.unpack(">II", payload[:8])
            self.goaway = (code, last)
        elif kind == PING and flags & ACK:
            self.pings += 1
        if kind in (DATA, HEADERS) and flags & END_STREAM:
            self.ended[stream] += 1

    def read_until(self, done):
        """False: the connection ended first."""
        while not done():
            if not self.read():
                return done()
        return True

    def status(self, stream):
        """Of its answer; None: the stream was reset, or the connection closed."""
        self.read_until(lambda: stream in self.ended or stream in self.resets)
        return self.statuses.get(stream)

    def close(self):
        self.wire.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def resident_bytes(pid, name="VmRSS"):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1]) * 1024
    raise ValueError(name)


def cpu_s(pid):
    words = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / 100


def wait_for(condition, what):
    end = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"in vain: {what}")
        time.sleep(0.02)
