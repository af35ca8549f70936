"""Runs of one connection take turns; one that is alone is not interrupted for nothing."""

from __future__ import annotations

import pytest

from sync.errors import Conflict
from sync.services.models import ReplyTo
from tests.house import OWNER, House
from tests.scenarios.conftest import NOW, START, Houses, a_retailer


def a_long_backfill(houses: Houses) -> House:
    """Asked for and not yet begun; more sales than one turn takes."""
    house = houses(retailer=a_retailer(per_day=(700, 700), mix={"cash": 1}))
    house.services.runs.backfill(OWNER, house.scope, START, NOW.date())
    return house


def chunks_and_ends(house: House) -> tuple[int, list[str]]:
    """How often the backfill gave its turn away, and in which order the runs ended."""
    house.work()
    runs = {run.id: run for run in house.services.runs.recent(house.scope)}
    backfill = next(run for run in runs.values() if run.window)
    with house.means.ledgers.read() as ledger:
        row = ledger.runs.get(house.scope.workspace, backfill.id)
    assert row is not None
    ends = [runs[event["run"]].trigger.value for event in house.events("run.finished")]
    return row["chunk"], ends


def test_a_backfill_gives_its_turn_to_a_sync_that_waits(houses: Houses) -> None:
    """Nobody waits for months of old sales to see the last hour's."""
    house = a_long_backfill(houses)
    house.services.runs.sync(OWNER, house.scope)

    chunks, ends = chunks_and_ends(house)

    assert chunks == 1
    assert ends == ["manual", "backfill"]


def test_a_backfill_that_is_alone_goes_on(houses: Houses) -> None:
    """Each turn given away leaves QuickBooks idle until the last batches are back."""
    house = a_long_backfill(houses)

    chunks, ends = chunks_and_ends(house)

    assert chunks == 0
    assert ends == ["backfill"]


def test_nobody_can_pile_up_questions_and_others_still_ask_theirs(houses: Houses) -> None:
    """Each is answered by the worker with calls to the outside, so a person has a few at a time."""
    house = houses()
    number = str(house.retailer.events[0].id)
    asked = [ReplyTo(user, "C1") for user in ("U1", "U2")]
    for _ in range(10):
        house.services.previews.ask(OWNER, house.scope, number, asked[0])

    with pytest.raises(Conflict, match="not answered yet"):
        house.services.previews.ask(OWNER, house.scope, number, asked[0])
    house.services.previews.ask(OWNER, house.scope, number, asked[1])
    house.work()
    house.services.previews.ask(OWNER, house.scope, number, asked[0])

    assert len(house.events("preview.ready")) == 11
