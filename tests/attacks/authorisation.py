# SPDX-License-Identifier: Apache-2.0
"""authorisation.py URL AUTHORITY DEMO-CA LOG: everybody tries everything.

Who may do what is written down here a second time, from the rules of the office and not from the daemon's tables. Each
command is one that would take effect: whoever may give it is told so by a dry run, which shows that nothing but the
permission stands in the way of the others. They are refused in a batch, in a dry run and on the command's own route.
Then each route that reads, by everybody, of objects that are theirs and that are not; and what four eyes are for."""
import base64
import concurrent.futures
import hashlib
import json
import pathlib
import subprocess
import sys
import uuid

SYSTEM = pathlib.Path(__file__).resolve().parent.parent / "system"
sys.path.insert(0, str(SYSTEM))
from office import Office, Refused, token_of, uscc  # noqa: E402

RULES = {
    "version": 1, "title": "权限测试", "effective_from": "2020-01-01", "instrument": "INSTRUMENT_VOUCHER",
    "holder": {"kinds": ["PARTY_KIND_COMPANY"]}, "review": "REVIEW_ONE", "when_capped": "GRANT_THE_REST",
    "expense_base": "EXPENSE_ACTUAL", "tiers": [{"id": 1, "name": "创新服务", "ratio_bp": 5000}],
    "use_within_days": 365, "claim_within_days": 365, "payee": "PAYEE_PROVIDER", "countersign": True}
HOUSE = {"code": "main", "name": "零余额账户", "opening_balance": "0",
         "account": {"number": "1202020209900012345", "bank_code": "102337000011", "holder_name": "县科学技术局"}}
FEN = 10000
NO_DIGEST = "00" * 32
FORBIDDEN = {"ROLE_NOT_ALLOWED", "NOT_OWNER", "NOT_IN_REGION", "PRINCIPAL_REVOKED"}

OFFICE = {  # what each desk of the office does
    "operator": "create_fund create_programme publish_rules register_party update_party admit_provider suspend_party reinstate_party "
                "blacklist_party assess_party assign_party record_agreement apply issue cancel_voucher extend_voucher expire "
                "withdraw_reservation return_claim publish_claim object_claim register_house_account draw_sample",
    "admin": "register_principal revoke_principal erase_personal rotate_checkpoint_key",
    "finance": "appropriate allocate open_settlement cancel_settlement record_payment record_payment_file reconcile unmatch publish_claim "
               "import_statement assign_line resolve_line record_recovery prepare_period review_period close_period",
    "reviewer": "review_application return_claim object_claim",
    "approver": "approve_claim countersign_claim reject_claim resolve_objection approve_settlement order_clawback write_off review_period "
                "reopen_period",
    "auditor": "draw_sample",
}
OWN = {  # what the parties do with what is theirs
    "firm": "apply return_voucher reserve redeem release object_claim",  # these rules pay the provider: it claims
    "provider": "submit_claim object_claim",
    "rival_firm": "object_claim", "rival_provider": "object_claim",  # what is published, anybody may object to
}
# Of these a dry run by whom it may concern is refused for what it says; that the role may is seen from the outcome.
NOT_READY = {"expire", "unmatch", "resolve_line", "reconcile", "record_agreement", "erase_personal", "rotate_checkpoint_key",
             "extend_voucher", "close_period", "review_period", "reopen_period", "assign_line"}


