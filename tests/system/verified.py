#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""verify.py takes what the log of proof_files.c hands out, and refuses it with anything changed; libvoucher agrees
about every file. VERIFIED_SEED repeats the random changes of a run."""
import base64
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest.mock

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import verify  # noqa: E402

TOOL = os.path.join(os.environ.get("top_builddir", "."), "tests/system/proof_files")
SIZES = (1, 2, 7, 64, 65, 150, 200)


class Log:
    """The files of one log, and who trusts it."""

    def __init__(self, room, hash_name):
        self.room, self.hash = pathlib.Path(room), hash_name
        subprocess.run([TOOL, "make", hash_name, room], check=True)
        self.key, self.witness, self.sm2 = (self.text(name) for name in ("key", "witness", "key-sm2"))
        self.verifier = verify.Verifier([self.key], [self.witness], 1, hash_name.lower())

    def text(self, name):
        return self.bytes(name).decode()

    def bytes(self, name):
        return (self.room / name).read_bytes()

    def verdicts(self, files):
        """What libvoucher says of texts, a kind before each."""
        lines = []
        for i, (kind, data) in enumerate(files):
            (self.room / f"changed-{i}").write_bytes(data)
            lines.append(f"{kind} {self.room}/changed-{i}\n")
        done = subprocess.run([TOOL, "check", self.hash, self.key, self.witness], input="".join(lines), text=True,
                              capture_output=True, check=True)
        return [int(line) for line in done.stdout.split()]


def is_valid(check, *data):
    try:
        check(*data)
        return True
    except ValueError:
        return False


def places(size):
    return sorted({0, size // 2, size - 1})


def what_is_right_is_taken(log):
    count, files = 0, []
    for size in SIZES:
        note = log.bytes(f"checkpoint-{size}")
        assert log.verifier.checkpoint(note).size == size
        files.append(("checkpoint", note))
        for index in places(size):
            receipt, entry = log.bytes(f"receipt-{index}-{size}"), b"entry %d" % index
            assert log.verifier.receipt(receipt) == f"entry {index + 1}"
            log.verifier.inclusion(note, log.bytes(f"inclusion-{index}-{size}"), entry)
            files.append(("receipt", receipt))
            count += 2
        for old in (old for old in SIZES if old <= size):
            log.verifier.consistency(log.bytes(f"checkpoint-{old}"), note, log.bytes(f"consistency-{old}-{size}"))
            count += 1
    assert not any(log.verdicts(files))
    sm2 = verify.Verifier([log.sm2], hash_name=log.hash.lower())
    assert sm2.checkpoint(log.bytes("checkpoint-sm2")).size == 200
    assert not is_valid(sm2.checkpoint, log.bytes("checkpoint-200")) and is_valid(log.verifier.checkpoint, note)
    return count + len(SIZES) + 1


def changes(data, rng, count):
    """The same with something done to it: one bit, a piece gone, twice or elsewhere, a digit, a line."""
    for _ in range(count):
        copy, at = bytearray(data), rng.randrange(len(data))
        way = rng.randrange(6)
        if way == 0:
            copy[at] ^= 1 << rng.randrange(8)
        elif way == 1:
            del copy[at:at + rng.randrange(1, 20)]
        elif way == 2:
            copy[at:at] = copy[at:at + rng.randrange(1, 20)]
        elif way == 3:
            copy[at] = rng.choice(b"0123456789+/=\n A\xe2")
        elif way == 4:
            head, separator, signatures = data.rpartition(b"\n\n")  # whose order says nothing
            lines = head.split(b"\n")
            i, j = rng.randrange(len(lines)), rng.randrange(len(lines))
            lines[i], lines[j] = lines[j], lines[i]
            copy = bytearray(b"\n".join(lines) + separator + signatures)
        else:
            copy = copy[:at]
        if copy != data:
            yield bytes(copy)


def what_is_changed_is_refused(log, rng):
    texts = [("receipt", log.bytes("receipt-75-150")), ("receipt", log.bytes("receipt-0-1")),
             ("checkpoint", log.bytes("checkpoint-65"))]
    files = [(kind, changed) for kind, data in texts for changed in changes(data, rng, 60)]
    for kind, data in texts:
        files += [(kind, data + b"\n"), (kind, b""), (kind, data * 2), (kind, data.replace(b"\n", b"\r\n"))]
    ours = [is_valid(getattr(log.verifier, kind), data) for kind, data in files]
    theirs = [verdict == 0 for verdict in log.verdicts(files)]
    for (kind, data), our, their in zip(files, ours, theirs):
        assert not our and not their, f"{kind} taken, by us {our}, by libvoucher {their}: {data!r}"
    sm2, note = verify.Verifier([log.sm2], hash_name=log.hash.lower()), log.bytes("checkpoint-sm2")
    for data in changes(note, rng, 20):
        assert not is_valid(sm2.checkpoint, data), f"checkpoint taken with SM2: {data!r}"
    # With either check left out, some of them would be taken: the test does look at both.
    for owner, name in ((verify.Key, "has_signed"), (verify.Verifier, "place")):
        with unittest.mock.patch.object(owner, name, lambda *_: True):
            assert any(is_valid(getattr(log.verifier, kind), data) for kind, data in files), name
    return len(files)


def parts_of_several(log):
    """Each file whole, but not of one another."""
    note, other = log.bytes("checkpoint-150"), log.bytes("checkpoint-200")
    receipt, proof = log.bytes("receipt-75-150"), log.bytes("inclusion-75-150")
    head = receipt.partition(b"\n\n")[0]
    consistency = log.bytes("consistency-65-150")
    fresh = log.text("key").replace("voucherd.example/test", "voucherd.example/tess")
    wrong = [
        (log.verifier.receipt, head + b"\n\n" + other),
        (log.verifier.receipt, head.replace(b"index 75", b"index 74") + b"\n\n" + note),
        (log.verifier.receipt, head.replace(base64.b64encode(b"entry 75"), base64.b64encode(b"entry 76")) + b"\n\n" + note),
        (log.verifier.receipt, head.rpartition(b"\n")[0] + b"\n\n" + note),
        (log.verifier.inclusion, note, proof, b"entry 76"),
        (log.verifier.inclusion, other, proof, b"entry 75"),
        (log.verifier.inclusion, note, proof.replace(b'"seq": "76"', b'"seq": "75"'), b"entry 75"),
        (log.verifier.inclusion, note, log.bytes("inclusion-149-150"), b"entry 75"),
        (log.verifier.consistency, note, log.bytes("checkpoint-65"), consistency),
        (log.verifier.consistency, log.bytes("checkpoint-64"), note, consistency),
        (log.verifier.consistency, log.bytes("checkpoint-65"), other, consistency),
        (log.verifier.consistency, log.bytes("checkpoint-65"), note, log.bytes("consistency-64-150")),
        (log.verifier.checkpoint, log.bytes("checkpoint-sm2")),
        (verify.Verifier, [fresh]),
        (verify.Verifier, [log.witness]),
        (verify.Verifier([log.sm2]).checkpoint, note),
        (verify.Verifier([log.key], [], 1).checkpoint, note),
    ]
    for check, *data in wrong:
        assert not is_valid(check, *data), (check, data)
    hexes = [line for line in consistency.split(b"\n") if len(line.strip(b' ",')) == 64 and b":" not in line]
    for line in hexes:
        flipped = line.replace(b"a", b"b", 1) if b"a" in line else line.replace(b"1", b"2", 1)
        assert not is_valid(log.verifier.consistency, log.bytes("checkpoint-65"), note, consistency.replace(line, flipped))
    return len(wrong) + len(hexes)


def the_command_says_so(log):
    def run(*arguments):
        command = [sys.executable, verify.__file__, "--key", log.key, "--hash", log.hash.lower(), *arguments]
        return subprocess.run(command, cwd=log.room, capture_output=True, text=True, check=False)

    (log.room / "entry").write_bytes(b"entry 75")
    (log.room / "broken").write_bytes(log.bytes("receipt-75-150").replace(b"index 75", b"index 57"))
    said = run("receipt", "receipt-75-150")
    assert said.returncode == 0 and said.stdout == "valid: entry 76\n", said
    assert run("--witness", log.witness, "--witnesses", "1", "checkpoint", "checkpoint-7").stdout == "valid: 7 entries\n"
    assert run("inclusion", "checkpoint-150", "inclusion-75-150", "entry").returncode == 0
    said = run("consistency", "checkpoint-7", "checkpoint-150", "consistency-7-150")
    assert said.stdout == "valid: 143 entries more\n", said
    said = run("receipt", "broken")
    assert said.returncode == 1 and "not in this tree" in said.stderr, said
    assert run("receipt", "nowhere").returncode == 2
    assert run("receipt", "key", "key").returncode == 2


def main():
    seed = int(os.environ.get("VERIFIED_SEED", random.randrange(1 << 32)))
    rng = random.Random(seed)
    lines = len(pathlib.Path(verify.__file__).read_text(encoding="utf-8").splitlines())
    assert lines < 200, f"verify.py has {lines} lines"
    print(f"VERIFIED_SEED={seed}")
    for hash_name in ("SHA256", "SM3"):
        with tempfile.TemporaryDirectory() as room:
            log = Log(room, hash_name)
            right, changed = what_is_right_is_taken(log), what_is_changed_is_refused(log, rng)
            mixed = parts_of_several(log)
            the_command_says_so(log)
            print(f"{hash_name}: {right} taken; {changed} changed and {mixed} mixed refused")


if __name__ == "__main__":
    main()
