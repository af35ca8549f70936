"""What people choose decides what is posted, from the next run on; refusals end where they say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest

from sync.connectors.quickbooks.answers import Outcome, Refused
from sync.connectors.quickbooks.client import QuickBooks
from sync.connectors.quickbooks.faults import Fault, advice
from sync.domain.verdicts import EntryState
from sync.errors import Invalid, NotFound
from sync.sandbox.quickbooks.spec import CompanySpec
from sync.sandbox.retailer.totals import expected
from sync.services.models import RunState
from tests.house import OWNER, House
from tests.scenarios.books import entry, posted, tie_out
from tests.scenarios.conftest import NOW, START, Houses


def everything(house: House) -> None:
    house.backfill(START, NOW.date())


def entries(house: House) -> list[dict[str, Any]]:
    with house.means.ledgers.read() as ledger:
        rows, _ = ledger.entries.search(house.scope, limit=10_000)
    return [dict(row) for row in rows]


def documents(house: House) -> dict[str, dict[str, Any]]:
    """Receipts and refund receipts by the number of their sale."""
    return {
        str(document["DocNumber"]).removeprefix("LS-"): dict(document)
        for kind in ("SalesReceipt", "RefundReceipt")
        for document in house.quickbooks.documents(kind)
    }


@contextmanager
def turned_away(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every receipt is refused for now, and time may help."""
    real = QuickBooks.send_batch

    def send(
        self: QuickBooks, body: bytes, request_id: str, bids: Sequence[str]
    ) -> dict[str, Outcome]:
        if b'"SalesReceipt":' not in body:
            return real(self, body, request_id, bids)
        busy = Fault("10000", "An application error has occurred")
        return {bid: Refused(busy, advice(busy)) for bid in bids}

    with monkeypatch.context() as patched:
        patched.setattr(QuickBooks, "send_batch", send)
        yield


@pytest.mark.parametrize("by", ["name", "email"])
def test_customers_are_matched_or_made_and_never_doubled(houses: Houses, by: str) -> None:
    house = houses()
    house.services.settings.customers(OWNER, house.scope, by)

    everything(house)
    people = [each["DisplayName"] for each in house.quickbooks.documents("Customer")]
    everything(house)

    again = [each["DisplayName"] for each in house.quickbooks.documents("Customer")]
    assert again == people
    assert len({name.casefold() for name in people}) == len(people)
    named = {document["CustomerRef"]["name"] for document in documents(house).values()}
    assert len(named) > 5
    assert "Walk-in Customer" in named  # sales to nobody in particular
    tie_out(house, expected(house.retailer.events, posts=("sale", "refund")))


def test_a_web_order_ships_to_its_customer(houses: Houses) -> None:
    house = houses()
    for _ in range(8):
        house.retailer.sell("web_order", house.clock.now)
    house.clock.sleep(60)

    house.sync()

    shipped = [
        document["ShipAddr"]
        for number, document in documents(house).items()
        if "ShipAddr" in document
        for sale in house.retailer.events
        if str(sale.id) == number and sale.kind == "web_order"
    ]
    assert shipped
    assert all(address["Line1"] and address["City"] for address in shipped)


def test_a_store_and_a_status_filter_both_name_themselves(houses: Houses) -> None:
    house = houses()
    house.services.settings.stores(OWNER, house.scope, ["Riverside"])
    house.services.settings.statuses(OWNER, house.scope, ["sale"])

    everything(house)

    rows = [row for row in entries(house) if row["state"] == "skipped"]
    causes = {row["cause"] for row in rows}
    assert causes == {"filter.store", "filter.status"}
    assert all("Riverside" in row["reason"] for row in rows if row["cause"] == "filter.store")
    assert house.quickbooks.documents("RefundReceipt") == []


def test_a_rule_works_from_the_next_run_until_it_is_disabled(houses: Houses) -> None:
    house = houses()
    rules, scope = house.services.rules, house.scope
    rules.add(OWNER, scope, '"To the bank" when number is not empty set deposit account Checking')
    accounts: list[str] = []

    for change in (lambda: None, lambda: rules.disable(OWNER, scope, "To the bank")):
        change()
        number = str(house.retailer.sell("cash", house.clock.now))
        house.clock.sleep(60)
        house.sync()
        accounts.append(documents(house)[number]["DepositToAccountRef"]["name"])
    rules.enable(OWNER, scope, "to the BANK")
    number = str(house.retailer.sell("cash", house.clock.now))
    house.clock.sleep(60)
    house.sync()
    accounts.append(documents(house)[number]["DepositToAccountRef"]["name"])

    assert accounts[0] == accounts[2] == "Checking" != accounts[1]


