"""Every button on a message; what a press does is in the modules beside."""

from __future__ import annotations

from bot.actions import audit, backfill, fixes, lines, log, products, runs
from bot.conversation import Action

ACTIONS: tuple[Action, ...] = (
    *lines.ACTIONS,
    *runs.ACTIONS,
    *backfill.ACTIONS,
    *fixes.ACTIONS,
    *products.ACTIONS,
    *log.ACTIONS,
    *audit.ACTIONS,
)
