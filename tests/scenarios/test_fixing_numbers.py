"""Numbers that documents typed by hand have: settled from the alert, theirs never touched."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.alerts import alert, in_channel, worked
from tests.office import Office, bare, form_of, office, words
from tests.scenarios.books import entry
from tests.scenarios.test_fixing_dates import sold
from tests.scenarios.test_once import stranger
from tests.unit.sandbox_quickbooks.desk import put

__all__ = ["bare", "office"]  # fixtures

BUTTON = "Link, prefix or skip"


@pytest.fixture
def taken(office: Office) -> list[str]:
    """Two sales whose numbers somebody used for documents of their own."""
    numbers = [sold(office), sold(office)]
    for number in numbers:
        stranger(office.house, f"LS-{number}")
    office.say("sync", who="oscar")
    worked(office)
    assert {entry(office.house, each)["cause"] for each in numbers} == {"number_taken"}
    return numbers


def totals(office: Office, *numbers: str) -> list[Any]:
    """What the documents with these numbers come to, in this order."""
    by_number = {
        each["DocNumber"]: each["TotalAmt"]
        for each in office.house.quickbooks.documents("SalesReceipt")
    }
    return [by_number.get(number) for number in numbers]


def till(office: Office, number: str) -> float:
    """What the till has."""
    sales = office.house.retailer.events
    return float(next(sale.total / 100 for sale in sales if str(sale.id) == number))


def made_ours(office: Office, number: str) -> None:
    """Somebody gives the document of this number our key, the day and the total of the sale."""
    company, documents = office.house.quickbooks.company(), office.house.quickbooks.documents
    receipts = {each["DocNumber"]: each for each in documents("SalesReceipt")}
    ours = next(each for each in receipts.values() if "ccc:" in each.get("PrivateNote", ""))
    key = ours["PrivateNote"].rpartition("ccc:")[2].split(":")[0]
    theirs = receipts[f"LS-{number}"]
    (line,) = (each for each in theirs["Line"] if each["DetailType"] == "SalesItemLineDetail")
    body = {
        "Id": theirs["Id"],
        "SyncToken": theirs["SyncToken"],
        "sparse": True,
        "TxnDate": "2026-03-10",
        "PrivateNote": f"ccc:{key}:sale:{number}:0",
        "Line": [line | {"Amount": Decimal(str(till(office, number)))}],
    }
    body["Line"][0]["SalesItemLineDetail"].pop("Qty", None)
    body["Line"][0]["SalesItemLineDetail"].pop("UnitPrice", None)
    with company.lock:
        put(company, "SalesReceipt", body)


def test_the_form_shows_both_documents_and_why_they_are_not_one(
    office: Office, taken: list[str]
) -> None:
    olivia = office.person("olivia")

    olivia.click(alert(office, BUTTON), BUTTON)

    shown = str(form_of(olivia).body)
    assert f"Number LS-{taken[0]} is used in QuickBooks by another SalesReceipt" in shown
    assert "its note does not carry our key" in shown
    assert "its total differs" in shown


def test_each_gets_a_number_of_its_own(office: Office, taken: list[str]) -> None:
    first, second = taken
    olivia = office.person("olivia")

    olivia.click(alert(office, BUTTON), BUTTON)
    olivia.submit()
    worked(office)

    ours = totals(office, f"LS-{first}-1", f"LS-{second}-1")
    theirs = totals(office, f"LS-{first}", f"LS-{second}")
    assert [float(each) for each in ours] == [till(office, first), till(office, second)]
    assert theirs == [1, 1]
    assert {entry(office.house, each)["state"] for each in taken} == {"posted"}


def test_another_prefix_is_for_these_and_for_what_comes(office: Office, taken: list[str]) -> None:
    olivia = office.person("olivia")

    olivia.click(alert(office, BUTTON), BUTTON)
    same = olivia.submit(values={"what": "Use another prefix"}).errors
    olivia.submit(values={"what": "Use another prefix", "prefix": "RT-"})
    worked(office)
    later = sold(office)
    office.say("sync")
    worked(office)

    assert "the prefix now" in same["prefix"]
    assert None not in totals(office, *(f"RT-{number}" for number in (*taken, later)))


def test_one_is_skipped_and_the_other_waits(office: Office, taken: list[str]) -> None:
    olivia = office.person("olivia")

    olivia.click(alert(office, BUTTON), BUTTON)
    which = next(
        each["text"]["text"]
        for block in form_of(olivia).blocks
        if block.get("block_id") == "which"
        for each in block["element"]["options"]
        if taken[0] in each["text"]["text"]
    )
    olivia.submit(values={"which": which, "what": "Skip"})
    worked(office)

    states = [entry(office.house, each)["state"] for each in taken]
    assert states == ["skipped", "held"]
    assert totals(office, *(f"LS-{number}" for number in taken)) == [1, 1]


def test_looking_again_links_only_what_is_ours_by_key_day_and_total(
    office: Office, taken: list[str]
) -> None:
    """Somebody writes our marks into one of the two documents: it is this sale, and linked."""
    first, second = taken
    olivia = office.person("olivia")
    made_ours(office, first)

    olivia.click(alert(office, BUTTON), BUTTON)
    olivia.submit(values={"what": "Look again and link"})
    worked(office)

    linked, other = entry(office.house, first), entry(office.house, second)
    assert (linked["state"], bool(linked["document_id"])) == ("duplicate", True)
    assert (other["state"], other["cause"]) == ("held", "number_taken")
    assert totals(office, f"LS-{second}") == [1]


def test_a_suffix_that_makes_no_number_is_said_at_its_field(
    office: Office, taken: list[str]
) -> None:
    olivia = office.person("olivia")

    olivia.click(alert(office, BUTTON), BUTTON)
    errors = olivia.submit(values={"suffix": "·?"}).errors

    assert "letters, digits or signs" in errors["suffix"]
    assert {entry(office.house, each)["state"] for each in taken} == {"held"}


def test_the_alert_names_the_other_document(office: Office, taken: list[str]) -> None:
    told = "\n".join(words(each) for each in in_channel(office))

    assert "another SalesReceipt (id" in told
    assert "over 1" in told
