"""Another document has our number: what it is, and why it is not taken for this sale."""

from __future__ import annotations

from sqlalchemy.engine import RowMapping

from sync.connectors.quickbooks.answers import Found
from sync.connectors.quickbooks.faults import Fault, holder
from sync.domain.identity import SourceKey
from sync.domain.money import from_minor
from sync.domain.verdicts import Hold
from sync.services.lookup import Holder

CAUSE = "number_taken"


def number_taken(
    row: RowMapping, currency: str, taken_by: Holder | None, fault: Fault | None = None
) -> Hold:
    """Both documents side by side, as far as they are known; the number alone links nothing."""
    ours = from_minor(row["total_minor"], currency)
    said = f"Number {row['number']} is used in QuickBooks by "
    if taken_by is not None:
        found = taken_by.found
        said += f"another {row['type']} (id {found.id}) of {found.day} over {found.total}"
        why = f" It is not taken for this sale: {_differences(row, found, currency)}."
    elif fault is not None and (known := holder(fault)):
        said += f"another document, {known[0]} (id {known[1]})"
        why = f" It is not taken for this sale: ours is a {row['type']}."
    else:
        said += "a document that is not this sale"
        why = ""
    return Hold(CAUSE, f"{said}; ours is of {row['day']} over {ours}.{why}", "use_prefix")


def _differences(row: RowMapping, found: Found, currency: str) -> str:
    """Which of the three marks it lacks: our key, our day, our total."""
    key = SourceKey(row["source_account"], row["kind"], row["source_id"], row["part"])
    differs = {
        "its note does not carry our key": SourceKey.found_in(found.note) != key,
        "its day differs": found.day != row["day"],
        "its total differs": found.total != from_minor(row["total_minor"], currency),
    }
    return ", ".join(why for why, is_so in differs.items() if is_so)
