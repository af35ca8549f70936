"""The log channel is gone, or is read by more people: those who can choose another are told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.events.happening import Happening
from bot.reports.messages import post
from bot.reports.place import is_person
from bot.reports.trouble import questions
from bot.views.blocks import Card
from bot.views.privacy import joined_card, shared_card
from sync.services.models import ConnectionView

# In the words of the API, which says the same when one posts there.
_REASONS: Final[Mapping[str, str]] = {
    "channel_archive": "is_archived",
    "group_archive": "is_archived",
    "channel_deleted": "channel_not_found",
    "group_deleted": "channel_not_found",
    "channel_left": "not_in_channel",
    "group_left": "not_in_channel",
    "member_left_channel": "not_in_channel",
}


def closed(news: Happening) -> None:
    """Syncing goes on, reports wait in the outbox; admins are asked for another channel."""
    channel = news.text("channel")
    for connection in _reporting_to(news, channel):
        reason = _REASONS[str(news.told["type"])]
        asked = questions(news.services, news.workspace, channel, reason, connection, news.now)
        for question in asked:
            news.services.reports.post(question)


def left(news: Happening) -> None:
    """Somebody left a channel; it matters when it was the bot that was taken out."""
    if news.text("user") == news.installations.of(news.workspace).bot_user:
        closed(news)


def joined(news: Happening) -> None:
    """A guest or somebody of another company now reads along in a log channel."""
    user, channel = news.text("user"), news.text("channel")
    connections = _reporting_to(news, channel)
    if not connections or user == news.installations.of(news.workspace).bot_user:
        return
    if news.directory.refuses(user):
        for connection in connections:
            card = joined_card(channel, user, connection.name)
            _warn(news, connection, f"joined:{channel}:{user}", card)


def shared(news: Happening) -> None:
    """Another company was invited into a log channel."""
    channel = news.text("channel")
    for connection in _reporting_to(news, channel):
        card = shared_card(channel, connection.name)
        _warn(news, connection, f"shared:{channel}:{news.text('connected_team_id')}", card)


def moved(news: Happening) -> None:
    """Channels get another id when they are shared or change workspace."""
    old, new = news.text("old_channel_id"), news.text("new_channel_id")
    for connection in _reporting_to(news, old):
        news.services.connections.channel_moved(news.workspace, connection.id, new)


def _warn(news: Happening, connection: ConnectionView, about: str, card: Card) -> None:
    for admin in news.services.people.admins(news.workspace, connection.id):
        if is_person(admin):
            key = f"privacy:{connection.id}:{about}:{admin}"
            news.services.reports.post(post(news.workspace, key[:200], admin, card))


def _reporting_to(news: Happening, channel: str) -> list[ConnectionView]:
    if not channel:
        return []
    everywhere = news.services.connections.all(news.workspace)
    return [connection for connection in everywhere if connection.channel == channel]
