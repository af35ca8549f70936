"""Sales receipts, refunds, invoices, credit memos and estimates: one arithmetic, five postings."""

from __future__ import annotations

from collections import Counter

from sync.sandbox.quickbooks.books import Posting
from sync.sandbox.quickbooks.company import Company, Draft
from sync.sandbox.quickbooks.headers import read_header
from sync.sandbox.quickbooks.lines import Lines, read_lines
from sync.sandbox.quickbooks.refusals import Refusal, business
from sync.sandbox.quickbooks.store import Effects, Record, StockMove
from sync.sandbox.quickbooks.tax import Tax, document_tax
from sync.sandbox.quickbooks.wire import Json, add_days, money

_TAXED_LINES = 750
_PAID = ("SalesReceipt", "RefundReceipt")
_OUTWARD = ("RefundReceipt", "CreditMemo")


def build_sale(company: Company, kind: str, source: Json, old: Record | None) -> Draft:
    """Check one sale and work out its totals and postings; nothing is changed yet."""
    header = read_header(company, kind, source, old)
    body = header.body
    customer = _customer(company, body)
    lines = read_lines(company, source, header.day)
    discount = lines.discount.cents if lines.discount else 0
    # an address taken from the customer decides the tax as much as one that was sent
    tax = document_tax(company, body, [line.taxable for line in lines.sold], discount, customer)
    if tax.cents and company.spec.country == "US" and len(lines.sold) > _TAXED_LINES:
        raise business("A taxable transaction holds at most 750 lines.")
    total = lines.subtotal - discount + tax.cents
    if total < 0:
        raise business("Transaction amount must be 0 or greater.")
    _show(company, kind, body, lines, tax, total)
    return Draft(body, _effects(company, kind, body, lines, tax.cents, total))


def _customer(company: Company, body: Json) -> Record | None:
    if "CustomerRef" not in body:
        return None
    customer = company.reference("Customer", body["CustomerRef"], "CustomerRef")
    body["CustomerRef"] = company.named(customer)
    for field in ("BillAddr", "ShipAddr"):
        if field not in body and field in customer.body:
            body[field] = customer.body[field]
    return customer


def _show(company: Company, kind: str, body: Json, lines: Lines, tax: Tax, total: int) -> None:
    for line, code in zip(lines.sold, tax.codes, strict=True):
        if code:
            line.shown["SalesItemLineDetail"]["TaxCodeRef"] = {"value": code}
    body["Line"] = [
        *lines.shown,
        {
            "Amount": money(lines.subtotal),
            "DetailType": "SubTotalLineDetail",
            "SubTotalLineDetail": {},
        },
    ]
    if tax.detail:
        body["TxnTaxDetail"] = tax.detail
    body["TotalAmt"] = money(total)
    body.setdefault("ApplyTaxAfterDiscount", False)
    body.setdefault("PrintStatus", "NeedToPrint")
    body.setdefault("EmailStatus", "NotSet")
    if kind in _PAID:
        body["Balance"] = 0
        account = company.money_account(body.get("DepositToAccountRef"), "DepositToAccountRef")
        body["DepositToAccountRef"] = company.named(account)
    elif kind == "Invoice":
        _invoice(company, body)
    elif kind == "Estimate":
        body.setdefault("TxnStatus", "Pending")


def _invoice(company: Company, body: Json) -> None:
    body.setdefault("LinkedTxn", [])
    for way in ("IPNPayment", "OnlinePayment", "OnlineCreditCardPayment", "OnlineACHPayment"):
        body.setdefault(f"Allow{way}", False)
    if "DueDate" not in body:
        days = 30
        if "SalesTermRef" in body:
            term = company.reference("Term", body["SalesTermRef"], "SalesTermRef")
            days = int(term.body.get("DueDays", 30))
        body["DueDate"] = add_days(body["TxnDate"], days)
    if "Deposit" in body:
        raise Refusal("5020", "Deposits on invoices are switched off in this company.", "Deposit")


def _effects(
    company: Company, kind: str, body: Json, lines: Lines, tax: int, total: int
) -> Effects:
    if kind == "Estimate":
        return Effects(total=total, tax=tax)
    sign = -1 if kind in _OUTWARD else 1
    sums: Counter[str] = Counter()
    for line in lines.sold:
        sums[line.account] -= sign * line.cents
    if lines.discount:
        sums[lines.discount.account] += sign * lines.discount.cents
    if tax:
        sums[company.role("tax")] -= sign * tax
    receivable: tuple[tuple[str, int], ...] = ()
    if kind in _PAID:
        side = body["DepositToAccountRef"]["value"]
    else:
        side = company.role("receivable")
        receivable = ((body["CustomerRef"]["value"], sign * total),)
    sums[side] += sign * total
    stock = [
        StockMove(line.move.item, -sign * line.move.quantity) for line in lines.sold if line.move
    ]
    return Effects(
        postings=tuple(Posting(account, amount) for account, amount in sums.items() if amount),
        total=total,
        tax=tax,
        receivable=receivable,
        stock=tuple(stock),
        undeposited=kind in _PAID and side == company.role("undeposited"),
    )
