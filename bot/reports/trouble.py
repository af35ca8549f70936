"""A channel that is closed to us: the people who can choose another are asked once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.reports.messages import post
from bot.reports.place import is_person
from bot.views.blocks import Card, Piece, channel_link, rich
from sync.services.facade import Services
from sync.services.models import ConnectionView
from sync.services.reports import Outgoing

_WHY: Mapping[str, str] = {
    "is_archived": "it is archived",
    "not_in_channel": "I am not a member; type /invite there and choose me",
    "channel_not_found": "it is gone, or private without me",
}


def channel_card(channel: str, reason: str, about: str) -> Card:
    """What happened, what goes on, what to do."""
    why = _WHY.get(reason, f"Slack refuses it ({reason})")
    after = (
        " Syncing goes on; its reports wait. Choose another channel by typing /ccc channel here "
        "in it."
    )
    text = f"I cannot post reports{about} in the log channel: {why}.{after}"
    said: list[Piece] = [
        f"I cannot post reports{about} in ",
        channel_link(channel),
        f": {why}.{after}",
    ]
    return Card(text, [rich(said)])


def questions(
    services: Services,
    workspace: str,
    channel: str,
    reason: str,
    connection: ConnectionView | None,
    now: datetime,
) -> list[Outgoing]:
    """One direct message to each admin, at most once a week for a channel."""
    year, week, _ = now.isocalendar()
    people = list(services.people.admins(workspace))
    if not people and connection is not None:
        accounts = (connection.quickbooks, connection.lightspeed)
        people = [account.connected_by for account in accounts if account]
    about = f" of {connection.name}" if connection else ""
    card = channel_card(channel, reason, about)
    return [
        post(workspace, f"trouble:{channel}:{year}-{week}:{person}", person, card)
        for person in dict.fromkeys(people)
        if is_person(person)
    ]
