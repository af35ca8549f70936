"""Asks a modal's fields one after the other, for people without a mouse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.sandbox.drawing import Pen
from bot.sandbox.model import Json, View
from bot.sandbox.person import Person
from bot.sandbox.values import FALSE_WORDS, OPTION_KINDS, NotOnScreen, flat_options, held

ReadLine = Callable[[str], str]
Write = Callable[[str], None]
CANCEL, EMPTY, SHOW = "cancel", "-", "?"


class Cancelled(Exception):
    """The person left the form."""


def ask_fields(
    person: Person, view: View, names: list[str] | None, read_line: ReadLine, write: Write, pen: Pen
) -> None:
    """Ask every field, or those named; Enter keeps, `-` empties, `?` shows choices."""
    # A field that acts by itself may redraw the form: look for the next question anew.
    asked: set[str] = set()
    while view.is_open and person.view is view:
        waiting = [
            block
            for block in view.blocks
            if block["type"] == "input"
            and block["block_id"] not in asked
            and (names is None or block["block_id"] in names)
        ]
        if not waiting:
            return
        block = waiting[0]
        asked.add(block["block_id"])
        _ask(person, view, block, read_line, write, pen)


def _ask(
    person: Person, view: View, block: Json, read_line: ReadLine, write: Write, pen: Pen
) -> None:
    element, field = block["element"], block["block_id"]
    pen = Pen(pen.names, pen.zone, pen.most_rows, view.state)
    if "hint" in block:
        write(f"  ({block['hint']['text']})")
    while True:
        shown = pen.value(block, element)
        answer = read_line(f"{block['label']['text']} {shown}: ").strip()
        if answer == CANCEL:
            raise Cancelled
        kept = held(view.state[field][element["action_id"]]) not in FALSE_WORDS
        if not answer and (kept or element["type"] not in OPTION_KINDS):
            return
        typed = "" if answer == SHOW else answer
        try:
            value = _value(person, view, element, typed, read_line, write)
            if value is not None:
                person.choose(view, field, value)
            return
        except NotOnScreen as problem:
            write(f"  {problem}")


def _value(
    person: Person, view: View, element: Json, answer: str, read_line: ReadLine, write: Write
) -> Any:
    """What the answer means for this kind of field; None keeps what is there."""
    kind = element["type"]
    if answer == EMPTY:
        return [] if kind.startswith("multi_") or kind == "checkboxes" else ""
    if kind not in OPTION_KINDS:
        people_or_places = kind.startswith("multi_")
        return [part.strip() for part in answer.split(",")] if people_or_places else answer
    if kind.endswith("external_select"):
        outcome = person.options(view, element["action_id"], answer)
        if outcome.notice == "query_too_short":
            if not answer:
                return None
            raise NotOnScreen(f"type at least {element.get('min_query_length', 3)} letters")
        offered = outcome.options
    else:
        offered = flat_options(element)
    many = kind.startswith("multi_") or kind == "checkboxes"
    exact = [o for o in offered if answer and answer in (o["text"]["text"], o["value"])]
    if exact:
        return exact if many else exact[0]
    return _pick(offered, many, read_line, write)


def _pick(offered: list[Json], many: bool, read_line: ReadLine, write: Write) -> Any:
    if not offered:
        raise NotOnScreen("no results")
    for number, option in enumerate(offered, 1):
        about = option.get("description", {}).get("text", "")
        write(f"  {number}  {option['text']['text']}{'  — ' + about if about else ''}")
    answer = read_line("  number (Enter keeps): ").strip()
    if answer == CANCEL:
        raise Cancelled
    if not answer:
        return None
    numbers = [part.strip() for part in answer.split(",")]
    if not all(n.isdecimal() and 1 <= int(n) <= len(offered) for n in numbers):
        raise NotOnScreen(f"there is no choice {answer}")
    chosen = [offered[int(n) - 1] for n in numbers]
    return chosen if many else chosen[0]
