"""When runs start: what people may write, and what daylight saving does to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from queue import Queue
from zoneinfo import ZoneInfo

import pytest

from sync.errors import Invalid
from sync.scheduler import (
    Clockwork,
    Housekeeping,
    Schedule,
    ScheduleRow,
    last_due,
    next_fire,
    parse_schedule,
    tick_key,
)

NEW_YORK = "America/New_York"
SOON = 10.0


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def fires(schedule: Schedule, start: str, end: str) -> list[str]:
    """Every tick of a period, in UTC."""
    found = []
    fire = next_fire(schedule, at(start) - timedelta(seconds=1))
    while fire is not None and fire < at(end):
        found.append(f"{fire:%m-%dT%H:%M}")
        fire = next_fire(schedule, fire)
    return found


# -- what people write


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("OFF", "off"),
        ("  Hourly ", "hourly"),
        ("every 15m", "every 15m"),
        ("every 15 minutes", "every 15m"),
        ("Every 12 hours", "every 12h"),
        ("daily 2:00", "daily 02:00"),
        ("daily at 23:59", "daily 23:59"),
        ("cron “0 2 * * MON-FRI”", 'cron "0 2 * * mon-fri"'),
        ('cron "*/15 9-17 * * *"', 'cron "*/15 9-17 * * *"'),
    ],
)
def test_a_schedule_is_said_back_in_one_spelling(written: str, canonical: str) -> None:
    schedule = parse_schedule(written, NEW_YORK)

    assert schedule.text == canonical
    assert parse_schedule(schedule.text, NEW_YORK) == schedule


@pytest.mark.parametrize(
    "written",
    [
        "",
        "sometimes",
        "every 4m",
        "every 13h",
        "every 0m",
        "every 999m",
        "every -5m",
        "daily 24:00",
        "daily 12:60",
        "daily",
        "cron 0 2 * * *",
        'cron "0 2 * *"',
        'cron "0 2 * * * *"',
        'cron "60 2 * * *"',
        'cron "0 24 * * *"',
        'cron "0 2 0 * *"',
        'cron "0 2 * 13 *"',
        'cron "0 2 * * 8"',
        'cron "0 2 * * mon-xyz"',
        'cron "0 2-1 * * *"',
        'cron "*/0 2 * * *"',
        'cron "* * * * *"',
        'cron "0,2 3 * * *"',
        'cron "0,59 * * * *"',
        'cron "0 2 31 2 *"',
        'cron "0 2 31 apr,jun *"',
        'cron "0 2 1 * mon"',
        'cron "0 2 l * *"',
        'cron "² 2 * * *"',
        'cron "*-5 2 * * *"',
    ],
)
def test_what_is_no_schedule_is_refused_with_its_field(written: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_schedule(written, NEW_YORK)

    assert refused.value.field == "spec"


@pytest.mark.parametrize("zone", ["", "Mars/Base", "America", "../etc/passwd", "/etc/passwd", "\0"])
def test_what_is_no_zone_is_refused_with_its_field(zone: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_schedule("daily 02:00", zone)

    assert refused.value.field == "zone"


def test_a_zone_may_be_written_in_any_case() -> None:
    assert parse_schedule("daily 02:00", "america/new_york").zone == NEW_YORK


# -- when it ticks


@pytest.mark.parametrize(
    ("cron", "days"),
    [
        ("0 12 * * 0", ["11-22"]),  # cron's Sunday
        ("0 12 * * 7", ["11-22"]),
        ("0 12 * * 1-5", ["11-23", "11-24", "11-25", "11-26", "11-27"]),
        ("0 12 * * fri-sun", ["11-22", "11-27", "11-28"]),
        ("0 12 */2 * *", ["11-23", "11-25", "11-27"]),
        ("0 12 24 nov *", ["11-24"]),
    ],
)
def test_cron_days_mean_what_they_mean_in_cron(cron: str, days: list[str]) -> None:
    schedule = parse_schedule(f'cron "{cron}"', "UTC")

    week = fires(schedule, "2026-11-22", "2026-11-29")  # from a Sunday

    assert [fire.partition("T")[0] for fire in week] == days


def test_connections_tick_at_different_minutes_always_the_same_ones() -> None:
    minutes = {
        fire.minute
        for n in range(50)
        if (fire := next_fire(parse_schedule("hourly", "UTC", f"C{n}"), at("2026-11-01T00:00")))
    }

    assert len(minutes) > 20
    mine = parse_schedule("hourly", "UTC", "C1")
    ticks = fires(mine, "2026-11-01T00:00", "2026-11-01T05:00")
    assert len(ticks) == 5
    assert len({tick[-2:] for tick in ticks}) == 1


def test_every_ninety_minutes_keeps_its_beat_over_midnight() -> None:
    schedule = parse_schedule("every 90m", "UTC", "C1")

    ticks = [next_fire(schedule, at("2026-11-01T00:00"))]
    for _ in range(40):
        assert ticks[-1] is not None
        ticks.append(next_fire(schedule, ticks[-1]))

    gaps = {b - a for a, b in pairwise(ticks) if a and b}
    assert gaps == {timedelta(minutes=90)}


@pytest.mark.parametrize(
    ("spec", "start", "end", "expected"),
    [
        # Clocks go back on 2026-11-01 at 06:00 UTC: 01:30 comes twice, at 05:30 and 06:30.
        ("daily 01:30", "2026-10-31", "2026-11-03", ["10-31T05:30", "11-01T05:30", "11-02T06:30"]),
        ("daily 02:30", "2026-11-01", "2026-11-02", ["11-01T07:30"]),
        # They go forward on 2026-03-08 at 07:00 UTC: there is no 02:30, 03:30 is next.
        ("daily 02:30", "2026-03-07", "2026-03-10", ["03-07T07:30", "03-08T07:30", "03-09T06:30"]),
        ('cron "30 1 * * sun"', "2026-11-01", "2026-11-02", ["11-01T05:30"]),
        (
            'cron "0 0-3 * * *"',  # a range of hours is a rhythm: both ones o'clock count
            "2026-11-01",
            "2026-11-02",
            ["11-01T04:00", "11-01T05:00", "11-01T06:00", "11-01T07:00", "11-01T08:00"],
        ),
    ],
)
def test_daylight_saving(spec: str, start: str, end: str, expected: list[str]) -> None:
    assert fires(parse_schedule(spec, NEW_YORK), start, end) == expected


@pytest.mark.parametrize("day", ["2026-03-08", "2026-11-01"])
def test_hourly_does_not_notice_daylight_saving(day: str) -> None:
    schedule = parse_schedule("hourly", NEW_YORK, "C1")

    ticks = fires(schedule, f"{day}T00:00", f"{day}T23:59")

    assert len(ticks) == 24
    assert len({tick_key("C1", schedule, at(f"2026-{tick}")) for tick in ticks}) == 24


def test_from_within_the_hour_that_comes_twice_the_next_daily_tick_is_not_lost() -> None:
    schedule = parse_schedule("daily 02:30", NEW_YORK)

    assert next_fire(schedule, at("2026-11-01T06:40")) == at("2026-11-01T07:30")


# -- keys


def test_both_instants_of_one_wall_time_have_one_key() -> None:
    schedule = parse_schedule("daily 01:30", NEW_YORK)

    keys = {tick_key("C1", schedule, at(f"2026-11-01T{hour}:30")) for hour in ("05", "06")}

    assert keys == {"C1:2026-11-01T01:30"}


def test_a_key_of_every_is_the_instant_whatever_the_zone() -> None:
    here = parse_schedule("every 15m", NEW_YORK)
    local = datetime(2026, 11, 1, 1, 30, tzinfo=ZoneInfo(NEW_YORK), fold=1)

    assert tick_key("C1", here, local) == "C1:2026-11-01T06:30Z"


# -- what was missed


@pytest.mark.parametrize(
    ("spec", "now", "due"),
    [
        ("daily 02:00", "2026-11-25T06:59", "2026-11-24T07:00"),
        ("daily 02:00", "2026-11-25T07:00", "2026-11-25T07:00"),
        ('cron "0 12 1 jan *"', "2026-11-25T00:00", "2026-01-01T17:00"),
        ('cron "0 12 29 feb *"', "2026-11-25T00:00", "2024-02-29T17:00"),
    ],
)
def test_the_last_due_tick(spec: str, now: str, due: str) -> None:
    assert last_due(parse_schedule(spec, NEW_YORK), at(now)) == at(due)


def test_what_is_off_is_never_due() -> None:
    off = parse_schedule("off", NEW_YORK)

    assert next_fire(off, at("2026-11-25")) is None
    assert last_due(off, at("2026-11-25")) is None


# -- the clockwork


class Ticks:
    """Schedules that a test may change, and what became of them."""

    def __init__(self, *rows: ScheduleRow, now: datetime) -> None:
        self.rows = list(rows)
        self.now = now
        self.seen: Queue[tuple[str, datetime, str]] = Queue()
        self.fail_once = False
        self.clockwork = Clockwork(lambda: list(self.rows), self._tick, lambda: self.now)

    def _tick(self, row: ScheduleRow, fire_time: datetime, key: str) -> None:
        if self.fail_once:
            self.fail_once = False
            raise ConnectionError("the database is away")
        self.seen.put((row.connection, fire_time, key))


@pytest.fixture
def ticks() -> Iterator[Callable[..., Ticks]]:
    made: list[Ticks] = []

    def make(*rows: ScheduleRow, now: datetime) -> Ticks:
        made.append(Ticks(*rows, now=now))
        return made[-1]

    yield make
    for each in made:
        each.clockwork.stop()


def a_row(spec: str = "daily 02:00", *, changed: str, last: str = "") -> ScheduleRow:
    return ScheduleRow("T1", "C1", spec, "UTC", at(changed), at(last) if last else None)


NOW = at("2026-11-25T05:00")


def test_ticks_missed_while_nothing_ran_come_once(ticks: Callable[..., Ticks]) -> None:
    row = a_row(changed="2026-11-01", last="2026-11-20T02:00")
    started = ticks(row, now=NOW)

    started.clockwork.start()

    due = at("2026-11-25T02:00")
    assert started.seen.get(timeout=SOON) == ("C1", due, "C1:2026-11-25T02:00")
    assert started.seen.empty()


@pytest.mark.parametrize(
    "row",
    [
        a_row(changed="2026-11-25T02:01"),
        a_row(changed="2026-11-01", last="2026-11-25T02:00"),
        a_row("off", changed="2026-11-01"),
        a_row("nonsense from an older version", changed="2026-11-01"),
    ],
    ids=["made since", "ticked", "off", "unreadable"],
)
def test_what_was_not_missed_does_not_come(ticks: Callable[..., Ticks], row: ScheduleRow) -> None:
    started = ticks(row, now=NOW)

    started.clockwork.start()

    assert started.seen.empty()


def test_a_tick_that_could_not_be_delivered_comes_with_the_next_refresh(
    ticks: Callable[..., Ticks],
) -> None:
    started = ticks(a_row(changed="2026-11-01"), now=NOW)
    started.fail_once = True
    started.clockwork.start()
    assert started.seen.empty()

    started.clockwork.refresh()

    assert started.seen.get(timeout=SOON)[2] == "C1:2026-11-25T02:00"
    started.clockwork.refresh()
    assert started.seen.empty()


def test_a_tick_carries_the_time_it_was_due(ticks: Callable[..., Ticks]) -> None:
    """Fired by APScheduler itself: a schedule that was changed starts to tick within seconds."""
    started = ticks(now=NOW)
    started.clockwork.start()
    soon = datetime.now(UTC) + timedelta(seconds=0.2)
    job = started.clockwork._scheduler
    started.rows = [a_row("hourly", changed="2026-11-25T05:00")]

    started.clockwork.refresh()
    job.modify_job("C1", next_run_time=soon)

    connection, fire_time, key = started.seen.get(timeout=SOON)
    assert (connection, fire_time) == ("C1", soon)
    assert key == f"C1:{soon:%Y-%m-%dT%H:%MZ}"


def test_what_is_removed_or_off_ticks_no_more(ticks: Callable[..., Ticks]) -> None:
    started = ticks(a_row("hourly", changed="2026-11-25T05:00"), now=NOW)
    started.clockwork.start()
    assert started.clockwork._scheduler.get_job("C1") is not None

    started.rows = [a_row("off", changed="2026-11-25T05:00")]
    started.clockwork.refresh()
    assert started.clockwork._scheduler.get_job("C1") is None

    started.rows = []
    started.clockwork.refresh()
    assert started.clockwork._scheduler.get_job("C1") is None


def test_housekeeping_goes_on_after_an_error() -> None:
    done: Queue[int] = Queue()

    def sweep() -> None:
        done.put(done.qsize())
        if done.qsize() == 1:
            raise ConnectionError("the database is away")

    clockwork = Clockwork(list, lambda *_: None, lambda: NOW, [Housekeeping("sweep", 0.1, sweep)])
    clockwork.start()

    assert [done.get(timeout=SOON) for _ in range(2)]
    clockwork.stop()
