# SPDX-License-Identifier: Apache-2.0
"""Requests in HTTP/1.1 that two servers could read in two ways, each followed by a second request: a name and the
bytes of the first. Whatever the first is taken for, the second must never be."""

SIZES = {  # of a Content-Length that is none
    "plus": "+5", "minus": "-5", "hex": "0x5", "list": "5, 5", "list of others": "5, 6", "semicolon": "5;",
    "exponent": "5e0", "point": "5.0", "inner blank": "5 5", "empty": "", "NUL": "5\0", "vertical tab": "\x0b5",
    "form feed": "5\x0c", "letters": "five", "underscore": "5_0", "quote": '"5"', "64 bits and more": "18446744073709551621",
    "64 bits": "9223372036854775808", "thirty digits": "9" * 30, "full-width digits": "\uff15", "arabic digits": "\u0665",
    "no-break space": "\u00a05", "comma after": "5,", "comma before": ",5"}

CODINGS = {  # of a Transfer-Encoding that is not "chunked" alone
    "identity": "identity", "gzip": "gzip", "gzip first": "gzip, chunked", "gzip last": "chunked, gzip",
    "twice": "chunked, chunked", "identity after": "chunked, identity", "unknown": "xchunked", "unknown after": "chunkedx",
    "parameter": "chunked;q=1", "vertical tab before": "\x0bchunked", "vertical tab after": "chunked\x0b",
    "form feed": "chunked\x0c", "NUL": "chunked\0", "quoted": '"chunked"', "comma after": "chunked,",
    "comma before": ",chunked", "empty": "", "blank inside": "chun ked", "no-break space": "\u00a0chunked",
    "DEL": "chunked\x7f", "cow": "cow"}

CHUNK_LINES = {  # of a chunk of five bytes
    "hex prefix": "0x5", "plus": "+5", "minus": "-5", "blank after": "5 ", "blank before": " 5", "tab after": "5\t",
    "extension": "5;a", "extension with a value": '5;a="b"', "blank and extension": "5 ;a", "no digit": "g", "empty": "",
    "too many digits": "0" * 40 + "5", "64 bits and more": "10000000000000005", "sixteen digits": "f" * 16,
    "sign bit": "8000000000000005", "NUL": "5\0", "comma": "5,5", "underscore": "5_", "full-width digit": "\uff15",
    "vertical tab": "\x0b5", "semicolon": "5;"}

CHUNK_ENDS = {  # of a chunked body whose only chunk is "5\r\nhello"
    "data not ended": b"0\r\n\r\n", "one byte more": b"!\r\n0\r\n\r\n", "LF": b"\n0\r\n\r\n", "CR": b"\r0\r\n\r\n",
    "LF after the last": b"\r\n0\n\n", "LF after the trailer": b"\r\n0\r\n\n", "blank line": b"\r\n0\r\n \r\n",
    "a trailer": b"\r\n0\r\nX: y\r\n\r\n", "length as a trailer": b"\r\n0\r\nContent-Length: 5\r\n\r\n",
    "host as a trailer": b"\r\n0\r\nHost: x\r\n\r\n", "last with an extension": b"\r\n0;a=b\r\n\r\n",
    "last with a blank": b"\r\n0 \r\n\r\n", "CR CR LF": b"\r\r\n0\r\n\r\n"}

LINES = {  # the first line of the request, as bytes
    "two blanks": b"GET  /healthz HTTP/1.1", "two blanks before the version": b"GET /healthz  HTTP/1.1",
    "blank at the end": b"GET /healthz HTTP/1.1 ", "blank before": b" GET /healthz HTTP/1.1", "tabs": b"GET\t/healthz\tHTTP/1.1",
    "HTTP/0.9": b"GET /healthz", "HTTP/1.0": b"GET /healthz HTTP/1.0", "HTTP/2.0": b"GET /healthz HTTP/2.0",
    "HTTP/1.2": b"GET /healthz HTTP/1.2", "HTTP/1.10": b"GET /healthz HTTP/1.10", "HTTP/01.1": b"GET /healthz HTTP/01.1",
    "HTTP/1,1": b"GET /healthz HTTP/1,1", "small letters": b"GET /healthz http/1.1", "HTTPS/1.1": b"GET /healthz HTTPS/1.1",
    "version twice": b"GET /healthz HTTP/1.1 HTTP/1.1", "absolute form": b"GET http://127.0.0.1/healthz HTTP/1.1",
    "authority form": b"CONNECT 127.0.0.1:443 HTTP/1.1", "asterisk form": b"OPTIONS * HTTP/1.1",
    "no slash": b"GET healthz HTTP/1.1", "empty target": b"GET  HTTP/1.1", "no target": b"GET HTTP/1.1", "NUL": b"GET /\0 HTTP/1.1",
    "DEL": b"GET /\x7f HTTP/1.1", "UTF-8": "GET /券 HTTP/1.1".encode(), "raw byte": b"GET /\xff HTTP/1.1",
    "escape": b"GET /\x1b[0m HTTP/1.1", "CR in the target": b"GET /\rhealthz HTTP/1.1",
    "LF in the target": b"GET /\nhealthz HTTP/1.1", "long target": b"GET /" + b"a" * 3000 + b" HTTP/1.1",
    "very long target": b"GET /" + b"a" * 40000 + b" HTTP/1.1", "long method": b"G" * 5000 + b" /healthz HTTP/1.1",
    "method with a slash": b"G/T /healthz HTTP/1.1", "method with a colon": b"GET: /healthz HTTP/1.1", "no method": b"/healthz HTTP/1.1",
    "method of Chinese": "取 /healthz HTTP/1.1".encode(), "NUL before": b"\0GET /healthz HTTP/1.1",
    "preface of HTTP/2": b"PRI * HTTP/2.0", "empty": b"", "a status line": b"HTTP/1.1 200 OK", "BOM": b"\xef\xbb\xbfGET /healthz HTTP/1.1"}

