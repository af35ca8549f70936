"""Which sales a run takes up again: kept as what was asked for, so its size does not matter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy.engine import RowMapping

from sync.domain.identity import Scope
from sync.domain.verdicts import EntryState
from sync.errors import Invalid, NotFound
from sync.ledger.ledger import Ledger
from sync.services.means import Means

AT_ONCE = 100  # as many as Lightspeed shows in one answer
MOST_NAMED = 5_000


@dataclass(frozen=True, slots=True)
class Selection:
    """Sales by name, those whose next try is due, or the held and failed ones of a kind."""

    sales: tuple[str, ...] = ()
    due: bool = False
    run: str = ""
    cause: str = ""
    subject: str | None = None
    upto: int = 0  # the newest entry when it was asked for: what comes later was not meant

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def selection_of(run: RowMapping) -> Selection | None:
    """What the run was asked to take up; None when it reads by time."""
    stored = run["selection"]
    if stored is None:
        return None
    if isinstance(stored, list):  # as it was kept once
        stored = {"sales": stored}
    return Selection(**(stored | {"sales": tuple(stored.get("sales", ()))}))


@dataclass(frozen=True, slots=True)
class Some:
    """The next few of a selection; `cursor` continues after them."""

    ids: Sequence[str]
    cursor: dict[str, Any]
    is_last: bool


class Selected:
    """Hands out the sales of a selection a page at a time, each once."""

    def __init__(self, means: Means, scope: Scope, selection: Selection) -> None:
        self._means = means
        self._scope = scope
        self._selection = selection

    def after(self, cursor: dict[str, Any]) -> Some:
        """{} is the beginning."""
        chosen = self._selection
        if chosen.sales:
            at = int(cursor.get("at", 0)) + AT_ONCE
            return Some(chosen.sales[at - AT_ONCE : at], {"at": at}, at >= len(chosen.sales))
        after = int(cursor.get("entry", 0))
        with self._means.ledgers.read() as ledger:
            if chosen.due:
                now = self._means.clock()
                rows = ledger.entries.due(self._scope, now, AT_ONCE, after=after)
            else:
                rows = ledger.entries.problems(
                    self._scope,
                    run=chosen.run,
                    cause=chosen.cause,
                    subject=chosen.subject,
                    upto=chosen.upto,
                    after=after,
                    limit=AT_ONCE,
                )
        last = rows[-1][0] if rows else after
        return Some([source for _, source in rows], {"entry": last}, len(rows) < AT_ONCE)


def choose(
    ledger: Ledger,
    scope: Scope,
    *,
    number: str = "",
    run_number: int | None = None,
    cause: str = "",
    subject: str | None = None,
    sales: Sequence[str] | None = None,
) -> tuple[Selection, int]:
    """What a person asks to send again, and how many sales that is now; NotFound for none."""
    if sales is not None and len(sales) > MOST_NAMED:
        raise Invalid(f"At most {MOST_NAMED:,} sales are chosen one by one.", field="sales")
    run = _run_id(ledger, scope, run_number)
    named = tuple(sales) if sales is not None else None
    if number:
        rows = ledger.entries.problems(scope, number=number, limit=1)
        named = tuple(source for _, source in rows) or _not_held(ledger, scope, number)
    elif named is not None:
        found = ledger.entries.problems(
            scope, run=run, cause=cause, subject=subject, sales=named, limit=MOST_NAMED
        )
        named = tuple(source for _, source in found)
    if named is not None:
        selection, count = Selection(sales=named), len(named)
    else:
        count, newest = ledger.entries.extent(scope, run=run, cause=cause, subject=subject)
        selection = Selection(run=run, cause=cause, subject=subject, upto=newest)
    if not count:
        raise NotFound("Nothing is held or failed there.")
    return selection, count


def _run_id(ledger: Ledger, scope: Scope, number: int | None) -> str:
    if number is None:
        return ""
    row = ledger.runs.by_number(scope.workspace, number)
    if row is None or row["connection"] != scope.connection:
        raise NotFound(f"There is no run {number}.")
    return str(row["id"])


def _not_held(ledger: Ledger, scope: Scope, number: str) -> tuple[str, ...]:
    """A sale by its number that is neither held nor failed."""
    found, _ = ledger.entries.search(scope, number=number, limit=1)
    if not found:
        # Never read, or read and not yet in the log: read it now.
        return (number,) if number.isdigit() else ()
    if found[0]["state"] == EntryState.SKIPPED.value:
        return (found[0]["source_id"],)
    raise Invalid(
        f"Sale {number} is {found[0]['state']}; only held, failed or skipped sales are sent again.",
        field="number",
    )
