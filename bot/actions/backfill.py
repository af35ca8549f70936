"""Answers to the question before a long backfill; the question then says what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.actions.lines import TYPED
from bot.conversation import Action, Message, Reply, Request
from bot.views.actions import BACKFILL_ASKED
from bot.views.backfill import read_answer
from bot.views.blocks import plain
from sync.services.models import Role

if TYPE_CHECKING:
    from sync.services.facade import Services


def answered(request: Request, services: Services) -> Reply:
    """Run the line behind the button, or nothing at all."""
    connection, line, said = read_answer(request.value)
    if not line:
        return _instead(said, Message("Nothing was started."))
    reply = TYPED.run(request, services, line, connection)
    return _instead(said, reply) if isinstance(reply, Message) else reply


def _instead(said: str, reply: Message) -> Message:
    """The numbers stay, the buttons go."""
    blocks = reply.blocks or (plain(reply.text),)
    return Message(f"{said} {reply.text}", (plain(said), *blocks), replaces=True)


ACTIONS = (Action(f"{BACKFILL_ASKED}.", answered, Role.OPERATOR),)
