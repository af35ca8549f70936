"""A rule is tried in its place among the others, on the newest sales."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from sync.connectors.lightspeed.client import Lightspeed
from sync.rules.grammar import parse_rule
from sync.services.rule_trials import MOST_SALES, in_place, newest, tried
from tests.builders import a_sale, some_books

NOW = datetime(2026, 3, 10, tzinfo=UTC)
TO_VA = parse_rule('"To VA" when register = 1 set region VA')
OUT = parse_rule('"Out" when ship state = VA exclude')


def sales(count: int, register: str) -> list[Any]:
    return [replace(a_sale(), register_id=register, register_name="") for _ in range(count)]


def test_a_rule_sees_what_earlier_rules_left() -> None:
    line = '"Memo" when ship state = VA set memo "x"'
    rules = in_place([TO_VA], line, "")

    trial = tried([*sales(3, "1"), *sales(2, "2")], rules, "Memo", some_books())

    assert (trial.sales, trial.met) == (5, 3)
    assert {(each.before, each.after) for each in trial.examples} == {("", "x")}


def test_sales_that_an_earlier_rule_excludes_are_not_met() -> None:
    rules = in_place([TO_VA, OUT], '"Memo" when register = 1 set memo "x"', "")

    assert tried(sales(3, "1"), rules, "Memo", some_books()).met == 0


def test_an_edited_rule_is_tried_in_its_place_and_switched_on() -> None:
    line = '"Moved" (off) when register = 1 set region MD'

    rules = in_place([TO_VA, OUT], line, "to va")

    assert [rule.name for rule in rules] == ["Moved", "Out"]
    assert tried(sales(3, "1"), rules, "Moved", some_books()).met == 3


class Till:
    """So many sales, evenly over time; remembers what it was asked."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.asked: list[datetime] = []

    def count(self, start: datetime, end: datetime) -> int:
        return self.total

    def completed_between(self, start: datetime, end: datetime, after: str | None = None) -> Any:
        self.asked.append(start)
        inside = int(self.total * (end - start) / timedelta(days=90))

        class Page:
            records = tuple(range(self.total - inside, self.total))
            next = None

        return Page()


def test_a_busy_till_is_asked_for_days_and_a_quiet_one_for_all_of_it() -> None:
    busy, quiet = Till(90_000), Till(40)

    found = newest(cast(Lightspeed, busy), NOW)
    few = newest(cast(Lightspeed, quiet), NOW)

    assert MOST_SALES <= len(found) <= 2 * MOST_SALES
    assert found[-1] == 89_999
    assert NOW - busy.asked[0] < timedelta(days=1)
    assert len(few) == 40
