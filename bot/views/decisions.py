"""What people decided about a sale, in words that name them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.views.blocks import Piece, mention
from bot.views.text import cut
from bot.views.wording import day, moment
from sync.domain.decisions import DecisionKind
from sync.services.models import DecisionView


def decided_line(decision: DecisionView, zone: str) -> list[Piece]:
    """`Dated 1 Nov 2026, decided by @anna on 3 Nov 2026 10:12`."""
    said = what(decision.kind, decision.value)
    return [f"{said}, decided by ", _who(decision.actor), f" on {moment(decision.at, zone)}"]


def previewed_line(decision: Mapping[str, Any]) -> list[Piece]:
    """The same out of a preview, which is made of plain values."""
    said = what(DecisionKind(decision["kind"]), str(decision.get("value", "")))
    return [f"{said}, decided by ", _who(str(decision.get("actor", "")))]


def what(kind: DecisionKind, value: str) -> str:
    """The decision itself."""
    if kind is DecisionKind.DATE:
        return f"Dated {day(date.fromisoformat(value))}"
    if kind is DecisionKind.NUMBER:
        return f"Numbered {cut(value, 40)}"
    return f"Skipped {cut(value, 300)}".strip()


def undecided(number: str) -> str:
    return f"Nothing was decided about sale {number}; settings and rules say what becomes of it."


def _who(actor: str) -> Piece:
    return mention(actor) if actor[:1] in ("U", "W") else actor or "CCC"
