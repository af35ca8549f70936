"""A rule line reads as people write it, and a mistake is answered with the word in the way."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import Invalid
from sync.rules.checks import faults
from sync.rules.grammar import format_rule, parse_rule
from sync.rules.model import Action, Condition, Rule, RuleError
from tests.unit.rules.made import TEXTS, rules

REG_1_IS_MD = Rule(
    "Reg 1 is MD",
    (Condition("register", "=", "1"),),
    "and",
    Action("set_ship_region", "MD"),
)


@pytest.mark.parametrize(
    "line",
    [
        '"Reg 1 is MD" when register = 1 set region MD',
        "“Reg 1 is MD” when register = “1” set region “MD”",
        "«Reg 1 is MD” WHEN Register ID Equals 1 Set Region md",
        '  "Reg  1 is\tMD"\u00a0when \u00a0register=1   set\u00a0ship state\nMD ',
        "Reg 1 is MD when till is equal to 1 set state MD",
    ],
)
def test_quotes_case_spaces_and_synonyms_do_not_matter(line: str) -> None:
    assert parse_rule(line) == REG_1_IS_MD


def test_a_rule_is_shown_as_it_would_be_typed() -> None:
    assert format_rule(REG_1_IS_MD) == '"Reg 1 is MD" when register = 1 set region MD'


@pytest.mark.parametrize(
    ("tail", "condition", "action"),
    [
        (
            "payment method = Credit Account skip payment",
            Condition("payment method", "=", "Credit Account"),
            Action("skip_payment"),
        ),
        (
            "customer is Smith, John (London) exclude",
            Condition("customer", "=", "Smith, John (London)"),
            Action("exclude_order"),
        ),
        (
            'customer = "Smith and Sons" set deposit account Amazon Visa Account',
            Condition("customer", "=", "Smith and Sons"),
            Action("map_deposit_account", "Amazon Visa Account"),
        ),
        (
            'sku matches * set sku "X"',
            Condition("sku", "matches", "*"),
            Action("map_sku", "X"),
        ),
        (
            "total is more than 300 exclude",
            Condition("total", ">", "300"),
            Action("exclude_order"),
        ),
        (
            "date between 2026-01-01 and 2026-01-31 exclude",
            Condition("date", "between", ("2026-01-01", "2026-01-31")),
            Action("exclude_order"),
        ),
        (
            'register in (1, 2, "Front desk") exclude',
            Condition("register", "in list", ("1", "2", "Front desk")),
            Action("exclude_order"),
        ),
        ("note is not empty exclude", Condition("note", "is not empty"), Action("exclude_order")),
        (
            'note is not "empty" exclude',
            Condition("note", "is not", "empty"),
            Action("exclude_order"),
        ),
        (
            'customer = "<!channel>" exclude',
            Condition("customer", "=", "<!channel>"),
            Action("exclude_order"),
        ),
        (
            'name contains "26"" wheel" exclude',
            Condition("name", "contains", '26" wheel'),
            Action("exclude_order"),
        ),
        (
            "register = 1 (OFF) exclude",
            Condition("register", "=", "1", enabled=False),
            Action("exclude_order"),
        ),
    ],
)
def test_one_condition_and_its_action(tail: str, condition: Condition, action: Action) -> None:
    rule = parse_rule(f'"A" when {tail}')

    assert rule == Rule("A", (condition,), "and", action)


def test_a_rule_and_a_condition_can_be_off() -> None:
    rule = parse_rule('"A" (off) when status = refund (off) or total < 5 exclude')

    assert not rule.enabled
    assert [condition.enabled for condition in rule.conditions] == [False, True]
    assert rule.joined_by == "or"


@pytest.mark.parametrize(
    ("line", "word", "says", "suggestion"),
    [
        ('"A" when regster = 1 set region MD', "regster", 'no field "regster"', "register"),
        ("“A” when “register” = 1 exclude", "register", "expected a field", ""),
        ('"A" when register eqals 1 exclude', "eqals", "expected a comparison", "equals"),
        ('"A" when tax clas = A exclude', "clas", "expected a comparison", "tax class"),
        ('"A" when register = set region MD', "set", "a value is missing", ""),
        ('"A" when register = 1 set region', "", "needs a value", ""),
        ('"A" when register = 1 set regoin MD', "set", "expected an action", "set region"),
        ('"A" when register = 1 excldue', "", "expected an action", "exclude"),
        ('"A" when register = 1', "", "expected an action", ""),
        ('"A" when register = 1 adn total = 2 exclude', "=", 'unexpected "="', ""),
        ('"A" when register = 1 and', "", "expected a field", ""),
        (
            '"A" when register = 1 and status = open or tax = 1 exclude',
            "or",
            "cannot be mixed",
            "",
        ),
        ('"A" when register = 1 exclude exclude', "exclude", "ends after its action", ""),
        ('"A" when register = 1 set region Maryland', "set", "two or three letters", ""),
        ('"A" when total > 12,50 exclude', "12", "a number such as", ""),
        ('"A" when total > 1e400 exclude', "1e400", "a number such as", ""),
        ('"A" when total > NaN exclude', "NaN", "a number such as", ""),
        ('"A" when total > Infinity exclude', "Infinity", "a number such as", ""),
        ('"A" when total > 9**9**9 exclude', "9**9**9", "a number such as", ""),
        ('"A" when date < 2026-02-30 exclude', "2026-02-30", "a date such as", ""),
        ('"A" when customer > Bob exclude', "Bob", "customer is text", ""),
        ('"A" when customer contains "" exclude', "", "is empty", ""),
        ('"A" when date between 2026-01-01 exclude', "exclude", "two values", ""),
        ('"A" when register in (1, 2 exclude', "exclude", 'expected ")"', ""),
        ('"A" wen register = 1 exclude', "wen", 'expected "when"', "when"),
        ("when register = 1 exclude", "when", "name in quotes", ""),
        ("", "", "name in quotes", ""),
        ('"A" when ((register = 1) exclude', "(", "one pair of brackets", ""),
        (
            '"A" when (tax = 1 or tax = 2) and (total = 1 or total = 2) exclude',
            "(",
            "one pair of brackets",
            "",
        ),
        ('"A" when tax = 1 and (total = 1 or total = 2 exclude', "exclude", 'expected ")"', ""),
        ('"A" when tax = 1 and (total = 1 or tax = 2 and tax = 3) exclude', "and", "mixed", ""),
        ('"A" when __class__ = 1 exclude', "__class__", "no field", ""),
        ('"A" when sale.__class__.__mro__ = 1 exclude', "sale.__class__.__mro__", "no field", ""),
        ('"A" when realm id = 1 exclude', "realm", "no field", ""),
    ],
)
def test_a_mistake_names_the_word_and_what_was_expected(
    line: str, word: str, says: str, suggestion: str
) -> None:
    with pytest.raises(RuleError, match=r".") as caught:
        parse_rule(line)

    assert caught.value.word == word
    assert says in str(caught.value)
    assert caught.value.suggestion == suggestion
    assert (f'Did you mean "{suggestion}"?' in str(caught.value)) is bool(suggestion)


def test_the_error_quotes_the_place_and_is_no_longer_than_a_message() -> None:
    long = "x" * 1_500

    with pytest.raises(Invalid) as caught:
        parse_rule(f'"A" when {long} = 1 exclude')

    assert len(str(caught.value)) < 300
    assert caught.value.field == "rule"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('"A" when ' + "(" * 10_000 + "register = 1 exclude", "2,000 characters"),
        ('"A" when ' + "(" * 1_900, "brackets"),
        ('"A" when ' + "and " * 400, "expected a field"),
        ('"A" when customer = "' + '"' * 1_900, "quote"),
        ('"A" when register = 1\0 exclude', "U+0000"),
        ('"A" when customer = \u202eevil exclude', "U+202E"),
        ('"A" when customer = a\u200bb exclude', "U+200B"),
        ('"A" when customer = \ud800 exclude', "U+D800"),
        ('"A" when register = 1' + " and register = 1" * 20 + " exclude", "20 conditions"),
        (f'"{"n" * 81}" when register = 1 exclude', "80 characters"),
        ('"A" when ' + "zq " * 600 + "= 1 exclude", "no field"),
        ('"A" when customer = ' + "zq " * 600, "expected an action"),
    ],
)
def test_hostile_lines_are_refused_quickly(line: str, says: str) -> None:
    started = time.process_time()

    with pytest.raises(RuleError) as caught:
        parse_rule(line)

    assert says in str(caught.value)
    assert time.process_time() - started < 0.5


@given(rules())
def test_every_rule_reads_back_as_it_was_written(rule: Rule) -> None:
    assert faults(rule) == ()
    assert parse_rule(format_rule(rule)) == rule


@given(
    st.text(max_size=300) | st.lists(TEXTS | st.sampled_from(["when", "=", '"A"'])).map(" ".join)
)
def test_any_text_is_a_rule_or_a_rule_error(text: str) -> None:
    try:
        rule = parse_rule(text)
    except RuleError:
        return

    assert parse_rule(format_rule(rule)) == rule
