"""Sales that wait for something QuickBooks does not take just now: tried again, not for ever."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sync.domain.verdicts import EntryState
from sync.errors import Retryable
from sync.sandbox.retailer.totals import expected
from tests.house import OWNER, House
from tests.scenarios.books import entry, states, tie_out
from tests.scenarios.conftest import NOW, START, Houses
from tests.scenarios.test_lists import lines_of, one_sale

WAITS = EntryState.RETRYING
BACKOFF = (1, 5, 30, 120)  # minutes
WRITING = "requestid="


def try_again(house: House, minutes: float) -> None:
    """Let time pass and the next run begin, as a schedule would."""
    house.clock.sleep(minutes * 60)
    house.sync()


@pytest.mark.parametrize("fault", ["list_busy", "list_throttled"])
def test_sales_wait_while_quickbooks_takes_no_new_items_and_are_posted_when_it_does(
    houses: Houses, fault: str
) -> None:
    """Nobody is asked to add by hand what passes by itself."""
    house = houses()
    house.quickbooks.plan(fault, times=None)

    house.backfill(START, NOW.date())
    waiting = states(house)
    house.quickbooks.mishaps.clear()
    try_again(house, BACKOFF[0])

    assert waiting[WAITS] > 20
    assert waiting[EntryState.HELD] == states(house)[EntryState.HELD]  # for reasons of their own
    assert not states(house)[WAITS]
    tie_out(house, expected(house.retailer.events, posts=("sale", "refund")))


def test_a_sale_whose_item_is_never_taken_fails_after_the_last_try_and_says_why(
    houses: Houses,
) -> None:
    house = houses()
    house.quickbooks.plan("list_busy", times=None)
    number = one_sale(house)
    house.sync()

    seen = []
    for minutes in BACKOFF:
        row = entry(house, number)
        seen.append((row["state"], row["attempts"]))
        try_again(house, minutes)

    row = entry(house, number)
    assert seen == [("retrying", 1), ("retrying", 2), ("retrying", 3), ("retrying", 4)]
    assert (row["state"], row["attempts"], row["try_at"]) == ("failed", 5, None)
    assert (row["cause"], row["code"]) == ("qbo.10000", "10000")
    assert row["reason"]


def test_an_item_quickbooks_refuses_for_good_holds_its_sales_with_the_reason(
    houses: Houses,
) -> None:
    """Time will not help, a person may: they learn what is missing, and why."""
    house = houses()
    house.quickbooks.plan("list_refused", times=None)
    number = one_sale(house)

    house.sync()

    row = entry(house, number)
    assert (row["state"], row["cause"]) == ("held", "item.missing")
    assert "Not in QuickBooks" in str(row["reason"])
    assert "QuickBooks did not make it: " in str(row["reason"])


def test_an_item_that_silences_quickbooks_makes_its_sale_wait(houses: Houses) -> None:
    """The run does not wait for ever for an answer that never comes."""
    house = houses()
    house.backfill(START, NOW.date())
    known = {str(item["Name"]).casefold() for item in house.quickbooks.documents("Item")}
    number = one_sale(house, "cash")
    while all(line.item.sku.casefold() in known for line in lines_of(house, number)):
        number = one_sale(house, "cash")
    house.quickbooks.plan("500_before", times=None, path=WRITING)

    house.services.runs.sync(OWNER, house.scope)
    house.work(until=timedelta(hours=2))

    row = entry(house, number)
    assert (row["state"], row["cause"], row["attempts"]) == ("retrying", "qbo.silent", 1)
    assert "is to make" in str(row["reason"])


def waits_for_an_item(house: House) -> str:
    """A sale that is to be tried again in a minute."""
    house.quickbooks.plan("list_busy", times=None)
    number = one_sale(house)
    house.sync()
    assert entry(house, number)["state"] == "retrying"
    house.quickbooks.mishaps.clear()
    return number


def a_minute_later(house: House) -> int:
    """What the worker's housekeeping does every minute; how many runs it started."""
    house.clock.sleep(61)
    started = house.services.runs.try_due()
    house.work()
    return started


def test_a_sale_is_tried_again_though_the_schedule_is_off(houses: Houses) -> None:
    """It was read already; the schedule only says when new sales are."""
    house = houses()
    number = waits_for_an_item(house)
    later = one_sale(house)

    started = a_minute_later(house)

    assert started == 1
    assert entry(house, number)["state"] == "posted"
    with house.means.ledgers.read() as ledger:
        assert ledger.entries.search(house.scope, number=later)[1] == 0
    assert house.services.runs.try_due() == 0


def test_a_pause_stops_retries_until_somebody_resumes(houses: Houses) -> None:
    house = houses()
    number = waits_for_an_item(house)
    house.services.connections.pause(OWNER, house.scope)

    paused = a_minute_later(house)
    waiting = entry(house, number)["state"]
    house.services.connections.resume(OWNER, house.scope)
    resumed = a_minute_later(house)

    assert (paused, waiting, resumed) == (0, "retrying", 1)
    assert entry(house, number)["state"] == "posted"


def test_a_tick_that_meets_a_retry_reads_new_sales_after_it(houses: Houses) -> None:
    """The run that retries reads nothing new, so the tick is not done by it."""
    house = houses()
    waits_for_an_item(house)
    house.services.schedules.set(OWNER, house.scope, "hourly")
    later = one_sale(house)
    house.services.runs.try_due()

    with pytest.raises(Retryable):
        house.services.runs.tick(house.scope, "a tick", house.clock.now)
    house.work()
    house.services.runs.tick(house.scope, "a tick", house.clock.now)
    house.work()

    assert entry(house, later)["state"] == "posted"


def test_a_waiting_sale_that_lightspeed_no_longer_shows_is_not_asked_for_for_ever(
    houses: Houses,
) -> None:
    house = houses()
    number = waits_for_an_item(house)
    house.lightspeed.dataset.delete("Sale", int(number))

    runs = 0
    for minutes in BACKOFF:
        house.clock.sleep(minutes * 60)
        runs += a_minute_later(house)

    row = entry(house, number)
    assert runs == len(BACKOFF)
    assert (row["state"], row["cause"], row["attempts"]) == ("failed", "gone", 5)
    assert house.services.runs.try_due() == 0
