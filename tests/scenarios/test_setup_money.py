"""Set-up of a company that keeps sales tax by hand, and what cannot be typed or forged into it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

import tests.house
from bot.sandbox.model import View
from sync.ledger.database import Database
from sync.sandbox.quickbooks.spec import CompanySpec
from sync.sandbox.retailer.retailer import Retailer
from sync.services.checklist import StepName, StepState
from tests.alerts import worked
from tests.house import a_house
from tests.office import NOW, OLIVIA, TEAM, Office, an_office, form_of
from tests.scenarios.books import entry

MONTH = timedelta(days=20)


def at_work(database: Database, spec: CompanySpec) -> Iterator[Office]:
    retailer = Retailer(seed=7, start=NOW.date() - MONTH, now=NOW, per_day=(3, 4))
    with a_house(database, retailer, now=NOW, company=spec) as house:
        house.retailer = retailer
        with house.means.ledgers.write() as ledger:
            ledger.people.ensure_workspace(TEAM, "Corner Cycles", NOW)
            ledger.people.set_role(TEAM, "U1", "none")
        with an_office(house) as office:
            office.say("")
            house.connect()
            office.say("channel here")
            yield office


@pytest.fixture
def manual(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """Tax codes made by hand, the till's sales of three weeks looked at."""
    monkeypatch.setattr(tests.house, "WORKSPACE", TEAM)
    monkeypatch.setattr(tests.house, "OWNER", OLIVIA)
    for office in at_work(sqlite_database, CompanySpec(tax="manual")):
        office.house.services.surveys.ask(OLIVIA, office.house.scope)
        office.house.work()
        yield office


