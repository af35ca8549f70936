"""Limits, lost answers, kills and closed channels: nothing is lost, and next to nothing twice."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

import pytest

from bot.reports.sender import Sender
from bot.sandbox import seed
from bot.sandbox.limits import walk
from sync.ledger.database import Database
from sync.services.models import RunState
from sync.services.reports import Outgoing, Reports
from tests.integration.reporting import SCOPE, TEAM, Desk, a_desk, an_entry, held


@pytest.fixture
def desk(sqlite_database: Database) -> Iterator[Desk]:
    with a_desk(sqlite_database) as made:
        yield made


def test_a_limit_on_edits_does_not_stop_posts(desk: Desk) -> None:
    run = desk.run([an_entry(1)])
    desk.tell("run.started", run)
    desk.deliver()
    desk.slack.fail("chat.update", "ratelimited", retry_after=30)
    start = desk.clock.now.timestamp()
    desk.finish(run)
    desk.deliver()

    (first_table,) = [
        call
        for call in desk.slack.calls_to("chat.postMessage")
        if any(block["type"] == "data_table" for block in call.arguments["blocks"])
    ]
    edits = [call.at for call in desk.slack.calls_to("chat.update") if call.ok]
    assert first_table.at - start < 5
    assert edits[-1] - start >= 30
    assert desk.roots()[0].text.startswith("Sync 1: done")


def test_a_limit_on_posts_loses_nothing_and_keeps_the_order(desk: Desk) -> None:
    desk.slack.fail("chat.postMessage", "ratelimited", times=3, retry_after=9)
    desk.finish(desk.run([an_entry(number) for number in range(1, 501)]))
    desk.deliver()

    assert desk.rows_told() == [str(number) for number in range(1, 501)]
    refused = [c.at for c in desk.slack.calls_to("chat.postMessage") if not c.ok]
    assert len(refused) == 3
    assert all(later - earlier >= 9 for earlier, later in itertools.pairwise(refused))


def test_a_limit_holds_for_the_method_in_every_channel(desk: Desk) -> None:
    desk.slack.fail("chat.postMessage", "ratelimited", retry_after=20)
    for channel in (seed.LOG, seed.OWNER, seed.PRIVATE_WITH_BOT):
        desk.services.reports.post(Outgoing(TEAM, channel, channel, "post", {"text": "Hello"}))
    desk.deliver()

    first, *others = (call.at for call in desk.slack.calls_to("chat.postMessage"))
    assert len(others) == 3
    assert min(others) - first >= 20


def test_an_old_edit_never_lands_after_the_last_one(desk: Desk) -> None:
    run = desk.run([an_entry(1)])
    desk.tell("run.started", run)
    desk.slack.fail("chat.update", "ratelimited", retry_after=60)
    desk.deliver(within=5)
    desk.restart()
    desk.finish(run)
    desk.deliver()

    assert desk.waiting() == 0
    assert desk.roots()[0].text.startswith("Sync 1: done")


@pytest.mark.parametrize("fault", ["500", "cut_before", "cut_after"])
def test_a_lost_answer_doubles_at_most_one_batch(desk: Desk, fault: str) -> None:
    run = desk.run([an_entry(number) for number in range(1, 501)])
    desk.tell("run.started", run)
    desk.deliver()
    desk.slack.fail("chat.postMessage", fault)
    desk.finish(run)
    desk.deliver()

    tables = [m.text for m in desk.everything() if m.blocks[:1] and "entries" in m.text]
    assert list(dict.fromkeys(desk.rows_told())) == [str(number) for number in range(1, 501)]
    assert len(tables) - len(set(tables)) == (1 if fault == "cut_after" else 0)


class Dying:
    """The services of a process that is killed after Slack took a message, before it is noted."""

    def __init__(self, reports: Any) -> None:
        self._reports = reports

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reports, name)

    def sent(self, *_: Any) -> None:
        raise KeyboardInterrupt


def test_a_kill_between_sending_and_noting_doubles_at_most_one_batch(desk: Desk) -> None:
    run = desk.run([an_entry(number) for number in range(1, 501)])
    desk.tell("run.started", run)
    desk.deliver()
    desk.finish(run)
    desk.dispatcher.step()
    doomed = replace(desk.services, reports=cast(Reports, Dying(desk.services.reports)))
    with pytest.raises(KeyboardInterrupt):
        Sender(doomed, desk.client, desk.clock).step(desk.clock())
    desk.restart()
    desk.deliver()

    told = desk.rows_told()
    assert list(dict.fromkeys(told)) == [str(number) for number in range(1, 501)]
    assert len(told) - len(set(told)) <= 200
    assert desk.roots()[0].text.startswith("Sync 1: done")


def test_two_senders_send_everything_once(desk: Desk) -> None:
    run = desk.run([an_entry(number) for number in range(1, 1001)])
    desk.finish(run)
    other = Sender(desk.services, desk.client, desk.clock)
    desk.dispatcher.step()
    while desk.waiting():
        threads = [
            threading.Thread(target=sender.step, args=(desk.clock(),))
            for sender in (desk.sender, other)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        desk.clock.sleep(0.25)

    assert sorted(desk.rows_told(), key=int) == [str(number) for number in range(1, 1001)]
    assert len(desk.sheets()) == 1


def test_a_channel_has_one_sender_at_a_time(database: Database) -> None:
    with a_desk(database) as desk:
        reports = desk.services.reports
        for key, channel in (("a", seed.LOG), ("b", seed.LOG), ("c", seed.OWNER)):
            reports.post(Outgoing(TEAM, key, channel, "post", {"text": key}))
        (mine,) = reports.due(desk.clock(), limit=1)
        theirs = reports.due(desk.clock())
        reports.sent(mine, "1.0")
        after = reports.due(desk.clock())

    assert mine.key == "a"
    assert [row.key for row in theirs] == ["c"]
    assert [row.key for row in after] == ["b"]


def test_a_refused_table_is_said_plainly_and_the_next_one_at_once(desk: Desk) -> None:
    desk.slack.fail("chat.postMessage", "invalid_blocks", times=99, block_type="data_table")
    desk.finish(desk.run([an_entry(number) for number in range(1, 501)]))
    desk.deliver()

    refused = [call for call in desk.slack.calls_to("chat.postMessage") if not call.ok]
    said = "\n".join(str(each.get("text")) for m in desk.everything() for each in walk(m.blocks))
    assert len(refused) == 1
    assert all(f"Sale {number} " in said for number in range(1, 501))


def test_refused_blocks_of_any_kind_still_arrive_as_words(desk: Desk) -> None:
    desk.slack.fail("chat.postMessage", "invalid_blocks")
    desk.tell("run.started", desk.run())
    desk.deliver()

    (root,) = desk.roots()
    assert root.text == "Sync 1 is running."


def test_an_archived_channel_asks_the_owner_once_and_the_run_goes_on(desk: Desk) -> None:
    run = desk.run([an_entry(1)])
    desk.tell("run.started", run)
    desk.deliver()
    desk.slack.workspace.channels[seed.LOG].is_archived = True
    desk.finish(run)
    desk.deliver(within=1500, beat=5.0)
    asked = desk.slack.workspace.roots(desk.slack.workspace.direct_message(seed.OWNER).id)
    tried = len(desk.slack.calls_to("chat.postMessage"))

    assert desk.services.runs.get(SCOPE, run).state is RunState.DONE
    (question,) = asked
    assert "it is archived" in question.text
    assert "/ccc channel here" in question.text
    assert tried < 10


def test_reports_follow_to_the_channel_chosen_instead(desk: Desk) -> None:
    run = desk.run([an_entry(1), held(2)])
    desk.tell("run.started", run)
    desk.deliver()
    desk.slack.workspace.channels[seed.LOG].is_archived = True
    desk.finish(run, RunState.PROBLEMS)
    desk.deliver(within=30)
    desk.set_channel(seed.PRIVATE_WITH_BOT)
    desk.deliver(within=1500, beat=5.0)

    texts = [message.text for message in desk.slack.messages(seed.PRIVATE_WITH_BOT)]
    assert desk.waiting() == 0
    assert any(text.startswith("Sync 1: done with problems") for text in texts)
    assert any("needs a person" in text for text in texts)
    assert sorted(desk.rows_told()) == ["1", "2"]


def test_a_root_that_somebody_deleted_is_posted_again(desk: Desk) -> None:
    run = desk.run([an_entry(1)])
    desk.tell("run.started", run)
    desk.deliver()
    desk.slack.workspace.delete(desk.roots()[0])
    desk.finish(run)
    desk.deliver()

    (root,) = desk.roots()
    assert root.text.startswith("Sync 1: done")
    assert desk.rows_told() == ["1"]


def test_a_reply_whose_thread_is_gone_stands_alone(desk: Desk) -> None:
    post = desk.services.reports.post
    post(Outgoing(TEAM, "root", seed.LOG, "post", {"text": "Root"}))
    desk.deliver()
    desk.slack.workspace.delete(desk.roots()[0])
    post(Outgoing(TEAM, "reply", seed.LOG, "post", {"text": "Reply"}, "root"))
    desk.deliver()

    assert [message.text for message in desk.roots()] == ["Reply"]


def test_a_revoked_token_ends_all_calls(desk: Desk) -> None:
    desk.slack.fail("chat.postMessage", "token_revoked")
    desk.finish(desk.run([an_entry(1)]))
    desk.tell("account.connected", provider="quickbooks", name="Inc", user=seed.OWNER)
    desk.deliver(within=600, beat=5.0)

    assert len(desk.slack.calls) == 1


def test_where_files_are_not_allowed_the_log_is_named_instead(desk: Desk) -> None:
    desk.slack.installation.scopes.remove("files:write")
    desk.finish(desk.run([an_entry(1)]))
    desk.deliver()

    assert desk.sheets() == []
    assert any("/ccc log run 1" in message.text for message in desk.everything())


def test_an_event_that_cannot_be_told_does_not_silence_the_others(desk: Desk) -> None:
    desk.tell("account.broken", provider="unheard of", name="X", reason="Y")
    desk.tell("run.started", "run-that-never-was")
    desk.tell("something.new")
    desk.finish(desk.run([an_entry(1)]))
    for _ in range(2):
        with pytest.raises(ValueError, match="unheard of"):
            desk.dispatcher.step()
    desk.deliver()

    assert len(desk.roots()) == 1
