"""What an administrator does to the workspace: each change is an event that Slack tells the app."""

from __future__ import annotations

from collections.abc import Callable

from bot.sandbox.events import Changed
from bot.sandbox.model import Channel, Json, UserGroup
from bot.sandbox.slack_state import SlackState

Tell = Callable[[Json], None]


class Happenings:
    """Channels archived, the bot removed, groups changed, the app uninstalled and back."""

    def __init__(self, state: SlackState, tell: Tell) -> None:
        self._state = state
        self._tell = tell

    @property
    def _workspace_owner(self) -> str:
        people = self._state.workspace.people.values()
        return next(user.id for user in people if user.is_owner)

    def archive(self, channel: Channel) -> None:
        """Nobody can write there any more; the bot hears of it where it is a member."""
        self._change(lambda: setattr(channel, "is_archived", True))
        self._channel_event("channel_archive", channel)

    def unarchive(self, channel: Channel) -> None:
        """People may write there again."""
        self._change(lambda: setattr(channel, "is_archived", False))
        self._channel_event("channel_unarchive", channel)

    def remove(self, channel: Channel, user_id: str) -> None:
        """Take somebody out of a channel."""
        bot = self._state.workspace.bot_user
        if user_id not in channel.members:
            return
        heard = bot in channel.members
        self._change(lambda: channel.members.remove(user_id))
        if heard:
            self._member_event("member_left_channel", channel, user_id)

    def invite(self, channel: Channel, user_id: str) -> None:
        """Bring somebody into a channel."""
        if user_id in channel.members:
            return
        self._change(lambda: channel.members.append(user_id))
        if self._state.workspace.bot_user in channel.members:
            self._member_event("member_joined_channel", channel, user_id)

    def regroup(self, group: UserGroup, users: list[str]) -> None:
        """Other people are in a user group now."""
        before = list(group.users)
        self._change(lambda: setattr(group, "users", list(users)))
        self._tell(
            {
                "type": "subteam_members_changed",
                "subteam_id": group.id,
                "team_id": self._state.workspace.team_id,
                "added_users": [user for user in users if user not in before],
                "removed_users": [user for user in before if user not in users],
            }
        )

    def uninstall(self) -> None:
        """The token is worth nothing from now on; two events say so, in no certain order."""
        workspace = self._state.workspace
        self._change(lambda: setattr(self._state.installation, "revoked", True))
        self._tell({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [workspace.bot_user]}})
        self._tell({"type": "app_uninstalled"})

    def reinstall(self) -> str:
        """Approve the app again; the code is what its redirect page would receive."""
        self._change(lambda: setattr(self._state.installation, "revoked", False))
        return self._state.installation.new_code()

    def _change(self, make: Callable[[], None]) -> None:
        workspace = self._state.workspace
        with workspace.lock:
            make()
            workspace.record(Changed(workspace.now()))

    def _channel_event(self, kind: str, channel: Channel) -> None:
        if self._state.workspace.bot_user in channel.members:
            self._tell({"type": kind, "channel": channel.id, "user": self._workspace_owner})

    def _member_event(self, kind: str, channel: Channel, user_id: str) -> None:
        self._tell(
            {
                "type": kind,
                "user": user_id,
                "channel": channel.id,
                "channel_type": "G" if channel.is_private else "C",
                "team": self._state.workspace.team_id,
            }
        )
