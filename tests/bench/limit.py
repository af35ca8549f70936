"""How near a backfill comes to what QuickBooks allows at most: 40 batches of 30 a minute."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.client import Job, backfill
from tests.bench.row import Row
from tests.bench.servers import counters, lightspeed, quickbooks
from tests.bench.shop import last_day
from tests.databases import SqliteTemplate

SHARE = 0.90
PER_SECOND = 40 * 30 / 60
PER_ITEM = 0.3  # seconds that QuickBooks takes
SCALE = 15.0  # rates and times alike; more would measure this machine instead


def rows(sales: int, scale: float = SCALE) -> list[Row]:
    last = last_day(sales)
    with (
        TemporaryDirectory() as folder,
        lightspeed(last, refunds=True, scale=scale) as till,
        quickbooks(scale=scale, per_item=PER_ITEM / scale) as books,
    ):
        url = SqliteTemplate(Path(folder)).copy_to(Path(folder) / "bench.db")
        took = backfill(Job(url, till, books, last.isoformat(), scale=scale))
        counted = counters(books)
    # Products and customers that had to be made first take their places in batches as well.
    share = counted["writes"] / took.wall / (PER_SECOND * scale)
    note = (
        f"{took.posted:,} sales in {took.wall:.1f} s at {scale:g} times the rates, "
        f"{counted['throttled']} refused, {counted['max_concurrency']} at once, "
        f"client busy {took.cpu / took.wall:.0%}"
    )
    name = "share of QuickBooks' limit reached"
    return [Row(name, f"{share:.0%}", f"≥ {SHARE:.0%}", share >= SHARE, note)]
