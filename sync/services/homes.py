"""Who looks at the Home tab, so that it can be kept true for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from sync.domain.identity import Scope
from sync.errors import Retryable
from sync.services.means import Means
from sync.services.models import Actor, Role
from sync.services.people import People

_REMEMBERED = timedelta(days=30)  # whoever has not looked for longer gets a new one on opening
_MOST = 50  # people per workspace whose Home is redrawn at every change
_HIGHEST_FIRST = (Role.ADMIN, Role.OPERATOR, Role.VIEWER)


class Homes:
    """Opening it is all that anybody does here."""

    def __init__(self, means: Means, people: People) -> None:
        self._means = means
        self._people = people

    def opened(self, workspace: str, user: str) -> None:
        with self._means.ledgers.write() as ledger:
            ledger.setup.home_opened(workspace, user, self._means.clock())

    def of(self, workspace: str) -> tuple[str, ...]:
        """Who should see changes, the latest visitor first."""
        since = self._means.clock() - _REMEMBERED
        with self._means.ledgers.read() as ledger:
            return ledger.setup.homes(workspace, since, _MOST)

    def visitor(self, workspace: str, user: str, connections: Iterable[str]) -> Actor | None:
        """What they may do now; None for who is not served any more, or while nobody knows.

        Somebody who left or became a guest keeps an old page rather than get a new one.
        """
        rights = self._means.rights
        actor = self._people.actor(workspace, user, lambda asked: None)
        try:
            if rights.refusal(Scope(workspace), user, Role.NONE):
                return None
            if not actor.is_unsure:
                return actor
            places = [Scope(workspace, connection) for connection in ("", *connections)]
            found = {
                scope.connection: next(
                    (role for role in _HIGHEST_FIRST if not rights.refusal(scope, user, role)),
                    Role.NONE,
                )
                for scope in places
            }
        except Retryable:
            return None
        everywhere = found.pop("")
        return replace(actor, role=everywhere, higher=tuple(found.items()), is_unsure=False)
