"""What single QuickBooks fields take: lengths, characters, exact numbers."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import orjson

from sync.domain.identity import SourceKey
from sync.errors import Rejected

DOC_NUMBER_LIMIT: Final = 21
NAME_LIMIT: Final = 100
METHOD_NAME_LIMIT: Final = 31
NOTE_LIMIT: Final = 4000
MEMO_LIMIT: Final = 1000
PAYMENT_REF_LIMIT: Final = 21
PHONE_LIMIT: Final = 30
EMAIL_LIMIT: Final = 100

# Controls (newline and tab aside) and lone surrogates: refused by QuickBooks or by UTF-8 itself.
_UNSENDABLE: Final = dict.fromkeys(
    [*(c for c in range(0x20) if c not in (0x09, 0x0A)), *range(0x7F, 0xA0), *range(0xD800, 0xE000)]
)


def number(amount: Decimal) -> orjson.Fragment:
    """An exact JSON number: digits as they are, without exponent, float or trailing zeros."""
    text = format(amount, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if not text.lstrip("-")[:1].isdigit():
        raise ValueError("not a finite number")
    return orjson.Fragment("0" if text == "-0" else text)


def prose(text: str, limit: int) -> str:
    """Text that only people read: cleaned, and cut where QuickBooks would refuse it."""
    if not text.isprintable():
        text = text.translate(_UNSENDABLE)
    return text[:limit]


def name_part(text: str) -> str:
    """Part of a name: QuickBooks allows no colon, tab or newline in it."""
    return prose(" ".join(text.replace(":", " -").split()), NAME_LIMIT)


def note(text: str) -> str:
    """A private note that keeps its source key whatever else has to go."""
    short = prose(text, NOTE_LIMIT)
    if short == text:
        return short
    key = SourceKey.found_in(text)
    if key is None or SourceKey.found_in(short) == key:
        return short
    return f"{key} {short}"[:NOTE_LIMIT]


def exact(what: str, text: str, limit: int) -> str:
    """Text by which a thing is found again: never cut, rather refused."""
    if len(text) > limit:
        raise Rejected(
            f"The {what} is longer than the {limit} characters QuickBooks allows.", code="2050"
        )
    return prose(text, limit)


def is_email(text: str) -> bool:
    """Whether QuickBooks would take it; a bad address must not cost the customer."""
    name, at, host = text.partition("@")
    plain = text.isprintable() and " " not in text and "," not in text
    return plain and bool(name and at and "." in host) and len(text) <= EMAIL_LIMIT
