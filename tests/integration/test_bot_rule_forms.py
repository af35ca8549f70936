"""The rule forms at their largest: inside Slack's limits and their own memory."""

from __future__ import annotations

import pytest

from bot.app import Registry
from bot.conversation import Request
from bot.modals import FORMS, rule_editor, rules
from bot.modals.rule_trial import tried, untried
from bot.modals.sealed import Seal
from bot.sandbox.limits import check_view, walk
from sync.ledger.ledger import Ledgers
from sync.services.models import Role
from sync.services.rule_forms import ACTION_CHOICES, FIELD_CHOICES, Row, RuleForm, line_of
from tests.desk import Desk, a_desk

SEAL = Seal(b"a key that is long enough")
NAME = "🦆<!channel> *&* " * 5


@pytest.fixture
def desk(ledgers: Ledgers) -> Desk:
    return a_desk(ledgers)


def asked(desk: Desk) -> Request:
    connection = desk.services.connections.get(desk.scope)
    return Request(desk.admin, desk.clock(), channel="C1", connection=connection)


def a_long_line(number: int) -> str:
    """Twenty conditions on the field with the longest name, as long as a rule may be."""
    rows = tuple(Row("payment method", "does not contain", f"{n} {'x' * 30}") for n in range(20))
    return line_of(RuleForm(f"{number:03} {NAME}"[:80], rows, "and", "map_memo", "y" * 300))


def test_slack_takes_a_page_of_the_longest_rules(desk: Desk) -> None:
    for number in range(16):
        desk.services.rules.add(desk.admin, desk.scope, a_long_line(number))

    for page in (0, 1, 99):
        modal = rules.list_for(asked(desk), desk.services, page, NAME * 9)
        assert check_view(SEAL.drawn(modal, "T" * 11, "U" * 11)) == []


def test_slack_takes_the_editor_of_the_longest_rule(desk: Desk) -> None:
    rule = desk.services.rules.add(desk.admin, desk.scope, a_long_line(1))

    modal = rule_editor.draw(rule_editor.of(asked(desk), desk.services, rule, 12))

    assert check_view(SEAL.drawn(modal, "T" * 11, "U" * 11)) == []


@pytest.mark.parametrize("action", [each.value for each in ACTION_CHOICES])
def test_slack_takes_the_editor_of_every_action_and_every_control_answers(
    desk: Desk, action: str
) -> None:
    pressed = Registry(tuple(each for form in FORMS for each in form.actions))
    offered = Registry(tuple(each for form in FORMS for each in form.options))
    form = RuleForm("A", (Row("sku", "is empty"), Row()), "or", action, "x")
    blank = rule_editor.blank(asked(desk))

    modal = rule_editor.draw(rule_editor.Editor(form, (0, 1), blank.state))

    assert check_view(SEAL.drawn(modal, "T" * 11, "U" * 11)) == []
    for element in walk(modal.view["blocks"]):
        if "action_id" in element:
            assert pressed.pattern.match(element["action_id"]), element
            if element["type"] == "external_select":
                assert offered.pattern.match(element["action_id"]), element


def test_slack_takes_what_a_trial_says() -> None:
    told = {
        "sales": 200,
        "met": 200,
        "line": "x" * 2000,
        "examples": [{"number": NAME, "field": NAME, "before": NAME * 99, "after": NAME * 99}] * 3,
    }
    for modal in (
        tried(told, "C"),
        untried({"reason": NAME * 99}, "C"),
        tried({**told, "sales": 0}, "C"),
    ):
        assert check_view(SEAL.drawn(modal, "T" * 11, "U" * 11)) == []


def test_a_field_can_be_told_from_every_other() -> None:
    assert len({each.label for each in FIELD_CHOICES}) == len(FIELD_CHOICES)


def test_only_admins_have_anything_in_them() -> None:
    for form in (rules.LIST, rules.EDITOR):
        assert form.role is Role.ADMIN
        assert {each.role for each in (*form.actions, *form.options)} == {Role.ADMIN}
