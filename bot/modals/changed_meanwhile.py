"""Two people at one form: the second is told what the first did, before anything is lost."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from bot.views.blocks import Block, Piece, alert, mention, rich
from bot.views.text import cut
from bot.views.wording import moment
from sync.domain.identity import Scope

if TYPE_CHECKING:
    from sync.services.facade import Services

_SAID = (
    "Settings were changed meanwhile. What you typed is kept; everything else shows what is saved "
    "now. Save again to use it."
)
_KINDS = ("settings.", "schedule.", "connection.", "rule.")
_MOST = 3


def changed_since(
    services: Services, scope: Scope, since: datetime, zone: str
) -> tuple[Block, ...]:
    """Who changed what, from what to what."""
    rows = [
        row
        for row in services.people.audit(scope, limit=20)
        if row.at >= since and row.action.startswith(_KINDS)
    ]
    lines: list[list[Piece]] = []
    for row in rows[:_MOST]:
        before, after = cut(row.before or "nothing", 120), cut(row.after or "nothing", 120)
        lines.append(
            [
                mention(row.actor),
                f" changed {cut(row.target, 80)} from “{before}” to “{after}”, "
                f"{moment(row.at, zone)}.",
            ]
        )
    return (alert(_SAID), rich(*lines)) if lines else (alert(_SAID),)
