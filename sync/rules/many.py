"""Several values in one text field: commas between them, quotes around what holds one."""

from __future__ import annotations

import re
from collections.abc import Iterable

_ITEM = re.compile(r'\s*(?:"((?:[^"]|"")*)"|([^,]*?))\s*(?:,|$)')


def joined(values: Iterable[str]) -> str:
    return ", ".join(
        '"' + each.replace('"', '""') + '"' if any(c in each for c in ',"') else each
        for each in values
    )


def split(text: str) -> tuple[str, ...]:
    """The values that `joined` put together; blank ones are none."""
    found: list[str] = []
    for match in _ITEM.finditer(text):
        quoted, plain = match.groups()
        each = " ".join((quoted.replace('""', '"') if quoted is not None else plain or "").split())
        if each:
            found.append(each)
    return tuple(found)
