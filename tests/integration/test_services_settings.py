"""Settings: checked against the company's lists, exact under two hands, each change on record."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from sync.domain.documents import Ref
from sync.domain.identity import Scope
from sync.errors import Conflict, Invalid, NotFound
from sync.ledger.ledger import Ledgers
from tests.desk import Desk, a_desk


@pytest.fixture
def desk(ledgers: Ledgers) -> Desk:
    return a_desk(ledgers)


def refused(call: Any, *args: Any, field: str, **named: Any) -> str:
    with pytest.raises(Invalid) as caught:
        call(*args, **named)
    assert caught.value.field == field
    return str(caught.value)


# -- which sales


def test_shops_are_kept_as_the_till_spells_them(desk: Desk) -> None:
    view = desk.services.settings.stores(desk.admin, desk.scope, ["webstore", " main  STREET "])

    assert view.settings.stores == ("Webstore", "Main Street")
    assert desk.settings == view.settings


def test_no_shop_means_all(desk: Desk) -> None:
    desk.services.settings.stores(desk.admin, desk.scope, ["Harbour"])

    desk.services.settings.stores(desk.admin, desk.scope, [])

    assert desk.settings.stores == ()


def test_an_unknown_shop_is_refused_with_what_was_meant(desk: Desk) -> None:
    said = refused(
        desk.services.settings.stores, desk.admin, desk.scope, ["Main Stret"], field="stores"
    )

    assert "Did you mean “Main Street”?" in said
    assert desk.settings.stores == ()


def test_prefixes_that_could_number_two_sales_alike_are_refused(ledgers: Ledgers) -> None:
    """LS-1 and LS- both make LS-123; another company is nobody's neighbour."""
    desk = a_desk(ledgers, connections=2)
    second = Scope(desk.scope.workspace, "C2-T1")
    elsewhere = a_desk(ledgers, "T2")

    for prefix in ("LS-", "ls-", "LS-1"):
        refused(desk.services.settings.prefix, desk.admin, second, prefix, field="prefix")
    desk.services.settings.prefix(desk.admin, second, "LSB-")
    elsewhere.services.settings.prefix(elsewhere.admin, elsewhere.scope, "LS-1")

    assert desk.services.connections.get(second).settings.prefix == "LSB-"


@pytest.mark.parametrize("prefix", ["much-too-long-", "ÅB-", "LS\n1", '";--'])
def test_a_prefix_is_short_and_plain(desk: Desk, prefix: str) -> None:
    refused(desk.services.settings.prefix, desk.admin, desk.scope, prefix, field="prefix")

    assert desk.settings.prefix == "LS-"


# -- accounts


@pytest.mark.parametrize("typed", ["35", "bank:checking", "Checking"])
def test_an_account_is_found_by_id_full_name_or_last_name(desk: Desk, typed: str) -> None:
    view = desk.services.settings.account(desk.admin, desk.scope, "Deposit", typed)

    assert view.settings.accounts.deposit == Ref("35", "Bank:Checking")
    assert "deposit" not in view.settings.chosen_by_us


def test_a_tender_gets_its_account_by_the_name_it_has_at_the_till(desk: Desk) -> None:
    desk.services.settings.account(desk.admin, desk.scope, "VISA", "Card Clearing")

    assert desk.settings.accounts.tenders == {"visa": Ref("43", "Card Clearing")}


def test_a_misspelt_role_never_becomes_a_tender(desk: Desk) -> None:
    said = refused(
        desk.services.settings.account, desk.admin, desk.scope, "deposits", "4", field="role"
    )

    assert "Did you mean “deposit”?" in said
    assert desk.settings.accounts.tenders == {}


def test_an_account_of_the_wrong_type_is_refused_with_the_types_that_work(desk: Desk) -> None:
    said = refused(
        desk.services.settings.account,
        desk.admin,
        desk.scope,
        "deposit",
        "Sales of Product Income",
        field="account",
    )

    assert "Income" in said
    assert "Bank or Other Current Asset" in said


def test_an_inactive_account_is_refused(desk: Desk) -> None:
    said = refused(
        desk.services.settings.account, desk.admin, desk.scope, "deposit", "36", field="account"
    )

    assert "inactive" in said


def test_a_name_with_letters_of_another_alphabet_is_only_a_suggestion(desk: Desk) -> None:
    """A Cyrillic а looks the same; taking it would hide that two accounts may look alike."""
    said = refused(
        desk.services.settings.account,
        desk.admin,
        desk.scope,
        "deposit",
        "Cаrd Clеaring",
        field="account",
    )

    assert "Did you mean “Card Clearing”?" in said


def test_defaults_are_shown_as_ours_until_somebody_chooses(desk: Desk) -> None:
    before = {role: (ref, ours) for role, _, ref, ours in _roles(desk)}

    desk.services.settings.account(desk.admin, desk.scope, "income", "79")

    after = {role: (ref, ours) for role, _, ref, ours in _roles(desk)}
    assert before["income"] == (Ref("79", "Sales of Product Income"), True)
    assert after["income"] == (Ref("79", "Sales of Product Income"), False)
    assert after["deposit"] == (Ref("4", "Undeposited Funds"), True)


def _roles(desk: Desk) -> tuple[tuple[str, str, Ref | None, bool], ...]:
    return desk.services.settings.account_roles(desk.scope)


def test_lists_that_were_never_read_are_not_taken_for_empty(desk: Desk) -> None:
    with desk.means.ledgers.write() as ledger:
        ledger.accounts.change_connection(desk.scope, quickbooks="L-T1")

    with pytest.raises(Conflict, match="being read"):
        desk.services.settings.account(desk.admin, desk.scope, "deposit", "Checking")


