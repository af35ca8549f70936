"""A rule tried on sales the till already has: what it would have done, and nothing is posted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.engine import RowMapping

from sync.connectors.lightspeed.client import Lightspeed
from sync.connectors.lightspeed.normalise import normalise_page
from sync.domain.books import Books, name_key
from sync.domain.identity import Scope
from sync.domain.sale import Sale, SaleState
from sync.rules.grammar import parse_rule
from sync.rules.model import Rule
from sync.rules.rulebook import compile_rules
from sync.services.bench import Benches
from sync.services.means import Means
from sync.services.models import Actor, ReplyTo, Role
from sync.services.runs import Runs

MOST_SALES = 200
_DAYS = 90
_MOST_PAGES = 10
_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Example:
    """One sale that the rule met: what it changed, from what to what."""

    number: str
    field: str
    before: str
    after: str


@dataclass(slots=True)
class Trial:
    """Of so many sales, so many would have been changed."""

    sales: int = 0
    met: int = 0
    examples: list[Example] = field(default_factory=list)


class Trials:
    """Asked by a form, answered by the worker."""

    def __init__(self, means: Means, runs: Runs) -> None:
        self._means = means
        self._runs = runs
        self._benches = Benches(means)

    def ask(self, actor: Actor, scope: Scope, line: str, was: str, reply: ReplyTo) -> None:
        """Try a rule as it stands in a form; `was` is the saved rule it would replace."""
        actor.require_in(scope, Role.ADMIN)
        line = _sound(line)
        self._runs.ask(scope, "try_rule", {"line": line, "was": was, "reply": asdict(reply)})

    def answer(self, job: RowMapping) -> None:
        """Read the newest sales and run the rules over them, with this one in its place."""
        scope, asked = Scope(job["workspace"], job["connection"]), job["payload"]
        bench = self._benches.open(scope, urgent=True, refresh=False)
        sales = newest(bench.lightspeed, self._means.clock())
        read = [
            sale
            for sale in normalise_page(sales, bench.shops).sales
            if sale.state is SaleState.COMPLETED
        ]
        with self._means.ledgers.read() as ledger:
            rows = ledger.rules.all(scope)
        rules = in_place([parse_rule(row["line"]) for row in rows], asked["line"], asked["was"])
        name = parse_rule(asked["line"]).name
        trial = tried(read[-MOST_SALES:], rules, name, bench.books)
        payload: dict[str, Any] = {"reply": asked["reply"], "line": asked["line"], **asdict(trial)}
        with self._means.ledgers.write() as ledger:
            ledger.outbox.tell(scope, "rule.tried", payload, now=self._means.clock())


def in_place(rules: Sequence[Rule], line: str, was: str) -> list[Rule]:
    """The rules with a new one at the end, or where the one stood that it replaces.

    A rule is tried switched on: whether it is on is another question.
    """
    mine = parse_rule(line)
    mine = replace(mine, enabled=True)
    key = name_key(was)
    found = [mine if key and name_key(each.name) == key else each for each in rules]
    return found if mine in found else [*found, mine]


def tried(sales: Sequence[Sale], rules: Sequence[Rule], name: str, books: Books) -> Trial:
    """How many of the sales a rule meets, after what earlier rules made of them."""
    rulebook = compile_rules(rules, books)
    trial = Trial(sales=len(sales))
    for sale in sales:
        draft = rulebook.run(sale)
        fired = next((each for each in draft.fired if each.rule == name), None)
        if fired is None:
            continue
        trial.met += 1
        if len(trial.examples) < _EXAMPLES:
            example = Example(sale.number, fired.field, fired.before, fired.after)
            trial.examples.append(example)
    return trial


def newest(lightspeed: Lightspeed, now: datetime) -> list[Any]:
    """About the last 200 sales of ninety days, oldest first; a window is narrowed by a count."""
    start = now - timedelta(days=_DAYS)
    total = lightspeed.count(start, now)
    if total > 2 * MOST_SALES:
        # Trade is not even over the week: twice as much time as an even one would need.
        start = now - timedelta(days=_DAYS) * 2 * MOST_SALES / total
    records: list[Any] = []
    page = lightspeed.completed_between(start, now)
    records += page.records
    for _ in range(_MOST_PAGES):
        if not page.next:
            break
        page = lightspeed.completed_between(start, now, page.next)
        records += page.records
    return records[-2 * MOST_SALES :]


def _sound(line: str) -> str:
    parse_rule(line)
    return line
