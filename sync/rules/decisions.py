"""Applies what a person decided about one sale, after filters and rules had their say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sync.domain.books import Books
from sync.domain.decisions import Decision, DecisionKind
from sync.domain.verdicts import Judgement, Skip
from sync.rules.filters import CLOSED_PERIOD, closed_period

SKIPPED = "decision.skip"  # the cause of an entry that a person left out


def skip_of(decisions: Sequence[Decision]) -> Skip | None:
    """The verdict of a person who left the sale out; it needs no look at the sale."""
    for each in decisions:
        if each.kind is DecisionKind.SKIP:
            return Skip(SKIPPED, f"skipped {each.value}".strip())
    return None


def with_decisions(judgement: Judgement, decisions: Sequence[Decision], books: Books) -> Judgement:
    """The judgement as the person wants it. A decided day in closed books is held like any other.

    A filter or rule that leaves a sale out still does: only a skip is stronger than both.
    """
    if not decisions:
        return judgement
    by_kind = {each.kind: each for each in decisions}
    noted = tuple(decisions)
    if verdict := skip_of(decisions):
        return replace(judgement, verdict=verdict, decisions=noted)
    overrides, decided = judgement.overrides, judgement.verdict
    if number := by_kind.get(DecisionKind.NUMBER):
        overrides = replace(overrides, number=number.value)
    if chosen := by_kind.get(DecisionKind.DATE):
        day = date.fromisoformat(chosen.value)
        overrides = replace(overrides, day=day)
        if decided is None or decided.cause == CLOSED_PERIOD:
            decided = closed_period(day, books)
    return replace(judgement, overrides=overrides, verdict=decided, decisions=noted)
