"""About three hundred sales to move: recorded ones where they are at hand, generated ones else."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from bot.demo.tie_out import Side
from sync.sandbox.lightspeed.recorded import dataset_from_recorded
from sync.sandbox.lightspeed.tables import Dataset
from sync.sandbox.retailer.retailer import Retailer
from sync.sandbox.retailer.totals import expected, money
from tests.house import at

RECORDED = (
    Path(__file__).parents[2] / ".." / "shared" / "fixtures" / "lightspeed" / "sales_302.json"
)
_CONTROL = Side(302, Decimal("16799.43"), Decimal("-216.18"), Decimal("673.76"))


@dataclass(frozen=True)
class Shop:
    """What the till has, the days it traded, and what the books must show in the end."""

    stock: Retailer | Dataset
    first: date
    last: date
    entries: int
    books: Side


def a_shop() -> Shop:
    """The recorded sales with the shop's own control totals, or as many generated ones."""
    if RECORDED.exists():
        stock = dataset_from_recorded(RECORDED)
        return Shop(stock, date(2025, 1, 31), date(2025, 2, 2), 302, _CONTROL)
    warnings.warn(f"recorded sales are not at {RECORDED}: generated ones serve", stacklevel=2)
    return a_generated_shop()


def a_generated_shop(days: int = 8) -> Shop:
    """Plain sales and others; counted from the retailer's own events."""
    closing = at("2026-03-10 22:00")
    first = closing.date() - timedelta(days=days)
    retailer = Retailer(7, start=first, now=closing, per_day=(32, 40))
    totals = expected(retailer.events, posts=("sale", "refund"))
    finished = [sale for sale in retailer.events if sale.completed is not None]
    return Shop(
        retailer,
        first,
        closing.date(),
        len(finished),
        Side(totals.tickets, money(totals.total), money(totals.refunds), money(totals.tax)),
    )
