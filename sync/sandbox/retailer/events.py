"""What happened at the till, in the till's own cents: the facts that the books must agree with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from sync.sandbox.retailer.arithmetic import percent_of, summed, tax_cents
from sync.sandbox.retailer.catalogue import Fee, Item
from sync.sandbox.retailer.people import Customer
from sync.sandbox.retailer.premises import (
    CREDIT_ACCOUNT,
    GIFT_CARD,
    Employee,
    PaymentType,
    Register,
    Shop,
    TaxCategory,
)

NOTHING_OFF = Fraction(0)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a sale; a negative quantity came back over the counter."""

    id: int
    item: Item | None
    quantity: int
    unit_price: int
    rate: int
    tax_class: int
    created: datetime
    employee: Employee
    cost: int = 0
    taxed: bool = True
    percent_off: Fraction = NOTHING_OFF
    amount_off: int = 0
    share_off: int = 0
    note: str = ""
    fee: Fee | None = None
    parent: int = 0

    @property
    def subtotal(self) -> int:
        """Quantity times price, before anything is taken off."""
        return self.quantity * self.unit_price

    @property
    def line_discount(self) -> int:
        """What was taken off this line alone."""
        if self.percent_off:
            return percent_of(self.subtotal, self.percent_off)
        return self.amount_off

    @property
    def base(self) -> int:
        """What is charged before tax."""
        return self.subtotal - self.line_discount - self.share_off

    @property
    def tax_millionths(self) -> int:
        """Exact tax, in millionths of a cent."""
        return self.base * self.rate if self.taxed else 0


@dataclass(frozen=True, slots=True)
class Tender:
    """Money that moved, or (dead) an attempt that did not."""

    id: int
    type: PaymentType
    amount: int
    created: datetime
    register: Register
    employee: Employee
    dead: bool = False
    card: str = ""
    refund_of: int = 0
    account: int = 0
    link: tuple[int, int] | None = None  # (id, line) when it loads a gift card


@dataclass(frozen=True, slots=True)
class ShipTo:
    """Where the goods go."""

    id: int
    customer: Customer
    address: tuple[str, str, str, str]
    note: str


@dataclass(frozen=True, slots=True)
class Sale:
    """One ticket. `posts` is what a bookkeeper owes it: see `kinds.POSTS`."""

    id: int
    kind: str
    posts: str
    register: Register
    employee: Employee
    customer: Customer | None
    tax_category: TaxCategory | None
    lines: tuple[Line, ...]
    tenders: tuple[Tender, ...]
    created: datetime
    completed: datetime | None
    updated: datetime
    voided: bool = False
    archived: bool = False
    change: int = 0
    ship_to: ShipTo | None = None
    reference: str = ""
    reference_source: str = ""
    reserves: Line | None = None  # a layaway line that waits outside any sale

    @property
    def shop(self) -> Shop:
        """Where it was rung up."""
        return self.register.shop

    @property
    def counts(self) -> bool:
        """Whether it is a finished sale that still stands."""
        return self.completed is not None and not self.voided and not self.archived

    @property
    def business_day(self) -> date:
        """The shop's calendar day on which it was finished (begun, while open)."""
        return (self.completed or self.created).astimezone(self.shop.zone).date()

    @property
    def goods(self) -> int:
        """Everything on the lines before discounts and tax, fees and shipping included."""
        return summed(line.subtotal for line in self.lines)

    @property
    def discount(self) -> int:
        """Everything taken off."""
        return summed(line.line_discount + line.share_off for line in self.lines)

    @property
    def tax(self) -> int:
        """Rounded once, over the whole sale."""
        return tax_cents(summed(line.tax_millionths for line in self.lines))

    @property
    def total(self) -> int:
        """What the customer owes for this ticket."""
        return total_of(self.lines)

    @property
    def live(self) -> tuple[Tender, ...]:
        """The tenders that moved money."""
        return tuple(tender for tender in self.tenders if not tender.dead)

    @property
    def paid(self) -> dict[str, int]:
        """Money by payment type; negative went out, or into an account or a gift card."""
        moved: Counter[str] = Counter()
        for tender in self.live:
            moved[tender.type.name] += tender.amount
        return dict(moved)

    @property
    def on_account(self) -> int:
        """The signed part settled with credit accounts and gift cards: not money received."""
        return summed(
            tender.amount for tender in self.live if tender.type in (CREDIT_ACCOUNT, GIFT_CARD)
        )


def total_of(lines: Iterable[Line]) -> int:
    """What lines come to with tax, to the cent."""
    lines = tuple(lines)
    base = summed(line.base for line in lines)
    return base + tax_cents(summed(line.tax_millionths for line in lines))
