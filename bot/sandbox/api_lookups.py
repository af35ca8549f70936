"""conversations.*, users.*, usergroups.* and team.info: what the bot may know of the workspace."""

from __future__ import annotations

from bot.sandbox.model import ApiError, Channel, Json, UserGroup
from bot.sandbox.slack_state import SlackState, channel_wire, flag, page, user_wire


def conversations_info(state: SlackState, arguments: Json) -> Json:
    """conversations.info: a private channel without the bot does not exist for it."""
    channel = _visible(state, arguments)
    wire = channel_wire(state, channel)
    if flag(arguments, "include_num_members"):
        wire["num_members"] = len(channel.members)
    return {"channel": wire}


def conversations_list(state: SlackState, arguments: Json) -> Json:
    """conversations.list, by pages, public channels unless told otherwise."""
    types = str(arguments.get("types") or "public_channel").replace(" ", "").split(",")
    bot, found = state.workspace.bot_user, []
    if "public_channel" in types:
        state.need("channels:read")
    if "private_channel" in types:
        state.need("groups:read")
    if "im" in types:
        state.need("im:read")
    for channel in state.workspace.channels.values():
        kind = (
            "im" if channel.is_im else "private_channel" if channel.is_private else "public_channel"
        )
        hidden = kind != "public_channel" and bot not in channel.members
        archived = channel.is_archived and flag(arguments, "exclude_archived")
        if kind in types and not hidden and not archived:
            found.append({**channel_wire(state, channel), "num_members": len(channel.members)})
    channels, metadata = page(found, arguments)
    return {"channels": channels, "response_metadata": metadata}


def conversations_members(state: SlackState, arguments: Json) -> Json:
    """conversations.members, by pages."""
    members, metadata = page(_visible(state, arguments).members, arguments)
    return {"members": members, "response_metadata": metadata}


def conversations_join(state: SlackState, arguments: Json) -> Json:
    """conversations.join: public channels only."""
    state.need("channels:join")
    channel = _visible(state, arguments)
    if channel.is_private or channel.is_im:
        raise ApiError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise ApiError("is_archived")
    if state.workspace.bot_user not in channel.members:
        channel.members.append(state.workspace.bot_user)
    return {"channel": channel_wire(state, channel)}


def conversations_open(state: SlackState, arguments: Json) -> Json:
    """conversations.open: needs im:write, which posting to a user id does not."""
    state.need("im:write")
    users = arguments.get("users") or ""
    names = users if isinstance(users, list) else str(users).split(",")
    if len(names) != 1:
        raise ApiError("method_not_supported_for_channel_type")
    channel = state.workspace.direct_message(names[0])
    return {"channel": channel_wire(state, channel)}


def users_info(state: SlackState, arguments: Json) -> Json:
    """users.info."""
    state.need("users:read")
    user = state.workspace.people.get(str(arguments.get("user")))
    if user is None:
        raise ApiError("user_not_found")
    return {"user": user_wire(user, locale=flag(arguments, "include_locale"))}


def users_list(state: SlackState, arguments: Json) -> Json:
    """users.list, by pages."""
    state.need("users:read")
    locale = flag(arguments, "include_locale")
    everybody = [user_wire(user, locale=locale) for user in state.workspace.people.values()]
    members, metadata = page(everybody, arguments)
    return {"members": members, "response_metadata": metadata}


def usergroups_list(state: SlackState, arguments: Json) -> Json:
    """usergroups.list."""
    state.need("usergroups:read")
    with_users, with_disabled = (flag(arguments, f"include_{k}") for k in ("users", "disabled"))
    groups = state.workspace.groups.values()
    shown = [_group_wire(g, with_users) for g in groups if with_disabled or not g.disabled]
    return {"usergroups": shown}


def usergroups_users_list(state: SlackState, arguments: Json) -> Json:
    """usergroups.users.list: a disabled group has nobody in it unless asked for."""
    state.need("usergroups:read")
    group = state.workspace.groups.get(str(arguments.get("usergroup")))
    if group is None:
        raise ApiError("no_such_subteam")
    hidden = group.disabled and not flag(arguments, "include_disabled")
    return {"users": [] if hidden else list(group.users)}


def team_info(state: SlackState, arguments: Json) -> Json:
    """team.info."""
    state.need("team:read")
    workspace = state.workspace
    return {
        "team": {"id": workspace.team_id, "name": workspace.name, "domain": workspace.domain},
    }


def _visible(state: SlackState, arguments: Json) -> Channel:
    channel = state.workspace.channels.get(str(arguments.get("channel")))
    if channel is None:
        raise ApiError("channel_not_found")
    hidden = channel.is_private or channel.is_im
    state.need("im:read" if channel.is_im else "groups:read" if hidden else "channels:read")
    if hidden and state.workspace.bot_user not in channel.members:
        raise ApiError("channel_not_found")
    return channel


def _group_wire(group: UserGroup, with_users: bool) -> Json:
    wire: Json = {
        "id": group.id,
        "handle": group.handle,
        "name": group.name,
        "date_delete": 1 if group.disabled else 0,
        "user_count": 0 if group.disabled else len(group.users),
    }
    return {**wire, "users": list(group.users)} if with_users else wire
