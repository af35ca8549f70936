"""When people want to hear something: quiet hours and a daily hour, on their own clock."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sync.errors import Invalid

_TIME = re.compile(r"([0-9]{1,2})(?::([0-9]{2}))?")


class Level(StrEnum):
    """How much is told; what stops everything is told at every level."""

    EVERYTHING = "everything"  # every entry
    SUMMARY = "summary"  # runs, and what failed in them
    FAILURES = "failures"  # only what needs a person
    NOTHING = "nothing"


def clock_time(text: str, field: str = "") -> str:
    """`8:00` or `8` as `08:00`; Invalid for what no clock shows."""
    match = _TIME.fullmatch(text.strip())
    if match is None or int(match[1]) > 23 or int(match[2] or 0) > 59:
        raise Invalid(f"“{text[:20]}” is not a time of day. Write it as 08:00.", field=field)
    return f"{int(match[1]):02}:{match[2] or '00'}"


def quiet_until(now: datetime, start: str, end: str, zone: str) -> datetime | None:
    """When the quiet hours end that `now` is in, in UTC; None outside of them."""
    if not start or not end or start == end:
        return None
    there = ZoneInfo(zone)
    local = now.astimezone(there)
    begins, ends, at = time.fromisoformat(start), time.fromisoformat(end), local.time()
    is_quiet = begins <= at < ends if begins < ends else at >= begins or at < ends
    if not is_quiet:
        return None
    for day in (local.date(), local.date() + timedelta(days=1)):
        for fold in (0, 1):  # an hour that comes twice ends the quiet the next time it comes
            over = datetime.combine(day, ends, there).replace(fold=fold).astimezone(UTC)
            if over > now:
                return over
    raise AssertionError("a time of day comes within two days")


def digest_day(now: datetime, at: str, zone: str, last: date | None) -> date | None:
    """The day whose digest is due, if it is: once for each day on that clock, late if need be."""
    if not at:
        return None
    local = now.astimezone(ZoneInfo(zone))
    if local.time() < time.fromisoformat(at) or (last is not None and last >= local.date()):
        return None
    return local.date()


def last_digest(now: datetime, at: str, zone: str) -> date:
    """The day to count as done when a digest is asked for: never one whose hour is over."""
    local = now.astimezone(ZoneInfo(zone))
    is_over = at and local.time() >= time.fromisoformat(at)
    return local.date() if is_over else local.date() - timedelta(days=1)