FIELDS = {  # a header field line
    "folded by a blank": b"X: a\r\n b", "folded by a tab": b"X: a\r\n\tb", "blank before the colon": b"X : a", "tab before the colon": b"X\t: a",
    "blank before the name": b" X: a", "no colon": b"X", "no name": b": a", "blank in the name": b"X Y: a", "NUL in the name": b"X\0: a",
    "NUL in the value": b"X: \0", "CR in the value": b"X: a\rb", "LF in the value": b"X: a\nY: b", "LF ends it": b"X: a\n", "DEL": b"X: \x7f",
    "escape": b"X: \x1b[31m", "bell": b"X: \x07", "UTF-8 in the name": "券: a".encode(), "parenthesis in the name": b"X(y): a", "quote in the name": b'"X": a',
    "slash in the name": b"X/Y: a", "long value": b"X: " + b"a" * 20000, "endless value": b"X: " + b"a" * 200000,
    "many": b"\r\n".join(b"X%d: a" % i for i in range(100)), "very many": b"\r\n".join(b"X: a" for _ in range(5000)),
    "second host": b"Host: evil", "second host, the same": b"Host: 127.0.0.1", "host in small letters": b"host: 127.0.0.1",
    "a length by LF": b"X: a\nContent-Length: 40", "a length by CR": b"X: a\rContent-Length: 40",
    "a coding by LF": b"X: a\nTransfer-Encoding: chunked", "a coding by a fold": b"Transfer-Encoding:\r\n chunked",
    "a length by a fold": b"Content-Length:\r\n 5", "blank before a length": b"Content-Length : 5", "blank before a coding": b"Transfer-Encoding : chunked",
    "an expectation": b"Expect: 200-ok", "two expectations": b"Expect: 100-continue\r\nExpect: 100-continue",
    "two authorizations": b"Authorization: Bearer a\r\nAuthorization: Bearer b",
    "two keys": b"Idempotency-Key: a\r\nIdempotency-Key: b", "two types": b"Content-Type: a/b\r\nContent-Type: c/d"}

HOSTS = {"user": b"a@127.0.0.1", "path": b"127.0.0.1/x", "blank": b"127.0.0.1 x", "list": b"a, b", "NUL": b"a\0", "escape": b"\x1b", "port of letters": b"a:b",
         "Chinese": "券".encode(), "quote": b'"a"', "query": b"a?b", "fragment": b"a#b", "backslash": b"a\\b"}


def corpus():
    """(name, bytes): everything up to the second request."""
    post = b"POST /v1/batch HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    chunked = post + b"Transfer-Encoding: chunked\r\n\r\n"
    for name, line in LINES.items():
        yield "line: " + name, line + b"\r\nHost: 127.0.0.1\r\n\r\n"
    for name, line in FIELDS.items():
        yield "field: " + name, b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n" + line + b"\r\n\r\n"
        yield "first field: " + name, b"GET /healthz HTTP/1.1\r\n" + line + b"\r\nHost: 127.0.0.1\r\n\r\n"
    for name, host in HOSTS.items():
        yield "host: " + name, b"GET /healthz HTTP/1.1\r\nHost: " + host + b"\r\n\r\n"
    yield "host: none", b"GET /healthz HTTP/1.1\r\nX: y\r\n\r\n"
    yield "line feeds alone", b"GET /healthz HTTP/1.1\nHost: 127.0.0.1\n\n"
    yield "returns alone", b"GET /healthz HTTP/1.1\rHost: 127.0.0.1\r\r"
    yield "empty lines before", b"\r\n\r\nGET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    for name, size in SIZES.items():
        yield "length: " + name, post + b"Content-Length: " + size.encode() + b"\r\n\r\nhello"
    for first, second in ((5, 5), (5, 6), (0, 5), (5, 0)):
        yield f"lengths: {first} and {second}", post + b"Content-Length: %d\r\ncontent-length: %d\r\n\r\nhello" % (first, second)
    for name, coding in CODINGS.items():
        yield "coding: " + name, post + b"Transfer-Encoding: " + coding.encode() + b"\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
        yield "length and coding: " + name, post + b"Content-Length: 5\r\nTransfer-Encoding: " + coding.encode() + b"\r\n\r\nhello"
    for order in (b"Content-Length: 4\r\nTransfer-Encoding: chunked", b"Transfer-Encoding: chunked\r\nContent-Length: 4",
                  b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
                  b"Transfer-Encoding: identity\r\nTransfer-Encoding: chunked", b"Transfer-Encoding: CHUNKED\r\nContent-Length: 0",
                  b"Content-Length: 0\r\ntransfer-encoding: Chunked"):
        yield "both: " + order.decode().replace("\r\n", " | "), post + order + b"\r\n\r\n0\r\n\r\n"
    for name, line in CHUNK_LINES.items():
        yield "chunk: " + name, chunked + line.encode() + b"\r\nhello\r\n0\r\n\r\n"
    yield "chunk: LF", chunked + b"5\nhello\r\n0\r\n\r\n"
    yield "chunk: CR", chunked + b"5\rhello\r\n0\r\n\r\n"
    for name, end in CHUNK_ENDS.items():
        yield "chunk's end: " + name, chunked + b"5\r\nhello" + end
