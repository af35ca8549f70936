"""Reads what somebody wants to hear: `#finance failures digest 08:00 quiet 22:00-07:00`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.commands.parse import channel_in
from sync.domain.quiet import Level, clock_time
from sync.errors import Invalid

LEVELS: Mapping[str, Level] = {
    **{level.value: level for level in Level},
    **dict.fromkeys(("all", "every", "entries", "every-entry"), Level.EVERYTHING),
    **dict.fromkeys(("summaries", "runs"), Level.SUMMARY),
    **dict.fromkeys(("failures-only", "failed", "problems", "errors"), Level.FAILURES),
    **dict.fromkeys(("none", "off", "mute", "silent"), Level.NOTHING),
}
NOW = "now"
_NEVER = ("off", "none", "no", "never")
_RANGE = re.compile(r"([0-9:]+)(?:-|–|to)([0-9:]+)")
_NOISE = frozenset(("only", "at", "and", "for", "in", ","))
_HOW = (
    "Write for example: notify failures, notify #finance summary digest 08:00, "
    "notify quiet 22:00-07:00."
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What changes; None is left as it is. `target` is "" for the person who types."""

    target: str = ""
    level: Level | None = None
    digest: str | None = None  # "08:00", "" for none, `NOW` for one at once
    quiet: tuple[str, str] | None = None
    zone: str = ""


def read(words: tuple[str, ...], channel: str) -> Asked:
    """In any order; `channel` is where it was typed."""
    rest = [word.strip(",") for word in words if word.strip(",")]
    target, level, digest, quiet, zone = "", None, None, None, ""
    while rest:
        word = rest.pop(0)
        low = word.casefold()
        if low == "here" or channel_in(word):
            target = channel if low == "here" else channel_in(word)
        elif low == "digest":
            digest = _digest(rest)
        elif low == "quiet":
            quiet = _quiet(rest)
        elif low == "zone":
            zone = _next(rest, "zone")
        elif low in LEVELS:
            level = LEVELS[low]
        elif low not in ("me", *_NOISE):
            raise Invalid(f"I do not know “{word[:40]}” here. {_HOW}")
    return Asked(target, level, digest, quiet, zone)


def _digest(rest: list[str]) -> str:
    word = _next(rest, "digest").casefold()
    if word == "at":
        word = _next(rest, "digest")
    if word in _NEVER:
        return ""
    return NOW if word == NOW else clock_time(word)


def _quiet(rest: list[str]) -> tuple[str, str]:
    """`22:00-07:00`, `22:00 to 07:00`, `22 7`, `off`."""
    word = _next(rest, "quiet").casefold()
    if word in ("hours", "from"):
        word = _next(rest, "quiet").casefold()
    if word in _NEVER:
        return "", ""
    if match := _RANGE.fullmatch(word):
        return clock_time(match[1]), clock_time(match[2])
    if rest and rest[0] in ("to", "until", "-", "–"):
        rest.pop(0)
    return clock_time(word), clock_time(_next(rest, "quiet"))


def _next(rest: list[str], after: str) -> str:
    if not rest:
        raise Invalid(f"Something is missing after “{after}”. {_HOW}")
    return rest.pop(0)
