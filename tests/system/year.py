# SPDX-License-Identifier: Apache-2.0
"""year.py URL DIRECTORY VOUCHERCTL TOP: case F, 缙云 2017, from its rule file to a closed month, through the files that
go to the bank and come back from it. 30 providers, 55 firms, 112 projects; issued 1,818,200.00, used 1,703,800.00, paid
1,648,800.00.

The policy's dates are moved to this year, for the daemon's clock is the real one. Planted on the way: a payment that
the bank refuses, one that comes back, a line that nobody knows, two payments that the bank carries out twice, and a
clawback that is paid back. bank.py is the bank."""
import datetime
import json
import os
import pathlib
import re
import subprocess
import sys

from bank import Bank, fen, yuan
from office import Office

FIRMS, PROVIDERS, PROJECTS, SETTLED = 55, 30, 112, 108
ISSUED, USED, PAID = 181820000, 170380000, 164880000
SPARE = (ISSUED - USED) // FIRMS  # of each firm's voucher: it is never used
UNSETTLED = [1500000, 1400000, 1300000, 1300000]
RETURNED, CANCELLED = 20, 5  # firms that give the rest of their voucher back, and that lose it
CLAWED_BACK = 500000
UNKNOWN = 88800
OPENING = 200000000
CHINA = datetime.timezone(datetime.timedelta(hours=8))
HOUSE = {"code": "jinyun", "name": "科技局零余额账户", "opening_balance": str(OPENING),
         "account": {"number": "1202020209900012345", "bank_code": "102343000018", "holder_name": "缙云县科学技术局"}}


def step(text):
    print("-", text, flush=True)


class Ctl:
    """voucherctl as one person."""

    def __init__(self, program, url, directory, name):
        ca = directory / "ca"
        self.base = [program, "--server", url, "--ca", str(ca / "ca.pem"), "--cert", str(ca / f"{name}.pem"),
                     "--key", str(ca / f"{name}.key")]

    def run(self, *arguments, status=0):
        """What it prints on both channels."""
        done = subprocess.run([*self.base, *arguments], capture_output=True, text=True,
                              env={**os.environ, "LC_ALL": "C.UTF-8"})
        assert done.returncode == status, f"{arguments}: exit {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def json(self, *arguments):
        done = subprocess.run([*self.base, "--json", *arguments], check=True, capture_output=True, text=True)
        return json.loads(done.stdout)

    def refused(self, outcome, *arguments):
        text = self.run(*arguments, status=1)
        assert outcome in text, f"{arguments}: not {outcome}: {text}"


