"""Documents, their numbered operations, and the frozen batches that carry them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Connection, Select, bindparam, exists, func, select, update
from sqlalchemy.engine import RowMapping

from sync.domain.identity import Scope
from sync.ledger import tables as t
from sync.ledger.bulk import among, insert_rows, update_rows
from sync.ledger.runs import ACTIVE

OPEN = ("planned", "alone", "frozen")  # operations that will be sent, or were and have no outcome

# What every batch asks is built once: building costs more than the database's answer.
_WORKSPACE: BindParameter[str] = bindparam("in_workspace")
_COMPANY: BindParameter[str] = bindparam("of_company")
_BATCH: BindParameter[str] = bindparam("of_batch")
_NAMES_ONE_WITHOUT_ID = exists().where(
    t.wait.c.operation == t.operation.c.id,
    t.document.c.id == t.wait.c.document,
    t.document.c.qbo_id == "",
)
# By company, because that is what leads to the few open ones among all there ever were.
_PLANNED = (
    select(t.operation)
    .where(
        t.operation.c.workspace == _WORKSPACE,
        t.operation.c.company == _COMPANY,
        t.operation.c.run == bindparam("of_run"),
        t.operation.c.state.in_(("alone", "planned")),
        ~_NAMES_ONE_WITHOUT_ID,
    )
    .order_by(t.operation.c.state, t.operation.c.id)
    .limit(bindparam("at_most"))
)
_PLANNED_OF_TYPES = _PLANNED.where(t.operation.c.type.in_(bindparam("types", expanding=True)))
_ADD_BATCH = t.batch.insert()
_IS_FROZEN = (
    t.batch.c.id == _BATCH,
    t.batch.c.workspace == _WORKSPACE,
    t.batch.c.state == "frozen",
)
_FROZEN = select(t.batch.c.attempts, t.batch.c.sent_at).where(*_IS_FROZEN).with_for_update()
_SENDING = (
    update(t.batch)
    .where(*_IS_FROZEN)
    .values(attempts=t.batch.c.attempts + 1, sent_at=bindparam("now_sent"))
    .returning(t.batch.c.attempts, t.batch.c.sent_at)
)
_OPERATIONS_OF = (
    select(
        t.operation,
        t.document.c.entry,
        t.document.c.number,
        t.document.c.day,
        t.document.c.kind,
        t.document.c.source_id,
        t.document.c.source_account,
        t.document.c.part,
        t.document.c.parts,
        t.document.c.total_minor,
        t.document.c.tax_minor,
        t.document.c.qbo_id,
        t.document.c.sync_token,
        t.document.c.fingerprint,
    )
    .join(t.document, t.document.c.id == t.operation.c.document)
    .where(t.operation.c.batch == _BATCH, t.operation.c.workspace == _WORKSPACE)
    .order_by(t.operation.c.id)
)
_CLOSE = update(t.batch).where(*_IS_FROZEN).values(state="settled", body=b"")
_SOME = update(t.operation).where(t.operation.c.id.in_(bindparam("some", expanding=True)))
_OVER = _SOME.values(state=bindparam("to_state"), body=None)
_AGAIN = _SOME.values(state=bindparam("to_state"), batch=None)


class Posting:
    """The ledger's half of exactly once: identities are unique, a frozen body never changes."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def documents(
        self, workspace: str, company: str, source_account: str, kind: str, ids: Sequence[str]
    ) -> dict[tuple[str, int], RowMapping]:
        """What these source records already are in QuickBooks, by (source id, part)."""
        wanted = {
            "in_workspace": workspace,
            "of_company": company,
            "from_account": source_account,
            "of_kind": kind,
            "source_ids": list(ids),
        }
        rows = self._connection.execute(
            _documents(self._connection.dialect.name), wanted
        ).mappings()
        return {(row["source_id"], row["part"]): row for row in rows}

    def holder_of(self, workspace: str, company: str, number: str) -> str:
        """The sale whose document has this number, or is to have it; "" for none."""
        query = select(t.document.c.source_id).where(
            t.document.c.workspace == workspace,
            t.document.c.company == company,
            t.document.c.kind == "sale",
            func.lower(t.document.c.number) == number.lower(),
        )
        return self._connection.scalar(query.limit(1)) or ""

    def add_documents(self, workspace: str, rows: Sequence[Mapping[str, Any]]) -> list[int]:
        """Insert identities; a second one for the same source record is refused by the table."""
        if not rows:
            return []
        full = [{"workspace": workspace, **row} for row in rows]
        told = insert_rows(
            self._connection, t.document, full, returning=("id", "kind", "source_id", "part")
        )
        made = {(row.kind, row.source_id, row.part): row.id for row in told}
        return [made[row["kind"], row["source_id"], row["part"]] for row in rows]

    def change_documents(self, workspace: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Update documents by `id`; all rows carry the same columns."""
        update_rows(self._connection, t.document, rows, workspace=workspace)

    def plan(self, workspace: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add operations that wait for a batch."""
        full = [{"workspace": workspace, "state": "planned", **row} for row in rows]
        insert_rows(self._connection, t.operation, full)

    def plan_waiting(
        self, workspace: str, row: Mapping[str, Any], documents: Collection[int]
    ) -> None:
        """Add an operation that names other documents; it is sent once all of them have ids."""
        query = t.operation.insert().values({"workspace": workspace, "state": "planned", **row})
        (operation,) = self._connection.execute(query).inserted_primary_key or (None,)
        full = [
            {"workspace": workspace, "operation": operation, "document": document}
            for document in documents
        ]
        self._connection.execute(t.wait.insert(), full)

    def named(self, workspace: str, operations: Collection[int]) -> dict[int, str]:
        """QuickBooks' ids of the documents that these operations name, by our row."""
        query = (
            select(t.document.c.id, t.document.c.qbo_id)
            .join(t.wait, t.wait.c.document == t.document.c.id)
            .where(t.wait.c.workspace == workspace, t.wait.c.operation.in_(operations))
        )
        return {row.id: row.qbo_id for row in self._connection.execute(query)}

    def ids_of(self, workspace: str, documents: Collection[int]) -> dict[int, str]:
        """QuickBooks' ids of documents, by our row; "" for one that is not there yet."""
        query = select(t.document.c.id, t.document.c.qbo_id).where(
            t.document.c.workspace == workspace, t.document.c.id.in_(documents)
        )
        return {row.id: row.qbo_id for row in self._connection.execute(query)}

    def drop_blocked(self, workspace: str, company: str, run: str) -> list[RowMapping]:
        """Give up operations whose documents did not get an id in this run; with their entries.

        Each comes with the number of a document that it waited for.
        """
        named = t.document.alias("named")
        query = (
            select(t.operation.c.id, t.document.c.entry, named.c.number)
            .join(t.document, t.document.c.id == t.operation.c.document)
            .join(t.wait, t.wait.c.operation == t.operation.c.id)
            .join(named, named.c.id == t.wait.c.document)
            .where(
                t.operation.c.workspace == workspace,
                t.operation.c.company == company,
                t.operation.c.run == run,
                t.operation.c.state.in_(("alone", "planned")),
                named.c.qbo_id == "",
            )
        )
        rows = list(self._connection.execute(query).mappings())
        if rows:
            self._connection.execute(
                _OVER, {"some": sorted({row["id"] for row in rows}), "to_state": "dropped"}
            )
        return rows

    def of_entries(self, workspace: str, entries: Collection[int]) -> list[RowMapping]:
        """All documents of these entries, in the order of their parts."""
        query = (
            select(t.document)
            .where(t.document.c.workspace == workspace, t.document.c.entry.in_(entries))
            .order_by(t.document.c.entry, t.document.c.part)
        )
        return list(self._connection.execute(query).mappings())

    def last_operation(self, workspace: str, document_ids: Sequence[int]) -> dict[int, RowMapping]:
        """The newest operation of each document."""
        newest = (
            select(t.operation.c.document, func.max(t.operation.c.n).label("n"))
            .where(t.operation.c.document.in_(document_ids))
            .group_by(t.operation.c.document)
            .subquery()
        )
        query = (
            select(t.operation)
            .join(
                newest,
                (newest.c.document == t.operation.c.document) & (newest.c.n == t.operation.c.n),
            )
            .where(t.operation.c.workspace == workspace)
        )
        return {row["document"]: row for row in self._connection.execute(query).mappings()}

    def planned(
        self, workspace: str, company: str, run: str, limit: int, *, types: Collection[str] = ()
    ) -> list[RowMapping]:
        """Operations of a run that no batch carries yet: those to go alone first, then the old."""
        wanted = {
            "in_workspace": workspace,
            "of_company": company,
            "of_run": run,
            "at_most": limit,
        }
        if types:
            query, wanted["types"] = _PLANNED_OF_TYPES, list(types)
        else:
            query = _PLANNED
        return list(self._connection.execute(query, wanted).mappings())

    def take_over(self, scope: Scope, company: str, run: str) -> None:
        """What ended runs of this connection left unsent: corrections go on in this run.

        Creates are dropped: settings or the sale may have changed since, so it is judged anew.
        """
        ended = select(t.run.c.id).where(
            t.run.c.workspace == scope.workspace,
            t.run.c.connection == scope.connection,
            t.run.c.state.not_in(ACTIVE),
        )
        left = (
            (t.operation.c.workspace == scope.workspace)
            & (t.operation.c.company == company)
            & t.operation.c.state.in_(("planned", "alone"))
            & t.operation.c.run.in_(ended)
        )
        is_create = t.operation.c.action == "create"
        self._connection.execute(
            update(t.operation).where(left, is_create).values(state="dropped", body=None)
        )
        self._connection.execute(update(t.operation).where(left, ~is_create).values(run=run))

    def freeze(
        self,
        workspace: str,
        *,
        request_id: str,
        company: str,
        run: str,
        body: bytes,
        bids: Mapping[int, str],
        now: datetime,
    ) -> None:
        """Write the batch and tie its operations to it, before anything is sent."""
        self._connection.execute(
            _ADD_BATCH,
            {
                "id": request_id,
                "workspace": workspace,
                "company": company,
                "run": run,
                "state": "frozen",
                "body": body,
                "items": len(bids),
                "created_at": now,
            },
        )
        tied = [
            {"id": operation, "state": "frozen", "batch": request_id, "bid": bid}
            for operation, bid in bids.items()
        ]
        update_rows(self._connection, t.operation, tied, workspace=workspace)

    def unsettled(self, scope: Scope, company: str) -> list[RowMapping]:
        """Batches whose outcome is not known yet, with the connection of their run, oldest first.

        Not those that another connection to this company has in hand just now.
        """
        at_work = (
            select(t.lease.c.run)
            .join(t.node, t.node.c.id == t.lease.c.node)
            .where(t.lease.c.connection != scope.connection, t.lease.c.run.is_not(None))
        )
        query = (
            select(t.batch, t.run.c.connection)
            .join(t.run, t.run.c.id == t.batch.c.run)
            .where(
                t.batch.c.workspace == scope.workspace,
                t.batch.c.company == company,
                t.batch.c.state == "frozen",
                t.batch.c.run.not_in(at_work),
            )
            .order_by(t.batch.c.created_at, t.batch.c.id)
        )
        return list(self._connection.execute(query).mappings())

    def frozen(self, workspace: str, request_id: str) -> RowMapping | None:
        """How often and when it was sent, locked until the commit; None once it is settled."""
        return self._connection.execute(_FROZEN, _of(workspace, request_id)).mappings().first()

    def sending(self, workspace: str, request_id: str, now: datetime) -> RowMapping | None:
        """Note an attempt, of which `sent_at` is the last; None when the outcome is known."""
        values = _of(workspace, request_id) | {"now_sent": now}
        return self._connection.execute(_SENDING, values).mappings().first()

    def operations_of(self, workspace: str, request_id: str) -> list[RowMapping]:
        """The operations of a batch with their documents' facts."""
        wanted = _of(workspace, request_id)
        return list(self._connection.execute(_OPERATIONS_OF, wanted).mappings())

    def settle(self, workspace: str, request_id: str, states: Mapping[int, str]) -> bool:
        """Close a batch and its operations; False when somebody else already did.

        An operation that goes back to "planned" or "alone" keeps its body for a new batch.
        """
        closed = self._connection.execute(_CLOSE, _of(workspace, request_id)).rowcount
        if not closed:
            return False
        by_state: dict[str, list[int]] = {}
        for operation, state in states.items():
            by_state.setdefault(state, []).append(operation)
        for state, operations in by_state.items():
            query = _AGAIN if state in ("planned", "alone") else _OVER
            self._connection.execute(query, {"some": operations, "to_state": state})
        return True

    def keep_reasons(self, workspace: str, reasons: Mapping[int, bytes]) -> None:
        """Why operations were refused, in place of the bodies that nobody needs any more."""
        if not reasons:
            return
        query = update(t.operation).where(
            t.operation.c.id == bindparam("b_id"),
            t.operation.c.workspace == workspace,
            t.operation.c.state == "refused",
        )
        values = [{"b_id": operation, "b_body": reason} for operation, reason in reasons.items()]
        self._connection.execute(query.values(body=bindparam("b_body")), values)

    def totals(self, workspace: str, company: str) -> dict[str, tuple[int, int, int]]:
        """By document type: count, total and tax in minor units, of what is posted."""
        query = (
            select(
                t.document.c.type,
                func.count(),
                func.sum(t.document.c.total_minor),
                func.sum(t.document.c.tax_minor),
            )
            .where(
                t.document.c.workspace == workspace,
                t.document.c.company == company,
                t.document.c.qbo_id != "",
            )
            .group_by(t.document.c.type)
        )
        return {
            row[0]: (row[1], int(row[2]), int(row[3])) for row in self._connection.execute(query)
        }


def _of(workspace: str, request_id: str) -> dict[str, Any]:
    return {"in_workspace": workspace, "of_batch": request_id}


@cache
def _documents(dialect: str) -> Select[Any]:
    return select(t.document).where(
        t.document.c.workspace == _WORKSPACE,
        t.document.c.company == _COMPANY,
        t.document.c.source_account == bindparam("from_account"),
        t.document.c.kind == bindparam("of_kind"),
        among(dialect, t.document.c.source_id, "source_ids"),
    )
