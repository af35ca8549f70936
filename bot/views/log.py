"""Pages of the transaction log, and the story of one sale."""

from __future__ import annotations

from bot.views.actions import LOG_PAGE, SHARE
from bot.views.blocks import (
    Block,
    Card,
    Fact,
    Piece,
    actions,
    bold,
    button,
    cell,
    context,
    facts,
    header,
    link,
    plain,
    rich,
    table,
)
from bot.views.decisions import decided_line
from bot.views.lines import line_button, line_value
from bot.views.remedies import waits_for_us, what_now
from bot.views.text import cut
from bot.views.wording import ENTRY_WORDS, count, day, document_words, moment, money
from sync.domain.verdicts import EntryState
from sync.services.models import ConnectionView, EntryPage, EntryStory, EntryView

HEAD = ("Time", "Sale", "Day", "Shop", "Amount", "State", "Document", "Message")
_STEPS = 15
_STUCK = (EntryState.HELD, EntryState.FAILED)


def entry_row(entry: EntryView, zone: str) -> list[Block]:
    """One entry as table cells, with links to both sides."""
    return [
        cell(moment(entry.at, zone)),
        cell(entry.source_number, entry.source_link),
        cell(day(entry.business_day)),
        cell(cut(entry.shop, 40)),
        cell(money(entry.amount, entry.currency)),
        cell(ENTRY_WORDS[entry.state]),
        cell(entry.document_number, entry.document_link),
        cell(cut(entry.message, 150)),
    ]


def page_card(
    page: EntryPage, *, said: str, line: str, connection: ConnectionView, first: bool
) -> Card:
    """How many there are, one page of them, and the way on."""
    if not page.entries:
        text = f"No entries for {said}."
        return Card(text, [plain(text), actions(line_button("All", "log", connection.id))])
    text = f"Log, {said}: {count(page.total, 'entry', 'entries')}, the newest first."
    zone = connection.zone
    buttons: list[Block] = []
    if not first:
        buttons.append(_page_button("Newest", line, connection.id, None))
    if page.after is not None:
        buttons.append(_page_button("Older", line, connection.id, page.after))
    if first:
        buttons.append(button("Share in channel", SHARE, line_value(line[:1900], connection.id)))
    blocks = [
        plain(text),
        table(HEAD, (entry_row(entry, zone) for entry in page.entries)),
        context(f"Times: {zone}. One sale: /ccc log NUMBER."),
    ]
    return Card(text, [*blocks, actions(*buttons)] if buttons else blocks)


def story_card(story: EntryStory, connection: ConnectionView) -> Card:
    """Everything that happened to one sale, and what can be done about it."""
    entry, zone = story.entry, connection.zone
    lines: dict[str, Fact] = {
        "State": ENTRY_WORDS[entry.state],
        "Sale": _linked(entry.source_number, entry.source_link),
        "Day and shop": f"{day(entry.business_day)}, {entry.shop or 'no shop'}",
        "Amount": money(entry.amount, entry.currency),
    }
    if entry.document_kind:
        name = f"{document_words(entry.document_kind)} {entry.document_number}".strip()
        lines["Document"] = _linked(name, entry.document_link)
    stuck = entry.state in _STUCK
    prefix = connection.settings.prefix
    for label, value in (
        ("Message", entry.message),
        ("What now", what_now(entry.cause, entry.fix, prefix) if stuck else ""),
        ("Code", entry.code),
        ("Rules fired", ", ".join(entry.rules)),
    ):
        if value:
            lines[label] = cut(value, 500)
    if entry.attempts > 1:
        lines["Attempts"] = entry.attempts
    steps: list[list[Piece]] = [
        [
            bold(f"{moment(event.at, zone)}  "),
            f"{ENTRY_WORDS[event.state]}, run {event.run_number}",
            f": {cut(event.message, 120)}" if event.message else "",
        ]
        for event in story.history[-_STEPS:]
    ]
    text = (
        f"Sale {entry.source_number}, {money(entry.amount, entry.currency)}: "
        f"{ENTRY_WORDS[entry.state]}. {entry.message}"
    )
    blocks = [header(f"Sale {cut(entry.source_number, 40)}"), facts(lines)]
    if story.decisions:
        said = [decided_line(each, zone) for each in story.decisions]
        blocks.append(rich([bold("Decided by a person")], *said))
    if steps:
        blocks.append(rich([bold("History")], *steps))
    number = cut(entry.source_number, 40)
    buttons = [line_button("Preview", f"preview {number}", connection.id)]
    may_help = stuck and not waits_for_us(entry.cause)
    if may_help or entry.state is EntryState.SKIPPED:
        buttons.append(line_button("Resync", f"resync {number}", connection.id))
    return Card(text, [*blocks, actions(*buttons)])


def _linked(text: str, url: str) -> Fact:
    return link(url, text) if url else text or "none"


def _page_button(text: str, line: str, connection: str, after: int | None) -> Block:
    value = line_value(f"{'' if after is None else after} {line[:1900]}", connection)
    return button(text, f"{LOG_PAGE}.{text.casefold()}", value)
