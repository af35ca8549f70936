"""Finds whom a message would page, so that a test can say: nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_MARKUP = re.compile(
    r"<(!(?:channel|here|everyone|group)|!subteam\^[A-Z0-9]+|@[A-Z0-9]+)(?:\|[^>]*)?>"
)
_RICH = {"user": "user_id", "usergroup": "usergroup_id", "broadcast": "range"}
_PREFIX = {"user": "@", "usergroup": "!subteam^", "broadcast": "!"}


@dataclass(frozen=True, slots=True)
class Notification:
    """One mention: `!channel`, `!here`, `!everyone`, `!subteam^S…` or `@U…`, and where it stood."""

    mention: str
    channel: str
    ts: str

    @property
    def pages_many(self) -> bool:
        """Whether it reaches more than one named person."""
        return self.mention.startswith("!")


def mentions(text: str, blocks: list[Any]) -> list[str]:
    """Every mention in `text`, mrkdwn, Markdown and rich text; plain text mentions nobody."""
    found = dict.fromkeys(_MARKUP.findall(text))
    for value in _active(blocks):
        found |= dict.fromkeys(value)
    return list(found)


def _active(item: Any) -> Iterator[list[str]]:
    if isinstance(item, list):
        for value in item:
            yield from _active(value)
    elif isinstance(item, dict):
        kind = item.get("type")
        if kind in ("mrkdwn", "markdown"):
            yield _MARKUP.findall(str(item.get("text", "")))
        elif kind in _RICH and _RICH[kind] in item:
            yield [_PREFIX[kind] + str(item[_RICH[kind]])]
        for value in item.values():
            yield from _active(value)
