"""Reads what people type: Slack's entities, composers' quotes, odd spaces, and days."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from html import unescape
from unicodedata import category

from sync.errors import Invalid

LONGEST = 4000
_ENTITY = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂", '"') | dict.fromkeys("‘’‚‛", "'"))
_SPACES = re.compile(r"\s+")  # Unicode: non-breaking and thin spaces are spaces too
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_USER = re.compile(r"<@([UW][A-Z0-9]+)>")
_GROUP = re.compile(r"<!subteam\^(S[A-Z0-9]+)>")
_CHANNEL = re.compile(r"<#([CG][A-Z0-9]+)>")
_WORD = re.compile(r'"([^"]*)"|\'([^\']*)\'(?=\s|$)|([^\s"]+)')
_BLANK = frozenset("\u200b\u200c\u200d\u2060\ufeff")


@dataclass(frozen=True, slots=True)
class Line:
    """A command line in words; quoted ones keep their spaces and case."""

    words: tuple[str, ...]
    ends: tuple[int, ...]
    text: str

    def after(self, count: int) -> str:
        """What follows the first `count` words, as typed."""
        if count == 0:
            return self.text
        return self.text[self.ends[count - 1] :].strip() if count <= len(self.ends) else ""


def read(typed: str) -> Line:
    """Split a line; a quotation mark that is never closed is told, not guessed."""
    if len(typed) > LONGEST:
        raise Invalid(f"That is too long: a command has at most {LONGEST:,} characters.")
    text = normal(typed)
    if text.count('"') % 2:
        raise Invalid('A quotation mark is not closed: write names as "Name".')
    found = list(_WORD.finditer(text))
    words = tuple(next(part for part in match.groups() if part is not None) for match in found)
    return Line(words, tuple(match.end() for match in found), text)


def normal(typed: str) -> str:
    """One kind of quote, single spaces, entities as the characters or ids they stand for."""
    parts: list[str] = []
    last = 0
    for match in _ENTITY.finditer(typed):
        parts += [unescape(typed[last : match.start()]), _entity(match)]
        last = match.end()
    text = "".join([*parts, unescape(typed[last:])])
    text = "".join(char for char in text if char not in _BLANK and not _is_control(char))
    return _SPACES.sub(" ", text.translate(_QUOTES)).strip()


def _is_control(char: str) -> bool:
    """NUL and half surrogates, which no database takes; line breaks are spaces."""
    return category(char) in ("Cc", "Cs") and not char.isspace()


def _entity(match: re.Match[str]) -> str:
    kind, target, label = match.groups()
    if kind in ("@", "#"):
        return f"<{kind}{target}>"
    if kind == "!":  # a user group is a name; all others page people and mean nothing here
        return f"<!{target}>" if _GROUP.fullmatch(f"<!{target}>") else ""
    return unescape(label or target)  # a link is its text


def user_in(word: str) -> str:
    """The person a mention stands for, "" when it is none."""
    match = _USER.fullmatch(word)
    return match[1] if match else ""


def group_in(word: str) -> str:
    """The user group a mention stands for, "" when it is none."""
    match = _GROUP.fullmatch(word)
    return match[1] if match else ""


def channel_in(word: str) -> str:
    """The channel a mention stands for, "" when it is none."""
    match = _CHANNEL.fullmatch(word)
    return match[1] if match else ""


def is_day(word: str) -> bool:
    """True when it looks like a date, right or wrong."""
    return bool(_DAY.fullmatch(word.translate(_DASHES)))


def day(word: str, field: str = "") -> date:
    """A day as 2026-10-01; anything else is refused with the reason."""
    written = word.translate(_DASHES)
    if not (written.isascii() and _DAY.fullmatch(written)):
        raise Invalid(f"“{word[:40]}” is not a date. Write it as 2026-10-01.", field=field)
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise Invalid(f"There is no day {written} in the calendar.", field=field) from None


def nearest(word: str, known: list[str]) -> str:
    """The known word most like this one, "" when none is near."""
    return next(iter(get_close_matches(word.casefold()[:40], known, 1, 0.6)), "")


def names(text: str) -> tuple[str, ...]:
    """`Newtown, "Webstore"`: a comma list, quotes optional."""
    parts = re.findall(r'\s*(?:"([^"]*)"|([^,"]+))\s*(?:,|$)', text)
    return tuple(name for quoted, plain in parts if (name := (quoted or plain).strip()))


def keyed(words: tuple[str, ...], allowed: tuple[str, ...]) -> dict[str, str]:
    """`city "Easton" county "Talbot"` as pairs; unknown or lonely words are named."""
    found: dict[str, str] = {}
    index = 0
    while index < len(words):
        key = words[index].casefold()
        if key not in allowed:
            raise Invalid(f"I do not know “{words[index][:40]}” here.")
        if index + 1 >= len(words):
            raise Invalid(f"Something is missing after “{key}”.")
        found[key] = words[index + 1]
        index += 2
    return found
