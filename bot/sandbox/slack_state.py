"""Everything the Web API works on, and how it writes people, channels and views on the wire."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.model import ApiError, Channel, Json, Message, User, View
from bot.sandbox.tickets import Tickets
from bot.sandbox.view_stacks import Views
from bot.sandbox.workspace import Workspace

DEFAULT_SCOPES = (
    *("commands", "chat:write", "channels:read", "groups:read", "files:write"),
    *("users:read", "usergroups:read", "channels:join", "files:read", "app_mentions:read"),
)


@dataclass(slots=True)
class Installation:
    """The bot's token and what it may do; codes are what an installing person brings back."""

    token: str = field(repr=False)
    scopes: list[str] = field(default_factory=lambda: list(DEFAULT_SCOPES))
    revoked: bool = False
    codes: set[str] = field(default_factory=set, repr=False)
    rotates: bool = False
    refresh: str = field(default="", repr=False)
    refreshed: int = 0

    def rotate(self) -> dict[str, str]:
        """A new pair of tokens; the one before it is worth nothing."""
        self.token = f"xoxe.xoxb-{secrets.token_hex(8)}"
        self.refresh = f"xoxe-{secrets.token_hex(8)}"
        return {"access_token": self.token, "refresh_token": self.refresh}

    def spend(self, refresh: str) -> None:
        """A refresh token is good once."""
        if not self.rotates or not self.refresh or refresh != self.refresh:
            raise ApiError("invalid_refresh_token")
        self.refreshed += 1

    def new_code(self) -> str:
        """A one-use code as `oauth.v2.access` takes it."""
        code = secrets.token_hex(8)
        self.codes.add(code)
        return code


@dataclass(slots=True)
class SlackState:
    """One workspace with its modals, its tickets and its installation of the bot."""

    workspace: Workspace
    views: Views
    tickets: Tickets
    installation: Installation
    url: str | None = None

    def need(self, scope: str) -> None:
        """Refuse a call whose scope was never granted."""
        if scope not in self.installation.scopes:
            provided = ",".join(self.installation.scopes)
            raise ApiError("missing_scope", needed=scope, provided=provided)

    def base_url(self) -> str:
        """Where this stand-in listens."""
        if self.url is None:
            raise RuntimeError("the Slack stand-in is not listening: use start() or set .url")
        return self.url


def flag(arguments: Json, key: str, default: bool = False) -> bool:
    """A boolean however it came: JSON, form or query."""
    value = arguments.get(key, default)
    return value if isinstance(value, bool) else str(value).lower() in ("1", "true")


def page(items: list[Any], arguments: Json, most: int = 1000) -> tuple[list[Any], Json]:
    """One page and the metadata with the cursor of the next."""
    start = int(str(arguments.get("cursor") or "0").removeprefix("at:"))
    size = min(int(arguments.get("limit") or 100), most)
    more = f"at:{start + size}" if start + size < len(items) else ""
    return items[start : start + size], {"next_cursor": more}


def user_wire(user: User, *, locale: bool = False) -> Json:
    """A person as `users.info` answers."""
    wire: Json = {
        "id": user.id,
        "team_id": user.team_id,
        "name": user.name,
        "real_name": user.real_name,
        "deleted": user.deleted,
        "is_bot": user.is_bot,
        "is_admin": user.is_admin,
        "is_owner": user.is_owner,
        "is_primary_owner": user.is_owner,
        "is_restricted": user.is_restricted,
        "is_ultra_restricted": user.is_ultra_restricted,
        "tz": user.tz,
        "tz_label": user.tz_label,
        "tz_offset": user.tz_offset,
        "profile": {"real_name": user.real_name, "display_name": user.name},
    }
    return {**wire, "locale": user.locale} if locale else wire


def channel_wire(state: SlackState, channel: Channel) -> Json:
    """A conversation as `conversations.info` answers."""
    bot = state.workspace.bot_user
    wire: Json = {
        "id": channel.id,
        "is_im": channel.is_im,
        "is_channel": not channel.is_im and not channel.is_private,
        "is_group": channel.is_private,
        "is_private": channel.is_private or channel.is_im,
        "is_archived": channel.is_archived,
        "is_ext_shared": channel.is_ext_shared,
        "is_shared": channel.is_ext_shared,
        "is_org_shared": False,
        "is_general": channel.name == "general",
        "is_member": bot in channel.members,
    }
    if channel.is_im:
        return {**wire, "user": channel.members[0]}
    return {**wire, "name": channel.name, "topic": {"value": channel.topic}}


def message_wire(state: SlackState, message: Message) -> Json:
    """A message as postMessage answers and as clicks carry it."""
    workspace = state.workspace
    wire: Json = {
        "type": "message",
        "user": message.user,
        "bot_id": workspace.bot_id,
        "app_id": workspace.app_id,
        "team": workspace.team_id,
        "ts": message.ts,
        "text": message.text,
        "blocks": message.blocks,
    }
    if message.thread_ts:
        wire["thread_ts"] = message.thread_ts
    if message.metadata:
        wire["metadata"] = message.metadata
    if message.edited:
        wire["edited"] = {"user": message.user, "ts": message.versions[-1].at}
    return wire


def view_wire(state: SlackState, view: View) -> Json:
    """A view as `views.*` answers and as interactions carry it."""
    workspace, body = state.workspace, view.body
    return {
        "id": view.id,
        "team_id": workspace.team_id,
        "type": body["type"],
        "title": body.get("title"),
        "submit": body.get("submit"),
        "close": body.get("close"),
        "blocks": body["blocks"],
        "private_metadata": body.get("private_metadata", ""),
        "callback_id": body.get("callback_id", ""),
        "external_id": body.get("external_id", ""),
        "state": {"values": view.state},
        "hash": view.hash,
        "clear_on_close": body.get("clear_on_close", False),
        "notify_on_close": body.get("notify_on_close", False),
        "root_view_id": view.root_id,
        "previous_view_id": view.previous_id,
        "app_id": workspace.app_id,
        "app_installed_team_id": workspace.team_id,
        "bot_id": workspace.bot_id,
    }
