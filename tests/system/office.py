# SPDX-License-Identifier: Apache-2.0
"""The people of a programme office, its firms and its providers, as system tests need them: each with a certificate
or a token of its own, talking to a voucherd over HTTPS. Python's standard library alone."""
import base64
import hashlib
import http.client
import json
import pathlib
import ssl
import subprocess
import uuid

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
STAFF = {"operator": ["ROLE_OPERATOR"], "reviewer": ["ROLE_REVIEWER"], "approver": ["ROLE_APPROVER"],
         "director": ["ROLE_APPROVER"], "finance": ["ROLE_FINANCE"], "auditor": ["ROLE_AUDITOR"]}


class Refused(Exception):
    """A command was refused; .outcome is its name."""

    def __init__(self, reply):
        super().__init__(json.dumps(reply, ensure_ascii=False))
        self.outcome = reply["outcome"]


def uscc(number, region="331122"):
    """A unified social credit code that passes its check (GB 32100)."""
    digits = f"{number:08d}"
    weights = [3, 7, 9, 10, 5, 8, 4, 2]
    check = (11 - sum(int(d) * w for d, w in zip(digits, weights)) % 11) % 11
    code = "91" + region + digits + ("X" if check == 10 else str(check))
    total = sum(USCC_ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(code))
    return code + USCC_ALPHABET[(31 - total % 31) % 31]


def token_of(text):
    """43 characters of base64url, as a token is."""
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")


