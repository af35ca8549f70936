"""One call to the Web API: who asks, is it allowed now, what happens, what is written down."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox import api_auth, api_chat, api_files, api_lookups, api_views
from bot.sandbox.faults import TRANSPORT, Fault, Faults
from bot.sandbox.model import ApiError, Json
from bot.sandbox.slack_state import SlackState
from bot.sandbox.throttle import Throttle

METHODS: dict[str, Callable[[SlackState, Json], Json]] = {
    "auth.test": api_auth.auth_test,
    "auth.revoke": api_auth.revoke,
    "oauth.v2.access": api_auth.access,
    "chat.postMessage": api_chat.post_message,
    "chat.postEphemeral": api_chat.post_ephemeral,
    "chat.update": api_chat.update,
    "chat.delete": api_chat.delete,
    "chat.getPermalink": api_chat.permalink,
    "views.open": api_views.open_view,
    "views.push": api_views.push_view,
    "views.update": api_views.update_view,
    "views.publish": api_views.publish_view,
    "conversations.info": api_lookups.conversations_info,
    "conversations.list": api_lookups.conversations_list,
    "conversations.members": api_lookups.conversations_members,
    "conversations.join": api_lookups.conversations_join,
    "conversations.open": api_lookups.conversations_open,
    "users.info": api_lookups.users_info,
    "users.list": api_lookups.users_list,
    "usergroups.list": api_lookups.usergroups_list,
    "usergroups.users.list": api_lookups.usergroups_users_list,
    "team.info": api_lookups.team_info,
    "files.getUploadURLExternal": api_files.upload_url,
    "files.completeUploadExternal": api_files.complete,
}
WITHOUT_TOKEN = ("oauth.v2.access",)
_SECRET_ARGUMENTS = ("token", "client_secret", "code")


@dataclass(frozen=True, slots=True)
class Call:
    """One recorded call, without secrets."""

    method: str
    arguments: Json
    at: float
    status: int
    answer: Json = field(repr=False)

    @property
    def ok(self) -> bool:
        """Whether Slack did it."""
        return bool(self.answer.get("ok"))

    @property
    def error(self) -> str | None:
        """Slack's word for the refusal."""
        return self.answer.get("error")

    @property
    def problems(self) -> list[str]:
        """What the checks said, when they refused."""
        return list(self.answer.get("response_metadata", {}).get("messages", []))


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back over HTTP, and the fault of the wire that strikes on the way."""

    body: Json
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    fault: Fault | None = None


class WebApi:
    """Dispatches calls by name and keeps a record of all of them."""

    def __init__(self, state: SlackState, faults: Faults, *, rate_limits: bool) -> None:
        self._state = state
        self._faults = faults
        self._throttle = Throttle(state.workspace.now) if rate_limits else None
        self.calls: list[Call] = []

    def call(self, method: str, arguments: Json, token: str | None) -> Answer:
        """Answer one call."""
        with self._state.workspace.lock:
            answer = self._answer(method, arguments, token)
            kept = {k: v for k, v in arguments.items() if k not in _SECRET_ARGUMENTS}
            now = self._state.workspace.now()
            self.calls.append(Call(method, kept, now, answer.status, answer.body))
            self._state.workspace.lock.notify_all()
            return answer

    def _answer(self, method: str, arguments: Json, token: str | None) -> Answer:
        try:
            self._authorise(method, token)
        except ApiError as refusal:
            return Answer({"ok": False, "error": refusal.error})
        fault = self._faults.take(method, arguments)
        if early := self._early(fault):
            return early
        channel = str(arguments.get("channel") or "")
        if self._throttle and (wait := self._throttle.seconds_to_wait(method, channel)):
            return _limited(wait)
        headers = {"X-OAuth-Scopes": ",".join(self._state.installation.scopes)}
        try:
            if method not in METHODS:
                raise ApiError("unknown_method", req_method=method)
            body: dict[str, Any] = {"ok": True, **METHODS[method](self._state, arguments)}
        except ApiError as refusal:
            body = {"ok": False, "error": refusal.error, **refusal.extra}
        except ValueError:  # a number that is none, as in `limit=many`
            body = {"ok": False, "error": "invalid_arguments"}
        return Answer(body, headers=headers, fault=fault)

    def _authorise(self, method: str, token: str | None) -> None:
        if method in WITHOUT_TOKEN:
            return
        installation = self._state.installation
        if not token:
            raise ApiError("not_authed")
        if not secrets.compare_digest(token.encode(), installation.token.encode()):
            raise ApiError("invalid_auth")
        if installation.revoked:
            raise ApiError("token_revoked")

    def _early(self, fault: Fault | None) -> Answer | None:
        """The answer of a fault that keeps the call from happening."""
        if fault is None:
            return None
        if fault.name == "ratelimited":
            return _limited(fault.retry_after)
        if fault.name == "500":
            return Answer({}, status=500)
        if fault.name == "cut_before":
            return Answer({}, fault=fault)
        if fault.name in TRANSPORT:
            return None
        body: Json = {"ok": False, "error": fault.name}
        if fault.name == "invalid_blocks":
            kind = fault.block_type or "block"
            told = [f"[ERROR] unsupported type: {kind} [json-pointer:/blocks/0/type]"]
            body["response_metadata"] = {"messages": told}
        return Answer(body)


def _limited(seconds: int) -> Answer:
    body = {"ok": False, "error": "ratelimited"}
    return Answer(body, status=429, headers={"Retry-After": str(seconds)})
