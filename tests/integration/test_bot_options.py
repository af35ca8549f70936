"""Every menu that asks us for its rows: nothing typed, too many matches, none, and in time."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter

import pytest

from bot.answering import choices_body
from bot.conversation import Action, Choices, Request
from bot.modals import FORMS
from bot.sandbox.limits import check_suggestions
from bot.views.actions import PRODUCT_ITEM
from sync.ledger.database import Database
from sync.ledger.ledger import Ledgers
from tests.desk import Desk
from tests.integration.test_bot_settings_form import LONG, a_large_desk, asked

OFFERED = [option for form in FORMS for option in form.options]
SECOND = 1.0


@pytest.fixture
def desk(sqlite_database: Database) -> Desk:
    """More of everything than a menu holds."""
    desk = a_large_desk(Ledgers(sqlite_database))
    codes = [{"Id": str(n), "Name": f"{n} {LONG}"[:100], "Active": True} for n in range(101)]
    desk.save_list("TaxCode", codes)
    items = [
        {"Id": str(n), "Name": f"{n} Card reader, brass", "Type": "NonInventory", "Active": True}
        for n in range(101)
    ]
    desk.save_list("Item", items)
    return desk


def ask(desk: Desk, option: Action, typed: str) -> Choices:
    reply = option.handle(request_for(desk, option, typed), desk.services)
    assert isinstance(reply, Choices)
    assert check_suggestions(choices_body(reply)) == []
    return reply


def request_for(desk: Desk, option: Action, typed: str) -> Request:
    last = "any" if option.id.startswith(PRODUCT_ITEM) else "deposit"
    id = f"{option.id}{last}" if option.id.endswith(".") else option.id
    return replace(asked(desk), action_id=id, typed=typed)


@pytest.mark.parametrize("option", OFFERED, ids=lambda each: each.id)
def test_with_nothing_typed_there_are_rows(desk: Desk, option: Action) -> None:
    assert ask(desk, option, "").options


@pytest.mark.parametrize("option", OFFERED, ids=lambda each: each.id)
def test_of_more_than_a_hundred_matches_a_hundred_are_shown(desk: Desk, option: Action) -> None:
    typed = "america" if option.id.endswith("zone") else "card"

    rows = ask(desk, option, typed).options

    assert len(rows) == 100


@pytest.mark.parametrize("option", OFFERED, ids=lambda each: each.id)
def test_what_matches_nothing_is_said_to(desk: Desk, option: Action) -> None:
    found = ask(desk, option, "\u202e<!channel>%_\\")

    assert found.options == ()
    assert found.why.startswith("No ")
    assert len(found.why) <= 75


@pytest.mark.parametrize("option", OFFERED, ids=lambda each: each.id)
def test_the_answer_takes_less_than_a_second(desk: Desk, option: Action) -> None:
    began = perf_counter()

    ask(desk, option, "a")

    assert perf_counter() - began < SECOND
