"""The only clock: turns schedules into ticks with APScheduler, and runs nothing itself.

Every worker has one and all of them tick; the tick's key makes one run of it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any

from apscheduler.executors.base import BaseExecutor
from apscheduler.executors.pool import ThreadPoolExecutor as HouseExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from sync.domain.schedule import Rhythm, Schedule, parse_schedule, tick_key
from sync.errors import Invalid, Retryable

__all__ = [
    "Clockwork",
    "Housekeeping",
    "Schedule",
    "ScheduleRow",
    "last_due",
    "next_fire",
    "parse_schedule",
    "tick_key",
]

log = logging.getLogger(__name__)

_REFRESH_SECONDS = 5
_GRACE_SECONDS = 3600
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)  # intervals count from here on every node
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
# How far to look back for the last due time: dense schedules are found in the first window.
_LOOK_BACK = tuple(timedelta(days=days) for days in (1 / 24, 1, 8, 32, 366, 5 * 366))


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """A schedule as it is stored, of a connection that is not paused."""

    workspace: str
    connection: str
    spec: str
    zone: str
    changed_at: datetime
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Housekeeping:
    """Something to do every so many seconds on every worker."""

    name: str
    seconds: float
    do: Callable[[], None]


def next_fire(schedule: Schedule, after: datetime) -> datetime | None:
    """The first tick after a moment, in UTC; None when the schedule is off."""
    trigger = _trigger(schedule)
    if trigger is None:
        return None
    fire = trigger.get_next_fire_time(None, after + timedelta(microseconds=1))
    return None if fire is None else fire.astimezone(UTC)


def last_due(schedule: Schedule, before: datetime) -> datetime | None:
    """The last tick up to a moment; None when there was none in five years."""
    for window in _LOOK_BACK:
        found = None
        fire = next_fire(schedule, before - window)
        while fire is not None and fire <= before:
            found = fire
            fire = next_fire(schedule, fire)
        if found is not None:
            return found
    return None


class Clockwork:
    """Triggers rebuilt from the stored schedules; what fired while nobody listened comes once."""

    def __init__(
        self,
        load: Callable[[], list[ScheduleRow]],
        tick: Callable[[ScheduleRow, datetime, str], None],
        clock: Callable[[], datetime],
        housekeeping: Sequence[Housekeeping] = (),
    ) -> None:
        self._load = load
        self._tick = tick
        self._clock = clock
        self._housekeeping = housekeeping
        self._rows: dict[str, ScheduleRow] = {}
        self._owed: dict[str, datetime] = {}
        self._lock = Lock()
        logging.getLogger("apscheduler").setLevel(logging.WARNING)
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            jobstores={"default": MemoryJobStore()},
            executors={"default": HouseExecutor(4), "ticks": _TickExecutor()},
            job_defaults={
                "coalesce": True,
                "max_instances": 1,
                "misfire_grace_time": _GRACE_SECONDS,
            },
        )

    def start(self) -> None:
        """Catch up what was missed while nothing ran, then tick."""
        self.refresh()
        now = self._clock()
        for row in list(self._rows.values()):
            schedule = _parsed(row)
            due = last_due(schedule, now) if schedule else None
            if due is not None and due > max(row.changed_at, row.last_at or row.changed_at):
                self._fire(row.connection, due)
        for task in (
            Housekeeping("schedules", _REFRESH_SECONDS, self.refresh),
            *self._housekeeping,
        ):
            self._scheduler.add_job(
                task.do,
                IntervalTrigger(seconds=task.seconds, timezone=UTC),
                id=f"house:{task.name}",
                name=task.name,
            )
        self._scheduler.start()

    def stop(self) -> None:
        """Let what has begun end, and tick no more."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)

    def refresh(self) -> None:
        """Follow the stored schedules, and pay ticks that could not be delivered."""
        rows = {row.connection: row for row in self._load()}
        with self._lock:
            before, self._rows = self._rows, rows
        for connection in before.keys() - rows.keys():
            self._remove(connection)
        for connection, row in rows.items():
            old = before.get(connection)
            if old is None or (old.spec, old.zone) != (row.spec, row.zone):
                self._add(row)
        for connection, fire_time in list(self._owed.items()):
            self._fire(connection, fire_time)

    def _add(self, row: ScheduleRow) -> None:
        schedule = _parsed(row)
        trigger = _trigger(schedule) if schedule else None
        if trigger is None:
            self._remove(row.connection)
            return
        self._scheduler.add_job(
            self._fire,
            trigger,
            args=(row.connection, _EPOCH),  # the executor puts the due time in the second place
            id=row.connection,
            executor="ticks",
            replace_existing=True,
        )

    def _remove(self, connection: str) -> None:
        self._owed.pop(connection, None)
        if self._scheduler.get_job(connection) is not None:
            self._scheduler.remove_job(connection)

    def _fire(self, connection: str, fire_time: datetime) -> None:
        with self._lock:
            row = self._rows.get(connection)
        schedule = _parsed(row) if row else None
        if row is None or schedule is None:
            return
        fire_time = fire_time.astimezone(UTC)
        try:
            self._tick(row, fire_time, tick_key(connection, schedule, fire_time))
        except Retryable as error:
            log.info("the tick of connection %s waits: %s", connection, error)
            self._owed[connection] = fire_time
        except Exception:
            # The database may be away; the key makes a second delivery harmless.
            log.exception("the tick of connection %s is delivered later", connection)
            self._owed[connection] = fire_time
        else:
            self._owed.pop(connection, None)


