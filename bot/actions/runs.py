"""Buttons of a run: stop it, or send again what it could not post."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.conversation import Action, Message, Outcome, Reply, Request
from bot.views.actions import CAUSE_RETRY, RUN_CANCEL, RUN_RETRY, read_cause
from bot.views.status import started_card
from bot.views.wording import run_name
from sync.domain.identity import Scope
from sync.errors import NotFound
from sync.services.models import Role, RunSummary, Started

if TYPE_CHECKING:
    from sync.services.facade import Services


def run_of(request: Request, services: Services, run: str) -> tuple[Request, RunSummary]:
    """The run in this workspace, and the request now about its connection."""
    found = services.runs.get(Scope(request.actor.workspace), run)
    connection = services.connections.get(Scope(request.actor.workspace, found.connection))
    return request.about(connection), found


def cancel(request: Request, services: Services) -> Reply:
    """What is in flight is finished; the rest is left for later."""
    request, run = run_of(request, services, request.value)
    services.runs.cancel(request.actor, request.scope, run.id)
    return Message(f"{run_name(run)} stops after what is in flight.")


def retry(request: Request, services: Services) -> Reply:
    """Everything a run held or failed, again."""
    request, run = run_of(request, services, request.value)
    started = services.runs.resync(request.actor, request.scope, run_number=run.number)
    return told(request, started)


def retry_cause(request: Request, services: Services) -> Reply:
    """Everything that the alert's cause stops, in whichever run it was met."""
    run_id, cause, subject = read_cause(request.value)
    request, _ = run_of(request, services, run_id)
    try:
        started = services.runs.resync(
            request.actor, request.scope, cause=cause, subject=subject or None
        )
    except NotFound:
        raise NotFound("Nothing waits for this any more: it was fixed meanwhile.") from None
    return told(request, started)


def told(request: Request, started: Started) -> Reply:
    """The message says who did it; the person also learns which run it became."""
    card = started_card(started.run, existing=started.existing, channel=request.books.channel)
    if started.existing:
        return Message.of(card)
    return Outcome(f"Sent again as {run_name(started.run)}.", request.actor.user)


ACTIONS = (
    Action(RUN_CANCEL, cancel, Role.OPERATOR, once=True),
    Action(RUN_RETRY, retry, Role.OPERATOR, once=True),
    Action(CAUSE_RETRY, retry_cause, Role.OPERATOR, once=True),
)
