"""The page on which a rule is tried: the worker draws the answer into it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.conversation import Modal, PushModal, Request, State
from bot.views.blocks import Card, modal
from bot.views.trials import tried_card, untried_card, waiting_card
from sync.services.models import ReplyTo

if TYPE_CHECKING:
    from bot.views.trials import Told
    from sync.services.facade import Services


def try_out(request: Request, services: Services, line: str, was: str) -> PushModal:
    """Push the page, then ask for what goes into it."""
    state: State = {"connection": request.books.id}
    reply = ReplyTo(request.actor.user)

    def ask(view: str) -> None:
        there = ReplyTo(reply.user, view_id=view)
        services.trials.ask(request.actor, request.scope, line, was, there)

    return PushModal(_page(waiting_card(line), state), then=ask)


def tried(told: Told, connection: str) -> Modal:
    """The page once the worker has tried it (payload of `rule.tried`)."""
    return _page(tried_card(told), {"connection": connection})


def untried(told: Told, connection: str) -> Modal:
    """The page when it could not (payload of `job.failed`)."""
    return _page(untried_card(told), {"connection": connection})


def _page(card: Card, state: State) -> Modal:
    return Modal(modal("Try a rule", "ccc.result", card.blocks), state)
