"""One line of the table: what was measured, and what it is held against."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """`ok` is None for a figure that is only told, without a budget."""

    name: str
    measured: str
    budget: str
    ok: bool | None
    note: str = ""


def table(rows: list[Row]) -> str:
    """Aligned columns, a rule under the head."""
    head = ("", "measured", "budget", "", "")
    marks = {True: "ok", False: "MISSED", None: ""}
    lines = [head, *((r.name, r.measured, r.budget, marks[r.ok], r.note) for r in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(4)]
    texts = ["  ".join((*map(str.ljust, line[:4], widths), line[4])).rstrip() for line in lines]
    return "\n".join([texts[0], "-" * max(map(len, texts)), *texts[1:]])
