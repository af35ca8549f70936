"""`/ccc golive`: the first business day that goes into QuickBooks by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands import parse
from bot.conversation import Command, Message, Reply, Request, bare
from bot.views.wording import day
from sync.services.models import Role

if TYPE_CHECKING:
    from sync.services.facade import Services


def handle(request: Request, services: Services) -> Reply:
    if not request.words or request.word(0) in ("list", "show"):
        first = request.books.settings.go_live
        said = day(first) if first else "the day both accounts were connected"
        return Message(f"Go-live is {said}. Earlier sales are skipped; a backfill includes them.")
    chosen = request.today if request.word(0) == "today" else parse.day(request.words[0])
    services.connections.golive(request.actor, request.scope, chosen)
    return Message(
        f"Go-live is now {day(chosen)}. Earlier sales are skipped; a backfill includes them."
    )


COMMAND = Command(
    "golive",
    help="The first business day to post",
    handle=handle,
    usage=("golive", "golive DATE"),
    examples=("golive 2026-11-01", "golive today"),
    group="Set up",
    role=Role.ADMIN,
    reads=bare,
    synonyms=("go-live",),
)
