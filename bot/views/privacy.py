"""Who else reads the log channel: said when it is chosen, and when it becomes so."""

from __future__ import annotations

from bot.views.blocks import Card, Piece, channel_link, mention, rich
from bot.views.text import cut

SHARED = "Another company reads along in that channel: sums and sale numbers will be visible to it."
GUESTS = "Guests are in that channel: sums and sale numbers will be visible to them."
UNKNOWN_READERS = (
    "I could not look at everybody in that channel. If guests are among them, they will see sums "
    "and sale numbers."
)
_NOW_WHAT = (
    " Nothing was stopped. If they should not see it, choose another channel by typing "
    "/ccc channel here in it."
)


def joined_card(channel: str, user: str, connection: str) -> Card:
    """One more reader who may not use CCC."""
    why = ": a guest, or somebody of another company. Sums and sale numbers are visible to them."
    said: list[Piece] = [
        mention(user),
        " has joined ",
        channel_link(channel),
        f", the log channel of {cut(connection, 100)}{why}{_NOW_WHAT}",
    ]
    text = f"Somebody has joined the log channel of {cut(connection, 100)}{why}{_NOW_WHAT}"
    return Card(text, [rich(said)])


def shared_card(channel: str, connection: str) -> Card:
    """The channel was shared with another company."""
    why = " is now shared with another company, which can read sums and sale numbers there."
    name = f"the log channel of {cut(connection, 100)},"
    said: list[Piece] = [channel_link(channel), f", {name}{why}{_NOW_WHAT}"]
    return Card(f"{name.capitalize().rstrip(',')}{why}{_NOW_WHAT}", [rich(said)])
