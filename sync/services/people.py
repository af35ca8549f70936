"""Workspaces, roles and the audit trail, and deliveries that must act once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sync.domain.identity import Scope
from sync.errors import Invalid
from sync.services.means import Means
from sync.services.models import Actor, AuditRow, Grant, Role, highest
from sync.services.scoped import own_connection


class People:
    """Who may do what, and who did what."""

    def __init__(self, means: Means) -> None:
        self._means = means

    def grants(self, workspace: str) -> tuple[Grant, ...]:
        """Who was given what, for every connection first."""
        with self._means.ledgers.read() as ledger:
            rows = ledger.people.grants(workspace)
        found = (Grant(row["subject"], Role(row["role"]), row["connection"]) for row in rows)
        return tuple(grant for grant in found if grant.role is not Role.NONE)

    def actor(
        self,
        workspace: str,
        user: str,
        groups: Callable[[tuple[str, ...]], frozenset[str] | None] = lambda asked: frozenset(),
    ) -> Actor:
        """Somebody with all their roles: by name, and by the groups they are in.

        `groups` says in which of some groups they are, None when that cannot be known now; it is
        asked only when a group has a role.
        """
        grants = self.grants(workspace)
        asked = tuple(dict.fromkeys(grant.subject for grant in grants if grant.is_group))
        inside = groups(asked) if asked else frozenset()
        mine = [
            grant for grant in grants if grant.subject == user or grant.subject in (inside or ())
        ]
        everywhere = highest(*(grant.role for grant in mine if not grant.connection))
        higher = tuple((grant.connection, grant.role) for grant in mine if grant.connection)
        return Actor(workspace, user, everywhere, higher, is_unsure=inside is None)

    def role_of(self, workspace: str, user: str) -> Role:
        """By name and in every connection; NONE for somebody nobody gave a role to."""
        return self.roles(workspace).get(user, Role.NONE)

    def has_admin(self, workspace: str) -> bool:
        return bool(self.admins(workspace))

    def admins(self, workspace: str, connection: str = "") -> tuple[str, ...]:
        """People who are admins by name, also those of one connection only when it is given."""
        places = ("", connection)
        return tuple(
            dict.fromkeys(
                grant.subject
                for grant in self.grants(workspace)
                if grant.role is Role.ADMIN and not grant.is_group and grant.connection in places
            )
        )

    def roles(self, workspace: str) -> dict[str, Role]:
        with self._means.ledgers.read() as ledger:
            roles = ledger.people.roles(workspace)
        return {user: Role(role) for user, role in sorted(roles.items())}

    def claim_first_admin(self, workspace: str, user: str) -> bool:
        """The first seat only; False once anybody holds one."""
        now = self._means.clock()
        with self._means.ledgers.write() as ledger:
            ledger.people.lock(workspace)  # two people may ask at once
            if _named_admins(ledger.people.roles(workspace)):
                return False
            ledger.people.set_role(workspace, user, Role.ADMIN.value)
            ledger.people.write_audit(
                workspace, user, "role.claimed", user, after=Role.ADMIN.value, now=now
            )
        return True

    def set_role(self, actor: Actor, user: str, role: Role, connection: str = "") -> None:
        """Of a person or a user group, in one connection or in all of them; NONE takes it away.

        Admins only, those of a connection for that one; the last admin by name stays one, because
        a group can become empty behind our back.
        """
        scope = Scope(actor.workspace, connection)
        actor.require_in(scope, Role.ADMIN)
        now = self._means.clock()
        with self._means.ledgers.write() as ledger:
            ledger.people.lock(actor.workspace)  # two admins may demote each other at once
            if connection:
                own_connection(ledger, actor, scope)
            had = {
                (row["subject"], row["connection"]): row["role"]
                for row in ledger.people.grants(actor.workspace)
            }
            before = had.get((user, connection), Role.NONE.value)
            named = _named_admins(ledger.people.roles(actor.workspace))
            if not connection and named == [user] and role is not Role.ADMIN:
                raise Invalid("The last admin stays one; make somebody else an admin first.")
            if before == role.value:
                return
            ledger.people.set_role(actor.workspace, user, role.value, connection)
            ledger.people.write_audit(
                actor.workspace,
                actor.user,
                "role.set",
                user,
                before=before,
                after=role.value,
                connection=connection,
                now=now,
            )

    def gone(self, workspace: str, user: str, why: str) -> tuple[str, ...]:
        """Take every role of somebody who may not use CCC any more; what they were.

        Also the last admin's: an admin of the Slack workspace can then take the first seat again.
        """
        now = self._means.clock()
        with self._means.ledgers.write() as ledger:
            ledger.people.lock(workspace)
            had = ledger.people.take_roles(workspace, user)
            for row in had:
                ledger.people.write_audit(
                    workspace,
                    "ccc",
                    "role.taken",
                    user,
                    before=row["role"],
                    after=f"none: {why}",
                    connection=row["connection"],
                    now=now,
                )
        return tuple(dict.fromkeys(row["role"] for row in had))

    def audit(
        self,
        scope: Scope,
        limit: int = 50,
        *,
        before: int | None = None,
        by: str = "",
        word: str = "",
        only: Sequence[str] | None = None,
    ) -> tuple[AuditRow, ...]:
        """The newest changes of the workspace first, older than `before`; `only` connections."""
        with self._means.ledgers.read() as ledger:
            rows = ledger.people.audit_rows(
                scope.workspace, limit, before=before, actor=by, word=word, only=only
            )
        return tuple(
            AuditRow(
                row["at"],
                row["actor"],
                row["action"],
                row["target"],
                row["before"],
                row["after"],
                row["id"],
                row["connection"],
            )
            for row in rows
        )


def _named_admins(roles: Mapping[str, str]) -> list[str]:
    """A user group is no seat: nobody may be in it tomorrow."""
    admin = Role.ADMIN.value
    return [who for who, has in roles.items() if has == admin and not who.startswith("S")]


class Workspaces:
    """The Slack workspaces that use this installation."""

    def __init__(self, means: Means) -> None:
        self._means = means

    def ensure(self, workspace: str, name: str) -> None:
        with self._means.ledgers.write() as ledger:
            ledger.people.ensure_workspace(workspace, name, self._means.clock())

    def name(self, workspace: str) -> str:
        with self._means.ledgers.read() as ledger:
            return ledger.people.workspace_name(workspace)


class Requests:
    """Slack may deliver twice and people press twice: each acts once, on any process."""

    def __init__(self, means: Means) -> None:
        self._means = means

    def first_time(self, workspace: str, key: str, now: datetime) -> bool:
        with self._means.ledgers.write() as ledger:
            return ledger.people.first_time(workspace, key, now)
