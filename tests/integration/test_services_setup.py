"""Several settings saved at once, drafts, and going live."""

from __future__ import annotations

from typing import Any

import pytest

from sync.errors import Conflict, Invalid
from sync.ledger.ledger import Ledgers
from sync.services.checklist import StepName, StepState
from sync.services.models import Actor, Role
from tests.desk import Desk, a_desk


@pytest.fixture
def desk(ledgers: Ledgers) -> Desk:
    return a_desk(ledgers)


def version(desk: Desk) -> int:
    return desk.services.connections.get(desk.scope).settings_version


def state(desk: Desk, name: StepName) -> StepState:
    steps = desk.services.setting_up.view(desk.scope).steps
    return next(step.state for step in steps if step.name is name)


def test_several_accounts_are_one_change(desk: Desk) -> None:
    desk.services.settings.accounts(
        desk.admin, desk.scope, {"deposit": "35", "income": "79", "Visa": "43"}
    )

    chosen = desk.settings.accounts
    assert (chosen.deposit and chosen.deposit.name, chosen.tenders["visa"].name) == (
        "Bank:Checking",
        "Card Clearing",
    )
    assert [row.action for row in desk.changes] == ["settings.accounts"]


def test_a_way_to_pay_can_go_to_deposits_again(desk: Desk) -> None:
    desk.services.settings.accounts(desk.admin, desk.scope, {"Visa": "43"})

    desk.services.settings.accounts(desk.admin, desk.scope, {"Visa": ""})

    assert desk.settings.accounts.tenders == {}


@pytest.mark.parametrize(
    ("wrong", "account", "why"),
    [
        ("income", "35", "needs Income"),
        ("deposit", "36", "inactive"),
        ("Visa", "nowhere", "has no account"),
    ],
)
def test_one_wrong_account_saves_none_and_is_named(
    desk: Desk, wrong: str, account: str, why: str
) -> None:
    with pytest.raises(Invalid, match=why) as refused:
        desk.services.settings.accounts(desk.admin, desk.scope, {"discount": "86", wrong: account})

    assert refused.value.field == wrong
    assert desk.changes == []


def test_tax_codes_of_several_regions_are_one_change_and_others_stay(desk: Desk) -> None:
    services = desk.services
    services.settings.tax_add(desk.admin, desk.scope, "MD", "4")
    services.settings.tax_add(desk.admin, desk.scope, "MD", "3", city="Bowie")
    services.settings.tax_add(desk.admin, desk.scope, "PA", "3")

    services.settings.taxes(desk.admin, desk.scope, {"MD": "3", "VA": "4", "PA": "", "NA": ""})

    kept = [(each.region, each.city, each.code.id) for each in desk.settings.tax_mappings]
    assert kept == [("MD", "", "3"), ("MD", "Bowie", "3"), ("VA", "", "4")]


def test_a_wrong_code_names_its_region(desk: Desk) -> None:
    with pytest.raises(Invalid) as refused:
        desk.services.settings.taxes(desk.admin, desk.scope, {"MD": "3", "VA": "999"})

    assert refused.value.field == "VA"
    assert desk.settings.tax_mappings == ()


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("stores", {"names": ()}),
        ("accounts", {"accounts": {"deposit": "35"}}),
        ("customers", {"mode": "email"}),
        ("products", {"mode": "sku", "missing": "hold"}),
        ("taxes", {"codes": {"MD": "3"}}),
    ],
)
def test_what_somebody_changed_meanwhile_is_not_overwritten(
    desk: Desk, name: str, given: dict[str, Any]
) -> None:
    seen = version(desk)
    desk.services.settings.prefix(desk.admin, desk.scope, "CC-")
    before = desk.settings

    with pytest.raises(Conflict, match="meanwhile"):
        changed = given | ({"names": ("Webstore",)} if name == "stores" else {})
        getattr(desk.services.settings, name)(desk.admin, desk.scope, **changed, version=seen)

    assert desk.settings == before


def test_a_draft_is_its_authors_alone(desk: Desk) -> None:
    other = Actor(desk.scope.workspace, "U-other", Role.ADMIN)
    drafts = desk.services.drafts

    drafts.keep(desk.admin, desk.scope, "setup:stores", {"stores": "Newtown"})
    drafts.keep(desk.admin, desk.scope, "setup:stores", {"stores": "Enmore"})

    kept = drafts.kept(desk.admin, desk.scope, "setup:stores")
    assert kept is not None and kept.data == {"stores": "Enmore"}
    assert drafts.kept(other, desk.scope, "setup:stores") is None
    drafts.forget(desk.admin, desk.scope, "setup:stores")
    assert drafts.kept(desk.admin, desk.scope, "setup:stores") is None


def test_a_draft_that_nobody_typed_is_not_kept(desk: Desk) -> None:
    desk.services.drafts.keep(desk.admin, desk.scope, "setup:stores", {"stores": "x" * 100_000})

    assert desk.services.drafts.kept(desk.admin, desk.scope, "setup:stores") is None


def test_a_settled_step_stays_settled_for_everybody(desk: Desk) -> None:
    desk.services.setting_up.settle(desk.admin, desk.scope, StepName.TYPE, StepState.SKIPPED)
    desk.services.setting_up.settle(desk.admin, desk.scope, StepName.TYPE, StepState.SKIPPED)
    desk.services.setting_up.settle(desk.admin, desk.scope, StepName.PRODUCTS, StepState.DONE)

    assert state(desk, StepName.TYPE) is StepState.SKIPPED
    assert state(desk, StepName.PRODUCTS) is StepState.DONE
    assert [row.target for row in desk.changes] == ["type", "products"]
