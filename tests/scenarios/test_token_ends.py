"""A permission that ends without a word stops the shop's books; people hear of it before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from sync.services.models import Provider
from sync.services.token_ends import warn_of_ends
from sync.services.tokens import TokenKeeper
from tests.house import WORKSPACE, House
from tests.scenarios.conftest import Houses

IDLE = {"lightspeed": timedelta(days=30), "quickbooks": timedelta(days=101)}
YEARS = timedelta(days=5 * 365)


@pytest.fixture
def house(houses: Houses) -> Iterator[House]:
    yield houses()


def told(house: House) -> list[tuple[str, bool]]:
    """Every warning so far: of which account, and whether use would help."""
    events: list[dict[str, Any]] = house.events("account.ending")
    return [(event["payload"]["provider"], event["payload"]["idle"]) for event in events]


def test_nobody_is_warned_of_an_end_that_is_far(house: House) -> None:
    house.clock.now += timedelta(days=15)

    assert warn_of_ends(house.means) == 0
    assert told(house) == []


def test_an_idle_permission_is_told_once_two_weeks_before_it_dies(house: House) -> None:
    """Fourteen days before, whoever looks and however often."""
    house.clock.now += IDLE["lightspeed"] - timedelta(days=14) + timedelta(hours=1)

    first = warn_of_ends(house.means)
    house.clock.now += timedelta(days=3)
    again = warn_of_ends(house.means)

    assert (first, again) == (1, 0)
    assert told(house) == [("lightspeed", True)]


def test_using_the_connection_moves_the_end_and_the_next_one_is_told_anew(house: House) -> None:
    house.clock.now += timedelta(days=17)
    warn_of_ends(house.means)
    house.sync()

    after_use = warn_of_ends(house.means)
    house.clock.now += timedelta(days=17)
    idle_again = warn_of_ends(house.means)

    assert (after_use, idle_again) == (0, 1)


def test_the_hard_end_is_told_once_though_the_connection_is_used_every_day(house: House) -> None:
    """Every refresh tells the seconds left, so the end comes out a little different each time."""
    with house.means.ledgers.read() as ledger:
        row = ledger.accounts.connection(house.scope)
    assert row is not None
    keeper = TokenKeeper(house.means, WORKSPACE, row["quickbooks"], Provider.QUICKBOOKS)
    end = house.clock.now + YEARS
    while house.clock.now < end - timedelta(days=14):
        keeper.renew(keeper.access())
        house.clock.now += timedelta(days=90)
    house.clock.now = end - timedelta(days=14)

    for _ in range(5):
        keeper.renew(keeper.access())
        warn_of_ends(house.means)
        house.clock.now += timedelta(days=1, seconds=17)

    assert [each for each in told(house) if each[0] == "quickbooks"] == [("quickbooks", False)]
