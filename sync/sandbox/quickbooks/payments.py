"""Money received against invoices: what it settles, and what stays unapplied."""

from __future__ import annotations

from sync.sandbox.quickbooks.amounts import amount_of, to_cents
from sync.sandbox.quickbooks.books import Posting
from sync.sandbox.quickbooks.company import Company, Draft
from sync.sandbox.quickbooks.headers import read_header
from sync.sandbox.quickbooks.refusals import Refusal, business
from sync.sandbox.quickbooks.store import Effects, Link, Record
from sync.sandbox.quickbooks.wire import Json, money

_SETTLED = ("Invoice", "CreditMemo")


def build_payment(company: Company, kind: str, source: Json, old: Record | None) -> Draft:
    """Check one payment against what its invoices still owe."""
    body = read_header(company, kind, source, old).body
    body.pop("DocNumber", None)
    customer = company.reference("Customer", body["CustomerRef"], "CustomerRef")
    body["CustomerRef"] = company.named(customer)
    account = company.money_account(body.get("DepositToAccountRef"), "DepositToAccountRef")
    body["DepositToAccountRef"] = company.named(account)
    total = to_cents(source["TotalAmt"], "TotalAmt")
    if total < 0:
        raise Refusal("2290", "TotalAmt must be a positive number.", "TotalAmt")
    settles = tuple(_links(company, source, customer.id, old))
    applied = sum(link.cents if link.kind == "Invoice" else -link.cents for link in settles)
    if not total and not settles:
        raise business("You must set a transaction amount.")
    if applied > total:
        raise business("The amounts applied are more than the payment.")
    body["TotalAmt"] = money(total)
    body["Line"] = [
        {"Amount": money(link.cents), "LinkedTxn": [{"TxnId": link.id, "TxnType": link.kind}]}
        for link in settles
    ]
    postings = (Posting(account.id, total), Posting(company.role("receivable"), -total))
    return Draft(
        body,
        Effects(
            postings=postings if total else (),
            total=total,
            receivable=((customer.id, -total),),
            settles=settles,
            undeposited=account.id == company.role("undeposited"),
            applied=applied,
        ),
    )


def _links(company: Company, source: Json, customer: str, old: Record | None) -> list[Link]:
    links = []
    for line in source.get("Line", ()):
        amount = amount_of(line)
        if amount < 0:
            raise Refusal("2290", "Line.Amount must be a positive number.", "Line.Amount")
        for linked in line.get("LinkedTxn", ()):
            links.append(_link(company, linked, amount, customer, old))
    return links


def _link(company: Company, linked: Json, amount: int, customer: str, old: Record | None) -> Link:
    kind, id = linked["TxnType"], linked["TxnId"]
    if kind not in _SETTLED:
        raise Refusal("620", f"A payment cannot be linked to a {kind}.", "LinkedTxn")
    document = company.store.find(kind, id)
    if document is None:
        raise Refusal("620", f"{kind} {id} cannot be linked: it was not found.", "LinkedTxn")
    if document.body["CustomerRef"]["value"] != customer:
        raise Refusal("620", f"{kind} {id} belongs to another customer.", "LinkedTxn")
    settled = company.store.settled.get((kind, id)) or {}
    by_others = sum(
        cents for payer, cents in settled.items() if old is None or payer != ("Payment", old.id)
    )
    if amount > document.effects.total - by_others:
        raise Refusal("620", f"{kind} {id} has already been settled.", "LinkedTxn")
    return Link(kind, id, amount)