class Year:
    def __init__(self, url, directory, voucherctl, top):
        self.directory, self.top = pathlib.Path(directory), pathlib.Path(top)
        self.office = Office(url, self.directory / "ca", str(self.top / "contrib" / "demo-ca"), FIRMS, PROVIDERS)
        self.finance = Ctl(voucherctl, url, self.directory, "finance")
        self.director = Ctl(voucherctl, url, self.directory, "director")
        self.approver = Ctl(voucherctl, url, self.directory, "approver")
        self.auditor = Ctl(voucherctl, url, self.directory, "auditor")
        self.today = datetime.datetime.now(CHINA).date()
        self.bank = Bank(HOUSE["account"]["number"], OPENING, self.today.isoformat())
        self.month = self.today.strftime("%Y-%m")
        self.amounts = self.plan()
        self.claims = [0] * PROJECTS
        self.schemas = pathlib.Path(os.environ.get("VOUCHERD_ISO20022_DIR", "/nonexistent"))

    @staticmethod
    def plan():
        """What each project is worth; the last settled one makes the sum come out."""
        amounts = [(15000 + i % 11 * 50) * 100 + i for i in range(SETTLED - 1)]
        amounts.append(PAID - sum(amounts))
        amounts += UNSETTLED
        assert 0 < amounts[SETTLED - 1] < 5000000 and sum(amounts) == USED
        return amounts

    def rules(self):
        """contrib/programmes/jinyun-2017.json, in this year."""
        text = (self.top / "contrib" / "programmes" / "jinyun-2017.json").read_text(encoding="utf-8")
        year = self.today.year
        text = text.replace("2018-03-31", f"{year + 1}-03-31").replace("2017-11-30", f"{year}-12-31")
        return json.loads(re.sub(r'"2017-', f'"{year}-', text))["rules"]

    def file(self, name):
        return str(self.directory / name)

    def validate(self, file, schema):
        """By xmllint, where the public schemas are at hand."""
        path = self.schemas / schema
        if path.exists():
            subprocess.run(["xmllint", "--noout", "--nonet", "--schema", str(path), file], check=True,
                           capture_output=True)
        else:
            print(f"  skipped: {schema} is not at hand (VOUCHERD_ISO20022_DIR)")

    # --- the year ---

    def issue_and_use(self):
        office = self.office
        self.vouchers, self.reservations = [], []
        for i in range(FIRMS):
            worth = SPARE + sum(self.amounts[k] for k in range(i, PROJECTS, FIRMS))
            self.vouchers.append(office.issue(i, worth))
        for k in range(PROJECTS):
            self.reservations.append(office.use(k % FIRMS, self.vouchers[k % FIRMS], k % PROVIDERS, f"JY-{k + 1:03d}",
                                                self.amounts[k]))

    def claim(self, first, end):
        """Claimed, approved, countersigned and published."""
        office = self.office
        for k in range(first, end):
            self.claims[k], = office.providers[k % PROVIDERS][1].make({"submit_claim": {
                "reservation": str(self.reservations[k]), "amount": str(self.amounts[k]), "invoices": [
                    {"number": f"{k + 1:020d}", "amount": str(2 * self.amounts[k]), "date": self.bank.day}]}})
        ids = [str(claim) for claim in self.claims[first:end]]
        office.approver.do(*[{"approve_claim": {"claim": claim}} for claim in ids])
        office.director.do(*[{"countersign_claim": {"claim": claim}} for claim in ids])
        office.operator.do(*[{"publish_claim": {"claim": claim}} for claim in ids])

    def settle(self):
        """Opened by finance, approved by the director; its number."""
        number = self.finance.run("--quiet", "settlement", "open", "jinyun", "--house-account", "jinyun").strip()
        self.director.run("settlement", "approve", number, "--yes")
        return number

    def give_back(self):
        office = self.office
        for i in range(RETURNED):
            office.firms[i][1].do({"return_voucher": {"voucher": str(self.vouchers[i])}})
        office.operator.do(*[{"cancel_voucher": {"voucher": str(self.vouchers[i]), "reason": "企业注销"}}
                             for i in range(RETURNED, RETURNED + CANCELLED)])

    # --- files to the bank, and back ---

    def first_payments(self):
        """30 payments: the bank refuses one, sends one back, and carries two out twice."""
        step("a settlement of 108 claims goes to the bank as pain.001")
        number = self.settle()
        file = self.file("payments-1.xml")
        self.finance.run("settlement", "payment-file", number, "--output", file)
        first_bytes = pathlib.Path(file).read_bytes()
        self.finance.run("settlement", "payment-file", number, "--output", file)
        assert pathlib.Path(file).read_bytes() == first_bytes, "the file made again is another"
        self.validate(file, "pain.001.001.09.xsd")
        self.finance.refused("SETTLEMENT_STATE", "settlement", "cancel", number, "--reason", "太晚")
        message, orders = self.bank.pay(file, refused={self.account_of(4)})
        assert len(orders) == PROVIDERS and sum(order["amount"] for order in orders) == PAID
        self.refused_order, = [order for order in orders if order["is_refused"]]
        self.returned_order, first_twice, second_twice = orders[9], orders[14], orders[15]

        step("the bank's report says that one was refused: it is payable again")
        report = self.file("report-1.xml")
        self.bank.report(report, message, orders)
        self.validate(report, "pain.002.001.11.xsd")
        self.finance.run("bank-file", "import", report)
        self.finance.run("bank-file", "import", report)  # again: nothing happens
        assert self.programme()["payable"] == sum(UNSETTLED) + self.refused_order["amount"]

        step("the statement confirms the others, and shows what nobody asked for")
        for order in first_twice, second_twice:
            self.bank.pay_order(order)
        self.bank.book(self.returned_order["amount"], "退汇 户名不符", self.returned_order["reference"])
        self.bank.book(UNKNOWN, "来款待查")
        self.twice = {first_twice["amount"], second_twice["amount"]}
        statement = self.file("statement-1.xml")
        self.bank.statement(statement)
        self.validate(statement, "camt.053.001.08.xsd")
        self.refuse_broken_statements(statement)
        self.finance.run("bank-file", "import", statement, "--house-account", "jinyun")
        before = self.size()
        self.finance.run("bank-file", "import", statement, "--house-account", "jinyun")
        assert self.size() == before, "a statement was imported twice"
        again = self.refused_order["amount"] + self.returned_order["amount"]
        assert self.programme()["payable"] == sum(UNSETTLED) + again

    def refuse_broken_statements(self, statement):
        """A balance that is not what the lines lead to, and half a file: nothing is imported."""
        before = self.size()
        text = pathlib.Path(statement).read_text(encoding="utf-8")
        broken = self.file("broken.xml")
        for spoilt in (text.replace(yuan(self.bank.balance), yuan(self.bank.balance + 1)), text[:len(text) // 2]):
            pathlib.Path(broken).write_text(spoilt, encoding="utf-8")
            said = self.finance.run("bank-file", "import", broken, "--house-account", "jinyun", status=1)
            assert re.search(r"broken\.xml:\d+:", said), f"no place is named: {said}"
        assert self.size() == before, "something of a broken statement was imported"

    def second_payments(self):
        """What was refused and what came back is paid again, by a file and a statement of ICBC's kind; and a provider
        pays back what it was ordered to."""
        step("what was refused and came back is paid again: CSV files of the bank")
        number = self.settle()
        file = self.file("payments-2.csv")
        self.finance.run("settlement", "payment-file", number, "--bank-profile", "icbc", "--output", file)
        orders = self.bank.pay_csv(file)
        assert {order["amount"] for order in orders} == {self.refused_order["amount"], self.returned_order["amount"]}
        self.office.approver.do({"order_clawback": {
            "claim": str(self.claims[20]), "amount": str(CLAWED_BACK), "ground": "CLAWBACK_MISUSE",
            "reason": "抽查发现部分费用不属支持范围"}})
        self.bank.book(CLAWED_BACK, f"退回补贴款 兑付申请{self.claims[20]}")
        statement = self.file("statement-2.csv")
        self.bank.statement_icbc(statement)
        self.finance.run("bank-file", "import", statement, "--house-account", "jinyun", "--bank-profile", "icbc")
        programme = self.programme()
        assert programme["paid"] == PAID and programme["payable"] == sum(UNSETTLED) and programme["in_payment"] == 0, programme
        assert programme["recovered"] == CLAWED_BACK and programme["receivable"] == 0, programme

    # --- the month ---

    def exceptions(self):
        lines = self.finance.json("bank-line", "list", "--house-account", "jinyun", "--state", "exception", "--all")
        return lines["bank_lines"]

    def check_exceptions(self):
        """Exactly what was planted."""
        step("the exceptions are those that were planted")
        found = sorted((line["exception"], int(line["amount"])) for line in self.exceptions())
        planted = sorted([("LINE_RETURNED", self.returned_order["amount"]), ("LINE_UNKNOWN", UNKNOWN),
                          *(("LINE_DUPLICATE", -amount) for amount in self.twice)])
        assert found == planted, f"{found}\nplanted: {planted}"
        for state in "unmatched", "suggested", "partially_matched":
            lines = self.finance.json("bank-line", "list", "--house-account", "jinyun", "--state", state, "--all")
            assert not lines.get("bank_lines"), lines

    def close(self):
        step("the month is closed: what is open is carried over, four eyes, and nothing gets in afterwards")
        self.finance.refused("EXCEPTIONS_OPEN", "period", "prepare", self.month)
        lines = self.exceptions()
        for line in lines:
            self.finance.run("bank-line", "assign", "jinyun", line["line"], "--owner", "S-finance", "--reason", "已联系银行")
        carry = [word for line in lines for word in ("--carry-over", f"jinyun:{line['line']}=银行核查中")]
        self.finance.run("period", "prepare", self.month, *carry)
        self.finance.refused("SAME_PERSON", "period", "review", self.month, "--yes")
        self.finance.refused("PERIOD_STATE", "period", "close", self.month)
        self.director.run("period", "review", self.month, "--yes")
        self.finance.run("period", "close", self.month)
        assert self.finance.json("period", "show", self.month)["status"] == "PERIOD_CLOSED"
        self.bank.book(-1000, "账户管理费")
        late = self.file("statement-3.xml")
        self.bank.statement(late)
        self.finance.refused("DATE_CLOSED", "bank-file", "import", late, "--house-account", "jinyun")

    # --- what must hold ---

    def size(self):
        return self.office.auditor.get("/v1/tree-head")["size"]

    def account_of(self, provider):
        code = self.office.providers[provider][0]
        return self.office.operator.get(f"/v1/parties/{code}")["bank_account"]["number"]

    def programme(self):
        body = self.office.auditor.get("/v1/programmes/jinyun")
        return {key: int(body.get(key, 0)) for key in (
            "allocated", "available", "live", "reserved", "payable", "in_payment", "paid", "issued", "redeemed",
            "returned", "cancelled", "expired", "recovered", "receivable")}

    def check_identities(self):
        step("every identity holds, to the fen")
        p = self.programme()
        assert p["issued"] == ISSUED and p["redeemed"] == USED and p["paid"] == PAID, p
        assert p["live"] + p["returned"] + p["expired"] + p["cancelled"] == ISSUED - USED, p
        assert p["payable"] + p["in_payment"] == USED - PAID, p
        assert p["in_payment"] == sum(UNSETTLED[:2]), p
        assert p["allocated"] == p["available"] + p["live"] + p["reserved"] + p["payable"] + p["in_payment"] + \
            p["paid"] - p["recovered"], p
        accounts = self.auditor.json("account", "list", "--all")["accounts"]
        assert sum(int(account.get("balance", 0)) for account in accounts) == 0, "the trial balance"
        house = self.office.finance.get("/v1/house-accounts/jinyun")
        h = {key: int(house["figures"].get(key, 0)) for key in (
            "statement", "books", "open_in", "open_out", "awaited_in", "awaited_out")}
        assert h["statement"] - h["open_in"] + h["open_out"] == h["books"] - h["awaited_in"] + h["awaited_out"], h
        assert h["books"] == OPENING - PAID + CLAWED_BACK, h
        assert h["open_in"] == UNKNOWN and h["open_out"] == sum(self.twice), h
        books = [account for account in accounts if account["account"] == "MEMO_BANK"]
        assert len(books) == 1 and int(books[0]["balance"]) == h["books"], books

    def check_reconciliation(self):
        """银行存款余额调节表: the adjusted balances are one, and the bank's is the bank's."""
        sheet = self.finance.run("reconciliation", "jinyun")
        assert f"{self.bank.balance // 100:,}.{self.bank.balance % 100:02d}" in sheet, sheet
        books = OPENING - PAID + CLAWED_BACK + UNKNOWN - sum(self.twice)  # as adjusted
        assert sheet.count(f"{books // 100:,}.{books % 100:02d}") >= 2, sheet

    def check_claims(self):
        """Every settled claim has been found on a statement; its provider's month says so."""
        claims = self.office.auditor.get_all("/v1/claims?programme=jinyun", "claims")
        status = {int(claim["id"]): claim["status"] for claim in claims}
        assert all(status[claim] == "CLAIM_RECONCILED" for claim in self.claims[:SETTLED]), status
        assert [status[claim] for claim in self.claims[SETTLED:]] == ["CLAIM_IN_SETTLEMENT"] * 2 + ["CLAIM_PUBLISHED"] * 2

    def live(self):
        step("55 firms and 30 providers: 112 projects, used and claimed")
        self.office.open_programme("jinyun", self.rules(), 2000000, HOUSE)
        self.issue_and_use()
        self.claim(0, SETTLED)
        self.first_payments()
        self.second_payments()
        step("the year's last projects: two are in payment, two are payable")
        self.claim(SETTLED, SETTLED + 2)
        self.settle()
        self.claim(SETTLED + 2, PROJECTS)
        self.give_back()
        self.check_exceptions()
        self.check_identities()
        self.check_reconciliation()
        self.check_claims()
        self.close()
        self.check_identities()


if __name__ == "__main__":
    Year(*sys.argv[1:]).live()
