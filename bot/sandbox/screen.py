"""Finds what a person means by a word on the screen, and refuses to guess."""

from __future__ import annotations

from typing import Any

from bot.sandbox.model import Json
from bot.sandbox.values import NotOnScreen, elements


def find_element(
    blocks: list[Json], target: str, kinds: tuple[str, ...] | None, value: str | None
) -> tuple[Json, Json]:
    """The one element called `target`, with its block."""
    matches = [
        (block, element)
        for block, element in elements(blocks)
        if (kinds is None or element["type"] in kinds)
        and target in _names(block, element)
        and (value is None or element.get("value") == value)
    ]
    if len(matches) != 1:
        shown = [_names(*pair)[0] for pair in elements(blocks)]
        many = "more than one" if matches else "nothing"
        raise NotOnScreen(f"{many} is called {target!r}; on the screen: {shown}")
    return matches[0]


def _names(block: Json, element: Json) -> list[str]:
    """The words on a button, an input's label, or the ids; words first."""
    names = [element["action_id"]]
    if "text" in element:
        names = [element["text"]["text"], *names]
    elif block["type"] == "input":
        names = [block["label"]["text"], block["block_id"], *names]
    else:
        names.append(block["block_id"])
    return names


def shown_value(value: Any) -> str:
    """A value a person gave, as they would say it."""
    if isinstance(value, list):
        return ", ".join(shown_value(item) for item in value)
    return str(value["text"]["text"]) if isinstance(value, dict) else str(value)
