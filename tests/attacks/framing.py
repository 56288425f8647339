# SPDX-License-Identifier: Apache-2.0
"""framing.py PORT CA PID: malformed HTTP/1.1, HTTP/2 and TLS against a running daemon, by an operator whose certificate
is in order, so that a request that slips through would take effect.

Every case is followed by a request that makes a fund. It must never be made; the case is refused (400 and the like, a
reset, a GOAWAY) and, where the framing is lost, the connection closed; and an honest client beside it goes on.
FRAMING_MUTATIONS: how many damaged TLS hellos and requests to try as well (500; 20,000 with FAULTS=long);
FRAMING_SEED: which."""
import json
import os
import random
import ssl
import sys
import uuid
import warnings

import framing_http1
import framing_http2
from wire import (DATA, END_HEADERS, END_STREAM, HEADERS, Http2, PREFACE, Target, Wire, fields, frame, how_often, http1_answers,
                  request, resident_bytes)

REFUSALS = {400, 413, 414, 417, 431, 501, 505}
UNANSWERED = "closed without an answer"  # a slow client may lose it: the daemon waits a second for it to be read
UNANSWERED_MAX = 20
# That all of it together may cost; TLS buffers and a memtable included.
MEMORY_BYTES_MAX = int(os.environ.get("FRAMING_MEMORY_MIB", "128")) << 20


