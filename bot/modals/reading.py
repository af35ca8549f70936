"""Reads what a form holds, whatever the kind of field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.conversation import Values
from bot.views.text import clean


def chosen(values: Values, block: str) -> str:
    """The one value of a field; a block id with `~` may carry any suffix."""
    for field in _fields(values, block):
        if isinstance(field.get("selected_option"), Mapping):
            return clean(str(field["selected_option"].get("value") or ""))
        for key in ("value", "selected_date"):
            if isinstance(field.get(key), str):
                return clean(str(field[key])).strip()
    return ""


def ticked(values: Values, block: str) -> bool:
    """True when a box of the field is ticked."""
    return any(field.get("selected_options") for field in _fields(values, block))


def holds(values: Values, block: str) -> str:
    """The block id under which a field is on the screen now, "" when it is not."""
    return next((key for key in values if key.partition("~")[0] == block), "")


def _fields(values: Values, block: str) -> list[Mapping[str, Any]]:
    key = holds(values, block)
    return [field for field in values.get(key, {}).values() if isinstance(field, Mapping)]
