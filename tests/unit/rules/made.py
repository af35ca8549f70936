"""Rules of every kind, made up: any field, comparison and action that go together."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from sync.rules.actions import ACTIONS, ActionKind
from sync.rules.comparisons import COMPARISONS, MAP_ALL, REGEX, Comparison, Takes, complaint
from sync.rules.fields import FIELDS, Field, Kind
from sync.rules.grammar import RESERVED
from sync.rules.model import Action, Condition, Rule, Scope
from sync.rules.targets import TYPE_WORDS, Value
from sync.rules.tokens import QUOTES

WORDS = st.one_of(
    st.text(
        st.one_of(
            st.characters(categories=("L", "N", "P", "S", "Zs")),
            st.sampled_from(QUOTES + "*,()=<>!'"),
        ),
        min_size=1,
        max_size=30,
    ),
    st.sampled_from([*sorted(RESERVED), "(off)", "empty", "in list", "1 and 2", "*", "<!channel>"]),
).map(lambda text: " ".join(text.split()))
TEXTS = WORDS.filter(bool)
NUMBERS = st.decimals(-(10**6), 10**6, places=2).map(lambda value: f"{value:f}")
AMOUNTS = st.decimals(1, 10**4, places=2).map(lambda value: f"{value:f}")
DATES = st.dates().map(lambda value: value.isoformat())
VALUES: dict[Value, st.SearchStrategy[str]] = {
    Value.NONE: st.just(""),
    Value.REGION: st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=3),
    Value.DATE: DATES,
    Value.TYPE: st.sampled_from(sorted(TYPE_WORDS.values())),
    Value.AMOUNT: AMOUNTS,
    Value.EXTRA: AMOUNTS | AMOUNTS.map(lambda amount: f"{amount}%"),
    Value.FACTOR: AMOUNTS,
    Value.NUMBER: TEXTS.map(lambda text: text[:21].strip()).filter(bool),
    Value.INSTEAD: TEXTS | st.just(""),
}


def is_about(field: Field, kind: ActionKind) -> bool:
    """Fields of purchase orders go with actions on them, all others with actions on sales."""
    return (field.scope is Scope.PURCHASE) is (kind.scope is Scope.PURCHASE)


@st.composite
def conditions(draw: st.DrawFn, kind: ActionKind) -> Condition:
    def fits(pair: tuple[Field, Comparison]) -> bool:
        return not (pair[1].orders and pair[0].kind is Kind.TEXT) and is_about(pair[0], kind)

    field, comparison = draw(
        st.tuples(st.sampled_from(FIELDS), st.sampled_from(COMPARISONS)).filter(fits)
    )
    values = TEXTS
    if comparison.id == REGEX:
        values = st.sampled_from(["^AB-", 'a"b', r"\d+ and \(x\)", "x|y"])
    elif comparison.typed and field.kind in (Kind.NUMBER, Kind.MONEY):
        values = NUMBERS
    elif comparison.typed and field.kind is Kind.DATE:
        values = DATES
    elif comparison.orders:
        values = NUMBERS
    value: str | tuple[str, ...] = ""
    if comparison.takes is Takes.ONE:
        value = draw(values)
    elif comparison.takes is not Takes.NONE:
        most = 2 if comparison.takes is Takes.TWO else 4
        least = 2 if comparison.takes is Takes.TWO else 1
        value = tuple(draw(st.lists(values, min_size=least, max_size=most)))
    condition = Condition(field.id, comparison.id, value, draw(st.booleans()))
    assert not complaint(field, comparison, condition.values)
    return condition


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    kind = draw(st.sampled_from(ACTIONS))
    tests = draw(st.lists(conditions(kind), min_size=1, max_size=5))
    if kind.id == "split_sku" or kind.value is Value.INSTEAD:
        tests.insert(0, Condition("sku", "contains", draw(TEXTS)))
    value = draw(VALUES.get(kind.value, TEXTS))
    sources = {each.field for each in tests if each.comparison == MAP_ALL}
    if len(sources) == 1 and kind.value not in (Value.NONE, Value.INSTEAD, Value.EXTRA):
        value = draw(st.sampled_from(["", value]))
    if len(tests) > 2 and draw(st.booleans()):
        start = draw(st.integers(0, len(tests) - 2))
        end = draw(st.integers(start + 2, len(tests)))
        if end - start < len(tests):
            tests[start:end] = [replace(each, grouped=True) for each in tests[start:end]]
    joint = draw(st.sampled_from(("and", "or"))) if len(tests) > 1 else "and"
    return Rule(
        draw(TEXTS),
        tuple(tests),
        "or" if joint == "or" else "and",
        Action(kind.id, value),
        draw(st.booleans()),
    )
