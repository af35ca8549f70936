"""What services ask of an engine; a simulation can put a deterministic one in its place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from sync.ledger.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Work:
    """One unit: a chunk of a run, or a job. `turn` tells apart the times it had to wait."""

    kind: str  # "run" or "job"
    workspace: str
    connection: str
    id: str
    chunk: int = 0
    backfill: bool = False
    turn: int = 0


class Engine(Protocol):
    """A durable queue with recovery, and no more: progress lives in the ledger."""

    def enqueue(self, ledger: Ledger, work: Work, *, delay: float = 0.0) -> None:
        """Queue a unit in the ledger's own transaction; the same unit twice is one unit."""

    def cancel(self, workspace: str, run: str) -> None:
        """Wake what waits of a run, so that its cancel flag is seen at once."""

    def has_unit(self, run: str) -> bool:
        """Whether anything of a run waits or is in hand."""

    def purge(self, before: datetime) -> None:
        """Forget the engine's history from before then."""
