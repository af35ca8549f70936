"""When runs start, as people write it: every spelling read strictly, and said back in one way."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo, available_timezones

from sync.errors import Invalid

_EVERY = re.compile(r"every (\d{1,3}) ?(m|min|minutes?|h|hours?)")
_DAILY = re.compile(r"daily(?: at)? (\d{1,2}):(\d{2})")
_CRON = re.compile(r'cron "([^"]*)"')
_QUOTES = str.maketrans("“”„‟«»", '""""""')
_SHORTEST, _LONGEST = 5, 12 * 60  # minutes
_MINUTES_A_DAY = 24 * 60
_HELP = 'Use off, hourly, every 15m (5m to 12h), daily 02:00, or cron "0 2 * * mon-fri".'

_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")  # cron's 0 is Sunday
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LONGEST_MONTHS = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}
_PART = re.compile(r"(\*|[a-z0-9]+)(?:-([a-z0-9]+))?(?:/(\d{1,2}))?")


class Rhythm(StrEnum):
    OFF = "off"
    EVERY = "every"  # so many minutes, on the world's clock
    WALL = "wall"  # at times of day, on the shop's clock


@dataclass(frozen=True, slots=True)
class Times:
    """Sets of a cron line; days of the week are numbered as cron does, 0 is Sunday."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: tuple[int, ...]
    months: tuple[int, ...]
    weekdays: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Schedule:
    """A parsed schedule. `text` is its one spelling; `offset` spreads connections over time."""

    text: str
    zone: str
    rhythm: Rhythm
    minutes: int = 0
    offset: int = 0
    times: Times | None = None
    is_daily: bool = False  # or rarer: a tick is a local date and time, and comes once


def parse_schedule(spec: str, zone: str, connection: str = "") -> Schedule:
    """What a person wrote; Invalid says what to write instead. The connection sets the minute."""
    text = " ".join(spec.translate(_QUOTES).lower().split())
    zone = _zone(zone)
    if text == "off":
        return Schedule("off", zone, Rhythm.OFF)
    if text == "hourly":
        return _every("hourly", 60, zone, connection)
    if match := _EVERY.fullmatch(text):
        count, unit = int(match[1]), match[2][0]
        minutes = count * 60 if unit == "h" else count
        if not _SHORTEST <= minutes <= _LONGEST:
            raise Invalid("Runs can start every 5 minutes to every 12 hours.", field="spec")
        return _every(f"every {count}{unit}", minutes, zone, connection)
    if match := _DAILY.fullmatch(text):
        hour, minute = int(match[1]), int(match[2])
        if hour > 23 or minute > 59:
            raise Invalid("The time of day is from 00:00 to 23:59.", field="spec")
        every = Times((minute,), (hour,), _all(1, 31), _all(1, 12), _all(0, 6))
        return Schedule(
            f"daily {hour:02}:{minute:02}", zone, Rhythm.WALL, times=every, is_daily=True
        )
    if match := _CRON.fullmatch(text):
        return _cron(match[1].strip(), zone)
    raise Invalid(f"This is not a schedule. {_HELP}", field="spec")


def tick_key(connection: str, schedule: Schedule, fire_time: datetime) -> str:
    """The same on every node and after every restart: a tick with a known key is an old one."""
    if schedule.is_daily:
        return f"{connection}:{fire_time.astimezone(ZoneInfo(schedule.zone)):%Y-%m-%dT%H:%M}"
    return f"{connection}:{fire_time.astimezone(UTC):%Y-%m-%dT%H:%MZ}"


def _every(text: str, minutes: int, zone: str, connection: str) -> Schedule:
    offset = zlib.crc32(connection.encode()) % min(minutes, 60)
    return Schedule(text, zone, Rhythm.EVERY, minutes=minutes, offset=offset)


def _zone(name: str) -> str:
    name = name.strip()
    try:
        return ZoneInfo(name).key
    except (KeyError, ValueError, OSError):
        known = {each.lower(): each for each in available_timezones()}
    if name.lower() in known:
        return known[name.lower()]
    raise Invalid("This is not a time zone; write it like America/New_York.", field="zone")


def _cron(line: str, zone: str) -> Schedule:
    fields = line.split(" ")
    if len(fields) != 5:
        raise Invalid(
            "A cron line has five fields: minute, hour, day, month, day of the week.", field="spec"
        )
    times = Times(
        minutes=_field("minute", fields[0], 0, 59),
        hours=_field("hour", fields[1], 0, 23),
        days=_field("day", fields[2], 1, 31),
        months=_field("month", fields[3], 1, 12, _MONTHS),
        weekdays=tuple(sorted({n % 7 for n in _field("weekday", fields[4], 0, 7, _DAYS)})),
    )
    if len(times.days) < 31 and len(times.weekdays) < 7:
        # Cron takes either, most people mean both, and schedulers disagree.
        raise Invalid("Give days of the month or days of the week, not both.", field="spec")
    if not any(
        day <= _LONGEST_MONTHS.get(month, 31) for month in times.months for day in times.days
    ):
        raise Invalid("That day never comes.", field="spec")
    if _shortest_gap(times) < _SHORTEST:
        raise Invalid("Runs can start every 5 minutes at most.", field="spec")
    fixed_hours = re.fullmatch(r"[\d,]+", fields[1]) is not None
    return Schedule(f'cron "{line}"', zone, Rhythm.WALL, times=times, is_daily=fixed_hours)


def _field(
    name: str, text: str, low: int, high: int, names: tuple[str, ...] = ()
) -> tuple[int, ...]:
    values: set[int] = set()
    for part in text.split(","):
        match = _PART.fullmatch(part)
        step = int(match[3] or 1) if match else 0
        if match is None or step == 0 or (match[1] == "*" and match[2]):
            raise Invalid(f"The {name} of the cron line cannot be read.", field="spec")
        if match[1] == "*":
            first, last = low, high
        else:
            first = _number(match[1], low, names)
            last = _number(match[2], low, names) if match[2] else high if match[3] else first
            if names is _DAYS and last == 0 < first:
                last = 7  # fri-sun: the week may also end with Sunday
        if not low <= first <= last <= high:
            raise Invalid(f"The {name} of the cron line is from {low} to {high}.", field="spec")
        values.update(range(first, last + 1, step))
    return tuple(sorted(values))


def _number(text: str, low: int, names: tuple[str, ...]) -> int:
    if text in names:
        return names.index(text) + low
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 2 else -1


def _shortest_gap(times: Times) -> int:
    """Minutes between two starts, midnight included."""
    starts = [hour * 60 + minute for hour in times.hours for minute in times.minutes]
    following = [*starts[1:], starts[0] + _MINUTES_A_DAY]
    return min(after - before for before, after in zip(starts, following, strict=True))


def _all(low: int, high: int) -> tuple[int, ...]:
    return tuple(range(low, high + 1))
