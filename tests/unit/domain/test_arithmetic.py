"""The till's arithmetic, checked on real sales and on sums that would give it away."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.connectors.lightspeed.book import PaymentType, ShopBook
from sync.connectors.lightspeed.normalise import normalise_page
from sync.domain.arithmetic import contradiction, line_discount, sale_tax, sale_total
from sync.domain.sale import Shop, TenderKind
from tests.builders import a_line, a_sale

FIXTURES = Path(__file__).parents[3] / ".." / "shared" / "fixtures"
RECORDED = FIXTURES / "lightspeed" / "sales_302.json"


@pytest.mark.skipif(not RECORDED.exists(), reason=f"recorded sales are not at {RECORDED}")
def test_no_recorded_sale_contradicts_itself() -> None:
    """302 sales of a real shop: every one follows from its own lines."""
    raw = json.loads(RECORDED.read_text())
    types = {
        payment["PaymentType"]["paymentTypeID"]: payment["PaymentType"]
        for sale in raw
        for payment in _many((sale.get("SalePayments") or {}).get("SalePayment"))
    }
    book = ShopBook(
        [Shop(sale["shopID"], "Shop", "US/Eastern") for sale in raw],
        payment_types=[
            PaymentType(key, kind["name"], TenderKind(kind["type"])) for key, kind in types.items()
        ],
    )

    got = normalise_page(raw, book)

    assert len(got.sales) == 302
    assert [contradiction(sale) for sale in got.sales if contradiction(sale)] == []
    assert sum(sale_total(sale.lines, sale.tax) for sale in got.sales) == Decimal("16799.43")
    assert sum(sale.tax for sale in got.sales) == Decimal("673.76")
    assert sum(line.discount for sale in got.sales for line in sale.lines) == Decimal("535.63")


def test_tax_is_rounded_once_for_the_whole_sale() -> None:
    """Three lines of 0.4 cents are one cent together, and none alone."""
    lines = tuple(a_line(price="0.10", rate="0.04") for _ in range(3))

    assert all(line.tax == Decimal("0.004") for line in lines)
    assert sale_tax(lines) == Decimal("0.01")


def test_half_a_cent_goes_away_from_zero_on_both_sides() -> None:
    assert line_discount(Decimal("1.41"), percent=Decimal("0.5")) == Decimal("0.71")
    assert line_discount(Decimal("-1.41"), percent=Decimal("0.5")) == Decimal("-0.71")


def test_a_whole_discount_takes_everything() -> None:
    """Stored as 0.999999999; computed plainly it would leave cents on a large line."""
    gross = Decimal("99999999.99")

    assert line_discount(gross, percent=Decimal("0.999999999")) == gross


@given(st.decimals("-999.99", "999.99", places=2), st.decimals("0.01", "99.99", places=2))
def test_an_amount_off_has_the_sign_of_its_line(gross: Decimal, amount: Decimal) -> None:
    """On a return the discount is given back too."""
    off = line_discount(gross, amount=amount)

    assert abs(off) == amount
    assert off.is_signed() == gross.is_signed()


def test_a_sale_whose_total_is_a_cent_off_is_found_out() -> None:
    sale = a_sale(a_line(price="10.00", taxed=False), total=Decimal("10.01"))

    assert "10.01" in contradiction(sale)


def _many(value):  # type: ignore[no-untyped-def]
    return value if isinstance(value, list) else [value] if value else []