class Person:
    """Who may speak to the daemon: by certificate (NAME.pem and NAME.key in the authority's folder) or by token."""

    def __init__(self, url, ca, name, token=None):
        self.host = url.removeprefix("https://")
        self.token = token
        self.context = ssl.create_default_context(cafile=str(ca / "ca.pem"))
        if not token:
            self.context.load_cert_chain(str(ca / f"{name}.pem"), str(ca / f"{name}.key"))
        self.connection = None

    def call(self, method, target, body=None):
        """Status and JSON of one request."""
        status, text = self.call_text(method, target, body)
        return status, json.loads(text) if text else None

    def call_text(self, method, target, body=None):
        headers = {"Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        data = json.dumps(body).encode() if body is not None else None
        if self.connection:
            try:
                return self._ask(method, target, data, headers)
            except (OSError, http.client.HTTPException):
                self.connection.close()  # closed after a minute of idleness; ids make it harmless to ask again
        self.connection = http.client.HTTPSConnection(self.host, context=self.context, timeout=60)
        return self._ask(method, target, data, headers)

    def _ask(self, method, target, data, headers):
        self.connection.request(method, target, data, headers)
        response = self.connection.getresponse()
        return response.status, response.read().decode()

    def get(self, target):
        status, body = self.call("GET", target)
        if status != 200:
            raise AssertionError(f"GET {target}: {status} {body}")
        return body

    def get_all(self, target, member):
        """Every page of a list."""
        items, cursor = [], ""
        while True:
            page = self.get(target + ("&" if "?" in target else "?") + "limit=1000" + cursor)
            items += page.get(member, [])
            if not page.get("next"):
                return items
            cursor = "&cursor=" + page["next"]

    def do(self, *bodies, linked=False):
        """Commands, given as {"submit_claim": {…}}; their replies. Refused when one of them is."""
        replies = []
        for start in range(0, len(bodies), 500):
            commands = [{"id": str(uuid.uuid4()), **body} for body in bodies[start:start + 500]]
            status, answer = self.call("POST", "/v1/batch", {"commands": commands, "linked": linked})
            if status != 200:
                raise AssertionError(f"batch: {status} {answer}")
            replies += answer["replies"]
        for reply in replies:
            if reply["outcome"] != "OUTCOME_OK":
                raise Refused(reply)
        return replies

    def make(self, *bodies):
        """The same; the ids of what was made."""
        return [int(reply["seq"]) for reply in self.do(*bodies)]


class Office:
    """Registers everybody. `firms` and `providers` are lists of (code, Person)."""

    def __init__(self, url, ca, demo_ca, firms=0, providers=0, region="331122"):
        self.url, self.ca, self.region = url, pathlib.Path(ca), region
        names = [f"p{i:02d}" for i in range(1, providers + 1)]
        subprocess.run([demo_ca, str(ca), *STAFF, *names], check=True)
        self.admin = self.person("admin")
        principals = [self._by_certificate(demo_ca, name, roles=roles) for name, roles in STAFF.items()]
        self.admin.do(*principals)
        for name in STAFF:
            setattr(self, name, self.person(name))
        self.providers = [(uscc(10000 + i, region), self.person(name)) for i, name in enumerate(names)]
        self.firms = [(uscc(20000 + i, region), self.person("", token=token_of(f"firm {i}")))
                      for i in range(firms)]
        self.operator.do(*[self._party(code, "PARTY_KIND_PROVIDER", f"服务机构{i + 1}", i)
                           for i, (code, _) in enumerate(self.providers)],
                         *[self._party(code, "PARTY_KIND_COMPANY", f"企业{i + 1}", 1000 + i)
                           for i, (code, _) in enumerate(self.firms)])
        self.admin.do(*[self._by_certificate(demo_ca, name, roles=["ROLE_PROVIDER"], party=code)
                        for name, (code, _) in zip(names, self.providers)],
                      *[{"register_principal": {
                          "person": f"F-{i + 1}", "party": code, "roles": ["ROLE_STARTUP"],
                          "token": hashlib.sha256(person.token.encode()).hexdigest()}}
                        for i, (code, person) in enumerate(self.firms)])

    def person(self, name, token=None):
        return Person(self.url, self.ca, name, token)

    def _by_certificate(self, demo_ca, name, roles, party=None):
        spki = subprocess.run([demo_ca, "--spki", str(self.ca / f"{name}.pem")], check=True, capture_output=True,
                              text=True).stdout.strip()
        body = {"person": f"S-{name}", "roles": roles, "certificate_spki": spki}
        return {"register_principal": {**body, **({"party": party} if party else {})}}

    def _party(self, code, kind, name, number):
        return {"register_party": {
            "code": code, "kind": kind, "name": name, "region": self.region,
            "bank_account": {"number": f"622848{number:013d}", "bank_code": f"{103345000000 + number}",
                             "holder_name": name}}}

    def open_programme(self, code, rules, yuan, house_account):
        """A fund, a house account and a programme with these rules; every provider is admitted."""
        self.operator.do({"create_fund": {"code": "county", "name": "县级财政科技资金"}})
        self.operator.do({"register_house_account": house_account})
        self.finance.do({"appropriate": {"fund": "county", "amount": str(yuan * 100), "document": "预算批复1号"}})
        self.operator.do({"create_programme": {"code": code, "name": code, "region": self.region,
                                               "utc_offset_minutes": 480}})
        self.operator.do({"publish_rules": {"programme": code, "rules": rules}})
        self.finance.do({"allocate": {"fund": "county", "programme": code, "amount": str(yuan * 100)}})
        self.operator.do(*[{"admit_provider": {"programme": code, "party": party}} for party, _ in self.providers])
        self.programme = code

    def issue(self, firm, fen):
        """A voucher of a firm: applied for, reviewed, issued."""
        _, person = self.firms[firm]
        code = self.firms[firm][0]
        application, = person.make({"apply": {"programme": self.programme, "party": code, "amount": str(fen),
                                              "purpose": "技术研发服务"}})
        self.reviewer.do({"review_application": {"application": str(application), "verdict": "VERDICT_APPROVE"}})
        return self.operator.make({"issue": {"application": str(application), "amount": str(fen)}})[0]

    def use(self, firm, voucher, provider, contract, fen):
        """A contract of twice the subsidy, delivered and accepted; its reservation."""
        _, person = self.firms[firm]
        reservation, = person.make({"reserve": {
            "voucher": str(voucher), "provider": self.providers[provider][0], "contract_number": contract,
            "category": "研发设计", "total": str(2 * fen), "eligible": str(2 * fen)}})
        person.do({"redeem": {"reservation": str(reservation), "amount": str(fen), "milestone": "验收"}})
        return reservation
