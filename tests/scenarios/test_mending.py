"""Sales that changed after they were posted: a person mends the books, and a resync settles it."""

from __future__ import annotations

from typing import Any

from sync.sandbox.quickbooks.spec import CompanySpec
from sync.sandbox.retailer.totals import expected, money
from tests.house import OWNER, House
from tests.scenarios.books import entry, posted, tie_out
from tests.scenarios.conftest import NOW, START, Houses
from tests.scenarios.test_lists import one_sale, receipt
from tests.unit.sandbox_quickbooks.desk import cancel, put, take_out


def resync(house: House, number: str) -> dict[str, Any]:
    house.services.runs.resync(OWNER, house.scope, number=number)
    house.work()
    return entry(house, number)


def changed(house: House, what: str, kind: str = "card") -> str:
    """A sale that is voided or paid otherwise after it was posted."""
    house.services.configuring.save(OWNER, house.scope, {"edits": "off"})
    number = one_sale(house, kind)
    house.sync()
    getattr(house.retailer, what)(int(number), house.clock.now)
    house.clock.sleep(60)
    house.sync()
    assert entry(house, number)["cause"] == "changed_since_posted"
    return number


def mend(house: House, number: str, **fields: Any) -> None:
    """What a person types into a receipt in QuickBooks."""
    made = receipt(house, number)
    company = house.quickbooks.company()
    with company.lock:
        put(company, "SalesReceipt", made | fields)


def test_a_voided_sale_whose_receipt_was_voided_too_is_settled(houses: Houses) -> None:
    house = houses()
    number = changed(house, "void")
    with house.quickbooks.company().lock:
        cancel(house.quickbooks.company(), "SalesReceipt", receipt(house, number))

    row = resync(house, number)

    assert row["state"] == "skipped"
    assert "oid" in str(row["reason"])
    house.sync()
    assert entry(house, number) == row


def test_a_voided_sale_whose_receipt_was_deleted_is_settled(houses: Houses) -> None:
    house = houses()
    number = changed(house, "void")
    with house.quickbooks.company().lock:
        take_out(house.quickbooks.company(), "SalesReceipt", receipt(house, number))

    row = resync(house, number)

    assert (row["state"], row["document_id"]) == ("skipped", "")
    tie_out(house, expected(house.retailer.events, posts=("sale", "refund"), since=NOW.date()))


def test_a_voided_sale_whose_receipt_still_stands_stays_held_and_says_so(houses: Houses) -> None:
    house = houses()
    number = changed(house, "void")
    before = posted(house)

    row = resync(house, number)

    assert (row["state"], row["cause"]) == ("held", "changed_since_posted")
    assert str(receipt(house, number)["TotalAmt"]) in str(row["reason"])
    assert posted(house) == before


def test_a_sale_paid_otherwise_settles_when_its_money_goes_there_in_quickbooks_too(
    houses: Houses,
) -> None:
    """Total, tax and day never differed: where the money went does."""
    house = houses()
    house.services.settings.account(OWNER, house.scope, "check", "Checking")
    number = changed(house, "edit", "cash")
    held = resync(house, number)
    (checking,) = (a for a in house.quickbooks.documents("Account") if a["Name"] == "Checking")

    mend(house, number, DepositToAccountRef={"value": checking["Id"]})
    row = resync(house, number)

    assert (held["state"], held["cause"]) == ("held", "changed_since_posted")
    assert "money" in str(held["reason"])
    assert row["state"] == "posted", row["reason"]
    assert row["document_id"] == receipt(house, number)["Id"]


def test_a_deleted_receipt_of_a_sale_that_counts_is_posted_again_as_the_sale_is_now(
    houses: Houses,
) -> None:
    """The shortest way to mend: delete what is wrong, and send the sale again."""
    house = houses()
    number = changed(house, "edit", "cash")
    with house.quickbooks.company().lock:
        take_out(house.quickbooks.company(), "SalesReceipt", receipt(house, number))

    row = resync(house, number)

    assert row["state"] == "posted"
    assert row["document_id"] == receipt(house, number)["Id"]
    tie_out(house, expected(house.retailer.events, posts=("sale", "refund"), since=NOW.date()))


def test_a_total_that_differed_settles_when_a_person_corrected_it(houses: Houses) -> None:
    house = houses(company=CompanySpec(ignore_total_tax=True))
    house.backfill(START, NOW.date())
    number = next(
        str(sale.id)
        for sale in house.retailer.events
        if sale.counts and entry(house, str(sale.id))["cause"] == "total_differs"
    )
    held = resync(house, number)
    sale = next(sale for sale in house.retailer.events if str(sale.id) == number)
    house.quickbooks.change_company(ignore_total_tax=False)

    mend(house, number, TxnTaxDetail={"TotalTax": money(sale.tax)})
    row = resync(house, number)

    assert (held["state"], held["cause"]) == ("held", "total_differs")
    assert "tax" in str(held["reason"])
    assert row["state"] == "posted", row["reason"]
    assert receipt(house, number)["TotalAmt"] == money(sale.total)
