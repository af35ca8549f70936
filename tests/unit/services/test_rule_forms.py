"""A rule's form and its line are one rule, whatever its names and values say."""

from __future__ import annotations

from dataclasses import replace
from html import escape

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.commands.parse import read
from sync.rules.actions import ACTIONS, ACTIONS_BY_ID, ActionKind
from sync.rules.comparisons import COMPARISONS, COMPARISONS_BY_ID, Takes, complaint
from sync.rules.fields import FIELDS, FIELDS_BY_ID, Kind
from sync.rules.grammar import format_rule, parse_rule
from sync.rules.model import Scope
from sync.rules.targets import Value
from sync.services.rule_forms import Row, RuleForm, RuleRefused, form_of, line_of, tidied
from tests.unit.rules.made import VALUES, is_about

TEXTS = st.text(min_size=1, max_size=30) | st.sampled_from(
    ('say "hi"', "a, b", "“x” and y", "<!channel> & co", "and", "when", "0", "(off)", "x" * 80)
)


def of_kind(kind: Kind) -> st.SearchStrategy[str]:
    if kind in (Kind.NUMBER, Kind.MONEY):
        return st.sampled_from(("0", "-3", "12.50", "300"))
    if kind is Kind.DATE:
        return st.dates().map(lambda each: each.isoformat())
    return TEXTS


@st.composite
def rows(draw: st.DrawFn, action: ActionKind) -> Row:
    field = draw(st.sampled_from([each for each in FIELDS if is_about(each, action)]))
    comparison = draw(st.sampled_from(COMPARISONS))
    wants = {Takes.NONE: 0, Takes.ONE: 1, Takes.TWO: 2}.get(comparison.takes)
    number = draw(st.integers(1, 4)) if wants is None else wants
    values = [tidied(draw(of_kind(field.kind))) for _ in range(number)]
    if comparison.orders and field.kind is Kind.CODE:
        values = ["7"] * number
    assume(not complaint(field, comparison, tuple(values)))
    several = comparison.takes in (Takes.TWO, Takes.LIST)
    shown = [
        '"' + v.replace('"', '""') + '"' if several and any(c in v for c in ',"') else v
        for v in values
    ]
    on, grouped = draw(st.booleans()), draw(st.booleans())
    return Row(field.id, comparison.id, ", ".join(shown), on, grouped)


@st.composite
def forms(draw: st.DrawFn) -> RuleForm:
    kind = draw(st.sampled_from(ACTIONS))
    value = draw(VALUES.get(kind.value, TEXTS))
    made = draw(st.lists(rows(kind), min_size=1, max_size=4))
    if kind.id in ("split_sku", "replace_in_sku"):
        made.insert(0, Row("sku", "contains", "-"))
    places = [place for place, row in enumerate(made) if row.grouped]
    if places and places[-1] - places[0] >= len(places):  # brackets stand around neighbours
        made = [replace(row, grouped=False) for row in made]
    joint = draw(st.sampled_from(("and", "or")))
    return RuleForm(draw(TEXTS), tuple(made), joint, kind.id, value, draw(st.booleans()))


@given(forms())
def test_a_form_a_line_and_the_line_pasted_into_slack_are_one_rule(form: RuleForm) -> None:
    assume(tidied(form.name))
    may_be_blank = ACTIONS_BY_ID[form.action].value in (Value.NONE, Value.INSTEAD)
    assume(may_be_blank or tidied(form.value))

    line = line_of(form)
    again = form_of(line)
    typed = read(escape(f"rule add {line}", quote=False))

    assert line_of(again) == line
    assert format_rule(parse_rule(typed.after(2))) == line
    assert (again.name, again.enabled) == (tidied(form.name), form.enabled)
    assert [row.enabled for row in again.rows] == [row.enabled for row in form.rows]
    assert [(r.field, r.comparison) for r in again.rows] == [
        (r.field, r.comparison) for r in form.rows
    ]


@pytest.mark.parametrize(
    ("form", "place"),
    [
        (RuleForm("", (Row(value="1"),), action="exclude_order"), "name"),
        (RuleForm("A", (Row("total", ">", "lots"),), action="exclude_order"), "value.0"),
        (RuleForm("A", (Row("store", ">", "3"),), action="exclude_order"), "value.0"),
        (RuleForm("A", (Row("total", "between", "1"),), action="exclude_order"), "value.0"),
        (RuleForm("A", (Row("sku", "in list", " , "),), action="exclude_order"), "value.0"),
        (RuleForm("A", (Row(value="1"), Row()), action="exclude_order"), "value.1"),
        (RuleForm("A", (Row(value="1"),), action="set_ship_region", value="Maryland"), "action"),
        (RuleForm("A", (Row(value="1"),), action="map_memo", value=""), "action"),
        (RuleForm("A", (Row("colour", "=", "red"),), action="exclude_order"), "value.0"),
        (RuleForm("A", (Row(value="1"),), action="explode"), "action"),
        (RuleForm("A", (), action="exclude_order"), "name"),
    ],
)
def test_what_is_wrong_is_said_where_it_stands(form: RuleForm, place: str) -> None:
    with pytest.raises(RuleRefused) as caught:
        line_of(form)

    assert set(caught.value.errors) == {place}


def test_every_field_and_comparison_can_be_chosen() -> None:
    assert set(FIELDS_BY_ID) and set(COMPARISONS_BY_ID)
    for field in FIELDS:
        row = Row(field.id, "is not empty")
        action = "exclude_purchase" if field.scope is Scope.PURCHASE else "exclude_order"
        assert form_of(line_of(RuleForm("A", (row,), action=action))).rows == (row,)
