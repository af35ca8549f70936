"""Where the bot is installed, with its sealed tokens, and installations that were begun."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, select, update
from sqlalchemy.engine import RowMapping

from sync.ledger import tables as t
from sync.ledger.people import upsert


class Installations:
    """One row for each workspace, or for an organisation that installed it for all of its own."""

    def __init__(self, connection: Connection, now: ColumnElement[float]) -> None:
        self._connection = connection
        self._now = now

    def get(self, id: str) -> RowMapping | None:
        query = select(t.installation).where(t.installation.c.id == id)
        return self._connection.execute(query).mappings().first()

    def all(self) -> list[RowMapping]:
        """Every one, also those that ended: for the clock and for `ccc doctor`."""
        query = select(t.installation).order_by(t.installation.c.id)
        return list(self._connection.execute(query).mappings())

    def save(self, id: str, values: Mapping[str, Any]) -> None:
        """A new one, or the same one again with fresh tokens."""
        query = upsert(self._connection, t.installation).values(id=id, **values)
        query = query.on_conflict_do_update(index_elements=["id"], set_=dict(values))
        self._connection.execute(query)

    def change(self, id: str, **values: Any) -> None:
        mine = t.installation.c.id == id
        self._connection.execute(update(t.installation).where(mine).values(**values))

    def forget(self, id: str) -> None:
        self._connection.execute(delete(t.installation).where(t.installation.c.id == id))

    def rotated(self, id: str, version: int, **values: Any) -> bool:
        """Save refreshed tokens; False when others were saved since we read `version`."""
        here = t.installation.c
        query = (
            update(t.installation)
            .where(here.id == id, here.token_version == version, here.tokens.is_not(None))
            .values(token_version=version + 1, refreshing_until=None, **values)
        )
        return bool(self._connection.execute(query).rowcount)

    def end(self, id: str, state: str, now: datetime) -> bool:
        """Forget the tokens; False when it had ended so before."""
        here = t.installation.c
        query = (
            update(t.installation)
            .where(here.id == id, here.state.not_in((state, "uninstalled")))
            .values(state=state, tokens=None, token_expires_at=None, ended_at=now)
        )
        return bool(self._connection.execute(query).rowcount)

    def claim_refresh(self, id: str, version: int, seconds: float) -> bool:
        """True for the one process that may refresh these tokens now."""
        here = t.installation.c
        free = here.refreshing_until.is_(None) | (here.refreshing_until < self._now)
        query = (
            update(t.installation)
            .where(here.id == id, here.token_version == version, free)
            .values(refreshing_until=self._now + seconds)
        )
        return bool(self._connection.execute(query).rowcount)

    # -- begun, not finished

    def begin(self, digest: str, expires_at: datetime, now: datetime) -> None:
        old = t.install_state.c.expires_at < now
        self._connection.execute(delete(t.install_state).where(old))
        row = {"digest": digest, "expires_at": expires_at}
        self._connection.execute(t.install_state.insert(), row)

    def spend(self, digests: Sequence[str], now: datetime) -> bool:
        """True once for a state that was begun and is not too old."""
        here = t.install_state.c
        query = (
            delete(t.install_state)
            .where(here.digest.in_(digests), here.expires_at >= now)
            .returning(here.digest)
        )
        return self._connection.execute(query).first() is not None
