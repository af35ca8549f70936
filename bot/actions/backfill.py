"""Answers to the question before a long backfill; the question then says what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.actions.lines import TYPED
from bot.conversation import Action, Message, Outcome, Reply, Request
from bot.views.actions import BACKFILL_ASKED
from bot.views.lines import read_line
from sync.services.models import Role

if TYPE_CHECKING:
    from sync.services.facade import Services


def answered(request: Request, services: Services) -> Reply:
    """Run the line behind the button, or nothing at all."""
    connection, line = read_line(request.value)
    if not line:
        return Outcome("Nothing was started.", request.actor.user)
    reply = TYPED.run(request, services, line, connection)
    return Outcome(reply.text, request.actor.user) if isinstance(reply, Message) else reply


ACTIONS = (Action(f"{BACKFILL_ASKED}.", answered, Role.OPERATOR),)
