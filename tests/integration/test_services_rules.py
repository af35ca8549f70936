"""Rules as people keep them: typed in one line, judged in their order."""

from __future__ import annotations

import pytest

from sync.errors import Conflict, Invalid, NotFound
from sync.ledger.ledger import Ledgers
from sync.rules.grammar import parse_rule
from tests.desk import Desk, a_desk

MD = '"Reg 1 is MD" when register = 1 set region MD'
VA = '"Reg 2 is VA" when register = 2 set region VA'
OUT = '"No demo" when note contains "demo" exclude'


@pytest.fixture
def desk(ledgers: Ledgers) -> Desk:
    return a_desk(ledgers)


def names(desk: Desk) -> list[str]:
    return [rule.name for rule in desk.services.rules.all(desk.scope)]


def test_a_rule_is_kept_in_its_one_spelling(desk: Desk) -> None:
    added = desk.services.rules.add(
        desk.admin, desk.scope, "  “Reg 1 is MD”  WHEN register is 01 SET region md "
    )

    (kept,) = desk.services.rules.all(desk.scope)
    assert kept == added
    assert (kept.name, kept.enabled, kept.position) == ("Reg 1 is MD", True, 1)
    assert parse_rule(kept.line).action.value == "MD"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('"A" when registr = 1 set region MD', "Did you mean"),
        ('"A" when register = 1 set deposit account "Bank:Chekcing"', "Did you mean"),
        ('"A" when register = 1 set tax code "Maryland 9%"', "no tax code"),
        ('"A" when register = 1 set deposit account "Sales of Product Income"', "of type Income"),
    ],
)
def test_a_rule_that_cannot_work_is_told_when_it_is_saved(desk: Desk, line: str, said: str) -> None:
    with pytest.raises(Invalid, match=said) as caught:
        desk.services.rules.add(desk.admin, desk.scope, line)

    assert caught.value.field == "rule"
    assert names(desk) == []
    assert desk.changes == []


def test_a_second_rule_of_one_name_is_a_conflict(desk: Desk) -> None:
    desk.services.rules.add(desk.admin, desk.scope, MD)

    with pytest.raises(Conflict, match="Remove it first"):
        desk.services.rules.add(desk.admin, desk.scope, MD.replace("Reg 1 is MD", "REG 1  is md"))

    assert names(desk) == ["Reg 1 is MD"]


def test_a_rule_that_was_added_off_can_be_switched_on(desk: Desk) -> None:
    """What the judge reads is the line: it must say the same as the switch."""
    desk.services.rules.add(desk.admin, desk.scope, MD.replace('MD" when', 'MD" (off) when'))

    desk.services.rules.enable(desk.admin, desk.scope, "reg 1 is md")

    (rule,) = desk.services.rules.all(desk.scope)
    assert rule.enabled
    assert parse_rule(rule.line).enabled

    desk.services.rules.disable(desk.admin, desk.scope, "reg 1 is md")

    (rule,) = desk.services.rules.all(desk.scope)
    assert not rule.enabled
    assert not parse_rule(rule.line).enabled


def test_order_is_what_people_say_it_is(desk: Desk) -> None:
    rules = desk.services.rules
    for line in (MD, VA, OUT):
        rules.add(desk.admin, desk.scope, line)

    rules.move(desk.admin, desk.scope, "No demo", 1)
    assert names(desk) == ["No demo", "Reg 1 is MD", "Reg 2 is VA"]

    rules.move(desk.admin, desk.scope, "No demo", 99)
    assert names(desk) == ["Reg 1 is MD", "Reg 2 is VA", "No demo"]

    rules.remove(desk.admin, desk.scope, "Reg 1 is MD")
    rules.add(desk.admin, desk.scope, MD)
    assert [(rule.name, rule.position) for rule in rules.all(desk.scope)] == [
        ("Reg 2 is VA", 1),
        ("No demo", 2),
        ("Reg 1 is MD", 3),
    ]


def test_an_unknown_rule_is_answered_with_what_was_meant(desk: Desk) -> None:
    desk.services.rules.add(desk.admin, desk.scope, MD)

    with pytest.raises(NotFound, match="Did you mean “Reg 1 is MD”"):
        desk.services.rules.remove(desk.admin, desk.scope, "Reg 1 is M")


