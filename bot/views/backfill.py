"""A long backfill asks before it starts: what it would move, and what can be pressed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.views.actions import BACKFILL_ASKED
from bot.views.blocks import Block, Card, actions, button, plain
from bot.views.text import cut
from bot.views.wording import count, day, days

LONG = 7  # days; above, somebody should know the numbers before anything is posted
_BREAK = "\x1f"
_LONGEST_NAME = 255  # no shop has a longer one
_ASK = "Start it, or first a dry run, which only shows what would be posted?"


def estimated(estimate: Mapping[str, Any]) -> str:
    """`1 to 31 Oct 2026: 31 days, about 4,200 sales, 12 before the closing date …`."""
    first, last = window(estimate)
    said = f"{days(first, last)}: {count((last - first).days + 1, 'day')}, "
    said += f"about {count(int(estimate['sales']), 'sale')}"
    if shop := estimate.get("shop"):
        said += f" in all stores together (only {shop} is posted)"
    before, closing = int(estimate.get("before_closing") or 0), estimate.get("closing_date")
    if before and closing:
        verb = "is" if before == 1 else "are"
        said += f", {before:,} before the closing date {day(date.fromisoformat(closing))}, "
        said += f"which {verb} held until somebody decides"
    return f"{said}."


def counting_card(first: date, last: date) -> Card:
    """The answer while the worker counts."""
    text = (
        f"Counting the sales of {days(first, last)}. I ask here before anything starts; "
        "the word “now” at the end of the line starts without asking."
    )
    return Card(text, [plain(text)])


def question_card(estimate: Mapping[str, Any], connection: str) -> Card:
    """The numbers, and what to do about them."""
    text = f"{estimated(estimate)} {_ASK}"
    return Card(text, [plain(text), _buttons(estimate, connection, estimated(estimate))])


def uncounted_card(estimate: Mapping[str, Any], connection: str, reason: str) -> Card:
    """It can be started without the numbers too."""
    first, last = window(estimate)
    text = f"The sales of {days(first, last)} could not be counted: {cut(reason, 500)} {_ASK}"
    return Card(text, [plain(text), _buttons(estimate, connection, days(first, last))])


def read_answer(value: str) -> tuple[str, str, str]:
    """The connection, the line to run ("" for none), and what had been said."""
    connection, line, said = (*value.split(_BREAK), "", "", "")[:3]
    return connection, line, said


def window(estimate: Mapping[str, Any]) -> tuple[date, date]:
    """The days it is about."""
    return date.fromisoformat(estimate["first"]), date.fromisoformat(estimate["last"])


def _buttons(estimate: Mapping[str, Any], connection: str, said: str) -> Block:
    line = f"backfill {estimate['first']} {estimate['last']}"
    if shop := estimate.get("shop"):
        quote = "'" if '"' in shop else '"'
        line += f" store {quote}{shop[:_LONGEST_NAME]}{quote}"
    about = "the backfill of " + days(*window(estimate))
    presses = (
        ("Dry run", "dry", f"{line} dry", "primary", f"Dry run of {about}"),
        ("Start", "start", f"{line} now", "", f"Start {about}"),
        ("Cancel", "cancel", "", "", f"Do not start {about}"),
    )
    return actions(
        *(
            button(
                text,
                f"{BACKFILL_ASKED}.{name}",
                # Slack forgets what a message for one person said when it is replaced.
                _BREAK.join((connection, typed, cut(said, 900))),
                style=style,
                label=label,
            )
            for text, name, typed, style, label in presses
        )
    )
