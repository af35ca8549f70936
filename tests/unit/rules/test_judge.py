"""Filters before rules, rules before the closing date; every verdict says why."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from sync.domain.sale import Sale, SaleState, Shop, TenderKind
from sync.domain.verdicts import Hold, Judgement, Skip
from sync.rules.filters import SALE_FILTERS
from sync.rules.grammar import parse_rule
from sync.rules.judge import Almost, almost_fired, judge
from sync.rules.model import Condition
from sync.rules.rulebook import Rulebook, compile_rules
from tests.builders import a_line, a_sale, a_tender, some_books, some_settings

EVERYTHING_OUT = '"Out" when total matches * exclude'


def judged(
    sale: Sale,
    *lines: str,
    backfill: bool = False,
    closed_through: date | None = None,
    **settings: Any,
) -> Judgement:
    books = some_books(closed_through=closed_through)
    rulebook = compile_rules([parse_rule(line) for line in lines], books)
    return judge(sale, some_settings(**settings), rulebook, books, backfill=backfill)


def skipped(judgement: Judgement) -> Skip:
    assert isinstance(judgement.verdict, Skip)
    return judgement.verdict


def test_a_plain_sale_goes_on_untouched() -> None:
    sale = a_sale(a_line())

    assert judge(sale, some_settings(), Rulebook(), some_books(), backfill=False) == Judgement(sale)


@pytest.mark.parametrize(
    ("state", "word"),
    [
        (SaleState.VOIDED, "voided"),
        (SaleState.OPEN, "open"),
        (SaleState.CANCELLED, "cancelled"),
    ],
)
def test_only_completed_tickets_are_sales(state: SaleState, word: str) -> None:
    """Also when the status filter names the state, and in a backfill."""
    sale = a_sale(a_line(), state=state)

    skip = skipped(judged(sale, statuses=(word,), backfill=True))

    assert skip.cause == f"filter.{word}"
    assert word in skip.reason


def test_the_status_filter_says_what_was_asked_and_what_the_sale_is() -> None:
    refund = a_sale(a_line(quantity=-1), tenders=[a_tender("-10.60")])

    skip = skipped(judged(refund, statuses=("Sale", "exchange")))

    assert skip.cause == "filter.status"
    assert "status filter (Sale, exchange)" in skip.reason
    assert "refund" in skip.reason
    assert judged(refund, statuses=(" Refund ",)).verdict is None


def test_a_day_before_go_live_is_skipped_unless_a_backfill_asks_for_it() -> None:
    sale = a_sale(a_line(), business_day=date(2026, 2, 3))

    skip = skipped(judged(sale, go_live=date(2026, 2, 4)))

    assert skip.cause == "filter.go_live"
    assert skip.reason.startswith("before go-live: sold on 3 Feb 2026")
    assert judged(sale, go_live=date(2026, 2, 3)).verdict is None
    assert judged(sale, go_live=date(2026, 2, 4), backfill=True).verdict is None


def test_the_store_filter_compares_shop_names_trimmed_and_case_blind() -> None:
    sale = a_sale(a_line())

    assert judged(sale, stores=("  main   STREET",)).verdict is None
    skip = skipped(judged(sale, stores=("Main", "Webstore")))

    assert skip.cause == "filter.store"
    assert skip.reason == ("store filter (Main, Webstore): sold at Main Street, register Front")


@pytest.mark.parametrize(
    "sale",
    [
        a_sale(a_line(), register_name="eCom"),
        a_sale(a_line(), tenders=[a_tender("10.60", "eCom")]),
        a_sale(a_line(), tenders=[a_tender("10.60", "Shopify", kind=TenderKind.ECOM)]),
        a_sale(a_line(), shop=Shop("9", "Webstore", "America/New_York")),
    ],
    ids=["register", "tender name", "tender kind", "a shop of that name"],
)
def test_webstore_means_web_sales_wherever_they_are_rung_up(sale: Sale) -> None:
    assert judged(sale, stores=("webstore",)).verdict is None


def test_what_counts_as_a_web_sale_can_be_configured() -> None:
    sale = a_sale(a_line(), register_name="Online", tenders=[a_tender("10.60", "Stripe")])

    assert judged(sale, stores=("Webstore",)).verdict is not None
    assert judged(sale, stores=("Webstore",), web_registers=("online",)).verdict is None
    assert judged(sale, stores=("Webstore",), web_tenders=("STRIPE",)).verdict is None


def test_filters_come_before_rules_and_work_with_rules_off() -> None:
    sale = a_sale(a_line(), state=SaleState.VOIDED)

    assert skipped(judged(sale, EVERYTHING_OUT)).cause == "filter.voided"
    assert skipped(judged(sale, EVERYTHING_OUT, rules_on=False)).cause == "filter.voided"
    assert judged(sale, EVERYTHING_OUT).fired == ()


def test_the_first_filter_gives_the_reason() -> None:
    """Order is policy: a voided ticket is called voided, whatever else is true of it."""
    sale = a_sale(a_line(), state=SaleState.VOIDED, business_day=date(2020, 1, 1))

    skip = skipped(judged(sale, go_live=date(2026, 1, 1), stores=("Other",), statuses=("refund",)))

    assert skip.cause == "filter.voided"
    assert [sale_filter.__name__ for sale_filter in SALE_FILTERS] == [
        "completed",
        "status",
        "go_live",
        "store",
    ]


def test_a_day_in_a_closed_period_waits_for_a_person() -> None:
    sale = a_sale(a_line(), business_day=date(2026, 2, 3))

    verdict = judged(sale, closed_through=date(2026, 2, 3)).verdict

    assert verdict == Hold(
        "closed_period",
        "3 Feb 2026 is closed; the books are shut to 3 Feb 2026",
        "choose_date",
        "2026-02-03",
    )
    assert judged(sale, closed_through=date(2026, 2, 2)).verdict is None


def test_the_closing_date_is_held_against_the_date_that_rules_left() -> None:
    sale = a_sale(a_line(), business_day=date(2026, 2, 3))
    later = '"Later" when date < 2026-03-01 set date 2026-03-01'

    moved = judged(sale, later, closed_through=date(2026, 2, 28))
    back = judged(
        sale, '"Back" when register = 1 set date 2026-01-05', closed_through=date(2026, 2, 1)
    )

    assert moved.verdict is None
    assert moved.overrides.day == date(2026, 3, 1)
    assert isinstance(back.verdict, Hold)


def test_a_closed_period_is_told_with_rules_off_too() -> None:
    judgement = judged(
        a_sale(a_line()), EVERYTHING_OUT, rules_on=False, closed_through=date(2027, 1, 1)
    )

    assert isinstance(judgement.verdict, Hold)


def test_an_excluded_sale_does_not_ask_about_the_closing_date() -> None:
    judgement = judged(a_sale(a_line()), EVERYTHING_OUT, closed_through=date(2027, 1, 1))

    assert skipped(judgement).cause == "rule"


def test_what_nearly_fired_follows_what_did_also_in_a_sale_without_payments() -> None:
    sale = a_sale(a_line(), tenders=[], register_id="1")
    lines = (
        '"Fires" when register = 1 set region MD',
        '"Near" when state = MD and total > 5000 exclude',
    )
    rulebook = compile_rules([parse_rule(line) for line in lines], some_books())

    assert almost_fired(sale, rulebook) == (Almost("Near", Condition("total", ">", "5000")),)


def test_a_rule_that_one_condition_kept_from_firing_is_named() -> None:
    sale = a_sale(a_line("AB-1", quantity=2), a_line("CD-1"), register_id="1")
    lines = (
        '"Fires" when register = 1 and total > 1 set region MD',
        '"Near" when state = MD and total > 5000 exclude',
        '"Far" when register = 2 and total > 5000 exclude',
        '"Or" when register = 2 or total > 5000 exclude',
        '"Single" when register = 2 exclude',
        '"Line" when sku = AB-1 and quantity = 3 set sku "X"',
        '"Some line" when sku = AB-1 and quantity = 2 set sku "X"',
    )
    rulebook = compile_rules([parse_rule(line) for line in lines], some_books())

    near = almost_fired(sale, rulebook)

    assert near == (
        Almost("Near", Condition("total", ">", "5000")),
        Almost("Line", Condition("quantity", "=", "3")),
    )
