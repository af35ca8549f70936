"""Set-up of a connection: what is there, what is proposed, what was settled, and going live."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from sync.connectors.lightspeed.book import ShopBook
from sync.connectors.quickbooks.facts import prerequisites
from sync.domain.books import Books, TaxWorld
from sync.domain.identity import Scope
from sync.errors import Conflict
from sync.ledger.ledger import Ledger
from sync.services import suggesting
from sync.services.books import facts_from_json, load_books
from sync.services.checklist import Facts, Step, StepName, StepState, checklist
from sync.services.connections import Connections
from sync.services.means import Means
from sync.services.models import (
    AccountState,
    AccountView,
    Actor,
    ConnectionView,
    Prerequisite,
    Role,
    RuleView,
    Started,
)
from sync.services.reference import load_shop_book
from sync.services.rules import Rules
from sync.services.runs import Runs
from sync.services.scoped import audit, own_connection
from sync.services.suggesting import RegionRule, SuggestedAccount, SuggestedTax
from sync.services.survey import Survey, Surveys

_ANSWERS = "setup"  # the draft that belongs to nobody: answers of a connection
_NUMBERS = "Custom transaction numbers"  # without them a cut-off posting could happen twice
_LISTS = ("Account", "TaxCode", "TaxRate")
_RECENT = 20  # runs looked through for one that posted


@dataclass(frozen=True, slots=True)
class Found:
    """What both accounts told: enough to look at before anything is chosen."""

    shops: tuple[tuple[str, str, str], ...] = ()  # name, region, zone
    registers: int = 0
    company: str = ""
    currency: str = ""
    tax_world: TaxWorld = TaxWorld.NONE
    closed_through: date | None = None
    conditions: tuple[Prerequisite, ...] = ()
    accounts: int = 0


@dataclass(frozen=True, slots=True)
class SetUpView:
    """A connection in the middle of being set up; every part may still be missing."""

    connection: ConnectionView
    steps: tuple[Step, ...]
    found: Found = field(default_factory=Found)
    survey: Survey | None = None
    accounts: tuple[SuggestedAccount, ...] = ()
    taxes: tuple[SuggestedTax, ...] = ()
    rules: tuple[RegionRule, ...] = ()


class SettingUp:
    """Reads for every step and the few changes that belong to none of the settings."""

    def __init__(
        self, means: Means, connections: Connections, surveys: Surveys, rules: Rules, runs: Runs
    ) -> None:
        self._means = means
        self._connections = connections
        self._surveys = surveys
        self._rules = rules
        self._runs = runs

    def steps(self, connection: ConnectionView | None, workspace: str) -> tuple[Step, ...]:
        """The checklist alone; None while nothing is connected."""
        return checklist(Facts()) if connection is None else self._look(connection, workspace).steps

    def view(self, scope: Scope) -> SetUpView:
        """Everything a step may show, from our own copies only."""
        return self._look(self._connections.get(scope), scope.workspace)

    def settle(self, actor: Actor, scope: Scope, step: StepName, state: StepState) -> None:
        """Note that a step was answered or skipped; it can be opened again at any time."""
        actor.require_in(scope, Role.ADMIN)
        with self._means.ledgers.write() as ledger:
            own_connection(ledger, actor, scope)
            answers = _answers(ledger, scope)
            if answers.get(step.value) == state.value:
                return
            answers[step.value] = state.value
            now = self._means.clock()
            ledger.setup.keep_draft(scope, "", _ANSWERS, answers, now)
            audit(ledger, actor, scope, "setup.step", step.value, after=state.value, now=now)

    def add_region_rules(self, actor: Actor, scope: Scope) -> tuple[RuleView, ...]:
        """The proposed rules that are not there yet; made before, they are left as they are."""
        actor.require_in(scope, Role.ADMIN)
        made = []
        for rule in self.view(scope).rules:
            if not rule.exists:
                made.append(self._rules.add(actor, scope, rule.line))
        return tuple(made)

    def go_live(self, actor: Actor, scope: Scope, day: date, *, version: int) -> Started:
        """From this business day on: schedules run again, and the first sync starts now."""
        actor.require_in(scope, Role.ADMIN)
        view = self.view(scope)
        last = next(step for step in view.steps if step.name is StepName.GO_LIVE)
        if last.state is StepState.BLOCKED:
            raise Conflict(f"Going live has to wait: {last.why}.")
        if view.connection.settings_version != version:
            raise Conflict("Somebody else changed these settings meanwhile; look at them again.")
        self._connections.golive(actor, scope, day)
        if view.connection.paused:
            self._connections.resume(actor, scope)
        started = self._runs.sync(actor, scope)
        self.settle(actor, scope, StepName.GO_LIVE, StepState.DONE)
        return started

    # -- inside

    def _look(self, connection: ConnectionView, workspace: str) -> SetUpView:
        scope = Scope(workspace, connection.id)
        survey = self._surveys.get(scope)
        findings = survey.findings if survey else None
        rules = [each.name for each in self._rules.all(scope)]
        with self._means.ledgers.read() as ledger:
            answers = _answers(ledger, scope)
            books = self._books(ledger, workspace, connection.quickbooks)
            book = None
            if connection.lightspeed is not None:
                book = load_shop_book(ledger, workspace, connection.lightspeed.id)
            recent = ledger.runs.recent(scope, _RECENT)
        settings = connection.settings
        accounts = suggesting.accounts(books, settings, findings) if books else ()
        found = _found(books, book)
        missing = tuple(
            each.name.lower() for each in found.conditions if each.name == _NUMBERS and not each.ok
        )
        facts = Facts(
            lightspeed=_state(connection.lightspeed),
            quickbooks=_state(connection.quickbooks),
            lists_read=books is not None and book is not None and bool(book.shops),
            missing=missing,
            open_accounts=tuple(e.label.lower() for e in accounts if e.needed and e.ref is None),
            open_taxes=suggesting.open_taxes(books, settings, findings) if books else (),
            has_channel=bool(connection.channel),
            has_schedule=connection.schedule.spec != "off",
            is_live=answers.get(StepName.GO_LIVE.value) == StepState.DONE.value
            or any(not row["dry"] for row in recent),
            answers=answers,
        )
        return SetUpView(
            connection=connection,
            steps=checklist(facts),
            found=found,
            survey=survey,
            accounts=accounts,
            taxes=suggesting.taxes(books, settings, findings) if books else (),
            rules=suggesting.region_rules(book, settings, rules) if book else (),
        )

    @staticmethod
    def _books(ledger: Ledger, workspace: str, account: AccountView | None) -> Books | None:
        """None until the company was read for the first time."""
        if account is None or facts_from_json(account.facts) is None:
            return None
        return load_books(ledger, workspace, account.id, only=_LISTS)


def _found(books: Books | None, book: ShopBook | None) -> Found:
    found = Found()
    if books is not None:
        conditions = prerequisites(books.facts, list(books.accounts.values()))
        found = replace(
            found,
            company=books.facts.name,
            currency=books.facts.currency,
            tax_world=books.facts.tax_world,
            closed_through=books.facts.closed_through,
            conditions=tuple(Prerequisite(each.name, each.ok, each.why) for each in conditions),
            accounts=sum(each.active for each in books.accounts.values()),
        )
    if book is not None:
        shops = sorted(book.shops.values(), key=lambda shop: shop.name)
        found = replace(
            found,
            shops=tuple((each.name, each.address.region, each.time_zone) for each in shops),
            registers=len(book.registers),
        )
    return found


def _answers(ledger: Ledger, scope: Scope) -> dict[str, str]:
    row = ledger.setup.draft(scope, "", _ANSWERS)
    return {str(step): str(state) for step, state in row["data"].items()} if row else {}


def _state(account: AccountView | None) -> AccountState | None:
    return account.state if account is not None else None