# -- customers


def test_the_single_customer_takes_the_spelling_quickbooks_has(desk: Desk) -> None:
    view = desk.services.settings.customers(
        desk.admin, desk.scope, "single", name="walk-in customer", missing="hold"
    )

    assert view.settings.customer_single == "Walk-in Customer"
    assert view.settings.customer_missing == "hold"


@pytest.mark.parametrize(
    ("name", "why"),
    [("Wheel Works", "vendor"), ("Old Club", "inactive"), ("A: B", "colon"), ("x" * 101, "100")],
)
def test_a_customer_that_quickbooks_would_refuse_is_refused_now(
    desk: Desk, name: str, why: str
) -> None:
    said = refused(
        desk.services.settings.customers,
        desk.admin,
        desk.scope,
        "single",
        name=name,
        field="name",
    )

    assert why in said


# -- sales tax


@pytest.mark.parametrize("region", ["md", "Maryland", " MD "])
def test_a_state_is_understood_by_name_and_kept_as_two_letters(desk: Desk, region: str) -> None:
    view = desk.services.settings.tax_add(desk.admin, desk.scope, region, "maryland 6%")

    (mapping,) = view.settings.tax_mappings
    assert (mapping.region, mapping.code) == ("MD", Ref("3", "Maryland 6%"))


def test_a_place_that_is_mapped_again_has_one_code(desk: Desk) -> None:
    add = desk.services.settings.tax_add
    add(desk.admin, desk.scope, "MD", "3")
    add(desk.admin, desk.scope, "MD", "3", city="Ocean City")

    add(desk.admin, desk.scope, "MD", "4", city=" ocean  city ")

    assert {(m.region, m.city): m.code.id for m in desk.settings.tax_mappings} == {
        ("MD", ""): "3",
        ("MD", "ocean city"): "4",
    }


@pytest.mark.parametrize(
    ("args", "more", "field", "said"),
    [
        (("Marylnd", "3"), {}, "region", "Did you mean MD?"),
        (("ZZ", "3"), {}, "region", "two letters"),
        (("MD", "Maryland 6"), {}, "code", "Did you mean “Maryland 6%”?"),
        (("MD", "3"), {"city": "A", "county": "B"}, "county", "not both"),
        (("NA", "5"), {"city": "A"}, "city", "wherever"),
    ],
)
def test_a_wrong_tax_mapping_points_at_its_field(
    desk: Desk, args: tuple[str, str], more: dict[str, str], field: str, said: str
) -> None:
    text = refused(
        desk.services.settings.tax_add, desk.admin, desk.scope, *args, field=field, **more
    )

    assert said in text
    assert desk.settings.tax_mappings == ()


def test_a_form_opened_before_somebody_elses_change_is_a_conflict(desk: Desk) -> None:
    seen = desk.services.connections.get(desk.scope).settings_version
    desk.services.settings.tax_add(desk.admin, desk.scope, "VA", "4", version=seen)

    with pytest.raises(Conflict):
        desk.services.settings.tax_add(desk.admin, desk.scope, "MD", "3", version=seen)

    assert [mapping.region for mapping in desk.settings.tax_mappings] == ["VA"]


def test_a_mapping_that_is_not_there_cannot_be_removed(desk: Desk) -> None:
    desk.services.settings.tax_add(desk.admin, desk.scope, "MD", "3", city="Bowie")

    with pytest.raises(NotFound):
        desk.services.settings.tax_remove(desk.admin, desk.scope, "MD")
    desk.services.settings.tax_remove(desk.admin, desk.scope, "maryland", city="BOWIE")

    assert desk.settings.tax_mappings == ()


def test_two_people_who_add_at_once_both_keep_theirs(desk: Desk) -> None:
    regions = ["MD", "VA", "PA", "DE", "NY", "CA"]

    with ThreadPoolExecutor(len(regions)) as pool:
        list(
            pool.map(
                lambda region: desk.services.settings.tax_add(desk.admin, desk.scope, region, "3"),
                regions,
            )
        )

    assert sorted(mapping.region for mapping in desk.settings.tax_mappings) == sorted(regions)
    assert len(desk.changes) == len(regions)


# -- the record


def test_every_change_is_one_row_with_before_and_after(desk: Desk) -> None:
    settings = desk.services.settings
    settings.stores(desk.admin, desk.scope, ["Harbour"])
    settings.account(desk.admin, desk.scope, "deposit", "Checking")
    settings.tax_add(desk.admin, desk.scope, "MD", "3", city="Bowie")
    settings.tax_add(desk.admin, desk.scope, "MD", "4", city="Bowie")
    settings.tax_remove(desk.admin, desk.scope, "MD", city="Bowie")

    rows = [(row.action, row.target, row.before, row.after) for row in desk.changes]

    assert rows == [
        ("settings.stores", "stores", "", "Harbour"),
        ("settings.account", "deposit", "", "Bank:Checking"),
        ("settings.tax", "tax_mappings", "", "MD, Bowie: Maryland 6%"),
        ("settings.tax", "tax_mappings", "MD, Bowie: Maryland 6%", "MD, Bowie: Virginia 5.3%"),
        ("settings.tax", "tax_mappings", "MD, Bowie: Virginia 5.3%", ""),
    ]
    assert {row.actor for row in desk.changes} == {"U-admin"}


def test_what_changes_nothing_leaves_no_row_and_no_new_version(desk: Desk) -> None:
    before = desk.services.connections.get(desk.scope).settings_version

    desk.services.settings.prefix(desk.admin, desk.scope, "LS-")

    assert desk.changes == []
    assert desk.services.connections.get(desk.scope).settings_version == before
