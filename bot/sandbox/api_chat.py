"""chat.*: posting, updating and deleting, with Slack's refusals."""

from __future__ import annotations

from bot.sandbox.limits import check_content, check_metadata, check_text_length
from bot.sandbox.model import ApiError, Channel, Json, Message, refuse
from bot.sandbox.slack_state import SlackState, flag, message_wire


def postable(state: SlackState, channel_id: object) -> Channel:
    """The channel the bot may speak in; a user id means the direct message with that person."""
    workspace = state.workspace
    if not channel_id:
        raise ApiError("channel_not_found")
    if str(channel_id) in workspace.people:
        return workspace.direct_message(str(channel_id))
    channel = workspace.channels.get(str(channel_id))
    member = channel is not None and workspace.bot_user in channel.members
    if channel is None or (channel.is_private and not member):
        raise ApiError("channel_not_found")
    if channel.is_archived:
        raise ApiError("is_archived")
    if not member:
        raise ApiError("not_in_channel")
    return channel


def post_message(state: SlackState, arguments: Json) -> Json:
    """chat.postMessage."""
    state.need("chat:write")
    channel = postable(state, arguments.get("channel"))
    text, blocks = _content(arguments)
    thread_ts = _thread(state, channel, arguments)
    message = state.workspace.post(
        channel.id,
        state.workspace.bot_user,
        text,
        blocks,
        thread_ts=thread_ts,
        broadcast=thread_ts is not None and flag(arguments, "reply_broadcast"),
        metadata=arguments.get("metadata"),
        attachments=arguments.get("attachments"),
    )
    answer = {
        "channel": channel.id,
        "ts": message.ts,
        "message": message_wire(state, message),
    }
    return answer | _warnings(arguments)


def post_ephemeral(state: SlackState, arguments: Json) -> Json:
    """chat.postEphemeral: only to somebody who is in the channel."""
    state.need("chat:write")
    channel = postable(state, arguments.get("channel"))
    user = str(arguments.get("user") or "")
    if user not in channel.members:
        raise ApiError("user_not_in_channel")
    text, blocks = _content(arguments)
    message = state.workspace.post(
        channel.id,
        state.workspace.bot_user,
        text,
        blocks,
        thread_ts=_thread(state, channel, arguments),
        visible_to=user,
    )
    return {"message_ts": message.ts} | _warnings(arguments)


def update(state: SlackState, arguments: Json) -> Json:
    """chat.update: our own messages, never ephemeral ones; omitted metadata stays."""
    state.need("chat:write")
    message = _own(state, arguments, "cant_update_message")
    postable(state, message.channel)
    refuse("msg_too_long", check_text_length(arguments, update=True))
    text, blocks = _content(arguments)
    metadata = arguments.get("metadata")
    kept_blocks = "blocks" not in arguments and bool(message.blocks)
    if metadata is not None:
        message.metadata = metadata
    # Sources differ on what an omitted field keeps; keeping it shows buttons left behind.
    shown = message.blocks if kept_blocks else blocks
    state.workspace.edit(message, text or message.text, shown)
    answer = {
        "channel": message.channel,
        "ts": message.ts,
        "text": message.text,
        "message": message_wire(state, message),
    }
    warnings = _warnings(arguments)
    if kept_blocks:
        warnings = {
            "warning": "blocks_omitted",
            "response_metadata": {"warnings": ["blocks_omitted"]},
        }
    return answer | warnings


def delete(state: SlackState, arguments: Json) -> Json:
    """chat.delete."""
    state.need("chat:write")
    message = _own(state, arguments, "cant_delete_message")
    state.workspace.delete(message)
    return {"channel": message.channel, "ts": message.ts}


def permalink(state: SlackState, arguments: Json) -> Json:
    """chat.getPermalink."""
    channel = state.workspace.channels.get(str(arguments.get("channel")))
    if channel is None:
        raise ApiError("channel_not_found")
    message = state.workspace.find(channel.id, str(arguments.get("message_ts")))
    if message.visible_to:
        raise ApiError("message_not_found")
    place = f"{channel.id}/p{message.ts.replace('.', '')}"
    link = f"https://{state.workspace.domain}.slack.com/archives/{place}"
    if message.thread_ts:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def _content(arguments: Json) -> tuple[str, list[Json]]:
    text, markdown = arguments.get("text") or "", arguments.get("markdown_text")
    if markdown and (text or arguments.get("blocks")):
        raise ApiError("markdown_text_conflict")
    refuse("msg_too_long", check_text_length(arguments))
    if arguments.get("metadata") is not None:
        problems = check_metadata(arguments["metadata"])
        too_large = any("is larger" in problem for problem in problems)
        refuse("metadata_too_large" if too_large else "invalid_metadata_format", problems)
    if arguments.get("blocks") is not None and not isinstance(arguments["blocks"], list):
        raise ApiError("invalid_blocks_format")
    refuse("invalid_blocks", check_content(arguments))
    blocks = list(arguments.get("blocks") or [])
    if markdown:
        blocks = [{"type": "markdown", "text": markdown}]
    if not text and not blocks and not arguments.get("attachments"):
        raise ApiError("no_text")
    return text, blocks


def _warnings(arguments: Json) -> Json:
    if arguments.get("text") or arguments.get("markdown_text"):
        return {}
    missing = "missing_text_in_message"
    return {"warning": missing, "response_metadata": {"warnings": [missing]}}


def _thread(state: SlackState, channel: Channel, arguments: Json) -> str | None:
    """A reply goes under a parent; the ts of a reply is not a parent's."""
    thread_ts = arguments.get("thread_ts")
    if not thread_ts:
        return None
    try:
        parent = state.workspace.find(channel.id, str(thread_ts))
    except ApiError as error:
        raise ApiError("thread_not_found") from error
    if parent.thread_ts or parent.visible_to:
        raise ApiError("invalid_thread_ts")
    return parent.ts


def _own(state: SlackState, arguments: Json, refusal: str) -> Message:
    channel = state.workspace.channels.get(str(arguments.get("channel")))
    if channel is None:
        raise ApiError("channel_not_found")
    message = state.workspace.find(channel.id, str(arguments.get("ts")))
    if message.visible_to:
        raise ApiError("message_not_found")
    if message.user != state.workspace.bot_user:
        raise ApiError(refusal)
    return message
