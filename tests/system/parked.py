# SPDX-License-Identifier: Apache-2.0
"""Clients that ask for the whole journal and do not read it: parked.py PORT CA WRITE_MS. They must be cut off; prints
how many. The parent counts the file's growth meanwhile. See parked.sh."""
import pathlib
import socket
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "attacks"))
from wire import Target, Wire  # noqa: E402

CLIENTS, ASKED, PATIENCE_S = 20, 60, 60


def park(target):
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sock.settimeout(PATIENCE_S)
    sock.connect(("127.0.0.1", target.port))
    wire = Wire(target.context("http/1.1").wrap_socket(sock, server_hostname="127.0.0.1"))
    wire.send(b"GET /v1/journal?after=0&limit=1000 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * ASKED)
    return wire


def main():
    port, ca, stop = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
    target = Target(port, ca, "operator")
    wires = [park(target) for _ in range(CLIENTS)]
    print("parked", flush=True)
    while not stop.exists():  # nothing is read until they must have been cut off
        time.sleep(0.1)
    for wire in wires:
        try:
            while wire.read():
                pass
        except TimeoutError:
            raise SystemExit("a parked client was not cut off")
        if wire.seen.count(b"HTTP/1.1 200") >= ASKED:
            raise SystemExit("a parked client got everything")
    print(CLIENTS)


main()
