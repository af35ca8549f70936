"""Names that people type: found as they are meant, suggested when nearly right, never guessed."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches

from sync.domain.books import name_key

_SHOWN = 60
_CLOSE = 0.6

# Letters of other alphabets and signs that look like ours: a pasted name may hold them.
_ALIKE = str.maketrans(
    "авекмнорстухіјѕԁһαεικνορτυχ‐‑‒–—―’‘`“”",
    "abekmhopctyxijsdhaeiknoptux------'''\"\"",
)


def quoted(name: str) -> str:
    """What was typed, short enough to be said back."""
    text = " ".join(name.split())
    return f"“{text if len(text) <= _SHOWN else text[: _SHOWN - 1] + '…'}”"


def did_you_mean(typed: str, names: Iterable[str]) -> str:
    """A sentence with the nearest name, to append to an error; empty when none is near."""
    near = nearest(typed, names)
    return f" Did you mean {quoted(near)}?" if near else ""


def nearest(typed: str, names: Iterable[str]) -> str:
    """The name that was probably meant: the same to the eye, the last part of it, or close."""
    wanted = look(typed)
    if not wanted:
        return ""
    by_look: dict[str, str] = {}
    for name in names:
        by_look.setdefault(look(name), name)
        by_look.setdefault(look(name.rpartition(":")[2]), name)
    if wanted in by_look:
        return by_look[wanted]
    found = get_close_matches(wanted[: 2 * _SHOWN], by_look, n=1, cutoff=_CLOSE)
    return by_look[found[0]] if found else ""


def look(name: str) -> str:
    """Equal for names that look the same."""
    return name_key(unicodedata.normalize("NFKC", name)).translate(_ALIKE)
