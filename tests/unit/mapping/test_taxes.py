"""The till's tax in each of QuickBooks' tax worlds: never lost, never recomputed, never twice."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from sync.domain.books import Books, ListItem, ListTaxCode, TaxWorld
from sync.domain.documents import LineRole, Ref, SalesForm
from sync.domain.plan import Plan
from sync.domain.sale import Address, Sale
from sync.domain.settings import AccountChoices, TaxMapping
from sync.domain.verdicts import Hold
from sync.mapping.receipts import map_sale
from tests.builders import (
    SHOP_ADDRESS,
    TAX_OWED,
    UNDEPOSITED,
    a_judgement,
    a_key,
    a_line,
    a_sale,
    form_of,
    money,
    some_books,
    some_settings,
)

MARYLAND = Ref("301", "Maryland 6%")
BALTIMORE = Ref("302", "Baltimore")
NO_TAX = Ref("303", "Out of state")
CODES = (("Maryland 6%", "0.06"), ("Baltimore", "0.06"), ("Out of state", "0"))
HOME = Address("1 Elm St", "", "Baltimore", "MD", "21201", "USA")


def mapped(sale: Sale, books: Books, *mappings: TaxMapping, **overrides: Any) -> SalesForm | Hold:
    settings = some_settings(tax_mappings=mappings)
    return form_of(a_judgement(sale, **overrides), settings, books, a_key(sale))


def receipt_of(sale: Sale, books: Books, *mappings: TaxMapping, **overrides: Any) -> SalesForm:
    found = mapped(sale, books, *mappings, **overrides)
    assert isinstance(found, SalesForm), found
    return found


def hold_of(sale: Sale, books: Books, *mappings: TaxMapping, **overrides: Any) -> Hold:
    found = mapped(sale, books, *mappings, **overrides)
    assert isinstance(found, Hold), found
    return found


def manual(*codes: tuple[str, str]) -> Books:
    return some_books(TaxWorld.MANUAL, tax_codes=codes or CODES)


def test_automated_tax_gets_the_tills_figure_and_both_places() -> None:
    """Without an address QuickBooks would tax by the customer's, and a counter sale has none."""
    receipt = receipt_of(a_sale(a_line(price="9.99")), some_books(TaxWorld.AUTOMATED))

    assert (receipt.tax, receipt.sends_tax, receipt.tax_code) == (money("0.60"), True, None)
    assert receipt.ship_to == receipt.ship_from == SHOP_ADDRESS


def test_automated_tax_ships_to_the_customer() -> None:
    receipt = receipt_of(a_sale(a_line(), ship_to=HOME), some_books(TaxWorld.AUTOMATED))

    assert (receipt.ship_to, receipt.ship_from) == (HOME, SHOP_ADDRESS)


def test_a_rule_changes_the_region_that_goods_ship_to() -> None:
    books = some_books(TaxWorld.AUTOMATED)

    receipt = receipt_of(a_sale(a_line()), books, region="VA")

    assert receipt.ship_to is not None
    assert receipt.ship_to.region == "VA"


@pytest.mark.parametrize("world", [TaxWorld.AUTOMATED, TaxWorld.MANUAL])
def test_only_taxed_lines_are_marked(world: TaxWorld) -> None:
    """Untaxed lines show a rate too; a taxed line of an exempt sale shows none."""
    sale = a_sale(a_line(), a_line(taxed=False, rate="0.06"), a_line(taxed=True, rate="0"))

    receipt = receipt_of(sale, some_books(world))

    assert [line.taxable for line in receipt.lines] == [True, False, False]


@pytest.mark.parametrize("world", [TaxWorld.AUTOMATED, TaxWorld.MANUAL])
def test_taxed_goods_without_tax_are_not_marked(world: TaxWorld) -> None:
    """An exempt customer, or 6 % of four cents: QuickBooks must not work out its own."""
    receipt = receipt_of(a_sale(a_line(price="0.04")), some_books(world))

    assert receipt.tax == 0
    assert (receipt.lines[0].taxable, receipt.tax_code) == (False, None)


