"""What monitors count: runs, entries, messages and batches of the whole installation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sync.ledger import figures
from sync.ledger.ledger import Ledgers


@dataclass(frozen=True, slots=True)
class Figures:
    """What the ledger has to say now, over all workspaces."""

    runs: Mapping[str, int] = field(default_factory=dict)  # by run state
    entries: Mapping[str, int] = field(default_factory=dict)  # by entry state
    outbox: int = 0  # messages that Slack has not got yet
    batches: int = 0  # sent to QuickBooks, or about to be, and not settled


def read_figures(ledgers: Ledgers) -> Figures:
    """Four counting queries; callers remember the answer for a while."""
    with ledgers.read() as ledger:
        return Figures(
            runs=figures.run_states(ledger.connection),
            entries=figures.entry_states(ledger.connection),
            outbox=figures.waiting_messages(ledger.connection),
            batches=figures.open_batches(ledger.connection),
        )
