"""`python -m tests.bench`: every budget, measured here and now, in one table."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping

from tests.bench import ack, calls, cpu, limit, memory, rules, start
from tests.bench.row import Row, table

# Name: what it takes in full, and in a hurry.
FIGURES: Mapping[str, tuple[Callable[[], list[Row]], Callable[[], list[Row]]]] = {
    "calls": (lambda: calls.rows(10_000), lambda: calls.rows(2_000)),
    "limit": (lambda: limit.rows(10_000), lambda: limit.rows(3_000)),
    "cpu": (lambda: cpu.rows(10_000), lambda: cpu.rows(2_000)),
    "memory": (lambda: memory.rows(10_000), lambda: memory.rows(2_000)),
    "ack": (lambda: ack.rows(10.0), lambda: ack.rows(3.0)),
    "rules": (lambda: rules.rows(10_000), lambda: rules.rows(2_000)),
    "start": (lambda: start.rows(7), lambda: start.rows(3)),
}


def main() -> None:
    """A missed budget is shown, not hidden and not an error: this measures, tests decide."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", choices=FIGURES, action="append", help="may be repeated")
    parser.add_argument("--quick", action="store_true", help="fewer sales; only a first look")
    options = parser.parse_args()
    rows: list[Row] = []
    for name, (full, hurried) in FIGURES.items():
        if name in (options.only or FIGURES):
            print(f"measuring {name} …", flush=True)
            rows += (hurried if options.quick else full)()
    print(f"\n{table(rows)}")


if __name__ == "__main__":
    main()
