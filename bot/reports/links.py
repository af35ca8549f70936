"""Links from one of our messages to another: its address is known only when it has been sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.views.blocks import Block
from bot.views.text import clean

_SCHEME = "ccc-message:"

Find = Callable[[str], str]  # from a message's key to its address, "" while it has none


def message_link(key: str, text: str) -> Block:
    """A place for the link; `linked` puts the address in, or leaves the words."""
    return {"type": "link", "url": f"{_SCHEME}{key}", "text": clean(text) or " "}


def linked(value: Any, find: Find) -> Any:
    """The same blocks with every such place settled."""
    if isinstance(value, list):
        return [linked(each, find) for each in value]
    if not isinstance(value, dict):
        return value
    url = value.get("url")
    if value.get("type") == "link" and isinstance(url, str) and url.startswith(_SCHEME):
        address = find(url.removeprefix(_SCHEME))
        if address:
            return value | {"url": address}
        return {"type": "text", "text": value["text"]}
    return {key: linked(each, find) for key, each in value.items()}
