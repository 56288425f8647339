#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""For proved.sh.

    proved.py entries FEED PREFIX             the entries of a page of the journal, each as it is hashed: PREFIX-<seq>
    proved.py tiles HASH CHECKPOINT TILE      fails unless the tile, which has all leaves, is the checkpoint's tree
"""
import base64
import hashlib
import pathlib
import sys


def varint(data, at):
    value, shift = 0, 0
    while True:
        value |= (data[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if data[at - 1] < 0x80:
            return value, at


def entries(feed, prefix):
    """Messages behind their lengths (protobuf's delimited form)."""
    data, at, seq = pathlib.Path(feed).read_bytes(), 0, 0
    while at < len(data):
        size, at = varint(data, at)
        seq += 1
        pathlib.Path(f"{prefix}-{seq}").write_bytes(data[at:at + size])
        at += size


def tiles(name, checkpoint, tile):
    def root(hashes):
        if len(hashes) == 1:
            return hashes[0]
        k = 1 << (len(hashes) - 1).bit_length() - 1
        return hashlib.new(name, b"\1" + root(hashes[:k]) + root(hashes[k:])).digest()

    data, lines = pathlib.Path(tile).read_bytes(), pathlib.Path(checkpoint).read_text(encoding="utf-8").split("\n")
    leaves = [data[i:i + 32] for i in range(0, len(data), 32)]
    if len(leaves) != int(lines[1]) or root(leaves) != base64.b64decode(lines[2]):
        sys.exit("the tile is not the checkpoint's tree")


if __name__ == "__main__":
    {"entries": entries, "tiles": tiles}[sys.argv[1]](*sys.argv[2:])
