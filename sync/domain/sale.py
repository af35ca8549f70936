"""A sale as the till recorded it, in our words; Lightspeed's spelling stays in its connector."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sync.domain.money import ZERO


class SaleState(StrEnum):
    """Where a ticket stands; only completed ones become documents."""

    COMPLETED = "completed"
    OPEN = "open"
    VOIDED = "voided"
    CANCELLED = "cancelled"


class TenderKind(StrEnum):
    """Lightspeed's reserved payment kinds; merchants' own types are `user defined`."""

    CASH = "cash"
    CARD = "credit card"
    CREDIT_ACCOUNT = "credit account"
    GIFT_CARD = "gift card"
    ECOM = "ecom"
    ADJUSTMENT = "adjustment"
    USER_DEFINED = "user defined"


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address; every part may be empty."""

    line1: str = ""
    line2: str = ""
    city: str = ""
    region: str = ""  # two-letter state where the till knows it
    postcode: str = ""
    country: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.line1 or self.city or self.region or self.postcode)


NOWHERE = Address()
_SHIPPING_WORDS = frozenset({"shipping", "freight", "postage", "delivery"})


@dataclass(frozen=True, slots=True)
class Shop:
    """One location; its zone decides the business day, its address the tax place."""

    id: str
    name: str
    time_zone: str
    address: Address = NOWHERE


@dataclass(frozen=True, slots=True)
class Customer:
    """A person or company known to the till; any field may be empty."""

    id: str
    first_name: str = ""
    last_name: str = ""
    company: str = ""
    email: str = ""
    phone: str = ""
    address: Address = NOWHERE


@dataclass(frozen=True, slots=True)
class SaleLine:
    """One line. On returns `quantity` is negative and `unit_price` stays positive.

    `gross` is quantity x unit price, exact; `discount` has the sign of `gross`;
    `tax` is unrounded: only the sale's own `tax` is a sum of money.
    """

    id: str
    item_id: str  # "" for a miscellaneous line
    sku: str
    name: str
    quantity: Decimal
    unit_price: Decimal
    gross: Decimal
    discount: Decimal = ZERO
    tax: Decimal = ZERO
    taxed: bool = False
    tax_rate: Decimal = ZERO
    tax_class: str = ""
    category: str = ""
    kind: str = ""  # "", "item_fee" or "item_fee_refund"
    note: str = ""
    parent_line_id: str = ""  # the sold line that this one returns

    @property
    def net(self) -> Decimal:
        """What the line adds to the sale before tax."""
        return self.gross - self.discount

    @property
    def is_shipping(self) -> bool:
        """A typed line that begins or ends with the word, such as `UPS Ground shipping`."""
        if self.sku or (self.item_id and self.item_id != "0") or self.kind.startswith("item_fee"):
            return False
        for text in (self.note, self.name):
            words = text.casefold().split()
            if words and not _SHIPPING_WORDS.isdisjoint((words[0].rstrip(":"), words[-1])):
                return True
        return False


@dataclass(frozen=True, slots=True)
class Tender:
    """A live payment. Positive is money in; on credit and gift accounts positive is spent."""

    id: str
    kind: TenderKind
    type_id: str
    name: str
    amount: Decimal  # net of change, tip included
    tip: Decimal = ZERO
    credit_account_id: str = ""
    refunds_tender_id: str = ""


@dataclass(frozen=True, slots=True)
class Sale:
    """One ticket. `total` = sum of line nets + `tax`, to the cent; dead payments are gone."""

    id: str
    number: str  # what people call it, and what DocNumber is made of
    state: SaleState
    business_day: date  # in the shop's zone
    created_at: datetime
    updated_at: datetime
    completed_at: datetime | None
    shop: Shop
    register_id: str
    register_name: str
    lines: tuple[SaleLine, ...]
    tenders: tuple[Tender, ...]
    total: Decimal
    tax: Decimal
    employee_id: str = ""
    customer: Customer | None = None
    ship_to: Address | None = None
    ship_note: str = ""
    ship_date: date | None = None  # once it is shipped
    reference: str = ""
    reference_source: str = ""
    tax_inclusive: bool = False
    change: Decimal = ZERO
    balance: Decimal = ZERO
    fingerprint: str = ""  # digest of what would be posted; a change is news for the books

    @property
    def is_refund(self) -> bool:
        """Every line that is worth something goes back."""
        valued = [line for line in self.lines if line.quantity]
        return bool(valued) and all(line.quantity < 0 for line in valued)

    @property
    def is_exchange(self) -> bool:
        """Goods in and goods out on one ticket."""
        return any(line.quantity < 0 for line in self.lines) and any(
            line.quantity > 0 for line in self.lines
        )
