"""Rules of a connection: read strictly, checked against the company, kept in their order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.engine import RowMapping

from sync.domain.books import Books, name_key
from sync.domain.identity import Scope
from sync.errors import Conflict, Invalid, NotFound
from sync.ledger.ledger import Ledger
from sync.rules.checks import check, takes_item
from sync.rules.conflicts import conflicts
from sync.rules.grammar import format_rule, parse_rule
from sync.rules.model import Problem, Rule
from sync.rules.sheet import MOST_RULES
from sync.rules.shipped import SHIPPED
from sync.services.books import load_books
from sync.services.means import Means
from sync.services.models import Actor, Option, Role, RuleView
from sync.services.names import did_you_mean, quoted
from sync.services.saved import save_settings
from sync.services.scoped import audit, company_of, found_connection, own_connection


class Rules:
    """Order is policy: rules are judged from top to bottom."""

    def __init__(self, means: Means) -> None:
        self._means = means

    def all(self, scope: Scope) -> tuple[RuleView, ...]:
        """In the order of judging, numbered from 1."""
        with self._means.ledgers.read() as ledger:
            rows = ledger.rules.all(scope)
        return tuple(
            RuleView(row["name"], row["line"], bool(row["enabled"]), place)
            for place, row in enumerate(rows, 1)
        )

    def shipped(self, scope: Scope) -> tuple[str, ...]:
        """Names of rules that come with the product and that nobody has switched here yet."""
        with self._means.ledgers.read() as ledger:
            known = {row["name_key"] for row in ledger.rules.all(scope)}
        return tuple(rule.name for key, rule in SHIPPED.items() if key not in known)

    def add(self, actor: Actor, scope: Scope, line: str) -> RuleView:
        """Parse, check and append; Invalid says what is wrong and what was probably meant."""
        actor.require_in(scope, Role.ADMIN)
        rule = parse_rule(line)
        with self._means.ledgers.write() as ledger:
            row = own_connection(ledger, actor, scope)
            problems = _problems(ledger, row, rule)
            if problems:
                raise Invalid(_said(problems[0]), field="rule")
            rows = ledger.rules.all(scope)
            if len(rows) >= MOST_RULES:
                raise Conflict(
                    f"There are {MOST_RULES:,} rules already, which is the most there can be. "
                    "A condition such as sku starts with AB does the work of many."
                )
            if any(each["name_key"] == name_key(rule.name) for each in rows):
                raise Conflict(
                    f"There is a rule {quoted(rule.name)} already. Remove it first, or give this "
                    "one another name."
                )
            text = format_rule(rule)
            ledger.rules.add(
                scope,
                {
                    "id": self._means.new_id(),
                    "name": rule.name,
                    "name_key": name_key(rule.name),
                    "line": text,
                    "enabled": rule.enabled,
                    "position": 1 + max((each["position"] for each in rows), default=0),
                },
            )
            self._audit(ledger, actor, scope, "added", rule.name, after=text)
            return _view(ledger, scope, rule.name)

    def replace(
        self, actor: Actor, scope: Scope, name: str, line: str, *, was: str = ""
    ) -> RuleView:
        """Another rule in the place of one; Conflict when that one no longer is the line `was`."""
        actor.require_in(scope, Role.ADMIN)
        rule = parse_rule(line)
        with self._means.ledgers.write() as ledger:
            row = own_connection(ledger, actor, scope)
            rows = ledger.rules.all(scope)
            former = _named(rows, name)
            if was and former["line"] != was:
                raise Conflict(f"Somebody else changed it meanwhile. It is now: {former['line']}")
            problems = _problems(ledger, row, rule)
            if problems:
                raise Invalid(_said(problems[0]), field=problems[0].field)
            key = name_key(rule.name)
            if key != former["name_key"] and any(each["name_key"] == key for each in rows):
                raise Conflict(f"There is a rule {quoted(rule.name)} already.")
            text = format_rule(rule)
            if text != former["line"]:
                ledger.rules.change(
                    scope,
                    former["name_key"],
                    name=rule.name,
                    name_key=key,
                    line=text,
                    enabled=rule.enabled,
                )
                self._audit(
                    ledger, actor, scope, "changed", rule.name, before=former["line"], after=text
                )
            return _view(ledger, scope, rule.name)

    def problems(self, scope: Scope, line: str) -> dict[str, str]:
        """What this company lacks for a rule, by the place a form shows it."""
        with self._means.ledgers.read() as ledger:
            row = found_connection(ledger, scope)
            found = _problems(ledger, row, parse_rule(line))
        return {each.field: _said(each) for each in found}

    def account_of(self, scope: Scope, wanted: str) -> Option | None:
        """An account of the company by its id or its name."""
        with self._means.ledgers.read() as ledger:
            books = books_for_rules(ledger, found_connection(ledger, scope))
        found = books.accounts.get(wanted) or books.account_named(wanted)
        return Option(found.id, found.name) if found else None

    def tax_code_of(self, scope: Scope, wanted: str) -> Option | None:
        """A tax code of the company by its id or its name."""
        with self._means.ledgers.read() as ledger:
            books = books_for_rules(ledger, found_connection(ledger, scope))
        key = name_key(wanted)
        for code in books.tax_codes.values():
            if code.id == wanted or name_key(code.name) == key:
                return Option(code.id, code.name)
        return None

    def enable(self, actor: Actor, scope: Scope, name: str) -> RuleView:
        return self._set_enabled(actor, scope, name, True)

    def disable(self, actor: Actor, scope: Scope, name: str) -> RuleView:
        return self._set_enabled(actor, scope, name, False)

    def remove(self, actor: Actor, scope: Scope, name: str) -> None:
        actor.require_in(scope, Role.ADMIN)
        with self._means.ledgers.write() as ledger:
            own_connection(ledger, actor, scope)
            row = _named(ledger.rules.all(scope), name)
            ledger.rules.remove(scope, row["name_key"])
            self._audit(ledger, actor, scope, "removed", row["name"], before=row["line"])

    def move(self, actor: Actor, scope: Scope, name: str, position: int) -> tuple[RuleView, ...]:
        """Put a rule at a place, counted from 1; the others close up."""
        actor.require_in(scope, Role.ADMIN)
        with self._means.ledgers.write() as ledger:
            own_connection(ledger, actor, scope)
            rows = ledger.rules.all(scope)
            row = _named(rows, name)
            keys = [each["name_key"] for each in rows]
            before = keys.index(row["name_key"]) + 1
            after = max(1, min(position, len(keys)))
            if after != before:
                keys.remove(row["name_key"])
                keys.insert(after - 1, row["name_key"])
                for place, key in enumerate(keys, 1):
                    ledger.rules.change(scope, key, position=place)
                self._audit(
                    ledger, actor, scope, "moved", row["name"], before=str(before), after=str(after)
                )
        return self.all(scope)

    def switch(self, actor: Actor, scope: Scope, on: bool) -> None:
        """All rules on or off; filters are not rules and stay."""
        actor.require_in(scope, Role.ADMIN)
        save_settings(self._means, actor, scope, "rules", lambda settings: {"rules_on": on})

    # -- inside

    def _set_enabled(self, actor: Actor, scope: Scope, name: str, enabled: bool) -> RuleView:
        actor.require_in(scope, Role.ADMIN)
        with self._means.ledgers.write() as ledger:
            own_connection(ledger, actor, scope)
            rows = ledger.rules.all(scope)
            if name_key(name) in SHIPPED and not any(_is(row, name) for row in rows):
                rows = self._ship(ledger, scope, SHIPPED[name_key(name)], rows)
            row = _named(rows, name)
            # The line says it too, and is what the judge reads.
            line = format_rule(replace(parse_rule(row["line"]), enabled=enabled))
            if bool(row["enabled"]) is not enabled:
                ledger.rules.change(scope, row["name_key"], enabled=enabled, line=line)
                self._audit(
                    ledger,
                    actor,
                    scope,
                    "enabled" if enabled else "disabled",
                    row["name"],
                    before=row["line"],
                    after=line,
                )
            return _view(ledger, scope, row["name"])

    def _ship(
        self, ledger: Ledger, scope: Scope, rule: Rule, rows: Sequence[RowMapping]
    ) -> list[RowMapping]:
        """A shipped rule becomes one of the connection, judged before what people wrote."""
        ledger.rules.add(
            scope,
            {
                "id": self._means.new_id(),
                "name": rule.name,
                "name_key": name_key(rule.name),
                "line": format_rule(rule),
                "enabled": rule.enabled,
                "position": min((each["position"] for each in rows), default=1) - 1,
            },
        )
        return ledger.rules.all(scope)

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
        audit(
            ledger,
            actor,
            scope,
            f"rule.{what}",
            name,
            before=before,
            after=after,
            now=self._means.clock(),
        )


def _view(ledger: Ledger, scope: Scope, name: str) -> RuleView:
    """A rule as it was just saved, and what stands in its way."""
    rows = ledger.rules.all(scope)
    place = next(n for n, row in enumerate(rows) if row["name_key"] == name_key(name))
    row = rows[place]
    warnings = conflicts([parse_rule(each["line"]) for each in rows], place)
    return RuleView(row["name"], row["line"], bool(row["enabled"]), place + 1, warnings)


def _problems(ledger: Ledger, row: RowMapping, rule: Rule) -> list[Problem]:
    """What stops a rule from being saved."""
    items = ("Item",) if takes_item(rule) else ()
    found = check(rule, books_for_rules(ledger, row, *items))
    return [each for each in found if not each.warning]


def books_for_rules(ledger: Ledger, row: RowMapping, *also: str) -> Books:
    """What a rule may name; items are many, and looked up where a rule names one."""
    kinds = ("Account", "TaxCode", "TaxRate", "Class", "Department", "Term", *also)
    return load_books(ledger, row["workspace"], company_of(ledger, row), only=kinds)


def _is(row: RowMapping, name: str) -> bool:
    return bool(row["name_key"] == name_key(name))


def _named(rows: Sequence[RowMapping], name: str) -> RowMapping:
    for row in rows:
        if _is(row, name):
            return row
    names = [row["name"] for row in rows]
    meant = did_you_mean(name, names) or (
        f" The rules are: {', '.join(map(quoted, names[:10]))}." if names else " There is none yet."
    )
    raise NotFound(f"There is no rule {quoted(name)}.{meant}")


def _said(problem: Problem) -> str:
    meant = f" Did you mean “{problem.suggestion}”?" if problem.suggestion else ""
    return f"{problem.message}.{meant}"
