"""Journal entries and bank deposits: money moved between accounts."""

from __future__ import annotations

from collections import Counter

from sync.sandbox.quickbooks.amounts import amount_of
from sync.sandbox.quickbooks.books import Posting
from sync.sandbox.quickbooks.company import Company, Draft
from sync.sandbox.quickbooks.headers import read_header
from sync.sandbox.quickbooks.lines import detail_of, numbered
from sync.sandbox.quickbooks.refusals import Refusal, business, missing
from sync.sandbox.quickbooks.store import Effects, Record
from sync.sandbox.quickbooks.wire import Json, money

_OWED = {"Accounts Receivable": "Customer", "Accounts Payable": "Vendor"}
_DEPOSITABLE = ("Payment", "SalesReceipt", "RefundReceipt")
_BANKS = frozenset({"Bank", "Other Current Asset"})
_DIRECT = frozenset(
    {
        "Income",
        "Other Income",
        "Expense",
        "Other Expense",
        "Other Current Asset",
        "Other Current Liability",
        "Equity",
        "Cost of Goods Sold",
    }
)


def build_journal(company: Company, kind: str, source: Json, old: Record | None) -> Draft:
    """Debits must equal credits, and owed accounts need a name."""
    body = read_header(company, kind, source, old).body
    postings: list[Posting] = []
    receivable: list[tuple[str, int]] = []
    payable: list[tuple[str, int]] = []
    shown: list[Json] = []
    owed = 0
    for line in numbered(source["Line"]):
        detail = detail_of(line)
        shown.append(line)
        if line["DetailType"] == "DescriptionOnly":
            continue
        amount = amount_of(line)
        if amount < 0:
            raise Refusal("2290", "Journal amounts must be positive.", "Line.Amount")
        if "PostingType" not in detail:
            raise Refusal("2260", "Each line is a Debit or a Credit.", "PostingType")
        if "AccountRef" not in detail:
            raise missing("Line.JournalEntryLineDetail.AccountRef")
        account = company.account(detail["AccountRef"], "AccountRef")
        signed = amount if detail["PostingType"] == "Debit" else -amount
        if who := _OWED.get(account.body["AccountType"]):
            owed += 1
            name = _entity(company, detail, who)
            (receivable if who == "Customer" else payable).append((name, signed))
        postings.append(Posting(account.id, signed))
        line["Amount"] = money(amount)
        line["JournalEntryLineDetail"] = detail | {"AccountRef": company.named(account)}
    if owed > 1:
        raise business("You can only use one A/R or A/P account in a journal entry.")
    if len(postings) < 2 or sum([posting.cents for posting in postings]) != 0:
        raise Refusal("2300", "Debits and credits must be equal.", "Line.Amount")
    body["Line"] = shown
    body["TotalAmt"] = 0
    return Draft(
        body,
        Effects(
            postings=tuple(posting for posting in postings if posting.cents),
            receivable=tuple(receivable),
            payable=tuple((name, -cents) for name, cents in payable),
        ),
    )


def _entity(company: Company, detail: Json, kind: str) -> str:
    entity = detail.get("Entity", {})
    if entity.get("Type") != kind or "EntityRef" not in entity:
        word = (
            ("Accounts Receivable", "customer")
            if kind == "Customer"
            else ("Accounts Payable", "vendor")
        )
        raise business(f"When you use {word[0]}, you must choose a {word[1]} in the Name field.")
    return company.reference(kind, entity["EntityRef"], "EntityRef").id


def build_deposit(company: Company, kind: str, source: Json, old: Record | None) -> Draft:
    """Take documents out of Undeposited Funds, whole, and add direct lines such as fees."""
    body = read_header(company, kind, source, old).body
    bank = company.account(body["DepositToAccountRef"], "DepositToAccountRef", _BANKS)
    body["DepositToAccountRef"] = company.named(bank)
    sums: Counter[str] = Counter()
    deposits: list[tuple[str, str]] = []
    shown: list[Json] = []
    for line in numbered(source["Line"]):
        amount = amount_of(line)
        if line.get("LinkedTxn"):
            deposits.append(_deposited(company, line, amount, old))
            sums[company.role("undeposited")] -= amount
        else:
            detail = detail_of(line)
            if "AccountRef" not in detail:
                raise Refusal("6440", "Each line with an amount needs an account.", "AccountRef")
            account = company.account(detail["AccountRef"], "AccountRef", _DIRECT)
            sums[account.id] -= amount
            line["DepositLineDetail"] = detail | {"AccountRef": company.named(account)}
        line["Amount"] = money(amount)
        shown.append(line)
    total = -sum(sums.values())
    if total < 0:
        raise business("Transaction amount must be 0 or greater.")
    sums[bank.id] += total
    body["Line"] = shown
    body["TotalAmt"] = money(total)
    return Draft(
        body,
        Effects(
            postings=tuple(Posting(id, amount) for id, amount in sums.items() if amount),
            total=total,
            deposits=tuple(deposits),
        ),
    )


def _deposited(company: Company, line: Json, amount: int, old: Record | None) -> tuple[str, str]:
    linked = line["LinkedTxn"][0]
    kind, id = linked["TxnType"], linked["TxnId"]
    if "TxnLineId" not in linked:
        raise missing("Line.LinkedTxn.TxnLineId")
    document = company.store.find(kind, id) if kind in _DEPOSITABLE else None
    if document is None or not document.effects.undeposited:
        raise Refusal("620", f"{kind} {id} is not in Undeposited Funds.", "LinkedTxn")
    holder = company.store.deposited.get((kind, id))
    if holder is not None and (old is None or holder != old.id):
        raise Refusal("620", f"{kind} {id} is already on a deposit.", "LinkedTxn")
    due = -document.effects.total if kind == "RefundReceipt" else document.effects.total
    if amount != due:
        raise business("A document is deposited whole: the amounts differ.")
    return kind, id
