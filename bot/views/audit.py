"""Who changed what."""

from __future__ import annotations

from bot.views.blocks import Block, Card, Piece, bold, header, mention, plain, rich
from bot.views.text import cut
from bot.views.wording import count, moment
from sync.services.models import AuditRow

_PER_BLOCK = 10


def audit_card(rows: tuple[AuditRow, ...], zone: str) -> Card:
    """The latest changes, each with before and after."""
    if not rows:
        text = "Nothing was changed yet."
        return Card(text, [plain(text)])
    blocks: list[Block] = [header("Changes, the latest first")]
    for start in range(0, len(rows), _PER_BLOCK):
        blocks.append(rich(*(_line(row, zone) for row in rows[start : start + _PER_BLOCK])))
    return Card(f"The last {count(len(rows), 'change')} in CCC.", blocks)


def _line(row: AuditRow, zone: str) -> list[Piece]:
    who: Piece = mention(row.actor) if row.actor[:1] in ("U", "W") else row.actor or "CCC"
    change = ""
    if row.before or row.after:
        change = f": {cut(row.before, 60) or 'nothing'} → {cut(row.after, 60) or 'nothing'}"
    target = f" {cut(row.target, 60)}" if row.target else ""
    return [f"{moment(row.at, zone)}  ", who, "  ", bold(row.action), f"{target}{change}"]
