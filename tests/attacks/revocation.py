# SPDX-License-Identifier: Apache-2.0
"""revocation.py URL AUTHORITY DEMO-CA PID CRL: people who may no longer come in.

By the list of revoked certificates (SIGHUP), and by revoking a principal. Whoever is revoked is out within WITHIN_S:
live connections of both protocols and those that wait for the journal, new ones, resumed ones, early data. Everybody
else goes on over the connections that they have."""
import os
import pathlib
import signal
import ssl
import subprocess
import sys
import threading
import time

SYSTEM = pathlib.Path(__file__).resolve().parent.parent / "system"
sys.path.insert(0, str(SYSTEM))
from office import Office, Refused, token_of  # noqa: E402
from wire import Http2, Target, Wire, how_often, http1_answers, wait_for  # noqa: E402

WITHIN_S = 1
SLACK_S = float(os.environ.get("REVOCATION_SLACK_S", "4"))  # for a machine that has other things to do
ROUNDS = how_often(4, 20)


class Trial:
    def __init__(self, url, ca, demo_ca, pid, crl):
        self.url, self.ca, self.demo_ca, self.pid, self.crl = url, pathlib.Path(ca), demo_ca, int(pid), pathlib.Path(crl)
        self.port = url.rpartition(":")[2]
        self.office = Office(url, ca, demo_ca)
        self.count, self.failures, self.slowest, self.revoked = 0, [], 0.0, []

    def fail(self, *words):
        self.failures.append(" ".join(str(word) for word in words))

    def register(self, name):
        """A certificate for an operator of that name; the principal's id."""
        subprocess.run([self.demo_ca, str(self.ca), name], check=True)
        spki = subprocess.run([self.demo_ca, "--spki", str(self.ca / f"{name}.pem")], check=True, capture_output=True,
                              text=True).stdout.strip()
        principal, = self.office.admin.make({"register_principal": {
            "person": "S-" + name, "roles": ["ROLE_OPERATOR"], "certificate_spki": spki}})
        return principal

    def write_crl(self, *names):
        """A list with these certificates on it, beside those before."""
        self.revoked += names
        folder = self.ca / "crl"
        folder.mkdir(exist_ok=True)
        (folder / "index").write_text("".join(
            f"R\t330101000000Z\t260101000000Z\t{self.serial(name)}\tunknown\t/CN={name}\n" for name in self.revoked))
        (folder / "number").write_text("01\n")
        (folder / "conf").write_text(f"[ca]\ndefault_ca=x\n[x]\ndatabase={folder}/index\ncrlnumber={folder}/number\n"
                                     "default_md=sha256\ndefault_crl_days=30\n")
        subprocess.run(["openssl", "ca", "-config", str(folder / "conf"), "-gencrl", "-keyfile", str(self.ca / "ca.key"),
                        "-cert", str(self.ca / "ca.pem"), "-out", str(self.crl) + ".new"], check=True, capture_output=True)
        os.replace(str(self.crl) + ".new", self.crl)

    def serial(self, name):
        return subprocess.run(["openssl", "x509", "-in", str(self.ca / f"{name}.pem"), "-noout", "-serial"], check=True,
                              capture_output=True, text=True).stdout.strip().partition("=")[2]


class Live:
    """Somebody's connections: one of HTTP/1.1 and one of HTTP/2 that have been used, one that waits for the journal,
    and one in the middle of a request. `ends` gets the time at which each was closed."""

    def __init__(self, trial, name):
        self.name, self.target, self.ends, self.answers = name, Target(trial.port, trial.ca, name), {}, {}
        self.http1, self.http2 = self.target.connect(), Http2(self.target)
        self.ask()
        self.waiting, self.middle = self.target.connect(), self.target.connect()
        size = trial.office.admin.get("/v1/tree-head")["size"]
        self.waiting.send(b"GET /v1/journal?after=%d&wait=60 HTTP/1.1\r\nHost: x\r\n\r\n" % (int(size) + 1000))
        self.middle.send(b"POST /v1/funds HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{")

    def ask(self):
        """Over both connections."""
        self.http1.seen = b""
        self.http1.send(b"GET /v1/me HTTP/1.1\r\nHost: x\r\n\r\n")
        while b"}" not in self.http1.seen and self.http1.read():
            pass
        status = self.http2.status(self.http2.ask("GET", "/v1/me"))
        assert self.http1.seen.startswith(b"HTTP/1.1 200") and status == 200, (self.name, self.http1.seen[:60], status)

    def watch(self):
        threads = [threading.Thread(target=self._watch, args=(kind, wire), daemon=True) for kind, wire in (
            ("HTTP/1.1", self.http1), ("HTTP/2", self.http2.wire), ("long poll", self.waiting), ("half a request", self.middle))]
        for thread in threads:
            thread.start()
        return threads

    def _watch(self, kind, wire):
        wire.seen = b""
        try:
            wire.read_until_closed()
        except TimeoutError:
            return
        self.ends[kind], self.answers[kind] = time.monotonic(), wire.seen


