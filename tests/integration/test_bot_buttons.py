"""Buttons that reports put on messages: each acts once, for who may, and says who did it."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk import WebClient

from bot.sandbox import seed
from bot.sandbox.model import Message
from bot.views.actions import (
    CAUSE_RETRY,
    FIX_MAP_TAX,
    FIX_PICK_ACCOUNT,
    RECONNECT,
    RUN_CANCEL,
    RUN_RETRY,
    cause_value,
)
from bot.views.blocks import actions, button, plain
from sync.domain.verdicts import EntryState
from sync.services.models import Role, RunSummary, Trigger
from tests.office import OLIVIA, Office, bare, form_of, office, said, words

__all__ = ["bare", "office"]  # fixtures


def posted(office: Office, *buttons: Any) -> Message:
    """A message of the bot in the log channel, as reports post them."""
    client = WebClient(token="xoxb-1", base_url=office.slack.api_url)
    blocks = [plain("Sales wait."), actions(*buttons)]
    answer = client.chat_postMessage(channel=seed.LOG, text="Sales wait.", blocks=blocks)
    return next(m for m in office.slack.messages("#ccc-log") if m.ts == answer["ts"])


@pytest.fixture
def held(office: Office) -> RunSummary:
    """A finished run in which every sale is held, because new customers are not made."""
    services = office.house.services
    services.settings.customers(OLIVIA, office.house.scope, "single", "Nobody Here", "hold")
    office.say("backfill 2026-03-09 2026-03-10")
    office.house.work()
    run = services.runs.recent(office.house.scope)[0]
    assert run.count(EntryState.HELD) > 0, run
    return run


def test_retrying_a_cause_resends_it_and_the_message_says_who_did(
    office: Office, held: RunSummary
) -> None:
    services, scope = office.house.services, office.house.scope
    cause = services.runs.causes(scope, held.id)[0].cause
    message = posted(office, button("Retry", CAUSE_RETRY, cause_value(held.id, cause)))

    office.person("oscar").click(message, CAUSE_RETRY)

    run = services.runs.recent(scope)[0]
    assert run.trigger is Trigger.RETRY
    assert run.requested_by == seed.OPERATOR
    assert "Sent again as Resync" in words(message)
    assert seed.OPERATOR in str(message.blocks)
    assert "Sales wait." in words(message)
    assert not any(block["type"] == "actions" for block in message.blocks)


def test_a_double_click_starts_one_run(office: Office, held: RunSummary) -> None:
    message = posted(office, button("Retry", RUN_RETRY, held.id))

    first, second = office.person("oscar").double_click(message, RUN_RETRY)

    runs = office.house.services.runs.recent(office.house.scope)
    assert [run.trigger for run in runs].count(Trigger.RETRY) == 1
    assert first.status == second.status == 200
    assert "pressed a moment ago" in words(second.ephemerals[-1])
    assert seed.OPERATOR in str(second.ephemerals[-1].blocks)


@pytest.mark.parametrize("who", ["beatrix", "gustav"])
def test_a_button_does_nothing_for_who_may_not(office: Office, held: RunSummary, who: str) -> None:
    message = posted(office, button("Retry", RUN_RETRY, held.id))

    refused = office.person(who).click(message, RUN_RETRY)

    assert len(office.house.services.runs.recent(office.house.scope)) == 1
    assert any(word in said(refused) for word in ("Only CCC operators", "guests"))
    assert "Sent again" not in words(message)


def test_cancelling_stops_a_queued_run_and_only_once(office: Office) -> None:
    office.say("sync", who="oscar")
    (run,) = office.house.services.runs.recent(office.house.scope)
    message = posted(office, button("Cancel", RUN_CANCEL, run.id))

    answer = office.person("oscar").click(message, RUN_CANCEL)
    late = posted(office, button("Cancel", RUN_CANCEL, run.id))
    over = office.person("oscar").click(late, RUN_CANCEL)

    assert "stops after" in said(answer)
    assert office.house.services.runs.get(office.house.scope, run.id).state.value == "cancelled"
    assert "over already" in said(over)


def test_a_run_that_is_not_ours_is_not_found(office: Office) -> None:
    message = posted(office, button("Retry", RUN_RETRY, "run-of-somebody-else"))

    answer = office.person("oscar").click(message, RUN_RETRY)

    assert "no such run" in said(answer)


def test_mapping_a_tax_from_the_alert_is_prefilled_and_resends_what_waited(
    office: Office, held: RunSummary
) -> None:
    services, scope = office.house.services, office.house.scope
    cause = services.runs.causes(scope, held.id)[0].cause
    value = cause_value(held.id, cause, "MD 6%")
    message = posted(office, button("Map tax", FIX_MAP_TAX, value, style="primary"))
    code = services.lists.tax_codes(scope, "", 5)[0]
    olivia = office.person("olivia")

    olivia.click(message, FIX_MAP_TAX)
    prefilled = str(form_of(olivia).body)
    olivia.submit(values={"code": code.label})

    assert "'initial_value': 'MD'" in prefilled
    assert [each.region for each in services.connections.get(scope).settings.tax_mappings] == ["MD"]
    assert services.runs.recent(scope)[0].trigger is Trigger.RETRY
    assert "Sales in MD" in str(form_of(olivia).body)
    assert form_of(olivia).body.get("submit") is None


def test_picking_an_account_from_the_alert_saves_it_and_resends(
    office: Office, held: RunSummary
) -> None:
    services, scope = office.house.services, office.house.scope
    cause = services.runs.causes(scope, held.id)[0].cause
    message = posted(
        office, button("Pick account", FIX_PICK_ACCOUNT, cause_value(held.id, cause, "deposits"))
    )
    bank = next(each for each in services.lists.accounts(scope, "", 100) if each.hint == "Bank")
    income = next(each for each in services.lists.accounts(scope, "", 100) if each.hint == "Income")
    olivia = office.person("olivia")

    olivia.click(message, FIX_PICK_ACCOUNT)
    wrong = olivia.submit(values={"role": "Deposits", "account": income.label}).errors
    olivia.submit(values={"role": "Deposits", "account": bank.label})

    assert "is of type Income" in wrong["account"]
    deposit = services.connections.get(scope).settings.accounts.deposit
    assert deposit is not None
    assert deposit.id == bank.value
    assert services.runs.recent(scope)[0].trigger is Trigger.RETRY


def test_reconnect_gives_an_admin_a_fresh_link(office: Office) -> None:
    message = posted(office, button("Reconnect", RECONNECT, "quickbooks"))

    refused = said(office.person("oscar").click(message, RECONNECT))
    given = office.person("olivia").click(message, RECONNECT)

    assert "Only CCC admins" in refused
    assert "https://ccc.example/connect/" in str(given.ephemerals[-1].blocks)


def test_a_viewer_looks_at_the_tax_list_and_cannot_change_it(office: Office) -> None:
    beatrix = office.person("beatrix")

    beatrix.command("tax")

    assert "ccc.tax.add" not in str(form_of(beatrix).body)


def test_rows_of_a_pick_list_are_for_who_may_choose(office: Office) -> None:
    olivia = office.person("olivia")
    olivia.command("tax add")
    found = olivia.options(form_of(olivia), "ccc.tax.code", "")
    nothing = olivia.options(form_of(olivia), "ccc.tax.code", "no such code whatever")
    office.give("amir", Role.ADMIN)
    amir = office.person("amir")
    amir.command("tax add")
    office.give("amir", Role.VIEWER)
    refused = amir.options(form_of(amir), "ccc.tax.code", "")

    assert found.option_texts
    assert "No tax code has that name" in str(nothing.answer)
    assert "Only CCC admins" in str(refused.answer)
