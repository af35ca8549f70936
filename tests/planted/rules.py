"""Bugs of rules that would move money, or take a file nobody confirmed."""

from __future__ import annotations

from tests.planted.bugs import Bug

UNIT = "tests/unit/rules"
WORKED = f"{UNIT}/test_worked_rules.py"
ACTIONS = f"{UNIT}/test_actions.py"
SHEET = f"{UNIT}/test_sheet.py"
FILES = "tests/integration/test_services_rule_files.py"

RULES = (
    Bug(
        "what was paid for shipping is lost when a rule makes it free",
        "sync/mapping/goods.py",
        "discount=line.discount + amount - line.gross,",
        "discount=line.discount,",
        (f"{WORKED}::test_shipping_that_was_paid_does_not_get_lost",),
    ),
    Bug(
        "a pack of three leaves the stock as one piece",
        "sync/mapping/goods.py",
        "quantity, each = quantity * factor, each / factor",
        "pass",
        (f"{ACTIONS}::test_a_pack_of_three_is_three_pieces_at_a_third_of_the_price",),
    ),
    Bug(
        "conditions in brackets are joined like the others",
        "sync/rules/closures.py",
        'other: Joint = "or" if joined_by == "and" else "and"',
        "other: Joint = joined_by",
        (f"{UNIT}/test_patterns.py::test_brackets_hold_when_one_of_them_does",),
    ),
    Bug(
        "a condition that is off still counts",
        "sync/rules/rulebook.py",
        "    conditions = tuple(condition for condition in rule.conditions if condition.enabled)\n"
        "    kind =",
        "    conditions = rule.conditions\n    kind =",
        (f"{UNIT}/test_evaluation.py::test_a_disabled_condition_has_no_effect",),
    ),
    Bug(
        "an empty field is copied and wipes the target",
        "sync/rules/rulebook.py",
        'if value == "":',
        "if False:",
        (f"{ACTIONS}::test_an_empty_field_is_not_copied_over_what_is_there",),
    ),
    Bug(
        "a receipt's account also takes the payments of invoices",
        "sync/mapping/paying.py",
        "if chosen is None and overrides.deposit_account is None:",
        "if chosen is None:",
        (f"{ACTIONS}::test_a_payment_s_account_is_another_rule_than_a_receipt_s",),
    ),
    Bug(
        "what is on account passes for money though no rule says so",
        "sync/mapping/paying.py",
        "if tender.id in needs.judgement.overrides.added_tenders:",
        "if True:",
        (f"{WORKED}::test_with_the_rule_off_credit_account_payments_stay_open",),
    ),
    Bug(
        "rows of one name that say different things become one rule",
        "sync/rules/sheet.py",
        'for column in ("action", "map_to"):',
        'for column in ("action",):',
        (f"{SHEET}::test_what_cannot_be_a_rule_is_told_by_its_lines",),
    ),
    Bug(
        "a cell of the rules file computes",
        "sync/rules/cells.py",
        """return f"'{text}" if _COMPUTES.match(text) else text""",
        "return text",
        (f"{SHEET}::test_no_cell_of_a_file_computes",),
    ),
    Bug(
        "a file is taken in that nobody confirmed",
        "sync/services/rule_files.py",
        "if found.confirms != confirms:",
        "if False:",
        (f"{FILES}::test_another_file_than_the_one_that_was_confirmed_is_not_taken",),
    ),
)