@pytest.fixture
def unnumbered(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """Custom transaction numbers are off in QuickBooks."""
    monkeypatch.setattr(tests.house, "WORKSPACE", TEAM)
    monkeypatch.setattr(tests.house, "OWNER", OLIVIA)
    yield from at_work(sqlite_database, CompanySpec(custom_numbers=False))


def opened(office: Office, step: str) -> Any:
    office.say(f"setup {step}")
    return office.person("olivia")


def text(view: View) -> str:
    return str(view.body)


def state(office: Office, name: StepName) -> StepState:
    steps = office.house.services.setting_up.view(office.house.scope).steps
    return steps[list(StepName).index(name)].state


def settings(office: Office) -> Any:
    return office.house.services.connections.get(office.house.scope).settings


def test_the_rates_that_were_found_get_their_codes_in_one_press(manual: Office) -> None:
    olivia = opened(manual, "tax")
    suggested = {
        each.region: each.ref
        for each in manual.house.services.setting_up.view(manual.house.scope).taxes
    }
    assert any(ref is not None for region, ref in suggested.items() if region != "NA")

    olivia.submit()

    saved = {each.region: each.code for each in settings(manual).tax_mappings}
    assert saved == {region: ref for region, ref in suggested.items() if ref is not None}
    assert saved["MD"].name == "Maryland 6%"


def test_a_region_without_a_code_of_its_own_keeps_the_step_open(manual: Office) -> None:
    """Two codes have the rate: which of them a state means, a person says, or its sales wait."""
    services, scope = manual.house.services, manual.house.scope
    olivia = opened(manual, "tax")
    olivia.submit()
    view = services.setting_up.view(scope)
    step = view.steps[list(StepName).index(StepName.TAX)]
    assert step.state is StepState.TODO
    assert "Maryland" not in step.why and "Maine" in step.why

    services.settings.taxes(
        OLIVIA, scope, {each.region: "1" for each in view.taxes if each.is_open}
    )

    assert state(manual, StepName.TAX) is StepState.DONE


def test_register_rules_are_made_from_the_addresses_and_then_sales_post(manual: Office) -> None:
    olivia = opened(manual, "tax")

    olivia.click(form_of(olivia), "Make register rules")

    services, scope = manual.house.services, manual.house.scope
    made = services.rules.all(scope)
    assert made and all("ship state is empty" in each.line for each in made)
    assert "rule made" in text(form_of(olivia))
    assert "Make register rules" not in text(form_of(olivia))
    olivia.submit()
    number = str(manual.house.retailer.sell("card", manual.house.clock.now))
    manual.house.clock.sleep(60)
    manual.say("sync")
    worked(manual)
    assert entry(manual.house, number)["state"] == "posted"


def test_ways_to_pay_are_listed_with_how_often_they_were_used(manual: Office) -> None:
    shown = text(form_of(opened(manual, "accounts")))

    assert "Paid by Credit Card" in shown
    assert "sales" in shown and "Used by" in shown


def test_stores_say_how_many_sales_stay_in_while_choosing(manual: Office) -> None:
    olivia = opened(manual, "stores")
    whole = text(form_of(olivia))
    name = manual.house.services.settings.shop_names(manual.house.scope)[0]

    olivia.choose(form_of(olivia), "stores", [name])

    assert "stay in." in whole
    assert "drop out." in text(form_of(olivia))
    olivia.submit()
    assert settings(manual).stores == (name,)


def test_without_numbers_of_our_own_going_live_has_to_wait(unnumbered: Office) -> None:
    """A posting that was cut off could not be found again, and might happen twice."""
    olivia = opened(unnumbered, "golive")
    assert "custom transaction numbers" in text(form_of(olivia))

    olivia.submit(values={"day": "2026-03-10"})
    worked(unnumbered)

    assert state(unnumbered, StepName.GO_LIVE) is StepState.BLOCKED
    assert unnumbered.house.services.runs.recent(unnumbered.house.scope) == ()
    assert "custom transaction numbers" in unnumbered.told("")


def forged(view: View, block: str, value: str) -> None:
    """What somebody with the signing of a browser, but not of ours, could send."""
    key = next(each for each in view.state if each.partition("~")[0] == block)
    action = next(iter(view.state[key]))
    chosen = {"text": {"type": "plain_text", "text": value}, "value": value}
    held = view.state[key][action]
    if "selected_options" in held:
        view.state[key][action] = held | {"selected_options": [chosen]}
    elif "selected_option" in held:
        view.state[key][action] = held | {"selected_option": chosen}
    else:
        view.state[key][action] = held | {"value": value}


GARBAGE = ("<!channel>", "'; DROP TABLE ccc_connection; --", "999999", "x" * 150, "../../etc")


@pytest.mark.parametrize("value", GARBAGE)
@pytest.mark.parametrize(
    ("step", "block"),
    [
        ("accounts", "account.deposit"),
        ("accounts", "account.income"),
        ("stores", "stores"),
        ("type", "type"),
        ("customers", "mode"),
        ("customers", "missing"),
        ("products", "match"),
        ("products", "item_missing"),
        ("tax", "tax.NA"),
        ("schedule", "rhythm"),
        ("schedule", "zone"),
    ],
)
def test_forged_values_are_refused_at_their_field_and_save_nothing(
    manual: Office, step: str, block: str, value: str
) -> None:
    before = (settings(manual), manual.house.services.schedules.get(manual.house.scope))
    olivia = opened(manual, step)
    view = form_of(olivia)
    forged(view, block, value)

    outcome = olivia.submit()

    assert outcome.status == 200
    assert outcome.errors, "accepted"
    assert (settings(manual), manual.house.services.schedules.get(manual.house.scope)) == before


def test_a_page_that_was_forged_to_another_step_is_not_ours(manual: Office) -> None:
    olivia = opened(manual, "type")
    view = form_of(olivia)
    view.body["private_metadata"] = view.body["private_metadata"][:-8] + "AAAAAAA="

    olivia.submit()

    assert "no longer valid" in text(form_of(olivia))
    assert state(manual, StepName.TYPE) is StepState.TODO


def test_dates_count_in_the_shops_zone(manual: Office) -> None:
    """At 22:00 UTC it is the same day in Maryland; yesterday is the ninth."""
    shown = text(form_of(opened(manual, "golive")))

    assert "yesterday, 9 Mar 2026" in shown
    assert f"'initial_date': '{date(2026, 3, 10)}'" in shown
