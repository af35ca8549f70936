"""What the books must show, added up from what happened and from nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sync.sandbox.retailer.events import Sale


@dataclass
class Totals:
    """Sums over finished, standing tickets, in cents; refunds are negative."""

    tickets: int = 0
    goods: int = 0
    discount: int = 0
    tax: int = 0
    total: int = 0
    refunds: int = 0
    by_kind: Counter[str] = field(default_factory=Counter)
    by_tender: Counter[str] = field(default_factory=Counter)
    by_shop: Counter[str] = field(default_factory=Counter)
    by_day: Counter[date] = field(default_factory=Counter)

    def add(self, sale: Sale) -> None:
        """Count one ticket."""
        self.tickets += 1
        self.goods += sale.goods
        self.discount += sale.discount
        self.tax += sale.tax
        self.total += sale.total
        self.refunds += sale.total if sale.posts == "refund" else 0
        self.by_kind[sale.kind] += 1
        self.by_shop[sale.shop.name] += sale.total
        self.by_day[sale.business_day] += sale.total
        for name, amount in sale.paid.items():
            self.by_tender[name] += amount


def expected(
    events: Iterable[Sale],
    *,
    posts: Collection[str] = ("sale", "refund"),
    shops: Collection[str] = (),
    since: date | None = None,
    until: date | None = None,
) -> Totals:
    """Sums over the chosen tickets; days are the shop's own and both ends are included."""
    totals = Totals()
    for sale in events:
        day = sale.business_day
        if (
            sale.counts
            and sale.posts in posts
            and (not shops or sale.shop.name in shops)
            and (since is None or day >= since)
            and (until is None or day <= until)
        ):
            totals.add(sale)
    return totals


def money(cents: int) -> Decimal:
    """Cents as the amount that people read."""
    return Decimal(cents).scaleb(-2)
