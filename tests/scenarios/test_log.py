"""The log in Slack: pages, filters, the story of a sale, and a file, for whoever asked alone."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest

from bot.sandbox.model import Message
from sync.services.models import LogQuery
from tests.alerts import buttons, tell, worked
from tests.office import Office, bare, form_of, office, said, words
from tests.scenarios.books import entry

__all__ = ["bare", "office"]  # fixtures

EVIL = "<!channel> <@U1> *b* =1+1 " + "x" * 2000


@pytest.fixture
def sold(office: Office) -> list[str]:
    """Twelve sales and a refund, posted; the numbers in the order of the till."""
    numbers = [sale(office) for _ in range(12)]
    numbers.append(sale(office, "card_refund"))
    office.say("sync", who="oscar")
    worked(office)
    return numbers


def sale(office: Office, kind: str = "card") -> str:
    house = office.house
    number = str(house.retailer.sell(kind, house.clock.now))
    house.clock.sleep(60)
    return number


def shown(message: Message) -> list[str]:
    """The numbers of the sales on a page."""
    (rows,) = [block["rows"] for block in message.blocks if block["type"] == "table"]
    return [cell_text(row[1]) for row in rows[1:]]


def cell_text(cell: dict[str, object]) -> str:
    if cell["type"] != "rich_text":
        return str(cell["text"])
    return str(cell["elements"][0]["elements"][0]["text"])  # type: ignore[index]


def opener(message: Message, number: str) -> str:
    """The choice that tells about this sale."""
    (menu,) = [
        element
        for block in message.blocks
        if block["type"] == "actions"
        for element in block["elements"]
        if element["type"] == "static_select"
    ]
    return next(
        str(each["text"]["text"])
        for each in menu["options"]
        if each["text"]["text"].startswith(f"{number},")
    )


def the_newest(office: Office, who: str = "olivia") -> Message:
    return office.person(who).ephemerals[-1]


def test_pages_stay_whole_while_new_sales_arrive(office: Office, sold: list[str]) -> None:
    olivia = office.person("olivia")
    office.say("log")
    first = shown(the_newest(office))

    sale(office)
    office.say("sync", who="oscar")
    worked(office)
    olivia.click(the_newest(office), "Older")
    older = shown(the_newest(office))
    olivia.click(the_newest(office), "Newer")
    again = shown(the_newest(office))
    olivia.click(the_newest(office), "Newest")

    assert first == sold[:-11:-1]
    assert older[:3] == sold[2::-1]
    assert again == first
    assert shown(the_newest(office))[1:] == first[:-1]


def test_a_page_is_for_whoever_asked_and_nobody_else(office: Office, sold: list[str]) -> None:
    before = len(office.slack.messages("#general")) + len(office.slack.messages("#ccc-log"))

    outcome = office.say("log", who="beatrix", channel="#general")
    office.person("beatrix").choose(
        outcome.ephemerals[0], "ccc.log.entry", opener(outcome.ephemerals[0], sold[-1])
    )

    assert len(office.slack.messages("#general")) + len(office.slack.messages("#ccc-log")) == before
    assert f"Refund {sold[-1]}" in words(the_newest(office, "beatrix"))


def test_the_form_finds_what_the_line_finds(office: Office, sold: list[str]) -> None:
    """It opens with the filters of the page, and answers where the page was."""
    olivia = office.person("olivia")
    page = office.say("log posted")

    olivia.click(page.ephemerals[0], "Change filters")
    form = form_of(olivia)
    olivia.submit(values={"documents": ["refund"]})
    tell(office)
    by_form = the_newest(office)
    office.say("log posted kind refund")

    assert "'initial_options'" in str(form.body)
    assert olivia.view is None
    assert shown(by_form) == shown(the_newest(office)) == [sold[-1]]


def test_filters_of_a_run_stay_in_that_run(office: Office, sold: list[str]) -> None:
    number = sale(office)
    office.say("sync", who="oscar")
    worked(office)
    run = office.house.services.runs.recent(office.house.scope, 1)[0].number
    olivia = office.person("olivia")

    olivia.click(office.say(f"log run {run}").ephemerals[0], "Change filters")
    olivia.submit(values={"states": ["Posted ✓"]})
    tell(office)

    assert shown(the_newest(office)) == [number]


def test_a_form_that_contradicts_itself_says_where(office: Office, sold: list[str]) -> None:
    olivia = office.person("olivia")
    office.say("log filter")

    errors = olivia.submit(
        values={"first": "2026-03-10", "last": "2026-03-01", "least": "much", "most": "5"}
    ).errors

    assert set(errors) == {"last", "least"}


def test_sending_the_form_twice_shows_one_page(office: Office, sold: list[str]) -> None:
    olivia = office.person("olivia")
    office.say("log filter")
    outcome = olivia.submit(values={})
    before = len(olivia.ephemerals)

    olivia.redeliver(outcome)
    tell(office)

    assert len(olivia.ephemerals) == before + 1


def test_the_story_is_told_in_order_with_who_decided(office: Office) -> None:
    number = sale(office)
    office.house.quickbooks.change_company(book_close_date="2026-03-10")
    office.house.clock.sleep(24 * 3600)
    office.say("sync", who="oscar")
    worked(office)
    held = office.say(f"log {number}").ephemerals[0]
    office.say(f"decide {number} date 2026-03-11")
    worked(office)
    text = office.told(f"log {number}")

    assert {"Choose date", "Resync", "Leave out", "Preview"} <= set(buttons(held))
    assert "Leave out" not in buttons(the_newest(office))
    order = [
        text.index(each)
        for each in ("Rung up at", "Held for a person", "Dated 11 Mar 2026", "Posted to QuickBooks")
    ]
    assert order == sorted(order)
    oscar = office.person("oscar").id
    assert f"'user_id': '{oscar}'" in str(the_newest(office).blocks), "who asked for the run"
    assert "app.qbo.intuit.com" in str(the_newest(office).blocks)
    assert "cloud.lightspeedapp.com" in str(the_newest(office).blocks)


def test_the_way_out_of_a_held_sale_is_in_its_story(office: Office) -> None:
    number = sale(office)
    office.house.quickbooks.change_company(book_close_date="2026-03-10")
    office.house.clock.sleep(24 * 3600)
    office.say("sync", who="oscar")
    worked(office)
    olivia = office.person("olivia")

    olivia.click(office.say(f"log {number}").ephemerals[0], "Choose date")
    olivia.submit()
    worked(office)

    assert entry(office.house, number)["state"] == "posted"


@pytest.mark.parametrize(("channel", "to_all"), [("#ccc-log", True), ("#general", False)])
def test_the_file_stays_where_amounts_may_be_read(
    office: Office, sold: list[str], channel: str, to_all: bool
) -> None:
    beatrix = office.person("beatrix")
    page = office.say("log", who="beatrix", channel=channel)
    known = len(beatrix.direct_messages)

    outcome = beatrix.click(page.ephemerals[0], "CSV")
    tell(office)

    roots = office.slack.messages("#ccc-log")
    in_channel = [each for each in roots if each.files and "ccc-log" in each.files[0].name]
    direct = beatrix.direct_messages[known:]
    in_direct = [each for root in direct for each in office.slack.replies(root) if each.files]
    assert office.slack.messages("#general") == []
    assert (len(in_channel), len(in_direct)) == ((1, 0) if to_all else (0, 1))
    assert "is being written" in said(outcome)
    rows = table((in_channel or in_direct)[0])
    assert [row["Sale"] for row in rows][: len(sold)] == sold[::-1]


def table(message: Message) -> list[dict[str, str]]:
    content = message.files[0].content
    assert content is not None
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_hostile_words_stay_words_and_long_ones_are_cut(office: Office, sold: list[str]) -> None:
    house = office.house
    with house.means.ledgers.write() as ledger:
        row = entry(house, sold[0])
        change = {"id": row["id"], "reason": EVIL, "shop": EVIL[:200], "rules": [EVIL]}
        ledger.entries.change(house.scope, [change])
    page = office.told("log text channel")
    story = office.told(f"log {sold[0]}")
    office.say(f"log shop {EVIL[:20]}")
    olivia = office.person("olivia")
    olivia.click(office.say("log text channel").ephemerals[0], "CSV")
    tell(office)

    assert "<!channel>" in page
    assert "x" * 600 not in page + story
    oscar = office.person("oscar").id  # who asked for the run
    assert {each.mention for each in office.slack.notifications} <= {f"@{oscar}"}
    (file,) = [each for each in office.slack.messages("#ccc-log") if each.files][-1:]
    (line,) = table(file)
    assert line["Message"].startswith("<!channel>")


def test_nothing_found_says_so_and_offers_the_way_on(office: Office) -> None:
    message = office.say("log failed over 1000 text zebra").ephemerals[0]

    assert "No entries for failed, over 1000, “zebra”." in words(message)
    assert {"All", "Change filters"} <= set(buttons(message))


def test_an_entry_of_another_workspace_is_not_there(office: Office, sold: list[str]) -> None:
    log, scope = office.house.services.log, office.house.scope
    page = log.search(scope, LogQuery())

    assert log.story_of(scope, page.entries[0].id) is not None
    assert log.story_of(type(scope)("T-OTHER", scope.connection), page.entries[0].id) is None
    assert office.house.clock.now - page.entries[0].at < timedelta(hours=1)
