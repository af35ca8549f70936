"""Brackets, patterns and exact texts: what they meet, and what they refuse."""

from __future__ import annotations

import time

import pytest

from sync.domain.sale import Sale
from sync.rules.grammar import format_rule, parse_rule
from sync.rules.judge import Almost, almost_fired, judge
from sync.rules.model import Condition, RuleError
from sync.rules.rulebook import compile_rules
from tests.builders import a_line, a_sale, a_tender, some_books, some_settings


def meets(sale: Sale, condition: str) -> bool:
    books = some_books()
    rulebook = compile_rules([parse_rule(f'"R" when {condition} exclude')], books)
    judgement = judge(sale, some_settings(), rulebook, books, backfill=False)
    return judgement.verdict is not None


def said(condition: str) -> str:
    with pytest.raises(RuleError) as caught:
        parse_rule(f'"R" when {condition} exclude')
    return str(caught.value)


# -- brackets


@pytest.mark.parametrize(
    ("register", "total", "tax_free", "met"),
    [
        ("1", "400.00", True, True),
        ("1", "400.00", False, True),
        ("1", "10.00", True, True),
        ("1", "10.00", False, False),
        ("2", "400.00", True, False),
    ],
)
def test_brackets_hold_when_one_of_them_does(
    register: str, total: str, tax_free: bool, met: bool
) -> None:
    sale = a_sale(a_line("BIKE-1", total, taxed=not tax_free), register_id=register)

    assert meets(sale, "register = 1 and (total > 300 or tax = 0)") is met
    assert meets(sale, "(total > 300 or tax = 0) and register = 1") is met


@pytest.mark.parametrize(
    ("register", "note", "met"),
    [("1", "gift", True), ("2", "gift", False), ("1", "", False), ("9", "", True)],
)
def test_among_alternatives_all_in_brackets_must_hold(register: str, note: str, met: bool) -> None:
    sale = a_sale(a_line(), register_id=register, register_name="", ship_note=note)

    assert meets(sale, "register = 9 or (register = 1 and note = gift)") is met


def test_a_condition_in_brackets_can_be_off() -> None:
    sale = a_sale(a_line("BIKE-1", "400.00"), register_id="1")

    assert not meets(sale, "register = 1 and (total > 300 (off) or tax = 0)")
    assert meets(sale, "register = 1 and (total > 300 (off) or tax = 0 (off))")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("(register = 1)", "register = 1"),
        ("(register = 1 or total = 2)", "register = 1 or total = 2"),
        ("tax = 0 and (register = 1 and total = 2)", "tax = 0 and register = 1 and total = 2"),
        ("tax = 0 and (register = 1)", "tax = 0 and register = 1"),
    ],
)
def test_brackets_that_change_nothing_are_dropped(typed: str, kept: str) -> None:
    assert format_rule(parse_rule(f'"R" when {typed} exclude')) == f'"R" when {kept} exclude'


def test_a_value_in_brackets_may_hold_brackets() -> None:
    rule = parse_rule('"R" when tax = 0 and (customer is Smith (London) or total = 2) exclude')

    assert rule.conditions[1] == Condition("customer", "=", "Smith (London)", grouped=True)
    assert rule.group == rule.conditions[1:]


def test_brackets_of_which_none_held_are_told_as_nearly_fired() -> None:
    rule = parse_rule('"R" when register = 1 and (total > 300 or tax = 0) exclude')

    (near,) = almost_fired(a_sale(a_line()), compile_rules([rule], some_books()))

    assert near == Almost("R", Condition("total", ">", "300", grouped=True))


# -- patterns


@pytest.mark.parametrize(
    ("pattern", "met"),
    [
        ("^ab-", True),
        ("^AB-[0-9]+$", True),
        ("^b", False),
        ("[0-9]{3}", False),
        ("^(ab|cd)-12$", True),
    ],
)
def test_a_pattern_is_found_anywhere_whatever_its_capitals(pattern: str, met: bool) -> None:
    assert meets(a_sale(a_line("Ab-12")), f'sku matches regex "{pattern}"') is met


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        (r"(a)\1", "not understood"),
        ("(", "not understood"),
        ("a{1,1000}{1,1000}", "not understood"),
        ("|".join(f"a{n}" for n in range(300)), "200 characters"),
        ("(?<=a)b", "not understood"),
    ],
)
def test_a_pattern_that_could_be_slow_or_wrong_is_refused(pattern: str, says: str) -> None:
    assert says in said(f'sku matches regex "{pattern}"')


def test_half_an_emoji_in_a_note_does_not_stop_a_pattern() -> None:
    assert meets(a_sale(a_line(), ship_note="gift \ud83d wrap"), 'note matches regex "wrap$"')


@pytest.mark.parametrize("pattern", ["(a+)+$", "(.*a){20}", "(a|aa)+$", "(a*)*b"])
def test_no_pattern_is_slow(pattern: str) -> None:
    """Against a text on which a backtracking matcher would run for years."""
    sale = a_sale(a_line(), ship_note="a" * 5_000 + "!")
    rulebook = compile_rules(
        [parse_rule(f'"R" when note matches regex "{pattern}" exclude')], some_books()
    )
    started = time.process_time()

    for _ in range(10):
        rulebook.run(sale)

    assert time.process_time() - started < 10 * 0.005


# -- exact texts, and map all


def test_only_an_exact_test_looks_at_capitals() -> None:
    sale = a_sale(a_line(), tenders=[a_tender("10.60", "VISA")])

    assert meets(sale, "payment method = visa")
    assert meets(sale, "payment method is exactly VISA")
    assert not meets(sale, "payment method is exactly Visa")


def test_map_all_is_true_of_every_sale_and_every_line() -> None:
    assert meets(a_sale(a_line()), "note map all")
    assert meets(a_sale(a_line()), "note map all and sku map all")
    assert not meets(a_sale(a_line()), "note map all and register = 7")
