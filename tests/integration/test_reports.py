"""From events in a real database to messages in the Slack stand-in, on good days."""

from __future__ import annotations

import csv
import io
import itertools
import threading
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import pytest

from bot.modals.sealed import Seal
from bot.reports.dispatcher import Dispatcher
from bot.sandbox import seed
from bot.sandbox.limits import walk
from bot.sandbox.model import Message
from bot.sandbox.server import SlackSandbox
from sync.ledger.database import Database
from sync.services.models import ReplyTo, RunState
from sync.services.reports import Outgoing
from tests.integration.reporting import EVIL, SCOPE, TEAM, TOKEN, Desk, a_desk, an_entry, held


@pytest.fixture
def desk(sqlite_database: Database) -> Iterator[Desk]:
    with a_desk(sqlite_database) as made:
        yield made


# -- a run


def test_a_run_is_one_message_edited_in_place(desk: Desk) -> None:
    run = desk.run(state="queued")
    desk.tell("run.queued", run)
    desk.deliver()
    with desk.ledgers.write() as ledger:
        ledger.runs.change(TEAM, run, state="running", read=1, expected=2)
        ledger.entries.add(SCOPE, [an_entry(n) | {"run": run} for n in (1, 2)])
    for _ in range(5):
        desk.tell("run.progress", run)
    desk.deliver()
    desk.finish(run)
    desk.deliver()

    (root,) = desk.roots()
    assert [version.text.split(": ")[-1][:12] for version in root.versions] == [
        "Sync 1 is qu",
        "running, 2 p",
        "done, 2 post",
    ]
    assert root.metadata == {
        "event_type": "ccc_run",
        "event_payload": {"run": run, "state": "done"},
    }
    assert len(desk.slack.calls_to("chat.update")) == 2
    posts = desk.slack.calls_to("chat.postMessage")
    assert all(call.arguments["unfurl_links"] in (False, "0") for call in posts)


def test_the_asker_is_mentioned_once_and_at_the_end(desk: Desk) -> None:
    run = desk.run([an_entry(1), held(2)])
    desk.tell("run.started", run)
    desk.deliver()
    desk.finish(run, RunState.PROBLEMS)
    desk.deliver()

    assert [each.channel for each in desk.slack.notifications] == [seed.LOG]
    last = desk.everything()[-1]
    assert desk.slack.notifications[0].ts == last.ts
    assert last.broadcast
    assert "1 sale needs a person" in last.text


def test_a_good_run_mentions_its_asker_with_the_csv_and_broadcasts_nothing(desk: Desk) -> None:
    desk.finish(desk.run([an_entry(1)]))
    desk.deliver()

    assert not [message for message in desk.everything() if message.broadcast]
    (notified,) = desk.slack.notifications
    (sheet,) = [message for message in desk.everything() if message.files]
    assert notified.ts == sheet.ts


def test_two_thousand_entries_are_rows_in_the_thread_each_once_and_in_order(desk: Desk) -> None:
    desk.finish(desk.run([an_entry(number) for number in range(1, 2001)]))
    desk.deliver()

    assert desk.rows_told() == [str(number) for number in range(1, 2001)]
    (root,) = desk.roots()
    assert {message.thread_ts for message in desk.everything()} == {None, root.ts}


def test_five_thousand_entries_are_problems_in_tables_and_everything_in_the_csv(
    desk: Desk,
) -> None:
    entries = [held(n) if n % 50 == 0 else an_entry(n) for n in range(1, 5001)]
    desk.finish(desk.run(entries), RunState.PROBLEMS)
    desk.deliver()

    tables = [m for m in desk.everything() if any(b["type"] == "data_table" for b in m.blocks)]
    assert 1 <= len(tables) <= 25
    assert desk.rows_told() == [str(number) for number in range(50, 5001, 50)]
    (sheet,) = desk.sheets()
    rows = list(csv.DictReader(io.StringIO(sheet.removeprefix("\ufeff"), newline="")))
    assert [row["Sale"] for row in rows] == [str(number) for number in range(1, 5001)]


def test_posts_keep_slacks_pace(desk: Desk) -> None:
    desk.finish(desk.run([an_entry(number) for number in range(1, 2001)]))
    desk.deliver()

    times = [call.at for call in desk.slack.calls_to("chat.postMessage")]
    assert not [call for call in desk.slack.calls if call.error == "ratelimited"]
    assert len(times) > 15
    assert all(later - earlier >= 1.0 for earlier, later in itertools.pairwise(times[3:]))
    assert times[-1] - times[0] <= len(times) * 1.5


