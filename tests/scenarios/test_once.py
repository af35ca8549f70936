"""The guards against a second document, each with the others switched off."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

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


def written(house: House) -> int:
    """Every document counts, also a second one of the same sale."""
    kinds = ("SalesReceipt", "RefundReceipt")
    return sum(len(house.quickbooks.documents(kind)) for kind in kinds)


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
    before = written(house)
    house.quickbooks.plan(fault, times=3, path=WRITING)

    send_again(house, number)

    assert not house.quickbooks.mishaps.as_json()
    assert entry(house, number)["document_id"]
    assert written(house) == before + 1


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


def lost_for_an_hour(house: House, number: str) -> None:
    """Every answer about a sale is lost, and QuickBooks forgets the request id meanwhile."""
    house.quickbooks.plan("cut_after", times=None, path=WRITING)
    house.services.runs.resync(OWNER, house.scope, number=number)
    house.work(until=timedelta(minutes=5))
    house.quickbooks.mishaps.clear()
    house.quickbooks.replies.forget()
    house.clock.sleep(3600)
    house.work()


def test_our_marks_alone_find_a_document_that_quickbooks_numbered_itself(houses: Houses) -> None:
    """No request id, no number: only our key in its note, its day and its total."""
    house = houses()
    number = ready_to_post(house)
    house.quickbooks.change_company(custom_numbers=False)
    before = written(house)

    lost_for_an_hour(house, number)

    row = entry(house, number)
    assert row["state"] == "warned"
    assert "instead of" in str(row["reason"])
    assert row["document_id"]
    assert written(house) == before + 1


def test_another_document_of_that_day_and_total_is_never_taken_for_ours(houses: Houses) -> None:
    """It lacks our key, so the sale is posted beside it."""
    house = houses()
    number = ready_to_post(house)
    house.quickbooks.change_company(custom_numbers=False)
    house.quickbooks.plan("cut_after", times=None, path=WRITING)
    house.services.runs.resync(OWNER, house.scope, number=number)
    house.work(until=timedelta(minutes=5))
    company = house.quickbooks.company()
    with company.lock:
        (made,) = (
            each
            for each in house.quickbooks.documents("SalesReceipt")
            if number in each.get("PrivateNote", "")
        )
        take_out(company, "SalesReceipt", made)
        twin = put(
            company,
            "SalesReceipt",
            {
                name: made[name]
                for name in ("Line", "TxnDate", "TxnTaxDetail", "CustomerRef", "DocNumber")
                if name in made
            },
        )
    house.quickbooks.mishaps.clear()
    house.quickbooks.replies.forget()
    house.clock.sleep(3600)

    house.work()

    assert twin["TotalAmt"] == made["TotalAmt"]
    assert entry(house, number)["document_id"] not in ("", twin["Id"])


def test_6140_about_our_own_document_settles_whoever_asks_again(houses: Houses) -> None:
    """A restored database knows nothing of it: key, day and total say that it is ours."""
    house = houses()
    number = ready_to_post(house)
    send_again(house, number)
    made = entry(house, number)["document_id"]
    with house.means.ledgers.write() as ledger:
        connection = ledger.accounts.connection(house.scope)
        assert connection is not None
        ((_, document),) = ledger.posting.documents(
            house.scope.workspace,
            connection["quickbooks"],
            str(house.lightspeed.dataset.account_id),
            "sale",
            [number],
        ).items()
        row = entry(house, number)
        ledger.posting.change_documents(
            house.scope.workspace, [{"id": document["id"], "qbo_id": ""}]
        )
        ledger.entries.change(
            house.scope, [{"id": row["id"], "state": "failed", "document_id": ""}]
        )

    send_again(house, number)

    row = entry(house, number)
    assert (row["state"], row["document_id"]) == ("duplicate", made)
    tie_out(house, expected(house.retailer.events, posts=("sale", "refund"), since=NOW.date()))
