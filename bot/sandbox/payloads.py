"""The payloads Slack sends for commands, clicks, forms, menus, shortcuts and events."""

from __future__ import annotations

import json
import re
from urllib.parse import urlencode

from bot.sandbox.model import Channel, Json, Message, User, View
from bot.sandbox.slack_state import SlackState, message_wire, view_wire
from bot.sandbox.values import State

_TYPED_NAMES = re.compile(r"(?<!\S)([@#])([A-Za-z0-9._-]+)|(https?://\S+)")


def escaped(state: SlackState, text: str) -> str:
    """Command text as `should_escape` sends it: names become ids, markup becomes entities."""
    workspace = state.workspace
    handles = {user.name: user.id for user in workspace.people.values()}
    channels = {c.name: c.id for c in workspace.channels.values() if c.name}
    groups = {g.handle: g.id for g in workspace.groups.values()}

    def name(match: re.Match[str]) -> str:
        mark, word, link = match.groups()
        if link:
            return f"<{link}>"
        if mark == "@" and word in handles:
            return f"<@{handles[word]}|{word}>"
        if mark == "@" and word in groups:
            return f"<!subteam^{groups[word]}|@{word}>"
        if mark == "#" and word in channels:
            return f"<#{channels[word]}|{word}>"
        return match[0]

    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _TYPED_NAMES.sub(name, safe)


def command(state: SlackState, user: User, channel: Channel, typed: str) -> bytes:
    """The form of a slash command."""
    word, _, rest = typed.partition(" ")
    name = state.tickets.response(user.id, channel.id)
    fields = {
        "token": "legacy-verification",
        "team_id": user.team_id,
        "team_domain": state.workspace.domain,
        "channel_id": channel.id,
        "channel_name": "directmessage" if channel.is_im else channel.name,
        "user_id": user.id,
        "user_name": user.name,
        "command": word,
        "text": escaped(state, rest.strip(" ")),
        "api_app_id": state.workspace.app_id,
        "is_enterprise_install": "false",
        "response_url": f"{state.base_url()}/response/{name}",
        "trigger_id": state.tickets.trigger(user.id),
    }
    return urlencode(fields).encode()


def interactive(payload: Json) -> bytes:
    """The form around an interaction."""
    return urlencode({"payload": json.dumps(payload)}).encode()


def block_actions(
    state: SlackState, user: User, place: Message | View, block: Json, action: Json
) -> Json:
    """A press or a choice; only clicks in messages bring a channel and a response URL."""
    payload = _common(state, user, "block_actions", place)
    action_ts = state.workspace.new_ts()
    payload["actions"] = [{**action, "block_id": block["block_id"], "action_ts": action_ts}]
    if isinstance(place, View):
        payload["view"] = view_wire(state, place)
        payload["container"] = {"type": "view", "view_id": place.id}
        return payload
    payload |= _message_place(state, user, place)
    payload["state"] = {"values": place.state}
    return payload


def block_suggestion(
    state: SlackState, user: User, place: Message | View, block: Json, element: Json, query: str
) -> Json:
    """What an external select asks for."""
    payload = _common(state, user, "block_suggestion", place)
    payload |= {
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "value": query,
    }
    if isinstance(place, View):
        payload["view"] = view_wire(state, place)
        payload["container"] = {"type": "view", "view_id": place.id}
        return payload
    found = _message_place(state, user, place)
    del found["response_url"]
    return payload | found


def view_submission(state: SlackState, user: User, view: View, values: State) -> Json:
    """A form sent; it brings a trigger id and no channel."""
    payload = _common(state, user, "view_submission", view)
    payload["view"] = {**view_wire(state, view), "state": {"values": values}}
    payload["response_urls"] = []
    return payload


def view_closed(state: SlackState, user: User, view: View, *, is_cleared: bool) -> Json:
    """A form put away; it brings no trigger id."""
    payload = _common(state, user, "view_closed", view)
    del payload["trigger_id"]
    return {**payload, "view": view_wire(state, view), "is_cleared": is_cleared}


def shortcut(state: SlackState, user: User, callback_id: str, message: Message | None) -> Json:
    """A global shortcut, or a message shortcut when a message is given."""
    kind = "shortcut" if message is None else "message_action"
    payload = _common(state, user, kind, message)
    payload |= {"callback_id": callback_id, "action_ts": state.workspace.new_ts()}
    if message is None:
        return payload
    found = _message_place(state, user, message)
    return payload | found | {"message_ts": message.ts, "message": message_wire(state, message)}


def event(state: SlackState, fields: Json, event_id: str) -> bytes:
    """An Events API delivery."""
    workspace = state.workspace
    body = {
        "token": "legacy-verification",
        "type": "event_callback",
        "team_id": workspace.team_id,
        "api_app_id": workspace.app_id,
        "event": {"event_ts": workspace.new_ts(), **fields},
        "event_id": event_id,
        "event_time": int(workspace.now()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": workspace.team_id,
                "user_id": workspace.bot_user,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
    }
    return json.dumps(body).encode()


def _common(state: SlackState, user: User, kind: str, place: Message | View | None) -> Json:
    view_id = place.id if isinstance(place, View) and place.body["type"] == "modal" else None
    workspace = state.workspace
    return {
        "type": kind,
        "token": "legacy-verification",
        "api_app_id": workspace.app_id,
        "team": {"id": workspace.team_id, "domain": workspace.domain},
        "user": {
            "id": user.id,
            "username": user.name,
            "name": user.name,
            "team_id": user.team_id,
        },
        "enterprise": None,
        "is_enterprise_install": False,
        "trigger_id": state.tickets.trigger(user.id, view_id),
    }


def _message_place(state: SlackState, user: User, message: Message) -> Json:
    channel = state.workspace.channels[message.channel]
    hidden = message.visible_to is not None
    name = state.tickets.response(user.id, channel.id, message)
    place: Json = {
        "channel": {
            "id": channel.id,
            "name": "directmessage" if channel.is_im else channel.name,
        },
        "container": {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": channel.id,
            "is_ephemeral": hidden,
        },
        "response_url": f"{state.base_url()}/response/{name}",
    }
    if message.thread_ts:
        place["container"]["thread_ts"] = message.thread_ts
    if not hidden:
        place["message"] = message_wire(state, message)
    return place
