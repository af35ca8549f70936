"""Reads people's decisions about sales, for whoever judges or shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.engine import RowMapping

from sync.domain.decisions import Decision, DecisionKind
from sync.domain.identity import Scope
from sync.services.means import Means

SALE = "sale"  # the kind of source record that decisions are about


def decisions_of(
    means: Means, scope: Scope, ids: Sequence[str]
) -> Mapping[str, Sequence[Decision]]:
    """By sale id; most sales have none."""
    if not ids:
        return {}
    with means.ledgers.read() as ledger:
        rows = ledger.decisions.of(scope, SALE, ids)
    found: dict[str, list[Decision]] = {}
    for row in rows:
        found.setdefault(row["source_id"], []).append(decision_from(row))
    return found


def decision_from(row: RowMapping) -> Decision:
    return Decision(DecisionKind(row["decision"]), row["value"], row["actor"])
