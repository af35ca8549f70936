"""The transaction log as people read it: filtered pages, and the story of one sale."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy.engine import RowMapping

from sync.domain.identity import Scope
from sync.domain.money import decimals, from_minor
from sync.domain.verdicts import EntryState
from sync.ledger.ledger import Ledger
from sync.ledger.search import MOST_COUNTED, Wanted
from sync.services.decided import SALE
from sync.services.decisions import views
from sync.services.means import Means
from sync.services.models import (
    Actor,
    EntryEvent,
    EntryPage,
    EntryStory,
    EntryView,
    LogQuery,
    Option,
    Role,
)
from sync.services.scoped import own_connection

_QUERY = TypeAdapter(LogQuery)
_PAGE = 1_000
_SALE_URL = (
    "https://cloud.lightspeedapp.com/?name=transaction.views.transaction&form_name=view&id={id}"
)
_DOCUMENT_URL = "https://app.qbo.intuit.com/app/{kind}?txnId={id}"


class Log:
    """Read models of entries; nothing here changes one."""

    def __init__(self, means: Means) -> None:
        self._means = means

    def search(
        self,
        scope: Scope,
        query: LogQuery,
        *,
        after: int | None = None,
        above: int | None = None,
        limit: int = 20,
    ) -> EntryPage:
        """Newest first; `after` is the last id of the page before, `above` the first one's."""
        with self._means.ledgers.read() as ledger:
            wanted = _wanted(ledger, scope, query)
            if wanted is None:
                return EntryPage((), 0, None)
            search = ledger.search
            total = search.count(scope, wanted)
            if above is None:
                rows = search.rows(search.older(scope, wanted, total, after, limit + 1))
                more = len(rows) > limit
                page = rows[:limit]
            else:
                page = search.rows(search.newer(scope, wanted, total, above, limit))[::-1]
                more = True  # at least what was on the screen before
            numbers = ledger.runs.numbers(scope.workspace, {row["run"] for row in page})
        return EntryPage(
            tuple(entry_view(row, numbers.get(row["run"], 0)) for row in page),
            min(total, MOST_COUNTED),
            page[-1]["id"] if page and more else None,
            total > MOST_COUNTED,
        )

    def all(self, scope: Scope, query: LogQuery, *, most: int) -> Iterator[EntryView]:
        """Everything that matches, newest first, read a page at a time."""
        after: int | None = None
        total: int | None = None
        while most > 0:
            limit = min(most, _PAGE)
            page, total = self._page(scope, query, total, after, limit)
            yield from page
            if len(page) < limit:
                return
            most -= limit
            after = page[-1].id

    def _page(
        self, scope: Scope, query: LogQuery, total: int | None, after: int | None, limit: int
    ) -> tuple[list[EntryView], int]:
        """Counted once for all pages: it only decides how they are read."""
        with self._means.ledgers.read() as ledger:
            wanted = _wanted(ledger, scope, query)
            if wanted is None:
                return [], 0
            search = ledger.search
            known = search.count(scope, wanted) if total is None else total
            rows = search.rows(search.older(scope, wanted, known, after, limit))
            numbers = ledger.runs.numbers(scope.workspace, {row["run"] for row in rows})
        return [entry_view(row, numbers.get(row["run"], 0)) for row in rows], known

    def causes(self, scope: Scope) -> list[Option]:
        """Causes to filter by; a reason tells people what a cause means."""
        with self._means.ledgers.read() as ledger:
            rows = ledger.search.causes(scope)
        return [Option(row["cause"], row["reason"] or row["cause"], row["cause"]) for row in rows]

    def export(self, actor: Actor, scope: Scope, query: LogQuery, said: str, channel: str) -> None:
        """Ask for a file of what matches; the worker reads it and sends it to `channel`."""
        actor.require_in(scope, Role.VIEWER)
        asked = _QUERY.dump_python(query, mode="json")
        payload = {"query": asked, "said": said, "channel": channel, "user": actor.user}
        with self._means.ledgers.write() as ledger:
            own_connection(ledger, actor, scope)
            ledger.outbox.tell(scope, "log.export", payload, now=self._means.clock())

    @staticmethod
    def exported(payload: Mapping[str, Any]) -> LogQuery:
        """The filters that a file was asked for with."""
        return _QUERY.validate_python(payload["query"])

    def story(self, scope: Scope, source_number: str) -> EntryStory | None:
        """One sale's entry with everything that happened to it."""
        with self._means.ledgers.read() as ledger:
            wanted = Wanted(number=source_number)
            rows = ledger.search.rows(ledger.search.older(scope, wanted, 1, None, 1))
            return _story(ledger, scope, rows[0]) if rows else None

    def story_of(self, scope: Scope, entry: int) -> EntryStory | None:
        """The same by the entry itself."""
        with self._means.ledgers.read() as ledger:
            row = ledger.search.one(scope, entry)
            return _story(ledger, scope, row) if row else None


