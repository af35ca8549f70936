"""The lines of a sale: arithmetic, items, accounts, and the codes they carry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from sync.sandbox.quickbooks.amounts import amount_of, check_arithmetic, percent_of
from sync.sandbox.quickbooks.company import Company
from sync.sandbox.quickbooks.refusals import Refusal, business, missing, unknown_reference
from sync.sandbox.quickbooks.store import Record, StockMove
from sync.sandbox.quickbooks.tax import TaxableLine
from sync.sandbox.quickbooks.wire import Json, money

_SPECIAL = {
    "SHIPPING_ITEM_ID": ("allow_shipping", "shipping"),
    "GRATUITY_ITEM_ID": ("allow_gratuity", "tips"),
}


@dataclass(slots=True)
class SoldLine:
    """One money line: what the answer shows, what it credits, and how tax sees it."""

    shown: Json
    cents: int
    account: str
    taxable: TaxableLine
    move: StockMove | None = None


@dataclass(slots=True)
class Discount:
    """The one discount line of a document; cents are positive and subtracted."""

    shown: Json
    cents: int
    account: str


@dataclass(slots=True)
class Lines:
    """A document's lines, sorted by what they do."""

    sold: list[SoldLine]
    discount: Discount | None
    shown: list[Json]

    @property
    def subtotal(self) -> int:
        """Money lines before discount and tax."""
        return sum(line.cents for line in self.sold)


def detail_of(line: Json) -> Json:
    """The one detail object that DetailType names."""
    type = line.get("DetailType")
    if type is None:
        raise missing("Line.DetailType")
    details = [key for key in line if key.endswith("LineDetail")]
    if len(details) > 1 or (details and details[0] != type and type != "DescriptionOnly"):
        raise Refusal("2600", "A line holds exactly one detail, named by DetailType.", "Line")
    return line.get(type) or {}


def numbered(lines: list[Json]) -> Iterator[Json]:
    """Lines with ids and numbers: a known id is kept, a new line gets the next one."""
    taken = {line["Id"] for line in lines if "Id" in line}
    following = 1
    for number, line in enumerate(lines, 1):
        id = line.get("Id")
        if id is None:
            while str(following) in taken:
                following += 1
            id = str(following)
            taken.add(id)
        yield {"Id": id, "LineNum": number} | {
            key: value for key, value in line.items() if key not in ("Id", "LineNum")
        }


def read_lines(company: Company, source: Json, day: str) -> Lines:
    """Every line of a sale, checked one by one."""
    given = [line for line in source["Line"] if line.get("DetailType") != "SubTotalLineDetail"]
    if not given:
        raise Refusal("2250", "At least one line is required.", "Line")
    if len(given) > 10_000:
        raise business("A transaction holds at most 10,000 lines.")
    lines = Lines([], None, [])
    for line in numbered(given):
        detail = detail_of(line)
        type = line["DetailType"]
        if type == "SalesItemLineDetail":
            _sold(company, line, detail, day, lines)
        elif type == "DiscountLineDetail":
            _discount(company, line, detail, lines)
        elif type == "DescriptionOnly":
            lines.shown.append({key: value for key, value in line.items() if key != "Amount"})
        elif type == "GroupLineDetail":
            for inner in detail.get("Line", ()):
                _sold(company, inner, detail_of(inner), day, lines)
        else:
            raise Refusal("2170", f"Invalid Enumeration : {type}", "Line.DetailType")
    return lines


def _sold(company: Company, line: Json, detail: Json, day: str, lines: Lines) -> None:
    amount = amount_of(line)
    check_arithmetic(detail, amount)
    ref = detail.get("ItemRef")
    if ref is None:
        # QuickBooks keeps the words and drops the money of a line without an item
        words = {key: line[key] for key in ("Id", "LineNum", "Description") if key in line}
        lines.shown.append(words | {"DetailType": "DescriptionOnly", "DescriptionLineDetail": {}})
        return
    if "ClassRef" in detail:
        if not company.spec.track_classes:
            raise Refusal("5030", "Class tracking is not enabled.", "ClassRef")
        klass = company.reference("Class", detail["ClassRef"], "ClassRef")
        detail = detail | {"ClassRef": company.named(klass)}
    code = detail["TaxCodeRef"]["value"] if "TaxCodeRef" in detail else ""
    if ref["value"] in _SPECIAL:
        setting, role = _SPECIAL[ref["value"]]
        if not getattr(company.spec, setting):
            raise Refusal("5020", f"{ref['value']} needs a setting that is off.", "ItemRef")
        account, item_taxable, move = company.role(role), False, None
        shown_ref = {"value": ref["value"]}
    else:
        item = company.reference("Item", ref, "ItemRef")
        account, move = _item_effect(company, item, detail, day)
        item_taxable = bool(item.body.get("Taxable"))
        shown_ref = company.named(item)
    shown = line | {"SalesItemLineDetail": {"ItemRef": shown_ref} | _without(detail, "ItemRef")}
    shown["Amount"] = money(amount)
    lines.shown.append(shown)
    lines.sold.append(
        SoldLine(shown, amount, account, TaxableLine(amount, code, item_taxable), move)
    )


def _item_effect(
    company: Company, item: Record, detail: Json, day: str
) -> tuple[str, StockMove | None]:
    body = item.body
    if body["Type"] == "Category":
        raise unknown_reference("Items", item.id, "ItemRef")
    account: str = body["IncomeAccountRef"]["value"] if "IncomeAccountRef" in body else ""
    if not account:
        raise business("You must select an account for this transaction.")
    if body["Type"] != "Inventory":
        return account, None
    if "Qty" not in detail:
        raise Refusal("6520", "Quantity is required for an inventory item.", "Qty")
    if day < body["InvStartDate"]:
        raise Refusal(
            "6270", "Transaction date is prior to start date for inventory item", "TxnDate"
        )
    return account, StockMove(item.id, Decimal(detail["Qty"]))


def _discount(company: Company, line: Json, detail: Json, lines: Lines) -> None:
    if not company.spec.allow_discount:
        raise Refusal("5020", "Discounts are switched off in this company.", "DiscountLineDetail")
    if lines.discount is not None:
        raise business("You can only use one discount per transaction.")
    if detail.get("PercentBased"):
        if "DiscountPercent" not in detail:
            raise Refusal("6090", "A discount needs an amount or a percent.", "DiscountPercent")
        amount = percent_of(lines.subtotal, detail["DiscountPercent"])
    elif "Amount" in line:
        amount = amount_of(line)
    else:
        raise Refusal("6090", "A discount needs an amount or a percent.", "Line.Amount")
    if amount < 0:
        raise Refusal("2290", "A discount must be a positive number.", "Line.Amount")
    account = company.account(
        detail.get("DiscountAccountRef") or {"value": company.role("discounts")},
        "DiscountAccountRef",
        frozenset({"Income"}),
    )
    shown = line | {
        "Amount": money(amount),
        "DiscountLineDetail": _without(detail, "DiscountAccountRef")
        | {"DiscountAccountRef": company.named(account)},
    }
    lines.discount = Discount(shown, amount, account.id)
    lines.shown.append(shown)


def _without(body: Json, key: str) -> Json:
    return {name: value for name, value in body.items() if name != key}
