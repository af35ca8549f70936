"""`ccc demo` in the browser: the whole product, from nothing connected, with things to try."""

from __future__ import annotations

import logging
import socket
import threading
import webbrowser
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta

from bot.demo.levers import levers
from bot.demo.overhearing import overheard
from bot.demo.stage import ZONE, Stage, stage
from bot.demo.weather import weathers
from bot.sandbox.seed import LOG

PAGE_PORT = 3000
_AFTERNOON = 15  # a shop that has sold for some hours makes the better first sync
STEPS = [
    f"Type `/ccc` in <#{LOG}> and press *Connect Lightspeed*; then the same for QuickBooks.",
    "*Continue set-up*: every answer is chosen already, *Next* keeps it. The log channel is "
    f"<#{LOG}>; *Go live* ends it.",
    "Going live posts today's sales. Open the thread of the run: every sale is listed there.",
    "Sell something below, then `/ccc sync`, or let an hour pass: only what is new is posted.",
    "Close the books below, sell, sync: the message says what is wrong. Open them, press *Retry*.",
    "`/ccc log` finds any sale again; *Home* of CCC, on the left, has all of it in one place.",
]


def tour(*, opens_browser: bool, port: int | None = None) -> int:
    """Serve until Ctrl-C; says where."""
    logging.getLogger().setLevel(logging.ERROR)
    wanted = _free(PAGE_PORT) if port is None else port
    with open_house(page_port=wanted) as on:
        address = f"{on.slack.url}/#pane=try"
        print(f"Slack, Lightspeed and QuickBooks, all stand-ins, are at\n\n    {address}\n")
        print("Nothing is connected yet: type /ccc there. Ctrl-C ends the demo.", flush=True)
        if opens_browser:
            webbrowser.open(address)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print("\nThe demo is over; nothing of it is kept.")
    return 0


@contextmanager
def open_house(*, page_port: int = 0, rate_limits: bool = True) -> Iterator[Stage]:
    """The stage in the afternoon of the shop's day, with everything beside the conversation."""
    ahead = _until_afternoon(datetime.now(UTC))
    with stage(ahead=ahead, rate_limits=rate_limits, page_port=page_port, overhear=overheard) as on:
        browser = on.slack.browser
        browser.levers = levers(on)
        browser.weathers += weathers(on)
        browser.steps = STEPS
        browser.hints = hints()
        browser.shortcuts = shortcuts()
        yield on


def hints() -> list[tuple[str, str]]:
    """What the composer offers while `/ccc` is typed: the help's own lines."""
    from bot.commands import COMMANDS

    found = [("/ccc", "what to do next")]
    for command in COMMANDS:
        found += [(f"/ccc {usage}", command.help) for usage in command.usage]
    return found


def shortcuts() -> list[tuple[str, str]]:
    """What the app offers on a message, as its manifest says."""
    from bot.manifest import manifest

    offered = manifest("https://demo.invalid")["features"]["shortcuts"]
    return [(one["callback_id"], one["name"]) for one in offered if one["type"] == "message"]


def _until_afternoon(now: datetime) -> timedelta:
    there = now.astimezone(ZONE)
    afternoon = there.replace(hour=_AFTERNOON, minute=0, second=0, microsecond=0)
    return max(timedelta(), afternoon - there)


def _free(port: int) -> int:
    """The port when nothing listens there, else any."""
    with closing(socket.socket()) as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return 0
    return port
