"""`/ccc log`: the transaction log, filtered as one would say it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.commands.log_pages import shown
from bot.commands.log_words import Asked, read, said
from bot.conversation import Command, Message, OpenModal, Reply, Request
from bot.modals import log_filter
from bot.views.story import story_card
from sync.errors import NotFound

if TYPE_CHECKING:
    from sync.services.facade import Services


def handle(request: Request, services: Services) -> Reply:
    if request.word(0) == "filter":
        asked = query_of(replace(request, words=request.words[1:]), services)
        return OpenModal(log_filter.form_for(request, services, asked.query))
    return page(request, services)


def page(
    request: Request, services: Services, *, after: int | None = None, above: int | None = None
) -> Message:
    """A page of what the words ask for, from a place in the log."""
    asked = query_of(request, services)
    if asked.number:
        return _story(request, services, asked)
    return shown(request, services, asked.query, after=after, above=above)


def query_of(request: Request, services: Services) -> Asked:
    """What the words ask for, with the shop in its own spelling."""
    asked = read(request.words, request.today)
    if not asked.query.shop:
        return asked
    typed = asked.query.shop.casefold()
    names = services.settings.shop_names(request.scope)
    shop = next((name for name in names if name.casefold() == typed), asked.query.shop)
    query = replace(asked.query, shop=shop)
    return Asked(query, said(query))


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
    help="What became of every sale: by state, days, shop, cause, amount, text, run or number",
    handle=handle,
    usage=(
        "log [STATUS] [PERIOD] [TEXT]",
        'log [shop "NAME"] [cause CODE] [kind receipt|refund|invoice …] [over|under|amount 50.00]',
        "log filter",
        "log NUMBER",
        "log run N",
    ),
    examples=("log failed today", "log 12345"),
    group="Look",
    synonyms=("logs", "history"),
)
