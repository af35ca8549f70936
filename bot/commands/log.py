"""`/ccc log`: the transaction log, filtered as one would say it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.log_words import Asked, read
from bot.conversation import Command, Message, Reply, Request
from bot.views.log import page_card, story_card
from sync.errors import NotFound

if TYPE_CHECKING:
    from sync.services.facade import Services

PAGE = 10


def handle(request: Request, services: Services) -> Reply:
    return page(request, services, None)


def page(request: Request, services: Services, after: int | None) -> Message:
    """A page of what the words ask for, from a place in the log."""
    asked = read(request.words, request.today)
    if asked.number:
        return _story(request, services, asked)
    found = services.log.search(request.scope, asked.query, after=after, limit=PAGE)
    connection = request.books
    card = page_card(
        found,
        said=asked.said,
        line=" ".join(["log", request.text]).strip(),
        connection=connection,
        first=after is None,
    )
    return Message.of(card)


def _story(request: Request, services: Services, asked: Asked) -> Message:
    story = services.log.story(request.scope, asked.number)
    if story is None:
        raise NotFound(
            f"There is no entry for sale {asked.number} here. "
            f"/ccc preview {asked.number} looks it up in Lightspeed."
        )
    return Message.of(story_card(story, request.books))


COMMAND = Command(
    "log",
    help="What became of every sale: by state, days, text, run or number",
    handle=handle,
    usage=("log [STATUS] [PERIOD] [TEXT]", "log NUMBER", "log run N"),
    examples=("log failed today", "log 12345"),
    group="Look",
    synonyms=("logs", "history"),
)
