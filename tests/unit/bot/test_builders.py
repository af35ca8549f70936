"""Whatever is in the books, Slack takes what is drawn; and every builder is tried."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

import bot.events
import bot.home
import bot.modals
import bot.reports
import bot.shortcuts
import bot.views
import bot.views.blocks
from bot.modals.sealed import LONGEST, Seal
from bot.reports.plain import plain_form
from bot.sandbox.limits import check_message, check_view, walk
from bot.views.blocks import MOST_BLOCKS, Card, fallback
from tests.unit.bot.hostile_cards import CARDS
from tests.unit.bot.hostile_forms import FROM_A_DATABASE, HOMES, MODALS

SEAL = Seal(b"a key for forms, long enough")
ROOMS = (bot.views, bot.modals, bot.reports, bot.home, bot.events, bot.shortcuts)
WHOLE = ("Card", "Card | None", "Iterator[Card]", "Modal")  # what a builder says it returns
TURNED = 1  # what `with_claim` may put before an answer


def modules() -> Iterator[ModuleType]:
    for room in ROOMS:
        for found in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            yield importlib.import_module(found.name)


def is_builder(name: str, made: Any) -> bool:
    """Draws a whole message, form or Home, not a part of one."""
    returns = made.__annotations__.get("return")
    return not name.startswith("_") and (
        returns in WHOLE
        or (name == "opened" and "problem" in inspect.signature(made).parameters)
        or (returns == "Block" and name.endswith("_view"))
    )


def builders() -> set[str]:
    return {
        f"{module.__name__.removeprefix('bot.')}.{name}"
        for module in modules()
        for name, made in vars(module).items()
        if inspect.isfunction(made) and made.__module__ == module.__name__
        if is_builder(name, made)
    }


def test_every_builder_is_tried_with_hostile_data() -> None:
    tried = {*CARDS, *MODALS, *HOMES, *FROM_A_DATABASE}

    assert builders() - tried == set(), "give these a case in hostile_cards.py or hostile_forms.py"
    assert tried - builders() == set(), "these are gone"


@pytest.fixture
def uncut(monkeypatch: pytest.MonkeyPatch) -> None:
    """A form that is too long is cut at the last moment: without the knife it shows."""
    monkeypatch.setattr(bot.views.blocks, "MOST_VIEW_BLOCKS", 10_000)


@pytest.mark.parametrize("name", CARDS)
def test_slack_takes_the_message(name: str) -> None:
    cards = list(CARDS[name]())

    assert cards
    for card in cards:
        said = fallback(card.text)
        assert check_message({"text": said, "blocks": card.blocks}, update=True) == []
        assert len(card.blocks) <= MOST_BLOCKS - TURNED
        assert len(said) > 10, "the fallback is a sentence"
        assert "<!channel>" not in said
        assert "<!channel>" not in markup(card.blocks)


@pytest.mark.parametrize("name", CARDS)
def test_the_message_is_complete_without_the_newer_blocks(name: str) -> None:
    for card in CARDS[name]():
        for part in plain_form(card.blocks):
            assert check_message({"text": "x", "blocks": part}, update=True) == []
            assert not [each for each in part if each["type"] in NEWER]


NEWER = ("data_table", "data_visualization", "table", "card", "container", "alert")


@pytest.mark.parametrize("name", MODALS)
@pytest.mark.usefixtures("uncut")
def test_slack_takes_the_form(name: str) -> None:
    forms = list(MODALS[name]())

    assert forms
    for form in forms:
        view = SEAL.drawn(form, "T" * 11, "U" * 11)
        assert check_view(view) == []
        assert len(view["private_metadata"]) <= LONGEST <= 3000
        assert "<!channel>" not in markup(view["blocks"])


@pytest.mark.parametrize("name", HOMES)
def test_slack_takes_the_home_tab(name: str) -> None:
    views = list(HOMES[name]())

    assert views
    for view in views:
        assert check_view(view) == []
        assert "<!channel>" not in markup(view["blocks"])


def markup(blocks: list[dict[str, Any]]) -> str:
    """Everything that Slack reads as markup."""
    return "\n".join(each["text"] for each in walk(blocks) if each.get("type") == "mrkdwn")


def test_the_checker_sees_what_it_is_for() -> None:
    """One block too many, one character too many, one id twice."""
    line = bot.views.blocks.plain("x")
    many = Card("Fifty-one blocks.", [line] * 51)
    twice = [line | {"block_id": "a"}] * 2

    assert check_message({"text": "x", "blocks": many.blocks})
    assert check_message({"text": "x", "blocks": twice})
    assert check_message({"text": "x" * 4001}, update=True)
