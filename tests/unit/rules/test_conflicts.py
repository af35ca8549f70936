"""A rule that cannot do what it says is told when it is saved."""

from __future__ import annotations

import pytest

from sync.rules.conflicts import conflicts
from sync.rules.grammar import parse_rule


def told(*lines: str, place: int = -1) -> str:
    """What is said of one of these rules, the last unless another is named."""
    rules = [parse_rule(f'"{name}" {line}') for name, line in zip("ABCDEF", lines, strict=False)]
    return " ".join(conflicts(rules, place % len(rules)))


@pytest.mark.parametrize(
    "conditions",
    [
        'store = "Main" and store = "Harbour"',
        'store = "Main" and store is not "main"',
        "total > 300 and total < 100",
        "total >= 300 and total < 300",
        'store in list ("Main", "Harbour") and store starts with "W"',
        'sku = "A" and sku = "B"',
    ],
)
def test_conditions_that_exclude_each_other_never_match(conditions: str) -> None:
    assert "No sale can meet all its conditions" in told(f"when {conditions} exclude")


@pytest.mark.parametrize(
    "line",
    [
        'when store = "Main" or store = "Harbour" exclude',
        "when total > 100 and total < 300 exclude",
        "when total >= 300 and total <= 300 exclude",
        # One payment is by card and another in cash.
        'when payment method = "Cash" and payment method = "Visa" set region MD',
        "when register = 1 and register = 2 set region MD",  # a register has an id and a name
        'when store = "Main" and store starts with "M" exclude',
    ],
)
def test_conditions_that_one_sale_can_meet_are_left_alone(line: str) -> None:
    assert told(line) == ""


def test_a_rule_behind_an_exclusion_of_all_its_sales_never_acts() -> None:
    said = told('when store = "Main" exclude', 'when store = "main" and total > 5 set region MD')

    assert said == 'It never acts: rule "A" excludes all its sales before.'


def test_a_rule_before_the_exclusion_is_none_the_worse() -> None:
    assert told("when total > 5 set region MD", "when total > 5 exclude", place=0) == ""


def test_two_rules_that_want_different_things_of_the_same_sales_contradict() -> None:
    said = told("when register = 1 set region MD", "when register = 1 set region VA")

    assert said.startswith('It contradicts rule "A"')


def test_a_rule_that_repeats_another_changes_nothing() -> None:
    said = told("when register in list (1, 2) set region MD", "when register = 1 set region md")

    assert said.startswith("It changes nothing")


def test_a_narrow_case_after_a_wide_one_is_what_order_is_for() -> None:
    assert (
        told("when total > 0 set region MD", "when total > 0 and register = 1 set region VA") == ""
    )


def test_a_wide_rule_after_a_narrow_one_overrides_it_and_both_are_told() -> None:
    lines = ("when total > 0 and register = 1 set region VA", "when total > 0 set region MD")

    assert told(*lines) == 'It overrides rule "A" wherever that one applies.'
    assert told(*lines, place=0) == 'Rule "B", further down, overrides it everywhere.'


def test_a_rule_that_is_off_shadows_nothing() -> None:
    off = parse_rule('"A" (off) when total > 5 exclude')
    on = parse_rule('"B" when total > 5 set region MD')

    assert conflicts([off, on], 1) == ()


def test_a_rule_that_tests_what_another_changes_is_not_judged_by_its_words() -> None:
    """What the first one excluded is not what the last one sees."""
    said = told(
        "when ship state = VA exclude",
        "when register = 1 set region VA",
        "when ship state = VA set tax code X",
    )

    assert said == ""


def test_rules_about_lines_and_rules_about_payments_are_not_compared() -> None:
    assert told('when sku = "A" set sku "B"', 'when payment method = "Cash" skip payment') == ""
