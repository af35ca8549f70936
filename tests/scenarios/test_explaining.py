"""The shortcut *Explain log entry* on messages of ours, of others, and by strangers."""

from __future__ import annotations

import pytest

from bot.manifest import manifest
from bot.sandbox.model import Message
from bot.shortcuts import SHORTCUTS
from sync.services.models import Trigger
from tests.alerts import worked
from tests.office import Office, bare, office, words

__all__ = ["bare", "office"]  # fixtures

CALLBACK = "ccc.explain"


def sale(office: Office) -> str:
    house = office.house
    number = str(house.retailer.sell("card", house.clock.now))
    house.clock.sleep(60)
    return number


def synced(office: Office) -> Message:
    """The message of a run in the log channel."""
    office.say("sync", who="oscar")
    worked(office)
    return office.slack.messages("#ccc-log")[-1]


def explained(office: Office, message: Message, who: str = "beatrix") -> Message:
    """What only that person is told about the message."""
    person = office.person(who)
    before = len(person.ephemerals)
    outcome = person.shortcut(CALLBACK, message)
    assert outcome.status == 200
    (told,) = person.ephemerals[before:]
    return told


def test_a_run_is_explained_to_whoever_asks_and_nobody_else(office: Office) -> None:
    synced(office)
    sale(office)
    office.house.quickbooks.change_company(book_close_date="2026-03-10")
    held = sale(office)
    root = synced(office)
    before = len(office.slack.messages("#ccc-log"))

    told = explained(office, root)

    text = words(told)
    assert "not in QuickBooks until a person decides" in text
    assert "Choose the day they are posted on" in text
    assert {"Log of this run", "Problems", "CSV"} <= set(buttons_of(told))
    assert held in text
    assert len(office.slack.messages("#ccc-log")) == before


def test_a_run_with_one_sale_is_that_sale(office: Office) -> None:
    synced(office)
    number = sale(office)
    root = synced(office)

    told = explained(office, root)

    assert f"Sale {number}" in words(told)
    assert "Rung up at" in words(told)


def test_a_message_in_the_thread_is_about_its_run(office: Office) -> None:
    root = synced(office)
    replies = office.slack.replies(root)

    told = [words(explained(office, each)) for each in replies]

    assert replies
    assert all("What it means" in each or "What happened" in each for each in told)


def test_metadata_is_enough_for_a_message_we_forgot(office: Office) -> None:
    root = synced(office)
    with office.house.means.ledgers.write() as ledger:
        ledger.outbox.forget_sent(office.house.scope.workspace, office.house.clock.now)

    assert root.metadata is not None
    assert "What it means" in words(explained(office, root))


@pytest.mark.parametrize(
    "metadata",
    [
        None,
        {"event_type": "ccc_run", "event_payload": {"run": "nobody's"}},
        {"event_type": "ccc_run", "event_payload": {"run": ["x"]}},
        {"event_type": "ccc_run", "event_payload": "x"},
        {"event_type": "other", "event_payload": {"run": "1"}},
    ],
)
def test_a_message_of_somebody_else_is_not_explained(
    office: Office, metadata: dict[str, object] | None
) -> None:
    root = synced(office)
    foreign = Message(root.channel, "1.000001", "U0OSCAR01", versions=[], metadata=metadata)
    foreign.versions.append(root.versions[0])

    told = explained(office, foreign)

    assert "not about a run or a sale that CCC knows" in told.text


def test_a_guest_is_told_nothing(office: Office) -> None:
    root = synced(office)

    told = explained(office, root, who="gustav")

    assert "guests cannot use it" in told.text


def test_a_dry_run_is_explained_as_one(office: Office) -> None:
    office.say("sync dry", who="oscar")
    worked(office)
    root = office.slack.messages("#ccc-log")[-1]
    run = office.house.services.runs.recent(office.house.scope, 1)[0]

    told = explained(office, root)

    assert run.dry
    assert run.trigger is Trigger.MANUAL
    assert "dry run" in words(told)


def test_every_shortcut_of_the_manifest_has_a_listener() -> None:
    shortcuts = manifest("https://ccc.example")["features"]["shortcuts"]

    assert {each["callback_id"] for each in shortcuts} == set(SHORTCUTS)
    assert all(len(each["name"]) <= 24 for each in shortcuts)


def buttons_of(message: Message) -> list[str]:
    return [
        str(element["text"]["text"])
        for block in message.blocks
        if block["type"] == "actions"
        for element in block["elements"]
        if element["type"] == "button"
    ]
