"""What is drawn is listened to, and what is listened to is drawn: both ways, over everything."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import Any

import pytest

from bot.actions import ACTIONS
from bot.actions.lines import TYPED
from bot.commands.roles import audit_page
from bot.conversation import Action, Message, Modal, OpenView, PushModal, Request
from bot.modals import FORMS, configure, products
from bot.modals.panels import TABS
from bot.sandbox.limits import walk
from bot.views.blocks import Block
from bot.views.lines import read_line
from bot.views.products import product_key
from sync.ledger.database import Database
from sync.ledger.ledger import Ledgers
from tests.integration.test_bot_settings_form import a_large_desk, asked
from tests.unit.bot.hostile import PRODUCTS, REQUEST, SERVICES
from tests.unit.bot.hostile_cards import CARDS
from tests.unit.bot.hostile_forms import HOMES, MODALS

PRESSED = (*ACTIONS, *(action for form in FORMS for action in form.actions))
OFFERED = tuple(option for form in FORMS for option in form.options)
LINES = ("ccc.do", "ccc.did_you_mean")  # buttons that stand for a typed line


def matches(listener: Action, id: str) -> bool:
    return id.startswith(listener.id) if listener.id.endswith(".") else id == listener.id


def from_a_database(ledgers: Ledgers) -> Iterator[Modal | Message]:
    """Settings of a large company, an unknown word, and a long audit trail."""
    desk = a_large_desk(ledgers)
    request = replace(asked(desk), text="")
    for panel in TABS:
        yield configure.form_for(request, desk.services, panel.id)
    unknown = TYPED.run(request, desk.services, "sinc sales")
    assert isinstance(unknown, Message)
    yield unknown
    for number in range(60):
        desk.services.settings.prefix(desk.admin, desk.scope, f"P{number}-")
    yield audit_page(request, desk.services, before=None)


def pushed_editor() -> Modal:
    """The item of one product, over the list of all."""
    view = OpenView("V1", {"page": 0, "choices": {}}, {})
    request: Request = replace(REQUEST, view=view, value=product_key(PRODUCTS[0]))
    reply = products.edit(request, SERVICES)
    assert isinstance(reply, PushModal)
    return reply.modal


@pytest.fixture
def answers(sqlite_database: Database) -> list[Modal | Message]:
    return list(from_a_database(Ledgers(sqlite_database)))


@pytest.fixture
def forms(answers: list[Modal | Message]) -> list[Modal]:
    drawn = [form for make in MODALS.values() for form in make()]
    return [*drawn, pushed_editor(), *(each for each in answers if isinstance(each, Modal))]


@pytest.fixture
def blocks(answers: list[Modal | Message], forms: list[Modal]) -> list[Block]:
    """Every block that anything draws."""
    return [
        *chain.from_iterable(card.blocks for make in CARDS.values() for card in make()),
        *chain.from_iterable(view["blocks"] for make in HOMES.values() for view in make()),
        *chain.from_iterable(form.view["blocks"] for form in forms),
        *chain.from_iterable(each.blocks for each in answers if isinstance(each, Message)),
    ]


def controls(blocks: list[Block]) -> Iterator[tuple[dict[str, Any], bool]]:
    """Every element with an id, and whether it tells us: else it is only read when sent."""
    for block in blocks:
        tells = block["type"] != "input" or bool(block.get("dispatch_action"))
        for element in walk(block):
            if "action_id" in element:
                yield element, tells


def test_everything_drawn_has_a_listener_and_every_listener_is_drawn(blocks: list[Block]) -> None:
    pressed = {element["action_id"] for element, tells in controls(blocks) if tells}
    menus = {e["action_id"] for e, _ in controls(blocks) if "external_select" in e["type"]}

    assert {id for id in pressed if not any(matches(a, id) for a in PRESSED)} == set()
    assert {id for id in menus if not any(matches(a, id) for a in OFFERED)} == set()
    assert {a.id for a in PRESSED if not any(matches(a, id) for id in pressed)} == set()
    assert {a.id for a in OFFERED if not any(matches(a, id) for id in menus)} == set()


def test_an_id_has_one_listener_only() -> None:
    for listeners in (PRESSED, OFFERED):
        ids = [each.id for each in listeners]
        assert len(ids) == len(set(ids))


def test_every_form_that_can_be_sent_has_a_reader_and_every_reader_a_form(
    forms: list[Modal],
) -> None:
    drawn = {form.view["callback_id"] for form in forms}
    sent = {form.view["callback_id"] for form in forms if form.view.get("submit")}

    assert sent <= {form.callback_id for form in FORMS} <= drawn


def test_every_button_that_stands_for_a_line_has_a_command(blocks: list[Block]) -> None:
    lines = {
        read_line(element["value"])[1]
        for element, _ in controls(blocks)
        if element["action_id"].startswith(LINES)
    }

    assert len(lines) > 20
    assert {line for line in lines if line.split(" ")[0] not in TYPED.by_word} == set()


def test_every_line_that_is_named_anywhere_is_a_command(blocks: list[Block]) -> None:
    texts = [each["text"] for each in walk(blocks) if isinstance(each.get("text"), str)]
    verbs = {verb for text in texts for verb in re.findall(r"/ccc ([a-z]+)", text)}

    assert len(verbs) > 10
    assert verbs <= set(TYPED.by_word)


def test_every_form_names_the_line_that_does_the_same(forms: list[Modal]) -> None:
    silent = {
        form.view["callback_id"]
        for form in forms
        if "/ccc " not in str(form.view["blocks"]) and form.view["callback_id"] != "ccc.result"
    }

    assert silent == set()
