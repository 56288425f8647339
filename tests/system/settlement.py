# SPDX-License-Identifier: Apache-2.0
"""settlement.py URL AUTHORITY DEMO-CA: settlements are opened, approved and cancelled one after another while eight
clients keep claiming. In the end no claim is in two settlements that stand, and none is lost."""
import collections
import json
import sys
import threading

from office import Office, Refused

CLIENTS = 8
CLAIMS = 150 # of each client
FEN = 100    # each claim
RULES = {
    "version": 1, "title": "结算测试", "effective_from": "2020-01-01", "instrument": "INSTRUMENT_VOUCHER",
    "holder": {"kinds": ["PARTY_KIND_COMPANY"]}, "review": "REVIEW_ONE", "when_capped": "GRANT_THE_REST",
    "expense_base": "EXPENSE_ACTUAL", "tiers": [{"id": 1, "name": "创新服务", "ratio_bp": 5000}],
    "use_within_days": 365, "claim_within_days": 365, "payee": "PAYEE_PROVIDER", "countersign": False}
HOUSE = {"code": "main", "name": "零余额账户", "opening_balance": "0",
         "account": {"number": "1202020209900012345", "bank_code": "102337000011", "holder_name": "县科学技术局"}}


def claim_and_publish(office, client, reservation, failures):
    """One client: its provider claims, and the office's people take each claim to where it can be settled."""
    try:
        provider = office.providers[client][1]
        approver, operator = office.person("approver"), office.person("operator")
        for k in range(CLAIMS):
            claim, = provider.make({"submit_claim": {
                "reservation": str(reservation), "amount": str(FEN), "invoices": [
                    {"number": f"{client:04d}{k:016d}", "amount": str(2 * FEN), "date": "2026-01-05"}]}})
            approver.do({"approve_claim": {"claim": str(claim)}})
            operator.do({"publish_claim": {"claim": str(claim)}})
    except BaseException as error:  # whatever it is, the test must fail
        failures.append(error)
        raise


def open_one(office):
    """Opens a settlement of what there is now; its id and the digest, or None."""
    size = office.finance.get("/v1/tree-head")["size"]
    try:
        reply, = office.finance.do({"open_settlement": {"programme": office.programme, "cutoff": str(size),
                                                        "house_account": HOUSE["code"]}})
    except Refused as refused:
        if refused.outcome != "NOTHING_TO_SETTLE":
            raise
        return None
    return reply["seq"], reply["decision"]["payments_digest"]


def settle(office, clients):
    """Settles until the clients are done and nothing is left; every third settlement is cancelled."""
    opened = 0
    while True:
        is_last_round = not any(client.is_alive() for client in clients)
        settlement = open_one(office)
        if settlement is None:
            if is_last_round:
                return opened
            continue
        opened += 1
        if opened % 3 == 0:
            office.finance.do({"cancel_settlement": {"settlement": settlement[0], "reason": "重新编制"}})
        else:
            office.director.do({"approve_settlement": {"settlement": settlement[0], "payments_digest": settlement[1]}})


def journal(office):
    after = 0
    while True:
        status, text = office.auditor.call_text("GET", f"/v1/journal?after={after}&limit=2000")
        assert status == 200, text
        entries = [json.loads(line) for line in text.splitlines() if line]
        if not entries:
            return
        yield from entries
        after = int(entries[-1]["seq"])


def read_settlements(office):
    """From the journal alone: published claims by the entry that published them, and each settlement that stands."""
    published, settlements = {}, {}
    for entry in journal(office):
        command = entry.get("command", {})
        if "publish_claim" in command:
            published[command["publish_claim"]["claim"]] = int(entry["seq"])
        elif "open_settlement" in command:
            settlements[entry["seq"]] = (int(command["open_settlement"]["cutoff"]), entry["decision"]["payments"])
        elif "cancel_settlement" in command:
            del settlements[command["cancel_settlement"]["settlement"]]
    return published, settlements


def check(published, settlements):
    """Every claim once; none beyond its settlement's cut-off; payments of what their claims come to."""
    places = collections.Counter()
    for cutoff, payments in settlements.values():
        for payment in payments:
            places.update(payment["claims"])
            assert int(payment["amount"]) == FEN * len(payment["claims"]), f"payment: {payment}"
            late = [claim for claim in payment["claims"] if published[claim] > cutoff]
            assert not late, f"published after the cut-off {cutoff}: {late}"
    twice = [claim for claim, count in places.items() if count > 1]
    assert not twice, f"in two settlements: {twice}"
    lost = published.keys() - places.keys()
    assert not lost, f"in no settlement: {sorted(lost)}"


def check_would_notice(published, settlements):
    """The control: a claim doubled, a claim lost, a cut-off too early."""
    first = next(iter(settlements))
    cutoff, payments = settlements[first]
    doubled = {**settlements, "0": (cutoff, payments[:1])}
    lost = {**settlements, first: (cutoff, payments[1:])}
    early = {**settlements, first: (1, payments)}
    for spoilt in doubled, lost, early:
        try:
            check(published, spoilt)
        except AssertionError:
            continue
        raise SystemExit("the check notices nothing")


def main():
    url, ca, demo_ca = sys.argv[1:]
    office = Office(url, ca, demo_ca, firms=CLIENTS, providers=CLIENTS)
    office.open_programme("settling", RULES, 1000000, HOUSE)
    reservations = [office.use(i, office.issue(i, CLAIMS * FEN), i, f"HT-{i}", CLAIMS * FEN) for i in range(CLIENTS)]
    failures = []
    clients = [threading.Thread(target=claim_and_publish, args=(office, i, reservation, failures))
               for i, reservation in enumerate(reservations)]
    for client in clients:
        client.start()
    opened = settle(office, clients)
    assert not failures, failures
    published, settlements = read_settlements(office)
    assert len(published) == CLIENTS * CLAIMS
    check(published, settlements)
    check_would_notice(published, settlements)
    programme = office.auditor.get("/v1/programmes/settling")
    assert programme.get("payable", "0") == "0", programme
    assert programme["in_payment"] == str(CLIENTS * CLAIMS * FEN), programme
    assert opened >= 6, f"only {opened} settlements: nothing happened at the same time"
    print(f"{len(published)} claims in {len(settlements)} of {opened} settlements, each in one")


if __name__ == "__main__":
    main()
