#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""witness_server.py PORT-FILE COMMAND…: runs the command for each connection, which is its standard input and output, as
inetd or a socket unit of systemd does. Writes the port into the file, and ends when that is gone."""
import os
import socket
import subprocess
import sys

server = socket.create_server(("127.0.0.1", 0))
with open(sys.argv[1] + ".new", "w", encoding="ascii") as file:
    file.write(str(server.getsockname()[1]))
os.rename(sys.argv[1] + ".new", sys.argv[1])
server.settimeout(0.2)
while os.path.exists(sys.argv[1]):
    try:
        connection, _ = server.accept()
    except TimeoutError:
        continue
    connection.settimeout(None)
    with connection:
        subprocess.run(sys.argv[2:], stdin=connection, stdout=connection, check=False)
