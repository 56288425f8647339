# SPDX-License-Identifier: Apache-2.0
"""starved.py PORT AUTHORITY FILE ACKNOWLEDGED SEED starve|check: allocations of a daemon fail while it is asked for all
kinds of things.

starve: a burst of requests over HTTP/1.1 and HTTP/2, each over a connection of its own; once it is there, or before, one
allocation in so many fails (FILE, see starving.c) until the request is over. Whatever comes of one (an answer, a status
that says that it could not be, a connection that ends) is in order; the funds that it was told are made go into
ACKNOWLEDGED. check: each of them is there, once, and all else that was asked for is answered."""
import json
import pathlib
import random
import ssl
import struct
import sys
import urllib.parse
import uuid

from wire import DATA, END_HEADERS, END_STREAM, HEADERS, Http2, Target, fields, frame, http1_answers, request

REQUESTS = 30  # of a burst
ONE_IN = (3, 10, 30, 100, 300, 1000)
HANDSHAKE_ONE_IN = 300  # with fewer no handshake comes to its end
READS = ["/v1/me", "/v1/funds?limit=100", "/v1/vouchers", "/v1/parties", "/v1/journal?limit=100", "/v1/tree-head",
         "/v1/checkpoint", "/v1/receipts/1", "/v1/proof/inclusion?seq=1", "/v1/proof/consistency?from=1&to=2", "/v1/accounts"]
NO_READ = "/v1/nothing"


def starve(file, one_in):
    """How many failed up to now."""
    with open(file, "r+b") as mapped:
        mapped.write(struct.pack("=Q", one_in))
        mapped.seek(16)
        return struct.unpack("=Q", mapped.read(8))[0]


def fund(code):
    return json.dumps({"commands": [{"id": str(uuid.uuid4()), "create_fund": {"code": code, "name": "饥饿" * 20}}]}).encode()


def is_made(status, body):
    return status == 200 and json.loads(body)["replies"][0]["outcome"] == "OUTCOME_OK"


def over_http1(target, ask, begin):
    method, path, body = ask
    with target.connect() as wire:
        begin()
        wire.send(b"%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: application/json\r\n"
                  b"Content-Length: %d\r\n\r\n%s" % (method.encode(), path.encode(), len(body), body))
        text = wire.read_until_closed()
    return http1_answers(text)[-1] if body and text else (None, text)  # an export has no length


def over_http2(target, ask, begin):
    method, path, body = ask
    with Http2(target) as http:
        begin()
        head = fields(*request(method, path, ("content-type", "application/json")))
        if body:
            http.send(frame(HEADERS, END_HEADERS, 1, head), frame(DATA, END_STREAM, 1, body))
        else:
            http.send(frame(HEADERS, END_HEADERS | END_STREAM, 1, head))
        status = http.status(1)
        return (status, http.bodies.get(1, b"")) if 1 in http.ended else (None, b"")


def burst(target, file, chance, acknowledged):
    before = starve(file, 0)
    for _ in range(REQUESTS):
        over = chance.choice((over_http1, over_http2))
        code = f"s-{uuid.uuid4().hex[:16]}" if chance.random() < 0.5 else None
        ask = ("POST", "/v1/batch", fund(code)) if code else ("GET", chance.choice([*READS, NO_READ]), b"")
        one_in = chance.choice(ONE_IN)
        if one_in >= HANDSHAKE_ONE_IN and chance.random() < 0.5:
            starve(file, one_in)
        try:
            status, body = over(target, ask, lambda: starve(file, one_in))
            if code and is_made(status, body):
                acknowledged.append(code)
        except TimeoutError:
            raise  # it must not leave anybody waiting
        except (OSError, ssl.SSLError, ValueError):
            pass  # the connection ended, or never was
        finally:
            starve(file, 0)
    return starve(file, 0) - before


def funds(target):
    """The codes of all, page by page."""
    codes, after = [], ""
    while True:
        with target.connect() as wire:
            wire.send(f"GET /v1/funds?limit=1000{after} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
            (status, body), = http1_answers(wire.read_until_closed())
        assert status == 200, (status, body)
        page = json.loads(body)
        codes += [one["code"] for one in page.get("funds", [])]
        if not page.get("next"):
            return codes
        after = f"&cursor={urllib.parse.quote(page['next'], safe='')}"


def expect_answers(target):
    """What was asked for is there: what failed did so for want of memory."""
    for path in [*READS, NO_READ]:
        status, body = over_http2(target, ("GET", path, b""), lambda: None)
        assert status == (404 if path == NO_READ else 200), (path, status, body)


def main():
    port, ca, file, acknowledged, seed, what = sys.argv[1:]
    target, told = Target(port, ca, "operator"), pathlib.Path(acknowledged)
    if what == "starve":
        made = []
        failed = burst(target, file, random.Random(int(seed)), made)
        with told.open("a") as out:
            out.writelines(code + "\n" for code in made)
        print(failed)
    else:
        expect_answers(target)
        there, wanted = funds(target), told.read_text().split()
        lost = [code for code in wanted if there.count(code) != 1]
        print(len(wanted), len(lost))
        for code in lost:
            print(f"{code}: there {there.count(code)} times", file=sys.stderr)
        sys.exit(bool(lost))


main()