class _TickExecutor(BaseExecutor):  # type: ignore[misc]  # APScheduler has no types
    """Tells a tick when it was due, which APScheduler's own executors keep to themselves."""

    def __init__(self) -> None:
        super().__init__()
        self._pool = ThreadPoolExecutor(2, thread_name_prefix="tick")

    def shutdown(self, wait: bool = True) -> None:
        self._pool.shutdown(wait)

    def _do_submit_job(self, job: Any, run_times: list[datetime]) -> None:
        def run() -> None:
            job.func(job.args[0], run_times[-1])
            self._run_job_success(job.id, [])

        self._pool.submit(run)


class _OnceADay(CronTrigger):  # type: ignore[misc]  # APScheduler has no types
    """A time of day that comes twice when clocks go back fires the first time only."""

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime | None:
        fire: datetime | None = super().get_next_fire_time(previous, now)
        # All in UTC: arithmetic on local times forgets which of the two it was.
        while fire is not None and fire.astimezone(UTC).astimezone(self.timezone).fold:
            fire = super().get_next_fire_time(None, fire.astimezone(UTC) + timedelta(seconds=1))
        return fire


def _parsed(row: ScheduleRow) -> Schedule | None:
    try:
        return parse_schedule(row.spec, row.zone, row.connection)
    except Invalid:
        log.error("the stored schedule of connection %s cannot be read", row.connection)
        return None


def _trigger(schedule: Schedule) -> Any:
    if schedule.rhythm is Rhythm.OFF:
        return None
    if schedule.rhythm is Rhythm.EVERY:
        start = _EPOCH + timedelta(minutes=schedule.offset)
        return IntervalTrigger(minutes=schedule.minutes, start_date=start, timezone=UTC)
    times = schedule.times
    assert times is not None
    kind = _OnceADay if schedule.is_daily else CronTrigger
    return kind(
        minute=_listed(times.minutes),
        hour=_listed(times.hours),
        day=_listed(times.days),
        month=_listed(times.months),
        day_of_week=",".join(_WEEKDAYS[day] for day in times.weekdays),
        second="0",
        timezone=schedule.zone,
    )


def _listed(values: Sequence[int]) -> str:
    return ",".join(map(str, values))
