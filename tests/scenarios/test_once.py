"""The guards against a second document, each with the others switched off."""

from __future__ import annotations

from collections import Counter

import pytest

from sync.domain.verdicts import EntryState
from sync.sandbox.quickbooks.wire import Json
from sync.sandbox.retailer.totals import expected
from tests.house import OWNER, House
from tests.scenarios.books import entry, posted, states, tie_out
from tests.scenarios.conftest import NOW, START, Houses
from tests.unit.sandbox_quickbooks.desk import put, ref, take_out

WRITING = "requestid="  # of all batches, the ones that could make a document


def stranger(house: House, number: str) -> Json:
    """A receipt that somebody wrote by hand under a number of ours."""
    company = house.quickbooks.company()
    line = {
        "Amount": 1,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {"ItemRef": ref(company, "Item", "Services")},
    }
    with company.lock:
        return put(company, "SalesReceipt", {"DocNumber": number, "Line": [line]})


def ready_to_post(house: House) -> str:
    """A sale whose customer and items are there: a fault now meets its document and nothing else.

    Its number was taken once, so that everything but the document itself went in.
    """
    number = str(house.retailer.sell("card", house.clock.now))
    house.clock.sleep(60)
    in_the_way = stranger(house, f"LS-{number}")
    house.sync()
    assert entry(house, number)["state"] == "held"
    with house.quickbooks.company().lock:
        take_out(house.quickbooks.company(), "SalesReceipt", in_the_way)
    return number


def send_again(house: House, number: str) -> None:
    house.services.runs.resync(OWNER, house.scope, number=number)
    house.work()


@pytest.mark.parametrize(
    "fault",
    [
        *("500_before", "500_after", "503", "cut_before", "cut_after", "truncated", "429"),
        *("html_error", "batch_item_missing", "batch_item_empty"),
    ],
)
def test_a_request_id_alone_keeps_a_lost_answer_from_doubling(houses: Houses, fault: str) -> None:
    """Without custom numbers QuickBooks refuses nothing."""
    house = houses()
    number = ready_to_post(house)
    house.quickbooks.change_company(custom_numbers=False)
    before, *_ = posted(house)
    house.quickbooks.plan(fault, times=3, path=WRITING)

    send_again(house, number)

    assert not house.quickbooks.mishaps.as_json()
    assert entry(house, number)["document_id"]
    assert posted(house)[0] == before + 1


def test_our_identity_alone_keeps_a_second_backfill_from_doubling(houses: Houses) -> None:
    """Another run has other request ids, and QuickBooks gives its own numbers."""
    house = houses()
    house.quickbooks.change_company(custom_numbers=False)
    house.backfill(START, NOW.date())
    before = posted(house)

    house.backfill(START, NOW.date())

    assert posted(house) == before


@pytest.mark.parametrize("fault", ["500_after", "cut_after", "truncated"])
def test_numbers_and_look_up_alone_find_what_is_there(houses: Houses, fault: str) -> None:
    """QuickBooks has forgotten the request id: the number is taken, by a document that is ours."""
    house = houses()
    number = ready_to_post(house)
    house.quickbooks.plan("ignore_requestid", times=None)
    house.quickbooks.plan(fault, times=2, path=WRITING)

    send_again(house, number)

    assert entry(house, number)["state"] == "posted"
    tie_out(house, expected(house.retailer.events, posts=("sale", "refund"), since=NOW.date()))


def test_a_number_that_a_strangers_document_has_holds_that_sale_alone(houses: Houses) -> None:
    """It is not ours by key, date and total, so it is neither adopted nor doubled."""
    house = houses()
    sale = next(sale for sale in house.retailer.events if sale.counts and sale.posts == "sale")
    stranger(house, f"LS-{sale.id}")

    house.backfill(START, NOW.date())

    row = entry(house, str(sale.id))
    assert (row["state"], row["cause"], row["document_id"]) == ("held", "number_taken", "")
    tickets = expected(house.retailer.events, posts=("sale", "refund")).tickets
    assert states(house)[EntryState.POSTED] == tickets - 1
    numbers = Counter(each["DocNumber"] for each in house.quickbooks.documents("SalesReceipt"))
    assert numbers[f"LS-{sale.id}"] == 1