def test_every_change_of_a_rule_is_on_record(desk: Desk) -> None:
    rules = desk.services.rules
    rules.add(desk.admin, desk.scope, MD)
    rules.add(desk.admin, desk.scope, VA)
    rules.disable(desk.admin, desk.scope, "Reg 1 is MD")
    rules.disable(desk.admin, desk.scope, "Reg 1 is MD")
    rules.move(desk.admin, desk.scope, "Reg 1 is MD", 2)
    rules.move(desk.admin, desk.scope, "Reg 1 is MD", 2)
    rules.remove(desk.admin, desk.scope, "Reg 1 is MD")
    rules.switch(desk.admin, desk.scope, False)

    actions = [(row.action, row.target) for row in desk.changes]

    assert actions == [
        ("rule.added", "Reg 1 is MD"),
        ("rule.added", "Reg 2 is VA"),
        ("rule.disabled", "Reg 1 is MD"),
        ("rule.moved", "Reg 1 is MD"),
        ("rule.removed", "Reg 1 is MD"),
        ("settings.rules", "rules_on"),
    ]
    moved, removed, switched = desk.changes[3:]
    assert (moved.before, moved.after) == ("1", "2")
    assert "(off)" in removed.before
    assert (switched.before, switched.after) == ("on", "off")
    assert not desk.settings.rules_on


# -- another rule in the place of one


def test_a_rule_is_replaced_where_it_stands_and_on_record(desk: Desk) -> None:
    rules = desk.services.rules
    for name in ("A", "B", "C"):
        rules.add(desk.admin, desk.scope, f'"{name}" when register = 1 exclude')

    rules.replace(desk.admin, desk.scope, "B", '"B2" (off) when register = 2 exclude')

    found = [(each.name, each.enabled) for each in rules.all(desk.scope)]
    assert found == [("A", True), ("B2", False), ("C", True)]
    assert desk.changes[-1].action == "rule.changed"
    assert "register = 1" in desk.changes[-1].before
    assert "register = 2" in desk.changes[-1].after


def test_a_rule_that_somebody_else_changed_is_not_overwritten(desk: Desk) -> None:
    rules = desk.services.rules
    was = rules.add(desk.admin, desk.scope, '"A" when register = 1 exclude').line
    rules.replace(desk.admin, desk.scope, "A", '"A" when register = 2 exclude', was=was)

    with pytest.raises(Conflict, match="register = 2"):
        rules.replace(desk.admin, desk.scope, "A", '"A" when register = 3 exclude', was=was)

    assert "register = 2" in rules.all(desk.scope)[0].line


def test_a_replaced_rule_cannot_take_the_name_of_another(desk: Desk) -> None:
    rules = desk.services.rules
    for name in ("A", "B"):
        rules.add(desk.admin, desk.scope, f'"{name}" when register = 1 exclude')

    with pytest.raises(Conflict):
        rules.replace(desk.admin, desk.scope, "A", '"b" when register = 1 exclude')
    with pytest.raises(NotFound):
        rules.replace(desk.admin, desk.scope, "Z", '"Z" when register = 1 exclude')
    with pytest.raises(Invalid):
        rules.replace(
            desk.admin, desk.scope, "A", '"A" when register = 1 set deposit account Nowhere'
        )


def test_a_rule_in_the_shadow_of_another_is_saved_and_the_shadow_is_named(desk: Desk) -> None:
    """It may be meant so; whoever adds or switches it on is told all the same."""
    rules = desk.services.rules
    rules.add(desk.admin, desk.scope, '"Out" when store = "Harbour" exclude')

    saved = rules.add(desk.admin, desk.scope, '"VA" when store = "Harbour" set region VA')
    rules.disable(desk.admin, desk.scope, "Out")
    alone = rules.enable(desk.admin, desk.scope, "VA")
    rules.enable(desk.admin, desk.scope, "Out")
    shadowed = rules.enable(desk.admin, desk.scope, "VA")

    assert saved.warnings == ('It never acts: rule "Out" excludes all its sales before.',)
    assert alone.warnings == ()
    assert shadowed.warnings == saved.warnings
