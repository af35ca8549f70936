"""Query parameters: strict decoding, and the operators that fields may be compared with."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import unquote

import orjson

from sync.sandbox.lightspeed.answers import Refusal

MOST_VALUES = 100
_OPERATORS = ("><", ">=", "<=", "!=", "!~", "IN", ">", "<", "=", "~")
_TIME = re.compile(r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d:\d\d)([+-]\d\d:?\d\d)?)?")
_SPACED_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d \d\d:?\d\d")

Value = str | int | Decimal


class Misread(Exception):
    """A value that the service reads as something which matches nothing."""


def pairs(query: str) -> list[tuple[str, str]]:
    """The raw query string in order; a raw plus sign is a space, broken escapes are refused."""
    found: list[tuple[str, str]] = []
    for part in query.split("&"):
        if not part:
            continue
        name, _, value = part.partition("=")
        if re.search(r"%(?![0-9A-Fa-f]{2})", part):
            raise Refusal(400, "Malformed percent-encoding in the query.")
        try:
            name, value = (
                unquote(text.replace("+", " "), errors="strict") for text in (name, value)
            )
        except UnicodeDecodeError:
            raise Refusal(400, "The query is not valid UTF-8.") from None
        found.append((name, value))
    return found


def is_time(field: str) -> bool:
    """By name, as rows carry strings only."""
    lower = field.lower()
    return lower.endswith(("time", "timestamp", "date")) or lower == "dob"


def _time(text: str) -> str:
    match = _TIME.fullmatch(text)
    if not match:
        if _SPACED_TIME.fullmatch(text):
            raise Misread(text)
        raise Refusal(400, f"'{text}' is not a valid date.")
    day, clock, offset = match.groups()
    try:
        at = datetime.fromisoformat(f"{day}T{clock or '00:00:00'}{offset or '+00:00'}")
    except ValueError:
        raise Refusal(400, f"'{text}' is not a valid date.") from None
    return at.astimezone(UTC).isoformat()


def typed(field: str, text: str) -> Value:
    """A value in the form in which it compares: number, moment or text."""
    if is_time(field):
        return _time(text)
    if field.endswith("ID"):
        if not re.fullmatch(r"-?\d{1,18}", text):
            raise Refusal(400, f"'{text}' is not a valid value for {field}.")
        return int(text)
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    return number if number.is_finite() else text


def _stored(field: str, value: Any) -> Value | None:
    if value is None:
        return None
    if is_time(field):
        return str(value)
    if field.endswith("ID"):
        return int(value or 0)
    return typed(field, str(value))


def _values(text: str) -> list[str]:
    if text.startswith("["):
        try:
            parsed = orjson.loads(text)
        except orjson.JSONDecodeError:
            raise Refusal(400, "IN needs a list of values.") from None
        values = [str(value) for value in parsed]
    else:
        values = text.split(",")
    if not 1 <= len(values) <= MOST_VALUES:
        raise Refusal(400, f"IN takes 1 to {MOST_VALUES} values.")
    return values


def _like(pattern: str) -> re.Pattern[str]:
    body = ".*".join(re.escape(part) for part in pattern.split("%"))
    return re.compile(body, re.IGNORECASE | re.DOTALL)


_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: bool(a == b),
    ">": lambda a, b: bool(a > b),
    ">=": lambda a, b: bool(a >= b),
    "<": lambda a, b: bool(a < b),
    "<=": lambda a, b: bool(a <= b),
}


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition on one field; `low` is its lower bound, if it has one."""

    field: str
    operator: str
    matches: Callable[[Any], bool]
    low: Value | None = None

    @property
    def is_range(self) -> bool:
        """Whether it compares rather than picks."""
        return self.operator in {">", ">=", "<", "<=", "><"}


def parsed(field: str, text: str) -> Filter:
    """A condition from `operator,value`; plain text is equality."""
    operator, value = "=", text
    for candidate in _OPERATORS:
        if text.startswith(f"{candidate},"):
            operator, value = candidate, text[len(candidate) + 1 :]
            break

    if operator == "IN":
        wanted = {typed(field, one) for one in _values(value)}
        return Filter(field, operator, lambda row: _stored(field, row) in wanted)
    if operator in {"~", "!~"}:
        pattern, positive = _like(value), operator == "~"
        return Filter(
            field, operator, lambda row: (pattern.fullmatch(str(row or "")) is not None) is positive
        )
    if operator == "><":
        low_text, comma, high_text = value.partition(",")
        if not comma:
            raise Refusal(400, f"'><' on {field} needs two values.")
        low, high = typed(field, low_text), typed(field, high_text)
        return Filter(field, operator, lambda row: _holds(field, row, ">=", low, "<=", high), low)
    bound = typed(field, value)
    if operator == "!=":
        return Filter(field, operator, lambda row: _stored(field, row) != bound)
    if operator == "=" and isinstance(bound, str):
        return Filter(field, operator, lambda row: row == bound)
    lower = bound if operator in {">", ">="} else None
    return Filter(field, operator, lambda row: _holds(field, row, operator, bound), lower)


def nothing(field: str) -> Filter:
    """What a misread value matches."""
    return Filter(field, "=", lambda row: False)


def _holds(field: str, row: Any, *tests: Any) -> bool:
    stored = _stored(field, row)
    if stored is None:
        return False
    for operator, bound in zip(tests[::2], tests[1::2], strict=True):
        if isinstance(stored, str) != isinstance(bound, str):
            stored, bound = str(row), str(bound)
        if not _COMPARE[operator](stored, bound):
            return False
    return True
