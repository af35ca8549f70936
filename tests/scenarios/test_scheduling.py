"""Ticks against real runs: each makes one, whoever delivers it and however often."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest

from sync.domain.schedule import parse_schedule, tick_key
from sync.ledger.database import Database
from sync.ledger.ledger import Ledger, Ledgers
from sync.sandbox.quickbooks.spec import CompanySpec
from sync.scheduler import Clockwork, ScheduleRow
from sync.services.models import Provider, Trigger
from tests.house import OWNER, House
from tests.scenarios.conftest import Houses


def scheduled(house: House, spec: str = "hourly") -> None:
    house.services.schedules.set(OWNER, house.scope, spec)


def due(house: House) -> tuple[datetime, str]:
    """The newest tick that is due, and its key."""
    row = house.services.schedules.get(house.scope)
    schedule = parse_schedule(row.spec, row.zone, house.scope.connection)
    assert row.next_at is not None
    return row.next_at, tick_key(house.scope.connection, schedule, row.next_at)


def numbers(house: House) -> list[int]:
    """Runs the clock asked for."""
    runs = house.services.runs.recent(house.scope, 50)
    return [run.number for run in runs if run.trigger is Trigger.SCHEDULED]


def a_clockwork(house: House) -> Clockwork:
    def tick(row: ScheduleRow, at: datetime, key: str) -> None:
        house.services.runs.tick(house.scope, key, at)

    return Clockwork(house.services.schedules.due_rows, tick, house.clock)


def test_a_tick_that_two_workers_deliver_is_one_run(houses: Houses, database: Database) -> None:
    """Also when the second comes after the run of the first is over."""
    house = houses(database)
    scheduled(house)
    at, key = due(house)
    house.clock.now = at

    first = house.services.runs.tick(house.scope, key, at)
    while_active = house.services.runs.tick(house.scope, key, at)
    house.work(until=timedelta(minutes=10))
    after = house.services.runs.tick(house.scope, key, at)

    assert first is not None
    assert (while_active, after) == (None, None)
    assert numbers(house) == [first.run.number]


def test_a_worker_that_dies_in_a_tick_takes_no_tick_with_it(
    houses: Houses, sqlite_database: Database
) -> None:
    """Noting a tick before its run exists would make the next worker believe it was done."""
    house = houses()
    scheduled(house)
    at, key = due(house)
    house.clock.now = at + timedelta(minutes=1)
    healthy = house.means.ledgers

    class Dying(Ledgers):
        left = 0

        def write(self) -> AbstractContextManager[Ledger]:  # type: ignore[override]
            if not self.left:
                raise KeyboardInterrupt
            self.left -= 1
            return super().write()

    for commits in (0, 1):
        dying = Dying(sqlite_database)
        dying.left = commits
        house.use(ledgers=dying)
        with pytest.raises(KeyboardInterrupt):
            house.services.runs.tick(house.scope, key, at)
    house.use(ledgers=healthy)
    clockwork = a_clockwork(house)
    clockwork.start()
    clockwork.stop()

    assert len(numbers(house)) == 1


def test_what_was_missed_while_nothing_ran_comes_once(houses: Houses) -> None:
    house = houses()
    scheduled(house)
    house.clock.sleep(8 * 3600)

    for _ in range(2):
        clockwork = a_clockwork(house)
        clockwork.start()
        clockwork.stop()
        house.work(until=timedelta(minutes=10))

    assert len(numbers(house)) == 1


def test_a_paused_connection_does_not_tick(houses: Houses) -> None:
    house = houses()
    scheduled(house)
    at, key = due(house)
    house.services.connections.pause(OWNER, house.scope)
    house.clock.now = at

    assert house.services.runs.tick(house.scope, key, at) is None
    assert numbers(house) == []
    house.services.connections.resume(OWNER, house.scope)
    assert house.services.runs.tick(house.scope, key, at) is not None


@pytest.mark.parametrize("how", ["broken", "disconnected"])
def test_a_closed_account_is_not_asked_again_by_the_clock(houses: Houses, how: str) -> None:
    """No run, no message, no error for the log: people were told when it closed."""
    house = houses()
    scheduled(house)
    if how == "broken":
        house.quickbooks.tokens.disconnect(CompanySpec().realm_id)
        house.sync()
    else:
        house.services.connections.disconnect(OWNER, house.scope, Provider.QUICKBOOKS)
        house.work()
    told = len(house.events())

    for _ in range(3):
        at, key = due(house)
        house.clock.now = at
        assert house.services.runs.tick(house.scope, key, at) is None
        house.work(until=timedelta(minutes=10))

    assert numbers(house) == []
    assert len(house.events()) == told


def test_a_clock_that_steps_back_neither_ticks_twice_nor_reads_past_a_sale(
    houses: Houses,
) -> None:
    """The watermark is the service's time; ours may wander."""
    house = houses()
    scheduled(house)
    at, key = due(house)
    house.clock.now = at
    house.services.runs.tick(house.scope, key, at)
    house.work(until=timedelta(minutes=1))

    house.clock.now = at - timedelta(minutes=2)
    again = house.services.runs.tick(house.scope, key, at)
    house.work(until=timedelta(minutes=1))

    assert again is None
    assert len(numbers(house)) == 1
