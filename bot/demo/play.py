"""`ccc demo`: plays the story, prints the conversation, and says whether the books tie out."""

from __future__ import annotations

import logging
import sys

from bot.demo.stage import ZONE, Stage, stage
from bot.demo.story import Story
from bot.demo.tie_out import books, table, till
from bot.sandbox.terminal import run_terminal
from bot.sandbox.transcript import render

_ROWS = 8  # of each table, so that the conversation stays readable


def play(*, once: bool) -> int:
    """0 only when both sides are equal to the cent."""
    logging.getLogger().setLevel(logging.ERROR)
    with stage() as on:
        story = Story(on, lambda line: print(f"· {line}", flush=True))
        story.play()
        print("\n" + _conversation(on) + "\n")
        left = till(on.retailer, story.first_day, on.today)
        right = books(on.quickbooks)
        print("The till and the books, each added up from its own records:\n")
        print(table(left, right))
        if not once:
            print()
            run_terminal(on.slack, on.owner, input, _write, settle=on.settled, zone=ZONE)
        return 0 if left == right and on.quickbooks.books().balanced else 1


def _conversation(on: Stage) -> str:
    workspace = on.slack.workspace
    return render(
        workspace.events, workspace.directory(), zone=ZONE, most_rows=_ROWS, short_links=True
    )


def _write(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
