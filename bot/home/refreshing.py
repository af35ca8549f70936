"""Keeps the Home tabs of a workspace true: after each change, one for everybody who has it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from bot.home.reading import seen_by, workspace_facts
from bot.reports.messages import published
from bot.views.home import home_view
from sync.errors import NotFound
from sync.services.reports import Outgoing

if TYPE_CHECKING:
    from sync.services.facade import Services

Groups = Callable[[str, str, tuple[str, ...]], frozenset[str] | None]
QUIET = ("run.progress", "preview.ready", "estimate.ready", "lists.refreshed", "log.exported")
ONLY_HERE = ("changed", "survey.ready")  # events that have no message of their own


def unknown_groups(workspace: str, user: str, asked: tuple[str, ...]) -> frozenset[str] | None:
    """Where nobody can ask Slack who is in a user group."""
    return None


def refreshed(
    services: Services, workspace: str, now: datetime, groups: Groups = unknown_groups
) -> list[Outgoing]:
    """A message per person; whose groups cannot be known keeps what stands there."""
    people = services.homes.of(workspace)
    if not people:
        return []
    try:
        facts = workspace_facts(services, workspace, now)
    except NotFound:  # disconnected in this very moment: another event tells of it
        return []
    told = []
    for user in people:
        actor = services.people.actor(workspace, user, partial(groups, workspace, user))
        if actor.is_unsure:
            continue
        shown = seen_by(facts, actor)
        told.append(published(workspace, user, home_view(shown)))
    return told
