"""Guesses of set-up are right, or none at all."""

from __future__ import annotations

from decimal import Decimal

import pytest

from sync.domain.books import ListAccount, ListTaxCode
from sync.domain.sale import TenderKind
from sync.mapping.guesses import best_account, best_tax_code, no_tax_code, percent


def a_code(id: str, name: str, rate: str, **more: bool) -> ListTaxCode:
    return ListTaxCode(id, name, Decimal(rate), **more)


def an_account(
    id: str, name: str, kind: str = "Other Current Asset", *, active: bool = True
) -> ListAccount:
    return ListAccount(id, name, kind, active=active)


SIX = a_code("3", "Maryland 6%", "0.06")


@pytest.mark.parametrize(
    ("codes", "chosen"),
    [
        ([SIX, a_code("4", "Virginia", "0.053")], "3"),
        ([SIX, a_code("4", "Kentucky 6%", "0.06")], "3"),
        ([a_code("7", "MD sales", "0.06"), a_code("4", "Kentucky", "0.06")], "7"),
        ([SIX, a_code("9", "Old Maryland", "0.06", active=False)], "3"),
        ([SIX, a_code("9", "Maryland exempt", "0.06", taxable=False)], "3"),
        ([SIX, a_code("9", "Maryland county", "0.06")], ""),  # two name it
        ([a_code("1", "A", "0.06"), a_code("2", "B", "0.06")], ""),
        ([a_code("1", "Maryland", "0.0599")], ""),  # near is wrong on every receipt
        ([], ""),
    ],
)
def test_a_code_is_chosen_by_its_exact_rate_then_by_its_name(
    codes: list[ListTaxCode], chosen: str
) -> None:
    guess = best_tax_code(Decimal("0.06"), "MD", "Maryland", codes)

    assert (guess.ref.id if guess.ref else "") == chosen
    assert guess.why


def test_a_code_that_names_the_region_at_another_rate_is_pointed_out_only() -> None:
    guess = best_tax_code(
        Decimal("0.06"), "MD", "Maryland", [a_code("1", "Maryland", "0.05"), a_code("2", "X", "0")]
    )

    assert guess.ref is None
    assert "Maryland has 5 %" in guess.why


def test_a_small_word_is_not_a_state() -> None:
    """`in` stands in many names; IN is Indiana."""
    codes = [a_code("1", "Taxes in general", "0.07"), a_code("2", "Indiana", "0.07")]

    guess = best_tax_code(Decimal("0.07"), "IN", "Indiana", codes)

    assert guess.ref is not None and guess.ref.id == "2"


@pytest.mark.parametrize(
    ("codes", "chosen"),
    [
        ([SIX, a_code("5", "No tax", "0")], "5"),
        ([SIX], ""),
        ([a_code("5", "No tax", "0"), a_code("6", "Exempt", "0")], ""),
    ],
)
def test_sales_without_tax_get_a_code_only_when_there_is_one(
    codes: list[ListTaxCode], chosen: str
) -> None:
    guess = no_tax_code(codes)

    assert (guess.ref.id if guess.ref else "") == chosen


CHART = (
    an_account("1", "Undeposited Funds"),
    an_account("2", "Card Clearing"),
    an_account("3", "Bank:Visa Settlement", "Bank"),
    an_account("4", "Till Cash", "Bank"),
    an_account("5", "Visa costs", "Expense"),
    an_account("6", "Visa old", "Bank", active=False),
    an_account("7", "PayPal", "Bank"),
)


@pytest.mark.parametrize(
    ("name", "kind", "chosen"),
    [
        ("Visa", TenderKind.CARD, "3"),
        ("Credit Card", TenderKind.CARD, "2"),
        ("Mastercard", TenderKind.CARD, "2"),
        ("Cash", TenderKind.CASH, "4"),
        ("PayPal", TenderKind.USER_DEFINED, "7"),
        ("Check", TenderKind.USER_DEFINED, ""),
        ("Gift Card", TenderKind.GIFT_CARD, ""),
        ("Credit Account", TenderKind.CREDIT_ACCOUNT, ""),
        ("", TenderKind.USER_DEFINED, ""),
    ],
)
def test_a_way_to_pay_finds_the_account_that_says_its_name(
    name: str, kind: TenderKind, chosen: str
) -> None:
    guess = best_account(name, kind, CHART)

    assert (guess.ref.id if guess.ref else "") == chosen


def test_of_two_accounts_that_sound_right_neither_is_chosen() -> None:
    chart = (an_account("1", "Visa A"), an_account("2", "Visa B"))

    guess = best_account("Visa", TenderKind.CARD, chart)

    assert guess.ref is None
    assert "both sound right" in guess.why


@pytest.mark.parametrize(
    ("rate", "said"), [("0.06", "6 %"), ("0.08875", "8.875 %"), ("0.1", "10 %"), ("0", "0 %")]
)
def test_rates_are_said_without_idle_digits(rate: str, said: str) -> None:
    assert percent(Decimal(rate)) == said
