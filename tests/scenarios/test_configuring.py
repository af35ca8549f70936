"""The settings form: opened, turned, saved and refused through really signed requests."""

from __future__ import annotations

from typing import Any

import pytest

from bot.views.actions import CONFIGURE_SYNC
from sync.domain.settings import ConnectionSettings
from sync.services.models import Role, Trigger
from sync.services.saved import dump_settings
from tests.office import OLIVIA, Office, bare, form_of, office, said
from tests.settings_form import on_screen, opened, saved, shown, turned

__all__ = ["bare", "office"]  # fixtures

PANELS = ("stores", "accounts", "customers", "schedule")


def second_admin(office: Office) -> None:
    office.give("oscar", Role.ADMIN)


def test_the_form_opens_with_what_is_saved(office: Office) -> None:
    office.house.services.settings.stores(OLIVIA, office.house.scope, ["Riverside"])
    office.house.services.settings.prefix(OLIVIA, office.house.scope, "POS-")

    view = opened(office)

    assert shown(view, "stores") == ["Riverside"]
    assert shown(view, "prefix") == "POS-"
    assert view.body["submit"]["text"] == "Save"
    assert "In one line: /ccc configure" in str(view.body)


def test_what_was_typed_on_other_tabs_is_saved_with_the_last(office: Office) -> None:
    view = opened(office)
    olivia = office.person("olivia")
    olivia.choose(view, "Number prefix", "A-")
    turned(office, "Customers")
    olivia.choose(form_of(olivia), "name", "Counter")
    view = turned(office, "Which sales")
    kept = shown(view, "prefix")
    turned(office, "Products")

    olivia.submit(values={"match": "The item's SKU"})

    assert kept == "A-"
    settings = saved(office)
    assert (settings.prefix, settings.customer_single, settings.item_match) == (
        "A-",
        "Counter",
        "sku",
    )
    assert "Number prefix: A-" in on_screen(office)
    audit = office.house.services.people.audit(office.house.scope, limit=5)
    assert audit[0].action == "settings.several"


def test_what_was_typed_and_taken_back_is_not_saved(office: Office) -> None:
    view = opened(office)
    olivia = office.person("olivia")
    olivia.choose(view, "Number prefix", "A-")
    turned(office, "Customers")
    turned(office, "Which sales")

    olivia.submit(values={"prefix": "LS-", "suffix": "-NY"})

    assert (saved(office).prefix, saved(office).suffix) == ("LS-", "-NY")


def test_closing_saves_nothing_and_the_next_form_shows_what_is_saved(office: Office) -> None:
    view = opened(office)
    office.person("olivia").choose(view, "Number prefix", "A-")
    turned(office, "Customers")
    office.person("olivia").close()

    again = opened(office)

    assert shown(again, "prefix") == saved(office).prefix == "LS-"


def test_a_wrong_field_is_red_and_nothing_is_saved(office: Office) -> None:
    opened(office)

    outcome = office.person("olivia").submit(values={"prefix": "é:", "suffix": "1"})

    assert outcome.status == 200
    errors = form_of(office.person("olivia")).errors
    assert set(errors) == {"prefix", "suffix"}
    assert saved(office) == ConnectionSettings(go_live=saved(office).go_live)


def test_a_wrong_field_of_another_tab_brings_that_tab_back(office: Office) -> None:
    view = opened(office)
    office.person("olivia").choose(view, "Number prefix", "é:")
    turned(office, "Products")

    office.person("olivia").submit(values={"match": "The item's SKU"})

    body = on_screen(office)
    assert "Nothing is saved yet" in body
    assert "A prefix has at most" in body
    assert "'é:'" in body  # still in its field
    assert saved(office).item_match == "name"


def test_save_and_sync_saves_and_starts_a_run(office: Office) -> None:
    view = opened(office, "stores")
    olivia = office.person("olivia")
    olivia.choose(view, "stores", ["Riverside"])

    olivia.click(form_of(olivia), CONFIGURE_SYNC)

    runs = office.house.services.runs.recent(office.house.scope)
    assert saved(office).stores == ("Riverside",)
    assert [run.trigger for run in runs] == [Trigger.MANUAL]
    assert "is queued" in on_screen(office)


def test_save_and_sync_with_a_wrong_field_starts_nothing(office: Office) -> None:
    view = opened(office)
    olivia = office.person("olivia")
    olivia.choose(view, "Number prefix", "é:")

    olivia.click(form_of(olivia), CONFIGURE_SYNC)

    assert office.house.services.runs.recent(office.house.scope) == ()
    assert "A prefix has at most" in on_screen(office)


def test_two_admins_do_not_overwrite_each_other(office: Office) -> None:
    second_admin(office)
    opened(office)
    opened(office, who="oscar")
    office.person("oscar").submit(values={"prefix": "OS-"})

    office.person("olivia").submit(values={"suffix": "-NY"})
    told = on_screen(office)
    meanwhile = saved(office)
    office.person("olivia").submit()

    assert "Settings were changed meanwhile" in told
    assert "from “LS-” to “OS-”" in told
    assert (meanwhile.prefix, meanwhile.suffix) == ("OS-", "")
    assert (saved(office).prefix, saved(office).suffix) == ("OS-", "-NY")


