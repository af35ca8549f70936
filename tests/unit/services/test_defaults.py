"""The accounts a company gets when nobody chose any."""

from __future__ import annotations

import itertools
import random

import pytest

from sync.domain.books import ListAccount
from sync.domain.documents import Ref
from sync.domain.settings import AccountChoices
from sync.services.defaults import choose_accounts

CHART = (
    ListAccount("1", "Checking", "Bank", "Checking"),
    ListAccount("2", "Accounts Receivable (A/R)", "Accounts Receivable", "AccountsReceivable"),
    ListAccount("3", "Undeposited Funds", "Other Current Asset", "UndepositedFunds"),
    ListAccount("4", "Inventory Asset", "Other Current Asset", "Inventory"),
    ListAccount("5", "Accounts Payable (A/P)", "Accounts Payable", "AccountsPayable"),
    ListAccount("6", "Loan", "Other Current Liability", "LoanPayable"),
    ListAccount("7", "Sales Tax Payable", "Other Current Liability", "SalesTaxPayable"),
    ListAccount("8", "Discounts given", "Income", "DiscountsRefundsGiven"),
    ListAccount("9", "Services", "Income", "ServiceFeeIncome"),
    ListAccount("10", "Sales of Product Income", "Income", "SalesOfProductIncome"),
    ListAccount("11", "Cost of Goods Sold", "Cost of Goods Sold", "SuppliesMaterialsCogs"),
    ListAccount("12", "Advertising", "Expense", "AdvertisingPromotional"),
    ListAccount(
        "14", "Gift Cards Outstanding", "Other Current Liability", "OtherCurrentLiabilities"
    ),
    ListAccount("16", "Customer Deposits", "Other Current Liability", "OtherCurrentLiabilities"),
    ListAccount("15", "Tips Payable", "Other Current Liability", "OtherCurrentLiabilities"),
    ListAccount("13", "Reconciliation Differences", "Other Expense", "OtherMiscellaneousExpense"),
)


def without(*ids: str) -> list[ListAccount]:
    return [account for account in CHART if account.id not in ids]


def test_every_role_is_filled_from_a_standard_chart() -> None:
    choices, chosen = choose_accounts(CHART, AccountChoices())

    ids = {each.role: each.account.id for each in chosen}
    assert ids == {
        "deposit": "3",
        "income": "10",
        "discount": "8",
        "expense": "11",
        "asset": "4",
        "receivable": "2",
        "payable": "5",
        "liability": "7",
        "rounding": "13",
        "gift_cards": "14",
        "tips": "15",
        "customer_deposits": "16",
    }
    assert choices.income == Ref("10", "Sales of Product Income")
    assert all(each.why for each in chosen)


def test_what_a_person_chose_stays_and_is_not_told_as_ours() -> None:
    mine = AccountChoices(deposit=Ref("1", "Checking"), tenders={"visa": Ref("1", "Checking")})

    choices, chosen = choose_accounts(CHART, mine)

    assert (choices.deposit, choices.tenders) == (mine.deposit, mine.tenders)
    assert "deposit" not in {each.role for each in chosen}


@pytest.mark.parametrize("role", ["deposit", "income", "discount", "expense", "asset", "payable"])
def test_an_inactive_account_is_never_taken(role: str) -> None:
    inactive = [
        ListAccount(a.id, a.name, a.kind, a.subkind, active=False) for a in CHART if a.id != "9"
    ]

    choices, _ = choose_accounts([*inactive, CHART[8]], AccountChoices())

    assert getattr(choices, role) in (None, Ref("9", "Services"))


def test_the_same_chart_gives_the_same_choice_in_any_order() -> None:
    """The oldest account that fits: ids are numbers, so 9 comes before 10."""
    twins = [ListAccount(str(n), f"Stock {n}", "Other Current Asset", "Inventory") for n in (9, 10)]
    shuffled = random.Random(1).sample([*CHART[:3], *twins], 5)

    found = {
        choose_accounts(order, AccountChoices())[0].asset
        for order in itertools.permutations(shuffled)
    }

    assert found == {Ref("9", "Stock 9")}


def test_without_a_discount_account_discounts_lower_sales_and_it_is_said() -> None:
    choices, chosen = choose_accounts(without("8"), AccountChoices())

    assert choices.discount == choices.income
    assert "lower sales" in next(each.why for each in chosen if each.role == "discount")


def test_discounts_follow_the_income_account_a_person_chose() -> None:
    mine = AccountChoices(income=Ref("9", "Services"))

    choices, _ = choose_accounts(without("8", "13"), mine)

    assert choices.discount == choices.rounding == Ref("9", "Services")


def test_an_account_for_discounts_is_never_taken_for_sales() -> None:
    choices, _ = choose_accounts(without("9", "10"), AccountChoices())

    assert choices.income is None
    assert choices.discount == Ref("8", "Discounts given")


def test_the_only_bank_account_takes_deposits_where_there_are_no_undeposited_funds() -> None:
    second = ListAccount("14", "Savings", "Bank", "Savings")

    alone, _ = choose_accounts(without("3"), AccountChoices())
    unsure, _ = choose_accounts([*without("3"), second], AccountChoices())

    assert alone.deposit == Ref("1", "Checking")
    assert unsure.deposit is None


def test_a_loan_is_never_taken_for_owed_sales_tax() -> None:
    choices, _ = choose_accounts(without("7"), AccountChoices())

    assert choices.liability is None
