"""The CSV of a run: every entry, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from bot.views.remedies import what_now
from bot.views.text import clean
from bot.views.wording import zone_of
from sync.domain.verdicts import EntryState
from sync.services.models import EntryView, RunSummary

MOST_ENTRIES = 20_000  # per file
HEAD = (
    *("Time", "Run", "State", "Kind", "Sale", "Sale link", "Day", "Shop", "Amount", "Currency"),
    *("Document type", "Document", "Document link", "Message", "Cause", "Code", "Fix"),
    *("Attempts", "Rules", "Actor"),
)
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_FORMULA = tuple("=+-@＝＋－＠\t\r\n")


class _Passing:
    """What a CSV writer writes to, when all that is wanted is the line itself."""

    def write(self, line: str) -> str:
        return line


def sheet(entries: Iterable[EntryView], zone: str, *, prefix: str = "LS-") -> Iterator[str]:
    """The file, line by line: a BOM for Excel, CRLF, and no cell that computes."""
    writer: Any = csv.writer(_Passing(), lineterminator="\r\n")
    yield "\ufeff"
    yield writer.writerow(HEAD)
    local = zone_of(zone)
    for entry in entries:
        cells = (
            *(entry.at.astimezone(local).isoformat(timespec="seconds"), str(entry.run_number)),
            *(entry.state.value, entry.kind, entry.source_number, entry.source_link),
            *(entry.business_day.isoformat(), entry.shop, _amount(entry.amount), entry.currency),
            *(entry.document_kind, entry.document_number, entry.document_link, entry.message),
            *(entry.cause, entry.code, _fix(entry, prefix), str(entry.attempts)),
            *(", ".join(entry.rules), entry.actor),
        )
        yield writer.writerow([safe(text) for text in cells])


def safe(text: str) -> str:
    """The same text, with a quote before what a spreadsheet would take for a formula."""
    if _NUMBER.fullmatch(text):
        return text
    first = clean(text).lstrip()[:1]
    said = clean(text)
    return f"'{said}" if first in _FORMULA and first else said


def file_name(run: RunSummary, part: int = 0) -> str:
    """Made of our own words only: a shop's name could be a path."""
    suffix = f"-part-{part}" if part else ""
    return f"ccc-run-{run.number}{suffix}.csv"


def _fix(entry: EntryView, prefix: str) -> str:
    """Only what is stuck needs a remedy."""
    stuck = entry.state in (EntryState.HELD, EntryState.FAILED)
    return what_now(entry.cause, entry.fix, prefix) if stuck else ""


def _amount(amount: Decimal) -> str:
    return f"{amount:f}"
