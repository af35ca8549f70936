"""Somebody opened the Home tab."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bot.conversation import Nothing, PublishHome, Reply, Request
from bot.home.reading import seen_by, workspace_facts
from bot.views.home import home_view

if TYPE_CHECKING:
    from sync.services.facade import Services


def opened(request: Request, told: Mapping[str, Any], services: Services, claimed: bool) -> Reply:
    """Draw it, and remember who looks; the Messages tab tells the same event."""
    if told.get("tab", "home") != "home":
        return Nothing()
    workspace = request.actor.workspace
    services.homes.opened(workspace, request.actor.user)
    facts = workspace_facts(services, workspace, request.now)
    return PublishHome(home_view(seen_by(facts, request.actor, claimed=claimed)))
