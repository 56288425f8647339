# SPDX-License-Identifier: Apache-2.0
"""What a client of HTTP/2 may not do (RFC 9113 and RFC 7541): a name, the frames, and how much of the connection it
may cost. Frames of the first request are on stream 1; a request on stream 9 follows."""
import struct

from wire import (ACK, CONTINUATION, DATA, END_HEADERS, END_STREAM, GOAWAY, HEADERS, PADDED, PING, PREFACE, PRIORITY,
                  PUSH_PROMISE, RST_STREAM, SETTINGS, WINDOW_UPDATE, field, fields, frame, integer, request, setting, text)

GET = fields(*request("GET", "/healthz"))
POST = fields(*request("POST", "/v1/batch", ("content-type", "application/json")))
WHOLE = END_HEADERS | END_STREAM


def u32(value):
    return struct.pack(">I", value)


def opened(kind=POST):
    """A request whose body is still to come."""
    return frame(HEADERS, END_HEADERS, 1, kind)


CONNECTION = {  # each ends the connection
    "settings on a stream": frame(SETTINGS, 0, 1), "settings of five bytes": frame(SETTINGS, 0, 0, b"12345"),
    "settings acknowledged with some": frame(SETTINGS, ACK, 0, setting(3, 1)), "push of two": frame(SETTINGS, 0, 0, setting(2, 2)),
    "window of 2^31": frame(SETTINGS, 0, 0, setting(4, 1 << 31)), "frames too small": frame(SETTINGS, 0, 0, setting(5, 16383)),
    "frames too large": frame(SETTINGS, 0, 0, setting(5, 1 << 24)), "data on no stream": frame(DATA, 0, 0, b"x"),
    "headers on no stream": frame(HEADERS, WHOLE, 0, GET), "priority on no stream": frame(PRIORITY, 0, 0, u32(3) + b"\0"),
    "reset on no stream": frame(RST_STREAM, 0, 0, u32(8)), "reset of an idle stream": frame(RST_STREAM, 0, 7, u32(8)),
    "reset of three bytes": opened() + frame(RST_STREAM, 0, 1, b"123"), "ping on a stream": frame(PING, 0, 1, b"12345678"),
    "ping of seven bytes": frame(PING, 0, 0, b"1234567"), "ping of nine bytes": frame(PING, 0, 0, b"123456789"),
    "goaway on a stream": frame(GOAWAY, 0, 1, u32(0) * 2), "goaway of seven bytes": frame(GOAWAY, 0, 0, b"1234567"),
    "window of nothing": frame(WINDOW_UPDATE, 0, 0, u32(0)), "window of three bytes": frame(WINDOW_UPDATE, 0, 0, b"123"),
    "window over 2^31": frame(WINDOW_UPDATE, 0, 0, u32((1 << 31) - 1)), "window of an idle stream": frame(WINDOW_UPDATE, 0, 7, u32(1)),
    "continuation of nothing": frame(CONTINUATION, END_HEADERS, 1, GET), "continuation of what has ended": frame(HEADERS, WHOLE, 1, GET) +
    frame(CONTINUATION, END_HEADERS, 1, GET), "continuation on another stream": frame(HEADERS, END_STREAM, 1, GET[:9]) +
    frame(CONTINUATION, END_HEADERS, 3, GET[9:]), "continuation on no stream": frame(CONTINUATION, END_HEADERS, 0, GET),
    "data within headers": frame(HEADERS, END_STREAM, 1, GET[:9]) + frame(DATA, 0, 1, b"x") + frame(CONTINUATION, END_HEADERS, 1, GET[9:]),
    "ping within headers": frame(HEADERS, END_STREAM, 1, GET[:9]) + frame(PING, 0, 0, b"12345678"),
    "an unknown frame within headers": frame(HEADERS, END_STREAM, 1, GET[:9]) + frame(99, 0, 1, b"x"),
    "headers within headers": frame(HEADERS, END_STREAM, 1, GET[:9]) + frame(HEADERS, WHOLE, 3, GET),
    "a push by the client": frame(PUSH_PROMISE, END_HEADERS, 1, u32(2) + GET), "an even stream": frame(HEADERS, WHOLE, 2, GET),
    "data on an idle stream": frame(DATA, END_STREAM, 7, b"x"), "data after the end": frame(HEADERS, WHOLE, 1, GET) + frame(DATA, END_STREAM, 1, b"x"),
    "headers after the end": frame(HEADERS, WHOLE, 1, GET) + frame(HEADERS, WHOLE, 1, GET),
    "padding longer than data": opened() + frame(DATA, PADDED, 1, b"\x05abc"), "padding of empty data": opened() + frame(DATA, PADDED, 1),
    "padding longer than headers": frame(HEADERS, WHOLE | PADDED, 1, bytes([len(GET) + 1]) + GET),
    "headers too short for a priority": frame(HEADERS, WHOLE | 0x20, 1, b"123"), "a frame over 16384 bytes": opened() + frame(DATA, 0, 1, b"x" * 16385),
    "headers over 16384 bytes": frame(HEADERS, WHOLE, 1, GET + field("x", "a" * 17000)),
    "an unknown frame over 16384 bytes": frame(77, 0, 0, b"x" * 16385), "a frame of 16 MiB": b"\xff\xff\xff\0\0\0\0\0\1" + b"x" * 20000,
    "HPACK: index 0": frame(HEADERS, WHOLE, 1, b"\x80"), "HPACK: index past the tables": frame(HEADERS, WHOLE, 1, integer(4000, 7, 0x80)),
    "HPACK: index of the empty table": frame(HEADERS, WHOLE, 1, integer(62, 7, 0x80)), "HPACK: name index past the tables": frame(HEADERS, WHOLE, 1, integer(4000, 4, 0) + text("x")),
    "HPACK: an endless integer": frame(HEADERS, WHOLE, 1, b"\xff" * 40), "HPACK: an integer of zeros": frame(HEADERS, WHOLE, 1, b"\xff" + b"\x80" * 40 + b"\0"),
    "HPACK: half an integer": frame(HEADERS, WHOLE, 1, b"\xff\x80"), "HPACK: half a name": frame(HEADERS, WHOLE, 1, b"\0\x20abc"),
    "HPACK: half a value": frame(HEADERS, WHOLE, 1, b"\0\x01x\x20abc"), "HPACK: a name without a value": frame(HEADERS, WHOLE, 1, GET + b"\0\x01x"),
    "HPACK: a string of 2^31": frame(HEADERS, WHOLE, 1, b"\0" + integer(1 << 31, 7, 0) + b"abc"), "HPACK: Huffman's end of string": frame(HEADERS, WHOLE, 1, GET + b"\0\x01x\x84\xff\xff\xff\xff"),
    "HPACK: padding of a whole byte": frame(HEADERS, WHOLE, 1, GET + b"\0\x01x\x82\x07\xff"), "HPACK: padding of zeros": frame(HEADERS, WHOLE, 1, GET + b"\0\x01x\x81\x18"),
    "HPACK: a table over the limit": frame(HEADERS, WHOLE, 1, integer(1 << 20, 5, 0x20) + GET), "HPACK: the table's size in the middle": frame(HEADERS, WHOLE, 1, GET[:9] + b"\x20" + GET[9:]),
    "HPACK: the table's size at the end": frame(HEADERS, WHOLE, 1, GET + b"\x20"),
}

