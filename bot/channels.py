"""Which channels may become a log channel, and what to know about one that does."""

from __future__ import annotations

from bot.conversation import ChannelFacts, Readers, Request
from bot.views.privacy import GUESTS, SHARED, UNKNOWN_READERS
from sync.errors import Invalid


def log_channel(request: Request, channel: str) -> ChannelFacts:
    """The channel as Slack shows it to us; Invalid says why it cannot be used."""
    facts = request.slack.channel(channel)
    if facts is None:
        raise Invalid("I cannot see that channel. Invite me there first with /invite, then again.")
    if facts.is_archived:
        raise Invalid("That channel is archived. Choose another one.")
    return facts


def notes_on(facts: ChannelFacts) -> list[str]:
    """What its admin should know, in sentences."""
    notes = []
    if not facts.is_member:
        notes.append("I am not in that channel yet: type /invite there and choose me.")
    if facts.is_shared:
        notes.append(SHARED)
    elif facts.readers is Readers.OUTSIDERS:
        notes.append(GUESTS)
    elif facts.readers is Readers.UNKNOWN:
        notes.append(UNKNOWN_READERS)
    return notes
