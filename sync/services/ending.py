"""The end of a run: its counts are fixed, its state says whether a person must look."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.engine import RowMapping

from sync.domain.identity import Scope
from sync.domain.verdicts import EntryState
from sync.ledger.ledger import Ledger
from sync.services.models import RunState

_PROBLEMS = (EntryState.HELD, EntryState.FAILED, EntryState.RETRYING)
_POSTED = (EntryState.POSTED, EntryState.WARNED, EntryState.DUPLICATE)


def finish(
    ledger: Ledger,
    scope: Scope,
    run: RowMapping,
    now: datetime,
    *,
    cancelled: bool = False,
    failure: str = "",
) -> None:
    """Close a run once; a run that is over already is left as it is."""
    row = ledger.runs.get(scope.workspace, run["id"])
    if row is None or RunState(row["state"]).is_over:
        return
    counted = ledger.entries.counts(scope, run["id"])
    counts = {state: n for state, (n, _) in counted.items()}
    if failure:
        state = RunState.FAILED
    elif cancelled:
        state = RunState.CANCELLED
    elif any(counts.get(problem.value) for problem in _PROBLEMS):
        state = RunState.PROBLEMS
    else:
        state = RunState.DONE
    ledger.runs.change(
        scope.workspace,
        run["id"],
        state=state.value,
        counts=counts,
        posted_minor=sum(counted.get(posted.value, (0, 0))[1] for posted in _POSTED),
        message=failure or row["message"],
        finished_at=now,
    )
    ledger.outbox.tell(scope, "run.finished", {}, run=run["id"], now=now)
