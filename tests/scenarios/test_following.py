"""What changes at the till after it was posted changes in the books, and never twice."""

from __future__ import annotations

from typing import Any

import pytest

from sync.ledger.database import Database
from sync.sandbox.retailer.totals import expected
from tests.house import OWNER, House
from tests.scenarios.books import entry, sales_of, tie_out
from tests.scenarios.conftest import NOW, Houses
from tests.scenarios.test_lists import one_sale, receipt
from tests.unit.sandbox_quickbooks.desk import put

BATCH = "batch"


def posted_sale(house: House, kind: str = "cash") -> str:
    house.sync()
    number = one_sale(house, kind)
    house.sync()
    assert entry(house, number)["state"] == "posted"
    return number


def at_the_till(house: House, what: str, number: str) -> None:
    house.clock.sleep(600)
    getattr(house.retailer, what)(int(number), house.clock.now)
    house.clock.sleep(60)


def document(house: House, kind: str, number: str) -> dict[str, Any]:
    (found,) = [
        each for each in house.quickbooks.documents(kind) if f":{number}:" in each["PrivateNote"]
    ]
    return found


def all_agrees(house: House) -> None:
    tie_out(house, expected(house.retailer.events, posts=("sale", "refund"), since=NOW.date()))


def test_a_sale_paid_otherwise_moves_its_money(houses: Houses, database: Database) -> None:
    """The cash was a check: the same receipt, with the money where it really went."""
    house = houses(database)
    house.services.settings.account(OWNER, house.scope, "check", "Checking")
    number = posted_sale(house)
    before = receipt(house, number)

    at_the_till(house, "edit", number)
    house.sync()

    after, row = receipt(house, number), entry(house, number)
    assert (row["state"], row["document_id"]) == ("posted", before["Id"])
    assert row["reason"] == (
        "It was changed at the till after it was posted; QuickBooks has the new version."
    )
    assert (before["DepositToAccountRef"]["name"], after["DepositToAccountRef"]["name"]) == (
        "Undeposited Funds",
        "Checking",
    )
    assert (after["Id"], after["TotalAmt"]) == (before["Id"], before["TotalAmt"])
    all_agrees(house)


def test_a_voided_sale_is_voided(houses: Houses, database: Database) -> None:
    house = houses(database)
    number = posted_sale(house)

    at_the_till(house, "void", number)
    house.sync()
    house.sync()

    row = entry(house, number)
    assert (row["state"], row["cause"]) == ("skipped", "filter.voided")
    assert receipt(house, number)["TotalAmt"] == 0
    assert house.quickbooks.books().balanced


def test_a_voided_refund_is_deleted_because_quickbooks_voids_none(houses: Houses) -> None:
    house = houses()
    number = posted_sale(house, "cash_refund")

    at_the_till(house, "void", number)
    house.sync()

    assert entry(house, number)["state"] == "skipped"
    assert number not in sales_of(house, "RefundReceipt")
    all_agrees(house)


def test_an_invoice_and_its_payments_follow_together(houses: Houses) -> None:
    house = houses()
    house.services.configuring.save(OWNER, house.scope, {"type": "invoice_payment"})
    house.services.settings.account(OWNER, house.scope, "check", "Checking")
    number = posted_sale(house)

    at_the_till(house, "edit", number)
    house.sync()

    invoice, payment = document(house, "Invoice", number), document(house, "Payment", number)
    assert entry(house, number)["state"] == "posted"
    assert (invoice["Balance"], payment["DepositToAccountRef"]["name"]) == (0, "Checking")
    all_agrees(house)


def test_an_invoice_is_voided_with_its_payment(houses: Houses) -> None:
    house = houses()
    house.services.configuring.save(OWNER, house.scope, {"type": "invoice_payment"})
    number = posted_sale(house)

    at_the_till(house, "void", number)
    house.sync()

    assert entry(house, number)["state"] == "skipped"
    assert document(house, "Invoice", number)["TotalAmt"] == 0
    assert document(house, "Payment", number)["TotalAmt"] == 0
    assert house.quickbooks.books().balanced


def test_what_a_person_changed_in_quickbooks_is_not_overwritten(houses: Houses) -> None:
    house = houses()
    number = posted_sale(house)
    company = house.quickbooks.company()
    with company.lock:
        put(company, "SalesReceipt", receipt(house, number) | {"CustomerMemo": {"value": "Thanks"}})

    at_the_till(house, "edit", number)
    house.sync()
    house.sync()

    row = entry(house, number)
    assert (row["state"], row["cause"]) == ("held", "changed_since_posted")
    assert "Somebody changed the document there" in str(row["reason"])
    assert receipt(house, number)["CustomerMemo"] == {"value": "Thanks"}


def test_a_lost_answer_neither_loses_nor_doubles_the_change(houses: Houses) -> None:
    house = houses()
    number = posted_sale(house)
    at_the_till(house, "edit", number)
    house.quickbooks.plan("cut_after", times=1, path=BATCH)

    house.sync()

    assert entry(house, number)["state"] == "posted"
    all_agrees(house)


@pytest.mark.parametrize("how", ["503", "cut_before"])
def test_a_change_that_meets_an_outage_goes_in_later(houses: Houses, how: str) -> None:
    house = houses()
    number = posted_sale(house)
    at_the_till(house, "edit", number)
    house.quickbooks.plan(how, times=6, path=BATCH)

    house.sync()
    for _ in range(4):
        house.clock.sleep(3600)
        house.sync()

    assert entry(house, number)["state"] == "posted"
    all_agrees(house)


def test_two_changes_in_a_row_end_with_the_last(houses: Houses) -> None:
    house = houses()
    house.services.settings.account(OWNER, house.scope, "check", "Checking")
    number = posted_sale(house)

    at_the_till(house, "edit", number)
    house.sync()
    at_the_till(house, "void", number)
    house.sync()

    assert entry(house, number)["state"] == "skipped"
    assert receipt(house, number)["TotalAmt"] == 0


def test_a_change_in_closed_books_waits_and_follows_once_they_are_open(houses: Houses) -> None:
    house = houses()
    number = posted_sale(house)
    house.quickbooks.change_company(book_close_date=NOW.date().isoformat())
    at_the_till(house, "edit", number)
    house.sync()
    held = entry(house, number)
    house.quickbooks.change_company(book_close_date=None)

    house.services.runs.resync(OWNER, house.scope, number=number)
    house.work()

    assert held["state"] == "held"
    assert entry(house, number)["state"] == "posted"
    all_agrees(house)
