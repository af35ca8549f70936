"""What set-up still needs, step by step: from facts of a connection alone, with the reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from sync.services.models import AccountState


class StepState(StrEnum):
    DONE = "done"
    TODO = "todo"
    SKIPPED = "skipped"
    BLOCKED = "blocked"  # something else comes first


class StepName(StrEnum):
    """In the order of set-up; the value is what a saved answer and a button call it."""

    LIGHTSPEED = "lightspeed"
    QUICKBOOKS = "quickbooks"
    FOUND = "found"
    ACCOUNTS = "accounts"
    STORES = "stores"
    TYPE = "type"
    CUSTOMERS = "customers"
    PRODUCTS = "products"
    TAX = "tax"
    CHANNEL = "channel"
    SCHEDULE = "schedule"
    GO_LIVE = "golive"


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the checklist is made from."""

    lightspeed: AccountState | None = None
    quickbooks: AccountState | None = None
    lists_read: bool = False  # of both accounts, so that there is something to choose from
    missing: tuple[str, ...] = ()  # conditions that QuickBooks does not meet and sales need
    open_accounts: tuple[str, ...] = ()  # needed roles without an account, by their names
    open_taxes: tuple[str, ...] = ()  # "MD 6 %": taxed there, and no code would be found
    has_channel: bool = False
    has_schedule: bool = False
    is_live: bool = False  # a person pressed Go live, or real sales were posted
    answers: Mapping[str, str] = field(default_factory=dict)  # by step: done or skipped


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the checklist; `number` counts from 1."""

    name: StepName
    number: int
    state: StepState
    why: str = ""  # why blocked, or what is left to do
    needed: bool = False  # no default could do it

    @property
    def is_open(self) -> bool:
        """Needed and not done: what a bare `/ccc` asks for next."""
        return self.needed and self.state in (StepState.TODO, StepState.BLOCKED)


Judged = tuple[StepState, str, bool]


def checklist(facts: Facts) -> tuple[Step, ...]:
    """Every step in order, each with its state and the reason."""
    steps = []
    for number, name in enumerate(StepName, 1):
        state, why, needed = _JUDGES.get(name, _optional)(facts, name)
        steps.append(Step(name, number, state, why, needed))
    return tuple(steps)


def next_step(steps: Sequence[Step], after: StepName | None = None) -> Step:
    """Where to go on: the next one not settled, after `after` where that is given; else the last.

    A skipped step does not come back by itself, it can be opened at any time. One that waits is
    shown with what it waits for: jumping over all of them to the end would explain nothing.
    """
    begin = 0 if after is None else list(StepName).index(after) + 1
    rest = steps[begin:]
    waiting = (StepState.TODO, StepState.BLOCKED)
    return next((step for step in rest if step.state in waiting), steps[-1])


def next_needed(steps: Sequence[Step]) -> Step | None:
    """The one thing without which nothing is posted; None when all of that is there."""
    return next((step for step in steps if step.is_open), None)


def settled(steps: Sequence[Step]) -> int:
    """How many are done or skipped."""
    return sum(step.state in (StepState.DONE, StepState.SKIPPED) for step in steps)


# -- the judges


def _account(facts: Facts, name: StepName) -> Judged:
    state = facts.lightspeed if name is StepName.LIGHTSPEED else facts.quickbooks
    if state is AccountState.CONNECTED:
        return StepState.DONE, "", True
    why = "it no longer lets CCC in: reconnect" if state is AccountState.BROKEN else ""
    return StepState.TODO, why, True


def _found(facts: Facts, name: StepName) -> Judged:
    if facts.missing:
        said = f"QuickBooks lacks: {', '.join(facts.missing)}"
        return _unless_blocked(facts, (StepState.TODO, said, False))
    return _optional(facts, name)


def _accounts(facts: Facts, name: StepName) -> Judged:
    if facts.open_accounts:
        said = f"no account for {', '.join(facts.open_accounts)}"
        return _unless_blocked(facts, (StepState.TODO, said, True))
    return _optional(facts, name)


def _tax(facts: Facts, name: StepName) -> Judged:
    if facts.open_taxes:
        state = _answer(facts, name)
        if state is StepState.DONE:
            state = StepState.TODO
        said = f"no tax code yet for {', '.join(facts.open_taxes[:3])}"
        return _unless_blocked(facts, (state, said, False))
    return _optional(facts, name)


def _channel(facts: Facts, name: StepName) -> Judged:
    if facts.has_channel:
        return StepState.DONE, "", True
    return _unless_blocked(facts, (_answer(facts, name, live_is_enough=False), "", True))


def _schedule(facts: Facts, name: StepName) -> Judged:
    if facts.has_schedule:
        return StepState.DONE, "", False
    return _optional(facts, name)


def _go_live(facts: Facts, name: StepName) -> Judged:
    if facts.is_live:
        return StepState.DONE, "", True
    if facts.missing:
        return StepState.BLOCKED, f"QuickBooks lacks: {', '.join(facts.missing)}", True
    if facts.open_accounts:
        return StepState.BLOCKED, f"no account for {', '.join(facts.open_accounts)}", True
    return _unless_blocked(facts, (StepState.TODO, "", True))


def _optional(facts: Facts, name: StepName) -> Judged:
    """Has a default that works, so a look at it is enough."""
    return _unless_blocked(facts, (_answer(facts, name), "", False))


def _answer(facts: Facts, name: StepName, *, live_is_enough: bool = True) -> StepState:
    given = facts.answers.get(name.value, "")
    if given in (StepState.DONE.value, StepState.SKIPPED.value):
        return StepState(given)
    return StepState.DONE if facts.is_live and live_is_enough else StepState.TODO


def _unless_blocked(facts: Facts, judged: Judged) -> Judged:
    gone = (None, AccountState.DISCONNECTED)
    without = [
        said
        for said, state in (("Lightspeed", facts.lightspeed), ("QuickBooks", facts.quickbooks))
        if state in gone
    ]
    if without:
        return StepState.BLOCKED, f"connect {' and '.join(without)} first", judged[2]
    if not facts.lists_read:
        return StepState.BLOCKED, "the accounts' lists are being read: a minute", judged[2]
    return judged


_JUDGES: Mapping[StepName, Callable[[Facts, StepName], Judged]] = {
    StepName.LIGHTSPEED: _account,
    StepName.QUICKBOOKS: _account,
    StepName.FOUND: _found,
    StepName.ACCOUNTS: _accounts,
    StepName.TAX: _tax,
    StepName.CHANNEL: _channel,
    StepName.SCHEDULE: _schedule,
    StepName.GO_LIVE: _go_live,
}
