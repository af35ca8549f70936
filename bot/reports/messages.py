"""What the outbox carries: the payload of each kind of message, as the sender reads it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.reports.parcel import pack
from bot.views.blocks import MOST_BLOCKS, Block, Card, fallback
from sync.services.models import ReplyTo
from sync.services.reports import Outgoing

Payload = dict[str, Any]


def post(
    workspace: str,
    key: str,
    channel: str,
    card: Card,
    *,
    connection: str = "",
    under: str = "",
    metadata: Block | None = None,
    broadcast: bool = False,
) -> Outgoing:
    """A new message; `under` is the key of the root it replies to."""
    payload = content(card) | {"connection": connection}
    if metadata:
        payload["metadata"] = metadata
    if broadcast:
        payload["broadcast"] = True
    return Outgoing(workspace, key, channel, "post", payload, under)


def update(
    workspace: str,
    root: str,
    channel: str,
    card: Card,
    *,
    connection: str = "",
    metadata: Block | None = None,
    last: bool = False,
) -> Outgoing:
    """The root as it should be now; of several that wait only the newest is sent.

    The last one has a key of its own: nothing replaces it while it is on its way.
    """
    payload = content(card) | {"connection": connection, "metadata": metadata}
    key = last_key(root) if last else progress_key(root)
    return Outgoing(workspace, key, channel, "update", payload, root)


def progress_key(root: str) -> str:
    """Under which a root's newest face waits to be sent."""
    return f"{root}:root-update"


def last_key(root: str) -> str:
    """Under which a root's final face is sent."""
    return f"{root}:root-final"


def upload(
    workspace: str,
    key: str,
    channel: str,
    *,
    name: str,
    lines: Iterable[str],
    comment: str,
    under: str,
    instead: str,
    connection: str = "",
) -> Outgoing:
    """A file in a thread; `instead` is said where files are not allowed."""
    payload: Payload = {
        "filename": name,
        "packed": pack(lines),
        "comment": comment,
        "text": fallback(instead),
        "connection": connection,
    }
    return Outgoing(workspace, key, channel, "upload", payload, under)


def answer(workspace: str, key: str, reply: ReplyTo, card: Card) -> Outgoing:
    """Words for one person only, at the place where they asked."""
    payload = content(card) | {"user": reply.user, "response_url": reply.response_url}
    return Outgoing(workspace, key, reply.channel or reply.user, "ephemeral", payload)


def drawn(workspace: str, key: str, reply: ReplyTo, view: Block) -> Outgoing:
    """A form that is still open, drawn again."""
    payload: Payload = {"view_id": reply.view_id, "view": view}
    return Outgoing(workspace, key, reply.channel or reply.user, "view", payload)


def published(workspace: str, user: str, view: Block) -> Outgoing:
    """A person's Home tab; of several that wait only the newest is sent."""
    payload: Payload = {"user": user, "view": view}
    return Outgoing(workspace, f"home:{user}", user, "publish", payload)


def content(card: Card) -> Payload:
    """Text and blocks, always together."""
    return {"text": fallback(card.text), "blocks": card.blocks[:MOST_BLOCKS]}
