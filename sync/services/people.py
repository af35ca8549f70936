"""Workspaces, roles and the audit trail, and deliveries that must act once."""

from __future__ import annotations

from datetime import datetime

from sync.domain.identity import Scope
from sync.errors import Invalid
from sync.services.means import Means
from sync.services.models import Actor, AuditRow, Role


class People:
    """Who may do what, and who did what."""

    def __init__(self, means: Means) -> None:
        self._means = means

    def role_of(self, workspace: str, user: str) -> Role:
        """NONE for somebody nobody gave a role to."""
        with self._means.ledgers.read() as ledger:
            return Role(ledger.people.role(workspace, user))

    def has_admin(self, workspace: str) -> bool:
        return bool(self.admins(workspace))

    def admins(self, workspace: str) -> tuple[str, ...]:
        roles = self.roles(workspace)
        return tuple(user for user, role in roles.items() if role is Role.ADMIN)

    def roles(self, workspace: str) -> dict[str, Role]:
        with self._means.ledgers.read() as ledger:
            roles = ledger.people.roles(workspace)
        return {user: Role(role) for user, role in sorted(roles.items())}

    def claim_first_admin(self, workspace: str, user: str) -> bool:
        """The first seat only; False once anybody holds one."""
        now = self._means.clock()
        with self._means.ledgers.write() as ledger:
            ledger.people.lock(workspace)  # two people may ask at once
            if Role.ADMIN.value in ledger.people.roles(workspace).values():
                return False
            ledger.people.set_role(workspace, user, Role.ADMIN.value)
            ledger.people.write_audit(
                workspace, user, "role.claimed", user, after=Role.ADMIN.value, now=now
            )
        return True

    def set_role(self, actor: Actor, user: str, role: Role) -> None:
        """Admins only; the last admin cannot be demoted."""
        actor.require(Role.ADMIN)
        now = self._means.clock()
        with self._means.ledgers.write() as ledger:
            ledger.people.lock(actor.workspace)  # two admins may demote each other at once
            roles = ledger.people.roles(actor.workspace)
            admins = [who for who, has in roles.items() if has == Role.ADMIN.value]
            if admins == [user] and role is not Role.ADMIN:
                raise Invalid("The last admin stays one; make somebody else an admin first.")
            if roles.get(user, Role.NONE.value) == role.value:
                return
            ledger.people.set_role(actor.workspace, user, role.value)
            ledger.people.write_audit(
                actor.workspace,
                actor.user,
                "role.set",
                user,
                before=roles.get(user, Role.NONE.value),
                after=role.value,
                now=now,
            )

    def audit(self, scope: Scope, limit: int = 50) -> tuple[AuditRow, ...]:
        """The newest changes of the workspace first."""
        with self._means.ledgers.read() as ledger:
            rows = ledger.people.audit_rows(scope.workspace, limit)
        return tuple(
            AuditRow(
                row["at"], row["actor"], row["action"], row["target"], row["before"], row["after"]
            )
            for row in rows
        )


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
