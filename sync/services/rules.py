"""Rules of a connection: read strictly, checked against the company, kept in their order."""

from __future__ import annotations

from sqlalchemy.engine import RowMapping

from sync.domain.books import Books, name_key
from sync.domain.identity import Scope
from sync.errors import Conflict, Invalid, NotFound
from sync.ledger.ledger import Ledger
from sync.rules.checks import check
from sync.rules.grammar import format_rule, parse_rule
from sync.services.books import load_books
from sync.services.means import Means
from sync.services.models import Actor, Role, RuleView
from sync.services.saved import save_settings


class Rules:
    """Order is policy: rules are judged from top to bottom."""

    def __init__(self, means: Means) -> None:
        self._means = means

    def all(self, scope: Scope) -> tuple[RuleView, ...]:
        with self._means.ledgers.read() as ledger:
            return tuple(_view(row) for row in ledger.rules.all(scope))

    def add(self, actor: Actor, scope: Scope, line: str) -> RuleView:
        """Parse, check and append; Invalid says what is wrong and what was probably meant."""
        actor.require(Role.ADMIN)
        rule = parse_rule(line)
        with self._means.ledgers.write() as ledger:
            problems = [p for p in check(rule, self._books(ledger, scope)) if not p.warning]
            if problems:
                first = problems[0]
                meant = f" Did you mean “{first.suggestion}”?" if first.suggestion else ""
                raise Invalid(f"{first.message}.{meant}", field="rule")
            rows = ledger.rules.all(scope)
            if any(row["name_key"] == name_key(rule.name) for row in rows):
                raise Conflict(f"There is a rule “{rule.name}” already; remove it first.")
            position = 1 + max((row["position"] for row in rows), default=0)
            text = format_rule(rule)
            ledger.rules.add(
                scope,
                {
                    "id": self._means.new_id(),
                    "name": rule.name,
                    "name_key": name_key(rule.name),
                    "line": text,
                    "enabled": rule.enabled,
                    "position": position,
                },
            )
            self._audit(ledger, actor, scope, "added", rule.name, after=text)
        return RuleView(rule.name, text, rule.enabled, position)

    def enable(self, actor: Actor, scope: Scope, name: str) -> RuleView:
        return self._set_enabled(actor, scope, name, True)

    def disable(self, actor: Actor, scope: Scope, name: str) -> RuleView:
        return self._set_enabled(actor, scope, name, False)

    def remove(self, actor: Actor, scope: Scope, name: str) -> None:
        actor.require(Role.ADMIN)
        with self._means.ledgers.write() as ledger:
            row = self._named(ledger, scope, name)
            ledger.rules.remove(scope, row["name_key"])
            self._audit(ledger, actor, scope, "removed", row["name"], before=row["line"])

    def move(self, actor: Actor, scope: Scope, name: str, position: int) -> tuple[RuleView, ...]:
        """Put a rule at a place, counted from 1; the others close up."""
        actor.require(Role.ADMIN)
        with self._means.ledgers.write() as ledger:
            row = self._named(ledger, scope, name)
            keys = [each["name_key"] for each in ledger.rules.all(scope)]
            keys.remove(row["name_key"])
            keys.insert(max(0, min(position - 1, len(keys))), row["name_key"])
            for place, key in enumerate(keys, 1):
                ledger.rules.change(scope, key, position=place)
            self._audit(ledger, actor, scope, "moved", row["name"], after=str(position))
        return self.all(scope)

    def switch(self, actor: Actor, scope: Scope, on: bool) -> None:
        """All rules on or off; filters are not rules and stay."""
        actor.require(Role.ADMIN)
        save_settings(self._means, actor, scope, "rules", lambda settings: {"rules_on": on})

    # -- inside

    def _set_enabled(self, actor: Actor, scope: Scope, name: str, enabled: bool) -> RuleView:
        actor.require(Role.ADMIN)
        with self._means.ledgers.write() as ledger:
            row = self._named(ledger, scope, name)
            ledger.rules.change(scope, row["name_key"], enabled=enabled)
            done = "enabled" if enabled else "disabled"
            self._audit(ledger, actor, scope, done, row["name"])
        return RuleView(row["name"], row["line"], enabled, row["position"])

    def _named(self, ledger: Ledger, scope: Scope, name: str) -> RowMapping:
        rows = ledger.rules.all(scope)
        for row in rows:
            if row["name_key"] == name_key(name):
                return row
        known = ", ".join(f"“{row['name']}”" for row in rows) or "none yet"
        raise NotFound(f"There is no rule “{name}”. The rules are: {known}.")

    def _books(self, ledger: Ledger, scope: Scope) -> Books:
        row = ledger.accounts.connection(scope)
        if row is None:
            raise NotFound("There is no such connection.")
        if not row["quickbooks"]:
            raise Invalid("Connect QuickBooks first: a rule may name its accounts.")
        return load_books(ledger, scope.workspace, row["quickbooks"])

    def _audit(
        self,
        ledger: Ledger,
        actor: Actor,
        scope: Scope,
        what: str,
        name: str,
        *,
        before: str = "",
        after: str = "",
    ) -> None:
        ledger.people.write_audit(
            scope.workspace,
            actor.user,
            f"rule.{what}",
            name,
            before=before,
            after=after,
            connection=scope.connection,
            now=self._means.clock(),
        )


def _view(row: RowMapping) -> RuleView:
    return RuleView(row["name"], row["line"], bool(row["enabled"]), row["position"])
