"""Who may still do what, asked by the worker when work begins that somebody asked for before."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.access import Lookups
from sync.domain.identity import Scope
from sync.errors import Retryable
from sync.services.models import Role, highest

if TYPE_CHECKING:
    from sync.services.facade import Services


class SlackRights:
    """Roles as they are in the ledger now, and people as Slack knows them now."""

    def __init__(self, services: Callable[[], Services], lookups: Callable[[str], Lookups]) -> None:
        self._services = services
        self._lookups = lookups

    def refusal(self, scope: Scope, user: str, role: Role) -> str:
        """In words for the log channel, where the run would have been reported."""
        lookups = self._lookups(scope.workspace)
        if lookups.refuses(user):
            return (
                "Whoever asked for this run cannot use CCC any more: their Slack account is "
                f"deactivated, or a guest's. {_AGAIN.format(role=role.value)}"
            )
        actor = self._services().people.actor(
            scope.workspace, user, lambda asked: lookups.groups_of(user, asked)
        )
        has = actor.role_in(scope.connection)
        if highest(has, role) is has:
            return ""
        if actor.is_unsure:
            raise Retryable("Slack did not say who is in the user groups that have a role")
        return (
            f"Whoever asked for this run is no CCC {role.value} any more. "
            f"{_AGAIN.format(role=role.value)}"
        )


_AGAIN = "Nothing was read or posted; any CCC {role} can start it again."
