"""What a request costs: the documented prices of whole calls."""

from __future__ import annotations

import json

import pytest

from sync.sandbox.lightspeed.answers import Refusal
from sync.sandbox.lightspeed.cursors import Cursors
from sync.sandbox.lightspeed.query import Reader
from sync.sandbox.lightspeed.switches import Switches
from sync.sandbox.lightspeed.tables import Dataset

FULL = (
    "SaleLines SalePayments SalePayments.SaleAccounts Customer Customer.Contact ShipTo "
    "ShipTo.Contact SaleLines.Note"
)


@pytest.fixture
def reader(on_the_wire: Dataset) -> Reader:
    return Reader(on_the_wire, Cursors(b"secret", on_the_wire.account_id), Switches())


@pytest.mark.parametrize(
    ("entity", "relations", "listed", "cost"),
    [
        ("Customer", "", True, 1.0),
        ("Sale", "SaleLines SalePayments", True, 1.8),
        ("Sale", FULL, True, 3.2),
        ("Item", "ItemShops ItemVendorNums ItemAttributes", True, 2.0),
        ("Sale", "SaleLines SalePayments", False, 1.4),
        ("Sale", "SaleLines SaleLines.Note Customer", False, 1.5),
    ],
)
def test_relations_have_their_price(
    reader: Reader, entity: str, relations: str, listed: bool, cost: float
) -> None:
    params = [("load_relations", json.dumps(relations.split()))]

    assert reader.parse(entity, params, listed=listed).cost == pytest.approx(cost)


def test_a_count_costs_ten(reader: Reader) -> None:
    assert reader.parse("Sale", [("count", "1")]).cost == 10


@pytest.mark.parametrize(
    ("text", "cost"),
    [
        ("firstName=Ada|firstName=Ben", 1),
        ("firstName=Ada|lastName=Novak|customerID=>,60", 4),
        ("customerID=>,60|timeStamp=>,2026-01-01T00:00:00", 12),
    ],
)
def test_alternatives_have_their_price(reader: Reader, text: str, cost: float) -> None:
    assert reader.parse("Customer", [("or", text)]).cost == cost


@pytest.mark.parametrize(
    "params",
    [
        [("offset", "100")],
        [("orderby", "saleID")],
        [("limit", "101")],
        [("limit", "-1")],
        [("sort", "total")],
        [("count", "1"), ("limit", "10")],
        [("load_relations", '["Lines"]')],
        [("load_relations", "SaleLines")],
        [("archived", "yes")],
        [("nonsense", "1")],
        [("saleID", "abc")],
        [("saleID", f"IN,{list(range(101))}")],
        [("timeStamp", ">=,2026-02-30T00:00:00+00:00")],
        [("timeStamp", ">=,2026-02-03T00:00:00Z")],
        [("timeStamp", ">=,2026-02-03T00:00:00 00:00")],
        [("SaleLines.itemID", "301")],
        [("saleID", "1"), ("saleID", "2")],
    ],
)
def test_what_the_service_refuses(reader: Reader, params: list[tuple[str, str]]) -> None:
    with pytest.raises(Refusal) as refusal:
        reader.parse("Sale", params)

    assert refusal.value.status == 400


def test_an_unknown_sort_is_told_the_known_ones(reader: Reader) -> None:
    with pytest.raises(Refusal, match="saleID, timeStamp, completeTime, updateTime"):
        reader.parse("Sale", [("sort", "total")])
