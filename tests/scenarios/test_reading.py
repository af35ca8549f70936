"""What is read, and when: nothing that happened at the till stays unseen, nothing is read twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sync.sandbox.retailer.totals import expected
from tests.house import House
from tests.scenarios.books import entry, states, tie_out
from tests.scenarios.conftest import NOW, Houses


def sold(house: House, kind: str = "card") -> str:
    number = str(house.retailer.sell(kind, house.clock.now))
    house.clock.sleep(60)
    return number


def asked(house: House, what: str) -> int:
    """How often Lightspeed was asked for something, of the requests it remembers."""
    return sum(what in f"{each['path']}?{each['query']}" for each in house.lightspeed.requests)


@pytest.fixture
def blind(houses: Houses) -> House:
    """A till that does not let us ask by the time of change: `timeStamp` stands still."""
    house = houses()
    house.lightspeed.switches.set("refuse_update_time", True)
    return house


def test_a_till_that_refuses_update_time_is_read_all_the_same(blind: House) -> None:
    number = sold(blind)

    blind.sync()

    assert entry(blind, number)["state"] == "posted"
    tie_out(blind, expected(blind.retailer.events, posts=("sale", "refund"), since=NOW.date()))


@pytest.mark.parametrize(("what", "state"), [("void", "skipped"), ("edit", "posted")])
def test_a_change_that_moves_no_time_stamp_is_seen_within_a_day(
    blind: House, what: str, state: str
) -> None:
    number = sold(blind)
    blind.sync()
    blind.clock.sleep(3600)
    blind.sync()
    getattr(blind.retailer, what)(int(number), blind.clock.now)

    for _ in range(6):
        blind.clock.sleep(4 * 3600)
        blind.sync()

    row = entry(blind, number)
    assert row["state"] == state
    assert "after it was posted" in str(row["reason"])
    tie_out(blind, expected(blind.retailer.events, posts=("sale", "refund"), since=NOW.date()))


def test_a_sale_that_a_till_sends_in_late_is_found_within_a_day(blind: House) -> None:
    """Rung up off-line: it appears with the time at which it was completed."""
    blind.clock.sleep(6 * 3600)
    blind.sync()
    late = str(
        blind.retailer.sell("cash", blind.clock.now, completed=blind.clock.now - timedelta(hours=5))
    )

    blind.clock.sleep(86_400)
    blind.sync()

    assert entry(blind, late)["state"] == "posted"


def test_recent_sales_are_read_again_once_a_day_and_no_older_ones(blind: House) -> None:
    """Sales from before go-live would only fill the log."""
    blind.sync()
    before = states(blind)
    blind.lightspeed.requests.clear()

    for _ in range(5):
        blind.clock.sleep(3600)
        blind.sync()
    same_day = asked(blind, "completeTime")
    blind.clock.sleep(86_400)
    blind.sync()

    assert (same_day, asked(blind, "completeTime")) == (0, 1)
    assert states(blind) == before


def test_a_till_that_knows_changes_is_never_swept(houses: Houses) -> None:
    house = houses()
    house.lightspeed.requests.clear()

    for _ in range(3):
        house.clock.sleep(86_400)
        house.sync()

    assert asked(house, "completeTime") == 0


def test_sales_changed_in_one_and_the_same_second_are_all_read(houses: Houses) -> None:
    """A till that comes on line sends hundreds at once, and pages must not end between them."""
    house = houses()
    house.sync()
    before = sum(states(house).values())
    moment = house.clock.now
    for _ in range(250):
        house.retailer.sell("cash", moment)
    house.clock.sleep(60)

    house.sync()
    house.sync()

    assert sum(states(house).values()) == before + 250
    tie_out(house, expected(house.retailer.events, posts=("sale", "refund"), since=NOW.date()))