@pytest.mark.parametrize("world", [TaxWorld.NONE, TaxWorld.UNFINISHED])
def test_where_quickbooks_keeps_no_tax_it_is_a_line(world: TaxWorld) -> None:
    sale = a_sale(a_line(price="100.00"))

    receipt = receipt_of(sale, some_books(world, items=["BIKE-1", "Sales Tax"]))

    tax = receipt.lines[-1]
    assert (tax.role, tax.item.name, tax.amount) == (LineRole.TAX, "Sales Tax", money("6.00"))
    assert not any(line.taxable for line in receipt.lines)
    assert not receipt.sends_tax
    assert receipt.tax == 0
    assert receipt.total == money("106.00")


def test_tax_as_a_line_needs_an_account() -> None:
    sale = a_sale(a_line())

    settings = some_settings(accounts=AccountChoices(deposit=UNDEPOSITED))
    held = form_of(a_judgement(sale), settings, some_books(TaxWorld.NONE), a_key(sale))

    assert isinstance(held, Hold)
    assert (held.cause, held.fix) == ("account.liability", "pick_account")


def test_an_untaxed_sale_needs_no_tax_account() -> None:
    sale = a_sale(a_line(taxed=False))

    settings = some_settings(accounts=AccountChoices(deposit=UNDEPOSITED))
    found = form_of(a_judgement(sale), settings, some_books(TaxWorld.NONE), a_key(sale))

    assert isinstance(found, SalesForm)


def test_the_tax_item_must_point_to_the_chosen_account() -> None:
    """Else the tax would land in income, and nobody would see it."""
    items: list[str | ListItem] = ["BIKE-1", ListItem("9", "Sales Tax", income_account_id="79")]
    held = hold_of(a_sale(a_line()), some_books(TaxWorld.NONE, items=items))

    assert (held.cause, held.fix) == ("item.account", "pick_account")
    assert TAX_OWED.name in held.reason


def test_a_refund_gives_its_tax_back_as_a_positive_figure() -> None:
    receipt = receipt_of(a_sale(a_line(price="100.00", quantity=-1)), manual(CODES[0]))

    assert receipt.tax == money("6.00")


def test_city_comes_before_state() -> None:
    mappings = (
        TaxMapping("MD", MARYLAND),
        TaxMapping("MD", BALTIMORE, city="baltimore"),
    )

    in_town = receipt_of(a_sale(a_line(), ship_to=HOME), manual(), *mappings)
    elsewhere = receipt_of(a_sale(a_line(), ship_to=SHOP_ADDRESS), manual(), *mappings)

    assert (in_town.tax_code, elsewhere.tax_code) == (BALTIMORE, MARYLAND)


def test_a_county_mapping_is_never_guessed() -> None:
    mapping = TaxMapping("MD", MARYLAND, county="Dane County")

    held = hold_of(a_sale(a_line(), ship_to=HOME), manual(), mapping)

    assert held.cause == "tax.unmapped"


def test_a_rules_region_beats_the_address() -> None:
    mappings = (TaxMapping("MD", MARYLAND), TaxMapping("VA", BALTIMORE))

    receipt = receipt_of(a_sale(a_line(), ship_to=HOME), manual(), *mappings, region="va")

    assert receipt.tax_code == BALTIMORE


def test_a_counter_sale_has_no_region_of_its_own() -> None:
    """The shop's address maps nothing: a rule per register does, or the rate."""
    held = hold_of(a_sale(a_line()), manual(), TaxMapping("MD", MARYLAND))

    assert (held.cause, held.fix, held.subject) == ("tax.unmapped", "map_tax", "6%")


def test_the_only_code_of_the_tills_rate_is_the_default() -> None:
    receipt = receipt_of(a_sale(a_line()), manual(("Maryland 6%", "0.06"), ("Old", "0.05")))

    assert receipt.tax_code == MARYLAND


def test_inactive_codes_are_no_default() -> None:
    books = manual(("Maryland 6%", "0.06"))
    books.tax_codes["302"] = ListTaxCode("302", "Old", Decimal("0.06"), active=False)

    assert receipt_of(a_sale(a_line()), books).tax_code == MARYLAND


