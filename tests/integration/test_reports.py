"""From events in a real database to messages in the Slack stand-in, on good days and bad."""

from __future__ import annotations

import csv
import io
import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any, cast

import pytest
from slack_sdk import WebClient
from sqlalchemy import func, select

from bot.modals.sealed import Seal
from bot.reports.dispatcher import Dispatcher
from bot.reports.sender import Sender
from bot.sandbox import seed
from bot.sandbox.limits import check_message, walk
from bot.sandbox.model import Message
from bot.sandbox.server import SlackSandbox
from sync.domain.identity import Scope
from sync.ledger.database import Database
from sync.ledger.ledger import Ledgers
from sync.ledger.tables import outbox
from sync.ledger.vault import Vault, new_key
from sync.services.facade import Services, build_services
from sync.services.means import Means, Outside
from sync.services.models import Actor, ReplyTo, Role, RunState
from sync.services.reports import Outgoing, Reports
from tests.engine import MemoryEngine
from tests.house import Clock, at

TEAM, TOKEN = seed.TEAM, "xoxb-reports"
EVIL = "<!channel> =1+1"
SCOPE = Scope(TEAM, "c-1")
OWNER = Actor(TEAM, seed.OWNER, Role.ADMIN)


@dataclass
class Desk:
    """A connection with a log channel, the renderer, the sender, and Slack at the other end."""

    clock: Clock
    ledgers: Ledgers
    services: Services
    slack: SlackSandbox
    dispatcher: Dispatcher
    sender: Sender
    numbers: Iterator[int]  # of runs

    def client(self, _: str) -> WebClient:
        return WebClient(token=TOKEN, base_url=self.slack.api_url, timeout=10)

    def restart(self) -> None:
        """A new process on the same database."""
        self.dispatcher = Dispatcher(self.services, self.clock)
        self.sender = Sender(self.services, self.client, self.clock)

    def run(self, entries: list[dict[str, Any]] | None = None, **more: Any) -> str:
        """A run with its entries, as sync leaves it; nothing is told yet."""
        number = next(self.numbers)
        run = f"run-{number}"
        values = {
            "id": run,
            "number": number,
            "stream": "sales",
            "trigger": "manual",
            "is_backfill": False,
            "state": "running",
            "dry": False,
            "requested_by": seed.OPERATOR,
            "currency": "USD",
            "created_at": self.clock.now,
        }
        with self.ledgers.write() as ledger:
            ledger.runs.add(SCOPE, values | more)
            ledger.entries.add(SCOPE, [entry | {"run": run} for entry in entries or []])
        return run

    def tell(self, kind: str, run: str = "", **payload: Any) -> None:
        with self.ledgers.write() as ledger:
            ledger.outbox.tell(SCOPE, kind, payload, run=run, now=self.clock.now)

    def finish(self, run: str, state: RunState = RunState.DONE, **more: Any) -> None:
        with self.ledgers.write() as ledger:
            ledger.runs.change(TEAM, run, state=state.value, finished_at=self.clock.now, **more)
            ledger.outbox.tell(SCOPE, "run.finished", {}, run=run, now=self.clock.now)

    def set_channel(self, channel: str) -> None:
        self.services.connections.set_channel(OWNER, SCOPE, channel)

    def deliver(self, *, within: float = 300.0, beat: float = 0.25) -> None:
        """Render and send until nothing is due within that time."""
        end = self.clock.now + timedelta(seconds=within)
        while self.dispatcher.step():
            pass
        while self.clock.now < end and self.waiting():
            if not self.sender.step(self.clock()):
                self.clock.sleep(beat)

    def waiting(self) -> int:
        """How many messages are still to be sent."""
        query = select(func.count()).where(outbox.c.state == "new")
        with self.ledgers.read() as ledger:
            return int(ledger.connection.scalar(query) or 0)

    def roots(self, channel: str = seed.LOG) -> list[Message]:
        return [m for m in self.slack.messages(channel) if m.thread_ts is None]

    def everything(self) -> list[Message]:
        return [m for m in self.slack.workspace.messages if not m.deleted]

    def sheets(self) -> list[str]:
        contents = [f.content for m in self.everything() for f in m.files]
        return [content.decode() for content in contents if content is not None]

    def rows_told(self) -> list[str]:
        """Sale numbers in tables, in the order people read them."""
        return [
            str(next(each["text"] for each in walk(row[1]) if "text" in each))
            for message in self.everything()
            for block in message.blocks
            if block["type"] == "data_table"
            for row in block["rows"][1:]
        ]


def an_entry(number: int, state: str = "posted", **more: Any) -> dict[str, Any]:
    """A sale of 106.00, as sync keeps it."""
    return {
        "kind": "sale",
        "source_id": str(number),
        "source_number": str(number),
        "state": state,
        "fingerprint": "f",
        "amount_minor": 10600,
        "tax_minor": 600,
        "currency": "USD",
        "business_day": date(2026, 3, 9),
        "shop": "Newtown",
        "rules": [],
        "actor": "ccc",
        "changed_at": at("2026-03-10 14:00"),
        "cause": "",
        "subject": "",
        "reason": "",
        "fix": "",
    } | more


def held(number: int, **more: Any) -> dict[str, Any]:
    """A sale whose region has no tax code."""
    values = {"cause": "tax.unmapped", "subject": "MD", "fix": "map_tax"}
    return an_entry(number, "held", **(values | {"reason": "No tax code for MD."} | more))


@pytest.fixture
def desk(sqlite_database: Database) -> Iterator[Desk]:
    with a_desk(sqlite_database) as made:
        yield made


@contextmanager
def a_desk(database: Database) -> Iterator[Desk]:
    """Everything it takes, and at the end a look at every payload that was sent."""
    clock = Clock(at("2026-03-10 14:00"))
    ledgers, ids = Ledgers(database), itertools.count(1)
    means = Means(
        ledgers=ledgers,
        vault=Vault([new_key()]),
        engine=MemoryEngine(clock),
        outside=cast(Outside, None),  # nothing here asks anybody outside
        clock=clock,
        new_id=lambda: f"id-{next(ids)}",
        secret=lambda: f"secret-{next(ids):040d}",
        sleep=clock.sleep,
        public_url="https://ccc.example",
    )
    with ledgers.write() as ledger:
        ledger.people.ensure_workspace(TEAM, "Corner Cycles", clock.now)
        ledger.people.set_role(TEAM, seed.OWNER, "admin")
        row = {"id": "c-1", "channel": seed.LOG, "settings": {}, "created_at": clock.now}
        ledger.accounts.add_connection(TEAM, row)
    services = build_services(means)
    with SlackSandbox(signing_secret="s", bot_token=TOKEN, clock=clock) as slack:
        made = Desk(
            clock,
            ledgers,
            services,
            slack,
            cast(Dispatcher, None),
            cast(Sender, None),
            itertools.count(1),
        )
        made.restart()
        yield made
        for call in slack.calls:
            if call.method in ("chat.postMessage", "chat.update", "chat.postEphemeral"):
                update = call.method == "chat.update"
                assert check_message(call.arguments, update=update) == []
                assert call.arguments["text"]


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
    assert "2 sales over USD 212.00 were not posted" in presses["ccc.fix.map_tax"]
    assert "1 sale over USD 106.00 was not posted" in presses["ccc.fix.pick_account"]


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


# -- bad days


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
