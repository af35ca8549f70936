"""The story of one sale: how things stand, what happened in order and by whom, and what now."""

from __future__ import annotations

from datetime import datetime

from bot.views.actions import RECONNECT, cause_value
from bot.views.blocks import (
    Block,
    Card,
    Fact,
    Piece,
    actions,
    bold,
    button,
    confirm,
    context,
    facts,
    header,
    link,
    mention,
    rich,
)
from bot.views.decisions import what
from bot.views.lines import line_button
from bot.views.remedies import FORMS, waits_for_us, what_now
from bot.views.text import cut
from bot.views.wording import ENTRY_WORDS, PROVIDER_NAMES, count, day, document_words, moment, money
from sync.domain.verdicts import EntryState
from sync.services.models import (
    ConnectionView,
    DecisionView,
    EntryEvent,
    EntryStory,
    EntryView,
    Provider,
)

_STUCK = (EntryState.HELD, EntryState.FAILED)
_STEPS = 15
_PEOPLE = ("U", "W")
_TOLD = {
    EntryState.PENDING: "Read from Lightspeed and mapped",
    EntryState.POSTED: "Posted to QuickBooks",
    EntryState.WARNED: "Posted to QuickBooks, with a note",
    EntryState.DUPLICATE: "Found in QuickBooks already",
    EntryState.SKIPPED: "Left out",
    EntryState.HELD: "Held for a person",
    EntryState.RETRYING: "To be tried again",
    EntryState.FAILED: "Failed",
}


def story_card(story: EntryStory, connection: ConnectionView) -> Card:
    """Everything that happened to one sale, and what can be done about it."""
    entry, zone = story.entry, connection.zone
    what_is = f"{entry.kind.capitalize()} {cut(entry.source_number, 40)}"
    text = (
        f"{what_is}, {money(entry.amount, entry.currency)}: "
        f"{ENTRY_WORDS[entry.state]}. {cut(entry.message, 500)}"
    )
    steps = _steps(story, zone)
    blocks = [header(what_is), facts(_lines(entry, connection))]
    if len(steps) > _STEPS:
        left = len(steps) - _STEPS
        steps = [steps[0], [f"… {count(left, 'step')} in between …"], *steps[-_STEPS + 1 :]]
    blocks.append(rich([bold("What happened")], *steps))
    tried = f"Judged {count(entry.attempts, 'time')}. " if entry.attempts > 1 else ""
    blocks.append(context(f"{tried}Times: {zone}. Last in run {entry.run_number}."))
    return Card(text, [*blocks, actions(*_buttons(entry, connection.id))])


def _lines(entry: EntryView, connection: ConnectionView) -> dict[str, Fact]:
    stuck = entry.state in _STUCK
    now = what_now(entry.cause, entry.fix, connection.settings.prefix) if stuck else ""
    lines: dict[str, Fact] = {
        "State": ENTRY_WORDS[entry.state],
        "Amount": money(entry.amount, entry.currency),
        "In Lightspeed": _linked(f"{entry.kind} {cut(entry.source_number, 40)}", entry.source_link),
        "In QuickBooks": _document(entry),
    }
    for label, value in (
        ("Why", entry.message),
        ("Missing", entry.subject if entry.subject not in entry.message else ""),
        ("What now", now),
        ("Code", entry.code),
        ("Rules that fired", ", ".join(entry.rules) or "none"),
    ):
        if value:
            lines[label] = cut(value, 500)
    return lines


def _document(entry: EntryView) -> Fact:
    if not entry.document_kind:
        return "nothing"
    name = f"{document_words(entry.document_kind)} {cut(entry.document_number, 40)}".strip()
    if entry.document_id:
        return _linked(name, entry.document_link)
    return f"nothing yet; it would be {name}"


def _steps(story: EntryStory, zone: str) -> list[list[Piece]]:
    """Sold, then judged and decided about, in the order of time."""
    entry = story.entry
    sold = f"Rung up at {cut(entry.shop, 60) or 'no shop'}, {money(entry.amount, entry.currency)}."
    told: list[tuple[datetime, list[Piece]]] = [
        (each.at, _decision(each)) for each in story.decisions
    ]
    told += [(event.at, _event(event)) for event in story.history]
    told.sort(key=lambda each: each[0])  # a decision comes before what it led to
    steps: list[list[Piece]] = [[bold(f"{day(entry.business_day)}  "), sold]]
    return steps + [[bold(f"{moment(at, zone)}  "), *said] for at, said in told]


def _event(event: EntryEvent) -> list[Piece]:
    why = f": {cut(event.message, 300)}" if event.message else "."
    by: list[Piece] = [mention(event.actor)] if event.actor[:1] in _PEOPLE else ["the schedule"]
    return [f"{_TOLD[event.state]} in run {event.run_number}, asked for by ", *by, why]


def _decision(decision: DecisionView) -> list[Piece]:
    who: Piece = mention(decision.actor) if decision.actor[:1] in _PEOPLE else decision.actor
    return [f"{what(decision.kind, decision.value)}, decided by ", who or "CCC", "."]


def _buttons(entry: EntryView, connection: str) -> list[Block]:
    """First what removes the cause, last what only looks."""
    number = cut(entry.source_number, 40)
    found: list[Block] = []
    stuck = entry.state in _STUCK
    if stuck and entry.run and (form := FORMS.get(entry.fix)):
        text, action = form
        value = cause_value(entry.run, entry.cause, entry.subject, number)
        found.append(button(text, action, value, style="primary", label=f"{text}, sale {number}"))
    elif stuck and entry.fix in ("reconnect", "connect"):
        provider = Provider.LIGHTSPEED if entry.cause.startswith("ls.") else Provider.QUICKBOOKS
        found.append(button(f"Reconnect {PROVIDER_NAMES[provider]}", RECONNECT, provider.value))
    may_help = stuck and not waits_for_us(entry.cause)
    if may_help or entry.state is EntryState.SKIPPED:
        found.append(line_button("Resync", f"resync {number}", connection))
    if stuck:
        asked = confirm(
            f"Leave out sale {number}?",
            "It stays out of QuickBooks until somebody decides otherwise.",
            "Leave it out",
            danger=True,
        )
        line = f"decide {number} skip"
        found.append(line_button("Leave out", line, connection, confirm=asked))
    found.append(line_button("Preview", f"preview {number}", connection))
    return found


def _linked(text: str, url: str) -> Fact:
    return link(url, text) if url else text or "none"
