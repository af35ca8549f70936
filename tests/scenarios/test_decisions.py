"""What people decide about single sales, and what the books show then."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from sync.domain.decisions import DecisionKind
from sync.errors import Conflict, Invalid, NotFound
from sync.services.models import ReplyTo
from tests.house import OWNER, House
from tests.scenarios.books import entry
from tests.scenarios.conftest import NOW, Houses
from tests.scenarios.test_once import stranger

CLOSED = NOW.date().isoformat()


def held_by_closed_books(house: House, kind: str = "card") -> str:
    """A sale of a day that was closed before it could be posted; the clock is a day later."""
    number = str(house.retailer.sell(kind, house.clock.now))
    house.quickbooks.change_company(book_close_date=CLOSED)
    house.clock.sleep(24 * 3600)
    house.sync()
    row = entry(house, number)
    assert (row["state"], row["cause"]) == ("held", "closed_period")
    return number


def resynced(house: House, number: str) -> dict[str, object]:
    house.services.runs.resync(OWNER, house.scope, number=number)
    house.work()
    return entry(house, number)


def receipts(house: House, number: str) -> list[dict[str, Any]]:
    return [
        dict(each)
        for kind in ("SalesReceipt", "RefundReceipt")
        for each in house.quickbooks.documents(kind)
        if each["DocNumber"] == number
    ]


def previewed(house: House, number: str) -> dict[str, Any]:
    house.services.previews.ask(OWNER, house.scope, number, ReplyTo("U1"))
    house.work()
    return dict(house.events("preview.ready")[-1]["payload"]["preview"])


def test_a_sale_of_closed_books_is_posted_on_the_day_a_person_chose(houses: Houses) -> None:
    """Books stay closed; the preview showed the very day, and who decided it."""
    house = houses()
    number = held_by_closed_books(house)
    first_open = house.services.decisions.first_open_day(house.scope)
    assert first_open == date(2026, 3, 11)

    house.services.decisions.move(OWNER, house.scope, [number], first_open)
    shown = previewed(house, number)
    row = resynced(house, number)

    (receipt,) = receipts(house, f"LS-{number}")
    assert (row["state"], receipt["TxnDate"]) == ("posted", "2026-03-11")
    assert shown["document"]["fields"]["TxnDate"] == receipt["TxnDate"]
    assert shown["decisions"] == [{"kind": "date", "value": "2026-03-11", "actor": OWNER.user}]
    story = house.services.log.story(house.scope, number)
    assert story is not None
    assert [(each.kind, each.actor) for each in story.decisions] == [("date", OWNER.user)]


@pytest.mark.parametrize(
    ("day", "word"), [("2026-03-10", "closed"), ("2026-03-12", "future"), ("2026-01-01", "closed")]
)
def test_a_day_in_closed_books_or_to_come_is_refused(houses: Houses, day: str, word: str) -> None:
    house = houses()
    number = held_by_closed_books(house)

    with pytest.raises(Invalid, match=word):
        house.services.decisions.move(OWNER, house.scope, [number], date.fromisoformat(day))

    assert house.services.decisions.of(house.scope, number) == ()


def test_a_skipped_sale_stays_out_and_says_who_wanted_it(houses: Houses) -> None:
    """Also when everything is read again, and until the decision is forgotten."""
    house = houses()
    number = held_by_closed_books(house)
    house.services.decisions.skip(OWNER, house.scope, [number], "olivia", "entered by hand")

    row = resynced(house, number)
    house.quickbooks.change_company(book_close_date=None)
    house.backfill(NOW.date(), NOW.date())

    said = "skipped by @olivia: entered by hand"
    assert (row["state"], row["reason"]) == ("skipped", said)
    assert entry(house, number)["state"] == "skipped"
    assert receipts(house, f"LS-{number}") == []

    house.services.decisions.forget(OWNER, house.scope, number)
    assert resynced(house, number)["state"] == "posted"
    assert len(receipts(house, f"LS-{number}")) == 1


def test_a_number_of_its_own_leaves_the_other_document_alone(houses: Houses) -> None:
    house = houses()
    number = str(house.retailer.sell("card", house.clock.now))
    house.clock.sleep(60)
    theirs = stranger(house, f"LS-{number}")
    house.sync()
    assert entry(house, number)["cause"] == "number_taken"

    house.services.decisions.renumber(OWNER, house.scope, number, f"LS-{number}-1")
    row = resynced(house, number)

    (ours,) = receipts(house, f"LS-{number}-1")
    (other,) = receipts(house, f"LS-{number}")
    assert (row["state"], row["document_id"]) == ("posted", ours["Id"])
    assert (other["Id"], other["TotalAmt"]) == (theirs["Id"], theirs["TotalAmt"])


def test_a_number_that_another_sale_has_is_refused(houses: Houses) -> None:
    house = houses()
    first = str(house.retailer.sell("card", house.clock.now))
    house.clock.sleep(60)
    house.sync()
    number = held_by_closed_books(house)

    with pytest.raises(Invalid, match="Another sale has the number"):
        house.services.decisions.renumber(OWNER, house.scope, number, f"ls-{first}")


def test_what_is_in_the_books_is_decided_there(houses: Houses) -> None:
    house = houses()
    number = str(house.retailer.sell("card", house.clock.now))
    house.clock.sleep(60)
    house.sync()

    with pytest.raises(Conflict, match="in QuickBooks already"):
        house.services.decisions.skip(OWNER, house.scope, [number], "olivia")
    with pytest.raises(NotFound):
        house.services.decisions.skip(OWNER, house.scope, ["999999"], "olivia")


def test_every_decision_leaves_an_audit_row_with_before_and_after(houses: Houses) -> None:
    house = houses()
    number = held_by_closed_books(house)
    decisions = house.services.decisions

    decisions.skip(OWNER, house.scope, [number], "olivia")
    decisions.move(OWNER, house.scope, [number], date(2026, 3, 11))
    decisions.forget(OWNER, house.scope, number)

    rows = house.services.people.audit(house.scope)[:3]
    assert [(row.action, row.target, row.before, row.after) for row in rows] == [
        ("decision.forgotten", f"sale {number}", "2026-03-11", ""),
        ("decision.date", f"sale {number}", "skip by @olivia", "2026-03-11"),
        ("decision.skip", f"sale {number}", "", "by @olivia"),
    ]


def test_a_date_takes_a_skip_back_and_a_number_stays(houses: Houses) -> None:
    house = houses()
    number = held_by_closed_books(house)
    decisions = house.services.decisions

    decisions.renumber(OWNER, house.scope, number, "LS-1-1")
    decisions.move(OWNER, house.scope, [number], date(2026, 3, 11))
    both = {each.kind for each in decisions.of(house.scope, number)}
    decisions.skip(OWNER, house.scope, [number], "olivia")

    assert both == {DecisionKind.NUMBER, DecisionKind.DATE}
    assert [each.kind for each in decisions.of(house.scope, number)] == [DecisionKind.SKIP]
