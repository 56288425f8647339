# SPDX-License-Identifier: Apache-2.0
"""A bank, as far as a programme office meets it: takes payment files, says what became of the payments, and writes
statements. It shares nothing with voucherd but the standards, so that each judges the other. Amounts are in 分."""
import csv
import io
import xml.etree.ElementTree as ET

PAIN001 = "{urn:iso:std:iso:20022:tech:xsd:pain.001.001.09}"
PAIN002 = "urn:iso:std:iso:20022:tech:xsd:pain.002.001.11"
CAMT053 = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"


def fen(text):
    whole, _, part = text.replace(",", "").partition(".")
    assert len(part) <= 2, text
    return int(whole) * 100 + int(part.ljust(2, "0"))


def yuan(amount):
    return f"{'-' if amount < 0 else ''}{abs(amount) // 100}.{abs(amount) % 100:02d}"


def add(parent, path, text=None, **attributes):
    """Elements one within another, as "RmtInf/Ustrd"; the innermost."""
    for tag in path.split("/"):
        parent = ET.SubElement(parent, tag)
    parent.attrib.update(attributes)
    parent.text = text
    return parent


def write_xml(root, path):
    ET.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)


class Bank:
    def __init__(self, account, balance, day):
        self.account, self.day = account, day
        self.balance = balance  # after the newest statement
        self.lines = []         # that no statement has had
        self.orders = {}        # by reference
        self.serial = 0
        self.statements = 0

    def book(self, amount, text, reference="", name="", account=""):
        """Anything that moves the balance; below nought it goes out. Its serial."""
        self.serial += 1
        serial = f"{self.day.replace('-', '')}{self.serial:08d}"
        self.lines.append({"serial": serial, "amount": amount, "text": text, "reference": reference, "name": name,
                           "account": account})
        return serial

    def pay_order(self, order):
        return self.book(-order["amount"], order["text"], order["reference"], order["name"], order["account"])

    def pay(self, pain001, refused=()):
        """Pays a file's payments, but those to `refused` accounts. Message id and orders, refused ones marked."""
        root = ET.parse(pain001).getroot()
        assert root.tag == PAIN001 + "Document", root.tag
        head = root.find(f".//{PAIN001}GrpHdr")
        orders = []
        for tx in root.iter(PAIN001 + "CdtTrfTxInf"):
            def text(path, tx=tx):
                return tx.findtext("/".join(PAIN001 + tag for tag in path.split("/")))
            orders.append({"reference": text("PmtId/EndToEndId"), "amount": fen(text("Amt/InstdAmt")),
                           "name": text("Cdtr/Nm"), "account": text("CdtrAcct/Id/Othr/Id"), "text": text("RmtInf/Ustrd")})
        assert int(head.findtext(PAIN001 + "NbOfTxs")) == len(orders), "NbOfTxs"
        assert fen(head.findtext(PAIN001 + "CtrlSum")) == sum(order["amount"] for order in orders), "CtrlSum"
        self.take(orders, refused)
        return head.findtext(PAIN001 + "MsgId"), orders

    def pay_csv(self, path):
        """The same from ICBC's file for payments in bulk."""
        with open(path, encoding="gb18030", newline="") as file:
            rows = list(csv.DictReader(file))
        orders = [{"reference": row["汇款用途"], "amount": fen(row["金额"]), "name": row["收款账号名称"],
                   "account": row["收款账号"].strip("\t"), "text": row["备注信息"]} for row in rows]
        self.take(orders, ())
        return orders

    def take(self, orders, refused):
        for order in orders:
            assert order["reference"] not in self.orders, f"ordered twice: {order['reference']}"
            order["is_refused"] = order["account"] in refused
            self.orders[order["reference"]] = order
            if not order["is_refused"]:
                order["serial"] = self.pay_order(order)

    def report(self, path, message, orders):
        """pain.002: what became of a file's payments."""
        root = ET.Element("Document", xmlns=PAIN002)
        report = add(root, "CstmrPmtStsRpt")
        head = add(report, "GrpHdr")
        add(head, "MsgId", "R" + message)
        add(head, "CreDtTm", self.day + "T18:00:00")
        group = add(report, "OrgnlGrpInfAndSts")
        add(group, "OrgnlMsgId", message)
        add(group, "OrgnlMsgNmId", "pain.001.001.09")
        add(group, "GrpSts", "PART" if any(order["is_refused"] for order in orders) else "ACSC")
        block = add(report, "OrgnlPmtInfAndSts")
        add(block, "OrgnlPmtInfId", message)
        for order in orders:
            tx = add(block, "TxInfAndSts")
            add(tx, "OrgnlEndToEndId", order["reference"])
            add(tx, "TxSts", "RJCT" if order["is_refused"] else "ACSC")
            if order["is_refused"]:
                reason = add(tx, "StsRsnInf")
                add(reason, "Rsn/Cd", "AC04")
                add(reason, "AddtlInf", "收款账户已销户")
            else:
                add(tx, "AcctSvcrRef", order["serial"])
        write_xml(root, path)

    def close_statement(self):
        """Its lines, each with the balance after it, and the opening balance."""
        lines, opening = self.lines, self.balance
        self.lines = []
        self.statements += 1
        for line in lines:
            self.balance += line["amount"]
            line["balance"] = self.balance
        return lines, opening

    def statement(self, path):
        """camt.053.001.08 of what no statement has had."""
        lines, opening = self.close_statement()
        root = ET.Element("Document", xmlns=CAMT053)
        message = add(root, "BkToCstmrStmt")
        head = add(message, "GrpHdr")
        add(head, "MsgId", f"S{self.statements:04d}")
        add(head, "CreDtTm", self.day + "T23:00:00")
        statement = add(message, "Stmt")
        add(statement, "Id", f"{self.day}-{self.statements}")
        add(statement, "CreDtTm", self.day + "T23:00:00")
        add(statement, "Acct/Id/Othr/Id", self.account)
        for code, balance in ("OPBD", opening), ("CLBD", self.balance):
            block = add(statement, "Bal")
            add(block, "Tp/CdOrPrtry/Cd", code)
            self.money(block, balance)
            add(block, "Dt/Dt", self.day)
        for line in lines:
            self.entry(add(statement, "Ntry"), line)
        write_xml(root, path)

    @staticmethod
    def money(parent, amount):
        add(parent, "Amt", yuan(abs(amount)), Ccy="CNY")
        add(parent, "CdtDbtInd", "CRDT" if amount >= 0 else "DBIT")

    def entry(self, entry, line):
        self.money(entry, line["amount"])
        add(entry, "Sts/Cd", "BOOK")
        add(entry, "BookgDt/Dt", self.day)
        add(entry, "ValDt/Dt", self.day)
        add(entry, "AcctSvcrRef", line["serial"])
        add(entry, "BkTxCd/Prtry/Cd", "TRF")
        tx = add(entry, "NtryDtls/TxDtls")
        add(tx, "Refs/EndToEndId", line["reference"] or "NOTPROVIDED")
        if line["text"]:
            add(tx, "RmtInf/Ustrd", line["text"])

    def statement_icbc(self, path):
        """The same as ICBC's web bank exports it: GB18030, words before the table and after it, the newest first, long
        numbers behind a tab. (Its profile is contrib/bank-profiles/icbc.ini.)"""
        lines, opening = self.close_statement()
        out = io.StringIO()
        out.write(f"明细查询文件下载\r\n\r\n账号：{self.account}\r\n")
        table = csv.writer(out)
        table.writerow(["交易日期", "凭证号", "交易流水号", "摘要", "对方户名", "对方账号", "借方发生额", "贷方发生额", "余额"])
        for line in reversed(lines):
            amount = f"{abs(line['amount']) // 100:,}.{abs(line['amount']) % 100:02d}"
            table.writerow([self.day, "", "\t" + line["serial"], f"{line['reference']} {line['text']}".strip(),
                            line["name"], "\t" + line["account"] if line["account"] else "",
                            amount if line["amount"] < 0 else "", amount if line["amount"] > 0 else "",
                            f"{line['balance'] // 100:,}.{line['balance'] % 100:02d}"])
        out.write(f"合计,,,,,,,,\r\n")
        with open(path, "wb") as file:
            file.write(out.getvalue().encode("gb18030"))
