"""How many calls a sale costs; counted by the stand-ins themselves, so always the same."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from sync.domain.verdicts import EntryState
from sync.ledger.database import open_database
from tests.bench.row import Row
from tests.bench.shop import EVERYTHING, OPENED, RECEIPTS, a_shop, last_day
from tests.databases import SqliteTemplate
from tests.house import OWNER, House, a_house

RECEIPTS_BUDGET = 0.045
EVERYTHING_BUDGET = 0.085
_POSTED = (EntryState.POSTED, EntryState.WARNED)


@dataclass(frozen=True, slots=True)
class Counted:
    """Calls of one backfill; `reads` are what each further sale reads in QuickBooks."""

    sales: int
    unposted: int
    lightspeed: int
    quickbooks: int
    reads: float

    @property
    def per_sale(self) -> float:
        return (self.lightspeed + self.quickbooks) / self.sales


def count(sales: int, mix: Mapping[str, float], *, customers: str = "single") -> Counted:
    """Backfill a company that has seen no sale before, then one more week of sales."""
    last = last_day(sales)
    week_later = last + timedelta(days=7)
    now = datetime.combine(week_later + timedelta(days=2), time(12), UTC)
    with tempfile.TemporaryDirectory() as folder:
        url = SqliteTemplate(Path(folder)).copy_to(Path(folder) / "bench.db")
        database = open_database(url)
        with a_house(database, a_shop(week_later, mix), now=now) as house:
            scope = house.connect()
            house.services.settings.customers(OWNER, scope, customers, missing="create")
            before = OPENED - timedelta(days=2)
            _forget(house)
            run = house.backfill(OPENED, last)
            counted = Counted(
                sales=run.read,
                unposted=run.read - run.count(*_POSTED),
                lightspeed=len(house.lightspeed.requests),
                quickbooks=house.quickbooks.counters.snapshot()["calls"],
                reads=_reads_per_sale(house, last + timedelta(days=1), week_later, before),
            )
        database.close()
    return counted


def _reads_per_sale(house: House, first: date, last: date, empty: date) -> float:
    """A run reads what changed in the lists; a sale must add nothing to that."""
    _forget(house)
    house.backfill(empty, empty)
    base = house.quickbooks.counters.snapshot()["reads"]
    _forget(house)
    run = house.backfill(first, last)
    more: int = house.quickbooks.counters.snapshot()["reads"] - base
    return more / run.read


def _forget(house: House) -> None:
    house.lightspeed.requests.clear()
    house.quickbooks.counters.reset()


def rows(sales: int) -> list[Row]:
    plain = count(sales, RECEIPTS)
    rich = count(sales, EVERYTHING, customers="name")
    return [
        _calls("calls per sale, receipts", plain, RECEIPTS_BUDGET),
        _calls("calls per sale, with customers and refunds", rich, EVERYTHING_BUDGET),
        Row(
            "QuickBooks reads per sale, steady state",
            f"{max(plain.reads, rich.reads):.4f}",
            "0",
            plain.reads <= 0 and rich.reads <= 0,
        ),
    ]


def _calls(name: str, counted: Counted, budget: float) -> Row:
    note = (
        f"{counted.sales:,} sales: {counted.lightspeed} to Lightspeed, "
        f"{counted.quickbooks} to QuickBooks"
    )
    if counted.unposted:
        note += f"; {counted.unposted} NOT POSTED"
    ok = counted.per_sale <= budget and not counted.unposted
    return Row(name, f"{counted.per_sale:.4f}", f"≤ {budget}", ok, note)
