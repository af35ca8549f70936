"""Turns Slack's markup and rich text into what a person reads."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from typing import Any

from bot.sandbox.events import Directory

Json = dict[str, Any]
_MARKUP = re.compile(r"<([^<>]+)>")
_STYLED = re.compile(r"(?<![\w*_~])([*_~])(?=\S)([^\n*_~]+?)(?<=\S)\1(?![\w*_~])")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


def readable(text: str, names: Directory) -> str:
    """mrkdwn as read: names for ids, no marks of bold, entities decoded last."""
    pieces, last = [], 0
    for match in _MARKUP.finditer(text):
        pieces += [_unmarked(text[last : match.start()]), _markup(match[1], names)]
        last = match.end()
    return "".join([*pieces, _unmarked(text[last:])])


def text_object(value: object, names: Directory) -> str:
    """A text object of either kind; plain text is shown as it is."""
    if not isinstance(value, dict):
        return "" if value is None else str(value)
    text = str(value.get("text", ""))
    return readable(text, names) if value.get("type") == "mrkdwn" else text


def rich_text(block: Json, names: Directory, zone: tzinfo = UTC) -> list[str]:
    """A rich text block, line by line."""
    lines: list[str] = []
    for part in block.get("elements", []):
        if part["type"] == "rich_text_list":
            lines += _rich_list(part, names, zone)
            continue
        text = _inline(part.get("elements", []), names, zone)
        mark = {"rich_text_quote": "> ", "rich_text_preformatted": "    "}.get(part["type"], "")
        lines += [mark + line for line in text.split("\n")]
    return lines


def _rich_list(part: Json, names: Directory, zone: tzinfo) -> list[str]:
    lines = []
    indent = "  " * int(part.get("indent", 0))
    for number, item in enumerate(part.get("elements", []), int(part.get("offset", 0)) + 1):
        mark = f"{number}." if part.get("style") == "ordered" else "•"
        lines.append(f"{indent}{mark} {_inline(item.get('elements', []), names, zone)}")
    return lines


def _inline(elements: list[Json], names: Directory, zone: tzinfo) -> str:
    return "".join(_INLINE[element["type"]](element, names, zone) for element in elements)


def _link(element: Json, names: Directory, zone: tzinfo) -> str:
    text, url = element.get("text"), element["url"]
    return f"{text} ({url})" if text and text != url else str(url)


def _date(element: Json, names: Directory, zone: tzinfo) -> str:
    when = datetime.fromtimestamp(int(element["timestamp"]), zone)
    return f"{when.day} {when:%b %Y %H:%M %Z}"


_INLINE: dict[str, Callable[[Json, Directory, tzinfo], str]] = {
    "text": lambda e, names, zone: str(e["text"]),
    "link": _link,
    "user": lambda e, names, zone: "@" + names.person(e["user_id"]),
    "usergroup": lambda e, names, zone: "@" + names.handles.get(e["usergroup_id"], "group"),
    "channel": lambda e, names, zone: names.channel(e["channel_id"]),
    "team": lambda e, names, zone: str(e["team_id"]),
    "emoji": lambda e, names, zone: f":{e['name']}:",
    "date": _date,
    "broadcast": lambda e, names, zone: f"@{e['range']}",
    "color": lambda e, names, zone: str(e["value"]),
}


def _unmarked(text: str) -> str:
    while (stripped := _STYLED.sub(r"\2", text)) != text:
        text = stripped
    return _decoded(text)


def _decoded(text: str) -> str:
    for entity, character in _ENTITIES:
        text = text.replace(entity, character)
    return text


def _markup(inside: str, names: Directory) -> str:
    target, bar, label = inside.partition("|")
    label = _decoded(label)
    if target.startswith("@"):
        return "@" + (names.people.get(target[1:]) or label or target[1:])
    if target.startswith("#"):
        return names.channels.get(target[1:]) or f"#{label or target[1:]}"
    if target.startswith("!date^"):
        return label
    if target.startswith("!subteam^"):
        return "@" + names.handles.get(target.removeprefix("!subteam^"), label or "group")
    if target.startswith("!"):
        return "@" + target[1:]
    url = _decoded(target)
    return f"{label} ({url})" if bar and label != url else url
