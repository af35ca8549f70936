"""Bills, vendor credits and purchase orders."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from sync.sandbox.quickbooks.amounts import amount_of, check_arithmetic
from sync.sandbox.quickbooks.books import Posting
from sync.sandbox.quickbooks.company import Company, Draft
from sync.sandbox.quickbooks.headers import read_header
from sync.sandbox.quickbooks.lines import detail_of, numbered
from sync.sandbox.quickbooks.refusals import Refusal, business, missing, unknown_reference
from sync.sandbox.quickbooks.store import Effects, Record, StockMove
from sync.sandbox.quickbooks.wire import Json, add_days, money

_PAYABLE = frozenset({"Accounts Payable"})


def build_purchase(company: Company, kind: str, source: Json, old: Record | None) -> Draft:
    """Check a purchase document; only bills and credits post."""
    header = read_header(company, kind, source, old)
    body = header.body
    vendor = company.reference("Vendor", body["VendorRef"], "VendorRef")
    body["VendorRef"] = company.named(vendor)
    owed = company.account(
        body.get("APAccountRef") or {"value": company.role("payable")}, "APAccountRef", _PAYABLE
    )
    body["APAccountRef"] = company.named(owed)
    sign = -1 if kind == "VendorCredit" else 1
    sums: Counter[str] = Counter()
    stock: list[StockMove] = []
    shown: list[Json] = []
    for line in numbered(source["Line"]):
        _line(company, line, sums, stock, sign, header.day)
        shown.append(line)
    total = sign * sum(sums.values())
    if total < 0:
        raise business("Transaction amount must be 0 or greater.")
    sums[owed.id] -= sign * total
    body["Line"] = shown
    body["TotalAmt"] = money(total)
    _show(company, kind, body)
    if kind == "PurchaseOrder":
        return Draft(body, Effects(total=total))
    return Draft(
        body,
        Effects(
            postings=tuple(Posting(id, amount) for id, amount in sums.items() if amount),
            total=total,
            payable=((vendor.id, sign * total),),
            stock=tuple(stock),
        ),
    )


def _show(company: Company, kind: str, body: Json) -> None:
    if kind == "PurchaseOrder":
        body.setdefault("POStatus", "Open")
    elif kind == "Bill" and "DueDate" not in body:
        days = 30
        if "SalesTermRef" in body:
            term = company.reference("Term", body["SalesTermRef"], "SalesTermRef")
            days = int(term.body.get("DueDays", 30))
        body["DueDate"] = add_days(body["TxnDate"], days)
    elif kind == "VendorCredit":
        body["Balance"] = body["TotalAmt"]


def _line(
    company: Company, line: Json, sums: Counter[str], stock: list[StockMove], sign: int, day: str
) -> None:
    detail = detail_of(line)
    if line["DetailType"] == "DescriptionOnly":
        return
    amount = amount_of(line)
    line["Amount"] = money(amount)
    _check_link(company, line)
    if line["DetailType"] == "AccountBasedExpenseLineDetail":
        if "AccountRef" not in detail:
            raise Refusal("6440", "Each line with an amount needs an account.", "AccountRef")
        account = company.account(detail["AccountRef"], "AccountRef")
        if account.body["AccountType"] in ("Accounts Receivable", "Accounts Payable"):
            raise Refusal("6430", "Invalid account type used", "AccountRef")
        sums[account.id] += sign * amount
        line["AccountBasedExpenseLineDetail"] = detail | {"AccountRef": company.named(account)}
        return
    if line["DetailType"] != "ItemBasedExpenseLineDetail":
        raise Refusal("2170", f"Invalid Enumeration : {line['DetailType']}", "Line.DetailType")
    if company.spec.plan not in ("Plus", "Advanced"):
        raise Refusal("5030", "Item lines on purchases are not part of this subscription.", "Line")
    if "ItemRef" not in detail:
        raise Refusal("6440", "Each line with an amount needs an item.", "ItemRef")
    item = company.reference("Item", detail["ItemRef"], "ItemRef")
    sums[_item_account(item)] += sign * amount
    line["ItemBasedExpenseLineDetail"] = detail | {"ItemRef": company.named(item)}
    check_arithmetic(detail, amount)
    if item.body["Type"] == "Inventory":
        stock.append(_received(item, detail, amount, sign, day))


def _item_account(item: Record) -> str:
    body = item.body
    if body["Type"] == "Category":
        raise unknown_reference("Items", item.id, "ItemRef")
    field = "AssetAccountRef" if body["Type"] == "Inventory" else "ExpenseAccountRef"
    if field not in body:
        raise business("You must select an account for this transaction.")
    account: str = body[field]["value"]
    return account


def _received(item: Record, detail: Json, amount: int, sign: int, day: str) -> StockMove:
    if "Qty" not in detail:
        raise Refusal("6520", "Quantity is required for an inventory item.", "Qty")
    if day < item.body["InvStartDate"]:
        raise Refusal(
            "6270", "Transaction date is prior to start date for inventory item", "TxnDate"
        )
    quantity = Decimal(detail["Qty"])
    cost = Decimal(money(amount)) / quantity if quantity else Decimal(0)
    return StockMove(item.id, sign * quantity, cost)


def _check_link(company: Company, line: Json) -> None:
    for linked in line.get("LinkedTxn", ()):
        if linked["TxnType"] != "PurchaseOrder":
            raise Refusal(
                "620", f"A bill line cannot be linked to a {linked['TxnType']}.", "LinkedTxn"
            )
        if "TxnLineId" not in linked:
            raise missing("Line.LinkedTxn.TxnLineId")
        order = company.store.find("PurchaseOrder", linked["TxnId"])
        known = {each["Id"] for each in order.body["Line"]} if order else set()
        if linked["TxnLineId"] not in known:
            raise Refusal("620", "The purchase order line was not found.", "LinkedTxn")
