"""Buttons that stand for a typed line: what a button does, a person could have typed."""

from __future__ import annotations

import re

from bot.views.actions import CONNECT, DID_YOU_MEAN, DO, HELP
from bot.views.blocks import Block, button
from sync.services.models import Provider

_BREAK = "\x1f"
_SLUG = re.compile(r"[^a-z0-9]+")


def line_button(
    text: str, line: str, connection: str = "", *, style: str = "", confirm: Block | None = None
) -> Block:
    """Press to run a line, for a given connection where there are several."""
    slug = _SLUG.sub("-", f"{connection} {line}".casefold()).strip("-")[:100]
    value = line_value(line, connection)
    return button(text, f"{DO}.{slug}", value, style=style, confirm=confirm)


def did_you_mean(line: str) -> Block:
    """Press to run the corrected line."""
    return button(f"Run {line.split(' ')[0]}", DID_YOU_MEAN, line_value(line[:1900]))


def connect_button(provider: Provider, text: str, *, primary: bool = True) -> Block:
    """Press to get a one-time link."""
    return button(text, f"{CONNECT}.{provider.value}", style="primary" if primary else "")


def help_button(verb: str = "") -> Block:
    return button("Help", HELP, verb)


def line_value(line: str, connection: str = "") -> str:
    """A line and the connection it is for."""
    return f"{connection}{_BREAK}{line}"


def read_line(value: str) -> tuple[str, str]:
    """The connection (or "") and the line."""
    connection, _, line = value.rpartition(_BREAK)
    return connection, line
