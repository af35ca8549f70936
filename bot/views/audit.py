"""Who changed what."""

from __future__ import annotations

from collections.abc import Sequence

from bot.views.blocks import Block, Card, Piece, bold, context, header, mention, plain, rich
from bot.views.text import cut
from bot.views.wording import count, moment
from sync.services.models import AuditRow, ConnectionView

MOST_ROWS = 20
_PER_BLOCK = 10


def audit_card(
    rows: Sequence[AuditRow],
    connections: Sequence[ConnectionView],
    *,
    by: str = "",
    word: str = "",
    older: bool = False,
) -> Card:
    """The latest changes, each with before and after."""
    about = f" with “{cut(word, 60)}”" if word else ""
    about += " by this person" if by else ""
    if not rows:
        text = f"Nothing{' older' if older else ''} was changed{about}."
        return Card(text, [plain(text)])
    zone = connections[0].zone if connections else "UTC"
    names = {each.id: each.name for each in connections} if len(connections) > 1 else {}
    blocks: list[Block] = [header("Older changes" if older else "Changes, the latest first")]
    for start in range(0, len(rows), _PER_BLOCK):
        blocks.append(rich(*(_line(row, zone, names) for row in rows[start : start + _PER_BLOCK])))
    if by or word:
        whose: list[Piece] = ["Only what was changed by ", mention(by)] if by else ["Only changes"]
        blocks.append(rich([*whose, f" with “{cut(word, 60)}”." if word else "."]))
    else:
        blocks.append(context("Narrow it down: /ccc audit @anna, /ccc audit schedule"))
    return Card(f"{count(len(rows), 'change')}{about} in CCC.", blocks)


def _line(row: AuditRow, zone: str, names: dict[str, str]) -> list[Piece]:
    change = ""
    if row.before or row.after:
        change = f": {cut(row.before, 60) or 'nothing'} → {cut(row.after, 60) or 'nothing'}"
    target: list[Piece] = [f" {cut(row.target, 60)}"] if row.target else []
    if row.action.startswith("role.") and _is_person(row.target):
        target = [" ", mention(row.target)]
    where = f" ({cut(names[row.connection], 40)})" if row.connection in names else ""
    who: Piece = mention(row.actor) if _is_person(row.actor) else row.actor or "CCC"
    return [
        f"{moment(row.at, zone)}  ",
        who,
        "  ",
        bold(row.action),
        *target,
        f"{change}{where}" or " ",
    ]


def _is_person(name: str) -> bool:
    return name[:1] in ("U", "W")
