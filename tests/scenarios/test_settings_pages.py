"""Single pages of the settings: schedule, channel, accounts, customers."""

from __future__ import annotations

import pytest

from bot.views.actions import CONFIGURE_SYNC
from sync.services.models import Provider
from tests.office import OLIVIA, Office, bare, form_of, office
from tests.settings_form import on_screen, opened, saved, turned

__all__ = ["bare", "office"]  # fixtures


def test_a_customer_with_the_name_of_a_vendor_is_refused_at_the_name(office: Office) -> None:
    vendor = next(iter(office.house.quickbooks.documents("Vendor")), None)
    assert vendor is not None, "the company has a vendor"
    office.house.services.lists.refresh(OLIVIA, office.house.scope)
    office.house.work()
    opened(office, "customers")

    office.person("olivia").submit(values={"name": vendor["DisplayName"]})

    assert set(form_of(office.person("olivia")).errors) == {"name"}
    assert saved(office).customer_single == "Walk-in Customer"


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


def test_the_tax_table_opens_over_the_form_and_back_nothing_is_lost(office: Office) -> None:
    view = opened(office)
    olivia = office.person("olivia")
    olivia.choose(view, "Number prefix", "A-")
    view = turned(office, "Sales tax")

    olivia.click(view, "Open the table")
    over = form_of(olivia).title
    code = office.house.services.lists.tax_codes(office.house.scope, "", 1)[0]
    office.house.services.settings.tax_add(OLIVIA, office.house.scope, "MD", code.value)
    olivia.close()
    olivia.submit()

    assert over == "Sales tax"
    assert saved(office).prefix == "A-"
    assert [each.region for each in saved(office).tax_mappings] == ["MD"]
