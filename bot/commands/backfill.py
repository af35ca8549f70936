"""`/ccc backfill`: a chosen past window; without words, the form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from bot.commands import parse
from bot.commands.sync import DRY, STREAMS
from bot.conversation import Command, Message, OpenModal, Reply, Request
from bot.modals.backfill import form_for
from bot.views.backfill import LONG, counting_card
from bot.views.status import started_card
from sync.errors import Invalid
from sync.services.models import ReplyTo, Role

if TYPE_CHECKING:
    from sync.services.facade import Services


@dataclass(frozen=True, slots=True)
class Asked:
    """A window as typed; a shop's spelling is checked by who knows the shops."""

    first: date
    last: date
    shop: str
    dry: bool
    now: bool = False

    @property
    def asks_first(self) -> bool:
        """Long, for real, and nobody said to go ahead."""
        return (self.last - self.first).days >= LONG and not (self.dry or self.now)


def read(words: tuple[str, ...]) -> Asked:
    """`[sales] FROM TO [store "NAME"] [dry | now]`."""
    rest = list(words)
    if rest and rest[0].casefold() in STREAMS:
        rest.pop(0)
    elif rest and rest[0].casefold() in ("purchases", "inventory"):
        raise Invalid(f"{rest[0].capitalize()} cannot be backfilled; only sales.")
    if not rest:
        raise Invalid("Which days? Write: backfill 2026-10-01 2026-10-31.")
    first = parse.day(rest.pop(0))
    if rest and rest[0].casefold() in ("to", "until"):
        rest.pop(0)
    last = parse.day(rest.pop(0)) if rest and parse.is_day(rest[0]) else first
    shop, dry, now = "", False, False
    while rest:
        word = rest.pop(0).casefold()
        if word in DRY:
            dry = True
            if rest and rest[0].casefold() == "run":
                rest.pop(0)
        elif word == "now":
            now = True
        elif word in ("store", "shop"):
            if not rest:
                raise Invalid('A store name is missing: store "Newtown".')
            shop = rest.pop(0)
        else:
            raise Invalid(
                f"I do not know “{word[:40]}” here. "
                'Write: backfill FROM TO [store "NAME"] [dry or now], dates as 2026-10-01.'
            )
    return Asked(first, last, shop, dry, now)


def handle(request: Request, services: Services) -> Reply:
    if not request.words or (request.words[0].casefold() in STREAMS and len(request.words) == 1):
        return OpenModal(form_for(request))
    asked = read(request.words)
    if asked.asks_first:
        reply = ReplyTo(request.actor.user, request.channel, request.response_url)
        services.runs.estimate(
            request.actor, request.scope, asked.first, asked.last, asked.shop, reply
        )
        return Message.of(counting_card(asked.first, asked.last))
    started = services.runs.backfill(
        request.actor, request.scope, asked.first, asked.last, shop=asked.shop, dry=asked.dry
    )
    return Message.of(
        started_card(started.run, existing=started.existing, channel=request.books.channel)
    )


COMMAND = Command(
    "backfill",
    help="Post the sales of past days, both included, in the shop's zone; alone it opens the form",
    handle=handle,
    usage=('backfill [sales] FROM TO [store "NAME"] [dry | now]', "backfill"),
    examples=(
        "backfill 2026-10-01 2026-10-31 now",
        'backfill sales 2026-10-01 2026-10-07 store "Newtown" dry',
    ),
    group="Run",
    role=Role.OPERATOR,
)
