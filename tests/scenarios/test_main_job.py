"""From a connected workspace to books that tie out with the till, and staying so."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from sync.domain.verdicts import EntryState
from sync.ledger.database import Database
from sync.sandbox.quickbooks.spec import CompanySpec
from sync.sandbox.retailer.totals import Totals, expected
from sync.services.models import RunState
from tests.house import OWNER, House, at
from tests.scenarios.books import entry, posted, states, tie_out
from tests.scenarios.conftest import NOW, START, Houses

RECORDED = (
    Path(__file__).parents[2] / ".." / "shared" / "fixtures" / "lightspeed" / "sales_302.json"
)


def everything(house: House) -> None:
    house.backfill(START, NOW.date())


def plain(house: House) -> Totals:
    """What receipts and refund receipts must add up to."""
    return expected(house.retailer.events, posts=("sale", "refund"))


@pytest.mark.parametrize("tax", ["ast", "manual", "none"])
def test_a_backfill_brings_every_sale_into_the_books(
    houses: Houses, database: Database, tax: str
) -> None:
    """Counted from the retailer's own events, in each way a US company keeps sales tax."""
    house = houses(database, company=CompanySpec(tax=tax))
    if tax == "manual":  # two codes have the till's rate, so the place must say which
        house.services.settings.tax_add(OWNER, house.scope, "MD", "Maryland 6%")
        line = '"All is MD" when number is not empty set region MD'
        house.services.rules.add(OWNER, house.scope, line)

    run = house.backfill(START, NOW.date())

    if tax == "none":
        assert posted(house)[:2] == (plain(house).tickets, Decimal(plain(house).total) / 100)
    else:
        tie_out(house, plain(house))
    assert run.state is RunState.DONE
    assert states(house)[EntryState.POSTED] == plain(house).tickets


def test_every_sale_that_was_read_is_an_entry(houses: Houses) -> None:
    """Posted, skipped or held, each with a reason; none is missing."""
    house = houses()

    everything(house)

    finished = [sale for sale in house.retailer.events if sale.completed is not None]
    with house.means.ledgers.read() as ledger:
        rows, total = ledger.entries.search(house.scope, limit=10_000)
    assert total == len(finished)
    assert {row["source_id"] for row in rows} == {str(sale.id) for sale in finished}
    assert all(row["reason"] for row in rows if row["state"] in ("held", "skipped"))


def test_a_second_backfill_posts_nothing(houses: Houses) -> None:
    house = houses()
    everything(house)
    before = posted(house)

    run = house.backfill(START, NOW.date())

    assert posted(house) == before
    assert run.count(EntryState.POSTED) == 0


def test_a_sync_posts_what_was_sold_since_the_last_one(houses: Houses) -> None:
    """The first run starts at go-live, which is the day of connecting."""
    house = houses()
    house.sync()
    today = expected(house.retailer.events, posts=("sale", "refund"), since=NOW.date())
    tie_out(house, today)

    house.clock.sleep(3600)
    number = house.retailer.sell("card", house.clock.now)
    house.sync()

    assert entry(house, str(number))["state"] == "posted"
    tie_out(house, expected(house.retailer.events, posts=("sale", "refund"), since=NOW.date()))


def test_a_sale_before_go_live_is_skipped_even_when_it_is_changed_later(houses: Houses) -> None:
    house = houses()
    house.sync()
    old = next(
        sale for sale in house.retailer.events if sale.counts and sale.business_day < NOW.date()
    )
    house.clock.sleep(3600)
    house.retailer.touch(old.id, house.clock.now)

    house.sync()

    row = entry(house, str(old.id))
    assert (row["state"], row["cause"]) == ("skipped", "filter.go_live")


def test_a_dry_run_posts_nothing_and_leaves_the_log_alone(houses: Houses) -> None:
    house = houses()

    run = house.backfill(START, NOW.date(), dry=True)

    assert posted(house) == (0, 0, 0)
    assert run.count(EntryState.POSTED) == plain(house).tickets
    assert states(house) == {}


