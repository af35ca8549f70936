"""What one company holds: objects, the names and numbers they occupy, and what was deleted."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from sync.sandbox.quickbooks.books import Posting
from sync.sandbox.quickbooks.wire import Json, stamp


@dataclass(frozen=True, slots=True)
class StockMove:
    """Goods leaving (negative) or entering (positive) with their cost when they enter."""

    item: str
    quantity: Decimal
    unit_cost: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """What a move turned out to be worth, so that it can be taken back exactly."""

    item: str
    quantity: Decimal
    cents: int


@dataclass(frozen=True, slots=True)
class Link:
    """Cents of one document settled against another."""

    kind: str
    id: str
    cents: int


@dataclass(frozen=True, slots=True)
class Effects:
    """All that a document does to the company besides existing."""

    postings: tuple[Posting, ...] = ()
    total: int = 0
    tax: int = 0
    receivable: tuple[tuple[str, int], ...] = ()
    payable: tuple[tuple[str, int], ...] = ()
    settles: tuple[Link, ...] = ()
    deposits: tuple[tuple[str, str], ...] = ()
    stock: tuple[StockMove, ...] = ()
    undeposited: bool = False
    prepaid: int = 0
    applied: int = 0


@dataclass(slots=True)
class Record:
    """One object: `source` is what the caller may change, `body` what a read answers."""

    kind: str
    id: str
    token: int
    created: datetime
    updated: datetime
    source: Json
    body: Json
    effects: Effects = field(default_factory=Effects)
    stock_postings: tuple[Posting, ...] = ()
    moved: list[Moved] = field(default_factory=list)
    voided: bool = False

    def head(self) -> Json:
        """The keys every object starts with."""
        return {
            "domain": "QBO",
            "sparse": False,
            "Id": self.id,
            "SyncToken": str(self.token),
            "MetaData": {
                "CreateTime": stamp(self.created),
                "LastUpdatedTime": stamp(self.updated),
            },
        }


@dataclass(slots=True)
class Store:
    """Objects by kind and id, in order of creation."""

    objects: defaultdict[str, dict[str, Record]] = field(default_factory=lambda: defaultdict(dict))
    deleted: defaultdict[str, list[tuple[str, datetime]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    names: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    numbers: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    settled: defaultdict[tuple[str, str], dict[tuple[str, str], int]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    deposited: dict[tuple[str, str], str] = field(default_factory=dict)
    next_ids: defaultdict[str, int] = field(default_factory=lambda: defaultdict(lambda: 1))
    next_number: int = 1001

    def next_id(self, sequence: str) -> str:
        """Ids rise within a sequence; all transactions share one, all people another."""
        id = self.next_ids[sequence]
        self.next_ids[sequence] = id + 1
        return str(id)

    def find(self, kind: str, id: str) -> Record | None:
        """The living object, if any."""
        return self.objects[kind].get(id)

    def settled_total(self, kind: str, id: str) -> int:
        """Cents already settled against this document."""
        links = self.settled.get((kind, id))
        return sum(links.values()) if links else 0
