"""What a person decided about a sale stands over settings and rules."""

from __future__ import annotations

from datetime import date

import pytest

from sync.domain.decisions import Decision, DecisionKind
from sync.domain.documents import SalesForm
from sync.domain.sale import SaleState
from sync.domain.verdicts import Hold, Judgement, Skip
from sync.mapping.receipts import draft_sale
from sync.rules.grammar import parse_rule
from sync.rules.judge import judge
from sync.rules.rulebook import compile_rules
from tests.builders import a_key, a_line, a_sale, some_books, some_settings

CLOSED = date(2026, 2, 28)  # the sale of the builder is of 3 Feb 2026
OPEN = Decision(DecisionKind.DATE, "2026-03-01", "U1")
SKIP = Decision(DecisionKind.SKIP, "by @anna: rung up twice", "U1")
NUMBER = Decision(DecisionKind.NUMBER, "LS-100-1", "U1")


def judged(
    *decisions: Decision, lines: tuple[str, ...] = (), closed: date | None = None
) -> Judgement:
    books = some_books(closed_through=closed)
    rulebook = compile_rules([parse_rule(line) for line in lines], books)
    sale = a_sale(a_line("BIKE-1"))
    return judge(sale, some_settings(), rulebook, books, backfill=True, decisions=decisions)


def mapped(judgement: Judgement) -> SalesForm:
    draft = draft_sale(judgement, some_settings(), some_books(), a_key(judgement.sale))
    assert draft.plan is not None
    assert draft.plan.form is not None
    return draft.plan.form


def test_a_skip_names_who_decided_and_why() -> None:
    judgement = judged(SKIP)

    assert judgement.verdict == Skip("decision.skip", "skipped by @anna: rung up twice")


def test_a_sale_of_closed_books_is_posted_on_the_decided_day() -> None:
    before, after = judged(closed=CLOSED), judged(OPEN, closed=CLOSED)

    assert isinstance(before.verdict, Hold)
    assert after.verdict is None
    assert mapped(after).day == date(2026, 3, 1)


def test_a_decided_day_that_was_closed_since_is_held_again() -> None:
    judgement = judged(OPEN, closed=date(2026, 3, 31))

    assert isinstance(judgement.verdict, Hold)
    assert judgement.verdict.cause == "closed_period"
    assert "1 Mar 2026" in judgement.verdict.reason


def test_a_day_in_open_books_is_moved_as_well() -> None:
    assert mapped(judged(OPEN)).day == date(2026, 3, 1)


def test_a_number_of_its_own_replaces_prefix_and_sale_number() -> None:
    assert mapped(judged(NUMBER)).number == "LS-100-1"


def test_a_decision_outweighs_the_rule_that_set_the_date() -> None:
    rule = '"Old" when total more than 0 set date 2026-01-05'

    judgement = judged(OPEN, lines=(rule,))

    assert mapped(judgement).day == date(2026, 3, 1)
    assert [each.rule for each in judgement.fired] == ["Old"]


@pytest.mark.parametrize("decision", [OPEN, NUMBER])
def test_a_sale_that_a_rule_excludes_stays_out(decision: Decision) -> None:
    judgement = judged(decision, lines=('"Out" when total matches * exclude',))

    assert isinstance(judgement.verdict, Skip)
    assert judgement.verdict.cause != "decision.skip"


def test_a_voided_sale_is_not_brought_back_by_a_date() -> None:
    sale = a_sale(a_line(), state=SaleState.VOIDED)
    rulebook = compile_rules([], some_books())

    judgement = judge(
        sale, some_settings(), rulebook, some_books(), backfill=True, decisions=(OPEN,)
    )

    assert isinstance(judgement.verdict, Skip)


def test_the_judgement_carries_what_was_decided() -> None:
    """The preview names it, and who it was."""
    assert judged(OPEN, NUMBER).decisions == (OPEN, NUMBER)
    assert judged().decisions == ()
