# SPDX-License-Identifier: Apache-2.0
"""operations.py URL AUTHORITY DEMO-CA WORK clock|clock-again|texts: what happens in the running of a daemon.

clock: its clock jumps ahead by days, and back behind where it was (WORK/clock has the seconds by which it is moved); the
order of entries and what has expired do not. clock-again: the same ledger after a restart. texts: control characters
in every text of every command and in what gets into the log; each is refused, and the log has one line for each
event."""
import json
import pathlib
import re
import sys
import uuid

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "system")]
from office import Office, Person, Refused, token_of  # noqa: E402
from wire import Target, http1_answers, wait_for  # noqa: E402

DAY_S = 86400
RULES = {
    "version": 1, "title": "时钟测试", "effective_from": "2020-01-01", "instrument": "INSTRUMENT_VOUCHER",
    "holder": {"kinds": ["PARTY_KIND_COMPANY"]}, "review": "REVIEW_ONE", "when_capped": "GRANT_THE_REST",
    "expense_base": "EXPENSE_ACTUAL", "tiers": [{"id": 1, "name": "创新服务", "ratio_bp": 5000}],
    "use_within_days": 2, "claim_within_days": 365, "payee": "PAYEE_PROVIDER", "countersign": False}
HOUSE = {"code": "main", "name": "零余额账户", "opening_balance": "0",
         "account": {"number": "1202020209900012345", "bank_code": "102337000011", "holder_name": "县科学技术局"}}
POISON = ["\r\ntime=2026-01-01T00:00:00Z level=error event=forged", "\x1b[2J\x1b[31m", "\n", "\r", "\x00", "\x7f", "\u009b31m", "\u0085"]
LINE = re.compile(r'time=\S+ level=(debug|info|warning|error) event=[a-z0-9_-]+( [a-z0-9_]+=("([^"\\]|\\.)*"|[^ "]*))*')