# Frames on a stream that has ended. While it is answered they end the connection; when they come later, in pieces, the
# daemon may as well drop them (RFC 9113, 5.1: a closed stream), as nghttp2 does. They are never another request.
AFTER_THE_END = {"data after the end", "headers after the end"}

PREFACES = {  # instead of the client's hello
    "nothing like it": b"x" * 24, "HTTP/1.1": b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", "one letter wrong": PREFACE[:-5] + b"X\r\n\r\n" + frame(SETTINGS, 0, 0),
    "a ping before the settings": PREFACE + frame(PING, 0, 0, b"12345678"), "headers before the settings": PREFACE + frame(HEADERS, WHOLE, 1, GET),
    "settings acknowledged before any": PREFACE + frame(SETTINGS, ACK, 0), "twice": PREFACE * 2, "zeros": bytes(64)}


def get(*more, method="GET", path="/healthz"):
    return frame(HEADERS, WHOLE, 1, fields(*request(method, path, *more)))


def post(*more, body=b"{}"):
    return frame(HEADERS, END_HEADERS, 1, fields(*request("POST", "/v1/batch", ("content-type", "application/json"), *more))) + frame(DATA, END_STREAM, 1, body)


def only(*pairs):
    return frame(HEADERS, WHOLE, 1, fields(*pairs))


