"""Read models: what the outside may know of runs, entries, accounts and connections."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sync.domain.decisions import DecisionKind
from sync.domain.identity import Scope
from sync.domain.settings import ConnectionSettings
from sync.domain.verdicts import EntryState
from sync.errors import NotAllowed, NotFound


class Role(StrEnum):
    """Who may do what: viewers look, operators run, admins change."""

    NONE = "none"
    VIEWER = "viewer"
    OPERATOR = "operator"
    ADMIN = "admin"


_RANK = {Role.NONE: 0, Role.VIEWER: 1, Role.OPERATOR: 2, Role.ADMIN: 3}


def highest(*roles: Role) -> Role:
    """What somebody may do who has several roles."""
    return max(roles, key=_RANK.__getitem__, default=Role.NONE)


@dataclass(frozen=True, slots=True)
class Actor:
    """The person a request comes from; identity is Slack's signed word, never text."""

    workspace: str
    user: str  # Slack user id, or "schedule" for the clock
    role: Role  # in every connection
    higher: tuple[tuple[str, Role], ...] = ()  # what is more than that, in some connections
    is_unsure: bool = False  # Slack did not say who is in a user group that has a role

    def role_in(self, connection: str) -> Role:
        """What they may do in one connection."""
        return highest(self.role, *(role for each, role in self.higher if each == connection))

    @property
    def best(self) -> Role:
        """What they may do somewhere."""
        return highest(self.role, *(role for _, role in self.higher))

    def require_in(self, scope: Scope, role: Role) -> None:
        """Raise NotAllowed unless they are `role` in this connection.

        A scope that is not this person's workspace is not found, whoever asks.
        """
        if scope.workspace != self.workspace:
            raise NotFound("There is no such connection.")
        self._require(self.role_in(scope.connection), role, scope.connection)

    def require(self, role: Role) -> None:
        """Raise NotAllowed unless this person is at least `role` in every connection."""
        self._require(self.role, role)

    def require_somewhere(self, role: Role) -> None:
        """The same for any connection, as long as it is not known which one it is about."""
        self._require(self.best, role)

    def _require(self, has: Role, needs: Role, connection: str = "") -> None:
        if highest(has, needs) is has:
            return
        if self.is_unsure:
            raise NotAllowed(
                "Slack did not tell me who is in the user groups that have a role in CCC, so I "
                f"cannot see whether you are a CCC {needs.value}. Nothing was done; try again in "
                "a minute."
            )
        raise NotAllowed(
            f"Only CCC {needs.value}s may do this.", role=needs.value, connection=connection
        )


class Provider(StrEnum):
    """The outside accounts we connect."""

    LIGHTSPEED = "lightspeed"
    QUICKBOOKS = "quickbooks"


class AccountState(StrEnum):
    CONNECTED = "connected"
    BROKEN = "broken"  # refused us: a person must reconnect
    DISCONNECTED = "disconnected"  # on purpose; settings and history stay


class RunState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    PROBLEMS = "done with problems"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_over(self) -> bool:
        return self not in (RunState.QUEUED, RunState.RUNNING)


class Trigger(StrEnum):
    SCHEDULED = "scheduled"
    MANUAL = "manual"
    BACKFILL = "backfill"
    RETRY = "retry"


@dataclass(frozen=True, slots=True)
class Window:
    """Business days in the shop's zone, both included."""

    first: date
    last: date
    shop: str = ""  # a shop's name, "" for all


@dataclass(frozen=True, slots=True)
class RunSummary:
    """One run as the ledger has it now; counts by entry state, amounts in the home currency."""

    id: str
    number: int  # what people call it; per workspace
    connection: str
    stream: str
    trigger: Trigger
    state: RunState
    dry: bool
    requested_by: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    window: Window | None
    counts: dict[EntryState, int]
    posted_amount: Decimal
    currency: str
    expected: int | None = None  # sales announced by the till, when it told
    read: int = 0
    message: str = ""  # why it failed, or what it chose by itself
    cancel_requested: bool = False

    def count(self, *states: EntryState) -> int:
        return sum(self.counts.get(state, 0) for state in states)


@dataclass(frozen=True, slots=True)
class Started:
    """The answer to a request for a run; `existing` when one of its kind was already active."""

    run: RunSummary
    existing: bool


@dataclass(frozen=True, slots=True)
class EntryView:
    """One line of the transaction log."""

    id: int
    connection: str
    run_number: int
    state: EntryState
    kind: str  # "sale" or "refund"
    source_id: str
    source_number: str
    source_link: str
    document_kind: str  # "SalesReceipt"; "" while there is none
    document_number: str
    document_id: str
    document_link: str
    amount: Decimal
    currency: str
    business_day: date
    shop: str
    cause: str
    message: str
    fix: str
    code: str
    attempts: int
    rules: tuple[str, ...]
    actor: str
    at: datetime
    run: str = ""  # its id, for buttons
    subject: str = ""  # what is missing, where the cause has one


