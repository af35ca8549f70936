"""The seeded retailer: repeatable, varied, and consistent with its own totals."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from sync.sandbox.lightspeed.tables import Dataset
from sync.sandbox.retailer.kinds import KINDS, POSTABLE, POSTS
from sync.sandbox.retailer.retailer import Retailer
from sync.sandbox.retailer.totals import expected, money
from tests.unit.sandbox_lightspeed.conftest import NOW, START


def a_week(**more: object) -> Retailer:
    return Retailer(3, start=date(2026, 11, 13), now=NOW, **more)  # type: ignore[arg-type]


def test_the_same_seed_tells_the_same_story(season: Retailer) -> None:
    again = Retailer(7, start=START, now=NOW)

    assert again.events == season.events


def test_trading_on_later_is_the_same_as_trading_through(season: Retailer) -> None:
    early = Retailer(7, start=START, now=NOW - timedelta(days=9, hours=3))
    early.trade(NOW - timedelta(days=4))
    early.trade(NOW)

    assert early.events == season.events


def test_every_kind_of_ticket_occurs(season: Retailer) -> None:
    seen = Counter(sale.kind for sale in season.events)

    assert set(seen) == set(KINDS)
    assert {sale.posts for sale in season.events} == set(POSTS)


def test_tenders_cover_what_the_tickets_come_to(season: Retailer) -> None:
    totals = expected(season.events)

    assert totals.goods - totals.discount + totals.tax == totals.total
    assert sum(totals.by_tender.values()) == totals.total
    assert sum(totals.by_shop.values()) == sum(totals.by_day.values()) == totals.total
    assert totals.refunds < 0
    assert sum(totals.by_kind.values()) == totals.tickets


def test_totals_split_by_shop_day_and_outcome(season: Retailer) -> None:
    whole = expected(season.events)
    shops = [expected(season.events, shops={name}).total for name in whole.by_shop]
    middle = date(2026, 10, 10)
    early = expected(season.events, until=middle)
    late = expected(season.events, since=middle + timedelta(days=1))
    outcomes = [expected(season.events, posts={posts}).total for posts in POSTS[:2]]

    assert sum(shops) == early.total + late.total == sum(outcomes) == whole.total


def test_totals_agree_with_the_wire(season: Retailer, on_the_wire: Dataset) -> None:
    """Added up from strings by another road than the generator's."""
    standing = [
        row.fields
        for row in on_the_wire.tables["Sale"].rows.values()
        if row.fields["completed"] == "true"
        and row.fields["voided"] == "false"
        and row.fields["archived"] == "false"
    ]
    totals = expected(season.events)

    assert sum(Decimal(sale["total"]) for sale in standing) == money(totals.total)
    assert sum(Decimal(sale["calcTax1"]) for sale in standing) == money(totals.tax)
    assert sum(Decimal(sale["calcDiscount"]) for sale in standing) == money(totals.discount)


def test_an_evening_sale_belongs_to_the_shops_day() -> None:
    retailer = a_week()
    sale_id = retailer.sell("cash", datetime.fromisoformat("2026-11-21T01:30:00+00:00"))

    assert retailer.sales[sale_id].business_day == date(2026, 11, 20)


def test_a_shop_east_of_greenwich_has_its_own_day() -> None:
    retailer = a_week(time_zone="Pacific/Auckland")
    sale_id = retailer.sell("cash", datetime.fromisoformat("2026-11-20T12:30:00+00:00"))

    assert retailer.sales[sale_id].business_day == date(2026, 11, 21)


@pytest.mark.parametrize("kind", KINDS)
def test_any_kind_can_be_asked_for(kind: str) -> None:
    retailer = a_week(mix=POSTABLE)
    sale_id = retailer.sell(kind, NOW)
    sale = retailer.sales[sale_id]

    assert sale.completed is None or sum(sale.paid.values()) == sale.total


def test_a_void_moves_the_change_time_only() -> None:
    retailer = a_week()
    sale_id = retailer.sell("cash", NOW)
    before = expected(retailer.events).total
    sold = retailer.sales[sale_id]

    retailer.void(sale_id, NOW + timedelta(days=2))

    taken_back = retailer.sales[sale_id]
    assert taken_back.completed == sold.completed
    assert taken_back.updated == NOW + timedelta(days=2)
    assert taken_back.live == ()
    assert expected(retailer.events).total == before - sold.total


def test_a_corrected_payment_leaves_the_old_one_dead() -> None:
    retailer = a_week()
    sale_id = retailer.sell("cash", NOW)

    retailer.edit(sale_id, NOW + timedelta(hours=1), pay_with="Check")

    sale = retailer.sales[sale_id]
    assert sale.paid == {"Check": sale.total}
    assert [tender.dead for tender in sale.tenders] == [True, False]


def test_gift_cards_never_overspend(season: Retailer) -> None:
    cards = [account for account in season.book.accounts.values() if account.gift]

    assert cards
    assert all(season.book.balances[card.id] <= 0 for card in cards)


def test_a_line_comes_back_once(season: Retailer) -> None:
    parents = [line.parent for sale in season.events for line in sale.lines if line.parent]

    assert len(parents) == len(set(parents)) > 20


def test_awkward_names_are_on_file(season: Retailer) -> None:
    people = {(one.first_name, one.last_name) for one in season.people}
    numbers = [item.sku for item in season.catalogue.everything]

    assert {("<!channel>", "=1+1"), ("Maya", "O'Neil"), ("Zoë", "🚲"), ("", "")} <= people
    assert "" in numbers
    assert any(":" in number and len(number) == 200 for number in numbers)
    assert any(len(item.description) == 200 for item in season.catalogue.everything)
    assert len(numbers) >= 110
