"""The settings form: opened, turned, saved and refused through really signed requests."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox.model import View
from bot.views.actions import CONFIGURE_SYNC, CONFIGURE_TAB
from sync.domain.settings import ConnectionSettings
from sync.services.models import Provider, Role, Trigger
from sync.services.saved import dump_settings
from tests.office import OLIVIA, Office, bare, form_of, office, said

__all__ = ["bare", "office"]  # fixtures

PANELS = ("stores", "accounts", "customers", "schedule")


def saved(office: Office) -> ConnectionSettings:
    return office.house.services.connections.get(office.house.scope).settings


def opened(office: Office, line: str = "configure", who: str = "olivia") -> View:
    office.say(line, who=who)
    return form_of(office.person(who))


def turned(office: Office, tab: str, who: str = "olivia") -> View:
    person = office.person(who)
    person.choose(form_of(person), CONFIGURE_TAB, tab)
    return form_of(person)


def on_screen(office: Office, who: str = "olivia") -> str:
    return str(form_of(office.person(who)).body)


def shown(view: View, field: str) -> Any:
    """What a field begins with."""
    (block,) = (b for b in view.blocks if str(b.get("block_id", "")).partition("~")[0] == field)
    element = block["element"]
    option = element.get("initial_option") or {}
    several = [each["value"] for each in element.get("initial_options", [])]
    return option.get("value") or element.get("initial_value") or several


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


def test_a_customer_with_the_name_of_a_vendor_is_refused_at_the_name(office: Office) -> None:
    vendor = next(iter(office.house.quickbooks.documents("Vendor")), None)
    assert vendor is not None, "the company has a vendor"
    office.house.services.lists.refresh(OLIVIA, office.house.scope)
    office.house.work()
    opened(office, "customers")

    office.person("olivia").submit(values={"name": vendor["DisplayName"]})

    assert set(form_of(office.person("olivia")).errors) == {"name"}
    assert saved(office).customer_single == "Walk-in Customer"


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


def test_the_schedule_says_its_next_runs_while_it_is_chosen(office: Office) -> None:
    view = opened(office, "schedule")
    olivia = office.person("olivia")

    olivia.choose(view, "rhythm", "Once a day")
    told = on_screen(office)
    olivia.submit(values={"at": "03:30"})

    assert "Next runs: 11 Mar 2026 02:00" in told
    schedule = office.house.services.schedules.get(office.house.scope)
    assert schedule.spec == "daily 03:30"


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ({"rhythm": "Every 15 minutes"}, "schedule every 15m"),
        ({"rhythm": "Once a day", "at": "03:30"}, "schedule daily 03:30"),
        (
            {"rhythm": "Another rhythm", "spec": 'cron "0 2 * * mon-fri"'},
            'schedule cron "0 2 * * mon-fri"',
        ),
        (
            {"rhythm": "Every hour", "zone": "Australia/Sydney"},
            "schedule hourly zone Australia/Sydney",
        ),
    ],
)
def test_a_schedule_by_form_is_the_schedule_by_line(
    office: Office, values: dict[str, str], line: str
) -> None:
    schedules, scope = office.house.services.schedules, office.house.scope
    office.say(line)
    by_line = schedules.get(scope)
    office.say("schedule off")

    opened(office, "schedule")
    office.person("olivia").submit(values=values)

    by_form = schedules.get(scope)
    assert by_line.spec != "off"
    assert (by_form.spec, by_form.zone) == (by_line.spec, by_line.zone)


def test_a_schedule_that_is_none_is_red_and_nothing_else_is_saved(office: Office) -> None:
    view = opened(office)
    olivia = office.person("olivia")
    olivia.choose(view, "Number prefix", "A-")
    turned(office, "Schedule")

    olivia.submit(values={"rhythm": "Another rhythm", "spec": "every 1m"})

    assert set(form_of(olivia).errors) == {"rhythm"}
    assert saved(office).prefix == "LS-"


def test_the_channel_has_a_form_and_its_line(office: Office) -> None:
    view = opened(office, "channel")
    begins = view.blocks[0]["element"]["initial_conversation"]

    office.person("olivia").submit()

    assert begins == office.house.services.connections.get(office.house.scope).channel
    assert "now posted in" in on_screen(office)


def test_a_channel_that_another_admin_chose_meanwhile_is_not_overwritten(office: Office) -> None:
    services, scope = office.house.services, office.house.scope
    opened(office, "channel")
    services.connections.set_channel(OLIVIA, scope, "C0ELSEWHERE")

    office.person("olivia").submit()
    told, kept = on_screen(office), services.connections.get(scope).channel
    office.person("olivia").submit()

    assert "Settings were changed meanwhile" in told
    assert kept == "C0ELSEWHERE"
    assert services.connections.get(scope).channel != "C0ELSEWHERE"


def test_a_sync_that_cannot_start_does_not_hide_what_was_saved(office: Office) -> None:
    view = opened(office)
    olivia = office.person("olivia")
    olivia.choose(view, "Number prefix", "A-")
    office.house.services.connections.disconnect(OLIVIA, office.house.scope, Provider.QUICKBOOKS)

    olivia.click(form_of(olivia), CONFIGURE_SYNC)

    assert saved(office).prefix == "A-"
    assert "Saved." in on_screen(office)
    assert "No sync was started" in on_screen(office)


def test_five_hundred_accounts_are_found_by_what_is_typed(office: Office) -> None:
    services, scope = office.house.services, office.house.scope
    connection = services.connections.get(scope)
    assert connection.quickbooks is not None
    many = [
        {
            "Id": str(5000 + n),
            "Name": f"Clearing {n}",
            "FullyQualifiedName": f"Clearing {n}",
            "AccountType": "Bank",
            "AccountSubType": "Checking",
            "Active": True,
        }
        for n in range(500)
    ]
    with office.house.means.ledgers.write() as ledger:
        ledger.accounts.save_list(
            scope.workspace,
            connection.quickbooks.id,
            "Account",
            [(str(each["Id"]), each) for each in many],
            read_at=office.house.clock(),
            replace=False,
        )
    view = opened(office, "accounts")
    olivia = office.person("olivia")

    all_of_them = olivia.options(view, "Deposits", "").options
    found = olivia.options(view, "Deposits", "Clearing 499").options
    olivia.submit(values={"Deposits": "Clearing 499"})

    assert len(all_of_them) == 100
    assert [each["text"]["text"] for each in found] == ["Clearing 499"]
    deposit = saved(office).accounts.deposit
    assert deposit is not None
    assert deposit.name == "Clearing 499"


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
