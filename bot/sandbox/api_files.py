"""Uploads in three steps: ask for a URL, send the bytes there, complete with a channel."""

from __future__ import annotations

from bot.sandbox.api_chat import postable
from bot.sandbox.model import ApiError, File, Json
from bot.sandbox.slack_state import SlackState

MOST_BYTES, MOST_SNIPPET = 1024**3, 1024**2


def upload_url(state: SlackState, arguments: Json) -> Json:
    """files.getUploadURLExternal."""
    state.need("files:write")
    name, alt_text = str(arguments.get("filename") or ""), str(arguments.get("alt_txt") or "")
    length = int(arguments.get("length") or 0)
    if not name or length <= 0 or len(alt_text) > 1000:
        raise ApiError("invalid_arguments")
    if length > (MOST_SNIPPET if arguments.get("snippet_type") else MOST_BYTES):
        raise ApiError("file_upload_size_restricted")
    file = File(state.workspace.new_id("F"), name, length, alt_text=alt_text)
    state.workspace.files[file.id] = file
    return {"upload_url": f"{state.base_url()}/upload/v1/{file.id}", "file_id": file.id}


def receive(state: SlackState, file_id: str, content: bytes) -> None:
    """The bytes themselves, exactly as many as announced, once."""
    file = state.workspace.files.get(file_id)
    if file is None or file.content is not None:
        raise ApiError("file_not_found")
    if len(content) != file.length:
        raise ApiError("length_mismatch")
    file.content = content


def complete(state: SlackState, arguments: Json) -> Json:
    """files.completeUploadExternal: shares the files; the message's ts is not in the answer."""
    state.need("files:write")
    workspace, files = state.workspace, []
    for wanted in arguments.get("files") or []:
        file = workspace.files.get(str(wanted.get("id")))
        if file is None or file.content is None or file.complete:
            raise ApiError("file_not_found")
        file.title = str(wanted.get("title") or file.name)
        files.append(file)
    if not files:
        raise ApiError("invalid_arguments")
    channel_ids = str(arguments.get("channels") or arguments.get("channel_id") or "").split(",")
    channels = [postable(state, channel_id) for channel_id in channel_ids if channel_id]
    thread_ts = arguments.get("thread_ts")
    for channel in channels:
        if thread_ts and workspace.find(channel.id, str(thread_ts)).thread_ts:
            raise ApiError("invalid_thread_ts")
    for file in files:
        file.complete = True
    for channel in channels:
        comment = str(arguments.get("initial_comment") or "")
        workspace.post(
            channel.id, workspace.bot_user, comment, [], thread_ts=thread_ts, files=files
        )
    return {"files": [_file_wire(state, file) for file in files]}


def _file_wire(state: SlackState, file: File) -> Json:
    return {
        "id": file.id,
        "name": file.name,
        "title": file.title,
        "size": file.length,
        "url_private": f"{state.base_url()}/files/{file.id}/{file.name}",
    }
