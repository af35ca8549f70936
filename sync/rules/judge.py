"""A sale judged before it is mapped: filters, then rules, then the closing date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sync.domain.books import Books
from sync.domain.decisions import Decision
from sync.domain.sale import Sale
from sync.domain.settings import ConnectionSettings
from sync.domain.verdicts import Judgement
from sync.rules.decisions import with_decisions
from sync.rules.draft import Draft
from sync.rules.filters import SALE_FILTERS, closed_period
from sync.rules.model import Condition
from sync.rules.rulebook import CompiledRule, Rulebook, verdict_of


@dataclass(frozen=True, slots=True)
class Almost:
    """A rule that one condition kept from firing."""

    rule: str
    condition: Condition


def judge(
    sale: Sale,
    settings: ConnectionSettings,
    rulebook: Rulebook,
    books: Books,
    *,
    backfill: bool,
    decisions: Sequence[Decision] = (),
) -> Judgement:
    """The sale with what rules and people decided, or with why it does not go on."""
    judgement = _judged(sale, settings, rulebook, books, backfill)
    return with_decisions(judgement, decisions, books)


def _judged(
    sale: Sale,
    settings: ConnectionSettings,
    rulebook: Rulebook,
    books: Books,
    backfill: bool,
) -> Judgement:
    for sale_filter in SALE_FILTERS:
        if skip := sale_filter(sale, settings, backfill):
            return Judgement(sale, verdict=skip)
    if not (settings.rules_on and rulebook.rules):
        return Judgement(sale, verdict=closed_period(sale.business_day, books))

    draft = rulebook.run(sale)
    verdict = verdict_of(draft) or closed_period(draft.business_day, books)
    if not draft.fired:
        return Judgement(sale, verdict=verdict)
    return Judgement(sale, draft.overrides(), tuple(draft.fired), verdict)


def almost_fired(sale: Sale, rulebook: Rulebook) -> tuple[Almost, ...]:
    """Rules of two conditions or more, joined by "and", of which exactly one did not hold."""
    draft = Draft(sale)
    found: list[Almost] = []
    for rule in rulebook.rules:
        if near := _one_short(rule, draft):
            found.append(near)
        rule.run(draft)
        if draft.excluded_by:
            break
    return tuple(found)


def _one_short(rule: CompiledRule, draft: Draft) -> Almost | None:
    if rule.rule.joined_by == "or" or len(rule.tests) < 2:
        return None
    failed = [
        [c for c, test in zip(rule.conditions, rule.tests, strict=True) if not test(draft)]
        for _ in draft.each(rule.scope)
    ]
    if not all(failed):
        return None
    return next((Almost(rule.rule.name, misses[0]) for misses in failed if len(misses) == 1), None)
