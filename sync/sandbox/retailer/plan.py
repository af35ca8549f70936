"""When customers come in: a day's tickets are a pure function of the seed and the day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

_BY_WEEKDAY = (0.85, 0.85, 0.9, 0.95, 1.1, 1.35, 0.7)
OPENS, CLOSES = 10 * 3600, 20 * 3600
DAY = 24 * 3600


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """One ticket to come; `late_by` means it was rung up offline and arrives afterwards."""

    at: datetime
    number: int
    kind: str
    late_by: timedelta = timedelta(0)


def _closed(day: date) -> bool:
    return (day.month, day.day) in {(1, 1), (12, 25)}


def day_of_slots(
    seed: int, day: date, zone: ZoneInfo, per_day: tuple[int, int], mix: Mapping[str, float]
) -> list[Slot]:
    """The tickets of one local day in the order in which they appear."""
    rng = Random(f"{seed}:{day}")
    wanted = rng.randint(*per_day) * (0.15 if _closed(day) else _BY_WEEKDAY[day.weekday()])
    names, weights = list(mix), list(mix.values())
    midnight = datetime.combine(day, time(), zone)
    slots: list[Slot] = []
    for number in range(round(wanted)):
        kind = rng.choices(names, weights)[0]
        second = rng.randrange(DAY) if kind == "web_order" else rng.randrange(OPENS, CLOSES)
        at = (midnight + timedelta(seconds=second)).astimezone(UTC)
        if slots and rng.random() < 0.02:
            at = slots[-1].at  # two registers close in the same second
        late = rng.random() < 0.006 and kind in {"cash", "card"}
        late_by = timedelta(minutes=rng.randrange(30, 1500)) if late else timedelta(0)
        slots.append(Slot(at, number, kind, late_by))
    return sorted(slots)


def days(first: date, last: date) -> Iterator[date]:
    """Both included."""
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)
