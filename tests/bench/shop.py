"""The same busy shop for every figure: about a hundred tickets a day, all of them postable."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

from sync.sandbox.retailer.kinds import POSTABLE
from sync.sandbox.retailer.retailer import Retailer

PER_DAY = 100
_BUSY = 0.95  # a week's average day against the busiest figure of a day
OPENED = date(2026, 1, 5)  # in the past of whoever runs this

EVERYTHING: Mapping[str, float] = POSTABLE
RECEIPTS: Mapping[str, float] = {
    name: weight for name, weight in POSTABLE.items() if not name.endswith("refund")
}


def last_day(sales: int) -> date:
    """The day by which the shop has sold so much, roughly."""
    return OPENED + timedelta(days=max(1, round(sales / PER_DAY / _BUSY)) - 1)


def a_shop(last: date, mix: Mapping[str, float]) -> Retailer:
    """A shop with history up to and including `last`."""
    midnight = datetime.combine(last + timedelta(days=2), time(), UTC)
    return Retailer(start=OPENED, now=midnight, per_day=(PER_DAY, PER_DAY), mix=mix)