def test_causes_are_replies_with_the_button_of_their_remedy(desk: Desk) -> None:
    other = {"cause": "qbo.610", "subject": "", "fix": "pick_account", "reason": "It is inactive."}
    desk.finish(desk.run([held(1), held(2), held(3, **other)]), RunState.PROBLEMS)
    desk.deliver()

    presses = {
        each["action_id"]: message.text
        for message in desk.everything()
        for each in walk(message.blocks)
        if str(each.get("action_id", "")).startswith("ccc.fix.")
    }
    assert "2 sales (USD 212.00) were not posted" in presses["ccc.fix.map_tax"]
    assert "1 sale (USD 106.00) was not posted" in presses["ccc.fix.pick_account"]


def test_a_scheduled_run_with_nothing_to_say_posts_nothing(desk: Desk) -> None:
    run = desk.run(trigger="scheduled", requested_by="schedule")
    for kind in ("run.queued", "run.started", "run.progress"):
        desk.tell(kind, run)
    desk.finish(run)
    desk.deliver()

    assert desk.everything() == []


def test_a_scheduled_run_speaks_up_with_its_first_entry(desk: Desk) -> None:
    run = desk.run(trigger="scheduled", requested_by="schedule")
    desk.tell("run.started", run)
    desk.deliver()
    silent = list(desk.everything())
    with desk.ledgers.write() as ledger:
        ledger.entries.add(SCOPE, [an_entry(1) | {"run": run}])
    desk.finish(run)
    desk.deliver()

    assert silent == []
    assert len(desk.roots()) == 1
    assert desk.slack.notifications == []


def test_without_a_channel_the_report_is_a_direct_message(desk: Desk) -> None:
    desk.set_channel("")
    desk.tell("run.started", desk.run())
    desk.deliver()
    desk.finish("run-1")
    desk.deliver()

    direct = desk.slack.workspace.direct_message(seed.OPERATOR).id
    (root,) = desk.roots(direct)
    assert "done" in root.text
    assert "/ccc channel #log" in str(root.blocks)


def test_telling_an_end_twice_says_nothing_twice(desk: Desk) -> None:
    run = desk.run([an_entry(1), held(2)])
    desk.finish(run, RunState.PROBLEMS)
    desk.deliver()
    before = len(desk.everything())
    desk.tell("run.finished", run)
    desk.deliver()

    assert len(desk.everything()) == before


def test_untrusted_words_stay_literal_in_every_payload_and_in_the_csv(desk: Desk) -> None:
    evil = {"shop": EVIL, "reason": f"=cmd {EVIL}", "subject": EVIL, "rules": [EVIL]}
    run = desk.run([held(1, **evil)], requested_by="schedule", message=EVIL)
    desk.tell("run.progress", run)
    desk.finish(run, RunState.FAILED)
    desk.tell("account.broken", provider="quickbooks", name=EVIL, reason=EVIL)
    desk.tell("account.disconnected", provider="lightspeed", name=EVIL, user=seed.OWNER)
    desk.deliver()

    assert {each.mention for each in desk.slack.notifications} <= {f"@{seed.OWNER}"}
    for call in desk.slack.calls:
        assert "<!channel>" not in str(call.arguments.get("text", ""))
        assert "<!channel>" not in str(call.arguments.get("initial_comment", ""))
        for each in walk(call.arguments.get("blocks")):
            assert not (each.get("type") == "mrkdwn" and "<!channel>" in each["text"])
    (sheet,) = desk.sheets()
    (row,) = csv.DictReader(io.StringIO(sheet.removeprefix("\ufeff"), newline=""))
    assert row["Message"] == f"'=cmd {EVIL}"
    assert row["Shop"] == EVIL


# -- accounts and answers


def test_a_broken_account_is_one_message_with_one_button(desk: Desk) -> None:
    run = desk.run(trigger="scheduled", requested_by="schedule")
    row = {
        "id": "qb",
        "provider": "quickbooks",
        "external_digest": "d",
        "external_id": b"x",
        "name": "Inc",
        "state": "broken",
        "connected_by": seed.OWNER,
        "facts": {},
        "created_at": desk.clock.now,
    }
    with desk.ledgers.write() as ledger:
        ledger.accounts.add(TEAM, row)
        ledger.accounts.change_connection(SCOPE, quickbooks="qb")
    desk.finish(run, RunState.FAILED, message="The login expired.")
    desk.tell("account.broken", provider="quickbooks", name="Inc", reason="The login expired.")
    desk.deliver()

    (message,) = desk.everything()
    presses = [each for each in walk(message.blocks) if each.get("type") == "button"]
    assert [each["action_id"] for each in presses] == ["ccc.reconnect"]


def test_a_connected_account_is_told_to_the_person_and_in_a_line_to_the_channel(
    desk: Desk,
) -> None:
    desk.tell("account.connected", provider="quickbooks", name="Inc", user=seed.OWNER, again=False)
    desk.deliver()

    direct = desk.slack.workspace.direct_message(seed.OWNER).id
    (card,) = desk.slack.messages(direct)
    (line,) = desk.slack.messages(seed.LOG)
    assert "Next: connect Lightspeed" in card.text
    assert line.text == "QuickBooks account Inc is connected."


