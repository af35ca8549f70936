"""Rules as a CSV file, written: what is read back is the same rules in the same order."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from sync.rules.cells import guarded
from sync.rules.many import joined
from sync.rules.model import Rule
from sync.rules.objects import object_type
from sync.rules.sheet import COLUMNS

# Signs would be formulas in a spreadsheet; these are the documented words.
_WORDS = {
    "=": "equals",
    ">": "more than",
    ">=": "more than or equals",
    "<": "less than",
    "<=": "less than or equals",
    "matches": "wildcard",
}


def write_sheet(rules: Sequence[Rule], connection: str = "") -> str:
    """A BOM for Excel, CRLF, and no cell that computes."""
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for position, rule in enumerate(rules, 1):
        for cells in _rows(rule, connection or "all", position):
            writer.writerow([guarded(cell) for cell in cells])
    return f"\ufeff{made.getvalue()}"


def _rows(rule: Rule, connection: str, position: int) -> list[tuple[str, ...]]:
    inner = "(or)" if rule.joined_by == "and" else "(and)"
    return [
        (
            rule.name,
            object_type(rule),
            rule.action.name,
            rule.action.value,
            each.field,
            _WORDS.get(each.comparison, each.comparison),
            joined(each.value) if isinstance(each.value, tuple) else each.value,
            inner if each.grouped else rule.joined_by,
            _enabled(rule, each.enabled),
            connection,
            str(position),
        )
        for each in rule.conditions
    ]


def _enabled(rule: Rule, condition: bool) -> str:
    """The tick of a condition; a rule that is off as a whole says so beside it."""
    tick = "yes" if condition else "no"
    return tick if rule.enabled else f"rule off, {tick}"
