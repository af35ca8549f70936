"""Words of the till, made fit for QuickBooks and the same every time they are needed."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from hashlib import blake2s

from sync.domain.books import name_key
from sync.domain.sale import NOWHERE, Address

NAME_LIMIT = 100
DESCRIPTION_LIMIT = 4_000
MEMO_LIMIT = 1_000
METHOD_LIMIT = 31

# Typing aids that Latin-1 lacks but that have a plain twin.
_PLAIN = str.maketrans(
    {
        "‘": "'",
        "’": "'",
        "‚": ",",
        "“": '"',
        "”": '"',
        "„": '"',
        "–": "-",
        "—": "-",
        "−": "-",
        "…": "...",
        "™": "(TM)",
        "€": "EUR",
        "Œ": "OE",
        "œ": "oe",
    }
)
# QuickBooks refuses a document that seems to hold a card number (6530).
_CARD = re.compile(r"(?<!\d)(?:\d[ -]?){12,15}\d(?!\d)")
_SOURCE_KEY = re.compile(r"ccc(?=:)", re.IGNORECASE)


def _masked(match: re.Match[str]) -> str:
    return "****" + match[0][-4:]


def without_card_numbers(text: str) -> str:
    """Runs of 13 to 16 digits keep their last four."""
    return _CARD.sub(_masked, text) if len(text) > 12 else text


def _latin1(text: str) -> str:
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFC", text).translate(_PLAIN)
    return plain.encode("latin-1", "ignore").decode("latin-1")


_shown = str.isprintable


def _one_line(text: str) -> str:
    """Blanks of every kind become single spaces; other control characters vanish."""
    joined = " ".join(text.split())
    return joined if joined.isprintable() else " ".join("".join(filter(_shown, joined)).split())


def _digest(text: str) -> str:
    return blake2s(name_key(text).encode("utf-8", "replace"), digest_size=4).hexdigest()


def told_apart(name: str, original: str) -> str:
    """The name with a short digest of what it was, within the limit."""
    mark = f" ~{_digest(original)}"
    return (name[: NAME_LIMIT - len(mark)].rstrip() + mark).lstrip()


@lru_cache(maxsize=16_384)
def item_name(text: str, latin1: bool = True) -> str:
    """An item name QuickBooks takes; one that had to change stays distinct by a digest."""
    given = " ".join(text.split())
    name = (_latin1(given) if latin1 else given).replace(":", " -").replace('"', "")
    name = _one_line(name)
    if name == given and len(name) <= NAME_LIMIT:
        return name
    return told_apart(name, text)


@lru_cache(maxsize=16_384)
def item_sku(text: str, latin1: bool = True) -> str:
    """A SKU within its field; colons are welcome there, other losses are marked."""
    given = " ".join(text.split())
    sku = _one_line(_latin1(given) if latin1 else given)
    return sku if sku == given and len(sku) <= NAME_LIMIT else told_apart(sku, text)


@lru_cache(maxsize=16_384)
def person_name(text: str, latin1: bool = True) -> str:
    """A display name QuickBooks takes; a digest only where letters were lost."""
    given = without_card_numbers(" ".join(text.split()).replace(":", " -"))
    name = _one_line(_latin1(given) if latin1 else given)
    letters_lost = latin1 and not given.isascii() and _letters(name) < _letters(given)
    if name and len(name) <= NAME_LIMIT and not letters_lost:
        return name
    return told_apart(name, text) if given else ""


def _letters(text: str) -> int:
    plain = unicodedata.normalize("NFC", text).translate(_PLAIN)
    return sum(1 for character in plain if character.isalnum())


@lru_cache(maxsize=16_384)
def free_text(text: str, limit: int = DESCRIPTION_LIMIT, latin1: bool = True) -> str:
    """Text for a note or description: printable, scrubbed, and short enough."""
    clean = without_card_numbers(_one_line(_latin1(text) if latin1 else text))
    return clean if len(clean) <= limit else clean[: limit - 3].rstrip() + "..."


def note_text(text: str, latin1: bool = True) -> str:
    """Free text that cannot pass for one of our source keys."""
    clean = free_text(text, 500, latin1)
    return _SOURCE_KEY.sub("ccc ", clean) if ":" in clean else clean


@lru_cache(maxsize=4_096)
def address(given: Address, latin1: bool = True) -> Address:
    """An address within QuickBooks' limits, in its alphabet."""
    if given.is_empty:
        return NOWHERE
    return Address(
        free_text(given.line1, 500, latin1),
        free_text(given.line2, 500, latin1),
        free_text(given.city, 255, latin1),
        free_text(given.region, 255, latin1),
        free_text(given.postcode, 30, latin1),
        free_text(given.country, 255, latin1),
    )
