"""Rows in memory, with the orders and parent look-ups that queries need."""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Key = int | str


@dataclass(slots=True)
class Row:
    """One record: what it always shows, and the parts shown only when asked for."""

    id: int
    fields: dict[str, Any]
    parts: dict[str, Any] = field(default_factory=dict)

    def key(self, name: str) -> Key:
        """Its place in an order: ids as numbers, the rest as text (times are fixed width)."""
        value = self.fields.get(name)
        if value is None and name == "timeStamp":
            value = self.fields.get("createTime")  # payments sort by a time they do not show
        if name.endswith("ID"):
            return int(value or 0)
        return str(value or "")


class Table:
    """The rows of one entity."""

    def __init__(self, parents: tuple[str, ...] = ()) -> None:
        self.rows: dict[int, Row] = {}
        self.names: dict[str, str] = {}  # lower case to the real spelling
        self._children: dict[str, dict[int, dict[int, None]]] = {name: {} for name in parents}
        self._orders: dict[str, list[tuple[Key, int]]] = {}

    def put(self, row: Row) -> None:
        """Insert or replace."""
        self.remove(row.id)
        self.rows[row.id] = row
        for name in row.fields:
            self.names.setdefault(name.lower(), name)
        for name, index in self._children.items():
            index.setdefault(int(row.fields.get(name) or 0), {})[row.id] = None
        self._orders.clear()

    def remove(self, row_id: int) -> None:
        """Forget a row; unknown ids are fine."""
        row = self.rows.pop(row_id, None)
        if row is None:
            return
        for name, index in self._children.items():
            index[int(row.fields.get(name) or 0)].pop(row_id, None)
        self._orders.clear()

    def of_parent(self, name: str, parent_id: int) -> Iterator[Row]:
        """The rows whose reference field points at a parent."""
        for row_id in self._children[name].get(parent_id, ()):
            yield self.rows[row_id]

    def order(self, name: str) -> list[tuple[Key, int]]:
        """(key, id) of every row, ascending; kept until something changes."""
        if name not in self._orders:
            self._orders[name] = sorted((row.key(name), row.id) for row in self.rows.values())
        return self._orders[name]

    def position(self, name: str, key: Key, row_id: int = -1) -> int:
        """Where a (key, id) stands, or would stand, in an order."""
        return bisect_left(self.order(name), (key, row_id))


class Dataset:
    """All tables of one account. Hold `lock` while reading or changing several rows."""

    def __init__(self, account_id: int, name: str, parents: dict[str, tuple[str, ...]]) -> None:
        self.account_id = account_id
        self.name = name
        self.lock = threading.RLock()
        self.tables = {entity: Table(fields) for entity, fields in parents.items()}

    def put(self, entity: str, id_field: str, fields: dict[str, Any], **parts: Any) -> None:
        """Insert or replace one record; parts that are None are left out."""
        kept = {name: part for name, part in parts.items() if part is not None}
        with self.lock:
            self.tables[entity].put(Row(int(fields[id_field]), fields, kept))

    def change(self, entity: str, row_id: int, fields: dict[str, str]) -> None:
        """Alter a record the way its owner would: rename, archive, anonymise."""
        with self.lock:
            row = self.tables[entity].rows[row_id]
            self.tables[entity].put(Row(row.id, {**row.fields, **fields}, row.parts))

    def delete(self, entity: str, row_id: int) -> None:
        """Remove a record for good; references to it dangle, as they do at the till."""
        with self.lock:
            self.tables[entity].remove(row_id)
