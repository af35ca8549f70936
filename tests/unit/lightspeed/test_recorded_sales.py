"""Three real days of one shop, to the cent."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from sync.connectors.lightspeed.book import ShopBook
from sync.connectors.lightspeed.normalise import normalise_page
from sync.domain.money import ZERO
from sync.domain.sale import Sale, Shop

RECORDED = Path(__file__).parents[4] / "shared" / "fixtures" / "lightspeed" / "sales_302.json"


@pytest.fixture(scope="module")
def sales() -> tuple[Sale, ...]:
    if not RECORDED.exists():
        pytest.skip("the recorded sales are not beside this repository")
    book = ShopBook([Shop("66", "The shop", "US/Eastern")])
    result = normalise_page(json.loads(RECORDED.read_bytes()), book)
    assert result.unreadable == ()
    return result.sales


def test_all_sales_add_up_to_the_shops_own_totals(sales: tuple[Sale, ...]) -> None:
    refunds = [sale for sale in sales if sale.is_refund]

    assert len(sales) == 302
    assert sum(sale.total for sale in sales) == Decimal("16799.43")
    assert sum(sale.total for sale in refunds) == Decimal("-216.18")
    assert sum(sale.tax for sale in sales) == Decimal("673.76")
    assert sum(line.discount for sale in sales for line in sale.lines) == Decimal("535.63")


def test_only_live_payments_are_money(sales: tuple[Sale, ...]) -> None:
    """Counting the dead ones would give 18,003.19."""
    tenders = [tender for sale in sales for tender in sale.tenders]

    assert sum(tender.amount for tender in tenders) == Decimal("16799.43")
    for sale in sales:
        assert sum((tender.amount for tender in sale.tenders), ZERO) == sale.total


def test_every_sale_is_its_lines_and_its_tax(sales: tuple[Sale, ...]) -> None:
    for sale in sales:
        assert sum((line.net for line in sale.lines), ZERO) + sale.tax == sale.total


def test_what_the_recording_is_known_to_hold(sales: tuple[Sale, ...]) -> None:
    lines = [line for sale in sales for line in sale.lines]

    assert sum(sale.is_refund for sale in sales) == 9
    assert sum(sale.ship_to is not None for sale in sales) == 12
    assert sum(not sale.tenders for sale in sales) == 4
    assert sum(bool(line.discount) for line in lines) == 53
    assert sum(not line.taxed and line.tax_rate > 0 for line in lines) == 37
    assert len({sale.register_id for sale in sales}) == 4
    assert len({sale.fingerprint for sale in sales}) == 302
