"""Pages of the transaction log, with the way to each entry, on, back, and out as a file."""

from __future__ import annotations

from bot.views.actions import LOG_CSV, LOG_ENTRY, LOG_FILTER, LOG_PAGE, SHARE
from bot.views.blocks import (
    Block,
    Card,
    actions,
    button,
    cell,
    context,
    option,
    plain,
    plain_text,
    table,
)
from bot.views.lines import line_button, line_value
from bot.views.text import cut
from bot.views.wording import ENTRY_WORDS, count, day, moment, money
from sync.services.models import ConnectionView, EntryPage, EntryView

HEAD = ("Time", "Sale", "Day", "Shop", "Amount", "State", "Document", "Message")
_LONGEST = 1900  # of a line that a button can carry


def entry_row(entry: EntryView, zone: str) -> list[Block]:
    """One entry as table cells, with links to both sides."""
    return [
        cell(moment(entry.at, zone)),
        cell(cut(entry.source_number, 40), entry.source_link),
        cell(day(entry.business_day)),
        cell(cut(entry.shop, 40)),
        cell(money(entry.amount, entry.currency)),
        cell(ENTRY_WORDS[entry.state]),
        cell(cut(entry.document_number, 40), entry.document_link),
        cell(cut(entry.message, 150)),
    ]


def page_card(
    page: EntryPage, *, said: str, line: str, connection: ConnectionView, first: bool
) -> Card:
    """How many there are, one page of them, and the way on."""
    said = cut(said, 300)
    if not page.entries:
        text = f"No entries for {said}."
        filter_ = _line_button("Change filters", LOG_FILTER, line, connection.id)
        return Card(text, [plain(text), actions(line_button("All", "log", connection.id), filter_)])
    number = count(page.total, "entry", "entries")
    text = f"Log, {said}: {f'more than {number}' if page.is_more else number}, the newest first."
    zone = connection.zone
    blocks = [
        plain(text),
        table(HEAD, (entry_row(entry, zone) for entry in page.entries)),
        actions(opener(page, connection.id), *_pager(page, line, connection.id, first=first)),
        context(f"Times: {zone}. One sale: /ccc log NUMBER."),
    ]
    return Card(text, blocks)


def opener(page: EntryPage, connection: str) -> Block:
    """A sale of the page, to be told in full."""
    return {
        "type": "static_select",
        "action_id": LOG_ENTRY,
        "placeholder": plain_text("Tell me about a sale", 150),
        "options": [
            option(
                f"{cut(entry.source_number, 30)}, {money(entry.amount, entry.currency)}, "
                f"{ENTRY_WORDS[entry.state]}",
                line_value(str(entry.id), connection),
                f"{day(entry.business_day)}, {entry.shop or 'no shop'}",
            )
            for entry in page.entries
        ],
    }


def _pager(page: EntryPage, line: str, connection: str, *, first: bool) -> list[Block]:
    found: list[Block] = []
    if not first:
        found.append(_line_button("Newest", f"{LOG_PAGE}.newest", line, connection))
        above = f">{page.entries[0].id} {line}"
        found.append(_line_button("Newer", f"{LOG_PAGE}.newer", above, connection))
    if page.after is not None:
        below = f"<{page.after} {line}"
        found.append(_line_button("Older", f"{LOG_PAGE}.older", below, connection))
    found.append(_line_button("Change filters", LOG_FILTER, line, connection))
    found.append(_line_button("CSV", LOG_CSV, line, connection))
    if first:
        found.append(_line_button("Share in channel", SHARE, line, connection))
    return found


def _line_button(text: str, action: str, line: str, connection: str) -> Block:
    return button(text, action, line_value(line[:_LONGEST], connection))
