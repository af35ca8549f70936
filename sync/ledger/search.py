"""Finds entries of the log by what people ask for; each filter has an index behind it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    column,
    false,
    func,
    literal_column,
    or_,
    select,
    table,
    text,
)
from sqlalchemy.engine import RowMapping

from sync.domain.identity import Scope
from sync.ledger import tables as t

MOST_COUNTED = 10_000  # counting on would take longer than a person waits
_MOST_TOKENS = 10
_SIMPLE: ColumnElement[Any] = literal_column("'simple'::regconfig")
_TOKEN = re.compile(r"[^\W_]+")
_HAS_CAUSE: ColumnElement[bool] = literal_column("(cause != '')")  # as the index says it
_HAS_WORDS: ColumnElement[bool] = literal_column("(state <> 'pending')")  # the same
_WORDS = table("log_words", column("rowid"))  # SQLite's full-text index, kept by triggers


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an entry must be; empty means any. Amounts are minor units, without their sign."""

    states: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None
    run: str = ""
    number: str = ""
    shop: str = ""
    cause: str = ""
    documents: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None
    text: str = ""

    @property
    def narrows(self) -> bool:
        """Whether anything is asked for at all."""
        return self != Wanted()


class Search:
    """Pages by id: they stay what they were while new entries arrive.

    Counting comes first. Few matches are read by the index of a filter and put in order; of many
    the newest are met soon on a walk along the ids. Neither database guesses that well by itself:
    SQLite knows no numbers, and PostgreSQL none about words.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._is_sqlite = connection.dialect.name == "sqlite"

    def count(self, scope: Scope, wanted: Wanted) -> int:
        """How many match; one more than `MOST_COUNTED` stands for any number above it."""
        return int(self._connection.scalar(self.counting(scope, wanted)) or 0)

    def rows(self, query: Select[Any]) -> list[RowMapping]:
        return list(self._connection.execute(query).mappings())

    def one(self, scope: Scope, entry: int) -> RowMapping | None:
        query = select(t.entry).where(
            t.entry.c.id == entry,
            t.entry.c.workspace == scope.workspace,
            t.entry.c.connection == scope.connection,
        )
        return self._connection.execute(query).mappings().first()

    def currency(self, scope: Scope) -> str:
        """Of the newest entry: a company has one."""
        query = self.older(scope, Wanted(), MOST_COUNTED + 1, None, 1)
        return self._connection.scalar(query.with_only_columns(t.entry.c.currency)) or ""

    def causes(self, scope: Scope) -> list[RowMapping]:
        """Causes of what is stuck or was left out, with one reason of each, the commonest first."""
        cause = t.entry.c.cause
        query = (
            select(cause, func.min(t.entry.c.reason).label("reason"), func.count().label("count"))
            .where(
                t.entry.c.workspace == scope.workspace,
                t.entry.c.connection == scope.connection,
                _HAS_CAUSE,
                t.entry.c.dry_run == "",
            )
            .group_by(cause)
            .order_by(func.count().desc(), cause)
            .limit(100)
        )
        return list(self._connection.execute(query).mappings())

    # -- queries

    def counting(self, scope: Scope, wanted: Wanted) -> Select[Any]:
        """As far as is worth it."""
        one: ColumnElement[int] = literal_column("1")
        some = self._matching(scope, wanted, one, few=True).limit(MOST_COUNTED + 1)
        return select(func.count()).select_from(some.subquery())

    def older(
        self, scope: Scope, wanted: Wanted, total: int, before: int | None, limit: int
    ) -> Select[Any]:
        """A page, newest first, from below an id on; `total` is what `count` said."""
        few = total <= MOST_COUNTED
        query = self._matching(scope, wanted, t.entry, few=few)
        if before is not None:
            query = query.where(self._id(wanted, few=few) < before)
        return query.order_by(self._id(wanted, few=few).desc()).limit(limit)

    def newer(
        self, scope: Scope, wanted: Wanted, total: int, above: int, limit: int
    ) -> Select[Any]:
        """The page above an id, from its lower end up."""
        few = total <= MOST_COUNTED
        query = self._matching(scope, wanted, t.entry, few=few)
        number = self._id(wanted, few=few)
        return query.where(number > above).order_by(number).limit(limit)

    def _matching(
        self,
        scope: Scope,
        wanted: Wanted,
        what: FromClause | ColumnElement[int],
        *,
        few: bool,
    ) -> Select[Any]:
        by_words = self._by_words(wanted)
        by_filter = few and wanted.narrows and not by_words
        home = self._aside if by_words or (by_filter and wanted.run) else _plain
        narrow = _plain if by_filter else self._aside
        entry = t.entry.c
        query = self._with_text(select(what), wanted.text).where(
            self._aside(entry.workspace) == scope.workspace,
            home(entry.connection) == scope.connection,
            *_conditions(wanted, narrow),
        )
        if wanted.run:
            return query
        kept = self._aside if by_words or by_filter else _plain
        return query.where(kept(entry.dry_run) == "")

    def _with_text(self, query: Select[Any], said: str) -> Select[Any]:
        """Every word, or its beginning, in any order and in any of the texts."""
        if not said:
            return query.select_from(t.entry)
        tokens = _TOKEN.findall(said)[:_MOST_TOKENS]
        if not tokens:
            return query.select_from(t.entry).where(false())
        if self._is_sqlite:
            joined = _WORDS.join(t.entry, t.entry.c.id == _WORDS.c.rowid)
            asked = " ".join(f'"{token}"*' for token in tokens)
            match = text("log_words MATCH :words").bindparams(words=asked)
            return query.select_from(joined).where(match)
        asked = " & ".join(f"'{token}':*" for token in tokens)
        return query.select_from(t.entry).where(
            _HAS_WORDS, literal_column(t.ENTRY_WORDS).op("@@")(func.to_tsquery(_SIMPLE, asked))
        )

    def _by_words(self, wanted: Wanted) -> bool:
        """SQLite's index of words yields rows in the order of their ids by itself."""
        return self._is_sqlite and _TOKEN.search(wanted.text) is not None

    def _id(self, wanted: Wanted, *, few: bool) -> ColumnElement[int]:
        if self._by_words(wanted):
            return _WORDS.c.rowid
        return t.entry.c.id + 0 if few and wanted.narrows else t.entry.c.id

    def _aside(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """The same column, not to be looked up by an index; PostgreSQL may use all it has."""
        if not self._is_sqlite:
            return column
        name = str(column).partition(".")[2]
        return literal_column(f"+ccc_entry.{name}", column.type)


def _plain(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return column


def _conditions(
    wanted: Wanted, narrow: Callable[[ColumnElement[Any]], ColumnElement[Any]]
) -> list[ColumnElement[bool]]:
    entry = t.entry.c
    found: list[ColumnElement[bool]] = [
        narrow(entry[name]) == value
        for name, value in (
            ("run", wanted.run),
            ("source_number", wanted.number),
            ("shop", wanted.shop),
            ("cause", wanted.cause),
        )
        if value
    ]
    if wanted.cause:
        found.append(_HAS_CAUSE)
    if wanted.states:
        found.append(narrow(entry.state).in_(wanted.states))
    if wanted.documents:
        found.append(entry.document_kind.in_(wanted.documents))
    if wanted.first:
        found.append(narrow(entry.business_day) >= wanted.first)
    if wanted.last:
        found.append(narrow(entry.business_day) <= wanted.last)
    if wanted.least is not None or wanted.most is not None:
        found.append(_amount(narrow(entry.amount_minor), wanted.least or 0, wanted.most))
    return found


def _amount(amount: ColumnElement[Any], least: int, most: int | None) -> ColumnElement[bool]:
    """Refunds are found by what was paid back."""
    if most is None:
        return or_(amount >= least, amount <= -least)
    return or_(amount.between(least, most), amount.between(-most, -least))
