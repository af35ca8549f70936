"""Statements of QuickBooks' query language, built so that a value can only ever be a value."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final

PAGE: Final = 1000  # the most objects one answer holds

Value = str | bool | int | Decimal | date | datetime | Sequence[str] | Sequence[bool]

_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9]{0,60}(?:\.[A-Za-z][A-Za-z0-9]{0,60}){0,3}")
# The grammar knows no escape for these, and no name or number in QuickBooks holds one.
_CONTROLS: Final = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000)], " ")


def quoted(text: str) -> str:
    """A text literal: backslash first, or the quote's own escape would be undone."""
    plain = text if text.isprintable() else text.translate(_CONTROLS)
    return "'" + plain.replace("\\", "\\\\").replace("'", "\\'") + "'"


def select(
    entity: str,
    where: Mapping[str, Value] | None = None,
    *,
    start: int = 1,
    size: int = PAGE,
    ordered: bool = False,
) -> str:
    """`SELECT * FROM entity`, every condition joined by AND; a sequence becomes IN (…)."""
    parts = ["SELECT * FROM", _word(entity)]
    if where:
        parts.append("WHERE " + " AND ".join(_condition(*pair) for pair in where.items()))
    if ordered:
        parts.append("ORDERBY Id")  # positions shift with edits in any other order
    if not (start >= 1 and 1 <= size <= PAGE):
        raise ValueError(f"a page starts at 1 or later and holds 1 to {PAGE} objects")
    return " ".join([*parts, f"STARTPOSITION {start}", f"MAXRESULTS {size}"])


def _condition(field: str, value: Value) -> str:
    if isinstance(value, str | bool | int | Decimal | date):
        return f"{_word(field)} = {_literal(value)}"
    if not value:
        raise ValueError(f"no values to look for in {field}")
    return f"{_word(field)} IN ({', '.join(map(_literal, value))})"


def _literal(value: str | bool | int | Decimal | date) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return quoted(value)
    return quoted(value.isoformat() if isinstance(value, date) else format(value, "f"))


def _word(name: str) -> str:
    if not _WORD.fullmatch(name):
        raise ValueError("not the name of an entity or field")
    return name
