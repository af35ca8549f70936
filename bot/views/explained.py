"""A run explained: what its words mean, why sales wait, and the way to each of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.views.actions import LOG_CSV
from bot.views.blocks import Block, Card, Piece, actions, bold, button, context, header, plain, rich
from bot.views.lines import line_button, line_value
from bot.views.log import opener
from bot.views.remedies import what_now
from bot.views.text import cut
from bot.views.wording import ENTRY_WORDS, count, money, run_name, run_sentence
from sync.domain.verdicts import EntryState
from sync.services.models import CauseGroup, ConnectionView, EntryPage, RunSummary

_MOST_CAUSES = 10
_MEANS: Mapping[EntryState, str] = {
    EntryState.PENDING: "read, and on its way to QuickBooks",
    EntryState.POSTED: "in QuickBooks, to the cent",
    EntryState.WARNED: "in QuickBooks, with something to know",
    EntryState.DUPLICATE: "was in QuickBooks before; nothing was added",
    EntryState.SKIPPED: "left out because a filter, a rule or a person said so",
    EntryState.HELD: "not in QuickBooks until a person decides",
    EntryState.RETRYING: "tried again by itself; nothing to do",
    EntryState.FAILED: "not in QuickBooks; every try failed",
}


def explained_card(
    run: RunSummary, groups: Sequence[CauseGroup], page: EntryPage, connection: ConnectionView
) -> Card:
    """Each state that occurs, each cause with what to do, and the sales to look into."""
    said = run_sentence(run)
    blocks: list[Block] = [header(run_name(run)), plain(said)]
    states: list[list[Piece]] = [
        [bold(f"{ENTRY_WORDS[state]}  "), f"{count(run.counts[state], 'sale')}: {_MEANS[state]}"]
        for state in EntryState
        if run.counts.get(state)
    ]
    if states:
        blocks.append(rich([bold("What it means")], *states))
    for group in groups[:_MOST_CAUSES]:
        amount = money(group.amount, group.currency)
        why = f"{count(group.count, 'sale')} over {amount}: {cut(group.reason, 400)}"
        now = what_now(group.cause, group.fix, connection.settings.prefix)
        blocks.append(rich([bold(why)], [now]))
    if left := len(groups[_MOST_CAUSES:]):
        blocks.append(context(f"{count(left, 'further cause')}: /ccc log run {run.number}"))
    line = f"log run {run.number}"
    elements: list[Block] = [opener(page, connection.id)] if page.entries else []
    elements.append(line_button("Log of this run", line, connection.id))
    if groups:
        elements.append(line_button("Problems", f"log problems run {run.number}", connection.id))
    elements.append(button("CSV", LOG_CSV, line_value(line, connection.id)))
    return Card(said, [*blocks, actions(*elements)])
