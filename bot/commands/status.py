"""`/ccc status`: how things stand, in five lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.conversation import Command, Message, Reply, Request
from bot.views.status import status_card

if TYPE_CHECKING:
    from sync.services.facade import Services


def handle(request: Request, services: Services) -> Reply:
    return Message.of(status_card(request.books))


COMMAND = Command(
    "status",
    help="Connections, last run, schedule and open problems",
    handle=handle,
    usage=("status",),
    examples=("status", "STATUS"),
    group="Look",
    synonyms=("state", "info"),
    shows_state=True,
)
