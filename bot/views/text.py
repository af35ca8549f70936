"""Untrusted text made safe to show, and cut to what Slack takes: customers name themselves."""

from __future__ import annotations

import unicodedata

CUT_MARK = "…"
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_KEPT_FORMATS = frozenset("\u200d\ufe0f")  # emoji are joined and coloured by these
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def escape(text: str) -> str:
    """Literal `&`, `<` and `>` for mrkdwn and `text`; once, at the last moment."""
    return text.translate(_ENTITIES)


def clean(text: str) -> str:
    """Without what hides, reverses or breaks a line: controls, overrides, zero-width marks."""
    if text.isprintable():
        return text
    return text.translate(_VISIBLE)


class _Visible(dict[int, str]):
    """What is shown for a character; common ones are looked up once, since texts are many."""

    def __missing__(self, code: int) -> str:
        shown = _shown(chr(code))
        if code < _COMMON:
            self[code] = shown
        return shown


def _shown(char: str) -> str:
    if char in "\n\t\r\u2028\u2029":
        return " "
    if char in _KEPT_FORMATS or unicodedata.category(char) not in _HIDDEN:
        return char
    return ""


_COMMON = 0x3000  # scripts of the West and their punctuation; the rest would fill memory
_VISIBLE = _Visible()


def tidy(text: str) -> str:
    """Line breaks that are ours kept, everything else as `clean`."""
    return "\n".join(clean(line) for line in text.split("\n"))


def cut(text: str, most: int) -> str:
    """At most `most` characters, with a mark where something is missing."""
    return text if len(text) <= most else text[: most - 1].rstrip() + CUT_MARK


def cut_middle(text: str, most: int) -> str:
    """Shortened inside: account names differ at both ends."""
    if len(text) <= most:
        return text
    kept = most - 1
    return text[: (kept + 1) // 2] + CUT_MARK + text[len(text) - kept // 2 :]


def cut_escaped(text: str, most: int) -> str:
    """Escape, then fit: an entity is never cut in two."""
    escaped = escape(text)
    if len(escaped) <= most:
        return escaped
    room, kept = most - 1, []
    for char in text:
        piece = escape(char)
        room -= len(piece)
        if room < 0:
            break
        kept.append(piece)
    return "".join(kept) + CUT_MARK
