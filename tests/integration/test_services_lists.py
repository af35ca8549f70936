"""Pick-lists: what was typed decides the order, and nothing that cannot be used is offered."""

from __future__ import annotations

import pytest

from sync.domain.books import TaxWorld
from sync.ledger.ledger import Ledgers
from sync.services.books import load_books
from tests.desk import Desk, a_desk


@pytest.fixture
def desk(ledgers: Ledgers) -> Desk:
    return a_desk(ledgers)


def an_account(id: str, name: str, kind: str = "Bank") -> dict[str, str]:
    return {"Id": id, "Name": name.rpartition(":")[2], "FullyQualifiedName": name} | {
        "AccountType": kind,
        "AccountSubType": "Checking",
    }


def labels(desk: Desk, query: str, limit: int = 100) -> list[str]:
    return [option.label for option in desk.services.lists.accounts(desk.scope, query, limit)]


def test_the_exact_name_is_first_then_beginnings_then_the_rest(desk: Desk) -> None:
    names = ("Till", "Till 2", "Old till", "Assets:Till", "Assets:Tills", "Other")
    desk.save_list("Account", [an_account(str(n), name) for n, name in enumerate(names, 1)])

    assert labels(desk, " TILL ") == ["Till", "Assets:Till", "Assets:Tills", "Till 2", "Old till"]
    assert labels(desk, "zzz") == []


def test_inactive_accounts_are_not_offered_and_types_can_be_asked_for(desk: Desk) -> None:
    banks = desk.services.lists.accounts(desk.scope, kinds=("Bank",))

    assert [(option.value, option.label, option.hint) for option in banks] == [
        ("35", "Bank:Checking", "Bank")
    ]


def test_at_most_a_hundred_rows_fit_in_a_pick_list(desk: Desk) -> None:
    desk.save_list("Account", [an_account(str(n), f"Account {n:03}") for n in range(150)])

    assert len(labels(desk, "")) == 100
    assert len(labels(desk, "", limit=5_000)) == 100
    assert labels(desk, "", limit=2) == ["Account 000", "Account 001"]


def test_a_long_name_is_found_by_its_middle_and_shown_whole_in_the_hint(desk: Desk) -> None:
    name = "Assets:" + "Very long group name " * 4 + "needle" + " more of it" * 4 + ":Till"
    desk.save_list("Account", [an_account("1", name)])

    (option,) = desk.services.lists.accounts(desk.scope, "needle")

    assert len(option.label) == 75
    assert option.label.startswith("Assets:")
    assert option.label.endswith(":Till")
    assert option.hint == name


def test_tax_codes_show_their_exact_rates(desk: Desk) -> None:
    codes = desk.services.lists.tax_codes(desk.scope)

    assert [(code.label, code.hint) for code in codes] == [
        ("Maryland 6%", "6 %"),
        ("No tax", "0 %"),
        ("Virginia 5.3%", "5.3 %"),
    ]


def test_a_rate_is_exact_after_the_database(desk: Desk) -> None:
    """JSON keeps 8.375 as a float; the rate is compared with the till's to the last digit."""
    desk.save_list("TaxRate", [{"Id": "3", "Name": "MD", "RateValue": 8.375}])

    with desk.means.ledgers.read() as ledger:
        books = load_books(ledger, "T1", "Q-T1")

    assert str(books.tax_codes["3"].rate) == "0.08375"
    assert books.facts.tax_world is TaxWorld.MANUAL


def test_shops_are_offered_by_name(desk: Desk) -> None:
    assert [option.value for option in desk.services.lists.shops(desk.scope, "har")] == ["Harbour"]


def test_reading_the_lists_again_is_a_job_for_the_worker(desk: Desk) -> None:
    desk.services.lists.refresh(desk.admin, desk.scope)

    item = desk.engine.next()
    assert item is not None
    with desk.means.ledgers.read() as ledger:
        job = ledger.runs.job("T1", item[1].id)
    assert job is not None
    assert (job["kind"], job["state"], job["connection"]) == (
        "refresh",
        "queued",
        desk.scope.connection,
    )
