"""The till's sums, checked on every ticket with Decimal where the generator uses integers."""

from __future__ import annotations

import json
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.sandbox.lightspeed.decimals import scaled
from sync.sandbox.lightspeed.recorded import dataset_from_recorded
from sync.sandbox.lightspeed.tables import Dataset
from sync.sandbox.retailer.arithmetic import half_up, shares

RECORDED = Path(__file__).parents[4] / "shared" / "fixtures" / "lightspeed" / "sales_302.json"
CENT = Decimal("0.01")
Fields = dict[str, Any]


def number(fields: Fields, name: str) -> Decimal:
    return Decimal(fields[name])


def cents_of(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def lines_of(dataset: Dataset, sale_id: int) -> list[Fields]:
    return [row.fields for row in dataset.tables["SaleLine"].of_parent("saleID", sale_id)]


def payments_of(dataset: Dataset, sale_id: int) -> list[Fields]:
    return [row.fields for row in dataset.tables["SalePayment"].of_parent("saleID", sale_id)]


def assert_line_adds_up(line: Fields) -> None:
    subtotal = number(line, "unitQuantity") * number(line, "unitPrice")
    percent = number(line, "discountPercent")
    discount = cents_of(subtotal * percent) if percent else number(line, "discountAmount")
    base = subtotal - discount - number(line, "calcTransactionDiscount")
    tax = base * number(line, "tax1Rate") if line["tax"] == "true" else Decimal(0)

    assert number(line, "calcSubtotal") == subtotal
    assert number(line, "calcLineDiscount") == discount
    assert number(line, "displayableSubtotal") == base
    assert number(line, "calcTax1") == tax
    assert number(line, "calcTotal") == base + tax


def assert_sale_adds_up(sale: Fields, lines: list[Fields], payments: list[Fields]) -> None:
    def total(name: str) -> Decimal:
        return sum((number(line, name) for line in lines), Decimal(0))

    discount = total("calcLineDiscount") + total("calcTransactionDiscount")
    tax = cents_of(total("calcTax1"))
    net = total("calcSubtotal") - discount
    live = [one for one in payments if one["archived"] == "false"]
    paid = sum((number(one, "amount") for one in live), Decimal(0))
    stored = sum(
        (number(one, "amount") for one in live if one["paymentTypeID"] in "45"), Decimal(0)
    )
    to_card = sum(
        (
            number(one, "amount")
            for one in live
            if one["paymentTypeID"] == "3" and number(one, "amount") < 0
        ),
        Decimal(0),
    )

    assert number(sale, "calcSubtotal") == total("calcSubtotal")
    assert number(sale, "calcDiscount") == discount
    assert number(sale, "calcTax1") == number(sale, "taxTotal") == tax
    assert number(sale, "total") == number(sale, "calcTotal") == net + tax
    assert number(sale, "calcTaxable") + number(sale, "calcNonTaxable") == net
    assert number(sale, "calcPayments") == paid
    assert number(sale, "balance") == number(sale, "total") - paid
    assert number(sale, "totalDue") == number(sale, "total") - stored - to_card


def test_every_ticket_obeys_the_tills_arithmetic(on_the_wire: Dataset) -> None:
    checked = 0
    for sale_id, row in on_the_wire.tables["Sale"].rows.items():
        lines = lines_of(on_the_wire, sale_id)
        for line in lines:
            assert_line_adds_up(line)
        assert_sale_adds_up(row.fields, lines, payments_of(on_the_wire, sale_id))
        checked += 1

    assert checked > 2000


def test_a_finished_ticket_is_paid_to_the_cent(on_the_wire: Dataset) -> None:
    finished = [
        row.fields
        for row in on_the_wire.tables["Sale"].rows.values()
        if row.fields["completed"] == "true" and row.fields["voided"] == "false"
    ]

    assert {sale["balance"] for sale in finished} == {"0"}


@pytest.mark.skipif(not RECORDED.exists(), reason=f"no recorded sales at {RECORDED}")
def test_recorded_sales_keep_their_control_totals() -> None:
    """The stand-in serves the recording without changing a cent, and adds only missing keys."""
    dataset = dataset_from_recorded(RECORDED)
    original = {sale["saleID"]: sale for sale in json.loads(RECORDED.read_text())}

    sales = [row.fields for row in dataset.tables["Sale"].rows.values()]
    totals = [number(sale, "total") for sale in sales]
    live = [
        number(row.fields, "amount")
        for row in dataset.tables["SalePayment"].rows.values()
        if row.fields["archived"] == "false"
    ]

    assert len(sales) == 302
    assert sum(totals) == Decimal("16799.43")
    assert sum(total for total in totals if total < 0) == Decimal("-216.18")
    assert sum(number(sale, "taxTotal") for sale in sales) == Decimal("673.76")
    assert sum(number(sale, "calcDiscount") for sale in sales) == Decimal("535.63")
    assert sum(live) == Decimal("16799.43")
    for sale in sales:
        before = original[sale["saleID"]]
        assert {name: sale[name] for name in sale if name in before} == {
            name: value for name, value in before.items() if isinstance(value, str)
        }
        for line in lines_of(dataset, int(sale["saleID"])):
            assert_line_adds_up(line)
        assert_sale_adds_up(
            sale,
            lines_of(dataset, int(sale["saleID"])),
            payments_of(dataset, int(sale["saleID"])),
        )


@given(st.integers(-(10**9), 10**9))
def test_cents_survive_the_wire(number_of_cents: int) -> None:
    text = scaled(number_of_cents, 2)

    assert Decimal(text) == Decimal(number_of_cents).scaleb(-2)
    assert not text.endswith((".", ".0"))
    assert text != "-0"


@given(st.integers(0, 10**6), st.lists(st.integers(1, 10**5), min_size=1, max_size=8))
def test_shares_of_a_discount_add_up_to_it(whole: int, weights: list[int]) -> None:
    cut = shares(whole, weights)

    assert sum(cut) == whole
    assert all(
        abs(part - Fraction(whole * weight, sum(weights))) <= 1
        for part, weight in zip(cut, weights, strict=True)
    )


def test_a_tie_is_rounded_away_from_zero_on_both_sides() -> None:
    assert half_up(Fraction(141, 2)) == 71
    assert half_up(Fraction(-141, 2)) == -71
    assert half_up(Fraction(7049, 100)) == 70
