"""JSON with exact numbers, and QuickBooks' way of writing times."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

import orjson

Json = dict[str, Any]

PACIFIC = ZoneInfo("America/Los_Angeles")


class BadJson(ValueError):
    """Bytes that are not UTF-8 JSON."""


def read_json(raw: bytes) -> Any:
    """Numbers with a fraction become Decimal, so that no cent passes through a float."""
    try:
        return json.loads(raw.decode("utf-8"), parse_float=Decimal, parse_constant=_no_constant)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise BadJson("not a JSON text in UTF-8") from error


def write_json(value: Any) -> bytes:
    """Decimals are written digit by digit as JSON numbers."""
    return orjson.dumps(value, default=_exact)


def stamp(moment: datetime) -> str:
    """A timestamp with Pacific offset, as QuickBooks writes MetaData."""
    return moment.astimezone(PACIFIC).isoformat(timespec="seconds")


def precise_stamp(moment: datetime) -> str:
    """The `time` of an answer, with milliseconds."""
    return moment.astimezone(PACIFIC).isoformat(timespec="milliseconds")


def read_stamp(text: str) -> datetime:
    """An instant from a caller; a date alone or a missing offset means Pacific time."""
    moment = datetime.fromisoformat(text.replace(" ", "+"))
    return moment if moment.tzinfo else moment.replace(tzinfo=PACIFIC)


def money(cents: int) -> int | Decimal:
    """Minor units as the number QuickBooks writes: no trailing zeros."""
    whole, rest = divmod(abs(cents), 100)
    if not rest:
        return cents // 100
    digits = f"{whole}.{rest:02d}".rstrip("0")
    return Decimal(digits if cents > 0 else f"-{digits}")


def cents(amount: int | Decimal) -> int:
    """Minor units of an amount that is known to have at most two decimals."""
    return amount * 100 if isinstance(amount, int) else int(amount.scaleb(2))


def add_days(day: str, days: int) -> str:
    """A calendar day moved forward."""
    moved = datetime.fromisoformat(day).date() + timedelta(days=days)
    return moved.isoformat()


def _exact(value: Any) -> orjson.Fragment:
    if isinstance(value, Decimal):
        return orjson.Fragment(format(value, "f"))
    raise TypeError(type(value).__name__)


def _no_constant(name: str) -> NoReturn:
    raise BadJson(f"{name} is not JSON")
