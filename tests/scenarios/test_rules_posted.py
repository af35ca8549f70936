"""Rules about classes, places and products, followed into the books of the sandbox."""

from __future__ import annotations

from sync.domain.verdicts import EntryState
from sync.sandbox.retailer.totals import expected
from tests.house import OWNER
from tests.scenarios.books import states, tie_out
from tests.scenarios.conftest import NOW, START, Houses

_OWN = ("Tender", "Gift", "Tip", "Customer Deposit", "Rounding")  # no part of what was sold


def test_the_books_tie_out_whatever_rules_say_of_class_and_place(houses: Houses) -> None:
    """Every goods line has its class, every document its location; not a cent moves."""
    house = houses()
    company = house.quickbooks
    klass = company.documents("Class")[0]["Name"]
    place = company.documents("Department")[0]["Name"]
    for line in (
        f'"Class" when number matches * set class "{klass}"',
        f'"Place" when number matches * set location "{place}"',
        '"Text" when sku map all set description',
        '"Pairs" when quantity = 1 multiply quantity 2',
        '"Surcharge" when shipping > 0 add shipping surcharge 10%',
    ):
        house.services.rules.add(OWNER, house.scope, line)

    house.backfill(START, NOW.date())

    receipts = company.documents("SalesReceipt")
    assert receipts
    assert states(house)[EntryState.FAILED] == 0
    assert {each["DepartmentRef"]["name"] for each in receipts} == {place}
    classes = {
        line["SalesItemLineDetail"].get("ClassRef", {}).get("name")
        for each in receipts
        for line in each["Line"]
        if line["DetailType"] == "SalesItemLineDetail"
        and not line["SalesItemLineDetail"]["ItemRef"]["name"].startswith(_OWN)
    }
    assert classes == {klass}
    tie_out(house, expected(house.retailer.events, posts=("sale", "refund")))
