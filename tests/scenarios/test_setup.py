"""From nothing to the first posted sale, step by step in the wizard."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bot.commands import COMMANDS
from bot.modals.setup.frame import PAGES
from bot.sandbox.model import View
from sync.services.checklist import StepName, StepState
from sync.services.models import Provider, Role
from tests.alerts import worked
from tests.office import TEAM, Office, bare, form_of, office, said, words

__all__ = ["bare", "office"]  # fixtures

ORDER = tuple(StepName)


def text_of(view: View) -> str:
    return str(view.body)


def step_of(view: View) -> str:
    header = next(block for block in view.blocks if block["type"] == "header")
    return str(header["text"]["text"])


def opened(office: Office, at: str = "", who: str = "olivia") -> Any:
    """The person with the wizard in front of them."""
    office.say(f"setup {at}".strip(), who=who)
    return office.person(who)


def state(office: Office, name: StepName) -> StepState:
    view = office.house.services.setting_up.view(office.house.scope)
    return view.steps[ORDER.index(name)].state


def test_from_nothing_to_the_first_posted_sale(bare: Office) -> None:
    bare.say("")
    olivia = opened(bare)
    assert step_of(form_of(olivia)) == "Step 1 of 12: Connect Lightspeed"
    assert "https://ccc.example/connect/" in text_of(form_of(olivia))

    bare.house.connect_one(Provider.LIGHTSPEED)
    olivia.submit()
    assert step_of(form_of(olivia)) == "Step 2 of 12: Connect QuickBooks"
    bare.house.connect_one(Provider.QUICKBOOKS)
    olivia.submit()
    bare.house.work()
    visited = []
    for _ in range(9):
        visited.append(step_of(form_of(olivia)).partition(": ")[2])
        outcome = olivia.submit()
        assert outcome.errors == {}
    assert visited == [PAGES[name].title for name in ORDER[2:11]]
    assert step_of(form_of(olivia)) == "Step 12 of 12: Dry run and go live"
    olivia.click(form_of(olivia), "Dry run of yesterday")
    worked(bare)
    olivia.click(form_of(olivia), "Show the newest state")
    assert "dry run: done" in text_of(form_of(olivia)).lower()
    assert bare.house.quickbooks.documents("SalesReceipt") == []
    bare.house.retailer.sell("card", bare.house.clock.now)
    bare.house.clock.sleep(60)

    olivia.submit(values={"day": "2026-03-10"})
    worked(bare)

    assert "You are live from 10 Mar 2026 on." in text_of(form_of(olivia))
    assert len(bare.house.quickbooks.documents("SalesReceipt")) >= 1
    connection = bare.house.services.connections.get(bare.house.scope)
    assert connection.schedule.spec == "hourly" and not connection.paused
    assert {step.state for step in bare.house.services.setting_up.view(bare.house.scope).steps} == {
        StepState.DONE
    }


def test_connecting_leads_back_into_the_wizard(bare: Office) -> None:
    """The browser takes people away from the form; the message brings them back to it."""
    bare.say("")
    bare.house.connect_one(Provider.LIGHTSPEED)
    worked(bare)
    olivia = bare.person("olivia")
    told = next(m for m in reversed(olivia.direct_messages) if "is connected" in words(m))

    olivia.click(told, "Continue set-up")

    assert step_of(form_of(olivia)) == "Step 2 of 12: Connect QuickBooks"


def test_next_waits_for_the_account(bare: Office) -> None:
    bare.say("")
    olivia = opened(bare)

    olivia.submit()

    assert step_of(form_of(olivia)).startswith("Step 1 ")


@pytest.mark.parametrize("name", ORDER, ids=str)
def test_every_step_opens_by_its_name_and_names_its_line(office: Office, name: StepName) -> None:
    olivia = opened(office, name.value)

    shown = form_of(olivia)
    assert step_of(shown) == f"Step {ORDER.index(name) + 1} of 12: {PAGES[name].title}"
    assert PAGES[name].line in text_of(shown)


@pytest.mark.parametrize("name", ORDER, ids=str)
def test_with_nothing_connected_every_step_can_be_looked_at(bare: Office, name: StepName) -> None:
    bare.say("")
    olivia = opened(bare, name.value)
    assert step_of(form_of(olivia)).startswith(f"Step {ORDER.index(name) + 1} ")

    olivia.submit()

    assert step_of(form_of(olivia)).partition(": ")[2].startswith("Connect ")


def test_the_menu_leads_to_any_step(office: Office) -> None:
    olivia = opened(office)

    olivia.choose(form_of(olivia), "ccc.setup.goto", "11. Schedule")

    assert step_of(form_of(olivia)) == "Step 11 of 12: Schedule"


@pytest.mark.parametrize("name", ORDER, ids=str)
def test_every_line_that_a_step_names_is_a_command(name: StepName) -> None:
    verbs = re.findall(r"/ccc ([a-z]+)", PAGES[name].line)

    assert verbs
    assert set(verbs) <= {word for each in COMMANDS for word in (each.name, *each.synonyms)}


def test_looking_again_says_whether_it_is_being_read(office: Office) -> None:
    olivia = opened(office, "found")
    olivia.click(form_of(olivia), "Look again")
    waiting = text_of(form_of(olivia))
    office.house.work()

    olivia.click(form_of(olivia), "Look again")
    office.house.work()

    assert "Being read" in waiting
    assert "of them in the last 30 days" in text_of(form_of(olivia))


@pytest.mark.parametrize("who", ["oscar", "beatrix", "gustav"])
def test_only_admins_set_up(office: Office, who: str) -> None:
    outcome = office.say("setup", who=who)

    assert office.person(who).view is None
    assert "Only CCC admins" in said(outcome) or "guests" in said(outcome)


@pytest.mark.parametrize("name", ORDER, ids=str)
def test_a_role_that_was_taken_away_counts_at_every_step(office: Office, name: StepName) -> None:
    office.give("amir", Role.ADMIN)
    amir = opened(office, name.value, who="amir")
    office.give("amir", Role.VIEWER)
    before = office.house.services.people.audit(office.house.scope, limit=100)

    amir.submit()

    assert "Only CCC admins" in text_of(form_of(amir))
    assert office.house.services.people.audit(office.house.scope, limit=100) == before


def test_what_was_typed_survives_a_closed_window(office: Office) -> None:
    olivia = opened(office, "customers")
    olivia.choose(form_of(olivia), "name", "Counter sales")
    olivia.close()

    again = opened(office, "customers")

    assert "'initial_value': 'Counter sales'" in text_of(form_of(again))
    assert "had not saved" in text_of(form_of(again))
    settings = office.house.services.connections.get(office.house.scope).settings
    assert settings.customer_single == "Walk-in Customer"
    again.click(form_of(again), "Forget what I typed")
    assert "'initial_value': 'Walk-in Customer'" in text_of(form_of(again))


def test_a_draft_is_gone_once_it_is_saved(office: Office) -> None:
    olivia = opened(office, "customers")
    olivia.choose(form_of(olivia), "name", "Counter sales")
    olivia.submit(values={"name": "Counter sales"})

    again = opened(office, "customers")

    assert "had not saved" not in text_of(form_of(again))
    settings = office.house.services.connections.get(office.house.scope).settings
    assert settings.customer_single == "Counter sales"


def test_two_admins_do_not_overwrite_each_other(office: Office) -> None:
    office.give("amir", Role.ADMIN)
    olivia, amir = opened(office, "customers"), opened(office, "customers", who="amir")
    amir.submit(values={"name": "Amir's customer"})

    olivia.submit(values={"name": "Olivia's customer"})

    shown = text_of(form_of(olivia))
    services = office.house.services
    assert "changed this step meanwhile" in shown
    assert "Amir's customer" in shown
    assert services.connections.get(office.house.scope).settings.customer_single == (
        "Amir's customer"
    )
    olivia.submit(values={"name": "Olivia's customer"})
    assert services.connections.get(office.house.scope).settings.customer_single == (
        "Olivia's customer"
    )


def test_two_admins_at_different_steps_do_not_disturb_each_other(office: Office) -> None:
    office.give("amir", Role.ADMIN)
    olivia, amir = opened(office, "customers"), opened(office, "products", who="amir")
    amir.submit(values={"match": "The item's SKU"})

    olivia.submit(values={"name": "Counter"})

    settings = office.house.services.connections.get(office.house.scope).settings
    assert (settings.item_match, settings.customer_single) == ("sku", "Counter")


def test_a_skipped_step_says_so_and_can_be_opened_again(office: Office) -> None:
    olivia = opened(office, "products")

    olivia.click(form_of(olivia), "Skip this step")

    assert step_of(form_of(olivia)) == "Step 9 of 12: Sales tax"
    assert state(office, StepName.PRODUCTS) is StepState.SKIPPED
    olivia.click(form_of(olivia), "Back")
    olivia.submit()
    assert state(office, StepName.PRODUCTS) is StepState.DONE


def test_a_schedule_waits_for_going_live(office: Office) -> None:
    olivia = opened(office, "schedule")

    olivia.submit(values={"rhythm": "Every hour"})

    connection = office.house.services.connections.get(office.house.scope)
    assert (connection.schedule.spec, connection.paused) == ("hourly", True)


@pytest.mark.parametrize(
    ("step", "values", "field"),
    [
        ("customers", {"name": "A:B"}, "name"),
        ("customers", {"name": "x" * 100 + "\u202e"}, "name"),
        ("schedule", {"rhythm": "Another rhythm", "spec": "every 61 days"}, "spec"),
        ("schedule", {"rhythm": "Once a day"}, "spec"),
        ("golive", {"day": "2099-01-01"}, "day"),
    ],
)
def test_garbage_is_said_in_red_where_it_stands(
    office: Office, step: str, values: dict[str, str], field: str
) -> None:
    before = office.house.services.connections.get(office.house.scope).settings
    olivia = opened(office, step)

    outcome = olivia.submit(values=values)

    if not outcome.errors:  # read as it can be: nothing was wrong with it
        assert step_of(form_of(olivia)) != ""
        return
    assert field in outcome.errors or "at" in outcome.errors
    assert office.house.services.connections.get(office.house.scope).settings == before


def test_the_audit_names_who_settled_a_step(office: Office) -> None:
    olivia = opened(office, "type")
    olivia.submit()

    row = office.house.services.people.audit(office.house.scope, limit=1)[0]
    assert (row.action, row.target, row.after) == ("setup.step", "type", "done")
    assert office.house.services.setting_up.steps(None, TEAM)[0].state is StepState.TODO
