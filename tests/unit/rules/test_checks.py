"""What a person is told when saving a rule, before it meets a sale."""

from __future__ import annotations

from dataclasses import replace

from sync.domain.books import ListAccount
from sync.rules.checks import check, faults
from sync.rules.grammar import parse_rule
from sync.rules.model import Action, Condition, Rule
from tests.builders import some_books


def test_a_rule_this_company_can_follow_has_no_problem() -> None:
    rule = parse_rule('"A" when register = 1 set deposit account "card  clearing"')

    assert check(rule, some_books()) == ()


def test_a_misspelt_account_gets_the_nearest_one_that_takes_deposits() -> None:
    rule = parse_rule('"A" when register = 1 set deposit account "Undeposted Fund"')

    (problem,) = check(rule, some_books())

    assert problem.field == "action"
    assert problem.suggestion == "Undeposited Funds"
    assert not problem.warning


def test_a_misspelt_tax_code_gets_the_nearest_one() -> None:
    rule = parse_rule('"A" when register = 1 set tax code "Marylnd 6%"')

    (problem,) = check(rule, some_books())

    assert problem.suggestion == "Maryland 6%"


def test_an_account_may_be_named_without_its_parents_when_only_one_has_the_name() -> None:
    books = some_books()
    books.add_accounts([ListAccount("50", "Bank:Visa", "Bank")])
    rule = parse_rule('"A" when register = 1 set deposit account Visa')

    alone = check(rule, books)
    books.add_accounts([ListAccount("51", "Old bank:Visa", "Bank")])
    ambiguous = check(rule, books)

    assert alone == ()
    assert ambiguous[0].suggestion == "Bank:Visa"


def test_an_inactive_account_is_refused_as_such() -> None:
    books = some_books()
    books.add_accounts([ListAccount("50", "Old Bank", "Bank", active=False)])

    (problem,) = check(parse_rule('"A" when register = 1 set deposit account "Old Bank"'), books)

    assert "inactive" in problem.message


def test_a_look_alike_name_is_warned_about() -> None:
    """The second letter is Cyrillic: such a name sits beside the real one and looks the same."""
    books = some_books()
    books.add_accounts([ListAccount("50", "Sаles", "Bank")])

    (problem,) = check(parse_rule('"A" when register = 1 set deposit account "Sаles"'), books)

    assert problem.warning


def test_a_look_alike_of_a_real_account_is_not_that_account() -> None:
    rule = parse_rule('"A" when register = 1 set deposit account "Cheсking"')

    (problem,) = check(rule, some_books())

    assert problem.suggestion == "Checking"


def test_a_rule_that_can_never_fire_is_warned_about() -> None:
    (problem,) = check(parse_rule('"A" when register = 1 (off) exclude'), some_books())

    assert problem.warning
    assert problem.field == "conditions"


def test_a_rule_built_by_a_form_is_told_all_that_is_wrong() -> None:
    rule = Rule(
        "",
        (
            Condition("regster", "=", "1"),
            Condition("total", "equal", "1"),
            Condition("total", ">", "many"),
            Condition("date", "between", ("2026-01-01",)),
        ),
        "and",
        Action("set_ship_region", "Maryland"),
    )

    found = faults(rule)

    assert [problem.field for problem in found] == [
        "name",
        "conditions.0",
        "conditions.1",
        "conditions.2",
        "conditions.3",
        "action",
    ]
    assert found[1].suggestion == "register"


def test_an_unknown_action_gets_the_nearest() -> None:
    rule = Rule("A", (Condition("register", "=", "1"),), "and", Action("exclude_ordr"))

    (problem,) = check(rule, some_books())

    assert problem.suggestion == "exclude_order"


def test_a_rule_has_at_least_one_condition() -> None:
    found = check(Rule("A", (), "and", Action("exclude_order")), some_books())

    assert [problem.field for problem in found] == ["conditions"]


def test_an_inactive_tax_code_is_refused_as_such() -> None:
    books = some_books()
    books.tax_codes["301"] = replace(books.tax_codes["301"], active=False)

    (problem,) = check(parse_rule('"A" when register = 1 set tax code "Maryland 6%"'), books)

    assert "inactive" in problem.message
