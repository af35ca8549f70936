"""Sales of closed books, settled from the alert: another day, wait, or left out."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox import seed
from bot.sandbox.model import Message
from sync.services.models import Role, Trigger
from tests.alerts import alert, worked
from tests.office import NOW, Office, bare, form_of, office, said, words
from tests.scenarios.books import entry

__all__ = ["bare", "office"]  # fixtures

CLOSED, FIRST_OPEN = "2026-03-10", "2026-03-11"


def sold(office: Office, kind: str = "card", *, at: Any = None) -> str:
    house = office.house
    number = str(house.retailer.sell(kind, at or house.clock.now))
    house.clock.sleep(60)
    return number


@pytest.fixture
def closed(office: Office) -> list[str]:
    """Two sales of a day whose books were closed in the night; the alert about them is told."""
    numbers = [sold(office), sold(office)]
    office.house.quickbooks.change_company(book_close_date=CLOSED)
    office.house.clock.sleep(24 * 3600)
    office.say("sync", who="oscar")
    worked(office)
    assert {entry(office.house, each)["cause"] for each in numbers} == {"closed_period"}
    return numbers


def days_of(office: Office, numbers: list[str]) -> list[str]:
    return sorted(
        each["TxnDate"]
        for each in office.house.quickbooks.documents("SalesReceipt")
        if each["DocNumber"] in {f"LS-{number}" for number in numbers}
    )


def the_alert(office: Office) -> Message:
    return alert(office, "Choose date")


def test_all_sales_are_posted_on_the_first_open_day(office: Office, closed: list[str]) -> None:
    """Prefilled: a press, a look, a press. The books stay closed."""
    olivia = office.person("olivia")

    olivia.click(the_alert(office), "Choose date")
    form = str(form_of(olivia).body)
    olivia.submit()
    worked(office)

    assert "Post on first open day" in form
    assert f"'initial_date': '{FIRST_OPEN}'" in form
    assert days_of(office, closed) == [FIRST_OPEN] * 2
    assert office.house.quickbooks.company().spec.book_close_date == CLOSED
    assert {entry(office.house, each)["state"] for each in closed} == {"posted"}


def test_sales_of_one_day_are_left_out_and_the_others_wait(
    office: Office, closed: list[str]
) -> None:
    older = sold(office, at=NOW.replace(day=9))
    office.say("backfill 2026-03-09 2026-03-10")
    worked(office)
    olivia = office.person("olivia")

    olivia.click(the_alert(office), "Choose date")
    which = next(
        each["text"]["text"]
        for block in form_of(olivia).blocks
        if block.get("block_id") == "which"
        for each in block["element"]["options"]
        if each["text"]["text"].startswith("10 Mar")
    )
    olivia.submit(values={"which": which, "what": "Skip", "why": "in the till report already"})
    worked(office)

    row = entry(office.house, closed[0])
    assert (row["state"], entry(office.house, older)["state"]) == ("skipped", "held")
    assert str(row["reason"]).startswith("skipped by @")
    assert str(row["reason"]).endswith(": in the till report already")
    assert days_of(office, closed) == []


def test_waiting_changes_nothing(office: Office, closed: list[str]) -> None:
    olivia = office.person("olivia")

    olivia.click(the_alert(office), "Choose date")
    olivia.submit(values={"what": "Wait"})
    worked(office)

    assert "left as they are" in str(form_of(olivia).body)
    assert {entry(office.house, each)["state"] for each in closed} == {"held"}
    assert office.house.services.decisions.of(office.house.scope, closed[0]) == ()


@pytest.mark.parametrize(("day", "why"), [(CLOSED, "closed"), ("2026-03-20", "future")])
def test_a_wrong_day_is_said_at_its_field(
    office: Office, closed: list[str], day: str, why: str
) -> None:
    olivia = office.person("olivia")

    olivia.click(the_alert(office), "Choose date")
    errors = olivia.submit(values={"what": "Post on another day", "day": day}).errors
    worked(office)

    assert why in errors["day"]
    assert days_of(office, closed) == []


def test_only_admins_choose_also_after_the_form_was_opened(
    office: Office, closed: list[str]
) -> None:
    """A role can be taken away between the press and the submission."""
    office.give("amir", Role.ADMIN)
    amir, message = office.person("amir"), the_alert(office)
    refused = said(office.person("oscar").click(message, "Choose date"))
    amir.click(message, "Choose date")
    office.give("amir", Role.OPERATOR)

    amir.submit()
    worked(office)

    assert "Only CCC admins" in refused
    assert "Only CCC admins" in str(form_of(amir).body)
    assert days_of(office, closed) == []


def test_of_two_people_the_second_learns_that_it_was_fixed_and_by_whom(
    office: Office, closed: list[str]
) -> None:
    office.give("amir", Role.ADMIN)
    olivia, amir, message = office.person("olivia"), office.person("amir"), the_alert(office)
    olivia.click(message, "Choose date")
    amir.click(message, "Choose date")

    olivia.submit()
    office.house.work()
    amir.submit(values={"what": "Skip"})

    runs = office.house.services.runs.recent(office.house.scope, 5)
    assert "fixed meanwhile" in str(form_of(amir).body)
    assert seed.OWNER in str(form_of(amir).body)
    assert [run.trigger for run in runs].count(Trigger.RETRY) == 1
    assert {entry(office.house, each)["state"] for each in closed} == {"posted"}


def test_the_line_does_the_same_as_the_form(office: Office, closed: list[str]) -> None:
    number = closed[0]

    answer = office.told(f"decide {number} date {FIRST_OPEN}")
    refused = office.told(f"decide {number} skip", who="oscar")
    shown = office.told(f"decide {number}", who="oscar")
    worked(office)
    story = office.say(f"log {number}", who="oscar").ephemerals[-1]

    assert "dated 11 Mar 2026" in answer
    assert "Only CCC admins" in refused
    assert "Dated 11 Mar 2026" in shown
    assert days_of(office, closed) == [FIRST_OPEN]
    assert "Dated 11 Mar 2026, decided by " in words(story)
    assert seed.OWNER in str(story.blocks)
