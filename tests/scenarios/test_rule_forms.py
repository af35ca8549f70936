"""Rules by list and editor: written, moved, tried and removed through signed requests."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox.model import View
from bot.views.actions import (
    RULE_ADD,
    RULE_EDIT,
    RULE_MORE,
    RULE_MOVE,
    RULE_PAGE,
    RULE_REMOVE,
    RULE_ROW,
    RULE_TRIAL,
    RULE_TRY,
    RULE_TURN,
    RULES_TURN,
)
from sync.services.models import Role
from tests.alerts import worked
from tests.office import OLIVIA, Office, bare, form_of, office

__all__ = ["bare", "office"]  # fixtures

FIELD, COMPARISON, THEN = (f"ccc.rule.field.{name}" for name in ("of", "how", "action"))
MD = '"Reg 1 is MD" when register = 1 set region MD'


def lines(office: Office) -> list[str]:
    return [each.line for each in office.house.services.rules.all(office.house.scope)]


def given(office: Office, *more: str) -> None:
    for line in more:
        office.house.services.rules.add(OLIVIA, office.house.scope, line)


def opened(office: Office, line: str = "rules", who: str = "olivia") -> View:
    office.say(line, who=who)
    return form_of(office.person(who))


def pressed(office: Office, target: str, value: str | None = None, who: str = "olivia") -> View:
    person = office.person(who)
    person.click(form_of(person), target, value)
    return form_of(person)


def chosen(office: Office, target: str, value: Any, who: str = "olivia") -> View:
    person = office.person(who)
    person.choose(form_of(person), target, value)
    return form_of(person)


def sent(office: Office, who: str = "olivia", **values: Any) -> str:
    """The form after sending it: what the person reads then."""
    person = office.person(who)
    named = {name.replace("__", "."): value for name, value in values.items()}
    person.submit(values=named)
    return str(form_of(person).body)


def errors(office: Office) -> dict[str, str]:
    return dict(form_of(office.person("olivia")).errors)


def test_a_rule_is_written_in_the_form_and_the_list_shows_its_line(office: Office) -> None:
    opened(office)
    pressed(office, RULE_ADD)
    chosen(office, THEN, "Set region")

    body = sent(office, name="Reg 1 is MD", value__0="1", to__set_ship_region="md")

    assert lines(office) == [MD]
    assert MD in body
    assert "is saved" in body


def test_the_form_and_its_line_make_the_same_rule(office: Office) -> None:
    opened(office, "rule add")
    chosen(office, FIELD, "Payment method")
    chosen(office, COMPARISON, "in list")
    pressed(office, RULE_MORE)
    chosen(office, THEN, "Exclude")
    sent(
        office,
        name='The "odd" ones',
        value__0='Cheque, "Gift, old"',
        value__1="2",
        joint="Any condition holds",
        enabled="Off",
    )
    (by_form,) = lines(office)
    office.say('rule remove \'The ""odd"" ones\'')
    office.house.services.rules.remove(OLIVIA, office.house.scope, 'The "odd" ones')

    office.say(f"rule add {by_form}")

    assert lines(office) == [by_form]
    assert "(off)" in by_form
    assert " or " in by_form


def test_an_edited_rule_keeps_its_place_and_begins_with_what_is_saved(office: Office) -> None:
    given(office, MD, '"B" when register = 2 exclude', '"C" when register = 3 exclude')
    opened(office)

    editor = str(pressed(office, RULE_EDIT, "B").body)
    sent(office, name="B2", value__0="22")

    assert "'initial_value': 'B'" in editor
    assert "'initial_value': '2'" in editor
    assert lines(office)[1] == '"B2" when register = 22 exclude'
    assert "rule.changed" in [
        row.action for row in office.house.services.people.audit(office.house.scope, limit=3)
    ]


def test_rows_are_added_switched_and_taken_out_and_the_others_stay(office: Office) -> None:
    opened(office, "rule add")
    olivia = office.person("olivia")
    pressed(office, RULE_MORE)
    pressed(office, RULE_MORE)
    for key, value in (("0", "10"), ("1", "11"), ("2", "12")):
        chosen(office, f"value.{key}", value)
    rows = [
        block["block_id"]
        for block in form_of(olivia).blocks
        if "row." in str(block.get("block_id"))
    ]
    chosen(office, f"{RULE_ROW}.0", "remove.0")
    chosen(office, f"{RULE_ROW}.2", "switch.2")
    chosen(office, THEN, "Exclude")
    sent(office, name="A")

    assert rows == ["row.0", "row.1", "row.2"]
    assert lines(office) == ['"A" when register = 11 and register = 12 (off) exclude']


def test_two_conditions_are_put_in_brackets(office: Office) -> None:
    """Both registers, but only sales over 100."""
    opened(office, "rule add")
    pressed(office, RULE_MORE)
    pressed(office, RULE_MORE)
    for key, value in (("0", "1"), ("1", "2"), ("2", "3")):
        chosen(office, f"value.{key}", value)
    chosen(office, f"{RULE_ROW}.1", "group.1")
    chosen(office, f"{RULE_ROW}.2", "group.2")
    chosen(office, THEN, "Exclude")
    sent(office, name="A")
    opened(office)

    again = str(pressed(office, RULE_EDIT, "A").body)

    assert lines(office) == ['"A" when register = 1 and (register = 2 or register = 3) exclude']
    assert "Of those in brackets, one is enough." in again


def test_an_action_without_a_value_copies_the_field_of_map_all(office: Office) -> None:
    opened(office, "rule add")
    chosen(office, FIELD, "Reference")
    chosen(office, COMPARISON, "map all")
    chosen(office, THEN, "Set memo")
    sent(office, name="A")

    assert lines(office) == ['"A" when reference map all set memo']


@pytest.mark.parametrize(
    ("values", "where"),
    [
        ({"name": " ", "value__0": "1", "to__set_ship_region": "MD"}, "name"),
        ({"name": "A", "value__0": "", "to__set_ship_region": "MD"}, "value.0"),
        ({"name": "A", "value__0": "1", "to__set_ship_region": "1%"}, "to.set_ship_region"),
        (
            {"name": "A", "value__0": "1", "to__set_ship_region": "MD", "position": "first"},
            "position",
        ),
    ],
)
def test_what_is_wrong_is_red_where_it_is(
    office: Office, values: dict[str, str], where: str
) -> None:
    opened(office, "rule add")

    sent(office, **values)

    assert set(errors(office)) == {where}
    assert lines(office) == []


def test_garbage_in_every_field_makes_a_literal_rule_or_a_red_field(office: Office) -> None:
    garbage = "‮<!channel> \"'“ when and 🦆"
    opened(office, "rule add")
    chosen(office, THEN, "Set memo")
    chosen(office, FIELD, "Note")

    sent(office, name=garbage, value__0=garbage, to__map_memo=garbage)

    (line,) = lines(office)
    assert "‮" not in line
    assert len(office.slack.notifications) == 0


def test_a_name_that_is_taken_is_refused_at_the_name(office: Office) -> None:
    given(office, MD)
    opened(office, "rule add")

    sent(office, name="reg 1 IS md", value__0="1", to__set_ship_region="VA")

    assert set(errors(office)) == {"name"}
    assert lines(office) == [MD]


def test_an_account_is_picked_and_the_line_has_its_name(office: Office) -> None:
    opened(office, "rule add")
    chosen(office, THEN, "Set deposit account")

    sent(office, name="To the bank", value__0="1", to__map_deposit_account__account="Checking")

    assert lines(office) == ['"To the bank" when register = 1 set deposit account "Checking"']


def test_rules_are_moved_switched_and_removed_from_the_list(office: Office) -> None:
    given(office, *(f'"{name}" when register = 1 exclude' for name in "ABC"))
    opened(office)

    pressed(office, f"{RULE_MOVE}.up", "C")
    pressed(office, f"{RULE_TURN}.off", "A")
    pressed(office, RULE_REMOVE, "B")
    shown = str(pressed(office, f"{RULES_TURN}.off").body)

    assert lines(office) == [
        '"A" (off) when register = 1 exclude',
        '"C" when register = 1 exclude',
    ]
    assert "switched off: none is applied" in shown
    assert not office.house.services.connections.get(office.house.scope).settings.rules_on


def test_two_admins_at_one_rule_see_each_other(office: Office) -> None:
    office.give("oscar", Role.ADMIN)
    given(office, MD)
    opened(office)
    pressed(office, RULE_EDIT, "Reg 1 is MD")
    opened(office, who="oscar")
    pressed(office, RULE_EDIT, "Reg 1 is MD", who="oscar")
    sent(office, who="oscar", value__0="2")

    told = sent(office, value__0="3")
    meanwhile = lines(office)
    sent(office)

    assert "was changed meanwhile" in told
    assert "register = 2" in told
    assert "'initial_value': '3'" in told
    assert meanwhile == ['"Reg 1 is MD" when register = 2 set region MD']
    assert lines(office) == ['"Reg 1 is MD" when register = 3 set region MD']


def test_a_rule_removed_meanwhile_is_not_brought_back_unasked(office: Office) -> None:
    given(office, MD)
    opened(office)
    pressed(office, RULE_EDIT, "Reg 1 is MD")
    office.house.services.rules.remove(OLIVIA, office.house.scope, "Reg 1 is MD")

    told = sent(office, value__0="3")
    meanwhile = lines(office)
    sent(office)

    assert "was removed meanwhile" in told
    assert meanwhile == []
    assert lines(office) == ['"Reg 1 is MD" when register = 3 set region MD']


@pytest.mark.parametrize("press", [RULE_TRY, RULE_TRIAL])
def test_a_rule_is_tried_on_recent_sales_and_nothing_is_posted(office: Office, press: str) -> None:
    given(office, '"All" when number is not empty set memo "x"')
    opened(office)
    if press == RULE_TRIAL:
        pressed(office, RULE_EDIT, "All")
        pressed(office, RULE_TRIAL)
    else:
        pressed(office, RULE_TRY, "All")

    waiting = str(form_of(office.person("olivia")).body)
    worked(office)
    told = str(form_of(office.person("olivia")).body)

    assert "Trying the rule on recent sales" in waiting
    assert "It would have matched" in told
    assert " 0 of" not in told
    assert "from “nothing” to “x”" in told
    assert office.house.services.runs.recent(office.house.scope) == ()
    assert office.house.quickbooks.documents("SalesReceipt") == []


def test_the_shipped_rule_is_offered_until_somebody_switches_it(office: Office) -> None:
    """The help page's question: how do I skip adding credit account payments?"""
    before = office.told("rule list")

    told = office.told("rule disable credit-account-payments")
    after = office.told("rule list")

    assert "Comes with CCC and is off: credit-account-payments" in before
    assert "is disabled" in told
    assert "Comes with CCC" not in after
    assert lines(office) == [
        '"credit-account-payments" (off) when payment type = "credit account" add payment'
    ]