REQUEST = {  # each costs its request (a reset or a status of 400 and above) or more; never answered as if it were right
    "no method": only(*request("GET", "/healthz")[1:]), "no path": only(*request("GET", "/healthz")[:3]),
    "no scheme": only((":method", "GET"), (":authority", "127.0.0.1"), (":path", "/healthz")), "no authority": only((":method", "GET"), (":scheme", "https"), (":path", "/healthz")),
    "path twice": get((":path", "/readyz")), "method twice": get((":method", "POST")), "authority twice": get((":authority", "127.0.0.1")), "an unknown pseudo-header": get((":colour", "red")),
    "a pseudo-header of answers": get((":status", "200")), "a pseudo-header last": only(*request("GET", "/healthz")[:3], ("x", "y"), (":path", "/healthz")),
    "capital letters": get(("X-Y", "z")), "connection": get(("connection", "close")), "keep-alive": get(("keep-alive", "5")), "proxy-connection": get(("proxy-connection", "close")),
    "upgrade": get(("upgrade", "h2c")), "transfer-encoding": post(("transfer-encoding", "chunked"), body=b"0\r\n\r\n"), "te: gzip": get(("te", "gzip")), "an empty path": get(path=""),
    "a path without a slash": get(path="healthz"), "an absolute path": get(path="https://127.0.0.1/healthz"), "an asterisk": get(path="*"), "a path with a blank": get(path="/healthz x"), "a path with CR LF": get(path="/healthz\r\nX: y"),
    "a path with NUL": get(path="/healthz\0"), "a path of raw bytes": get(path=b"/\xff"), "an escape in the path": get(path="/\x1b[31m"), "a long path": get(path="/" + "a" * 3000),
    "a method with a blank": get(method="GET /x"), "a method with CR LF": get(method="GET\r\nX: y"), "an empty method": get(method=""), "CONNECT": get(method="CONNECT"), "a long method": get(method="G" * 5000),
    "a value with CR LF": get(("x", "y\r\nz: w")), "a value with LF": get(("x", "y\nz")), "a value with NUL": get(("x", "\0")), "a name with a blank": get(("x y", "z")), "a name with a colon": get(("x:y", "z")),
    "a name with CR LF": get(("x\r\ny", "z")), "an empty name": get(("", "z")), "a name of Chinese": get(("券", "z")), "a host that differs": get(("host", "evil")), "a host with a user": only(*request("GET", "/healthz")[:2], (":authority", "a@b"), (":path", "/healthz")),
    "two lengths": post(("content-length", "2"), ("content-length", "2")), "two lengths that differ": post(("content-length", "2"), ("content-length", "3")), "a length too small": post(("content-length", "1")), "a length too large": post(("content-length", "3")),
    "a length without a body": get(("content-length", "3")), "a length with a plus": post(("content-length", "+2")), "a length of letters": post(("content-length", "two")), "an empty length": post(("content-length", "")),
    "a length over 64 bits": post(("content-length", "18446744073709551618")), "a length in hex": post(("content-length", "0x2")), "a list of lengths": post(("content-length", "2, 2")),
    "trailers with a pseudo-header": opened() + frame(DATA, 0, 1, b"{}") + only((":path", "/x")), "trailers that do not end": opened() + frame(DATA, 0, 1, b"{}") + frame(HEADERS, END_HEADERS, 1, fields(("x", "y"))),
    "a stream's window of nothing": opened() + frame(WINDOW_UPDATE, 0, 1, u32(0)), "a stream's window over 2^31": opened() + frame(WINDOW_UPDATE, 0, 1, u32((1 << 31) - 1)),
    "a hundred fields": get(*[(f"x{i}", "y") for i in range(100)]), "20 KB of fields": frame(HEADERS, END_STREAM, 1, GET) + frame(CONTINUATION, 0, 1, field("x", "a" * 10000)) + frame(CONTINUATION, END_HEADERS, 1, field("y", "a" * 10000)),
    # nghttp2 takes it for what was under way to a stream that has gone: not answered, and the connection lives on
    "a stream lower than before": frame(HEADERS, WHOLE, 3, GET) + frame(HEADERS, WHOLE, 1, GET) + frame(PING, 0, 0, b"12345678"),
    "two authorizations": get(("authorization", "Bearer a"), ("authorization", "Bearer b")), "two keys": get(("idempotency-key", "a"), ("idempotency-key", "b")), "an expectation": get(("expect", "200-ok")),
}


def flood(count, make):
    return lambda: (make(i) for i in range(count))