def test_a_backfill_leaves_the_watermark_alone(houses: Houses) -> None:
    house = houses()
    house.sync()
    with house.means.ledgers.read() as ledger:
        before = ledger.runs.watermark(house.scope, "sales")

    house.clock.sleep(3600)
    everything(house)

    with house.means.ledgers.read() as ledger:
        assert ledger.runs.watermark(house.scope, "sales") == before


def test_the_watermark_is_the_start_of_the_poll(houses: Houses) -> None:
    """Not the newest change seen: a sale that commits late would be lost."""
    house = houses()

    house.sync()

    with house.means.ledgers.read() as ledger:
        mark = ledger.runs.watermark(house.scope, "sales")
    assert mark is not None
    assert abs(mark - NOW) < timedelta(minutes=1)


def test_closed_books_hold_a_sale_before_it_is_sent(houses: Houses) -> None:
    house = houses(company=CompanySpec(book_close_date=START.isoformat()))

    everything(house)

    closed = expected(house.retailer.events, posts=("sale", "refund"), until=START)
    held = [
        row
        for row in _entries(house)
        if row["cause"] == "closed_period" and row["business_day"] == START
    ]
    assert len(held) >= closed.tickets
    tie_out(
        house,
        expected(house.retailer.events, posts=("sale", "refund"), since=START + timedelta(days=1)),
    )


def test_a_company_without_custom_numbers_is_told_on_every_entry(houses: Houses) -> None:
    house = houses(company=CompanySpec(custom_numbers=False))

    everything(house)

    assert states(house)[EntryState.WARNED] == plain(house).tickets


def test_a_total_that_comes_back_different_is_corrected_once_then_held(houses: Houses) -> None:
    """QuickBooks kept its own tax: the entry is held, with its document linked."""
    house = houses(company=CompanySpec(ignore_total_tax=True))
    number = house.retailer.sell("card", house.clock.now)
    house.clock.sleep(60)

    house.sync()

    rows = [row for row in _entries(house) if row["cause"] == "total_differs"]
    assert all(row["document_id"] for row in rows)
    receipt = next(
        d for d in house.quickbooks.documents("SalesReceipt") if d["DocNumber"] == f"LS-{number}"
    )
    differs = receipt["TotalAmt"] * 100 != next(
        sale.total for sale in house.retailer.events if sale.id == number
    )
    assert differs == any(row["source_number"] == str(number) for row in rows)


def test_the_webstore_filter_keeps_web_sales_and_names_itself(houses: Houses) -> None:
    house = houses()
    house.services.settings.stores(OWNER, house.scope, ["Webstore"])

    everything(house)

    web = expected(house.retailer.events, posts=("sale", "refund"), shops=("Webstore",))
    tie_out(house, web)
    skipped = [row for row in _entries(house) if row["cause"] == "filter.store"]
    assert skipped
    assert all("Webstore" in str(row["reason"]) for row in skipped)


@pytest.mark.skipif(not RECORDED.exists(), reason=f"recorded sales are not at {RECORDED}")
def test_the_recorded_shop_ties_out(houses: Houses) -> None:
    """302 real sales: receipts and refund receipts sum to the shop's own control totals."""
    from sync.sandbox.lightspeed.recorded import dataset_from_recorded

    house = houses(retailer=dataset_from_recorded(RECORDED), now=at("2025-02-03 12:00"))

    house.backfill(date(2025, 1, 31), date(2025, 2, 2))

    assert sum(states(house).values()) == 302
    count, total, tax = posted(house)
    refunds = sum(d["TotalAmt"] for d in house.quickbooks.documents("RefundReceipt"))
    assert (count, total, refunds, tax) == (
        302,
        Decimal("16799.43"),
        Decimal("216.18"),
        Decimal("673.76"),
    )
    house.backfill(date(2025, 1, 31), date(2025, 2, 2))
    assert posted(house) == (302, Decimal("16799.43"), Decimal("673.76"))


def _entries(house: House) -> list[dict[str, object]]:
    with house.means.ledgers.read() as ledger:
        rows, _ = ledger.entries.search(house.scope, limit=100_000)
    return [dict(row) for row in rows]
