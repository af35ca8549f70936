"""The root message of a run says everything in one look, and only mentions once."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.reports.place import home
from bot.reports.run import is_told, problems_card, root_card, run_metadata
from bot.sandbox.limits import check_message, walk
from bot.views.blocks import Card, fallback
from sync.domain.verdicts import EntryState
from sync.services.models import AccountState, Provider, RunState, Trigger, Window
from tests.unit.reports.words import EVIL, a_connection, a_run, an_account


def words(card: Card) -> str:
    return " ".join(str(each["text"]) for each in walk(card.blocks) if "text" in each)


def action_ids(card: Card) -> list[str]:
    return [str(each["action_id"]) for each in walk(card.blocks) if "action_id" in each]


def test_progress_is_told_in_words() -> None:
    counts = {EntryState.POSTED: 380, EntryState.HELD: 3, EntryState.PENDING: 29}
    run = a_run(state=RunState.RUNNING, read=412, expected=980, counts=counts)

    card = root_card(run, a_connection(), names_asker=True)

    assert "412 of about 980 sales read, 383 settled" in words(card)
    assert "380 posted, 3 held, 29 pending" in words(card)
    assert "USD 16,799.43" in words(card)
    assert action_ids(card) == ["ccc.run.cancel"]


def test_a_run_over_with_problems_offers_to_retry_and_not_to_cancel() -> None:
    run = a_run(state=RunState.PROBLEMS, counts={EntryState.POSTED: 9, EntryState.FAILED: 1})

    card = root_card(run, a_connection(), names_asker=True)

    assert action_ids(card) == ["ccc.run.retry"]


@pytest.mark.parametrize(
    "more",
    [
        {"state": RunState.DONE},
        {"state": RunState.RUNNING, "cancel_requested": True},
        {"state": RunState.PROBLEMS, "counts": {EntryState.HELD: 1}, "dry": True},
    ],
)
def test_no_button_stays_when_nothing_can_be_done(more: dict[str, Any]) -> None:
    assert action_ids(root_card(a_run(**more), a_connection(), names_asker=True)) == []


def test_metadata_holds_the_run_and_its_state_and_nothing_else() -> None:
    assert run_metadata(a_run(state=RunState.PROBLEMS)) == {
        "event_type": "ccc_run",
        "event_payload": {"run": "run-42", "state": "done with problems"},
    }


def test_a_posted_root_mentions_nobody_and_an_edited_one_names_who_asked() -> None:
    posted = root_card(a_run(), a_connection(), names_asker=False)
    edited = root_card(a_run(), a_connection(), names_asker=True)

    assert not [each for each in walk(posted.blocks) if each.get("type") == "user"]
    assert [each["user_id"] for each in walk(edited.blocks) if each.get("type") == "user"] == [
        "U0ANNA"
    ]


def test_a_backfill_names_its_days_zone_and_shop() -> None:
    window = Window(date(2026, 10, 1), date(2026, 10, 31), "Newtown")

    card = root_card(
        a_run(trigger=Trigger.BACKFILL, window=window), a_connection(), names_asker=False
    )

    assert "1 to 31 Oct 2026, both included, in Australia/Sydney, shop Newtown" in words(card)


def test_a_first_run_tells_what_was_chosen_once_it_is_over() -> None:
    chosen = [("Deposits", "Undeposited Funds")]
    over = root_card(a_run(), a_connection(), chosen=chosen, names_asker=False)
    on_the_way = root_card(
        a_run(state=RunState.RUNNING), a_connection(), chosen=chosen, names_asker=False
    )

    assert "Undeposited Funds" in words(over)
    assert "Undeposited Funds" not in words(on_the_way)


def test_without_a_channel_the_asker_is_told_how_to_choose_one() -> None:
    connection = a_connection(channel="")

    card = root_card(a_run(), connection, names_asker=False)

    assert "/ccc channel #log" in words(card)
    assert home(connection, "U0ANNA") == "U0ANNA"
    assert home(connection, "schedule") == "U0OLIVIA"


def test_a_scheduled_run_is_silent_until_there_is_something_to_say() -> None:
    quiet = a_run(trigger=Trigger.SCHEDULED, counts={})
    failed = a_run(trigger=Trigger.SCHEDULED, counts={}, state=RunState.FAILED)
    shut_out = a_connection(quickbooks=an_account(Provider.QUICKBOOKS, state=AccountState.BROKEN))

    assert not is_told(quiet, a_connection())
    assert is_told(a_run(trigger=Trigger.SCHEDULED), a_connection())
    assert is_told(failed, a_connection())
    assert not is_told(failed, shut_out)


def test_only_a_run_that_needs_a_person_reaches_the_channel_itself() -> None:
    counts = {EntryState.POSTED: 5, EntryState.HELD: 2, EntryState.FAILED: 1}

    told = problems_card(a_run(state=RunState.PROBLEMS, counts=counts))

    assert problems_card(a_run()) is None
    assert told is not None
    assert "3 sales need a person (2 held, 1 failed)." in told.text
    assert [each["user_id"] for each in walk(told.blocks) if each.get("type") == "user"] == [
        "U0ANNA"
    ]


def test_nobody_is_called_for_a_kind_that_is_not_posted_yet() -> None:
    run = a_run(state=RunState.PROBLEMS, counts={EntryState.HELD: 3})

    some, all_of_them = problems_card(run, 2), problems_card(run, 3)

    assert some is not None and all_of_them is not None
    assert "1 sale needs a person. 2 more are of kinds that CCC cannot post yet" in some.text
    assert "3 sales are of kinds that CCC cannot post yet" in all_of_them.text
    assert "U0ANNA" not in str(all_of_them.blocks)


def test_the_longest_names_and_reasons_stay_inside_slacks_limits() -> None:
    connection = a_connection(name=EVIL * 500, channel="")
    run = a_run(
        state=RunState.FAILED,
        message=EVIL * 500,
        window=Window(date(2026, 1, 1), date(2026, 12, 31), EVIL * 50),
    )
    chosen = [(EVIL * 10, EVIL * 100)] * 40

    card = root_card(run, connection, chosen=chosen, names_asker=True)

    payload = {"text": fallback(card.text), "blocks": card.blocks, "metadata": run_metadata(run)}
    assert check_message(payload, update=True) == []
    assert "<!channel>" not in payload["text"]
