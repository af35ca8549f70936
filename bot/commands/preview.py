"""`/ccc preview`: what would be posted for a sale, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.resync import sale_number
from bot.conversation import Command, Message, Reply, Request
from sync.errors import Invalid
from sync.services.models import ReplyTo

if TYPE_CHECKING:
    from sync.services.facade import Services


def handle(request: Request, services: Services) -> Reply:
    if not request.words:
        raise Invalid("Which sale? Write its number: preview 12345.")
    number = sale_number(request.words[0])
    reply = ReplyTo(request.actor.user, request.channel, request.response_url)
    services.previews.ask(request.actor, request.scope, number, reply)
    return Message(f"Looking at sale {number} in Lightspeed. The preview comes here in a moment.")


COMMAND = Command(
    "preview",
    help="What would be posted for a sale, field by field, and why",
    handle=handle,
    usage=("preview NUMBER",),
    examples=("preview 12345", "preview #12345"),
    group="Look",
)
