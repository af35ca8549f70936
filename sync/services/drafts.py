"""What somebody typed into a form and has not saved: it survives a closed window."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from sync.domain.identity import Scope
from sync.services.means import Means
from sync.services.models import Actor, Role
from sync.services.scoped import found_connection, own_connection

_LONGEST = 60_000  # bytes; a form that Slack can show holds less


@dataclass(frozen=True, slots=True)
class Draft:
    """The fields of a form as they were left, and when."""

    data: Mapping[str, Any]
    at: datetime


class Drafts:
    """One draft per person, connection and form."""

    def __init__(self, means: Means) -> None:
        self._means = means

    def keep(self, actor: Actor, scope: Scope, form: str, data: Mapping[str, Any]) -> None:
        """Over what was kept before; a draft nobody could have typed is not kept."""
        actor.require_in(scope, Role.ADMIN)
        if len(orjson.dumps(data)) > _LONGEST:
            return
        with self._means.ledgers.write() as ledger:
            own_connection(ledger, actor, scope)
            ledger.setup.keep_draft(scope, actor.user, form, data, self._means.clock())

    def kept(self, actor: Actor, scope: Scope, form: str) -> Draft | None:
        """This person's own; nobody sees what somebody else has not saved."""
        actor.require_in(scope, Role.ADMIN)
        with self._means.ledgers.read() as ledger:
            found_connection(ledger, scope)
            row = ledger.setup.draft(scope, actor.user, form)
        return Draft(row["data"], row["at"]) if row is not None else None

    def forget(self, actor: Actor, scope: Scope, form: str) -> None:
        actor.require_in(scope, Role.ADMIN)
        with self._means.ledgers.write() as ledger:
            own_connection(ledger, actor, scope)
            ledger.setup.drop_draft(scope, actor.user, form)