def _wanted(ledger: Ledger, scope: Scope, query: LogQuery) -> Wanted | None:
    """The query in the ledger's words; None when nothing can match."""
    run = ""
    if query.run_number is not None:
        row = ledger.runs.by_number(scope.workspace, query.run_number)
        if row is None or row["connection"] != scope.connection:
            return None
        run = row["id"]
    places, least, most = 2, query.least, query.most
    if least is not None or most is not None:
        places = decimals(ledger.search.currency(scope))
    return Wanted(
        states=tuple(state.value for state in query.states),
        first=query.first,
        last=query.last,
        run=run,
        number=query.source_number,
        shop=query.shop,
        cause=query.cause,
        documents=query.documents,
        least=None if least is None else _minor(least, places, ROUND_CEILING),
        most=None if most is None else _minor(most, places, ROUND_FLOOR),
        text=query.text,
    )


def _minor(amount: Decimal, places: int, rounding: str) -> int:
    """What is finer than the currency cannot have been paid."""
    return int(abs(amount).scaleb(places).to_integral_value(rounding))


def _story(ledger: Ledger, scope: Scope, row: RowMapping) -> EntryStory:
    history = ledger.entries.history(scope, row["id"])
    decided = ledger.decisions.of(scope, SALE, [row["source_id"]])
    numbers = ledger.runs.numbers(scope.workspace, {row["run"]})
    return EntryStory(
        entry_view(row, numbers.get(row["run"], 0)),
        tuple(
            EntryEvent(
                step["at"],
                EntryState(step["state"]),
                step["message"],
                _asker(step),
                step["run_number"] or 0,
            )
            for step in history
        ),
        views(decided),
    )


def _asker(step: RowMapping) -> str:
    """What we did by ourselves, somebody's run asked for."""
    by_us = step["actor"] in ("", "ccc")
    return str((step["requested_by"] if by_us else "") or step["actor"])


def entry_view(row: RowMapping, run_number: int) -> EntryView:
    """A row in people's words, with links to both sides."""
    amount = from_minor(row["amount_minor"], row["currency"])
    return EntryView(
        id=row["id"],
        connection=row["connection"],
        run_number=run_number,
        state=EntryState(row["state"]),
        kind="refund" if amount < 0 else "sale",
        source_id=row["source_id"],
        source_number=row["source_number"],
        source_link=_SALE_URL.format(id=row["source_id"]) if row["source_id"].isdigit() else "",
        document_kind=row["document_kind"],
        document_number=row["document_number"],
        document_id=row["document_id"],
        document_link=_DOCUMENT_URL.format(kind=row["document_kind"].lower(), id=row["document_id"])
        if row["document_id"]
        else "",
        amount=amount,
        currency=row["currency"],
        business_day=row["business_day"],
        shop=row["shop"],
        cause=row["cause"],
        message=row["reason"],
        fix=row["fix"],
        code=row["code"],
        attempts=row["attempts"],
        rules=tuple(row["rules"]),
        actor=row["actor"],
        at=row["changed_at"],
        run=row["run"],
        subject=row["subject"],
    )