class Attack:
    def __init__(self, port, ca, pid):
        self.operator, self.nobody, self.pid = Target(port, ca, "operator"), Target(port, ca), pid
        self.count, self.failures, self.second, self.unanswered = 0, [], 0, 0
        self.neighbour = Http2(self.nobody)  # the honest client: one connection through all of it
        self.before = resident_bytes(pid)

    def done(self, name, problem=None):
        self.count += 1
        self.unanswered += problem == UNANSWERED
        if problem and (problem != UNANSWERED or self.unanswered > UNANSWERED_MAX):
            self.failures.append(f"{name}: {problem}")

    def next_second(self):
        """The body of the request that must not be carried out."""
        self.second += 1
        return json.dumps({"code": f"second-{self.second}", "name": "smuggled"}).encode()

    def second_http1(self):
        body = self.next_second()
        return (b"POST /v1/funds HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                b"Idempotency-Key: %s\r\nContent-Length: %d\r\n\r\n%s" % (str(uuid.uuid4()).encode(), len(body), body))

    def second_http2(self, stream=9):
        more = [("content-type", "application/json"), ("idempotency-key", str(uuid.uuid4()))]
        return (frame(HEADERS, END_HEADERS, stream, fields(*request("POST", "/v1/funds", *more))) +
                frame(DATA, END_STREAM, stream, self.next_second()))

    def funds(self):
        with self.operator.connect() as wire:
            wire.send(b"GET /v1/funds?limit=1000 HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            (status, body), = http1_answers(wire.read_until_closed())
        if status != 200:
            raise AssertionError(f"the list of funds: {status}")
        return {fund["code"] for fund in json.loads(body).get("funds", [])}

    def check_neighbour(self, name):
        if self.neighbour.status(self.neighbour.ask("GET", "/healthz")) != 200:
            self.failures.append(f"{name}: another client was disturbed")
            self.neighbour = Http2(self.nobody)


def pieces(data, way):
    if way == "whole":
        return [data]
    if way == "halves":
        return [data[:len(data) // 2], data[len(data) // 2:]]
    return [data[i:i + 1] for i in range(len(data))]


def ways(data):
    return ["whole", "halves"] + (["bytes"] if len(data) < 300 else [])


def control(attack):
    """The second request does take effect when the first is as it should be: the test would notice."""
    with attack.operator.connect() as wire:
        wire.send(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" + attack.second_http1() +
                  b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        statuses = [status for status, _ in http1_answers(wire.read_until_closed())]
    if statuses != [200, 201, 200]:
        raise AssertionError(f"the control over HTTP/1.1 was answered {statuses}")
    with Http2(attack.operator) as http:
        http.send(attack.second_http2())
        if http.status(9) != 201:
            raise AssertionError(f"the control over HTTP/2 was answered {http.statuses}")
    if attack.funds() != {"second-1", "second-2"}:
        raise AssertionError(f"the controls made {attack.funds()}")


def judge_http1(text):
    try:
        answers = http1_answers(text)
    except ValueError as mistake:
        return str(mistake)
    if not answers:
        return UNANSWERED
    if len(answers) != 1 or answers[0][0] not in REFUSALS:
        return f"answered {[status for status, _ in answers]}"
    return None


def attack_http1(attack):
    for name, first in framing_http1.corpus():
        for way in ways(first):
            with attack.operator.connect() as wire:
                for piece in pieces(first, way):
                    wire.send(piece)
                wire.send(attack.second_http1())
                attack.done(f"HTTP/1.1, {way}, {name}", judge_http1(wire.read_until_closed()))
        attack.check_neighbour(name)


def judge_broken(attack, http):
    """The connection ends with an error, and what follows is not answered."""
    http.send(attack.second_http2())
    if http.read_until(lambda: 9 in http.statuses):
        return f"the second request was answered {http.statuses[9]}"
    if http.goaway and not http.goaway[0]:
        return "the connection ended without an error"
    return None


def judge_late(_attack, http):
    """The connection ends with an error, or the frames are dropped: stream 1 has one answer, and the next one its own."""
    http.send(frame(HEADERS, END_HEADERS | END_STREAM, 9, fields(*request("GET", "/healthz"))))
    if http.status(9) != 200 and not (http.goaway and http.goaway[0]):
        return "neither an error nor an answer to what followed"
    if http.ended[1] > 1:
        return f"answered {http.ended[1]} times"
    return None


def attack_http2_connection(attack):
    cases = [(name, PREFACE + frame(4, 0, 0, b"\0\1\0\0\0\0") + data) for name, data in framing_http2.CONNECTION.items()]
    for name, data in cases + list(framing_http2.PREFACES.items()):
        for way in ways(data):
            with Http2(attack.operator, hello=False) as http:
                for piece in pieces(data, way):
                    http.send(piece)
                judge = judge_late if name in framing_http2.AFTER_THE_END and way != "whole" else judge_broken
                attack.done(f"HTTP/2 connection, {way}, {name}", judge(attack, http))
        attack.check_neighbour(name)


def attack_http2_request(attack):
    """The connection lives on, or ends with GOAWAY; what is wrong is never answered as if it were right."""
    for name, data in framing_http2.REQUEST.items():
        for way in ways(data):
            with Http2(attack.operator) as http:
                for piece in pieces(data, way):
                    http.send(piece)
                http.read_until(lambda: 1 in http.ended or 1 in http.resets or http.pings)
                status = http.statuses.get(1)
                problem = f"answered {status}" if status is not None and status < 400 else None
                if not problem and not http.wire.closed and not http.goaway:
                    http.send(frame(HEADERS, END_HEADERS | END_STREAM, 9, fields(*request("GET", "/healthz"))))
                    if http.status(9) != 200:
                        problem = "the next request on the connection was not answered"
                attack.done(f"HTTP/2 request, {way}, {name}", problem)
        attack.check_neighbour(name)


def attack_http2_floods(attack):
    """Cut off long before the end, except those that cost no more than the bytes that they take."""
    for name, frames in framing_http2.FLOODS.items():
        with Http2(attack.operator) as http:
            sent, waiting = True, b""
            for data in frames():
                waiting += data
                if len(waiting) > 16384:
                    sent, waiting = sent and http.send(waiting), b""
                if not sent:
                    break
            is_harmless = name in framing_http2.HARMLESS
            ask = frame(HEADERS, END_HEADERS | END_STREAM, 100001, fields(*request("GET", "/healthz")))
            http.send(waiting + (ask if is_harmless else attack.second_http2(100001)))
            is_answered = http.read_until(lambda: 100001 in http.statuses)
            problem = None
            if is_answered and not is_harmless:
                problem = f"went through; then a request was answered {http.statuses[100001]}"
            elif http.goaway and not http.goaway[0]:
                problem = "the connection ended without an error"
            attack.done("HTTP/2 flood, " + name, problem)
        attack.check_neighbour(name)


def client_hello(attack):
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    session = attack.operator.context("http/1.1").wrap_bio(incoming, outgoing, server_hostname="127.0.0.1")
    try:
        session.do_handshake()
    except ssl.SSLWantReadError:
        pass
    return outgoing.read()


def mutated(data, chance):
    out = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        kind, at = chance.randrange(4), chance.randrange(len(out))
        if kind == 0:
            out[at] ^= 1 << chance.randrange(8)
        elif kind == 1:
            out[at] = chance.randrange(256)
        elif kind == 2:
            del out[at:at + chance.randint(1, 20)]
        else:
            out[at:at] = bytes(chance.randrange(256) for _ in range(chance.randint(1, 20)))
        if not out:
            return bytes(1)
    return bytes(out)


def attack_tls(attack, count, chance):
    hello = client_hello(attack)
    cases = {"plain HTTP": b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", "plain HTTP/2": PREFACE, "SSH": b"SSH-2.0-x\r\n",
             "SSLv2": bytes.fromhex("802e0100020015000000100100800200800300800400800500800600400700c0") + bytes(16), "zeros": bytes(600),
             "ones": b"\xff" * 600, "a record too long": b"\x16\x03\x01\xff\xff" + bytes(65535), "empty records": b"\x16\x03\x01\0\0" * 1000,
             "alerts": b"\x15\x03\x03\0\2\1\0" * 1000, "application data first": b"\x17\x03\x03\0\5hello", "a cipher change first": b"\x14\x03\x03\0\1\1" * 100,
             "a hello of 16 MiB": b"\x16\x03\x01\x40\0\1\xff\xff\xff" + bytes(16380), "half a hello": hello[:len(hello) // 2], "a hello twice": hello * 2}
    cases.update({f"a damaged hello, {i}": mutated(hello, chance) for i in range(count)})
    for name, data in cases.items():
        with Wire(attack.operator.plain()) as wire:
            wire.send(data)
            try:
                wire.sock.shutdown(1)
            except OSError:
                pass
            text = wire.read_until_closed()
            attack.done("TLS, " + name, "answered in HTTP" if b"HTTP/1.1" in text else None)
    attack.check_neighbour("TLS")
    for name, data in {"garbage": b"\xff" * 100, "a forged record": b"\x17\x03\x03\0\x20" + bytes(32), "a hello again": hello}.items():
        with attack.operator.connect() as wire:
            wire.send(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n")
            os.write(wire.sock.fileno(), data)
            wire.send(b"\r\n" + attack.second_http1())
            attack.done("TLS within a connection, " + name, "answered" if wire.read_until_closed() else None)


def attack_old_tls(attack):
    warnings.simplefilter("ignore", DeprecationWarning)  # that is the point
    for name, version in {"TLS 1.2": ssl.TLSVersion.TLSv1_2, "TLS 1.1": ssl.TLSVersion.TLSv1_1}.items():
        context = attack.operator.context("http/1.1")
        context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, version
        try:
            context.wrap_socket(attack.operator.plain(), server_hostname="127.0.0.1").close()
            attack.done(name, "accepted")
        except (ssl.SSLError, OSError):
            attack.done(name)
    for alpn in ("h3", "http/1.0", "spdy/3"):
        try:
            with attack.operator.connect(alpn) as wire:
                wire.send(b"x\r\n\r\n")
                attack.done("ALPN " + alpn, judge_http1(wire.read_until_closed()))
        except (ssl.SSLError, OSError):
            attack.done("ALPN " + alpn)


def attack_mutations(attack, count, chance):
    """Requests in order, damaged at random: whatever they are taken for, nothing crashes or hangs."""
    http1 = [first for _, first in framing_http1.corpus() if len(first) < 2000]
    http2 = [PREFACE + frame(4, 0, 0) + data for data in framing_http2.REQUEST.values() if len(data) < 2000]
    for i in range(count):
        corpus, alpn = (http1, "http/1.1") if i % 2 else (http2, "h2")
        with attack.nobody.connect(alpn) as wire:
            wire.send(mutated(chance.choice(corpus), chance))
            wire.sock.shutdown(1)  # the bytes end here: it answers or not, and goes
            wire.read_until_closed()
        attack.done(f"damaged request {i}")
    attack.check_neighbour("damaged requests")


def main():
    port, ca, pid = sys.argv[1], sys.argv[2], int(sys.argv[3])
    count = int(os.environ.get("FRAMING_MUTATIONS", how_often(500, 20000)))
    chance = random.Random(int(os.environ.get("FRAMING_SEED", "1")))
    attack = Attack(port, ca, pid)
    control(attack)
    before = attack.funds()
    attack_http1(attack)
    attack_http2_connection(attack)
    attack_http2_request(attack)
    attack_http2_floods(attack)
    attack_tls(attack, count, chance)
    attack_old_tls(attack)
    attack_mutations(attack, count, chance)
    made = attack.funds() - before
    if made:
        attack.failures.append(f"second requests were carried out: {sorted(made)}")
    grown = resident_bytes(pid) - attack.before
    if grown > MEMORY_BYTES_MAX:
        attack.failures.append(f"the daemon's memory grew by {grown >> 20} MiB")
    for failure in attack.failures:
        print(failure, file=sys.stderr)
    print(f"11|malformed HTTP and TLS|{attack.count}|{len(attack.failures)}")
    sys.exit(bool(attack.failures))


main()
