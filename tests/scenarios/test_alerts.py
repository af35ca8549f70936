"""One alert per cause: brought up to date by whatever run changes what waits for it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete

from bot.reports.dispatcher import Dispatcher
from bot.sandbox import seed
from bot.sandbox.limits import walk
from bot.sandbox.model import Message
from sync.ledger import tables as t
from sync.services.models import Trigger
from tests.alerts import buttons, in_channel, worked
from tests.office import Office, bare, office, words
from tests.scenarios.books import entry

__all__ = ["bare", "office"]  # fixtures

CLOSED = "2026-03-10"
WHY = "is closed; the books are shut to"


def sold(office: Office) -> str:
    clock = office.house.clock
    number = str(office.house.retailer.sell("card", clock.now))
    clock.sleep(60)
    return number


def close_books(office: Office, day: str | None) -> None:
    office.house.quickbooks.change_company(book_close_date=day)


@pytest.fixture
def closed(office: Office) -> list[str]:
    """Three sales of a day that was closed before they were read; the alert is told."""
    office.say("sync", who="oscar")
    worked(office)
    numbers = [sold(office) for _ in range(3)]
    close_books(office, CLOSED)
    office.say("sync", who="oscar")
    worked(office)
    return numbers


def the_alert(office: Office) -> Message:
    (found,) = [each for each in in_channel(office) if WHY in each.text and "Which" in words(each)]
    return found


def test_a_fixed_alert_says_by_whom_and_how_many_were_posted(
    office: Office, closed: list[str]
) -> None:
    close_books(office, None)

    office.person("oscar").click(the_alert(office), "Retry")
    worked(office)

    said = the_alert(office)
    assert "✓ Fixed by : 3 posted." in line(said)
    assert users(said) == [seed.OPERATOR]
    assert said.text.startswith("Fixed: 3 posted.")
    assert WHY in words(said)
    assert buttons(said) == []


def test_the_run_that_held_them_says_that_they_were_sent_again(
    office: Office, closed: list[str]
) -> None:
    """Else its message asks for ever to be retried."""
    before = root(office, 2)
    shown = words(before)
    close_books(office, None)

    office.person("oscar").click(the_alert(office), "Retry")
    worked(office)

    assert ("Since then" in shown, "3 held" in shown) == (False, True)
    assert "Since then: all 3 were sent again" in line(root(office, 2))
    assert "3 held" in words(root(office, 2))
    assert buttons(root(office, 2)) == []


def test_a_run_of_which_one_sale_is_left_offers_to_retry_that_one(
    office: Office, closed: list[str]
) -> None:
    office.say(f"decide {closed[0]} skip")
    worked(office)
    office.say(f"decide {closed[1]} skip")
    worked(office)

    assert "Since then: 2 of the 3 were sent again" in line(root(office, 2))
    assert buttons(root(office, 2)) == ["Retry failed"]


def test_while_it_is_sent_again_nobody_can_press_it_once_more(
    office: Office, closed: list[str]
) -> None:
    office.person("oscar").click(the_alert(office), "Retry")

    said = the_alert(office)

    assert "Sent again as Resync" in words(said)
    assert buttons(said) == []


def test_a_partly_fixed_alert_says_so_and_can_still_be_pressed(
    office: Office, closed: list[str]
) -> None:
    """One sale is left out by its admin, one gets a day, one still waits."""
    office.house.clock.sleep(24 * 3600)
    office.say(f"decide {closed[0]} skip")
    worked(office)
    office.say(f"decide {closed[1]} date 2026-03-11")
    worked(office)

    said = the_alert(office)

    assert ": 1 posted, 1 left out of the books, 1 still held." in line(said)
    assert "1 sale" in said.text
    assert f"sale {closed[2]}" in words(said)
    assert {"Choose date", "Retry"} <= set(buttons(said))
    assert users(said) == [seed.OWNER]


def test_a_retry_that_changes_nothing_leaves_the_alert_as_it_was(
    office: Office, closed: list[str]
) -> None:
    before = words(the_alert(office))

    office.person("oscar").click(the_alert(office), "Retry")
    worked(office)

    assert words(the_alert(office)) == before
    assert {"Choose date", "Retry"} <= set(buttons(the_alert(office)))


def test_the_same_cause_in_a_later_run_updates_the_alert_and_links_to_it(
    office: Office, closed: list[str]
) -> None:
    """Whoever reads the later run finds the one place where it is settled."""
    first = the_alert(office)
    late = sold(office)
    office.say("sync", who="oscar")
    worked(office)

    said = the_alert(office)

    assert entry(office.house, late)["state"] == "held"
    assert said.ts == first.ts
    assert "4 sales" in said.text
    pointers = [each for each in in_channel(office) if "told before" in each.text]
    assert [each.text for each in pointers] == [
        "1 sale waits for what was told before, in Sync 2: 10 Mar 2026 is closed; the books are "
        "shut to 10 Mar 2026. Now 4 wait for it."
    ]
    assert f"/p{first.ts.replace('.', '')}" in links(pointers[0])[0]


def test_one_press_settles_the_sales_of_every_run(office: Office, closed: list[str]) -> None:
    late = sold(office)
    office.say("sync", who="oscar")
    worked(office)
    close_books(office, None)

    office.person("oscar").click(the_alert(office), "Retry")
    worked(office)

    assert {entry(office.house, each)["state"] for each in (*closed, late)} == {"posted"}
    assert ": 4 posted." in line(the_alert(office))


def test_after_it_was_fixed_the_cause_is_told_anew(office: Office, closed: list[str]) -> None:
    """A settled message is history; new trouble is news."""
    close_books(office, None)
    office.person("oscar").click(the_alert(office), "Retry")
    worked(office)
    close_books(office, CLOSED)
    sold(office)
    office.say("sync", who="oscar")
    worked(office)

    told = [each for each in in_channel(office) if "Which" in words(each)]

    assert ["Fixed" in words(each) for each in told] == [True, False]
    assert "Choose date" in buttons(told[1])


def test_a_press_after_it_was_fixed_says_so_and_posts_nothing(
    office: Office, closed: list[str]
) -> None:
    """The press of somebody whose page is old."""
    stale = the_alert(office)
    close_books(office, None)
    office.say("resync failed")
    office.house.work()

    outcome = office.person("oscar").click(stale, "Retry")

    runs = office.house.services.runs.recent(office.house.scope, 5)
    assert "fixed meanwhile" in "\n".join(map(words, outcome.ephemerals))
    assert [run.trigger for run in runs].count(Trigger.RETRY) == 1


def test_told_once_more_after_a_crash_there_is_still_one_alert(
    office: Office, closed: list[str]
) -> None:
    """The process died after the alert was noted and before its message was."""
    run = office.house.services.runs.recent(office.house.scope, 1)[0]
    with office.house.means.ledgers.write() as ledger:
        ledger.connection.execute(delete(t.outbox).where(t.outbox.c.key.like("%:cause:%")))
        ledger.outbox.tell(
            office.house.scope, "run.finished", {}, run=run.id, now=office.house.clock.now
        )

    messages = Dispatcher(office.house.services, office.house.clock)
    while messages.step():
        pass

    with office.house.means.ledgers.read() as ledger:
        waiting = ledger.connection.execute(
            t.outbox.select().where(t.outbox.c.key.like("%:cause:%"))
        ).mappings()
        assert [row["kind"] for row in waiting] == ["post"]


def test_an_open_alert_is_remembered_for_as_long_as_it_is_open(
    office: Office, closed: list[str]
) -> None:
    """Sent messages are forgotten after a while; this one is still to be edited."""
    first = the_alert(office)
    with office.house.means.ledgers.write() as ledger:
        ledger.outbox.forget_sent(seed.TEAM, office.house.clock.now + timedelta(days=1))
    close_books(office, None)

    office.say("resync failed", who="oscar")
    worked(office)

    assert the_alert(office).ts == first.ts
    assert ": 3 posted." in line(the_alert(office))


def test_what_a_dry_run_would_hold_opens_no_alert(office: Office) -> None:
    """It is told in the dry run's thread; the real run tells it itself."""
    sold(office)
    close_books(office, CLOSED)
    office.say("sync dry", who="oscar")
    worked(office)
    office.say("sync", who="oscar")
    worked(office)

    told = [each for each in in_channel(office) if "Which" in words(each)]

    assert ["would not be posted" in each.text for each in told] == [True, False]
    assert "Retry" in buttons(told[1])


def line(message: Message) -> str:
    """Its words as they are read, without the mark of a person."""
    return words(message).replace("\n", "")


def root(office: Office, number: int) -> Message:
    """The message of a run."""
    (found,) = [
        each
        for each in office.slack.messages("#ccc-log")
        if each.thread_ts is None and each.text.startswith(f"Sync {number}:")
    ]
    return found


def users(message: Message) -> list[str]:
    return [each["user_id"] for each in walk(message.blocks) if each.get("type") == "user"]


def links(message: Message) -> list[str]:
    return [each["url"] for each in walk(message.blocks) if each.get("type") == "link"]
