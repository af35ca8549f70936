"""Cuts a rule line into words, quoted texts and signs, as Slack's composers write them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from sync.rules.comparisons import COMPARISON_WORDS
from sync.rules.model import MAX_CHARACTERS, RuleError

QUOTES = '"“”„‟″«»'
_SIGNS = sorted((w for w in COMPARISON_WORDS if not w[0].isalpha()), key=len, reverse=True)
_SIGN_STARTS = frozenset(sign[0] for sign in _SIGNS if sign[0] != "!")
_PUNCTUATION = {",": "comma", "(": "open", ")": "close"}
_JOINERS = "\u200c\u200d"  # invisible, but part of words in some languages and of emoji


class TokenKind(StrEnum):
    """What a piece of a rule line is."""

    WORD = "word"
    QUOTED = "quoted"
    SIGN = "sign"
    COMMA = "comma"
    OPEN = "open"
    CLOSE = "close"
    OFF = "off"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the line, where it stands, and its text without quotes."""

    kind: TokenKind
    text: str
    start: int
    end: int


def tokenize(text: str) -> list[Token]:
    """The pieces of a line, ending with END. Refuses what no person could have meant."""
    if len(text) > MAX_CHARACTERS:
        raise RuleError(f"a rule has at most {MAX_CHARACTERS:,} characters; this one is longer")
    _refuse_invisible(text)

    tokens: list[Token] = []
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        token = _token_at(text, at)
        tokens.append(token)
        at = token.end
    tokens.append(Token(TokenKind.END, "", len(text), len(text)))
    return tokens


def quoted(text: str) -> str:
    """The text in quotes, so that it is read back as it is; quotes inside are doubled."""
    doubled = "".join(char * 2 if char in QUOTES else char for char in text)
    return f'"{doubled}"'


def excerpt(text: str, start: int, end: int) -> str:
    """A few words around a place, for an error."""
    left, right = max(0, start - 24), min(len(text), min(end, start + 40) + 16)
    part = " ".join(text[left:right].split())
    return f"{'…' if left else ''}{part}{'…' if right < len(text) else ''}"


def _token_at(text: str, at: int) -> Token:
    char = text[at]
    if char in QUOTES:
        return _quoted_at(text, at)
    if off := _off_end(text, at):
        return Token(TokenKind.OFF, text[at:off], at, off)
    if char in _PUNCTUATION:
        return Token(TokenKind(_PUNCTUATION[char]), char, at, at + 1)
    for sign in _SIGNS:
        if text.startswith(sign, at):
            return Token(TokenKind.SIGN, sign, at, at + len(sign))
    end = at + 1
    while end < len(text) and not _ends_word(text, end):
        end += 1
    return Token(TokenKind.WORD, text[at:end], at, end)


def _ends_word(text: str, at: int) -> bool:
    char = text[at]
    return (
        char.isspace()
        or char in QUOTES
        or char in _PUNCTUATION
        or char in _SIGN_STARTS
        or text.startswith("!=", at)
    )


def _quoted_at(text: str, start: int) -> Token:
    """Any quote opens and any closes, for composers mix them; a doubled one stands for itself."""
    chars: list[str] = []
    at = start + 1
    while at < len(text):
        char = text[at]
        if char not in QUOTES:
            chars.append(char)
            at += 1
        elif text[at + 1 : at + 2] == char:
            chars.append(char)
            at += 2
        else:
            return Token(TokenKind.QUOTED, " ".join("".join(chars).split()), start, at + 1)
    raise RuleError(
        f"a quote is opened and not closed, near ‘{excerpt(text, start, start + 16)}’",
        word=text[start : start + 40],
        position=start,
    )


def _off_end(text: str, at: int) -> int:
    """Where `(off)` ends, if it stands here."""
    if text[at] != "(":
        return 0
    close = text.find(")", at, at + 12)
    return close + 1 if close > 0 and text[at + 1 : close].strip().casefold() == "off" else 0


def _refuse_invisible(text: str) -> None:
    for at, char in enumerate(text):
        if char.isspace() or char in _JOINERS:
            continue
        if unicodedata.category(char) in ("Cc", "Cf", "Cs"):
            raise RuleError(
                f"there is an invisible character (U+{ord(char):04X}) at place {at + 1}; "
                "delete it and type the words around it again",
                position=at,
            )
