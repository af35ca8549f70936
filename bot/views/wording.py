"""How amounts, days, times, counts and states are said, the same everywhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sync.domain.money import decimals
from sync.domain.verdicts import EntryState
from sync.services.models import AccountState, Provider, RunState, RunSummary, Trigger

# Always a word with a mark: colour or a symbol alone says nothing to a screen reader.
ENTRY_WORDS: Mapping[EntryState, str] = {
    EntryState.PENDING: "Pending …",
    EntryState.POSTED: "Posted ✓",
    EntryState.WARNED: "Posted with a note ✓",
    EntryState.DUPLICATE: "Already there =",
    EntryState.SKIPPED: "Skipped →",
    EntryState.HELD: "Held ‖",
    EntryState.RETRYING: "Retrying ↻",
    EntryState.FAILED: "Failed ✖",
}
RUN_WORDS: Mapping[RunState, str] = {
    RunState.QUEUED: "Queued …",
    RunState.RUNNING: "Running ↻",
    RunState.DONE: "Done ✓",
    RunState.PROBLEMS: "Done with problems ‖",
    RunState.FAILED: "Failed ✖",
    RunState.CANCELLED: "Cancelled ✖",
}
ACCOUNT_WORDS: Mapping[AccountState, str] = {
    AccountState.CONNECTED: "connected ✓",
    AccountState.BROKEN: "needs reconnecting ✖",
    AccountState.DISCONNECTED: "disconnected ✖",
}
PROVIDER_NAMES: Mapping[Provider, str] = {
    Provider.LIGHTSPEED: "Lightspeed",
    Provider.QUICKBOOKS: "QuickBooks",
}
TRIGGER_WORDS: Mapping[Trigger, str] = {
    Trigger.SCHEDULED: "Scheduled sync",
    Trigger.MANUAL: "Sync",
    Trigger.BACKFILL: "Backfill",
    Trigger.RETRY: "Resync",
}
_COUNTED = (
    (EntryState.POSTED, "posted"),
    (EntryState.WARNED, "posted with a note"),
    (EntryState.DUPLICATE, "already there"),
    (EntryState.SKIPPED, "skipped"),
    (EntryState.HELD, "held"),
    (EntryState.RETRYING, "retrying"),
    (EntryState.FAILED, "failed"),
    (EntryState.PENDING, "pending"),
)


def money(amount: Decimal, currency: str) -> str:
    """`USD 16,799.43`: the code first, because a dollar sign is many currencies."""
    places = decimals(currency)
    exponent = amount.as_tuple().exponent
    if isinstance(exponent, int):
        places = max(places, -exponent)  # show what is there, never round it away
    return f"{currency} {amount:,.{places}f}".strip()


def day(value: date) -> str:
    """`3 Nov 2026`: never 03/11, which two countries read differently."""
    return f"{value.day} {value:%b %Y}"


def days(first: date, last: date) -> str:
    """A range of days, both included."""
    if first == last:
        return day(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {day(last)}"
    if first.year == last.year:
        return f"{first.day} {first:%b} to {day(last)}"
    return f"{day(first)} to {day(last)}"


def zone_of(name: str) -> ZoneInfo:
    """The named zone; an unknown one reads as UTC, which is then also what is shown."""
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def moment(value: datetime, zone: str) -> str:
    """`23 Nov 2026 15:00 AEDT`, in the shop's zone."""
    local = value.astimezone(zone_of(zone))
    return f"{local.day} {local:%b %Y %H:%M %Z}"


def count(number: int, one: str, many: str = "") -> str:
    """`1 sale`, `4,200 sales`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(words: Iterable[str], last: str = "and") -> str:
    """`a, b and c`."""
    items = list(words)
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def counts(by_state: Mapping[EntryState, int]) -> str:
    """`980 posted, 17 skipped, 3 held`; only what occurred."""
    said = [f"{by_state[state]:,} {word}" for state, word in _COUNTED if by_state.get(state)]
    return ", ".join(said) or "nothing yet"


def document_words(kind: str) -> str:
    """`sales receipt`: QuickBooks' names of documents as its own pages write them."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind).lower()


def run_name(run: RunSummary) -> str:
    """`Backfill 42, 1 to 31 Oct 2026, dry run`: how people call a run."""
    name = f"{TRIGGER_WORDS[run.trigger]} {run.number}"
    if run.window:
        name += f", {days(run.window.first, run.window.last)}"
        if run.window.shop:
            name += f", {run.window.shop}"
    return f"{name}, dry run" if run.dry else name


def run_sentence(run: RunSummary) -> str:
    """One full sentence for notifications and screen readers."""
    return f"{run_name(run)}: {run.state.value}, {_found(run)}."


def _found(run: RunSummary) -> str:
    if any(run.counts.values()) or not run.state.is_over:
        return counts(run.counts)
    return "nothing new to post" if run.state is RunState.DONE else "nothing was posted"
