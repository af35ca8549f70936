"""Values as people type them, made comparable: folded text, exact numbers, plain dates."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from difflib import get_close_matches

_MAX_DIGITS = 20
_LONGEST_GUESS = 60


def fold(text: str) -> str:
    """Text as rules compare it: trimmed, single-spaced, case-blind, accents in one form."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return " ".join(text.split()).casefold()


def number(text: str) -> Decimal | None:
    """A plain number; no commas, exponents or infinities, which people and machines misread."""
    text = text.strip()
    digits = text[1:] if text[:1] in ("-", "+") else text
    whole, dot, part = digits.partition(".")
    plain = whole.isascii() and whole.isdigit() and len(digits) <= _MAX_DIGITS
    if not plain or (dot and not (part.isascii() and part.isdigit())):
        return None
    return Decimal(text)


def day(text: str) -> date | None:
    """A date as 2026-10-01 and in no other form."""
    text = text.strip()
    if len(text) != 10 or text[4] != "-" or text[7] != "-":
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def code(text: str) -> str:
    """An id or number for equality: 7, 07 and 7.0 are one, 1 and 10 are two."""
    exact = number(text)
    if exact is None:
        return fold(text)
    plain = f"{exact:f}"
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return plain if exact else "0"


def plain(value: str | Decimal | date | None) -> str:
    """A value as a person reads it in a preview or an entry."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return value.isoformat() if isinstance(value, date) else f"{value:f}"


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that was probably meant, or nothing."""
    folded = fold(word)[:_LONGEST_GUESS]
    by_key = {fold(name): name for name in known if len(name) <= 2 * _LONGEST_GUESS}
    found = get_close_matches(folded, by_key, n=1, cutoff=0.7)
    return by_key[found[0]] if found else ""
