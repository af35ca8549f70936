"""Rules over many sales, beside a published rules library that is given the same conditions."""

from __future__ import annotations

from collections.abc import Callable
from time import process_time
from typing import Any

from business_rules.engine import run_all  # type: ignore[import-untyped]
from business_rules.variables import (  # type: ignore[import-untyped]
    BaseVariables,
    numeric_rule_variable,
    string_rule_variable,
)

from sync.domain.sale import Sale
from sync.rules.grammar import parse_rule
from sync.rules.rulebook import compile_rules
from tests.bench.row import Row
from tests.builders import a_line, a_sale, some_books

RULES = 50
EACH = 1_000_000  # what "a second" is counted in
LEAST = 2.0  # million evaluations a second
MOST = 0.5  # seconds for 50 rules over 10,000 sales

# A line of ours, and the same for the library: (variable, operator, value).
Test = tuple[str, tuple[str, str, Any]]
_TRUE: tuple[Test, ...] = (
    ("store = Main Street", ("store", "equal_to", "Main Street")),
    ("total > 1", ("total", "greater_than", 1)),
    ("payment method contains ca", ("payment", "contains", "Ca")),
)
_FALSE: tuple[Callable[[int], Test], ...] = (
    lambda n: (f"register = {100 + n}", ("register", "equal_to", str(100 + n))),
    lambda n: (f"total > {5_000 + n}", ("total", "greater_than", 5_000 + n)),
    lambda n: (f"store contains nowhere{n}", ("store", "contains", f"nowhere{n}")),
    lambda n: (f"payment method = Coin{n}", ("payment", "equal_to", f"Coin{n}")),
    lambda n: (f"customer starts with Zed{n}", ("customer", "starts_with", f"Zed{n}")),
)


class _Facts(BaseVariables):  # type: ignore[misc]
    """What the library is told of a sale."""

    def __init__(self, sale: Sale) -> None:
        self.sale = sale

    @string_rule_variable()  # type: ignore[untyped-decorator]
    def register(self) -> str:
        return self.sale.register_id

    @string_rule_variable()  # type: ignore[untyped-decorator]
    def store(self) -> str:
        return self.sale.shop.name

    @numeric_rule_variable()  # type: ignore[untyped-decorator]
    def total(self) -> Any:
        return self.sale.total

    @string_rule_variable()  # type: ignore[untyped-decorator]
    def payment(self) -> str:
        return self.sale.tenders[0].name

    @string_rule_variable()  # type: ignore[untyped-decorator]
    def customer(self) -> str:
        return ""


def rows(sales: int) -> list[Row]:
    """Every second rule has a condition that holds before the one that does not: 75 a sale."""
    tests = [([_TRUE[n % 3]] if n % 2 else []) + [_FALSE[n % len(_FALSE)](n)] for n in range(RULES)]
    made = [a_sale(a_line(), number=str(number)) for number in range(sales)]
    ours = min(_ours(tests, made) for _ in range(3))
    few = made[: max(100, sales // 20)]
    theirs = _theirs(tests, few) * len(made) / len(few)
    evaluations = sum(map(len, tests)) * sales / EACH / ours
    took = ours * 10_000 / sales
    return [
        Row(
            "Rule conditions evaluated a second",
            f"{evaluations:.1f} million",
            f"≥ {LEAST:g} million",
            evaluations >= LEAST,
            f"{theirs / ours:.0f} × as many as business-rules 1.1.1 here",
        ),
        Row(f"{RULES} rules over 10,000 sales", f"{took:.2f} s", f"≤ {MOST} s", took <= MOST),
    ]


def _ours(tests: list[list[Test]], sales: list[Sale]) -> float:
    lines = (" and ".join(words for words, _ in each) for each in tests)
    rules = [parse_rule(f'"{n}" when {line} exclude') for n, line in enumerate(lines)]
    rulebook = compile_rules(rules, some_books())
    started = process_time()
    for sale in sales:
        rulebook.run(sale)
    return process_time() - started


def _theirs(tests: list[list[Test]], sales: list[Sale]) -> float:
    rules = [
        {
            "conditions": {
                "all": [
                    {"name": name, "operator": operator, "value": value}
                    for _, (name, operator, value) in each
                ]
            },
            "actions": [],
        }
        for each in tests
    ]
    started = process_time()
    for sale in sales:
        run_all(rules, _Facts(sale), None)
    return process_time() - started