class World:
    """An office, two firms and two providers, and an object in every state that a command asks for."""

    def __init__(self, url, ca, demo_ca):
        self.office = office = Office(url, ca, demo_ca, firms=2, providers=2)
        self.url, self.ca, self.demo_ca = url, pathlib.Path(ca), demo_ca
        office.open_programme("p", RULES, 1000000, HOUSE)
        office.finance.do({"appropriate": {"fund": "county", "amount": str(FEN * 1000), "document": "预算批复2号"}})
        self.invoices = 0
        firm, provider = office.firms[0], office.providers[0]
        self.firm_code, self.provider_code = firm[0], provider[0]
        self.fresh, = firm[1].make(self.application())
        self.reviewed, = firm[1].make(self.application())
        office.reviewer.do({"review_application": {"application": str(self.reviewed), "verdict": "VERDICT_APPROVE"}})
        self.voucher = office.issue(0, FEN * 100)
        self.unused = office.issue(0, FEN)
        self.reservation = office.use(0, self.voucher, 0, "HT-1", FEN * 40)
        self.unredeemed, = firm[1].make({"reserve": self.contract("HT-2")})
        names = ("submitted", "approved", "ready", "settled", "approving", "paid")
        self.claims = {name: self.claim() for name in names}
        self.claims.update({name: self.claim(self.public_reservation()) for name in ("published", "objected")})
        for name in set(self.claims) - {"submitted"}:
            office.director.do({"approve_claim": {"claim": str(self.claims[name])}})
        for name in set(self.claims) - {"submitted", "approved"}:
            office.approver.do({"countersign_claim": {"claim": str(self.claims[name])}})
        office.operator.do({"publish_claim": {"claim": str(self.claims["paid"])}})
        self.paid_settlement, digest = self.settle()
        office.director.do({"approve_settlement": {"settlement": self.paid_settlement, "payments_digest": digest}})
        office.finance.do({"record_payment": {"settlement": self.paid_settlement, "payment": 1, "status": "PAYMENT_PAID",
                                              "bank_reference": "B-1", "value_date": self.today()}})
        self.clawback, = office.director.make({"order_clawback": {
            "claim": str(self.claims["paid"]), "amount": str(FEN // 2), "ground": "CLAWBACK_ERROR", "reason": "多付"}})
        office.operator.do({"publish_claim": {"claim": str(self.claims["settled"])}})
        self.approved_settlement, digest = self.settle()
        office.director.do({"approve_settlement": {"settlement": self.approved_settlement, "payments_digest": digest}})
        for name in ("published", "objected", "approving"):
            office.operator.do({"publish_claim": {"claim": str(self.claims[name])}})
        office.reviewer.do({"object_claim": {"claim": str(self.claims["objected"]), "reason": "存疑"}})
        self.settlement, self.digest = self.settle()
        late = self.claim()
        office.approver.do({"approve_claim": {"claim": str(late)}})
        office.director.do({"countersign_claim": {"claim": str(late)}})
        office.operator.do({"publish_claim": {"claim": str(late)}})
        self.statement, = office.finance.make({"import_statement": self.page("F-1")})
        self.party, = [uscc(77777)]
        office.operator.do({"register_party": {"code": self.party, "kind": "PARTY_KIND_COMPANY", "name": "甲", "region": "331122"}})
        self.suspended = uscc(77778)
        office.operator.do({"register_party": {"code": self.suspended, "kind": "PARTY_KIND_COMPANY", "name": "乙", "region": "331122"}})
        office.operator.do({"suspend_party": {"party": self.suspended, "reason": "核查"}})
        self.spare, _ = self.register("spare", "S-spare", ["ROLE_AUDITOR"])

    def register(self, name, person, roles, **more):
        """A certificate of that name for somebody of the office: the principal's id, and who may speak as it."""
        subprocess.run([self.demo_ca, str(self.ca), name], check=True)
        spki = subprocess.run([self.demo_ca, "--spki", str(self.ca / f"{name}.pem")], check=True, capture_output=True,
                              text=True).stdout.strip()
        principal, = self.office.admin.make({"register_principal": {
            "person": person, "roles": roles, "certificate_spki": spki, **more}})
        return principal, self.office.person(name)

    def today(self):
        import datetime
        return datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8))).date().isoformat()

    def application(self):
        return {"apply": {"programme": "p", "party": self.firm_code, "amount": str(FEN), "purpose": "研发"}}

    def contract(self, number):
        return {"voucher": str(self.voucher), "provider": self.provider_code, "contract_number": number, "category": "研发设计",
                "total": str(2 * FEN), "eligible": str(2 * FEN)}

    def public_reservation(self):
        """Of a programme that publishes what it is about to pay."""
        office, code = self.office, f"public-{self.invoices}"
        rules = {**RULES, "publication_days": 7}
        office.operator.do({"create_programme": {"code": code, "name": code, "region": "331122", "utc_offset_minutes": 480}},
                           {"publish_rules": {"programme": code, "rules": rules}})
        office.finance.do({"allocate": {"fund": "county", "programme": code, "amount": str(FEN * 10)}})
        office.operator.do({"admit_provider": {"programme": code, "party": self.provider_code}})
        office.programme, own = code, office.programme
        reservation = office.use(0, office.issue(0, FEN), 0, "HT-" + code, FEN)
        office.programme = own
        return reservation

    def claim(self, reservation=None):
        self.invoices += 1
        body = {"submit_claim": {"reservation": str(reservation or self.reservation), "amount": str(FEN), "invoices": [
            {"number": f"{self.invoices:020d}", "amount": str(2 * FEN), "date": self.today()}]}}
        return self.office.providers[0][1].make(body)[0]

    def settle(self):
        size = self.office.finance.get("/v1/tree-head")["size"]
        reply, = self.office.finance.do({"open_settlement": {"programme": "p", "cutoff": str(size), "house_account": "main"}})
        return reply["seq"], reply["decision"]["payments_digest"]

    def page(self, name):
        return {"house_account": "main", "file": hashlib.sha256(name.encode()).hexdigest(), "format": "test",
                "number": name, "page": 1, "pages": 1, "lines": [
                    {"file_line": "1", "serial": name, "amount": "4711", "booking_date": self.today(), "text": "来款"}]}

    def bodies(self):
        """Every command as whoever may give it would, of the first firm and the first provider where it is somebody's."""
        size = str(self.office.finance.get("/v1/tree-head")["size"])
        claims = {name: {"claim": str(claim)} for name, claim in self.claims.items()}
        why = {"reason": "测试"}
        month = self.today()[:7]
        spki = hashlib.sha256(b"nobody's key").hexdigest()
        return {
            "create_fund": {"code": "other", "name": "其他"}, "appropriate": {"fund": "county", "amount": "100", "document": "批复"},
            "create_programme": {"code": "q", "name": "q", "region": "331122", "utc_offset_minutes": 480}, "allocate": {"fund": "county", "programme": "p", "amount": "1"},
            "publish_rules": {"programme": "p", "rules": {**RULES, "version": 2, "effective_from": "2099-01-01"}},
            "register_party": {"code": uscc(88888), "kind": "PARTY_KIND_COMPANY", "name": "丙", "region": "331122"},
            "update_party": {"code": self.party, "name": "丁", "region": "331122"}, "admit_provider": {"programme": "p", "party": self.provider_code, "categories": ["研发设计"]},
            "suspend_party": {"party": self.party, **why}, "reinstate_party": {"party": self.suspended, **why}, "blacklist_party": {"party": self.party, **why, "until": "2099-01-01"},
            "assess_party": {"programme": "p", "party": self.provider_code, "year": 2025, "passed": True, "document": "考核"}, "assign_party": {"party": self.party, "owner": "S-operator", "task": "走访", "deadline": "2099-01-01"},
            "record_agreement": {"programme": "p", "party": self.provider_code, "document": "协议", "from": "2026-01-01", "until": "2099-01-01"},
            "register_principal": {"person": "X-1", "roles": ["ROLE_ADMIN"], "certificate_spki": spki}, "revoke_principal": {"principal": str(self.spare), **why},
            "erase_personal": {"party": self.party, **why}, "rotate_checkpoint_key": {"key": {"ed25519": base64.b64encode(bytes(32)).decode()}, **why},
            **self.application(), "review_application": {"application": str(self.fresh), "verdict": "VERDICT_APPROVE"}, "issue": {"application": str(self.reviewed), "amount": str(FEN)},
            "return_voucher": {"voucher": str(self.unused)}, "cancel_voucher": {"voucher": str(self.unused), **why}, "extend_voucher": {"voucher": str(self.unused), **why}, "expire": {"voucher": str(self.unused)},
            "remind": {"voucher": str(self.unused), "days": 7}, "reserve": self.contract("HT-3"), "redeem": {"reservation": str(self.unredeemed), "amount": "100", "milestone": "验收"}, "release": {"reservation": str(self.unredeemed)},
            "withdraw_reservation": {"reservation": str(self.unredeemed), **why}, "submit_claim": {"reservation": str(self.reservation), "amount": str(FEN), "invoices": [{"number": "9" * 20, "amount": str(2 * FEN), "date": self.today()}]},
            "return_claim": {**claims["submitted"], **why}, "approve_claim": claims["submitted"], "countersign_claim": claims["approved"], "reject_claim": {**claims["submitted"], **why}, "publish_claim": claims["ready"],
            "object_claim": {**claims["published"], **why}, "resolve_objection": {**claims["objected"], "upheld": False, **why}, "open_settlement": {"programme": "p", "cutoff": size, "house_account": "main"},
            "approve_settlement": {"settlement": self.settlement, "payments_digest": self.digest}, "cancel_settlement": {"settlement": self.settlement, **why},
            "record_payment": {"settlement": self.approved_settlement, "payment": 1, "status": "PAYMENT_PAID", "bank_reference": "B-2", "value_date": self.today()},
            "record_payment_file": {"settlement": self.approved_settlement, "format": "test", "file": NO_DIGEST},
            "reconcile": {"house_account": "main", "lines": ["1"], "targets": [{"clawback": str(self.clawback), "amount": "4711"}]}, "unmatch": {"house_account": "main", "line": "1", **why},
            "assign_line": {"house_account": "main", "line": "1", "owner": "S-finance", **why}, "resolve_line": {"house_account": "main", "line": "1", "kind": "LINE_OTHER", **why},
            "register_house_account": {**HOUSE, "code": "second", "account": {**HOUSE["account"], "number": "1202020209900099999"}}, "order_clawback": {**claims["paid"], "amount": "1", "ground": "CLAWBACK_ERROR", **why},
            "record_recovery": {"clawback": str(self.clawback), "amount": "1", "bank_reference": "B-3", "value_date": self.today()}, "write_off": {"clawback": str(self.clawback), "amount": "1", **why},
            "draw_sample": {"programme": "p", "after": "0", "until": size, "share_bp": 5000, "seed": NO_DIGEST, **why}, "import_statement": self.page("F-2"),
            "prepare_period": {"period": "2025-01"}, "review_period": {"period": month, "figures": NO_DIGEST}, "close_period": {"period": month}, "reopen_period": {"period": month, **why},
        }


class Trial:
    def __init__(self, world, log):
        self.world, self.log, self.count, self.failures, self.denied = world, log, 0, [], 0
        office = world.office
        self.people = {name: getattr(office, name) for name in ("admin", "operator", "reviewer", "approver", "finance", "auditor")}
        self.people.update(firm=office.firms[0][1], rival_firm=office.firms[1][1], provider=office.providers[0][1], rival_provider=office.providers[1][1])
        self.people.update(self.more_people())
        self.desks = {name: set(words.split()) for name, words in OFFICE.items()}

    def more_people(self):
        """An operator of another region; one whose registration was revoked; a certificate that nobody registered;
        nobody at all; a token that is none; and a token of the right form."""
        world, office = self.world, self.world.office
        _, elsewhere = world.register("elsewhere", "S-elsewhere", ["ROLE_OPERATOR"], region="310115")
        principal, revoked = world.register("gone", "S-gone", ["ROLE_OPERATOR", "ROLE_FINANCE", "ROLE_APPROVER"])
        office.admin.do({"revoke_principal": {"principal": str(principal), "reason": "离职"}})
        subprocess.run([world.demo_ca, str(world.ca), "stranger"], check=True)
        nobody = office.person("", token="x")
        nobody.token = None
        return {"operator_elsewhere": elsewhere, "revoked": revoked, "stranger": office.person("stranger"), "nobody": nobody,
                "wrong_token": office.person("", token=token_of("wrong")), "no_token": office.person("", token="../../x")}

    def may(self, who, command):
        kind = {"operator_elsewhere": None, "revoked": None}.get(who, who)
        return command in self.desks.get(kind, ()) or command in OWN.get(kind, "").split()

    def is_known(self, who):
        return who not in ("revoked", "stranger", "nobody", "wrong_token", "no_token")

    def fail(self, *words):
        self.failures.append(" ".join(str(word) for word in words))

    # --- commands ---

    def give(self, who, command, body, dry_run):
        """The outcome; "401" when the door stays shut."""
        self.count += 1
        status, answer = self.people[who].call("POST", "/v1/batch", {
            "dry_run": dry_run, "commands": [{"id": str(uuid.uuid4()), command: body}]})
        if status != 200:
            return str(status)
        return answer["replies"][0]["outcome"]

    def try_command(self, command, body, route):
        for who in self.people:
            outcome = self.give(who, command, body, dry_run=True)
            if self.may(who, command):
                is_right = outcome == "OUTCOME_OK" or (command in NOT_READY and outcome not in FORBIDDEN | {"401"})
                if not is_right:
                    self.fail("the control:", who, "may not", command, outcome)
                continue
            if who == "operator_elsewhere" and command in self.desks["operator"]:
                if outcome == "OUTCOME_OK" and command in REGIONAL:
                    self.fail(who, command, outcome)
                continue
            self.expect_denied(who, command, outcome)
            self.expect_denied(who, command, self.give(who, command, body, dry_run=False))
            if route:
                self.try_route(who, command, body, route)

    def expect_denied(self, who, command, outcome):
        wanted = FORBIDDEN if self.is_known(who) else {"401"}
        self.denied += 1
        if outcome not in wanted:
            self.fail(who, command, "was answered", outcome)

    def try_route(self, who, command, body, route):
        """On its own route, for good: the path takes its values from the body."""
        path, names = route
        for name in names:
            path = path.replace("{" + name + "}", self.path_value(command, name, body))
        status, answer = self.people[who].call("POST", path, {"id": str(uuid.uuid4()), command: body})
        self.count += 1
        self.denied += 1
        if status != (403 if self.is_known(who) else 401):
            self.fail(who, "POST", path, "was answered", status, answer)

    @staticmethod
    def path_value(command, name, body):
        names = {"code": ["house_account"], "line": ["line"], "number": ["payment"], "period": ["period"]}.get(name)
        names = names or ["fund", "programme", "party", "code", "application", "voucher", "reservation", "claim", "settlement", "clawback", "principal"]
        if command == "allocate":
            names = ["programme"]
        return next(str(body[field]) for field in names if field in body)

    def routes(self):
        """{command: (path, names in it)} as the daemon itself describes them."""
        _, document = self.people["nobody"].call("GET", "/openapi.json")
        self.reads = [path for path, operations in document["paths"].items() if "get" in operations]
        routes = {}
        for path, operations in document["paths"].items():
            schema = str(operations.get("post", {}).get("requestBody", {}))
            for command in self.world.bodies():
                message = "".join(word.capitalize() for word in command.split("_"))
                if f"schemas/{message}'" in schema:
                    routes[command] = (path, [part.split("}")[0] for part in path.split("{")[1:]])
        return routes

    def try_commands(self):
        routes = self.routes()
        bodies = self.world.bodies()
        missing = set(bodies) - set(routes) - {"expire", "remind"}
        if missing:
            self.fail("no route was found for", missing)
        before = self.size()
        for command, body in bodies.items():
            self.try_command(command, body, routes.get(command))
        if self.size() != before:
            self.fail("the ledger has grown")

    def size(self):
        return self.people["auditor"].get("/v1/tree-head")["size"]

    # --- reading ---

    def read(self, who, path):
        self.count += 1
        status, text = self.people[who].call_text("GET", path)
        if status in (401, 403):
            self.denied += 1
        return status, text

    def try_reading(self):
        world = self.world
        theirs = {"/v1/applications/{id}": world.fresh, "/v1/vouchers/{id}": world.voucher, "/v1/reservations/{id}": world.reservation,
                  "/v1/claims/{id}": world.claims["submitted"], "/v1/clawbacks/{id}": world.clawback, "/v1/parties/{id}": world.firm_code,
                  "/v1/settlements/{id}/payments/{number}": f"{world.paid_settlement}/payments/1"}
        firms_alone = {"/v1/applications/{id}", "/v1/vouchers/{id}", "/v1/parties/{id}"}
        office_alone = {"/v1/settlements/{id}": world.paid_settlement, "/v1/principals/{id}": world.spare, "/v1/house-accounts/{code}": "main",
                        "/v1/statements/{id}": world.statement, "/v1/house-accounts/{code}/lines/{line}": "main/lines/1"}
        for path, value in theirs.items():
            target = path.split("{")[0] + str(value)
            for who in self.people:
                status, _ = self.read(who, target)
                if not self.is_known(who):
                    wanted = {401}
                elif who in ("rival_firm", "rival_provider", "operator_elsewhere"):
                    wanted = {404}
                elif who == "provider" and path in firms_alone:
                    wanted = {404, 200} if path == "/v1/vouchers/{id}" else {404}
                elif who in ("firm", "provider"):
                    wanted = {200, 404} if path in ("/v1/clawbacks/{id}", "/v1/settlements/{id}/payments/{number}") else {200}
                else:
                    wanted = {200, 404} if "payments" in path else {200}
                if status not in wanted:
                    self.fail(who, "GET", target, "was answered", status)
        for path, value in office_alone.items():
            target = path.split("{")[0] + str(value)
            for who in self.people:
                status, _ = self.read(who, target)
                is_outside = who in ("firm", "rival_firm", "provider", "rival_provider", "operator_elsewhere")
                wanted = {401} if not self.is_known(who) else {403, 404} if is_outside else {200, 404}
                if status not in wanted:
                    self.fail(who, "GET", target, "was answered", status)
        for who in ("auditor", "finance"):
            for path, value in {**theirs, **office_alone}.items():
                status, _ = self.read(who, path.split("{")[0] + str(value))
                if status != 200:
                    self.fail("the control:", who, path, status)

    def try_lists(self):
        """Nobody but the office finds anything of the first firm and provider in a list or in the journal."""
        secrets = [self.world.firm_code, "HT-1", "HT-2", "1202020209900012345", "S-finance", "S-admin", "来款"]
        lists = [path for path in self.reads if path.startswith("/v1/") and "{" not in path]
        for path in lists:
            target = path + {"/v1/statistics/take-up": "?programme=p", "/v1/statistics/waiting": "?programme=p",
                             "/v1/journal": "?after=0&limit=1000", "/v1/proof/inclusion": "?seq=1&size=2",
                             "/v1/proof/consistency": "?from=1&to=2"}.get(path, "")
            for who in self.people:
                status, text = self.read(who, target)
                if not self.is_known(who):
                    if status != 401:
                        self.fail(who, "GET", target, "was answered", status)
                elif who in ("rival_firm", "rival_provider"):
                    found = [secret for secret in secrets if secret in text]
                    if status not in (200, 403) or found:
                        self.fail(who, "GET", target, "was answered", status, "with", found)
                elif who == "auditor" and status != 200:
                    self.fail("the control:", who, target, status)
        feed = self.people["auditor"].call_text("GET", "/v1/journal?after=0&limit=1000")[1]
        if not all(secret in feed for secret in secrets[:3]):
            self.fail("the control: the auditor's journal does not have what is looked for")

    # --- four eyes ---

    def refused(self, person, body, outcome):
        self.count += 1
        try:
            person.do(body)
        except Refused as refused:
            if refused.outcome != outcome:
                self.fail("instead of", outcome, "it was", refused.outcome, body)
            return
        self.fail("not refused:", body)

    def try_four_eyes(self):
        world, office = self.world, self.world.office
        claim = {"claim": str(world.claims["approved"])}
        self.refused(office.director, {"countersign_claim": claim}, "SAME_PERSON")
        _, again = world.register("again", "S-director", ["ROLE_APPROVER"])
        self.refused(again, {"countersign_claim": claim}, "SAME_PERSON")
        _, maker = world.register("maker", "S-finance", ["ROLE_APPROVER"])
        approve = {"approve_settlement": {"settlement": world.settlement, "payments_digest": world.digest}}
        self.refused(maker, approve, "SAME_PERSON")
        stale = {"approve_settlement": {"settlement": world.settlement, "payments_digest": NO_DIGEST}}
        self.refused(office.director, stale, "PAYMENTS_CHANGED")
        self.refused(office.approver, {"approve_claim": {"claim": str(world.claims["approved"])}}, "CLAIM_STATE")

    def try_edit_after_approval(self):
        """A settlement made anew has another digest: the approval of the old one does not fit it."""
        world, office = self.world, self.world.office
        office.finance.do({"cancel_settlement": {"settlement": world.settlement, "reason": "重做"}})
        self.refused(office.director, {"approve_settlement": {"settlement": world.settlement, "payments_digest": world.digest}}, "SETTLEMENT_STATE")
        number, digest = world.settle()
        if digest == world.digest:
            self.fail("another settlement has the same digest")
        self.refused(office.director, {"approve_settlement": {"settlement": number, "payments_digest": world.digest}}, "PAYMENTS_CHANGED")
        world.settlement, world.digest = number, digest

    def try_two_approvals(self):
        """Of one settlement by two persons from many connections at once: one takes effect."""
        world, office = self.world, self.world.office
        body = {"approve_settlement": {"settlement": world.settlement, "payments_digest": world.digest}}

        def approve(name):
            try:
                office.person(name).do(body)
                return "OUTCOME_OK"
            except Refused as refused:
                return refused.outcome
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            outcomes = list(pool.map(approve, ["approver", "director"] * 16))
        self.count += len(outcomes)
        if outcomes.count("OUTCOME_OK") != 1 or set(outcomes) != {"OUTCOME_OK", "SETTLEMENT_STATE"}:
            self.fail("approved at once:", outcomes)

    # --- the log ---

    def metric(self):
        _, text = self.people["auditor"].call_text("GET", "/metrics")
        return next(int(float(line.split()[1])) for line in text.splitlines() if line.startswith("voucherd_denied_total"))

    def check_log(self, counted_before, lines_before):
        """Every denial is counted; those of who is known are in the log, each with its person."""
        counted = self.metric() - counted_before
        if counted < self.denied:
            self.fail(f"{self.denied} denials, {counted} counted")
        lines = [line for line in pathlib.Path(self.log).read_text().splitlines() if " event=denied " in line][lines_before:]
        persons = {line.partition('person="')[2].partition('"')[0] for line in lines}
        for person in ("S-auditor", "S-operator", "S-finance", "S-reviewer", "S-approver", "A-1", "F-1", "F-2", "S-p01", "S-p02", "S-elsewhere"):
            if person not in persons:
                self.fail("the log has no denial of", person, sorted(persons))
        print(f"  {self.denied} denials, {counted} counted, {len(lines)} lines")


REGIONAL = {"issue", "cancel_voucher", "extend_voucher", "withdraw_reservation", "return_claim", "publish_claim", "apply", "update_party",
            "suspend_party", "assign_party"}


def main():
    url, ca, demo_ca, log = sys.argv[1:]
    trial = Trial(World(url, ca, demo_ca), log)
    before, lines = trial.metric(), pathlib.Path(log).read_text().count(" event=denied ")
    trial.try_commands()
    trial.try_reading()
    trial.try_lists()
    trial.check_log(before, lines)
    trial.try_four_eyes()
    trial.try_edit_after_approval()
    trial.try_two_approvals()
    for failure in trial.failures:
        print(failure, file=sys.stderr)
    print(f"9|authorisation|{trial.count}|{len(trial.failures)}")
    sys.exit(bool(trial.failures))


if __name__ == "__main__":
    main()
