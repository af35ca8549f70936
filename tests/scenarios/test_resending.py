"""Sending again what was held: the choice is kept, however many sales it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from sync.domain.verdicts import EntryState
from sync.errors import Invalid
from sync.sandbox.retailer.totals import expected
from tests.house import OWNER, House
from tests.scenarios.books import states, tie_out
from tests.scenarios.conftest import NOW, START, Houses, a_retailer


def held_for_items(house: House) -> int:
    """Two days of sales that lack their items."""
    house.quickbooks.plan("list_refused", times=None)
    house.backfill(START, NOW.date())
    house.quickbooks.mishaps.clear()
    return states(house)[EntryState.HELD]


def row_of(house: House, run: str) -> dict[str, Any]:
    with house.means.ledgers.read() as ledger:
        row = ledger.runs.get(house.scope.workspace, run)
    assert row is not None
    return dict(row)


def test_a_resync_of_everything_keeps_what_was_chosen_and_not_each_sale(houses: Houses) -> None:
    """A hundred thousand of them must fit into one row."""
    house = houses()
    held = held_for_items(house)

    started = house.services.runs.resync(OWNER, house.scope, failed=True)
    stored = row_of(house, started.run.id)
    house.work()

    assert held > 20
    assert len(str(stored["selection"])) < 200
    assert stored["expected"] == held
    tie_out(house, expected(house.retailer.events, posts=("sale", "refund")))


def test_a_resync_takes_up_each_sale_once_though_some_are_held_again(houses: Houses) -> None:
    """Those that stay held are still held and failed ones, and the choice is made of these."""
    house = houses()
    held_for_items(house)
    house.quickbooks.plan("list_refused", times=None)

    started = house.services.runs.resync(OWNER, house.scope, failed=True)
    house.work()

    run = house.services.runs.get(house.scope, started.run.id)
    assert run.counts[EntryState.HELD] == states(house)[EntryState.HELD]
    assert run.read == run.expected


def test_a_resync_of_a_run_leaves_what_other_runs_hold(houses: Houses) -> None:
    house = houses()
    house.quickbooks.plan("list_refused", times=None)
    first = house.backfill(START, START)
    house.backfill(NOW.date(), NOW.date())
    house.quickbooks.mishaps.clear()

    house.services.runs.resync(OWNER, house.scope, run_number=first.number)
    house.work()

    days = {event.business_day for event in house.retailer.events if event.counts and event.posts}
    assert days == {START, NOW.date()}
    posted = {document["TxnDate"] for document in house.quickbooks.documents("SalesReceipt")}
    assert posted == {START.isoformat()}


def test_choosing_sales_one_by_one_has_an_end(houses: Houses) -> None:
    house = houses()

    with pytest.raises(Invalid, match="5,000"):
        house.services.runs.resync(OWNER, house.scope, sales=[str(n) for n in range(5_001)])


class Counting:
    """Lightspeed's client; after each answer it asks how far the log is."""

    def __init__(self, client: Any, look: Callable[[int], None]) -> None:
        self._client, self._look = client, look

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def completed_between(self, *given: Any) -> Any:
        page = self._client.completed_between(*given)
        self._look(len(page.records))
        return page

    def sales(self, ids: Sequence[str]) -> Any:
        records = self._client.sales(ids)
        self._look(len(records))
        return records


class Counted:
    """The outside, whose Lightspeed is counted."""

    def __init__(self, house: House, look: Callable[[int], None]) -> None:
        self._real, self._look = house.means.outside, look

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def lightspeed(self, *given: Any) -> Any:
        return Counting(self._real.lightspeed(*given), self._look)


@pytest.mark.parametrize("again", [False, True])
def test_reading_is_never_more_than_a_page_ahead_of_the_log(houses: Houses, again: bool) -> None:
    """So what is held in memory does not grow with what there is to read."""
    house = houses(retailer=a_retailer(per_day=(330, 340)))
    if again:
        held_for_items(house)
    ahead: list[int] = []
    read = 0

    def look(count: int) -> None:
        nonlocal read
        read += count
        with house.means.ledgers.read() as ledger:
            (run,) = ledger.runs.recent(house.scope, 1)
        ahead.append(read - run["read"])

    house.use(outside=Counted(house, look))

    if again:
        house.services.runs.resync(OWNER, house.scope, failed=True)
        house.work()
    else:
        house.backfill(START, NOW.date())

    assert read >= 500
    assert max(ahead) <= 200
