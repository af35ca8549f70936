"""The company's lists are ours to look into: few calls to read them, none to use them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import requests

from sync.domain.verdicts import EntryState
from sync.sandbox.quickbooks.spec import CompanySpec
from tests.house import OWNER, House
from tests.scenarios.books import entry, states
from tests.scenarios.conftest import NOW, START, Houses

REALM = CompanySpec().realm_id


def created(house: House, kind: str, body: Mapping[str, Any]) -> str:
    """What a person makes in QuickBooks; its id."""
    answer = requests.post(
        f"{house.servers[1].url}/v3/company/{REALM}/{kind.lower()}?minorversion=75",
        json=body,
        headers={
            "Authorization": f"Bearer {house.quickbooks.connect().access}",
            "Accept": "application/json",
        },
        timeout=10,
    )
    assert answer.status_code == 200, answer.text
    return str(answer.json()[kind]["Id"])


def calls(house: House) -> dict[str, int]:
    """Calls to QuickBooks by kind, since the counters were reset."""
    counted: dict[str, int] = dict(house.quickbooks.counters.snapshot()["by_kind"])
    return counted


def one_sale(house: House, kind: str = "card") -> str:
    number = str(house.retailer.sell(kind, house.clock.now))
    house.clock.sleep(60)
    return number


def receipt(house: House, number: str) -> dict[str, Any]:
    (found,) = (
        document
        for document in house.quickbooks.documents("SalesReceipt")
        if document["DocNumber"] == f"LS-{number}"
    )
    return dict(found)


def sku_of(house: House, number: str) -> str:
    (sale,) = (sale for sale in house.retailer.events if str(sale.id) == number)
    return str(sale.lines[0].item.sku)


def test_connecting_reads_every_list_in_a_handful_of_calls(houses: Houses) -> None:
    """The big lists paged, the others together, company and preferences together."""
    house = houses()

    counted = calls(house)

    assert counted.get("query", 0) <= 4
    assert counted.get("batch", 0) <= 2
    assert counted.keys() <= {"query", "batch", "oauth", "token"}


def test_a_run_with_nothing_new_asks_quickbooks_once_for_changes(houses: Houses) -> None:
    house = houses()
    house.sync()
    house.services.schedules.set(OWNER, house.scope, "hourly")
    house.clock.sleep(20 * 60)
    house.quickbooks.counters.reset()

    house.services.runs.tick(house.scope, "a tick", house.clock.now)
    house.work(until=timedelta(minutes=1))

    assert calls(house) == {"cdc": 1}


def test_more_sales_take_more_batches_and_no_read(houses: Houses) -> None:
    house = houses()
    house.backfill(START, NOW.date())  # makes what the company lacked
    house.quickbooks.counters.reset()
    before = states(house)[EntryState.POSTED]
    for _ in range(45):
        house.retailer.sell("card", house.clock.now)
    house.clock.sleep(60)
    one = "one more of the same"
    house.services.runs.tick(house.scope, one, house.clock.now)
    house.work(until=timedelta(minutes=1))

    posted = states(house)[EntryState.POSTED] - before
    counted = calls(house)
    assert posted >= 45
    assert counted.pop("cdc") == 1
    assert counted.keys() == {"batch"}
    assert counted["batch"] <= 5  # two of documents, and new items, customers and facts apart


def test_an_item_made_in_quickbooks_is_used_by_the_next_run(houses: Houses) -> None:
    """Not made a second time: the next run hears of it by change data capture."""
    house = houses()
    house.sync()
    house.clock.sleep(3600)
    known = {str(item["Name"]).casefold() for item in house.quickbooks.documents("Item")}
    number = one_sale(house)
    while (sku := sku_of(house, number)).casefold() in known:
        number = one_sale(house)
    income = next(
        each["Id"]
        for each in house.quickbooks.documents("Account")
        if each["Name"] == "Sales of Product Income"
    )
    made = created(
        house,
        "Item",
        {"Name": sku, "Type": "Service", "IncomeAccountRef": {"value": income}},
    )

    house.sync()

    items = [
        line["SalesItemLineDetail"]["ItemRef"]["value"]
        for line in receipt(house, number)["Line"]
        if line["DetailType"] == "SalesItemLineDetail"
    ]
    assert made in items
    assert entry(house, number)["state"] == "posted"


def test_an_account_made_in_quickbooks_can_be_chosen_after_the_next_run(houses: Houses) -> None:
    house = houses()
    house.sync()
    created(house, "Account", {"Name": "Safe", "AccountType": "Bank"})
    house.clock.sleep(60)

    house.sync()
    house.services.settings.account(OWNER, house.scope, "cash", "Safe")
    number = one_sale(house, "cash")
    house.sync()

    assert receipt(house, number)["DepositToAccountRef"]["name"] == "Safe"


def test_books_closed_today_hold_the_next_sale_a_person_asks_for(houses: Houses) -> None:
    """Facts of the company are read again when somebody waits for the run."""
    house = houses()
    house.sync()
    house.quickbooks.change_company(book_close_date=NOW.date().isoformat())
    number = one_sale(house)

    house.sync()

    row = entry(house, number)
    assert (row["state"], row["cause"]) == ("held", "closed_period")
    assert row["reason"]


def test_a_product_number_with_colons_and_no_end_is_sold_under_one_fitting_name(
    houses: Houses,
) -> None:
    """QuickBooks takes no colon and a hundred characters; two such products stay two items."""
    house = houses()
    house.sync()
    numbers = [one_sale(house, "cash") for _ in range(6)]
    for number in numbers:
        for line in lines_of(house, number):
            sku = f"Gear: {line.item.id} " + "long and longer " * 12 + str(line.item.id)
            house.lightspeed.dataset.change(
                "Item", line.item.id, {"customSku": sku, "manufacturerSku": sku, "systemSku": sku}
            )
    products = {line.item.id for number in numbers for line in lines_of(house, number)}
    before = {item["Id"] for item in house.quickbooks.documents("Item")}

    house.sync()
    number = one_sale(house, "cash")
    house.sync()

    made = [i["Name"] for i in house.quickbooks.documents("Item") if i["Id"] not in before]
    ours = [name for name in made if "long and longer" in name]
    assert {entry(house, each)["state"] for each in (*numbers, number)} == {"posted"}
    assert len(set(ours)) == len(ours) == len(products)
    assert all(len(name) <= 100 and ":" not in name for name in made)


def lines_of(house: House, number: str) -> list[Any]:
    (sale,) = (sale for sale in house.retailer.events if str(sale.id) == number)
    return [line for line in sale.lines if line.item is not None]
