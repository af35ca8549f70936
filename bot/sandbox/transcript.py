"""The conversation as a person would read it: from recorded events to plain text, nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from functools import partial
from typing import Any

from bot.sandbox.drawing import Pen
from bot.sandbox.events import (
    Deleted,
    Directory,
    Edited,
    Event,
    FieldErrors,
    Posted,
    Pressed,
    Submitted,
    Told,
    Typed,
    ViewClosed,
    ViewShown,
)
from bot.sandbox.plain_text import readable
from bot.sandbox.values import held

Json = dict[str, Any]
NOTICES = {
    "operation_timeout": "did not work: the app took too long (operation_timeout)",
    "dispatch_failed": "did not work: the app is not answering (dispatch_failed)",
}


@dataclass
class Item:
    """One thing on the page; what changes later changes here, in its place."""

    place: str
    event: Event
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    deleted: bool = False
    edited: bool = False
    replies: list[Item] = field(default_factory=list)


Key = tuple[str, ...]  # ("message", channel, ts) or ("view", id)
Numbering = Callable[[Key, Json, Json], str]


class Counter:
    """Numbers the buttons of one page."""

    def __init__(self) -> None:
        self.last = 0

    def __call__(self, key: Key, block: Json, element: Json) -> str:
        self.last += 1
        return f"[{self.last}]"


def render(
    events: Iterable[Event],
    names: Directory,
    *,
    zone: tzinfo = UTC,
    most_rows: int | None = None,
    number: Numbering | None = None,
    short_links: bool = False,
) -> str:
    """The whole conversation; edits are shown where the message stands, once, as they ended."""
    lines: list[str] = []
    numbering = number or Counter()
    pen = Pen(names, zone, most_rows, short_links=short_links)
    place = ""
    for item in _items(events, names):
        if item.deleted:
            continue
        if item.place != place:
            place = item.place
            lines += ["", f"── {place} " + "─" * max(4, 72 - len(place))]
        lines += _draw_item(item, pen, numbering)
    return "\n".join(lines).strip("\n") + ("\n" if lines else "")


def _items(events: Iterable[Event], names: Directory) -> list[Item]:
    """Events gathered into what is on the page: replies under their roots, edits in place."""
    items: list[Item] = []
    messages: dict[tuple[str, str], Item] = {}
    forms: dict[str, Item] = {}
    for event in events:
        match event:
            case Posted():
                place = names.channel(event.channel)
                item = Item(place, event, event.text, event.blocks)
                messages[event.channel, event.ts] = item
                root = messages.get((event.channel, event.thread_ts or ""))
                (root.replies if root else items).append(item)
            case Edited():
                key = (event.channel, event.ts)
                if key not in messages:  # posted before these events begin
                    messages[key] = Item(names.channel(event.channel), event)
                    items.append(messages[key])
                said = messages[key]
                said.text, said.blocks, said.edited = event.text, event.blocks, True
            case Deleted():
                if found := messages.get((event.channel, event.ts)):
                    found.deleted = True
            case ViewShown():
                settled = forms.get(event.view_id)
                if event.how in ("update", "publish") and settled and settled is items[-1]:
                    settled.event = event
                    continue
                forms[event.view_id] = Item(_screen(event, names), event)
                items.append(forms[event.view_id])
            case FieldErrors():
                items.append(Item(_modal_place(event.user, names), event))
            case Submitted() | ViewClosed():
                items.append(Item(_modal_place(event.user, names), event))
            case Typed():
                items.append(Item(names.channel(event.channel), event))
            case Pressed():
                where = names.channels.get(event.place) or _modal_place(event.user, names)
                items.append(Item(where, event))
            case Told():
                items.append(Item(items[-1].place if items else "Slack", event))
    return _without_noise(items)


def _without_noise(items: list[Item]) -> list[Item]:
    """A modal that closes because it was submitted needs no word of its own."""
    sent = {i.event.view_id for i in items if isinstance(i.event, Submitted)}
    return [i for i in items if not (isinstance(i.event, ViewClosed) and i.event.view_id in sent)]


def _screen(event: ViewShown, names: Directory) -> str:
    if event.how == "publish" or event.body["type"] == "home":
        return f"Home of {names.person(event.user)}"
    return _modal_place(event.user, names)


def _modal_place(user: str, names: Directory) -> str:
    return f"on the screen of {names.person(user)}"


def _draw_item(item: Item, pen: Pen, numbering: Numbering) -> list[str]:
    event, names = item.event, pen.names
    match event:
        case Posted() | Edited():
            return _draw_message(item, pen, numbering)
        case ViewShown():
            return _draw_view(event, pen, numbering)
        case FieldErrors():
            return [
                f"  ✖ {_label(event.body, block_id)}: {text}"
                for block_id, text in event.errors.items()
            ]
        case Submitted():
            return _draw_submission(event, pen, names)
        case ViewClosed():
            return [f"{names.person(event.user)} closes “{event.title}”"]
        case Typed():
            return [f"{names.person(event.user)}: {event.text}"]
        case Pressed():
            asked = f" (asked: {event.question})" if event.question else ""
            return [f"{names.person(event.user)} presses [{event.label}]{asked}"]
        case Told():
            said = NOTICES.get(event.text, f"did not work: {event.text}")
            return [f"Slack to {names.person(event.user)}: {said}"]
    return []


def _draw_message(item: Item, pen: Pen, numbering: Numbering) -> list[str]:
    event, names = item.event, pen.names
    if isinstance(event, Posted | Edited):
        key = ("message", event.channel, event.ts)
        pen = replace(pen, number=partial(numbering, key))
    head = "CCC"
    if isinstance(event, Posted):
        when = datetime.fromtimestamp(event.at, pen.zone)
        head = f"{names.person(event.user)}  {when:%H:%M}"
        if event.visible_to:
            head += f"  (Only visible to you: {names.person(event.visible_to)})"
        if event.broadcast:
            head += "  (also sent to the channel)"
    if item.edited:
        head += "  (edited)"
    body = pen.draw(item.blocks) if item.blocks else readable(item.text, names).split("\n")
    lines = [head, *("  " + line for line in body if body != [""])]
    if isinstance(event, Posted):
        lines += [f"  📎 {name}" for name in event.files]
    for reply in item.replies:
        if not reply.deleted:
            lines += ["  │ " + line for line in _draw_message(reply, pen, numbering)]
    return lines


def _draw_view(event: ViewShown, pen: Pen, numbering: Numbering) -> list[str]:
    body, key = event.body, ("view", event.view_id)
    drawn = replace(pen, state=event.state, number=partial(numbering, key))
    if body["type"] == "home":
        return drawn.draw(body["blocks"])
    title = body["title"]["text"]
    lines = [f"┌─ {title} " + "─" * max(3, 56 - len(title))]
    lines += ["│ " + line for line in drawn.draw(body["blocks"])]
    buttons = [body.get("close") or {"text": "Cancel"}, body.get("submit")]
    shown = "  ".join(f"[{b['text']}]" for b in buttons if b)
    return [*lines, f"└─ {shown}"]


def _draw_submission(event: Submitted, pen: Pen, names: Directory) -> list[str]:
    lines = [f"{names.person(event.user)} submits “{event.body['title']['text']}”"]
    for block_id, fields in event.state.items():
        for state in fields.values():
            shown = pen.shown(held(state), state["type"]) or "—"
            lines.append(f"    {_label(event.body, block_id)}: {shown}")
    return lines


def _label(body: Json, block_id: str) -> str:
    for block in body["blocks"]:
        if block["block_id"] == block_id and block["type"] == "input":
            return str(block["label"]["text"])
    return block_id
