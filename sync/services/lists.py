"""Pick-lists, answered from our own copy of the company's and the till's lists."""

from __future__ import annotations

from collections.abc import Iterable

from sync.domain.books import name_key
from sync.domain.identity import Scope
from sync.engine.port import Work
from sync.ledger.ledger import Ledger
from sync.services.books import load_books
from sync.services.means import Means
from sync.services.models import Actor, Option, Role
from sync.services.reference import load_shop_book
from sync.services.scoped import found_connection, own_connection

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
            company = self._side(ledger, scope, "quickbooks")
            books = load_books(ledger, scope.workspace, company, only=("Account",))
        return _ranked(
            (
                (a.name, Option(a.id, cut_middle(a.name), a.name if _is_long(a.name) else a.kind))
                for a in books.accounts.values()
                if a.active and (not wanted or a.kind in wanted)
            ),
            query,
            limit,
        )

    def tax_codes(self, scope: Scope, query: str = "", limit: int = LIMIT) -> tuple[Option, ...]:
        """Active sales tax codes with their rates."""
        with self._means.ledgers.read() as ledger:
            company = self._side(ledger, scope, "quickbooks")
            books = load_books(ledger, scope.workspace, company, only=("TaxCode", "TaxRate"))
        return _ranked(
            (
                (c.name, Option(c.id, cut_middle(c.name), f"{(c.rate * 100).normalize():f} %"))
                for c in books.tax_codes.values()
                if c.active
            ),
            query,
            limit,
        )

    def shops(self, scope: Scope, query: str = "", limit: int = LIMIT) -> tuple[Option, ...]:
        with self._means.ledgers.read() as ledger:
            source = self._side(ledger, scope, "lightspeed")
            book = load_shop_book(ledger, scope.workspace, source)
        return _ranked(
            (
                (s.name, Option(s.name, cut_middle(s.name), s.time_zone))
                for s in book.shops.values()
            ),
            query,
            limit,
        )

    def refresh(self, actor: Actor, scope: Scope) -> None:
        """Read every list again, soon."""
        actor.require_in(scope, Role.OPERATOR)
        job = self._means.new_id()
        with self._means.ledgers.write() as ledger:
            own_connection(ledger, actor, scope)
            ledger.runs.add_job(scope, job, "refresh", {}, self._means.clock())
            self._means.engine.enqueue(ledger, Work("job", scope.workspace, scope.connection, job))

    @staticmethod
    def _side(ledger: Ledger, scope: Scope, column: str) -> str:
        return found_connection(ledger, scope)[column] or ""


def _ranked(options: Iterable[tuple[str, Option]], query: str, limit: int) -> tuple[Option, ...]:
    """By the whole name, of which the label may show less."""
    typed = name_key(query)
    ranked = [
        (rank, name_key(name), option)
        for name, option in options
        if (rank := _rank(name_key(name), typed)) is not None
    ]
    ranked.sort(key=lambda each: each[:2])
    return tuple(option for _, _, option in ranked[: min(limit, LIMIT)])


def _rank(name: str, typed: str) -> int | None:
    last = name.rpartition(":")[2]
    if not typed or name == typed:
        return 0
    if last == typed:
        return 1
    if name.startswith(typed) or last.startswith(typed):
        return 2
    return 3 if typed in name else None


def _is_long(name: str) -> bool:
    return len(name) > LABEL


def cut_middle(name: str) -> str:
    """Long names lose their middle: both the group and the account stay readable."""
    if not _is_long(name):
        return name
    half = (LABEL - 1) // 2
    return f"{name[:half]}…{name[-half:]}"