def test_a_line_tries_a_rule_too(office: Office) -> None:
    given(office, '"None" when number = 0 exclude')

    told = office.told('rule test "None"')
    worked(office)

    assert "Trying the rule" in told
    assert "It would have matched 0 of the last" in str(
        [message.blocks for message in office.person("olivia").ephemerals]
    )


def test_a_try_with_a_wrong_field_says_so_on_top(office: Office) -> None:
    opened(office, "rule add")

    told = str(pressed(office, RULE_TRIAL).body)

    assert "A rule needs a name" in told


def test_two_hundred_rules_are_pages(office: Office) -> None:
    given(office, *(f'"Rule {n}" when register = {n} exclude' for n in range(1, 201)))

    first = dict(opened(office).body)
    last = str(pressed(office, f"{RULE_PAGE}.next").body)

    assert "200 rules" in str(first)
    assert "Page 1 of 14" in str(first)
    assert "Rule 16" in last
    assert len(first["blocks"]) <= 100


@pytest.mark.parametrize("who", ["oscar", "beatrix"])
def test_who_is_no_admin_reads_the_rules_and_changes_none(office: Office, who: str) -> None:
    given(office, MD)
    office.give(who, Role.ADMIN)
    opened(office, who=who)
    office.give(who, Role.OPERATOR)
    person = office.person(who)

    person.click(form_of(person), RULE_REMOVE, "Reg 1 is MD")
    refused = str(form_of(person).body)
    text = office.told("rules", who=who)
    told = office.told("rule add", who=who)

    assert "Only CCC admins" in refused
    assert "Reg 1 is MD" in text
    assert "Only CCC admins" in told
    assert lines(office) == [MD]


def test_an_editor_sent_without_the_role_saves_nothing(office: Office) -> None:
    office.give("oscar", Role.ADMIN)
    opened(office, "rule add", who="oscar")
    office.give("oscar", Role.OPERATOR)

    body = sent(office, who="oscar", name="A", value__0="1", to__set_ship_region="MD")

    assert "Only CCC admins" in body
    assert lines(office) == []
