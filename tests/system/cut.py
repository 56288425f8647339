#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""cut.py SERVER_PORT BYTES COUNT: a line to the server that breaks after BYTES of what it answers (-1: never).

Prints the port where it listens. After the break nobody listens there. Begins COUNT, a file, again with how many
bytes the server has answered.
"""
import os
import selectors
import socket
import sys

server_port, left, count = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
selector = selectors.DefaultSelector()
selector.register(listener, selectors.EVENT_READ)
others = {}  # a socket: whom it speaks to, and whether it is the server's
answered = 0


def accept():
    client, _ = listener.accept()
    server = socket.create_connection(("127.0.0.1", server_port))
    others[client], others[server] = (server, False), (client, True)
    for end in (client, server):
        selector.register(end, selectors.EVENT_READ)


def hang_up(end):
    for one in (end, others[end][0]):
        selector.unregister(one)
        one.close()
        others.pop(one)


def pass_on(end):
    global answered
    other, is_servers = others[end]
    try:
        data = end.recv(65536)
        if is_servers and left >= 0:
            data = data[: left - answered]
        other.sendall(data)
    except OSError:
        data = b""
    if is_servers:
        answered += len(data)
        with open(count + ".new", "w", encoding="ascii") as file:
            file.write(str(answered))
        os.rename(count + ".new", count)
    if is_servers and answered == left:
        sys.exit()
    if not data:
        hang_up(end)


while True:
    for key, _ in selector.select():
        if key.fileobj is listener:
            accept()
        elif key.fileobj in others:
            pass_on(key.fileobj)
