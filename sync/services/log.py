"""The transaction log as people read it: filtered pages, and the story of one sale."""

from __future__ import annotations

from sqlalchemy.engine import RowMapping

from sync.domain.identity import Scope
from sync.domain.money import from_minor
from sync.domain.verdicts import EntryState
from sync.services.decided import SALE
from sync.services.decisions import views
from sync.services.means import Means
from sync.services.models import EntryEvent, EntryPage, EntryStory, EntryView, LogQuery

_SALE_URL = (
    "https://cloud.lightspeedapp.com/?name=transaction.views.transaction&form_name=view&id={id}"
)
_DOCUMENT_URL = "https://app.qbo.intuit.com/app/{kind}?txnId={id}"


class Log:
    """Read models of entries; nothing here changes one."""

    def __init__(self, means: Means) -> None:
        self._means = means

    def search(
        self, scope: Scope, query: LogQuery, *, after: int | None = None, limit: int = 20
    ) -> EntryPage:
        """Newest first; `after` is the last id of the page before."""
        with self._means.ledgers.read() as ledger:
            run = ""
            if query.run_number is not None:
                row = ledger.runs.by_number(scope.workspace, query.run_number)
                if row is None or row["connection"] != scope.connection:
                    return EntryPage((), 0, None)
                run = row["id"]
            rows, total = ledger.entries.search(
                scope,
                states=[state.value for state in query.states],
                first=query.first,
                last=query.last,
                text=query.text,
                run=run,
                number=query.source_number,
                before=after,
                limit=limit + 1,
            )
            numbers = ledger.runs.numbers(scope.workspace, {row["run"] for row in rows})
        page = rows[:limit]
        return EntryPage(
            tuple(entry_view(row, numbers.get(row["run"], 0)) for row in page),
            total,
            page[-1]["id"] if len(rows) > limit else None,
        )

    def story(self, scope: Scope, source_number: str) -> EntryStory | None:
        """One sale's entry with everything that happened to it."""
        with self._means.ledgers.read() as ledger:
            rows, _ = ledger.entries.search(scope, number=source_number, limit=1)
            if not rows:
                return None
            history = ledger.entries.history(scope, rows[0]["id"])
            decided = ledger.decisions.of(scope, SALE, [rows[0]["source_id"]])
            numbers = ledger.runs.numbers(scope.workspace, {rows[0]["run"]})
        return EntryStory(
            entry_view(rows[0], numbers.get(rows[0]["run"], 0)),
            tuple(
                EntryEvent(
                    row["at"],
                    EntryState(row["state"]),
                    row["message"],
                    row["actor"],
                    row["run_number"] or 0,
                )
                for row in history
            ),
            views(decided),
        )


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
    )
