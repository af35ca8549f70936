"""Schedules as people set them and as the clock reads them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sync.errors import Invalid
from sync.ledger.ledger import Ledgers
from tests.desk import NOW, Desk, a_desk


@pytest.fixture
def desk(ledgers: Ledgers) -> Desk:
    return a_desk(ledgers)


def test_nothing_syncs_by_itself_before_somebody_says_so(desk: Desk) -> None:
    view = desk.services.schedules.get(desk.scope)

    assert (view.spec, view.zone, view.next_at) == ("off", "America/New_York", None)
    assert desk.services.schedules.due_rows() == []


def test_a_time_of_day_is_the_first_shops_unless_a_zone_is_named(desk: Desk) -> None:
    ours = desk.services.schedules.set(desk.admin, desk.scope, "Daily 2:00")
    theirs = desk.services.schedules.set(desk.admin, desk.scope, "daily 02:00", "australia/sydney")

    assert (ours.spec, ours.zone) == ("daily 02:00", "America/New_York")
    assert ours.next_at == datetime(2026, 3, 3, 7, 0, tzinfo=UTC)
    assert theirs.zone == "Australia/Sydney"
    # 02:00 in Sydney is 15:00 UTC the day before, which it just is: the next one is tomorrow's.
    assert theirs.next_at == datetime(2026, 3, 3, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("spec", "zone", "field"), [("sometimes", "", "spec"), ("hourly", "Moon/Base", "zone")]
)
def test_what_is_no_schedule_changes_nothing(desk: Desk, spec: str, zone: str, field: str) -> None:
    desk.services.schedules.set(desk.admin, desk.scope, "hourly")

    with pytest.raises(Invalid) as caught:
        desk.services.schedules.set(desk.admin, desk.scope, spec, zone)

    assert caught.value.field == field
    assert desk.services.schedules.get(desk.scope).spec == "hourly"


def test_the_clock_reads_schedules_of_every_workspace_that_is_not_paused(ledgers: Ledgers) -> None:
    desks = [a_desk(ledgers, workspace) for workspace in ("T1", "T2", "T3", "T4")]
    for desk, spec in zip(desks, ("hourly", "every 15m", "off", "hourly"), strict=True):
        desk.services.schedules.set(desk.admin, desk.scope, spec)
    desks[3].services.connections.pause(desks[3].admin, desks[3].scope)

    rows = desks[0].services.schedules.due_rows()

    assert {(row.workspace, row.connection, row.spec) for row in rows} == {
        ("T1", desks[0].scope.connection, "hourly"),
        ("T2", desks[1].scope.connection, "every 15m"),
    }
    assert {row.changed_at for row in rows} == {NOW}


def test_a_schedule_that_is_set_again_owes_nothing_from_before(desk: Desk) -> None:
    """The same words keep the moment of change; other words start anew."""
    desk.services.schedules.set(desk.admin, desk.scope, "hourly")
    desk.clock.now += timedelta(hours=5)

    desk.services.schedules.set(desk.admin, desk.scope, "HOURLY")
    (same,) = desk.services.schedules.due_rows()
    desk.services.schedules.set(desk.admin, desk.scope, "every 30m")
    (other,) = desk.services.schedules.due_rows()

    assert (same.changed_at, other.changed_at) == (NOW, NOW + timedelta(hours=5))
    assert [(row.before, row.after) for row in desk.changes] == [
        ("off", "hourly America/New_York"),
        ("hourly America/New_York", "every 30m America/New_York"),
    ]
