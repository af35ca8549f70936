"""Help cards, drawn from the command table."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from bot.views.blocks import Card, Piece, actions, bold, code, context, header, rich
from bot.views.lines import line_button
from bot.views.text import cut
from sync.services.models import Role

if TYPE_CHECKING:
    from bot.conversation import Command

_GROUPS = ("Look", "Run", "Set up", "People")
_WHO = {Role.ADMIN: "admins", Role.OPERATOR: "operators and admins"}


def help_card(commands: tuple[Command, ...]) -> Card:
    """One line per command, in groups."""
    ordered = sorted(commands, key=lambda command: _GROUPS.index(command.group))
    blocks = [header("What CCC does")]
    for group, members in groupby(ordered, key=lambda command: command.group):
        lines: list[list[Piece]] = [[bold(group)]]
        lines += [[code(f"/ccc {each.name}"), f"  {each.help}"] for each in members]
        blocks.append(rich(*lines))
    blocks.append(context("Examples of one command: /ccc help backfill. Bare /ccc: what is next."))
    names = ", ".join(command.name for command in ordered)
    return Card(f"CCC moves Lightspeed sales into QuickBooks. Commands: {names}.", blocks)


def command_card(command: Command) -> Card:
    """How one command is written, with two examples that work."""
    lines: list[list[Piece]] = [[bold(f"/ccc {command.name}"), f"  {command.help}."]]
    lines += [[code(f"/ccc {usage}")] for usage in command.usage]
    lines.append([bold("For example")])
    lines += [[code(f"/ccc {shown(example)}")] for example in command.examples]
    who = _WHO.get(command.role)
    blocks = [rich(*lines)]
    if who:
        looking = " Everybody may look." if command.reads(()) else ""
        blocks.append(context(f"For {who}.{looking}"))
    blocks.append(actions(line_button("All commands", "help")))
    text = f"{command.name}: {command.help}. For example: /ccc {shown(command.examples[0])}"
    return Card(cut(text, 3000), blocks)


def shown(example: str) -> str:
    """An example as people type it: `#ccc-log`, not the id Slack sends for it."""
    words = []
    for word in example.split(" "):
        if word.startswith(("<@", "<#")) and "|" in word:
            word = f"{word[1]}{word.split('|')[1].rstrip('>')}"
        words.append(word)
    return " ".join(words)
