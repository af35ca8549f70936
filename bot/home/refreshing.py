"""Keeps the Home tabs of a workspace true: after each change, one for everybody who has it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from bot.home.reading import seen_by, workspace_facts
from bot.reports.messages import published
from bot.views.home import home_view
from sync.errors import NotFound
from sync.services.reports import Outgoing

if TYPE_CHECKING:
    from sync.services.facade import Services

QUIET = ("run.progress", "preview.ready", "estimate.ready", "lists.refreshed", "log.exported")
ONLY_HERE = ("changed", "survey.ready")  # events that have no message of their own


def refreshed(services: Services, workspace: str, now: datetime) -> list[Outgoing]:
    """A message for everybody who has it open and may see it."""
    people = services.homes.of(workspace)
    if not people:
        return []
    try:
        facts = workspace_facts(services, workspace, now)
    except NotFound:  # disconnected in this very moment: another event tells of it
        return []
    connections = [each.connection.id for each in facts.connections]
    told = []
    for user in people:
        actor = services.homes.visitor(workspace, user, connections)
        if actor is not None:
            told.append(published(workspace, user, home_view(seen_by(facts, actor))))
    return told
