"""One visit to a till: the vocabulary in which every kind of sale is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from random import Random
from typing import Any
from uuid import UUID

from sync.sandbox.retailer.book import Book
from sync.sandbox.retailer.catalogue import Catalogue, Item
from sync.sandbox.retailer.events import Line, Sale, ShipTo, Tender, total_of
from sync.sandbox.retailer.people import Customer
from sync.sandbox.retailer.premises import (
    CREDIT_CARD,
    EMPLOYEES,
    PaymentType,
    Premises,
    Register,
    TaxCategory,
)

STAFF = tuple(employee for employee in EMPLOYEES[1:] if not employee.gone)
BIG = 40_000


@dataclass
class Visit:
    """Everything a sale needs, drawn from one random source so that a seed repeats it."""

    rng: Random
    at: datetime
    premises: Premises
    catalogue: Catalogue
    people: tuple[Customer, ...]
    book: Book
    sale_id: int | None = None  # an existing ticket; otherwise a new one

    def __post_init__(self) -> None:
        self.id = self.sale_id or self.book.take("next_sale")
        self.register: Register = self.rng.choice(self.premises.counters)
        self.employee = self.rng.choice(STAFF)
        self.customer: Customer | None = None
        if self.rng.random() < 0.4:
            self.customer = self.somebody()
        self.tax_category: TaxCategory | None = self.register.shop.tax_category

    def use(self, register: Register) -> None:
        """Ring it up elsewhere."""
        self.register = register
        self.tax_category = register.shop.tax_category

    def somebody(self) -> Customer:
        """A customer who pays tax."""
        return self.rng.choice([one for one in self.people if not one.exempt and not one.archived])

    def item(self, *, small: bool = True) -> Item:
        """Mostly small things; the bikes are for who pays by card."""
        while True:
            item = self.rng.choice(self.catalogue.items)
            if not small or item.price < BIG:
                return item

    def line(self, item: Item | None, quantity: int = 1, **more: Any) -> Line:
        """An item at its price, or (no item) a miscellaneous line with `unit_price`."""
        tax_class = item.tax_class if item else more.pop("tax_class", 1)
        rate = self.tax_category.rate_for(tax_class) if self.tax_category else 0
        facts: dict[str, Any] = {
            "unit_price": item.price if item else 0,
            "cost": item.cost if item else 0,
            "rate": rate,
            "created": self.at - timedelta(seconds=self.rng.randrange(5, 90)),
            "employee": self.employee if self.rng.random() < 0.98 else self.rng.choice(STAFF),
        }
        return Line(
            self.book.take("next_line"),
            item,
            quantity,
            tax_class=tax_class,
            **{**facts, **more},
        )

    def basket(self, *, small: bool = True, at_least: int = 1) -> list[Line]:
        """One to five lines, most with a single piece."""
        count = max(at_least, self.rng.choice((1, 1, 1, 2, 2, 3, 3, 4, 5)))
        return [
            self.line(self.item(small=small), self.rng.choice((1, 1, 1, 1, 2, 3)))
            for _ in range(count)
        ]

    def tender(self, type: PaymentType, amount: int, **more: Any) -> Tender:
        """One payment; a card one carries the processor's reference."""
        card = ""
        if type is CREDIT_CARD:
            card = str(UUID(int=self.rng.getrandbits(128), version=4))
        facts: dict[str, Any] = {
            "created": self.at - timedelta(seconds=self.rng.randrange(0, 5)),
            "register": self.register,
            "employee": self.employee,
            "card": card,
        }
        return Tender(self.book.take("next_tender"), type, amount, **{**facts, **more})

    def paid_by(self, type: PaymentType, lines: Sequence[Line]) -> list[Tender]:
        """All of it with one tender; nothing at all when nothing is owed."""
        due = total_of(lines)
        return [self.tender(type, due)] if due else []

    def ship_to(self, customer: Customer, note: str) -> ShipTo:
        """A shipment to the customer's address, or to a collection point."""
        address = customer.address or ("1 Locker Row", "Annapolis", "MD", "21401")
        return ShipTo(self.book.take("next_ship_to"), customer, address, note)

    def sale(
        self, kind: str, posts: str, lines: Sequence[Line], tenders: Sequence[Tender], **more: Any
    ) -> Sale:
        """Close the ticket now, unless `completed` says otherwise."""
        facts: dict[str, Any] = {
            "created": min([self.at, *(line.created for line in lines)]),
            "completed": self.at,
            "updated": self.at + timedelta(seconds=self.rng.choice((0, 0, 1, 1, 2))),
        }
        return Sale(
            self.id,
            kind,
            posts,
            self.register,
            self.employee,
            self.customer,
            self.tax_category,
            tuple(lines),
            tuple(tenders),
            **{**facts, **more},
        )


def percent(number: int) -> Fraction:
    """Ten is a tenth."""
    return Fraction(number, 100)