def test_a_taxed_sale_without_a_code_is_held_until_one_is_mapped(houses: Houses) -> None:
    """Two codes have the till's rate, so none may be guessed; nothing is posted untaxed."""
    house = houses(company=CompanySpec(tax="manual"))
    everything(house)
    held = [row for row in entries(house) if row["fix"] == "map_tax"]
    assert held
    assert {row["state"] for row in held} == {"held"}
    assert not {row["source_number"] for row in held} & documents(house).keys()

    line = '"All is MD" when number is not empty set region MD'
    house.services.rules.add(OWNER, house.scope, line)
    house.services.settings.tax_add(OWNER, house.scope, "MD", "Maryland 6%")
    house.services.runs.resync(OWNER, house.scope, cause=held[0]["cause"])
    house.work()

    tie_out(house, expected(house.retailer.events, posts=("sale", "refund")))


def test_refused_again_and_again_ends_as_failed_and_a_resync_brings_it_in(
    houses: Houses, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = houses()
    house.sync()
    number = str(house.retailer.sell("card", house.clock.now))
    house.clock.sleep(60)
    story: list[str] = []
    with turned_away(monkeypatch):
        for _ in range(6):
            house.sync()
            story.append(str(entry(house, number)["state"]))
            house.clock.sleep(3 * 3600)
    row = entry(house, number)

    house.services.runs.resync(OWNER, house.scope, failed=True)
    house.work()

    assert story == ["retrying"] * 4 + ["failed"] * 2
    assert (row["attempts"], row["code"]) == (5, "10000")
    assert row["reason"]
    assert row["fix"] == "retry"
    assert entry(house, number)["state"] == "posted"
    tie_out(house, expected(house.retailer.events, posts=("sale", "refund"), since=NOW.date()))


def test_closed_books_opened_again_take_what_was_held(houses: Houses) -> None:
    house = houses(company=CompanySpec(book_close_date=NOW.date().isoformat()))
    everything(house)
    assert posted(house)[0] == 0

    house.quickbooks.change_company(book_close_date=None)
    house.services.runs.resync(OWNER, house.scope, failed=True)
    house.work()

    tie_out(house, expected(house.retailer.events, posts=("sale", "refund")))


def test_books_closed_behind_our_back_are_told_as_such(houses: Houses) -> None:
    """Closed after we had read the company's facts: QuickBooks refuses, and the entry says why."""
    house = houses()
    house.sync()
    number = str(house.retailer.sell("card", house.clock.now))
    house.clock.sleep(60)
    house.quickbooks.change_company(book_close_date=NOW.date().isoformat())

    house.services.runs.tick(house.scope, "a tick", house.clock.now)
    house.work(until=timedelta(minutes=1))

    row = entry(house, number)
    assert (row["state"], row["document_id"]) == ("held", "")
    assert row["code"] in ("", "6200")
    assert "clos" in str(row["reason"]).casefold()


def test_everything_held_says_why_and_what_to_do(houses: Houses) -> None:
    house = houses()
    house.quickbooks.change_company(book_close_date=START.isoformat())
    house.services.settings.products(OWNER, house.scope, "name", missing="hold")

    everything(house)

    (run,) = house.services.runs.recent(house.scope)
    groups = house.services.runs.causes(house.scope, run.id)
    assert run.state is RunState.PROBLEMS
    assert sum(group.count for group in groups) == run.count(EntryState.HELD)
    assert all(group.reason and group.examples and group.cause for group in groups)


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [(0, 1, "last"), (0, -1, "first"), (-400, 0, "first"), (400, 401, "last")],
    ids=["tomorrow", "reversed", "over-long", "next year"],
)
def test_a_window_that_cannot_be_starts_nothing(
    houses: Houses, first: int, last: int, field: str
) -> None:
    house = houses()
    days = [NOW.date() + timedelta(days=each) for each in (first, last)]

    with pytest.raises(Invalid) as caught:
        house.services.runs.backfill(OWNER, house.scope, *days)

    assert caught.value.field == field
    assert house.services.runs.recent(house.scope) == ()


def test_asking_again_shows_the_run_that_is_there(houses: Houses) -> None:
    house = houses()
    runs, scope = house.services.runs, house.scope

    backfill = runs.backfill(OWNER, scope, START, NOW.date())
    again = runs.backfill(OWNER, scope, NOW.date(), NOW.date())
    sync = runs.sync(OWNER, scope)
    sync_again = runs.sync(OWNER, scope, dry=True)

    assert (again.existing, again.run.id) == (True, backfill.run.id)
    assert (sync.existing, sync_again.existing) == (False, True)
    assert sync_again.run.id == sync.run.id
    with pytest.raises(NotFound):
        runs.resync(OWNER, scope, failed=True)


def test_a_backfill_from_before_any_till_is_a_slip(houses: Houses) -> None:
    """Year 1 has no midnight in zones east of Greenwich, and no sales anywhere."""
    house = houses()

    with pytest.raises(Invalid, match="2000-01-01") as caught:
        house.services.runs.backfill(OWNER, house.scope, date(1, 1, 1), date(1, 1, 2))

    assert caught.value.field == "first"
