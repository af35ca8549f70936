"""Cells of a rules file: safe to open in a spreadsheet, and read back as they were written."""

from __future__ import annotations

import re

_FORMULA = "=+\\-@＝＋－＠\\t\\r\\n|%"
_COMPUTES = re.compile(f"'*[{_FORMULA}]")
_GUARDED = re.compile(f"'+[{_FORMULA}]")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def guarded(text: str) -> str:
    """A quote before what a spreadsheet would compute, and before a quote that stands there."""
    if _NUMBER.fullmatch(text):
        return text
    return f"'{text}" if _COMPUTES.match(text) else text


def plain(cell: str) -> str:
    """The text of a cell, single-spaced, without the quote that guards it."""
    text = " ".join(cell.split())
    return text[1:] if _GUARDED.match(text) else text