def test_a_taxed_sale_without_a_code_is_held_with_its_place_and_rate() -> None:
    held = hold_of(a_sale(a_line(rate="0.0825"), ship_to=HOME), manual())

    assert (held.cause, held.fix, held.subject) == ("tax.unmapped", "map_tax", "MD 8.25%")


def test_an_untaxed_sale_takes_the_code_of_na_if_there_is_one() -> None:
    sale = a_sale(a_line(taxed=False), ship_to=HOME)
    mappings = (TaxMapping("MD", MARYLAND), TaxMapping("NA", NO_TAX))

    with_na = receipt_of(sale, manual(), *mappings)
    without = receipt_of(sale, manual(), mappings[0])

    assert (with_na.tax_code, without.tax_code) == (NO_TAX, None)
    assert not with_na.lines[0].taxable


def test_na_is_no_place_for_a_taxed_sale() -> None:
    held = hold_of(a_sale(a_line()), manual(), TaxMapping("NA", NO_TAX), region="NA")

    assert held.cause == "tax.unmapped"


def test_a_rules_code_comes_first() -> None:
    receipt = receipt_of(a_sale(a_line()), manual(), tax_code=BALTIMORE)

    assert receipt.tax_code == BALTIMORE


def test_a_mapped_code_that_is_gone_holds_the_sale() -> None:
    gone = Ref("999", "Renamed away")

    held = hold_of(a_sale(a_line(), ship_to=HOME), manual(), TaxMapping("MD", gone))

    assert (held.cause, held.fix, held.subject) == ("tax.code_gone", "map_tax", "Renamed away")


def test_two_rates_are_two_documents_under_manual_tax() -> None:
    """QuickBooks takes one tax code per document; the money reaches one account all the same."""
    books = some_books(TaxWorld.MANUAL, tax_codes=(("Goods 6%", "0.06"), ("Spirits 9%", "0.09")))
    sale = a_sale(a_line(price="100.00"), a_line(price="20.00", rate="0.09"))

    plan = map_sale(a_judgement(sale), some_settings(), books, a_key(sale))

    assert isinstance(plan, Plan), plan
    first, second = plan.documents
    assert isinstance(first, SalesForm)
    assert isinstance(second, SalesForm)
    assert (first.tax_code, first.tax, first.total) == (
        Ref("301", "Goods 6%"),
        money("6.00"),
        money("106.00"),
    )
    assert (second.tax_code, second.tax, second.total) == (
        Ref("302", "Spirits 9%"),
        money("1.80"),
        money("21.80"),
    )
    assert (first.number, second.number) == ("LS-5001", "LS-5001-1")
    assert first.deposit_to == second.deposit_to


def test_a_rules_code_is_not_taken_for_lines_of_another_rate() -> None:
    sale = a_sale(a_line(rate="0.06"), a_line(rate="0.03"))

    held = hold_of(sale, manual(), tax_code=MARYLAND)

    assert held.cause == "tax.unmapped"
    assert "3%" in held.reason


@pytest.mark.parametrize("world", list(TaxWorld))
def test_tax_without_a_taxed_line_is_held(world: TaxWorld) -> None:
    sale = a_sale(a_line(price="10.00", taxed=False), tax=money("0.60"), total=money("10.60"))

    held = hold_of(sale, some_books(world, items=["BIKE-1", "Sales Tax"]))

    expected = "unsupported.country" if world is TaxWorld.GLOBAL else "tax.no_taxed_line"
    assert held.cause == expected


def test_the_reason_writes_tax_as_money() -> None:
    """The till says 0.6; a bookkeeper reads 0.60."""
    sale = a_sale(a_line(price="10.00", taxed=False), tax=Decimal("0.6"), total=money("10.60"))

    held = hold_of(sale, some_books(TaxWorld.MANUAL, items=["BIKE-1", "Sales Tax"]))

    assert "tax of 0.60," in held.reason


def test_a_lost_cent_of_tax_is_held() -> None:
    sale = a_sale(a_line(price="100.00"), tax=money("5.99"), total=money("106.00"))

    held = hold_of(sale, some_books())

    assert (held.cause, "105.99" in held.reason) == ("unbalanced", True)
