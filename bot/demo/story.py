"""The story: from nothing to books that tie out, told by what one person types and presses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from bot.demo.browser import walk_through
from bot.demo.stage import Stage
from bot.sandbox.model import Message
from bot.sandbox.seed import LOG

Say = Callable[[str], None]
BACKFILL_DAYS = 7


class Story:
    """Each step is what an owner would do next, having read only the answers."""

    def __init__(self, stage: Stage, say: Say) -> None:
        self._stage = stage
        self._say = say
        self._channel = LOG
        self.first_day = stage.today - timedelta(days=BACKFILL_DAYS)

    def play(self) -> None:
        """Connect, choose, sync, backfill, a tick, a failure fixed, the log."""
        self._connect()
        self._sync()
        self._backfill_into_closed_books()
        self._scheduled_tick()
        self._read_the_log()

    # -- steps

    def _connect(self) -> None:
        owner = self._stage.owner
        self._say("Olivia starts with /ccc and connects both accounts")
        owner.command("/ccc", self._channel)
        for provider in ("lightspeed", "quickbooks"):
            answer = owner.command(f"/ccc connect {provider}", self._channel)
            link = _link(answer.ephemerals)
            for heading in walk_through(link):
                self._say(f"  in the browser: {heading.split(' · ')[0]}")
            self._stage.settled()
        owner.command("/ccc channel #ccc-log", self._channel)
        owner.command("/ccc status", self._channel)

    def _sync(self) -> None:
        stage = self._stage
        self._say("Somebody buys something; Olivia syncs")
        for kind in ("cash", "card", "split", "percent_discount", "web_order"):
            stage.retailer.sell(kind, _now())
        stage.owner.command("/ccc sync", self._channel)
        stage.settled()

    def _backfill_into_closed_books(self) -> None:
        """One day lies in books that are closed: held, then posted from the message itself."""
        stage = self._stage
        self._say("The books are closed for a day of the past week; Olivia backfills the week")
        stage.quickbooks.change_company(book_close_date=self.first_day.isoformat())
        stage.owner.command(f"/ccc backfill {self.first_day} {stage.today}", self._channel)
        stage.settled()
        self._say("CCC has counted and asks; Olivia presses Start")
        stage.owner.click(stage.owner.ephemerals[-1], "Start")
        stage.settled()
        self._say("The bookkeeper reopens the books in QuickBooks; Olivia presses Retry")
        stage.quickbooks.change_company(book_close_date=None)
        stage.owner.click(self._cause("closed"), "Retry")
        stage.settled()

    def _scheduled_tick(self) -> None:
        stage = self._stage
        self._say("An hourly schedule; Olivia looks at what a new sale will become; an hour passes")
        stage.owner.command("/ccc schedule hourly", self._channel)
        number = stage.retailer.sell("card", _now())
        stage.owner.command(f"/ccc preview {number}", self._channel)
        stage.settled()
        stage.ticks.move(timedelta(hours=1, minutes=1))
        stage.restart_clock()
        stage.settled()

    def _read_the_log(self) -> None:
        stage = self._stage
        self._say("Olivia reads the log")
        stage.owner.command("/ccc log held", self._channel)
        newest = max(sale.id for sale in stage.retailer.events if sale.counts)
        stage.owner.command(f"/ccc log {newest}", self._channel)

    def _cause(self, words: str) -> Message:
        """The reply in the log channel that tells this cause."""
        found = [
            message
            for message in self._stage.slack.workspace.messages
            if message.channel == self._channel
            and not message.deleted
            and words in message.text.lower()
            and "Retry" in str(message.blocks)
        ]
        return found[-1]


def _link(messages: list[Message]) -> str:
    """The address behind the one link button."""
    for message in reversed(messages):
        for block in message.blocks:
            for element in block.get("elements", ()):
                if "/connect/" in str(element.get("url", "")):
                    return str(element["url"])
            accessory = block.get("accessory") or {}
            if "/connect/" in str(accessory.get("url", "")):
                return str(accessory["url"])
    raise LookupError("the answer has no link to connect")


def _now() -> datetime:
    return datetime.now(UTC)