MANY = 20000
STREAMS = [2 * i + 11 for i in range(MANY)]
BIG = field("x", "a" * 4000, first=0x40)  # fills the table; each further mention is one byte
FLOODS = {  # frames without end: cut off long before
    "rapid reset": flood(MANY, lambda i: frame(HEADERS, WHOLE, STREAMS[i], GET) + frame(RST_STREAM, 0, STREAMS[i], u32(8))),
    "rapid reset of bodies": flood(MANY, lambda i: frame(HEADERS, END_HEADERS, STREAMS[i], POST) + frame(RST_STREAM, 0, STREAMS[i], u32(8))),
    "made to reset, by a window of nothing": flood(MANY, lambda i: frame(HEADERS, END_HEADERS, STREAMS[i], POST) + frame(WINDOW_UPDATE, 0, STREAMS[i], u32(0))),
    "made to reset, by too large a window": flood(MANY, lambda i: frame(HEADERS, END_HEADERS, STREAMS[i], POST) + frame(WINDOW_UPDATE, 0, STREAMS[i], u32((1 << 31) - 1))),
    "made to reset, by bad headers": flood(MANY, lambda i: frame(HEADERS, WHOLE, STREAMS[i], fields((":path", "/")))),
    "made to reset, by a short priority": flood(MANY, lambda i: frame(HEADERS, END_HEADERS, STREAMS[i], POST) + frame(PRIORITY, 0, STREAMS[i], b"123")),
    "settings": flood(MANY, lambda i: frame(SETTINGS, 0, 0, setting(4, 65535))), "empty settings": flood(MANY, lambda i: frame(SETTINGS, 0, 0)), "settings acknowledged": flood(MANY, lambda i: frame(SETTINGS, ACK, 0)),
    "pings": flood(MANY, lambda i: frame(PING, 0, 0, b"12345678")), "pings acknowledged": flood(MANY, lambda i: frame(PING, ACK, 0, b"12345678")), "priorities": flood(MANY, lambda i: frame(PRIORITY, 0, STREAMS[i], u32(0) + b"\0")),
    "priorities of one stream": flood(MANY, lambda i: frame(PRIORITY, 0, 11, u32(i % 7 * 2 + 13) + b"\0")), "unknown frames": flood(MANY, lambda i: frame(200, 0, 0, b"x")), "goaways": flood(MANY, lambda i: frame(GOAWAY, 0, 0, u32(0) * 2)),
    "resets of a closed stream": lambda: (x for x in [frame(HEADERS, END_HEADERS, 11, POST)] + [frame(RST_STREAM, 0, 11, u32(8))] * MANY),
    "empty data": lambda: (x for x in [frame(HEADERS, END_HEADERS, 11, POST)] + [frame(DATA, 0, 11)] * MANY), "data of padding": lambda: (x for x in [frame(HEADERS, END_HEADERS, 11, POST)] + [frame(DATA, PADDED, 11, b"\x08" + bytes(8))] * MANY),
    "continuations": lambda: (x for x in [frame(HEADERS, 0, 11, GET)] + [frame(CONTINUATION, 0, 11, field("x", "a" * 1000))] * MANY),
    "empty continuations": lambda: (x for x in [frame(HEADERS, 0, 11, GET)] + [frame(CONTINUATION, 0, 11)] * MANY), "continuations of one byte": lambda: (x for x in [frame(HEADERS, 0, 11, GET)] + [frame(CONTINUATION, 0, 11, b"\x82")] * MANY),
    "windows": flood(MANY, lambda i: frame(WINDOW_UPDATE, 0, 0, u32(1))), "a bomb of HPACK": lambda: (x for x in [frame(HEADERS, 0, 11, GET + BIG)] + [frame(CONTINUATION, 0, 11, b"\xbe" * 16000)] * 200),
    "bombs of HPACK on streams": lambda: (x for x in [frame(HEADERS, WHOLE, 11, GET + BIG)] + [frame(HEADERS, WHOLE, STREAMS[i + 1], GET + b"\xbe" * 15000) for i in range(500)]),
    "sizes of the table": flood(MANY, lambda i: frame(HEADERS, WHOLE, STREAMS[i], b"\x20\x3f\xe1\x1f" * 100 + fields((":path", "/")))),
    "streams beyond the limit": flood(MANY, lambda i: frame(HEADERS, END_HEADERS, STREAMS[i], POST)), "trailers": lambda: (x for x in [frame(HEADERS, END_HEADERS, 11, POST)] + [frame(HEADERS, END_HEADERS, 11, fields(("x", "y")))] * MANY),
}

# They cost what their bytes cost, hold nothing, and the deadlines of a request or of idleness end them.
HARMLESS = {"windows", "data of padding", "trailers"}
