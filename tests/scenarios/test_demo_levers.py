"""What stands beside the conversation in the browser: each lever does what it says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import requests

from bot.demo.browser import walk_through
from bot.demo.stage import Stage
from bot.demo.tour import open_house
from bot.sandbox.inspector import Entry
from bot.sandbox.limits import walk
from bot.sandbox.model import Message
from bot.sandbox.seed import ADMINS_GROUP, LOG, OPERATOR

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def house() -> Iterator[Stage]:
    """Connected, with a channel, and today's sales posted."""
    with open_house(rate_limits=False) as on:
        for provider in ("lightspeed", "quickbooks"):
            answer = on.owner.command(f"/ccc connect {provider}")
            blocks = [block for message in answer.ephemerals for block in message.blocks]
            walk_through(next(item["url"] for item in walk(blocks) if "url" in item))
            on.settled()
        on.owner.command("/ccc channel #ccc-log")
        synced(on)
        yield on


def act(on: Stage, deed: str, **body: Any) -> dict[str, Any]:
    """As the page does it."""
    address = f"{on.slack.url}/page/api/act/{deed}"
    body = {"as": on.owner.id, **body}
    answer = requests.post(address, json=body, headers={"X-Sandbox": "page"}, timeout=60)
    told: dict[str, Any] = answer.json()
    assert told["ok"], told
    return told


def pull(on: Stage, lever: str) -> str:
    return str(act(on, "lever", id=lever)["said"])


def synced(on: Stage) -> None:
    on.owner.command("/ccc sync")
    on.settled()


def documents(on: Stage) -> int:
    return sum(len(on.quickbooks.documents(kind)) for kind in ("SalesReceipt", "RefundReceipt"))


def thread(on: Stage) -> list[Message]:
    """The last run's message and what stands under it."""
    root = [message for message in on.slack.messages(LOG) if message.thread_ts is None][-1]
    return [root, *on.slack.replies(root)]


def asking(on: Stage, words: str) -> Message:
    """The message in the last run's thread that says this and has buttons."""
    found = [m for m in thread(on) if words in str(m.blocks) and "'actions'" in str(m.blocks)]
    assert found, [m.text for m in thread(on)]
    return found[-1]


def runs(on: Stage) -> int:
    return sum(message.thread_ts is None for message in on.slack.messages(LOG))


def news_of(on: Stage, title: str) -> list[Entry]:
    return [e for e in on.slack.browser.inspector.since(0) if e.title == title]


def test_what_is_sold_is_posted_by_the_next_sync(house: Stage) -> None:
    before = documents(house)
    levers = {"sell.cash": 1, "sell.split": 1, "sell.web": 1, "sell.refund": 1, "sell.busy": 8}

    said = [pull(house, lever) for lever in levers]
    synced(house)

    assert all(words.endswith("Type /ccc sync.") for words in said)
    assert documents(house) == before + sum(levers.values())


def test_one_that_fails_says_what_stands_in_its_way(house: Stage) -> None:
    before = documents(house)

    said = pull(house, "sell.fails")
    synced(house)

    number = f"LS-{max(house.retailer.sales)}"
    assert said.endswith(f"Somebody has written {number} by hand in QuickBooks.")
    assert documents(house) == before + 1  # theirs
    assert asking(house, number)


def test_a_changed_sale_is_not_posted_twice(house: Stage) -> None:
    pull(house, "sell.cash")
    synced(house)
    before = documents(house)

    said = pull(house, "fail.change")
    synced(house)

    assert said.startswith(f"Ticket {max(house.retailer.sales)}")
    assert documents(house) == before


def test_closed_books_hold_a_sale_until_they_are_opened(house: Stage) -> None:
    assert "closed" in pull(house, "fail.closed")
    pull(house, "sell.cash")
    before = documents(house)
    synced(house)
    assert asking(house, "closed")
    assert documents(house) == before

    assert pull(house, "fail.closed") == "The books are open again."
    house.owner.click(asking(house, "closed"), "Retry")
    house.settled()
    assert documents(house) == before + 1


def test_an_account_switched_off_asks_for_another(house: Stage) -> None:
    assert "inactive" in pull(house, "fail.account")
    pull(house, "sell.cash")
    before = documents(house)
    synced(house)

    assert documents(house) == before
    assert asking(house, "Pick account")
    assert "active again" in pull(house, "fail.account")


def test_an_ended_login_offers_the_way_back(house: Stage) -> None:
    pull(house, "fail.lapse")
    pull(house, "sell.cash")
    synced(house)

    said = " ".join(str(m.blocks) for m in house.slack.workspace.messages[-6:])
    assert "Reconnect" in said
    answer = house.owner.command("/ccc connect quickbooks")
    blocks = [block for message in answer.ephemerals for block in message.blocks]
    walk_through(next(item["url"] for item in walk(blocks) if "url" in item))
    house.settled()


def test_the_clock_moves_for_everybody(house: Stage) -> None:
    before = house.ticks()
    pull(house, "time.hour")
    assert timedelta(hours=1) <= house.ticks() - before < timedelta(hours=1, minutes=2)

    house.owner.command("/ccc schedule hourly")
    before_tick = runs(house)
    said = pull(house, "time.tick")
    house.wait_for(lambda: runs(house) > before_tick)
    house.settled()
    assert "tickets were rung up" in said
    house.owner.command("/ccc schedule off")
    assert pull(house, "time.tick") == "No schedule yet: type /ccc schedule hourly."


def test_what_an_administrator_does_reaches_the_bot(house: Stage) -> None:
    """Each switch is an event that Slack delivers, or says that the app did not ask for it."""
    group = house.slack.workspace.groups[ADMINS_GROUP]
    for lever, event in (
        ("slack.member", "event member_left_channel"),
        ("slack.member", "event member_joined_channel"),
        ("slack.archive", "event channel_archive"),
        ("slack.group", "event subteam_members_changed"),
    ):
        before = len(news_of(house, event))
        pull(house, lever)
        wait_for_news(house, event, before + 1)
        assert news_of(house, event)[-1].ok

    assert OPERATOR in group.users
    pull(house, "slack.group")
    assert pull(house, "slack.archive") == "#ccc-log is open again."


def wait_for_news(on: Stage, title: str, times: int) -> None:
    on.wait_for(lambda: len(news_of(on, title)) >= times, 10)


@pytest.mark.parametrize(
    ("service", "fault", "place"),
    [
        ("Slack", "ratelimited", "chat.postMessage"),
        ("Lightspeed", "401_expired", "/Sale.json"),
        ("QuickBooks", "503", "/batch"),
    ],
)
def test_a_service_misbehaves_and_nothing_is_lost(
    house: Stage, service: str, fault: str, place: str
) -> None:
    pull(house, "sell.cash")
    before = documents(house)

    act(house, "fault", service=service, name=fault, place=place, times=1)
    synced(house)

    assert documents(house) == before + 1
    assert any(not entry.ok for entry in house.slack.browser.inspector.since(0))
