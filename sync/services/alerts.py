"""One alert per cause: what still waits for it, what became of the others, and by whom."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy.engine import RowMapping

from sync.domain.identity import Scope
from sync.domain.money import from_minor
from sync.domain.verdicts import EntryState
from sync.errors import NotFound
from sync.ledger.ledger import Ledger
from sync.services.means import Means
from sync.services.models import CauseGroup

_IN_BOOKS = ("posted", "warned", "duplicate")
_ON_THEIR_WAY = ("pending", "retrying")


@dataclass(frozen=True, slots=True)
class Alert:
    """A message about a cause, as it should read now."""

    key: str  # of the message
    run: str  # in whose thread it stands
    waiting: CauseGroup  # what is still stuck; `count` is 0 when all is settled
    met: int  # of `waiting`, how many the run that is told left there
    posted: int = 0
    skipped: int = 0
    elsewhere: int = 0  # held or failed for another reason now
    on_their_way: int = 0
    by: tuple[str, ...] = ()  # who asked for the runs that settled them, the busiest first

    @property
    def settled(self) -> int:
        return self.posted + self.skipped

    @property
    def total(self) -> int:
        """Every sale that it is or was about."""
        return self.settled + self.elsewhere + self.on_their_way + self.waiting.count


class Alerts:
    """Where a message of a cause stands already, it is brought up to date; there is no second."""

    def __init__(self, means: Means) -> None:
        self._means = means

    def told_with(
        self, scope: Scope, run: str, key_for: Callable[[CauseGroup], str], most: int
    ) -> tuple[Alert, ...]:
        """The alerts that a finished run opens or changes; asking again changes nothing more."""
        now = self._means.clock()
        with self._means.ledgers.write() as ledger:
            row = ledger.runs.get(scope.workspace, run)
            if row is None or row["connection"] != scope.connection:
                raise NotFound("There is no such run.")
            groups = ledger.entries.causes(scope, run)
            met: dict[int, int] = {}
            for group in groups[:most]:
                key = key_for(_group(group, (), int(group["count"]), group["amount_minor"]))
                alert = ledger.alerts.opened(scope, dict(group), key=key, run=run, now=now)
                ledger.alerts.include(scope, alert, run)
                met[alert["id"]] = int(group["count"])
            told = []
            for alert in ledger.alerts.touched(scope, run):
                rows = ledger.alerts.standing(scope, alert)
                if alert["is_open"] and not any(_is_open(each) for each in rows):
                    ledger.alerts.close(scope, alert, run)
                told.append(_alert(ledger, scope, alert, rows, met.get(alert["id"], 0)))
        return tuple(told)

    def open(self, scope: Scope, limit: int) -> tuple[Alert, ...]:
        """What waits for a person now, the newest cause first."""
        with self._means.ledgers.read() as ledger:
            found = [
                _alert(ledger, scope, row, ledger.alerts.standing(scope, row), 0)
                for row in ledger.alerts.open(scope, limit)
            ]
        return tuple(alert for alert in found if alert.waiting.count)


def _alert(
    ledger: Ledger, scope: Scope, alert: RowMapping, rows: Sequence[RowMapping], met: int
) -> Alert:
    stuck = [row for row in rows if row["is_stuck"]]
    examples = ledger.alerts.examples(scope, alert, stuck=bool(stuck))
    first = dict(alert) | {"currency": rows[0]["currency"] if rows else ""}
    amount = sum(int(row["amount_minor"]) for row in (stuck or rows))
    waiting = _group(first, examples, sum(int(row["count"]) for row in stuck), amount)
    rest = [row for row in rows if not row["is_stuck"]]
    ended = [row for row in rest if row["state"] in (*_IN_BOOKS, EntryState.SKIPPED.value)]
    return Alert(
        key=alert["key"],
        run=alert["run"],
        waiting=waiting,
        met=met,
        posted=_count(rest, *_IN_BOOKS),
        skipped=_count(rest, EntryState.SKIPPED.value),
        elsewhere=_count(rest, EntryState.HELD.value, EntryState.FAILED.value),
        on_their_way=_count(rest, *_ON_THEIR_WAY),
        by=tuple(dict.fromkeys(row["requested_by"] for row in ended)),
    )


def _is_open(row: RowMapping) -> bool:
    return bool(row["is_stuck"]) or row["state"] in _ON_THEIR_WAY


def _count(rows: Sequence[RowMapping], *states: str) -> int:
    return sum(int(row["count"]) for row in rows if row["state"] in states)


def _group(
    row: RowMapping | dict[str, object], examples: Sequence[str], count: int, amount_minor: int
) -> CauseGroup:
    currency = str(row["currency"])
    return CauseGroup(
        cause=str(row["cause"]),
        reason=str(row["reason"]),
        fix=str(row["fix"]),
        subject=str(row["subject"]),
        count=count,
        amount=from_minor(int(amount_minor), currency),
        currency=currency,
        examples=tuple(examples),
    )