class Trial:
    def __init__(self, url, ca, demo_ca, work):
        self.url, self.ca, self.demo_ca, self.work = url, pathlib.Path(ca), demo_ca, pathlib.Path(work)
        self.count, self.failures = 0, []

    def fail(self, *words):
        self.failures.append(" ".join(str(word) for word in words))

    def finish(self, fault):
        for failure in self.failures:
            print(failure, file=sys.stderr)
        print(f"15|{fault}|{self.count}|{len(self.failures)}")
        sys.exit(bool(self.failures))

    def person(self, name):
        return Person(self.url, self.ca, name)

    # --- the clock ---

    def set_clock(self, seconds):
        (self.work / "clock").write_text(str(seconds))

    def give(self):
        """A command; its time."""
        self.count += 1
        reply, = self.person("operator").do({"create_fund": {"code": "c-" + uuid.uuid4().hex[:20], "name": "x"}})
        return int(reply["time_us"])

    def expect_order(self):
        """Numbers without gaps and times that grow, as the journal has them."""
        last, after = (0, 0), 0
        while True:
            _, text = self.person("auditor").call_text("GET", f"/v1/journal?after={after}&limit=1000")
            entries = [json.loads(line) for line in text.splitlines() if line]
            if not entries:
                return last
            for entry in entries:
                now = (int(entry["seq"]), int(entry["time_us"]))
                if now[0] != last[0] + 1 or now[1] <= last[1]:
                    self.fail("after", last, "comes", now)
                last, self.count = now, self.count + 1
            after = last[0]

    def clock(self):
        office = Office(self.url, self.ca, self.demo_ca, firms=1, providers=1)
        office.open_programme("p", RULES, 1000000, HOUSE)
        firm = office.firms[0][1]
        expiring, start = office.issue(0, 10000), self.give()
        self.set_clock(DAY_S)
        ahead = self.give()
        if not start + (DAY_S - 60) * 10**6 < ahead < start + (DAY_S + 600) * 10**6:
            self.fail("a day ahead, the time went from", start, "to", ahead)
        self.expect_status(expiring, "VOUCHER_ACTIVE")
        self.set_clock(4 * DAY_S)
        wait_for(lambda: self.status(expiring) == "VOUCHER_CLOSED", "the voucher was to expire")
        late = self.give()
        self.set_clock(-DAY_S)
        for _ in range(20):
            now = self.give()
            if now <= late or now > late + 60 * 10**6:
                self.fail("with the clock back, the time went from", late, "to", now)
            late = now
        fresh = office.issue(0, 10000)
        self.expect_status(fresh, "VOUCHER_ACTIVE")
        self.expect_status(expiring, "VOUCHER_CLOSED")
        self.expect_no_use(office, firm, expiring)
        self.expect_order()
        (self.work / "expired").write_text(str(expiring))

    def clock_again(self):
        """The daemon was started with a clock that is behind its last entry."""
        _, before = self.expect_order()
        now = self.give()
        if not before < now < before + 60 * 10**6:
            self.fail("after a restart the time went from", before, "to", now)
        self.expect_status(int((self.work / "expired").read_text()), "VOUCHER_CLOSED")
        self.expect_order()

    def status(self, voucher):
        return self.person("auditor").get(f"/v1/vouchers/{voucher}")["status"]

    def expect_status(self, voucher, status):
        self.count += 1
        if self.status(voucher) != status:
            self.fail("voucher", voucher, "is", self.status(voucher), "instead of", status)

    def expect_no_use(self, office, firm, voucher):
        self.count += 1
        try:
            firm.do({"reserve": {"voucher": str(voucher), "provider": office.providers[0][0], "contract_number": "HT-1",
                                 "category": "研发设计", "total": "20000", "eligible": "20000"}})
            self.fail("a voucher that has expired was used")
        except Refused:
            pass

    # --- texts ---

    def texts(self):
        from authorisation import OFFICE, OWN, World  # the same world, and who may do what in it
        world = World(self.url, str(self.ca), self.demo_ca)
        people = {name: getattr(world.office, name) for name in OFFICE}
        people.update(firm=world.office.firms[0][1], provider=world.office.providers[0][1])
        who_may = {command: people[name] for name, commands in {**OWN, **OFFICE}.items() if name in people
                   for command in commands.split()}
        size = people["auditor"].get("/v1/tree-head")["size"]
        for command, body in world.bodies().items():
            if command in who_may:
                for spoilt in self.spoil(body):
                    self.expect_refused(who_may[command], command, spoilt)
        if people["auditor"].get("/v1/tree-head")["size"] != size:
            self.fail("a text with control characters is in the ledger")
        self.poison_the_log(people["reviewer"])
        self.check_log()

    def spoil(self, value):
        """The same with each of its texts spoilt in turn."""
        if isinstance(value, str):
            yield from (value + poison for poison in POISON)
        elif isinstance(value, dict):
            for key, inner in value.items():
                yield from ({**value, key: spoilt} for spoilt in self.spoil(inner))
            yield {**value, "x" + POISON[0]: "x"}
        elif isinstance(value, list):
            for i, inner in enumerate(value):
                yield from (value[:i] + [spoilt] + value[i + 1:] for spoilt in self.spoil(inner))

    def expect_refused(self, person, command, body):
        self.count += 1
        status, answer = person.call("POST", "/v1/batch", {"commands": [{"id": str(uuid.uuid4()), command: body}]})
        if status == 200 and answer["replies"][0]["outcome"] == "OUTCOME_OK":
            self.fail(command, "was accepted with", body)
        elif status not in (200, 400):
            self.fail(command, "was answered", status)

    def poison_the_log(self, person):
        """Paths, commands and credentials that are refused and logged."""
        for i, poison in enumerate(POISON):
            encoded = "".join(f"%{byte:02x}" for byte in poison.encode())
            person.call_text("POST", f"/v1/funds/marked-{i}{encoded}:appropriate",
                             {"id": str(uuid.uuid4()), "appropriate": {"fund": f"marked{poison}", "amount": "1", "document": poison}})
            person.call_text("GET", f"/v1/funds?{encoded}=marked{encoded}")
            nobody = Person(self.url, self.ca, "", token=token_of("x"))
            nobody.call_text("GET", f"/v1/funds/stranger-{i}{encoded}")
            with Target(self.url.rpartition(":")[2], self.ca).connect() as wire:
                wire.send(b"GET /v1/funds HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + poison.encode() + b"\r\nConnection: close\r\n\r\n")
                statuses = [status for status, _ in http1_answers(wire.read_until_closed())]
                if 200 in statuses:
                    self.fail("a credential of control characters was let in")
            self.count += 4

    def check_log(self):
        text = (self.work / "log").read_bytes()
        if re.search(rb"[\x00-\x09\x0b-\x1f\x7f]", text) or "\u009b" in text.decode() or "\u0085" in text.decode():
            self.fail("control characters are in the log")
        lines = text.decode().splitlines()
        for line in lines:
            self.count += 1
            if not LINE.fullmatch(line):
                self.fail("not one event:", line)
        for i in range(len(POISON)):
            found = [line for line in lines if f"stranger-{i}%" in line or f'stranger-{i}"' in line]
            if len(found) != 1:
                self.fail(f"{len(found)} lines for one request: {found}")
        if any(line.startswith("event=forged") or " event=forged" in re.sub(r'"([^"\\]|\\.)*"', "", line) for line in lines):
            self.fail("a line was forged")


def main():
    trial = Trial(*sys.argv[1:5])
    what = sys.argv[5]
    if what == "clock":
        trial.clock()
        trial.finish("clock ahead and back")
    elif what == "clock-again":
        trial.clock_again()
        trial.finish("clock behind the ledger at start")
    else:
        trial.texts()
        trial.finish("CR, LF, ESC in every text")


main()
