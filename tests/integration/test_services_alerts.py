"""An alert counts what became of its sales, on both databases, whoever renders it first."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from sync.domain.identity import Scope
from sync.errors import NotFound
from sync.ledger import tables as t
from sync.ledger.ledger import Ledgers
from sync.services.alerts import Alert
from sync.services.models import CauseGroup
from tests.desk import NOW, Desk, a_desk

TAX = {"cause": "tax.unmapped", "subject": "MD", "fix": "map_tax", "reason": "No code for MD."}


@pytest.fixture
def desk(ledgers: Ledgers) -> Desk:
    return a_desk(ledgers)


def a_run(desk: Desk, id: str, number: int, by: str = "U2") -> str:
    with desk.means.ledgers.write() as ledger:
        ledger.runs.add(
            desk.scope,
            {
                "id": id,
                "number": number,
                "stream": "sales",
                "trigger": "manual",
                "is_backfill": False,
                "state": "done",
                "dry": False,
                "requested_by": by,
                "currency": "USD",
                "created_at": NOW,
            },
        )
    return id


def hold(desk: Desk, run: str, *numbers: int, dry: bool = False, **more: Any) -> list[int]:
    """Sales of 106.00 that the run could not post; the ids of their entries."""
    with desk.means.ledgers.write() as ledger:
        return ledger.entries.add(
            desk.scope, [an_entry(number, run, dry) | TAX | more for number in numbers]
        )


def an_entry(number: int, run: str, dry: bool) -> dict[str, Any]:
    return {
        "dry_run": run if dry else "",
        "run": run,
        "kind": "sale",
        "source_id": str(number),
        "source_number": str(number),
        "state": "held",
        "fingerprint": "f",
        "amount_minor": 10600,
        "tax_minor": 600,
        "currency": "USD",
        "business_day": date(2026, 3, 1),
        "shop": "Newtown",
        "rules": [],
        "actor": "ccc",
        "changed_at": NOW,
    }


def judge(desk: Desk, run: str, state: str, *entries: int, **more: Any) -> None:
    """What a later run made of them."""
    nothing = {"cause": "", "subject": "", "fix": "", "reason": ""}
    with desk.means.ledgers.write() as ledger:
        ledger.entries.change(
            desk.scope,
            [{"id": id, "run": run, "state": state} | nothing | more for id in entries],
        )


def told(desk: Desk, run: str) -> tuple[Alert, ...]:
    def key(group: CauseGroup) -> str:
        return f"run:{run}:{group.cause}:{group.subject}"

    return desk.services.alerts.told_with(desk.scope, run, key, 20)


def test_it_opens_with_what_waits(desk: Desk) -> None:
    hold(desk, a_run(desk, "r1", 1), 1, 2, 3)

    (alert,) = told(desk, "r1")

    assert (alert.run, alert.key) == ("r1", "run:r1:tax.unmapped:MD")
    assert (alert.waiting.count, str(alert.waiting.amount)) == (3, "318.00")
    assert alert.waiting.examples == ("1", "2", "3")
    assert (alert.settled, alert.by) == (0, ())


def test_asking_again_changes_nothing(desk: Desk) -> None:
    """A process that dies before its messages are queued asks once more."""
    hold(desk, a_run(desk, "r1", 1), 1, 2)

    assert told(desk, "r1") == told(desk, "r1")
    assert rows(desk, t.alert) == 1
    assert rows(desk, t.alert_entry) == 2


def test_it_tells_what_became_of_each_and_by_whom(desk: Desk) -> None:
    entries = hold(desk, a_run(desk, "r1", 1), *range(1, 8))
    told(desk, "r1")
    run = a_run(desk, "r2", 2, by="U7")
    judge(desk, run, "posted", *entries[:2])
    judge(desk, run, "duplicate", entries[2])
    judge(desk, run, "skipped", entries[3])
    judge(desk, run, "held", entries[4], cause="closed_period", reason="Closed.")
    judge(desk, run, "retrying", entries[5])

    alert = next(each for each in told(desk, "r2") if each.run == "r1")

    assert (alert.posted, alert.skipped, alert.elsewhere, alert.on_their_way) == (3, 1, 1, 1)
    assert (alert.waiting.count, alert.total) == (1, 7)
    assert (alert.waiting.examples, alert.by) == (("7",), ("U7",))


def test_two_people_who_fixed_it_are_both_named_the_busier_first(desk: Desk) -> None:
    entries = hold(desk, a_run(desk, "r1", 1), 1, 2, 3)
    told(desk, "r1")
    judge(desk, a_run(desk, "r2", 2, by="U8"), "posted", entries[0])
    told(desk, "r2")
    judge(desk, a_run(desk, "r3", 3, by="U7"), "posted", *entries[1:])

    (alert,) = told(desk, "r3")

    assert alert.by == ("U7", "U8")


def test_while_a_sale_is_on_its_way_it_stays_open(desk: Desk) -> None:
    (entry,) = hold(desk, a_run(desk, "r1", 1), 1)
    told(desk, "r1")
    judge(desk, a_run(desk, "r2", 2), "retrying", entry)
    told(desk, "r2")
    judge(desk, a_run(desk, "r3", 3), "posted", entry)

    (alert,) = told(desk, "r3")

    assert (alert.run, alert.posted, alert.on_their_way) == ("r1", 1, 0)


def test_what_is_settled_is_told_once_more_to_the_run_that_settled_it_only(desk: Desk) -> None:
    (entry,) = hold(desk, a_run(desk, "r1", 1), 1)
    told(desk, "r1")
    judge(desk, a_run(desk, "r2", 2), "posted", entry)
    a_run(desk, "r3", 3)

    first, again, later = told(desk, "r2"), told(desk, "r2"), told(desk, "r3")

    assert first == again
    assert (len(first), later) == (1, ())


def test_a_later_run_joins_the_open_alert(desk: Desk) -> None:
    hold(desk, a_run(desk, "r1", 1), 1, 2)
    told(desk, "r1")
    hold(desk, a_run(desk, "r2", 2), 3)

    (alert,) = told(desk, "r2")

    assert (alert.run, alert.met, alert.waiting.count) == ("r1", 1, 3)


def test_another_subject_is_another_alert(desk: Desk) -> None:
    run = a_run(desk, "r1", 1)
    hold(desk, run, 1)
    hold(desk, run, 2, subject="VA")

    assert {alert.waiting.subject for alert in told(desk, run)} == {"MD", "VA"}


def test_entries_of_dry_runs_are_none_of_its_business(desk: Desk) -> None:
    """They are never sent again, so an alert with them would stay open for ever."""
    hold(desk, a_run(desk, "r1", 1), 1)
    told(desk, "r1")
    hold(desk, a_run(desk, "r2", 2), 1, dry=True)

    told(desk, "r2")

    assert rows(desk, t.alert_entry) == 1


def test_a_run_of_another_workspace_is_not_there(desk: Desk) -> None:
    hold(desk, a_run(desk, "r1", 1), 1)

    with pytest.raises(NotFound):
        desk.services.alerts.told_with(Scope("T2", desk.scope.connection), "r1", str, 20)


def rows(desk: Desk, table: Any) -> int:
    with desk.means.ledgers.read() as ledger:
        return len(ledger.connection.execute(table.select()).all())
