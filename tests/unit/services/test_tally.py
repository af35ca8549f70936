"""What a survey counts, and how a sample is brought to the whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from sync.domain.sale import Address, SaleState
from sync.domain.settings import ConnectionSettings
from sync.services.tally import Findings, RateFound, ShopSales, Tally, regions_taxed, staying
from tests.builders import a_line, a_sale

DAY = date(2026, 3, 1)


def a_tally() -> Tally:
    return Tally(ConnectionSettings(), date(2000, 1, 1))


def test_voided_sales_and_repeated_ones_do_not_count() -> None:
    tally = a_tally()
    sale = replace(a_sale(), id="1")

    tally.add([sale, sale, replace(sale, id="2", state=SaleState.VOIDED)])

    found = tally.findings(3, 3, is_sample=False)
    assert (found.read, found.sales, found.recent, found.is_sample) == (1, 1, 1, False)


def test_a_sample_is_brought_to_the_whole() -> None:
    tally = a_tally()
    tally.add(replace(a_sale(), id=str(number)) for number in range(10))

    found = tally.findings(900, 300, is_sample=True)

    assert (found.sales, found.recent, found.is_sample) == (900, 300, True)
    assert sum(each.sales for each in found.shops) == 300


def test_nothing_sold_is_nothing_found() -> None:
    assert a_tally().findings(0, 0, is_sample=True) == Findings(0, 0, 0)


def test_old_sales_are_read_but_not_counted_as_recent() -> None:
    tally = Tally(ConnectionSettings(), date(2100, 1, 1))
    tally.add([a_sale()])

    found = tally.findings(1, 0, is_sample=False)

    assert (found.read, found.recent, found.shops) == (1, 0, ())


def test_a_sale_that_was_shipped_is_taxed_where_it_went() -> None:
    tally = a_tally()
    taxed = replace(a_line(), taxed=True, tax_rate=Decimal("0.06"))
    sale = replace(a_sale(), lines=(taxed,), tax=Decimal("6.00"), ship_to=Address(region="ny"))

    tally.add([sale])

    (rate,) = tally.findings(1, 1, is_sample=False).rates
    assert (rate.region, rate.rate, rate.sales) == ("NY", Decimal("0.06"), 1)


SHOPS = (
    ShopSales("Newtown", False, 40),
    ShopSales("Newtown", True, 10),
    ShopSales("Enmore", False, 30),
)


def test_a_filter_keeps_shops_by_name_and_the_web_wherever_it_was_rung_up() -> None:
    found = Findings(80, 80, 80, shops=SHOPS)

    assert staying(found, ()) == 80
    assert staying(found, ("newtown ",)) == 50
    assert staying(found, ("Webstore",)) == 10
    assert staying(found, ("Enmore", "webstore")) == 40
    assert staying(found, ("Nowhere",)) == 0


def test_regions_come_by_their_sales_and_rates_of_several_shops_are_one() -> None:
    six, eight = Decimal("0.06"), Decimal("0.08")
    found = Findings(
        9,
        9,
        9,
        rates=(
            RateFound("A", "MD", six, 3),
            RateFound("B", "MD", six, 4),
            RateFound("A", "MD", eight, 5),
            RateFound("A", "NY", eight, 1),
            RateFound("A", "", eight, 100),
        ),
    )

    regions = regions_taxed(found)

    assert list(regions) == ["MD", "NY"]
    assert regions["MD"] == (RateFound("A, B", "MD", six, 7), RateFound("A", "MD", eight, 5))