def test_the_same_field_typed_by_two_is_the_seconds_to_decide(office: Office) -> None:
    second_admin(office)
    opened(office)
    opened(office, who="oscar")
    office.person("oscar").submit(values={"prefix": "OS-"})

    office.person("olivia").submit(values={"prefix": "OL-"})
    kept = shown(form_of(office.person("olivia")), "prefix")
    office.person("olivia").submit()

    assert kept == "OL-"
    assert saved(office).prefix == "OL-"


@pytest.mark.parametrize("panel", PANELS)
def test_the_word_alone_opens_its_page_for_admins_and_tells_others(
    office: Office, panel: str
) -> None:
    view = opened(office, panel)
    oscar, beatrix = office.told(panel, who="oscar"), office.told(panel, who="beatrix")

    assert "In one line: /ccc" in str(view.body)
    assert len(oscar) > 20
    assert beatrix == oscar
    assert office.person("oscar").view is None


@pytest.mark.parametrize("who", ["oscar", "beatrix"])
def test_a_form_that_was_opened_as_admin_is_refused_when_the_role_is_gone(
    office: Office, who: str
) -> None:
    office.give(who, Role.ADMIN)
    opened(office, "stores", who=who)
    office.give(who, Role.OPERATOR)

    office.person(who).submit(values={"stores": ["Riverside"]})

    assert saved(office).stores == ()
    assert "Only CCC admins" in on_screen(office, who)


@pytest.mark.parametrize("who", ["oscar", "beatrix"])
def test_a_tab_is_not_opened_for_who_may_not(office: Office, who: str) -> None:
    told = office.told("configure accounts", who=who)

    assert "Only CCC admins" in told
    assert office.person(who).view is None


@pytest.mark.parametrize(
    ("panel", "values", "line"),
    [
        ("stores", {"stores": ["Riverside", "Webstore"]}, "stores Riverside, Webstore"),
        ("accounts", {"Deposits": "Checking"}, "accounts deposit Checking"),
        (
            "customers",
            {"mode": "The sale's customer, by e-mail", "missing": "hold"},
            "customers match email missing hold",
        ),
        (
            "products settings",
            {"match": "The item's SKU", "item_missing": "hold"},
            "products match sku missing hold",
        ),
        ("configure", {"suffix": "-NY"}, "configure suffix -NY"),
        (
            "configure transaction",
            {"type": "Invoice and payment"},
            "configure type invoice payment",
        ),
        ("configure transaction", {"edits": "Off"}, "configure edits off"),
        ("configure", {"statuses": ["Sale", "Refund"]}, "configure statuses sale, refund"),
        ("configure advanced", {"tolerance": "0.10"}, "configure tolerance 0.10"),
        ("configure advanced", {"cash-rounding": "On"}, "configure cash-rounding on"),
        ("configure advanced", {"rules": "Off"}, "rules off"),
        ("configure advanced", {"web-registers": "Web, App"}, "configure web-registers Web, App"),
    ],
)
def test_a_form_and_its_line_lead_to_the_same_settings(
    office: Office, panel: str, values: dict[str, Any], line: str
) -> None:
    before = saved(office)
    office.say(line)
    by_line = saved(office)
    with office.house.means.ledgers.write() as ledger:
        version = office.house.services.connections.get(office.house.scope).settings_version
        ledger.accounts.save_settings(office.house.scope, dump_settings(before), version=version)

    opened(office, panel)
    office.person("olivia").submit(values=values)

    assert by_line != before
    assert saved(office) == by_line


@pytest.mark.parametrize("tab", ["Which sales", "Customers", "Schedule", "Advanced"])
def test_garbage_in_every_field_is_refused_where_it_is_and_never_breaks(
    office: Office, tab: str
) -> None:
    view = (
        turned(office, tab)
        if opened(office) and tab != "Which sales"
        else form_of(office.person("olivia"))
    )
    before = saved(office)
    texts = [
        block["block_id"]
        for block in view.blocks
        if block["type"] == "input" and block["element"]["type"] == "plain_text_input"
    ]
    garbage = "‮;DROP\t<!channel> 🦆"

    outcome = office.person("olivia").submit(values=dict.fromkeys(texts, garbage[:8]))

    assert outcome.status == 200
    assert texts
    now = saved(office)
    assert now.prefix == before.prefix
    assert now.rounding_tolerance == before.rounding_tolerance


def test_a_line_with_a_wrong_value_says_why(office: Office) -> None:
    told = office.told("configure tolerance 7")
    unknown = office.told("configure prefx X-")

    assert "Write an amount from 0 to 1.00" in told
    assert "Did you mean “prefix”?" in unknown
    assert said(office.say("configure list", who="beatrix")).count(":") > 10
