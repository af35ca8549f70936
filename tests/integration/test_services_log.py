"""The log as people read it: pages, filters, links, and the story of one sale."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from sync.domain.identity import Scope
from sync.domain.verdicts import EntryState
from sync.ledger.ledger import Ledgers
from sync.services.models import LogQuery
from tests.desk import NOW, Desk, a_desk


@pytest.fixture
def desk(ledgers: Ledgers) -> Desk:
    return a_desk(ledgers)


def a_run(desk: Desk, id: str, number: int) -> None:
    with desk.means.ledgers.write() as ledger:
        added = ledger.runs.add(
            desk.scope,
            {
                "id": id,
                "number": number,
                "stream": "sales",
                "trigger": "manual",
                "is_backfill": False,
                "state": "done",
                "dry": False,
                "requested_by": "U1",
                "created_at": NOW,
            },
        )
    assert added


def an_entry(number: int, state: str = "posted", **more: Any) -> dict[str, Any]:
    return {
        "run": "R1",
        "kind": "sale",
        "source_id": str(number),
        "source_number": str(number),
        "state": state,
        "fingerprint": "f",
        "amount_minor": 1060,
        "tax_minor": 60,
        "currency": "USD",
        "business_day": date(2026, 3, 1),
        "shop": "Main Street",
        "rules": ["Reg 1 is MD"],
        "actor": "U1",
        "changed_at": NOW,
    } | more


def fill(desk: Desk, *entries: dict[str, Any]) -> list[int]:
    with desk.means.ledgers.write() as ledger:
        return [ledger.entries.add(desk.scope, [entry])[0] for entry in entries]


def numbers(desk: Desk, **query: Any) -> list[str]:
    page = desk.services.log.search(desk.scope, LogQuery(**query))
    return [entry.source_number for entry in page.entries]


def test_pages_follow_each_other_newest_first_without_a_gap(desk: Desk) -> None:
    a_run(desk, "R1", 7)
    fill(desk, *(an_entry(n) for n in range(1, 6)))

    first = desk.services.log.search(desk.scope, LogQuery(), limit=2)
    second = desk.services.log.search(desk.scope, LogQuery(), after=first.after, limit=2)
    third = desk.services.log.search(desk.scope, LogQuery(), after=second.after, limit=2)

    seen = [[e.source_number for e in page.entries] for page in (first, second, third)]
    assert seen == [["5", "4"], ["3", "2"], ["1"]]
    assert (first.total, third.after) == (5, None)


def test_every_filter_narrows(desk: Desk) -> None:
    a_run(desk, "R1", 7)
    a_run(desk, "R2", 8)
    fill(
        desk,
        an_entry(1),
        an_entry(2, "held", reason="No account is 100% chosen"),
        an_entry(3, "skipped", business_day=date(2026, 3, 9), shop="Harbour", cause="filter"),
        an_entry(4, run="R2", document_kind="RefundReceipt", amount_minor=-2550),
        an_entry(5, document_number="LS-555", amount_minor=99_00, run="R2"),
    )

    assert numbers(desk) == ["5", "4", "3", "2", "1"]
    assert numbers(desk, states=(EntryState.HELD, EntryState.SKIPPED)) == ["3", "2"]
    assert numbers(desk, first=date(2026, 3, 2)) == ["3"]
    assert numbers(desk, last=date(2026, 3, 1)) == ["5", "4", "2", "1"]
    assert numbers(desk, text="harb") == ["3"]
    assert numbers(desk, text="ls-555") == numbers(desk, text="555") == ["5"]
    assert numbers(desk, text="chosen account") == ["2"]
    assert numbers(desk, text="harbour account") == []
    assert numbers(desk, text="?!") == []
    assert numbers(desk, shop="Harbour") == numbers(desk, cause="filter") == ["3"]
    assert numbers(desk, documents=("RefundReceipt", "Invoice")) == ["4"]
    assert numbers(desk, least=Decimal("25.50"), most=Decimal("25.50")) == ["4"]
    assert numbers(desk, least=Decimal("-20.001")) == ["5", "4"]
    assert numbers(desk, most=Decimal("10.60"), text="main") == ["2", "1"]
    assert numbers(desk, text="100%") == ["2"]
    assert numbers(desk, text="1%0") == []
    assert numbers(desk, run_number=8) == ["5", "4"]
    assert numbers(desk, run_number=99) == []
    assert numbers(desk, source_number="1") == ["1"]


def test_pages_stay_what_they_were_while_entries_arrive(desk: Desk) -> None:
    """Older from its last line, newer from its first: nothing is met twice, nothing is missed."""
    a_run(desk, "R1", 7)
    fill(desk, *(an_entry(n) for n in range(1, 7)))
    log = desk.services.log

    first = log.search(desk.scope, LogQuery(), limit=2)
    fill(desk, an_entry(7), an_entry(8))
    older = log.search(desk.scope, LogQuery(), after=first.after, limit=2)
    back = log.search(desk.scope, LogQuery(), above=older.entries[0].id, limit=2)
    newest = log.search(desk.scope, LogQuery(), above=back.entries[0].id, limit=2)

    seen = [[e.source_number for e in page.entries] for page in (first, older, back, newest)]
    assert seen == [["6", "5"], ["4", "3"], ["6", "5"], ["8", "7"]]
    assert [e.source_number for e in log.all(desk.scope, LogQuery(), most=5)] == list("87654")


def test_words_follow_what_an_entry_becomes(desk: Desk) -> None:
    """The words of an old message no longer find it; those of the new one do."""
    a_run(desk, "R1", 7)
    (entry,) = fill(desk, an_entry(1, "held", reason="No tax code"))

    with desk.means.ledgers.write() as ledger:
        ledger.entries.change(
            desk.scope, [{"id": entry, "reason": "", "document_number": "LS-9", "state": "posted"}]
        )

    assert numbers(desk, text="tax") == []
    assert numbers(desk, text="ls-9") == ["1"]


def test_words_come_and_go_with_every_state(desk: Desk) -> None:
    """What is on its way has no words yet, also when it is on its way once more."""
    a_run(desk, "R1", 7)
    (entry,) = fill(desk, an_entry(1, "pending"))
    found = []

    for state, reason in (
        ("pending", ""),
        ("held", "No tax code"),
        ("held", "No account"),
        ("pending", ""),
        ("posted", ""),
    ):
        with desk.means.ledgers.write() as ledger:
            change = {"id": entry, "state": state, "reason": reason}
            ledger.entries.change(desk.scope, [change])
        found.append([bool(numbers(desk, text=text)) for text in ("main", "tax", "account")])

    assert found == [
        [False, False, False],
        [True, True, False],
        [True, False, True],
        [False, False, False],
        [True, False, False],
    ]


@pytest.mark.parametrize(
    "said", ['"', "'", "a' | 'b", 'NEAR("a" "b")', "reason:x", "a* OR b", "x" * 2000, "\\", "%_"]
)
def test_no_text_is_a_query(desk: Desk, said: str) -> None:
    a_run(desk, "R1", 7)
    fill(desk, an_entry(1, "held", reason="Nothing of that"))

    assert numbers(desk, text=said) == []


def test_an_entry_says_everything_and_links_both_sides(desk: Desk) -> None:
    a_run(desk, "R1", 7)
    fill(
        desk,
        an_entry(
            5001,
            document_kind="RefundReceipt",
            document_number="LS-5001",
            document_id="123",
            amount_minor=-1060,
        ),
        an_entry(5002, "held", cause="tax.unmapped", fix="map_tax", reason="No code"),
    )

    held, posted = desk.services.log.search(desk.scope, LogQuery()).entries

    assert (posted.kind, posted.amount, posted.run_number) == ("refund", Decimal("-10.60"), 7)
    assert posted.document_link == "https://app.qbo.intuit.com/app/refundreceipt?txnId=123"
    assert posted.source_link.startswith("https://cloud.lightspeedapp.com/")
    assert posted.source_link.endswith("id=5001")
    assert posted.rules == ("Reg 1 is MD",)
    assert (held.cause, held.fix, held.message) == ("tax.unmapped", "map_tax", "No code")
    assert (held.document_link, held.document_id) == ("", "")


def test_a_source_id_that_is_no_number_makes_no_link(desk: Desk) -> None:
    a_run(desk, "R1", 7)
    fill(desk, an_entry(1, source_id="1&x=<script>"))

    (entry,) = desk.services.log.search(desk.scope, LogQuery()).entries

    assert entry.source_link == ""


def test_the_story_of_a_sale_tells_every_step_and_its_run(desk: Desk) -> None:
    a_run(desk, "R1", 7)
    a_run(desk, "R2", 8)
    (entry,) = fill(desk, an_entry(5001, run="R2"))
    with desk.means.ledgers.write() as ledger:
        ledger.entries.remember(
            desk.scope,
            [
                {
                    "entry": entry,
                    "run": run,
                    "at": NOW + timedelta(minutes=minutes),
                    "state": state,
                    "message": message,
                    "actor": actor,
                }
                for run, minutes, state, message, actor in (
                    ("R1", 0, "held", "No tax code", "schedule"),
                    ("R2", 5, "posted", "", "U1"),
                )
            ],
        )

    story = desk.services.log.story(desk.scope, "5001")

    assert story is not None
    assert (story.entry.source_number, story.entry.run_number) == ("5001", 8)
    assert [(step.run_number, step.state, step.actor) for step in story.history] == [
        (7, EntryState.HELD, "schedule"),
        (8, EntryState.POSTED, "U1"),
    ]
    assert desk.services.log.story(desk.scope, "5002") is None


def test_a_dry_run_is_no_part_of_the_log_until_it_is_asked_for(desk: Desk) -> None:
    a_run(desk, "R1", 7)
    a_run(desk, "R2", 8)
    fill(desk, an_entry(1), an_entry(2, run="R2", dry_run="R2"))

    assert numbers(desk) == ["1"]
    assert numbers(desk, run_number=8) == ["2"]


def test_another_workspace_sees_nothing_of_it(desk: Desk) -> None:
    a_run(desk, "R1", 7)
    fill(desk, an_entry(5001))
    log = desk.services.log

    for scope in (Scope("T2", desk.scope.connection), Scope("T1", "C9")):
        assert log.search(scope, LogQuery()).entries == ()
        assert log.search(scope, LogQuery(run_number=7)).total == 0
        assert log.story(scope, "5001") is None
