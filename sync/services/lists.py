"""Pick-lists, answered from our own copy of the company's and the till's lists."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.engine import RowMapping

from sync.domain.books import name_key
from sync.domain.identity import Scope
from sync.engine.port import Work
from sync.errors import NotFound
from sync.services.books import load_books
from sync.services.means import Means
from sync.services.models import Actor, Option, Role
from sync.services.reference import load_shop_book

LABEL = 75
LIMIT = 100


class Lists:
    """Options by what was typed: exact, then beginning with it, then containing it."""

    def __init__(self, means: Means) -> None:
        self._means = means

    def accounts(
        self, scope: Scope, query: str = "", limit: int = LIMIT, *, kinds: Iterable[str] = ()
    ) -> tuple[Option, ...]:
        """Active accounts, of some types where only those are accepted."""
        wanted = frozenset(kinds)
        with self._means.ledgers.read() as ledger:
            company = self._side(ledger.accounts.connection(scope), "quickbooks")
            if company is None:
                return ()
            books = load_books(ledger, scope.workspace, company, only=("Account",))
        return _ranked(
            (
                Option(a.id, _cut(a.name), a.kind)
                for a in books.accounts.values()
                if a.active and (not wanted or a.kind in wanted)
            ),
            query,
            limit,
        )

    def tax_codes(self, scope: Scope, query: str = "", limit: int = LIMIT) -> tuple[Option, ...]:
        """Active sales tax codes with their rates."""
        with self._means.ledgers.read() as ledger:
            company = self._side(ledger.accounts.connection(scope), "quickbooks")
            if company is None:
                return ()
            books = load_books(ledger, scope.workspace, company, only=("TaxCode", "TaxRate"))
        return _ranked(
            (
                Option(c.id, _cut(c.name), f"{(c.rate * 100).normalize():f} %")
                for c in books.tax_codes.values()
                if c.active
            ),
            query,
            limit,
        )

    def shops(self, scope: Scope, query: str = "", limit: int = LIMIT) -> tuple[Option, ...]:
        with self._means.ledgers.read() as ledger:
            source = self._side(ledger.accounts.connection(scope), "lightspeed")
            if source is None:
                return ()
            book = load_shop_book(ledger, scope.workspace, source)
        return _ranked(
            (Option(s.name, _cut(s.name), s.time_zone) for s in book.shops.values()), query, limit
        )

    def refresh(self, actor: Actor, scope: Scope) -> None:
        """Read every list again, soon."""
        actor.require(Role.OPERATOR)
        job = self._means.new_id()
        with self._means.ledgers.write() as ledger:
            self._side(ledger.accounts.connection(scope), "quickbooks")
            ledger.runs.add_job(scope, job, "refresh", {}, self._means.clock())
            self._means.engine.enqueue(ledger, Work("job", scope.workspace, scope.connection, job))

    @staticmethod
    def _side(row: RowMapping | None, column: str) -> str | None:
        if row is None:
            raise NotFound("There is no such connection.")
        return row[column] or None


def _ranked(options: Iterable[Option], query: str, limit: int) -> tuple[Option, ...]:
    typed = name_key(query)
    ranked = [
        (rank, name_key(option.label), option)
        for option in options
        if (rank := _rank(name_key(option.label), typed)) is not None
    ]
    ranked.sort(key=lambda each: each[:2])
    return tuple(option for _, _, option in ranked[:limit])


def _rank(label: str, typed: str) -> int | None:
    if not typed or label == typed:
        return 0
    if label.startswith(typed):
        return 1
    return 2 if typed in label else None


def _cut(name: str) -> str:
    """Long names lose their middle: both the group and the account stay readable."""
    if len(name) <= LABEL:
        return name
    half = (LABEL - 1) // 2
    return f"{name[:half]}…{name[-half:]}"
