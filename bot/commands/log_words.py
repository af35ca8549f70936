"""Reads the filters of `/ccc log`: states, periods, a run, a number, and text for the rest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from bot.commands import parse
from bot.commands.resync import run_number
from bot.views.wording import days
from sync.domain.verdicts import EntryState
from sync.errors import Invalid
from sync.services.models import LogQuery

_PROBLEMS = (EntryState.HELD, EntryState.FAILED)
_STATES: dict[str, tuple[EntryState, ...]] = {
    **{state.value: (state,) for state in EntryState},
    "problems": _PROBLEMS,
    "problem": _PROBLEMS,
    "errors": _PROBLEMS,
    "duplicates": (EntryState.DUPLICATE,),
    "warnings": (EntryState.WARNED,),
}
_NOISE = frozenset(("and", "or", "from", "to", "sales", "sale", "all", ","))


@dataclass(frozen=True, slots=True)
class Asked:
    """A query, how it is said back, and the one sale it is about, if it is."""

    query: LogQuery
    said: str
    number: str = ""


def read(words: tuple[str, ...], today: date) -> Asked:
    """`failed today`, `held 2026-10-01 2026-10-07 bike`, `run 42`, `12345`."""
    if len(words) == 1 and (number := words[0].removeprefix("#")).isascii() and number.isdigit():
        return Asked(LogQuery(source_number=number), f"sale {number}", number)
    states: list[EntryState] = []
    texts: list[str] = []
    found_days: list[date] = []
    run: int | None = None
    period: tuple[date, date] | None = None
    rest = list(words)
    while rest:
        word = rest.pop(0)
        low = word.casefold().rstrip(",")
        if low in _STATES:
            states += [state for state in _STATES[low] if state not in states]
        elif low == "run":
            run = run_number(rest.pop(0) if rest else "")
        elif parse.is_day(low):
            found_days.append(parse.day(low))
        elif (named := _period(low, rest, today)) is not None:
            period = named
        elif low not in _NOISE:
            texts.append(word)
    if found_days:
        period = (found_days[0], found_days[-1])
    if period and period[0] > period[1]:
        raise Invalid(f"{period[0]} is after {period[1]}: write the earlier day first.")
    if len(found_days) > 2:
        raise Invalid("Two days at most: the first and the last.")
    query = LogQuery(
        states=tuple(states),
        first=period[0] if period else None,
        last=period[1] if period else None,
        text=" ".join(texts)[:100],
        run_number=run,
    )
    return Asked(query, _said(query))


def _period(low: str, rest: list[str], today: date) -> tuple[date, date] | None:
    if low == "today":
        return today, today
    if low == "yesterday":
        return today - timedelta(days=1), today - timedelta(days=1)
    if low in ("this", "last") and rest and rest[0].casefold() in ("week", "month"):
        return _whole(low, rest.pop(0).casefold(), today)
    if low in ("week", "month"):
        return _whole("this", low, today)
    if low.endswith("d") and low[:-1].isascii() and low[:-1].isdigit() and len(low) < 5:
        return today - timedelta(days=max(int(low[:-1]), 1) - 1), today
    return None


def _whole(which: str, unit: str, today: date) -> tuple[date, date]:
    if unit == "week":
        start = today - timedelta(days=today.weekday())
        if which == "last":
            return start - timedelta(days=7), start - timedelta(days=1)
        return start, today
    start = today.replace(day=1)
    if which == "last":
        end = start - timedelta(days=1)
        return end.replace(day=1), end
    return start, today


def _said(query: LogQuery) -> str:
    parts = [", ".join(state.value for state in query.states)] if query.states else []
    if query.run_number is not None:
        parts.append(f"run {query.run_number}")
    if query.first and query.last:
        parts.append(days(query.first, query.last))
    if query.text:
        parts.append(f"“{query.text}”")
    return ", ".join(parts) or "everything"