@dataclass(frozen=True, slots=True)
class EntryEvent:
    """One step in the history of an entry."""

    at: datetime
    state: EntryState
    message: str
    actor: str
    run_number: int


@dataclass(frozen=True, slots=True)
class DecisionView:
    """What a person decided about one sale: a day, a number, or to leave it out."""

    kind: DecisionKind
    value: str
    actor: str  # Slack user id
    at: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """A sale that a cause holds back, with what a person needs to decide about it."""

    id: str
    number: str
    day: date
    amount: Decimal
    currency: str
    document_number: str
    message: str


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A product without a usable item, and the sales that wait for it."""

    sku: str  # "" for a product that goes by its name
    name: str
    sales: tuple[str, ...]  # ids
    examples: tuple[str, ...]  # up to five numbers


@dataclass(frozen=True, slots=True)
class EntryStory:
    entry: EntryView
    history: tuple[EntryEvent, ...]
    decisions: tuple[DecisionView, ...] = ()


@dataclass(frozen=True, slots=True)
class LogQuery:
    """Filters of `/ccc log`; empty means any."""

    states: tuple[EntryState, ...] = ()
    first: date | None = None  # by business day, both included
    last: date | None = None
    text: str = ""
    run_number: int | None = None
    source_number: str = ""
    shop: str = ""
    cause: str = ""
    documents: tuple[str, ...] = ()  # "SalesReceipt"
    least: Decimal | None = None  # amounts without their sign: refunds are found by it too
    most: Decimal | None = None


@dataclass(frozen=True, slots=True)
class EntryPage:
    """A page of entries, newest first; `after` continues, None at the end."""

    entries: tuple[EntryView, ...]
    total: int
    after: int | None
    is_more: bool = False  # than `total`: counting ended there


@dataclass(frozen=True, slots=True)
class CauseGroup:
    """All held or failed entries of a run with one cause: one remedy settles them all."""

    cause: str
    reason: str
    fix: str
    subject: str
    count: int
    amount: Decimal
    currency: str
    examples: tuple[str, ...]  # up to five sale numbers


@dataclass(frozen=True, slots=True)
class Prerequisite:
    """A condition of going live, shown as a tick or a cross."""

    name: str
    ok: bool
    why: str


@dataclass(frozen=True, slots=True)
class AccountView:
    """A connected outside account, without anything secret."""

    id: str
    provider: Provider
    name: str
    state: AccountState
    connected_by: str
    facts: dict[str, Any] = field(default_factory=dict)
    problem: str = ""


@dataclass(frozen=True, slots=True)
class ScheduleView:
    """When a connection syncs by itself; `spec` is the canonical text, "off" for never."""

    spec: str
    zone: str
    next_at: datetime | None
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ConnectionView:
    """One Lightspeed account paired with one QuickBooks company; either may still be missing."""

    id: str
    name: str
    channel: str  # Slack channel id, "" until chosen
    lightspeed: AccountView | None
    quickbooks: AccountView | None
    settings: ConnectionSettings
    settings_version: int
    schedule: ScheduleView
    paused: bool
    zone: str  # the first shop's zone, "UTC" until known
    last_run: RunSummary | None = None
    active_runs: tuple[RunSummary, ...] = ()
    open_problems: int = 0  # entries held or failed

    @property
    def is_ready(self) -> bool:
        return all(
            account is not None and account.state is AccountState.CONNECTED
            for account in (self.lightspeed, self.quickbooks)
        )


@dataclass(frozen=True, slots=True)
class LinkPage:
    """What the page behind a one-time link says before it goes on to the provider."""

    provider: Provider
    workspace_name: str
    user_name: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Option:
    """One row of a pick-list: `value` is an id, `label` for people, `hint` a second line."""

    value: str
    label: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class RuleView:
    name: str
    line: str  # the canonical rule line
    enabled: bool
    position: int
    warnings: tuple[str, ...] = ()  # why it may not do what it says; only told when it is saved


@dataclass(frozen=True, slots=True)
class ReplyTo:
    """Where the worker sends the result of a slow question, and to whom only."""

    user: str
    channel: str = ""
    response_url: str = ""
    view_id: str = ""


@dataclass(frozen=True, slots=True)
class Grant:
    """A role of a person or of everybody in a user group; "" is every connection."""

    subject: str
    role: Role
    connection: str = ""

    @property
    def is_group(self) -> bool:
        return self.subject.startswith("S")


@dataclass(frozen=True, slots=True)
class AuditRow:
    at: datetime
    actor: str
    action: str
    target: str
    before: str
    after: str
    number: int = 0
    connection: str = ""
