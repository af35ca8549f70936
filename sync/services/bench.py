"""Everything a run needs in hand: clients, lists, settings and rules of one connection."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sync.connectors.lightspeed.book import ShopBook
from sync.connectors.lightspeed.client import Lightspeed
from sync.connectors.quickbooks.client import QuickBooks
from sync.domain.books import Books
from sync.domain.decisions import Decision
from sync.domain.identity import Scope, SourceKey
from sync.domain.sale import Sale
from sync.domain.settings import ConnectionSettings
from sync.domain.standing import Standing
from sync.domain.verdicts import Judgement, Skip
from sync.errors import Disconnected, NotFound
from sync.mapping.receipts import Draft, draft_sale
from sync.rules.decisions import skip_of
from sync.rules.grammar import parse_rule
from sync.rules.judge import judge
from sync.rules.rulebook import Rulebook, compile_rules
from sync.services.books import load_books
from sync.services.decided import decisions_of
from sync.services.means import Means
from sync.services.models import Provider
from sync.services.reference import Reference, load_shop_book
from sync.services.saved import load_settings, with_default_accounts
from sync.services.standing import standings_of
from sync.services.tokens import TokenKeeper, sealed_place


@dataclass(slots=True)
class Bench:
    """One connection, ready to work; `company` and `source` are our account rows."""

    scope: Scope
    company: str
    source: str
    source_account: str  # Lightspeed's account id
    settings: ConnectionSettings
    books: Books
    shops: ShopBook
    rulebook: Rulebook
    lightspeed: Lightspeed
    quickbooks: QuickBooks
    quickbooks_first: QuickBooks  # the same, without standing in line behind a backfill
    decisions: Callable[[Sequence[str]], Mapping[str, Sequence[Decision]]]  # by sale id, as of now
    standings: Callable[[Sequence[Sale]], Mapping[str, Standing]]  # by sale id, as of now

    @property
    def currency(self) -> str:
        return self.books.facts.currency

    def key(self, sale: Sale) -> SourceKey:
        return SourceKey(self.source_account, "sale", sale.id)

    def judged(self, sales: Sequence[Sale], *, backfill: bool) -> list[Judgement]:
        """Filters, rules and people's decisions, in their order; preview and sync both ask here."""
        decisions = self.decisions([sale.id for sale in sales])
        return [
            judge(
                sale,
                self.settings,
                self.rulebook,
                self.books,
                backfill=backfill,
                decisions=decisions.get(sale.id, ()),
            )
            for sale in sales
        ]

    def left_out(self, ids: Sequence[str]) -> dict[str, Skip]:
        """Which of these records a person decided to leave out, though nobody can read them."""
        decided = self.decisions(ids) if ids else {}
        skips = {source: skip_of(decisions) for source, decisions in decided.items()}
        return {source: skip for source, skip in skips.items() if skip is not None}

    def drafted(self, judgement: Judgement, standing: Standing | None) -> Draft:
        """The documents as far as they go; preview and sync both come through here."""
        sale = judgement.sale
        return draft_sale(judgement, self.settings, self.books, self.key(sale), standing)


class Benches:
    """Opens a bench: reads what changed in the lists, then loads them."""

    def __init__(self, means: Means) -> None:
        self._means = means

    def open(
        self, scope: Scope, *, urgent: bool, refresh: bool = True, asked: bool = False
    ) -> Bench:
        """Raises Disconnected when an account is missing or closed to us.

        `asked`: a person waits for this, perhaps after mending something in QuickBooks.
        """
        with self._means.ledgers.read() as ledger:
            row = ledger.accounts.connection(scope)
        if row is None:
            raise NotFound("There is no such connection.")
        source, company = row["lightspeed"], row["quickbooks"]
        if not source or not company:
            missing = "Lightspeed" if not source else "QuickBooks"
            raise Disconnected(f"{missing} is not connected yet")
        lightspeed, source_account = self.lightspeed(scope.workspace, source, urgent=urgent)
        quickbooks = self.quickbooks(scope.workspace, company, urgent=urgent)
        reference = Reference(self._means, scope.workspace)
        if refresh:
            reference.refresh_shops(source, lightspeed)
            reference.refresh_company(company, quickbooks, facts=asked)
        with self._means.ledgers.read() as ledger:
            books = load_books(ledger, scope.workspace, company)
            shops = load_shop_book(ledger, scope.workspace, source)
            settings = with_default_accounts(load_settings(row["settings"]), books)
            rules = [
                parse_rule(rule["line"]) for rule in ledger.rules.all(scope) if rule["enabled"]
            ]
        return Bench(
            scope=scope,
            company=company,
            source=source,
            source_account=source_account,
            settings=settings,
            books=books,
            shops=shops,
            rulebook=compile_rules(rules, books),
            lightspeed=lightspeed,
            quickbooks=quickbooks,
            quickbooks_first=self.quickbooks(scope.workspace, company, urgent=True),
            decisions=lambda ids: decisions_of(self._means, scope, ids),
            standings=lambda sales: standings_of(self._means, scope, books.facts.currency, sales),
        )

    def lightspeed(self, workspace: str, account: str, *, urgent: bool) -> tuple[Lightspeed, str]:
        """A client and the account's own id."""
        external = self._external(workspace, account)
        keeper = TokenKeeper(self._means, workspace, account, Provider.LIGHTSPEED)
        pace = self._means.outside.pace("lightspeed", account, urgent=urgent)
        return self._means.outside.lightspeed(external, keeper, pace), external

    def quickbooks(self, workspace: str, account: str, *, urgent: bool) -> QuickBooks:
        external = self._external(workspace, account)
        keeper = TokenKeeper(self._means, workspace, account, Provider.QUICKBOOKS)
        pace = self._means.outside.pace("quickbooks", account, urgent=urgent)
        return self._means.outside.quickbooks(external, keeper, pace)

    def _external(self, workspace: str, account: str) -> str:
        with self._means.ledgers.read() as ledger:
            row = ledger.accounts.get(workspace, account)
        if row is None or row["state"] == "disconnected":
            raise Disconnected("an account of this connection is disconnected")
        place = sealed_place(account, "external_id")
        return self._means.vault.open(row["external_id"], place).decode()
