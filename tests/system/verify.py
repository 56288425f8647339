#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks what a ledger of voucherd hands out, with none of its code: Python's standard library and the openssl command.
Written from the public formats alone: C2SP signed-note, tlog-checkpoint, tlog-cosignature and tlog-proof (c2sp.org),
RFC 6962 section 2.1, RFC 8032; GB/T 32905 and 32918 where a ledger uses SM3 and SM2.

    verify.py --key VKEY [--key VKEY]… [--witness VKEY]… [--witnesses N] [--hash sm3] WHAT FILE…
        checkpoint FILE                     signed by the ledger (and by N of the witnesses)
        receipt FILE                        an entry is in the signed tree
        inclusion CHECKPOINT PROOF ENTRY    the same, from GET /v1/proof/inclusion and the entry's bytes
        consistency OLD NEW PROOF           nothing was changed between the two (GET /v1/proof/consistency)
Exit status 0: valid; 1: not valid, and why on standard error; 2: not to be decided (usage, files).
"""
import argparse
import base64
import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile

SM2 = b"\xffvoucherd-sm2-v1"
SPKI = {b"\x01": bytes.fromhex("302a300506032b6570032100"),  # RFC 8410: Ed25519
        SM2: bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200")}


def need(condition, why):
    if not condition:
        raise ValueError(why)


def decode(text):
    data = base64.b64decode(text, validate=True)
    need(data and base64.b64encode(data).decode() == text, "another spelling of base64: " + text[:80])
    return data


def number(text):
    need(text.isascii() and text.isdigit() and str(int(text[:20])) == text, "not a number: " + text[:80])
    return int(text)


def read_proof(text, *says):
    """The hashes of a proof as JSON, which must say this: what is zero it need not say."""
    proof = json.loads(text)
    need([proof.get(name, "0") for name, _ in says] == [value for _, value in says], "a proof of something else")
    return [bytes.fromhex(text) for text in proof.get("hashes", [])]


class Key:
    def __init__(self, vkey):
        self.name, self.id, text = vkey.split("+", 2)
        material = decode(text)
        need(hashlib.sha256(self.name.encode() + b"\n" + material).hexdigest()[:8] == self.id, "mistyped key: " + vkey)
        self.kind = SM2 if material.startswith(SM2) else material[:1]
        self.public = material[len(self.kind):]
        need(self.kind in (b"\x01", b"\x04", SM2), "a key of an unknown type: " + vkey)
        need(len(self.public) == (65 if self.kind == SM2 else 32), "a key of another length: " + vkey)

    def has_signed(self, message, signature):
        """By the openssl command. A cosignature begins with its time, which is signed with the message."""
        if self.kind == b"\x04":
            time = int.from_bytes(signature[:8], "big")
            need(time >> 63 == 0, "a cosignature of no time")
            message, signature = b"cosignature/v1\ntime %d\n" % time + message, signature[8:]
        options = ["-digest", "sm3", "-pkeyopt", "distid:1234567812345678"] if self.kind == SM2 else []
        spki = SPKI[SM2 if self.kind == SM2 else b"\x01"] + self.public
        with tempfile.TemporaryDirectory() as room:
            for name, data in (("key", spki), ("message", message), ("sig", signature)):
                pathlib.Path(room, name).write_bytes(data)
            command = "openssl pkeyutl -verify -pubin -keyform DER -inkey key -rawin -sigfile sig -in message".split()
            return subprocess.run(command + options, cwd=room, capture_output=True, check=False).returncode == 0


class Checkpoint:
    """A signed note that is a checkpoint, and who signed it."""

    def __init__(self, data):
        text = data.decode()
        need(all(c >= " " or c == "\n" for c in text), "control characters in a note")
        body, separator, lines = text.rpartition("\n\n")
        need(separator and lines.endswith("\n"), "not a signed note")
        self.body = body.encode() + b"\n"
        self.signatures = []
        for line in lines[:-1].split("\n"):
            dash, name, text = line.split(" ")
            signature = decode(text)
            need(dash == "\u2014" and name and "+" not in name and len(signature) > 4, "not a signature: " + line)
            self.signatures.append((name, signature[:4].hex(), signature[4:]))
        fields = body.split("\n")
        need(len(fields) >= 3 and all(fields), "not a checkpoint")
        self.origin, self.size, self.root = fields[0], number(fields[1]), decode(fields[2])
        need(len(self.root) == 32, "not a root hash")

    def __str__(self):
        return f"{self.size} entries"

    def signers(self, keys):
        """How many of the keys have signed. An unknown key's signature says nothing; a known key's must be right."""
        have = set()
        for name, key_id, signature in self.signatures:
            for key in keys:
                if (key.name, key.id) == (name, key_id):
                    need(key.has_signed(self.body, signature), "a wrong signature of " + name)
                    have.add(key)
        return len(have)


class Verifier:
    """The tree is that of RFC 6962, section 2.1, written as it is defined there."""

    def __init__(self, keys, witnesses=(), wanted=0, hash_name="sha256"):
        self.keys, self.witnesses, self.wanted = [Key(k) for k in keys], [Key(k) for k in witnesses], wanted
        need(all(k.name == self.keys[0].name and k.kind != b"\x04" for k in self.keys), "keys of several ledgers")
        need(all(k.kind == b"\x04" for k in self.witnesses), "not a witness's key")
        self.hash = lambda data: hashlib.new(hash_name, data).digest()

    def node(self, left, right):
        return self.hash(b"\1" + left + right)

    def included(self, index, size, leaf, path):
        """The root that a path leads to (2.1.1)."""
        need(index < size and (size > 1) == bool(path), "not a proof for this place")
        if size == 1:
            return leaf
        k = 1 << (size - 1).bit_length() - 1
        if index < k:
            return self.node(self.included(index, k, leaf, path[:-1]), path[-1])
        return self.node(path[-1], self.included(index - k, size - k, leaf, path[:-1]))

    def both(self, old, size, path, old_root):
        """The roots of both trees that a proof leads to (2.1.2); `old_root` is that of a tree that it leaves out."""
        need(path or (old == size and old_root), "not a proof of these sizes")
        if old == size:
            need(len(path) == (old_root is None), "not a proof of these sizes")
            return (old_root or path[0],) * 2
        k = 1 << (size - 1).bit_length() - 1
        if old <= k:
            before, after = self.both(old, k, path[:-1], old_root)
            return before, self.node(after, path[-1])
        before, after = self.both(old - k, size - k, path[:-1], None)
        return self.node(path[-1], before), self.node(path[-1], after)

    def place(self, checkpoint, index, entry, path):
        root = self.included(index, checkpoint.size, self.hash(b"\0" + entry), path)
        need(root == checkpoint.root, "the entry is not in this tree at this place")
        return f"entry {index + 1}"

    def checkpoint(self, data):
        checkpoint = Checkpoint(data)
        need(checkpoint.origin == self.keys[0].name, "of another origin: " + checkpoint.origin)
        need(checkpoint.signers(self.keys), "signed by none of the ledger's keys")
        need(checkpoint.signers(self.witnesses) >= self.wanted, "signed by too few witnesses")
        return checkpoint

    def receipt(self, data):
        head, _, note = data.partition(b"\n\n")
        first, extra, index, *path = head.decode().split("\n")
        need((first, extra[:6], index[:6]) == ("c2sp.org/tlog-proof@v1", "extra ", "index "), "not a receipt")
        return self.place(self.checkpoint(note), number(index[6:]), decode(extra[6:]), [decode(line) for line in path])

    def inclusion(self, note, proof, entry):
        checkpoint, index = self.checkpoint(note), number(json.loads(proof).get("index", "0"))
        path = read_proof(proof, ("seq", str(index + 1)), ("size", str(checkpoint.size)), ("root", checkpoint.root.hex()),
                          ("leaf", self.hash(b"\0" + entry).hex()))
        return self.place(checkpoint, index, entry, path)

    def consistency(self, old, new, proof):
        old, new = self.checkpoint(old), self.checkpoint(new)
        path = read_proof(proof, ("from", str(old.size)), ("to", str(new.size)), ("from_root", old.root.hex()),
                          ("to_root", new.root.hex()))
        need(old.size <= new.size, "the later tree is the smaller one")
        roots = self.both(old.size, new.size, path, old.root) if old.size else (self.hash(b"".join(path)), new.root)
        need(roots == (old.root, new.root), "the later tree does not begin with the earlier one")
        return f"{new.size - old.size} entries more"


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--key", action="append", required=True)
    parser.add_argument("--witness", action="append", default=[])
    parser.add_argument("--witnesses", type=int, default=0)
    parser.add_argument("--hash", default="sha256")
    parser.add_argument("what", choices=["checkpoint", "receipt", "inclusion", "consistency"])
    parser.add_argument("files", nargs="+")
    options = parser.parse_args()
    try:
        check = getattr(Verifier(options.key, options.witness, options.witnesses, options.hash), options.what)
        print("valid:", check(*(pathlib.Path(name).read_bytes() for name in options.files)))
    except ValueError as error:
        sys.exit(f"not valid: {error}")
    except (OSError, TypeError) as error:
        print(error, file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