def expect_closed(trial, live, began, threads, what):
    for thread in threads:
        thread.join(70)
    for kind in ("HTTP/1.1", "HTTP/2", "long poll", "half a request"):
        trial.count += 1
        if kind not in live.ends:
            trial.fail(what, kind, "lives on")
            continue
        took = live.ends[kind] - began
        trial.slowest = max(trial.slowest, took)
        if took > WITHIN_S + SLACK_S:
            trial.fail(what, kind, f"was closed after {took:.2f} s")
        if live.answers[kind].startswith(b"HTTP/1.1 2") and b'{"seq"' in live.answers[kind]:
            trial.fail(what, kind, "was shown the journal")


def is_let_in(target, session=None):
    """The status of a request over a new connection; None: no connection. And the TLS session of it."""
    try:
        context = target.context("http/1.1")
        sock = context.wrap_socket(target.plain(), server_hostname="127.0.0.1")
        with Wire(sock) as wire:
            wire.send(b"GET /v1/me HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            answers = http1_answers(wire.read_until_closed())
            return answers[0][0] if answers else None
    except (OSError, ssl.SSLError):
        return None


def s_client(trial, name, *arguments, text="GET /v1/me HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"):
    done = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{trial.port}", "-CAfile", str(trial.ca / "ca.pem"), "-cert",
                           str(trial.ca / f"{name}.pem"), "-key", str(trial.ca / f"{name}.key"), "-ign_eof", *arguments],
                          input=text, capture_output=True, text=True, timeout=60)
    return done.stdout + done.stderr


def expect_no_resumption(trial, name):
    """No ticket is given, so there is nothing to resume, and early data cannot be sent; a session made up is refused."""
    session = trial.ca / f"{name}.session"
    said = s_client(trial, name, "-sess_out", str(session))
    trial.count += 2
    if "HTTP/1.1 200" not in said:
        trial.fail("the control:", name, "was not let in by openssl")
    if "TLS session ticket:" in said or "Reused" in said:
        trial.fail(name, "was given a ticket")
    if session.exists() and session.stat().st_size:
        early = trial.ca / "early"
        early.write_text("GET /v1/me HTTP/1.1\r\nHost: x\r\n\r\n")
        said = s_client(trial, name, "-sess_in", str(session), "-early_data", str(early), text="")
        trial.count += 1
        if "Early data was accepted" in said or "Reused, TLS" in said:
            trial.fail(name, "resumed a session")


def by_list(trial, number):
    names = [f"l{number}", f"m{number}"]
    for name in names:
        trial.register(name)
    expect_no_resumption(trial, names[0])
    gone, stays = (Live(trial, name) for name in names)
    threads = gone.watch()
    trial.write_crl(names[0])
    began = time.monotonic()
    os.kill(trial.pid, signal.SIGHUP)
    expect_closed(trial, gone, began, threads, f"{names[0]} on the list:")
    stays.ask()  # over the connections that it had
    for name, wanted in ((names[0], None), (names[1], 200)):
        trial.count += 1
        if is_let_in(Target(trial.port, trial.ca, name)) != wanted:
            trial.fail(name, "over a new connection: not", wanted)
    session = trial.ca / f"{names[0]}.session"
    if session.exists():
        trial.count += 1
        if "HTTP/1.1 200" in s_client(trial, names[0], "-sess_in", str(session)):
            trial.fail(names[0], "was let in by its old session")


def by_principal(trial, number):
    names = [f"p{number}", f"q{number}"]
    principal = trial.register(names[0])
    trial.register(names[1])
    gone, stays = (Live(trial, name) for name in names)
    threads = gone.watch()
    began = time.monotonic()
    trial.office.admin.do({"revoke_principal": {"principal": str(principal), "reason": "离职"}})
    expect_closed(trial, gone, began, threads, f"{names[0]} revoked:")
    stays.ask()
    for name, wanted in ((names[0], 401), (names[1], 200)):
        trial.count += 1
        if is_let_in(Target(trial.port, trial.ca, name)) != wanted:
            trial.fail(name, "over a new connection: not", wanted)


def while_commands_come(trial):
    """A principal is revoked while it gives commands as fast as it can: none that was given after the revocation was
    answered has an effect."""
    principal = trial.register("busy")
    busy, done, after = trial.office.person("busy"), threading.Event(), []

    def give():
        while not done.is_set():
            try:
                reply, = busy.do({"create_fund": {"code": f"b-{trial.count}-{time.monotonic_ns()}"[-30:], "name": "x"}})
                after.append(int(reply["seq"]))
            except (Refused, AssertionError, OSError, ValueError):
                return
    thread = threading.Thread(target=give)
    thread.start()
    wait_for(lambda: len(after) > 20, "commands were to be given")
    reply, = trial.office.admin.do({"revoke_principal": {"principal": str(principal), "reason": "离职"}})
    revoked_at = int(reply["seq"])
    thread.join(30)
    done.set()
    trial.count += len(after)
    late = [seq for seq in after if seq > revoked_at]
    if late or thread.is_alive():
        trial.fail("a revoked principal's commands took effect:", late)


def main():
    trial = Trial(*sys.argv[1:])
    for number in range(ROUNDS):
        by_list(trial, number)
        by_principal(trial, number)
    while_commands_come(trial)
    print(f"  the slowest was out after {trial.slowest:.2f} s")
    for failure in trial.failures:
        print(failure, file=sys.stderr)
    print(f"10|revoked certificates and principals|{trial.count}|{len(trial.failures)}")
    sys.exit(bool(trial.failures))


main()
