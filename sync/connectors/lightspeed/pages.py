"""How a question about sales is put: what it loads, what that costs, and how its pages follow."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import parse_qs, urlsplit

import orjson

from sync.connectors.lightspeed.normalise import RawSale

# Exactly what a receipt needs; each one costs drips on every page.
SALE_RELATIONS: Final = (
    "SaleLines",
    "SaleLines.Item",
    "SaleLines.Note",
    "SaleLines.TaxClass",
    "SalePayments",
    "Customer",
    "Customer.Contact",
    "ShipTo",
    "ShipTo.Contact",
)
PAGE_SIZES: Final = (100, 50, 25)
_TO_MANY: Final = ("SaleLines", "SalePayments")
_LIMIT: Final = re.compile(r"(?<=[?&]limit=)[0-9]{1,4}(?=&|$)")


@dataclass(frozen=True, slots=True)
class SalePage:
    """One page as it came; `normalise_page` reads `records`, whose every key is kept."""

    records: tuple[RawSale, ...]
    next: str | None  # opaque; pass it back as it is
    server_time: datetime  # of the first page: where the watermark goes when all is read
    by: str  # "timeStamp" cannot see late voids and edits: sweep for them


def relations(names: Iterable[str]) -> Mapping[str, str]:
    """The parameter that loads them."""
    return {"load_relations": orjson.dumps(list(names)).decode()}


def cost(names: Iterable[str], *, listed: bool) -> float:
    """Drips of one call: the service charges by the question, before it reads a row."""
    drips = 1.0
    for name in names:
        dear = listed or (name.partition(".")[0] in _TO_MANY and "." in name)
        drips += (0.2 if name in _TO_MANY else 0.1) * (2 if dear else 1)
    return round(drips, 4)


def stamp(moment: datetime) -> str:
    """A time as filters take it: UTC, whole seconds, never `Z`."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone names no moment")
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}+00:00"


def between(start: datetime, end: datetime) -> str:
    """From `start` until just before `end`; their operator includes both ends."""
    return f"><,{stamp(start)},{stamp(end - timedelta(seconds=1))}"


def shrunk(cursor: str, size: int) -> str | None:
    """The same cursor with a smaller page, or None when it is as small already."""
    found = _LIMIT.search(cursor)
    if found is None or int(found[0]) <= size:
        return None
    return f"{cursor[: found.start()]}{size}{cursor[found.end() :]}"


def sorted_by(cursor: str) -> str:
    """The field a cursor walks along; cursors repeat the question they came from."""
    return parse_qs(urlsplit(cursor).query).get("sort", [""])[0]


def is_id(text: str) -> bool:
    """A number as Lightspeed numbers its records."""
    return text.isascii() and text.isdigit() and len(text) <= 18
