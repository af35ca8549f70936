"""What Slack tells of by itself; adding one is a module and a line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from bot.conversation import Reply, Request
from bot.events import channels, home, leaving, members, talk
from bot.events.happening import Happening

if TYPE_CHECKING:
    from sync.services.facade import Services

Told = Mapping[str, Any]  # the event as Slack sent it
PERSONAL: Mapping[str, Callable[[Request, Told, Services, bool], Reply]] = {
    # By people who get an answer; the last argument: they took the first admin seat with it.
    "app_home_opened": home.opened,
    "app_mention": talk.mentioned,
    "message": talk.written,
}
EVENTS: Mapping[str, Callable[[Happening], None]] = {
    # Nobody waits for an answer to these.
    "app_uninstalled": leaving.uninstalled,
    "tokens_revoked": leaving.revoked,
    "team_access_granted": leaving.access_granted,
    "team_access_revoked": leaving.access_revoked,
    "channel_archive": channels.closed,
    "group_archive": channels.closed,
    "channel_deleted": channels.closed,
    "group_deleted": channels.closed,
    "channel_left": channels.closed,
    "group_left": channels.closed,
    "member_left_channel": channels.left,
    "member_joined_channel": channels.joined,
    "channel_shared": channels.shared,
    "channel_id_changed": channels.moved,
    "user_change": members.changed,
    "subteam_members_changed": members.group_changed,
    "subteam_updated": members.group_changed,
}
_NO_CONVERSATIONS = ("message",)  # would need the right to read conversations
SUBSCRIBED = tuple(name for name in (*PERSONAL, *EVENTS) if name not in _NO_CONVERSATIONS)
