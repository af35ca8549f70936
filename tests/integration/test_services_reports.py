"""Events become messages once, and messages reach a sender in order, whoever else is at work."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sync.errors import Conflict
from sync.ledger.ledger import Ledgers
from sync.services.reports import Outgoing, Reports
from tests.desk import NOW, Desk, a_desk


@pytest.fixture
def desk(ledgers: Ledgers) -> Desk:
    return a_desk(ledgers)


@pytest.fixture
def reports(desk: Desk) -> Reports:
    return desk.services.reports


def tell(desk: Desk, *kinds: str) -> list[int]:
    with desk.means.ledgers.write() as ledger:
        for kind in kinds:
            ledger.outbox.tell(desk.scope, kind, {"n": kind}, run="R1", now=desk.clock())
    return [event.id for event in desk.services.reports.next_events()]


def a_message(key: str = "k1", kind: str = "post", **more: Any) -> Outgoing:
    payload = more.pop("payload", {"text": key})
    return Outgoing("T1", key, "C1", kind, payload, **more)


def due(reports: Reports, seconds: float = 0) -> list[str]:
    return [row.key for row in reports.due(NOW + timedelta(seconds=seconds))]


# -- events


def test_events_come_in_the_order_they_happened(desk: Desk, reports: Reports) -> None:
    tell(desk, "run.queued", "run.started", "run.finished")

    first, second, third = reports.next_events()

    assert [event.kind for event in (first, second, third)] == [
        "run.queued",
        "run.started",
        "run.finished",
    ]
    assert (first.workspace, first.connection, first.run_id) == ("T1", desk.scope.connection, "R1")
    assert (first.payload, first.at) == ({"n": "run.queued"}, NOW)


def test_an_event_and_its_messages_are_settled_together(desk: Desk, reports: Reports) -> None:
    ids = tell(desk, "run.queued")

    reports.post_and_done([a_message()], ids)

    assert reports.next_events() == ()
    assert due(reports) == ["k1"]


def test_what_another_process_rendered_is_not_rendered_again(desk: Desk, reports: Reports) -> None:
    """Not even the part that was left: the messages belong to all of the events."""
    first, second = tell(desk, "run.started", "run.finished")
    reports.done([first])

    with pytest.raises(Conflict):
        reports.post_and_done([a_message()], [first, second])

    assert [event.id for event in reports.next_events()] == [second]
    assert due(reports) == []


def test_done_again_is_harmless(desk: Desk, reports: Reports) -> None:
    ids = tell(desk, "lists.refreshed")

    reports.done(ids)
    reports.done(ids)

    assert reports.next_events() == ()


# -- messages


def test_the_same_key_is_one_message(reports: Reports) -> None:
    reports.post(a_message(payload={"text": "first"}))
    reports.post(a_message(payload={"text": "second"}))

    (row,) = reports.due(NOW)

    assert row.payload == {"text": "first"}


def test_an_unsent_update_takes_the_newest_state(reports: Reports) -> None:
    reports.post(a_message(kind="update", payload={"text": "1 of 9"}))
    reports.post(a_message(kind="update", payload={"text": "9 of 9"}))

    (row,) = reports.due(NOW)

    assert row.payload == {"text": "9 of 9"}


def test_a_message_redrawn_while_it_is_sent_is_sent_once_more(reports: Reports) -> None:
    """Else a run would say "running" for ever."""
    reports.post(a_message(kind="update", payload={"text": "running"}))
    (sending,) = reports.due(NOW)
    reports.post(a_message(kind="update", payload={"text": "done"}))

    reports.sent(sending, "171.1", "C1")

    (row,) = reports.due(NOW)
    assert row.payload == {"text": "done"}
    reports.sent(row, "171.1", "C1")
    assert due(reports, 3600) == []
    assert reports.message("T1", "k1") == ("C1", "171.1")


def test_a_claimed_message_is_nobody_elses_for_a_minute(reports: Reports) -> None:
    reports.post(a_message())

    assert due(reports) == ["k1"]
    assert due(reports, 59) == []
    assert due(reports, 61) == ["k1"]


def test_messages_are_due_in_the_order_they_were_written(reports: Reports) -> None:
    for key in ("a", "c", "b"):
        reports.post(a_message(key))

    assert due(reports) == ["a", "c", "b"]


def test_a_message_waits_for_its_time(reports: Reports) -> None:
    reports.post(a_message(not_before=NOW + timedelta(seconds=30)))

    assert due(reports, 29) == []
    assert due(reports, 30) == ["k1"]


def test_a_refused_message_comes_back_at_the_time_it_was_told(reports: Reports) -> None:
    reports.post(a_message())
    (row,) = reports.due(NOW)

    reports.again(row, NOW + timedelta(seconds=10), "ratelimited")

    assert due(reports, 9) == []
    (again,) = reports.due(NOW + timedelta(seconds=10))
    assert (again.attempts, again.payload) == (1, {"text": "k1"})


def test_where_a_message_went_is_known_only_once_it_went(reports: Reports) -> None:
    reports.post(a_message())
    assert reports.message("T1", "k1") is None

    (row,) = reports.due(NOW)
    reports.sent(row, "171.1", "C-moved")

    assert reports.message("T1", "k1") == ("C-moved", "171.1")
    assert reports.message("T2", "k1") is None


def test_a_dropped_message_is_gone(reports: Reports) -> None:
    reports.post(a_message())
    (row,) = reports.due(NOW)

    reports.dropped(row, "channel_not_found")

    assert due(reports, 3600) == []
    assert reports.message("T1", "k1") is None


def test_keys_of_workspaces_do_not_meet(ledgers: Ledgers, reports: Reports) -> None:
    reports.post(a_message())
    reports.post(Outgoing("T2", "k1", "C1", "post", {"text": "theirs"}))

    assert [(row.workspace, row.payload["text"]) for row in reports.due(NOW)] == [
        ("T1", "k1"),
        ("T2", "theirs"),
    ]
