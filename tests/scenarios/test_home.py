"""The Home tab: true for whoever looks, and kept true."""

from __future__ import annotations

import pytest

from bot.home.refreshing import refreshed
from bot.sandbox.limits import walk
from bot.sandbox.model import View
from bot.views.actions import SHARE
from sync.domain.identity import Scope
from sync.services.models import Provider, Role
from tests.alerts import worked
from tests.office import OLIVIA, TEAM, Office, bare, form_of, office
from tests.scenarios.books import entry
from tests.shelves import sold

__all__ = ["bare", "office"]  # fixtures


def home_of(office: Office, who: str = "olivia") -> View:
    """What stands in the tab now."""
    shown = office.person(who).home
    assert shown is not None, "nothing was published"
    return shown


def opened(office: Office, who: str = "olivia") -> View:
    assert office.person(who).open_home().status == 200
    return home_of(office, who)


def text(view: View) -> str:
    return str(view.body)


def buttons(view: View) -> set[str]:
    return {
        element["text"]["text"] for element in walk(view.blocks) if element.get("type") == "button"
    }


def test_with_nothing_connected_home_begins_the_set_up(bare: Office) -> None:
    """Who is an admin of this Slack takes the first seat, and sees that."""
    shown = opened(bare)

    assert "first CCC admin" in text(shown)
    assert "Start set-up" in buttons(shown)
    olivia = bare.person("olivia")
    olivia.click(shown, "Start set-up")
    assert "Step 1 of 12" in text(form_of(olivia))


def test_home_follows_the_set_up_by_itself(bare: Office) -> None:
    bare.say("")
    opened(bare)

    bare.house.connect_one(Provider.LIGHTSPEED)
    worked(bare)
    half = text(home_of(bare))
    bare.house.connect_one(Provider.QUICKBOOKS)
    worked(bare)
    bare.say("channel here")
    worked(bare)
    whole = text(home_of(bare))

    assert "connect QuickBooks first" in half
    assert "'channel_id'" in whole and "'channel_id'" not in half


def test_a_run_and_its_problems_appear_with_buttons(office: Office) -> None:
    opened(office)
    number = str(office.house.retailer.sell("card", office.house.clock.now))
    office.house.quickbooks.change_company(book_close_date="2026-03-10")
    office.house.clock.sleep(24 * 3600)
    office.say("sync", who="oscar")
    worked(office)
    assert entry(office.house, number)["state"] == "held"

    shown = home_of(office)

    assert "Waiting for a person" in text(shown)
    assert {"Choose date", "Retry", "Sync now"} <= buttons(shown)
    assert "Recent runs" in text(shown)
    olivia = office.person("olivia")
    olivia.click(shown, "Choose date")
    olivia.submit()
    worked(office)
    assert entry(office.house, number)["state"] == "posted"
    assert "Waiting for a person" not in text(home_of(office))


def test_a_press_in_home_is_answered_in_a_form(office: Office) -> None:
    """There is no conversation in Home that could be answered in."""
    olivia = office.person("olivia")

    olivia.click(opened(office), "Dry run")

    assert "dry run" in text(form_of(olivia)).lower()


def test_the_log_is_read_in_a_form_page_by_page(office: Office) -> None:
    """Slack takes no table there, and at most three forms above each other."""
    olivia = office.person("olivia")
    for _ in range(21):
        sold(office)
    olivia.command("backfill 2026-03-09 2026-03-10")
    worked(office)

    olivia.click(opened(office), "Log")
    first = text(form_of(olivia))
    pages = set()
    for _ in range(4):
        if "Older" in buttons(form_of(olivia)):
            olivia.click(form_of(olivia), "Older")
        pages.add(text(form_of(olivia)))

    assert "25 entries" in first and "Posted ✓" in first
    assert len(pages) == 2
    assert len(office.slack.views.stack(olivia.id)) == 1


def test_what_was_opened_in_home_is_shared_nowhere(office: Office) -> None:
    olivia = office.person("olivia")
    olivia.command("backfill 2026-03-09 2026-03-10")
    worked(office)
    before = len(office.slack.messages("#ccc-log"))
    olivia.click(opened(office), "Log")

    olivia.click(form_of(olivia), SHARE)

    assert "type /ccc log there" in text(form_of(olivia))
    assert len(office.slack.messages("#ccc-log")) == before


@pytest.mark.parametrize(
    ("who", "sees", "not_sees"),
    [
        ("olivia", {"Sync now", "Set up"}, set()),
        ("oscar", {"Sync now", "Dry run"}, {"Set up"}),
        ("beatrix", {"Help"}, {"Sync now", "Dry run", "Set up"}),
    ],
)
def test_everybody_sees_what_they_may_do(
    office: Office, who: str, sees: set[str], not_sees: set[str]
) -> None:
    shown = opened(office, who)

    assert sees <= buttons(shown)
    assert not not_sees & buttons(shown)


@pytest.mark.parametrize("who", ["gustav"])
def test_guests_read_why_there_is_nothing(office: Office, who: str) -> None:
    shown = opened(office, who)

    assert "guests" in text(shown)
    assert "Checking" not in text(shown)


def test_a_role_that_was_taken_away_counts_in_a_home_that_still_shows_its_buttons(
    office: Office,
) -> None:
    office.give("amir", Role.ADMIN)
    shown = opened(office, "amir")
    office.give("amir", Role.VIEWER)
    amir = office.person("amir")

    amir.click(shown, "Set up")

    assert "Only CCC admins" in text(form_of(amir))
    worked(office)
    assert "Set up" not in buttons(home_of(office, "amir"))


def test_a_change_of_settings_shows_in_everybodys_home(office: Office) -> None:
    opened(office)
    opened(office, "beatrix")

    office.say("schedule hourly")
    worked(office)

    for who in ("olivia", "beatrix"):
        assert "hourly" in text(home_of(office, who))


def test_the_messages_tab_is_not_home(office: Office) -> None:
    olivia = office.person("olivia")

    olivia.event({"type": "app_home_opened", "user": olivia.id, "tab": "messages", "channel": "D1"})

    assert olivia.home is None


def test_without_an_open_home_nothing_is_published(office: Office) -> None:
    office.say("schedule hourly")
    worked(office)

    assert office.person("olivia").home is None


def test_who_left_gets_no_new_page(office: Office) -> None:
    """Sums of a company are for its people only."""
    opened(office, "oscar")
    before = home_of(office, "oscar").hash
    office.house.use(rights=Refusing(office.person("oscar").id))
    office.say("schedule hourly")

    told = refreshed(office.house.services, TEAM, office.house.clock())

    assert told == []
    assert home_of(office, "oscar").hash == before


def test_roles_of_groups_count_when_home_is_drawn_again(office: Office) -> None:
    """Only Slack knows who is in a group; asked for every role, the highest that is not refused."""
    services = office.house.services
    services.people.set_role(OLIVIA, "S0GROUP", Role.ADMIN)
    opened(office, "beatrix")
    beatrix = office.person("beatrix").id

    office.house.use(rights=Refusing("", Role.ADMIN))
    drawn = {
        each.channel: each.payload["view"]
        for each in refreshed(office.house.services, TEAM, office.house.clock())
    }

    assert "Sync now" in str(drawn[beatrix])
    assert "'Set up'" not in str(drawn[beatrix])


class Refusing:
    """Slack's word: this person is served no more, or these roles are nobody's."""

    def __init__(self, user: str, *roles: Role) -> None:
        self._user = user
        self._roles = roles

    def refusal(self, scope: Scope, user: str, role: Role) -> str:
        return "no" if user == self._user or role in self._roles else ""
