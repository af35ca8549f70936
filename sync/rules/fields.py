"""Which facts of a sale a rule can test, under which names. A new field is one row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from sync.domain.money import ZERO
from sync.domain.sale import NOWHERE, Sale
from sync.rules.draft import Draft, LineDraft, TenderDraft
from sync.rules.model import Scope

Raw = str | Decimal | date | tuple[str, ...]
_NOT_SENT = "Lightspeed does not send CCC {} with a sale, so no rule can test it"


class Kind(StrEnum):
    """How a field's values compare."""

    TEXT = "text"
    CODE = "code"  # an id or number: as a number when it is one, else as text
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Field:
    """One testable fact. With `many`, `read` answers several values; of a CODE, the id first."""

    id: str
    kind: Kind
    read: Callable[[Draft], Raw] | Callable[[LineDraft], Raw] | Callable[[TenderDraft], Raw]
    aliases: tuple[str, ...] = ()
    scope: Scope = Scope.ORDER
    many: bool = False


def status_words(sale: Sale) -> tuple[str, ...]:
    """All the words that describe where a sale stands: state, direction, and paid or not."""
    direction = ("refund",) if sale.is_refund else ("exchange",) if sale.is_exchange else ("sale",)
    return (str(sale.state), *direction, "unpaid" if sale.balance else "paid")


def _number(draft: Draft) -> str:
    return draft.number or draft.sale.number


def _status(draft: Draft) -> tuple[str, ...]:
    words = status_words(draft.sale)
    return words if draft.status is None else (*words, draft.status)


def _discount(draft: Draft) -> Decimal:
    return sum((line.discount for line in draft.sale.lines), ZERO)


def _shipping_method(draft: Draft) -> str:
    return next((line.note or line.name for line in draft.sale.lines if line.is_shipping), "")


def _ship_city(draft: Draft) -> str:
    return (draft.sale.ship_to or NOWHERE).city


def _ship_country(draft: Draft) -> str:
    return (draft.sale.ship_to or NOWHERE).country


def _company(draft: Draft) -> str:
    return draft.sale.customer.company if draft.sale.customer else ""


def _email(draft: Draft) -> str:
    return draft.sale.customer.email if draft.sale.customer else ""


def _line(
    name: str, kind: Kind, read: Callable[[LineDraft], Raw], aliases: tuple[str, ...] = ()
) -> Field:
    return Field(name, kind, read, aliases, Scope.LINE)


def _payment(name: str, read: Callable[[TenderDraft], Raw], aliases: tuple[str, ...] = ()) -> Field:
    return Field(name, Kind.TEXT, read, aliases, Scope.PAYMENT)


FIELDS: tuple[Field, ...] = (
    Field(
        "number", Kind.CODE, lambda d: d.number or d.sale.number, ("sale number", "order number")
    ),
    Field("date", Kind.DATE, lambda d: d.business_day, ("order date", "sale date", "day")),
    Field("status", Kind.TEXT, _status, ("order status",), many=True),
    Field(
        "store",
        Kind.TEXT,
        lambda d: d.sale.shop.name,
        ("shop", "channel", "store name", "location"),
    ),
    Field(
        "register",
        Kind.CODE,
        lambda d: (d.sale.register_id, d.sale.register_name),
        ("register id", "registerid", "till"),
        many=True,
    ),
    Field("employee", Kind.CODE, lambda d: d.sale.employee_id, ("employee id", "employeeid")),
    Field("total", Kind.MONEY, lambda d: d.sale.total, ("order total", "amount")),
    Field("balance", Kind.MONEY, lambda d: d.sale.balance, ("amount due",)),
    Field("tax", Kind.MONEY, lambda d: d.sale.tax, ("total tax", "sales tax")),
    Field("reference", Kind.TEXT, lambda d: d.sale.reference, ("reference number", "po number")),
    Field("note", Kind.TEXT, lambda d: d.sale.ship_note, ("ship note", "order note")),
    Field("memo", Kind.TEXT, lambda d: d.memo or ""),
    Field("company", Kind.TEXT, _company, ("billing company",)),
    Field("customer", Kind.TEXT, lambda d: d.customer_name, ("customer name", "full name")),
    Field("email", Kind.TEXT, _email, ("e-mail", "customer email")),
    Field(
        "ship state",
        Kind.TEXT,
        lambda d: d.ship_region,
        ("state", "region", "shipping state", "ship region"),
    ),
    Field("ship date", Kind.DATE, lambda d: d.sale.ship_date or "", ("shipping date",)),
    Field(
        "shipping amount", Kind.MONEY, lambda d: d.shipping_amount, ("shipping", "shipping cost")
    ),
    Field("shipping method", Kind.TEXT, _shipping_method, ("ship method",)),
    Field("discount", Kind.MONEY, _discount, ("total discount", "discount amount")),
    Field("currency", Kind.TEXT, lambda d: d.currency, ("order currency",)),
    Field("ship city", Kind.TEXT, _ship_city, ("city", "shipping city")),
    Field("ship country", Kind.TEXT, _ship_country, ("country", "shipping country")),
    _payment("payment method", lambda t: t.method, ("payment", "tender")),
    Field(
        "payment amount",
        Kind.MONEY,
        lambda t: t.tender.amount,
        ("amount paid",),
        Scope.PAYMENT,
    ),
    _payment("payment type", lambda t: str(t.tender.kind), ("tender type",)),
    _line("sku", Kind.TEXT, lambda n: n.sku, ("item sku",)),
    _line("name", Kind.TEXT, lambda n: n.line.name, ("item", "item name", "product")),
    _line("category", Kind.TEXT, lambda n: n.line.category, ("item category",)),
    _line("tax class", Kind.TEXT, lambda n: n.line.tax_class, ("item tax class",)),
    _line("description", Kind.TEXT, lambda n: n.description, ("item description",)),
    _line("quantity", Kind.NUMBER, lambda n: n.quantity, ("qty", "item quantity")),
    _line("price", Kind.MONEY, lambda n: n.line.unit_price, ("unit price", "item price")),
)

_PURCHASE = tuple(
    Field(name, kind, lambda d: "", aliases, Scope.PURCHASE)
    for name, kind, aliases in (
        ("vendor", Kind.TEXT, ("vendor name", "supplier")),
        ("purchase number", Kind.CODE, ("purchase order number", "purchase order")),
        ("purchase status", Kind.TEXT, ()),
        ("purchase shop", Kind.TEXT, ("purchase store",)),
        ("purchase total", Kind.MONEY, ()),
    )
)
FIELDS = (*FIELDS, *_PURCHASE)

# Documented fields that this till has no value for: refused with the reason, never silently false.
UNSENT = {
    word: _NOT_SENT.format(what)
    for words, what in (
        (("tag", "tags", "customer tag"), "tags"),
        (("customer type",), "the customer's type"),
        (("discount code", "coupon", "coupon code"), "discount codes"),
        (("terms", "payment terms"), "terms"),
        (("custom field", "custom fields"), "custom fields"),
    )
    for word in words
}

FIELDS_BY_ID = {field.id: field for field in FIELDS}
FIELD_WORDS = {word: field for field in FIELDS for word in (field.id, *field.aliases)}
