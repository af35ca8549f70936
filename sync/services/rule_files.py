"""Rules of a connection as a file: given out, looked at, and taken in once that is confirmed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from sqlalchemy.engine import RowMapping

from sync.domain.books import name_key
from sync.domain.identity import Scope
from sync.errors import Conflict
from sync.ledger.ledger import Ledger
from sync.rules.checks import check, takes_item
from sync.rules.grammar import format_rule, parse_rule
from sync.rules.model import Rule
from sync.rules.sheet import MOST_RULES, Read, Rejected, read_sheet
from sync.rules.sheet_out import write_sheet
from sync.services.means import Means
from sync.services.models import Actor, Role
from sync.services.rule_file_models import RulesFile
from sync.services.rules import books_for_rules
from sync.services.scoped import audit, found_connection, own_connection


@dataclass(slots=True)
class _Sorted:
    new: list[Rule] = field(default_factory=list)
    changed: list[tuple[str, Rule]] = field(default_factory=list)
    unchanged: int = 0
    rejected: list[Rejected] = field(default_factory=list)


class RuleFiles:
    """Rules that a file does not name stay as they are, on and in their place."""

    def __init__(self, means: Means) -> None:
        self._means = means

    def export(self, scope: Scope) -> str:
        """All rules in their order, in the shape that `look` reads."""
        with self._means.ledgers.read() as ledger:
            found_connection(ledger, scope)
            rows = ledger.rules.all(scope)
        return write_sheet([parse_rule(row["line"]) for row in rows])

    def send(self, actor: Actor, scope: Scope, channel: str) -> None:
        """Ask for the file; it is sent to `channel`."""
        actor.require_in(scope, Role.ADMIN)
        payload = {"channel": channel, "user": actor.user}
        with self._means.ledgers.write() as ledger:
            own_connection(ledger, actor, scope)
            ledger.outbox.tell(scope, "rules.export", payload, now=self._means.clock())

    def look(self, actor: Actor, scope: Scope, text: str) -> RulesFile:
        """Counts and reasons; nothing is written."""
        actor.require_in(scope, Role.ADMIN)
        with self._means.ledgers.read() as ledger:
            row = found_connection(ledger, scope)
            return _looked(ledger, row, ledger.rules.all(scope), text)

    def take(self, actor: Actor, scope: Scope, text: str, confirms: str) -> RulesFile:
        """Write what was looked at; Conflict when the rules or the file are others by now."""
        actor.require_in(scope, Role.ADMIN)
        with self._means.ledgers.write() as ledger:
            row = own_connection(ledger, actor, scope)
            rows = ledger.rules.all(scope)
            found = _looked(ledger, row, rows, text)
            if found.confirms != confirms:
                raise Conflict("The rules were changed since you looked at the file. Look again.")
            now = self._means.clock()
            for before, line in found.changed:
                rule = parse_rule(line)
                ledger.rules.change(scope, name_key(rule.name), line=line, **_columns(rule))
                audit(
                    ledger,
                    actor,
                    scope,
                    "rule.changed",
                    rule.name,
                    before=before,
                    after=line,
                    now=now,
                )
            last = max((each["position"] for each in rows), default=0)
            for place, line in enumerate(found.new, last + 1):
                rule = parse_rule(line)
                new = {"id": self._means.new_id(), "name_key": name_key(rule.name)}
                ledger.rules.add(scope, {**new, "line": line, "position": place, **_columns(rule)})
                audit(ledger, actor, scope, "rule.added", rule.name, after=line, now=now)
        return found


def _columns(rule: Rule) -> dict[str, str | bool]:
    return {"name": rule.name, "enabled": rule.enabled}


def _looked(ledger: Ledger, row: RowMapping, rows: Sequence[RowMapping], text: str) -> RulesFile:
    sheet = read_sheet(text)
    also = ("Item",) if any(takes_item(each.rule) for each in sheet.rules) else ()
    books = books_for_rules(ledger, row, *also)
    ours = {"", name_key(row["id"]), name_key(books.facts.name)}
    here = [each for each in sheet.rules if name_key(each.connection) in ours]
    lines = {each["name_key"]: str(each["line"]) for each in rows}
    found = _Sorted(rejected=list(sheet.rejected))
    for read in here:
        wrong = [each for each in check(read.rule, books) if not each.warning]
        if wrong:
            meant = f", did you mean “{wrong[0].suggestion}”?" if wrong[0].suggestion else ""
            found.rejected.append(Rejected(read.lines, f"{wrong[0].message}{meant}"))
        else:
            _sort(found, read, lines)
    confirms = sha256("\n".join((text, *(str(row["line"]) for row in rows))).encode())
    return RulesFile(
        tuple(map(format_rule, found.new)),
        tuple((before, format_rule(rule)) for before, rule in found.changed),
        found.unchanged,
        sheet.grouped,
        len(sheet.rules) - len(here),
        tuple(sorted(found.rejected, key=lambda each: each.lines)),
        confirms.hexdigest(),
    )


def _sort(found: _Sorted, read: Read, lines: dict[str, str]) -> None:
    standing = lines.get(name_key(read.rule.name))
    if standing is None and len(lines) + len(found.new) >= MOST_RULES:
        reason = f"a connection has at most {MOST_RULES:,} rules"
        found.rejected.append(Rejected(read.lines, reason))
    elif standing is None:
        found.new.append(read.rule)
    elif standing == format_rule(read.rule):
        found.unchanged += 1
    else:
        found.changed.append((standing, read.rule))
