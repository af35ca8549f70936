"""One finding of `ccc doctor`, and how all of them read on a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at and found; a remedy beside a good finding is something to know."""

    name: str
    ok: bool
    found: str
    remedy: str = ""

    def lines(self) -> Iterator[str]:
        """A mark and a word, for eyes and for screen readers."""
        mark = "✖ wrong" if not self.ok else "! note " if self.remedy else "✔ fine "
        yield f"{mark}  {self.name}: {self.found}"
        if self.remedy:
            yield f"         → {self.remedy}"


def report(checks: Iterable[Check]) -> str:
    """All findings, one under the other, and the sum."""
    found = list(checks)
    lines = [line for check in found for line in check.lines()]
    wrong = sum(not check.ok for check in found)
    verb = "is" if wrong == 1 else "are"
    ending = f"{wrong} of {len(found)} {verb} wrong." if wrong else "Everything needed is there."
    return "\n".join([*lines, "", ending])


def exit_code(checks: Iterable[Check]) -> int:
    """1 as soon as one finding is wrong."""
    return int(any(not check.ok for check in checks))
