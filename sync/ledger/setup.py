"""What set-up remembers: drafts of forms, what a survey found, and who looks at the Home tab."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, select
from sqlalchemy.engine import RowMapping

from sync.domain.identity import Scope
from sync.ledger import tables as t
from sync.ledger.people import upsert


class Setup:
    """A draft belongs to one person; one that belongs to nobody ("") is the connection's own."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # -- drafts

    def draft(
        self, scope: Scope, user: str, form: str, *, locked: bool = False
    ) -> RowMapping | None:
        query = select(t.draft).where(_draft(scope, user, form))
        if locked:
            query = query.with_for_update()
        return self._connection.execute(query).mappings().first()

    def keep_draft(
        self, scope: Scope, user: str, form: str, data: Mapping[str, Any], now: datetime
    ) -> None:
        query = upsert(self._connection, t.draft).values(
            workspace=scope.workspace,
            user=user,
            connection=scope.connection,
            form=form,
            data=data,
            at=now,
        )
        query = query.on_conflict_do_update(
            index_elements=["workspace", "user", "connection", "form"],
            set_={"data": query.excluded.data, "at": query.excluded.at},
        )
        self._connection.execute(query)

    def drop_draft(self, scope: Scope, user: str, form: str) -> None:
        self._connection.execute(delete(t.draft).where(_draft(scope, user, form)))

    # -- what sales look like

    def survey(self, scope: Scope) -> RowMapping | None:
        query = select(t.survey).where(
            t.survey.c.connection == scope.connection, t.survey.c.workspace == scope.workspace
        )
        return self._connection.execute(query).mappings().first()

    def save_survey(
        self, scope: Scope, first: date, last: date, data: Mapping[str, Any], now: datetime
    ) -> None:
        values = {"first_day": first, "last_day": last, "data": data, "read_at": now}
        query = upsert(self._connection, t.survey).values(
            connection=scope.connection, workspace=scope.workspace, **values
        )
        self._connection.execute(
            query.on_conflict_do_update(index_elements=["connection"], set_=values)
        )

    def survey_is_asked(self, scope: Scope, since: datetime) -> bool:
        """Whether a worker has been told already and is not done with it."""
        query = select(t.job.c.id).where(
            t.job.c.workspace == scope.workspace,
            t.job.c.connection == scope.connection,
            t.job.c.kind == "survey",
            t.job.c.state == "queued",
            t.job.c.created_at > since,
        )
        return self._connection.scalar(query.limit(1)) is not None

    # -- the Home tab

    def home_opened(self, workspace: str, user: str, now: datetime) -> None:
        query = upsert(self._connection, t.home).values(
            workspace=workspace, user=user, opened_at=now
        )
        self._connection.execute(
            query.on_conflict_do_update(
                index_elements=["workspace", "user"], set_={"opened_at": now}
            )
        )

    def homes(self, workspace: str, since: datetime, limit: int) -> tuple[str, ...]:
        """People who opened it, the latest first."""
        query = (
            select(t.home.c.user)
            .where(t.home.c.workspace == workspace, t.home.c.opened_at > since)
            .order_by(t.home.c.opened_at.desc(), t.home.c.user)
            .limit(limit)
        )
        return tuple(self._connection.scalars(query))


def _draft(scope: Scope, user: str, form: str) -> ColumnElement[bool]:
    return and_(
        t.draft.c.workspace == scope.workspace,
        t.draft.c.user == user,
        t.draft.c.connection == scope.connection,
        t.draft.c.form == form,
    )
