"""A run's entries as tables in its thread: each exactly once, in order, within Slack's limits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from bot.views.blocks import Block, Card, cell, data_table, fits
from bot.views.text import cut
from bot.views.wording import ENTRY_WORDS, counts, day, money, run_name, zone_of
from sync.domain.verdicts import EntryState
from sync.services.models import EntryView, RunSummary

MOST_ROWS = 2_000  # above it only problems; the CSV has everything
HEAD = ("Time", "Sale", "Kind", "Day", "Shop", "Amount", "State", "Document", "Note")
WORTH_A_ROW = (EntryState.FAILED, EntryState.HELD, EntryState.RETRYING, EntryState.WARNED)


def table_cards(run: RunSummary, entries: Sequence[EntryView], zone: str) -> Iterator[Card]:
    """One card per table, as few as hold all entries."""
    rows = [_row(entry, zone) for entry in entries]
    start = 0
    while start < len(rows):
        size = len(fits(HEAD, rows[start:]))
        assert size, "a row is always narrower than a table"
        end = start + size
        name = f"{run_name(run)}, entries {start + 1:,} to {end:,} of {len(rows):,}"
        told = counts(Counter(entry.state for entry in entries[start:end]))
        table = data_table(f"{name}; times: {zone}", HEAD, rows[start:end])
        yield Card(f"{name}: {told}.", [table])
        start = end


def _row(entry: EntryView, zone: str) -> list[Block]:
    at = entry.at.astimezone(zone_of(zone))
    return [
        cell(f"{at:%d %b %H:%M}"),
        cell(cut(entry.source_number, 40), entry.source_link),
        cell(cut(entry.kind, 20)),
        cell(day(entry.business_day)),
        cell(cut(entry.shop, 30)),
        cell(money(entry.amount, entry.currency)),
        cell(ENTRY_WORDS[entry.state]),
        cell(cut(entry.document_number, 40), entry.document_link),
        cell(cut(entry.message, 80)),
    ]
