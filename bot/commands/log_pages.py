"""One page of the log as a message; asked for by a line, a button or a form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.log_words import line_of, said
from bot.conversation import Message, Request
from bot.views.log import page_card
from sync.services.models import LogQuery

if TYPE_CHECKING:
    from sync.services.facade import Services

PAGE = 10


def shown(
    request: Request,
    services: Services,
    query: LogQuery,
    *,
    after: int | None = None,
    above: int | None = None,
) -> Message:
    """The page itself; above the newest there is nothing, so that is the newest again."""
    found = services.log.search(request.scope, query, after=after, above=above, limit=PAGE)
    first = after is None and above is None
    if above is not None and len(found.entries) < PAGE:
        found = services.log.search(request.scope, query, limit=PAGE)
        first = True
    card = page_card(
        found, said=said(query), line=line_of(query), connection=request.books, first=first
    )
    return Message.of(card)
