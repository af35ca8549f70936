"""Quiet hours and digests on a clock that changes twice a year."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.domain.quiet import clock_time, digest_day, last_digest, quiet_until
from sync.errors import Invalid

NEW_YORK = "America/New_York"  # 2026: forward on 8 March at 02:00, back on 1 November at 02:00


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "ends"),
    [
        ("2026-03-10 02:59", None),  # 22:59 in New York
        ("2026-03-10 03:00", "2026-03-10 11:00"),  # 23:00
        ("2026-03-10 10:59", "2026-03-10 11:00"),
        ("2026-03-10 11:00", None),
        ("2026-03-08 04:30", "2026-03-08 11:00"),  # the night that has no 02:00
        ("2026-11-01 04:30", "2026-11-01 12:00"),  # the night that has it twice
    ],
)
def test_a_night_is_quiet_until_its_morning(now: str, ends: str | None) -> None:
    assert quiet_until(at(now), "23:00", "07:00", NEW_YORK) == (at(ends) if ends else None)


@pytest.mark.parametrize(
    ("now", "ends"),
    [
        ("2026-11-01 05:20", "2026-11-01 05:30"),  # 01:20, the first time
        ("2026-11-01 05:40", None),  # 01:40, the first time
        ("2026-11-01 06:20", "2026-11-01 06:30"),  # 01:20 again
        ("2026-03-08 06:59", None),
        ("2026-03-08 07:10", None),  # 02:10 does not come; it is 03:10
    ],
)
def test_quiet_that_ends_in_the_hour_that_changes(now: str, ends: str | None) -> None:
    assert quiet_until(at(now), "00:10", "01:30", NEW_YORK) == (at(ends) if ends else None)


@given(
    st.integers(0, 365 * 24 * 60),
    st.times(),
    st.times(),
    st.sampled_from([NEW_YORK, "Australia/Lord_Howe", "UTC", "Asia/Kathmandu"]),
)
def test_quiet_always_ends_within_a_day(
    minutes: int, start: object, end: object, zone: str
) -> None:
    moment = at("2026-01-01 00:00") + timedelta(minutes=minutes)

    ends = quiet_until(moment, f"{start:%H:%M}", f"{end:%H:%M}", zone)

    assert ends is None or moment < ends <= moment + timedelta(hours=25)
    if ends is not None:
        assert quiet_until(ends, f"{start:%H:%M}", f"{end:%H:%M}", zone) is None


def test_no_quiet_hours_are_never_quiet() -> None:
    assert quiet_until(at("2026-03-10 03:00"), "", "", NEW_YORK) is None
    assert quiet_until(at("2026-03-10 03:00"), "08:00", "08:00", NEW_YORK) is None


@pytest.mark.parametrize(("hour", "zone"), [("08:00", NEW_YORK), ("02:30", NEW_YORK)])
@pytest.mark.parametrize("start", ["2026-03-06 00:00", "2026-10-30 00:00"])
def test_each_day_has_one_digest_whatever_the_clocks_do(hour: str, zone: str, start: str) -> None:
    """Asked every ten minutes for five days, two of them across a change."""
    told, last = [], last_digest(at(start), hour, zone)
    for minutes in range(0, 5 * 24 * 60, 10):
        day = digest_day(at(start) + timedelta(minutes=minutes), hour, zone, last)
        if day is not None:
            told.append(day)
            last = day

    first = at(start).date()
    assert told == [first + timedelta(days=n) for n in range(5)]


def test_a_digest_that_was_slept_through_comes_late_and_once() -> None:
    evening = at("2026-03-11 01:00")  # 21:00 on the 10th in New York

    assert digest_day(evening, "08:00", NEW_YORK, date(2026, 3, 8)) == date(2026, 3, 10)
    assert digest_day(evening, "08:00", NEW_YORK, date(2026, 3, 10)) is None


def test_choosing_an_hour_that_is_over_waits_for_tomorrow() -> None:
    noon = at("2026-03-10 16:00")

    assert digest_day(noon, "08:00", NEW_YORK, last_digest(noon, "08:00", NEW_YORK)) is None
    assert digest_day(noon, "11:00", NEW_YORK, last_digest(noon, "13:00", NEW_YORK)) is not None


@pytest.mark.parametrize(("typed", "said"), [("8", "08:00"), ("8:05", "08:05"), ("23:59", "23:59")])
def test_times_of_day_have_one_spelling(typed: str, said: str) -> None:
    assert clock_time(typed) == said


@pytest.mark.parametrize("typed", ["24:00", "8:60", "", "8am", "٨:٠٠", "1:5", "-1"])
def test_what_no_clock_shows_is_refused(typed: str) -> None:
    with pytest.raises(Invalid):
        clock_time(typed)
