"""What a channel or person hears, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.views.blocks import Block, Card, Piece, actions, bold, channel_link, context, mention, rich
from bot.views.lines import line_button
from sync.domain.quiet import Level
from sync.services.models import ConnectionView
from sync.services.notices import Notice

LEVEL_WORDS: Mapping[Level, str] = {
    Level.EVERYTHING: "every entry",
    Level.SUMMARY: "runs and what failed in them",
    Level.FAILURES: "only what failed",
    Level.NOTHING: "nothing that comes by itself",
}
_MOST = 30


def notices_card(mine: Notice, others: Sequence[Notice], connection: ConnectionView) -> Card:
    """One's own choice, then that of the channels."""
    lines: list[list[Piece]] = [[bold("You: "), said(mine)]]
    for notice in others[:_MOST]:
        lines.append([channel_link(notice.target), ": ", said(notice)])
    if left := len(others[_MOST:]):
        lines.append([f"and {left} more channels"])
    note = (
        "What stops everything, such as a login that expired, is told at every level but nothing, "
        "and at every hour. Runs that somebody asked for are always told in the log channel."
    )
    buttons = [
        line_button("Change", "notify", connection.id),
        line_button("Digest of yesterday", "notify digest now", connection.id),
    ]
    blocks: list[Block] = [rich(*lines), context(note), actions(*buttons)]
    return Card(f"You hear {said(mine)}.", blocks)


def saved_card(notice: Notice, *, is_mine: bool, notes: Sequence[str] = ()) -> Card:
    """What is true from now on."""
    who: list[Piece] = [mention(notice.target)] if is_mine else [channel_link(notice.target)]
    name = "You" if is_mine else "The channel"
    text = f"{name} now {'hear' if is_mine else 'hears'} {said(notice)}."
    blocks = [rich([*who, f" {'hear' if is_mine else 'hears'} {said(notice)} from now on."])]
    if notes:
        blocks.append(context(*notes))
    return Card(" ".join([text, *notes]), blocks)


def said(notice: Notice) -> str:
    """`runs and what failed in them; digest at 08:00; quiet 22:00 to 07:00 (Australia/Sydney)`."""
    parts = [LEVEL_WORDS[notice.level]]
    if notice.digest:
        parts.append(f"a digest at {notice.digest}")
    if notice.quiet_from:
        parts.append(f"quiet from {notice.quiet_from} to {notice.quiet_to}")
    zone = f" ({notice.zone})" if notice.digest or notice.quiet_from else ""
    return "; ".join(parts) + zone
