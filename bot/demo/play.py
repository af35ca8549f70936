"""`ccc demo --once`: plays the story, prints the conversation, says whether the books tie out."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from datetime import date

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
        print("\n" + conversation(on) + "\n")
        code = tied_out(on, story.first_day, print)
        if not once:
            print()
            run_terminal(on.slack, on.owner, input, _write, settle=on.settled, zone=ZONE)
        return code


def conversation(on: Stage) -> str:
    """Everything that was said in Slack, as it reads at the end."""
    workspace = on.slack.workspace
    return render(
        workspace.events, workspace.directory(), zone=ZONE, most_rows=_ROWS, short_links=True
    )


def tied_out(on: Stage, first_day: date, say: Callable[[str], object]) -> int:
    """Both sides beside each other, and the verdict as the code to exit with."""
    left, right = till(on.retailer, first_day, on.today), books(on.quickbooks)
    balanced = on.quickbooks.books().balanced
    say("The till and the books, each added up from its own records:\n")
    say(table(left, right))
    if left == right and balanced:
        say("\nThe books tie out to the cent, and debits equal credits.")
        return 0
    say("\nThe books do NOT tie out." if balanced else "\nDebits and credits are NOT equal.")
    return 1


def _write(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
