"""Answers to slow questions, for the person who asked and nobody else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.views.blocks import Card, plain
from bot.views.text import cut
from sync.services.models import ReplyTo

Told = Mapping[str, Any]
_JOBS: Mapping[str, str] = {
    "preview": "The preview could not be made",
    "estimate": "The sales could not be counted",
    "try_rule": "The rule could not be tried",
    "refresh": "The lists could not be read again",
    "after_connect": "The account is connected, but its lists could not be read",
    "revoke": "The account is disconnected here, but its sign-in could not be withdrawn upstream",
}


def reply_to(told: Told) -> ReplyTo | None:
    """Where the person waits; None when nobody does."""
    given = told.get("reply")
    if not isinstance(given, Mapping) or not given.get("user"):
        return None
    names = ("user", "channel", "response_url", "view_id")
    return ReplyTo(**{name: str(given.get(name) or "") for name in names})


def refreshed_card() -> Card:
    return _said("The lists of QuickBooks and Lightspeed were read again.")


def failed_card(told: Told) -> Card:
    """Why there is no answer, in the words of whoever refused it."""
    what = _JOBS.get(str(told.get("job", "")), "That did not work")
    return _said(f"{what}: {cut(str(told.get('reason') or 'the reason is not known'), 600)}")


def _said(text: str) -> Card:
    return Card(text, [plain(text)])