def test_an_event_is_told_although_those_before_it_are_gone(desk: Desk) -> None:
    """A settled event is deleted; its number must never come back for another."""
    for provider in ("lightspeed", "quickbooks"):
        desk.tell("account.connected", provider=provider, name="Inc", user=seed.OWNER)
        desk.deliver()

    cards = desk.slack.messages(desk.slack.workspace.direct_message(seed.OWNER).id)
    assert [card.text.partition(":")[0] for card in cards] == [
        "Lightspeed is connected",
        "QuickBooks is connected",
    ]


def ask(desk: Desk, response_url: str, channel: str = seed.LOG) -> ReplyTo:
    reply = ReplyTo(seed.OPERATOR, channel, response_url)
    desk.tell("job.failed", job="preview", reason="no sale 9", reply=asdict(reply))
    desk.deliver()
    return reply


def privately(desk: Desk) -> list[Message]:
    return [m for m in desk.everything() if m.visible_to == seed.OPERATOR]


def test_an_answer_comes_where_it_was_asked(desk: Desk) -> None:
    name = desk.slack.tickets.response(seed.OPERATOR, seed.PRIVATE)
    ask(desk, f"{desk.slack.url}/response/{name}", seed.PRIVATE)

    (answer,) = privately(desk)
    assert (answer.channel, answer.text) == (
        seed.PRIVATE,
        "The preview could not be made: no sale 9",
    )


def test_an_answer_that_comes_too_late_for_its_url_is_ephemeral(desk: Desk) -> None:
    name = desk.slack.tickets.response(seed.OPERATOR, seed.LOG)
    desk.clock.sleep(31 * 60)
    ask(desk, f"{desk.slack.url}/response/{name}")

    (answer,) = privately(desk)
    assert answer.channel == seed.LOG


def test_an_answer_that_cannot_be_given_there_is_a_direct_message(desk: Desk) -> None:
    ask(desk, "", seed.PRIVATE)

    direct = desk.slack.workspace.direct_message(seed.OPERATOR).id
    assert [m.text for m in desk.slack.messages(direct)] == [
        "The preview could not be made: no sale 9"
    ]


def test_a_foreign_response_url_is_never_called(desk: Desk) -> None:
    with SlackSandbox(signing_secret="s", bot_token=TOKEN, clock=desk.clock) as foreign:
        name = foreign.tickets.response(seed.OPERATOR, seed.LOG)
        ask(desk, f"{foreign.url}/response/{name}")

        assert foreign.workspace.messages == []
        assert foreign.refused_responses == []
    assert len(privately(desk)) == 1


ESTIMATE: dict[str, Any] = {
    "first": "2026-10-01",
    "last": "2026-10-31",
    "shop": "",
    "days": 31,
    "sales": 4200,
    "before_closing": 12,
    "closing_date": "2026-10-03",
}


def test_an_estimate_is_drawn_into_the_form_that_asked(desk: Desk) -> None:
    desk.dispatcher = Dispatcher(desk.services, desk.clock, seal=Seal(b"k" * 32))
    blank = {"type": "modal", "title": {"type": "plain_text", "text": "Backfill"}, "blocks": []}
    section = {"type": "section", "text": {"type": "plain_text", "text": "Counting"}}
    view = desk.slack.views.open(seed.OPERATOR, blank | {"blocks": [section]})
    reply = ReplyTo(seed.OPERATOR, seed.LOG, view_id=view.id)
    desk.tell("estimate.ready", **ESTIMATE, reply=asdict(reply))
    desk.deliver()

    assert "about 4,200 sales" in str(view.blocks)
    assert view.private_metadata
    assert desk.everything() == []


def test_a_form_closed_meanwhile_is_no_trouble(desk: Desk) -> None:
    desk.dispatcher = Dispatcher(desk.services, desk.clock, seal=Seal(b"k" * 32))
    reply = ReplyTo(seed.OPERATOR, seed.LOG, view_id="V0GONE")
    desk.tell("estimate.ready", **ESTIMATE, reply=asdict(reply))
    desk.deliver()

    assert desk.waiting() == 0
    assert desk.everything() == []


def test_the_sender_stops_when_told(desk: Desk) -> None:
    stop = threading.Event()
    desk.services.reports.post(
        Outgoing(TEAM, "hello", seed.LOG, "post", {"text": "Hello", "blocks": []})
    )
    thread = threading.Thread(target=desk.sender.run, args=(stop,))
    thread.start()
    desk.slack.wait_for(lambda: desk.roots())
    stop.set()
    thread.join(timeout=5)

    assert not thread.is_alive()
