# SPDX-License-Identifier: Apache-2.0
"""retry.py URL AUTHORITY DEMO-CA FILE first|again: replies that get lost, and commands that are sent again.

`first` gives commands over connections that are reset at once, the same command from CONNECTIONS at a time, and the
same id with other contents; each has one effect and one answer. What was answered goes into FILE. `again`, after a
restart of the daemon, sends all of it again: the same answers, no effect, and another content is still a conflict."""
import concurrent.futures
import json
import pathlib
import socket
import sys
import uuid

SYSTEM = pathlib.Path(__file__).resolve().parent.parent / "system"
sys.path.insert(0, str(SYSTEM))
from office import Office, Person, token_of  # noqa: E402
from wire import DATA, END_HEADERS, END_STREAM, HEADERS, Http2, Target, fields, frame, how_often, request  # noqa: E402

CONNECTIONS = 50
LOST = how_often(100, 1000)  # commands whose reply is lost
ROUNDS = how_often(5, 50)    # of many at once
FEN = 100
RULES = {
    "version": 1, "title": "重发测试", "effective_from": "2020-01-01", "instrument": "INSTRUMENT_VOUCHER",
    "holder": {"kinds": ["PARTY_KIND_COMPANY"]}, "review": "REVIEW_ONE", "when_capped": "GRANT_THE_REST",
    "expense_base": "EXPENSE_ACTUAL", "tiers": [{"id": 1, "name": "创新服务", "ratio_bp": 5000}],
    "use_within_days": 365, "claim_within_days": 365, "payee": "PAYEE_PROVIDER", "countersign": False}
HOUSE = {"code": "main", "name": "零余额账户", "opening_balance": "0",
         "account": {"number": "1202020209900012345", "bank_code": "102337000011", "holder_name": "县科学技术局"}}


def unmarked(reply):
    """Without the mark that says that it was given before."""
    return {key: value for key, value in reply.items() if key != "replayed"}


