"""What an answer of QuickBooks changes in the ledger, collected before it is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.engine import RowMapping

from sync.domain.verdicts import EntryState
from sync.ledger.ledger import Ledger

# States in which all is well with a document.
_IN_BOOKS = (
    *(EntryState.POSTED.value, EntryState.WARNED.value),
    *(EntryState.DUPLICATE.value, EntryState.SKIPPED.value),
)


@dataclass(slots=True)
class Changes:
    """Rows to write, collected so that each table is touched once."""

    operations: dict[int, str] = field(default_factory=dict)
    documents: list[dict[str, Any]] = field(default_factory=list)
    entries: list[dict[str, Any]] = field(default_factory=list)  # each with its line of history
    history: list[dict[str, Any]] = field(default_factory=list)
    planned: list[dict[str, Any]] = field(default_factory=list)
    tries: list[dict[str, Any]] = field(default_factory=list)  # of entries that stay pending
    refusals: dict[int, bytes] = field(default_factory=dict)  # of list objects, by operation
    disconnected: str = ""
    before: Mapping[int, tuple[int, str]] = field(default_factory=dict)  # entry: attempts, cause

    def join_parts(self, ledger: Ledger, workspace: str, rows: Sequence[RowMapping]) -> None:
        """An entry of several documents is posted with the last of them; trouble shows at once."""
        shared = {row["entry"] for row in rows if row["entry"] is not None and row["parts"] > 1}
        if not shared:
            return
        made = {each["id"]: each["qbo_id"] for each in self.documents}
        documents: dict[int, list[RowMapping]] = {}
        for row in ledger.posting.of_entries(workspace, shared):
            documents.setdefault(row["entry"], []).append(row)
        for entry, parts in documents.items():
            ids = [made.get(row["id"]) or row["qbo_id"] for row in parts[: parts[0]["parts"]]]
            self._say_once(entry, ids)

    def _say_once(self, entry: int, ids: Sequence[str]) -> None:
        """Of what the parts of one entry were told, keep the one thing that is true of it."""
        told = [index for index, row in enumerate(self.entries) if row["id"] == entry]
        trouble = [i for i in told if self.entries[i]["state"] not in _IN_BOOKS]
        warned = [i for i in told if self.entries[i]["state"] == EntryState.WARNED.value]
        voided = [i for i in told if self.entries[i]["state"] == EntryState.SKIPPED.value]
        kept: int | None = None
        if trouble:
            kept = trouble[0]
        elif told and (all(ids) or voided) and not self.before.get(entry, (0, ""))[1]:
            kept = (warned or told)[0]
        if kept is not None:
            self.entries[kept]["document_id"] = ids[0]
        gone = {index for index in told if index != kept}
        for rows in (self.entries, self.history):
            rows[:] = [row for index, row in enumerate(rows) if index not in gone]
