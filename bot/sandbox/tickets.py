"""Permissions that run out: trigger ids (3 s, once) and response URLs (30 min, 5 uses)."""

from __future__ import annotations

from dataclasses import dataclass

from bot.sandbox.limits import check_message
from bot.sandbox.model import ApiError, Json, Message, refuse
from bot.sandbox.workspace import Workspace

TRIGGER_SECONDS, RESPONSE_SECONDS, RESPONSE_USES = 3.0, 30 * 60.0, 5


@dataclass(slots=True)
class Trigger:
    """The right to open one modal for one person."""

    user: str
    at: float
    view_id: str | None = None
    spent: bool = False


@dataclass(slots=True)
class Response:
    """The right to answer one command or click, whether or not the bot is in the channel."""

    user: str
    channel: str
    at: float
    clicked: Message | None = None
    uses: int = 0


class Tickets:
    """Hands them out and takes them back."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._triggers: dict[str, Trigger] = {}
        self._responses: dict[str, Response] = {}

    def trigger(self, user_id: str, view_id: str | None = None) -> str:
        """A trigger id for an interaction that happens now."""
        name = f"{int(self._workspace.now())}.{self._workspace.new_id('')}.trigger"
        self._triggers[name] = Trigger(user_id, self._workspace.now(), view_id)
        return name

    def redeem(self, trigger_id: str) -> Trigger:
        """Use it up, within its three seconds."""
        with self._workspace.lock:
            trigger = self._triggers.get(trigger_id)
            if trigger is None:
                raise ApiError("invalid_trigger_id")
            if trigger.spent:
                raise ApiError("exchanged_trigger_id")
            if self._workspace.now() - trigger.at > TRIGGER_SECONDS:
                raise ApiError("expired_trigger_id")
            trigger.spent = True
            return trigger

    def response(self, user_id: str, channel_id: str, clicked: Message | None = None) -> str:
        """The last part of a response URL."""
        name = self._workspace.new_id("R")
        self._responses[name] = Response(user_id, channel_id, self._workspace.now(), clicked)
        return name

    def respond(self, name: str, body: Json) -> None:
        """Do what a POST to a response URL asks for, or refuse it as Slack would."""
        with self._workspace.lock:
            response = self._responses.get(name)
            if response is None:
                raise ApiError("no_such_url")
            if self._workspace.now() - response.at > RESPONSE_SECONDS:
                raise ApiError("expired_url")
            if response.uses >= RESPONSE_USES:
                raise ApiError("used_url")
            refuse("invalid_blocks", check_message(body))
            response.uses += 1
            self._answer(response, body)

    def _answer(self, response: Response, body: Json) -> None:
        clicked = response.clicked
        if body.get("replace_original") or body.get("delete_original"):
            if clicked is None or clicked.deleted:
                raise ApiError("no_original_message")
            if body.get("delete_original"):
                self._workspace.delete(clicked)
            else:
                self._workspace.edit(clicked, body.get("text") or "", body.get("blocks") or [])
            return
        if not body.get("text") and not body.get("blocks"):
            raise ApiError("no_text")
        in_channel = body.get("response_type") == "in_channel"
        self._workspace.post(
            response.channel,
            self._workspace.bot_user,
            body.get("text") or "",
            body.get("blocks") or [],
            thread_ts=body.get("thread_ts") or (clicked.thread_ts if clicked else None),
            visible_to=None if in_channel else response.user,
        )