class Trial:
    def __init__(self, url, ca):
        self.url, self.ca = url, pathlib.Path(ca)
        self.target = Target(url.rpartition(":")[2], ca, "operator")
        self.count, self.failures = 0, []
        self.answers = {}  # id: [who, body, reply]

    def fail(self, *words):
        self.failures.append(" ".join(str(word) for word in words))

    def person(self, who):
        return Person(self.url, self.ca, "" if who.startswith("token:") else who,
                      token=token_of(who[6:]) if who.startswith("token:") else None)

    def give(self, who, identifier, body):
        """Over a connection of its own; the reply."""
        self.count += 1
        status, answer = self.person(who).call("POST", "/v1/batch", {"commands": [{"id": identifier, **body}]})
        if status != 200:
            raise AssertionError(f"batch: {status} {answer}")
        return answer["replies"][0]

    def note(self, who, identifier, body, reply):
        if reply["outcome"] != "OUTCOME_OK":
            self.fail("refused:", body, reply["outcome"])
        self.answers[identifier] = [who, body, reply]

    # --- replies that are lost ---

    def lose(self, identifier, body, way):
        """Sends the command and resets the connection, without a look at the answer."""
        data = json.dumps({"commands": [{"id": identifier, **body}]}).encode()
        if way == "HTTP/1.1":
            wire = self.target.connect()
            wire.send(b"POST /v1/batch HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" %
                      (len(data), data))
        else:
            http = Http2(self.target)
            wire = http.wire
            block = fields(*request("POST", "/v1/batch", ("content-type", "application/json")))
            http.send(frame(HEADERS, END_HEADERS, 1, block), frame(DATA, END_STREAM, 1, data))
        wire.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        wire.close()

    def lose_replies(self):
        operator = self.person("operator")
        lost = {}
        for i in range(LOST):
            identifier, body = str(uuid.uuid4()), {"create_fund": {"code": f"lost-{i}", "name": f"{i}"}}
            self.lose(identifier, body, ("HTTP/1.1", "HTTP/2")[i % 2])
            lost[identifier] = body
        taken = 0
        for identifier, body in lost.items():
            reply = self.give("operator", identifier, body)
            taken += reply.get("replayed", False)
            self.note("operator", identifier, body, reply)
        if not taken:
            self.fail("the control: no command had been carried out before its connection was reset")
        codes = [fund["code"] for fund in operator.get_all("/v1/funds", "funds")]
        if sorted(code for code in codes if code.startswith("lost-")) != sorted(f"lost-{i}" for i in range(LOST)):
            self.fail("not each command has had one effect")
        print(f"  {LOST} replies were lost; {taken} of the commands had been carried out before they were sent again")

    # --- many at once ---

    def at_once(self, who, identifier, bodies):
        with concurrent.futures.ThreadPoolExecutor(CONNECTIONS) as pool:
            return list(pool.map(lambda body: self.give(who, identifier, body), bodies))

    def same_at_once(self, who, body):
        """The same command from everywhere: one effect, one answer."""
        identifier = str(uuid.uuid4())
        replies = self.at_once(who, identifier, [body] * CONNECTIONS)
        self.note(who, identifier, body, unmarked(replies[0]))
        if any(unmarked(reply) != unmarked(replies[0]) for reply in replies):
            self.fail("one command, several answers:", body)
        if sum(not reply.get("replayed") for reply in replies) != 1:
            self.fail("not one of the answers is the first:", body)

    def others_at_once(self, number):
        """One id, CONNECTIONS contents: one takes effect, the others are told which field differs."""
        identifier = str(uuid.uuid4())
        bodies = [{"create_fund": {"code": f"one-{number}", "name": f"content {i}"}} for i in range(CONNECTIONS)]
        replies = self.at_once("operator", identifier, bodies)
        done = [i for i, reply in enumerate(replies) if reply["outcome"] == "OUTCOME_OK"]
        rest = {(reply["outcome"], reply["refusal"]["field"]) for i, reply in enumerate(replies) if i not in done}
        if len(done) != 1 or rest != {("ID_REUSED", "name")}:
            self.fail("one id, many contents:", len(done), "took effect;", rest)
        self.note("operator", identifier, bodies[done[0]], replies[done[0]])

    def money_at_once(self, office):
        firm = office.firms[0][1]
        voucher = office.issue(0, FEN * ROUNDS * 2)
        reservation, = firm.make({"reserve": {
            "voucher": str(voucher), "provider": office.providers[0][0], "contract_number": "HT-1", "category": "研发设计",
            "total": str(FEN * ROUNDS * 4), "eligible": str(FEN * ROUNDS * 4)}})
        for i in range(ROUNDS):
            self.same_at_once("token:firm 0", {"redeem": {"reservation": str(reservation), "amount": str(FEN), "milestone": f"{i}"}})
        redeemed = int(office.auditor.get(f"/v1/programmes/{office.programme}").get("redeemed", 0))
        if redeemed != FEN * ROUNDS:
            self.fail(f"{redeemed} were redeemed instead of {FEN * ROUNDS}")

    # --- once more ---

    def repeat(self):
        """Everything again: the same answers, and no entry more; another content is a conflict."""
        size = self.person("auditor").get("/v1/tree-head")["size"]
        for identifier, (who, body, reply) in self.answers.items():
            again = self.give(who, identifier, body)
            if not again.get("replayed") or unmarked(again) != unmarked(reply):
                self.fail("another answer:", identifier, again, reply)
            command, = body
            field = next(name for name, value in body[command].items() if isinstance(value, str))
            changed = {command: {**body[command], field: body[command][field] + "1"}}
            conflict = self.give(who, identifier, changed)
            if conflict["outcome"] != "ID_REUSED" or conflict["refusal"]["field"] != field:
                self.fail("another content:", conflict)
        other, = [identifier for identifier, (who, _, _) in self.answers.items() if who == "operator"][:1]
        stolen = self.give("finance", other, {"appropriate": {"fund": "county", "amount": "1", "document": "x"}})
        if stolen["outcome"] != "ID_REUSED":
            self.fail("somebody else's id:", stolen)
        if self.person("auditor").get("/v1/tree-head")["size"] != size:
            self.fail("the ledger has grown")
        self.check_journal()

    def check_journal(self):
        """Each id exactly once."""
        seen, after, auditor = {}, 0, self.person("auditor")
        while True:
            _, text = auditor.call_text("GET", f"/v1/journal?after={after}&limit=1000")
            entries = [json.loads(line) for line in text.splitlines() if line]
            if not entries:
                break
            for entry in entries:
                identifier = entry.get("command", {}).get("id")
                seen[identifier] = seen.get(identifier, 0) + 1
            after = int(entries[-1]["seq"])
        wrong = {identifier: seen.get(identifier, 0) for identifier in self.answers if seen.get(identifier) != 1}
        if wrong:
            self.fail("in the journal not once:", wrong)


def main():
    url, ca, demo_ca, file, when = sys.argv[1:]
    trial = Trial(url, ca)
    if when == "first":
        office = Office(url, ca, demo_ca, firms=1, providers=1)
        office.open_programme("p", RULES, 1000000, HOUSE)
        trial.lose_replies()
        for i in range(ROUNDS):
            trial.same_at_once("operator", {"create_fund": {"code": f"same-{i}", "name": "x"}})
            trial.others_at_once(i)
        trial.money_at_once(office)
        pathlib.Path(file).write_text(json.dumps(trial.answers))
    trial.answers = json.loads(pathlib.Path(file).read_text())
    trial.repeat()
    for failure in trial.failures:
        print(failure, file=sys.stderr)
    print(f"3|lost reply and retry, {sys.argv[5]}|{trial.count}|{len(trial.failures)}")
    sys.exit(bool(trial.failures))


main()
