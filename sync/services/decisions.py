"""What a person decides about single sales: leave out, another day, another number, and back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.engine import RowMapping

from sync.domain.decisions import DecisionKind
from sync.domain.identity import Scope
from sync.domain.money import from_minor
from sync.domain.verdicts import EntryState
from sync.errors import Conflict, Invalid, NotFound
from sync.ledger.ledger import Ledger
from sync.rules.decisions import SKIPPED
from sync.services.books import facts_from_json
from sync.services.choices import document_number
from sync.services.decided import SALE
from sync.services.means import Means
from sync.services.models import Actor, DecisionView, Role, Waiting
from sync.services.names import quoted
from sync.services.reference import load_shop_book
from sync.services.scoped import found_connection, own_connection

_WAITS = (EntryState.HELD.value, EntryState.FAILED.value)
_MOST = 5_000  # sales decided at once
_WHY = 200


class Decisions:
    """Each is an admin's, audited with what stood before, and undone by `forget`.

    A decision says what becomes of a sale when it is judged again; resending it is a step of
    its own, so that a person can decide about many and send them once.
    """

    def __init__(self, means: Means) -> None:
        self._means = means

    # -- knowing

    def of(self, scope: Scope, number: str) -> tuple[DecisionView, ...]:
        """What was decided about a sale, by its number."""
        with self._means.ledgers.read() as ledger:
            row = _entry(ledger, scope, number)
            return views(ledger.decisions.of(scope, SALE, [row["source_id"]]))

    def find(self, scope: Scope, number: str) -> str:
        """The id by which the methods below know this sale."""
        with self._means.ledgers.read() as ledger:
            return str(_entry(ledger, scope, number)["source_id"])

    def waiting(self, scope: Scope, cause: str, subject: str | None = None) -> tuple[Waiting, ...]:
        """The sales that one cause holds back now, whichever run met them; oldest day first."""
        with self._means.ledgers.read() as ledger:
            rows = ledger.entries.waiting(scope, cause, subject, _MOST)
        return tuple(
            Waiting(
                id=row["source_id"],
                number=row["source_number"],
                day=row["business_day"],
                amount=from_minor(row["amount_minor"], row["currency"]),
                currency=row["currency"],
                document_number=row["document_number"],
                message=row["reason"],
            )
            for row in rows
        )

    def first_open_day(self, scope: Scope) -> date | None:
        """The day after the closing date, as far as we know it."""
        with self._means.ledgers.read() as ledger:
            closed = _closed_through(ledger, found_connection(ledger, scope))
        return closed + timedelta(days=1) if closed else None

    # -- deciding

    def skip(self, actor: Actor, scope: Scope, sales: Sequence[str], by: str, why: str = "") -> int:
        """Leave these sales out of the books. `by` is what the log calls the person."""
        actor.require_in(scope, Role.ADMIN)
        reason = " ".join(why.split())[:_WHY]
        said = f"by @{' '.join(by.split())[:50] or actor.user}"
        value = f"{said}: {reason}" if reason else said
        with self._means.ledgers.write() as ledger:
            own_connection(ledger, actor, scope)
            entries = self._undecided(ledger, scope, sales)
            self._decide(ledger, actor, scope, entries, DecisionKind.SKIP, value)
        return len(entries)

    def move(self, actor: Actor, scope: Scope, sales: Sequence[str], day: date) -> int:
        """Date the documents of these sales on this day: neither to come, nor in closed books."""
        actor.require_in(scope, Role.ADMIN)
        with self._means.ledgers.write() as ledger:
            connection = own_connection(ledger, actor, scope)
            closed = _closed_through(ledger, connection)
            if closed is not None and day <= closed:
                raise Invalid(
                    f"The books are closed through {closed}, and CCC never reopens them. The "
                    f"first open day is {closed + timedelta(days=1)}.",
                    field="day",
                )
            today = self._today(ledger, connection)
            if day > today:
                raise Invalid(f"{day} is in the future; today is {today}.", field="day")
            entries = self._undecided(ledger, scope, sales)
            self._decide(ledger, actor, scope, entries, DecisionKind.DATE, day.isoformat())
        return len(entries)

    def renumber(self, actor: Actor, scope: Scope, sale: str, number: str) -> str:
        """Give the document of one sale a number of its own, not yet used by another of ours."""
        actor.require_in(scope, Role.ADMIN)
        wanted = document_number(number)
        with self._means.ledgers.write() as ledger:
            connection = own_connection(ledger, actor, scope)
            (entry,) = self._undecided(ledger, scope, [sale])
            if not connection["quickbooks"]:
                raise Conflict("Connect QuickBooks first: /ccc connect quickbooks.")
            holder = ledger.posting.holder_of(
                scope.workspace, connection["quickbooks"], wanted
            ) or ledger.decisions.holder_of(scope, SALE, DecisionKind.NUMBER.value, wanted)
            if holder and holder != entry["source_id"]:
                raise Invalid(
                    f"Another sale has the number {quoted(wanted)}. Choose another.", field="number"
                )
            self._decide(ledger, actor, scope, [entry], DecisionKind.NUMBER, wanted)
        return wanted

    def forget(self, actor: Actor, scope: Scope, sale: str) -> tuple[DecisionView, ...]:
        """Undo every decision about a sale; what they were."""
        actor.require_in(scope, Role.ADMIN)
        with self._means.ledgers.write() as ledger:
            own_connection(ledger, actor, scope)
            (entry,) = self._entries(ledger, scope, [sale])
            rows = ledger.decisions.of(scope, SALE, [sale])
            if not rows:
                raise NotFound(f"Nothing was decided about sale {entry['source_number']}.")
            if entry["document_id"]:
                raise Conflict(
                    f"Sale {entry['source_number']} is in QuickBooks as it was decided; change "
                    "its document there."
                )
            ledger.decisions.forget(scope, SALE, [sale], [row["decision"] for row in rows])
            for row in rows:
                self._audit(ledger, actor, scope, "forgotten", entry, row["value"], "")
        return views(rows)

    # -- inside

    def _undecided(self, ledger: Ledger, scope: Scope, sales: Sequence[str]) -> list[RowMapping]:
        """The entries, none of which may be in the books or on its way there."""
        if not sales:
            raise NotFound("No sale waits there any more.")
        if len(sales) > _MOST:
            raise Invalid(f"At most {_MOST:,} sales are decided at once.")
        entries = self._entries(ledger, scope, sales)
        for entry in entries:
            number, state = entry["source_number"], entry["state"]
            if entry["document_id"]:
                raise Conflict(f"Sale {number} is in QuickBooks already; change it there.")
            if state not in _WAITS and entry["cause"] != SKIPPED:
                raise Conflict(
                    f"Sale {number} is {state}; only sales that are held or failed are decided."
                )
        return entries

    def _entries(self, ledger: Ledger, scope: Scope, sales: Sequence[str]) -> list[RowMapping]:
        known = ledger.entries.known(scope, SALE, list(dict.fromkeys(sales)))
        if missing := [sale for sale in sales if sale not in known]:
            raise NotFound(f"There is no entry for sale {missing[0][:40]} here.")
        return list(known.values())

    def _decide(
        self,
        ledger: Ledger,
        actor: Actor,
        scope: Scope,
        entries: Sequence[RowMapping],
        kind: DecisionKind,
        value: str,
    ) -> None:
        """A skip replaces everything else, and anything else takes a skip back."""
        ids = [entry["source_id"] for entry in entries]
        before: dict[str, list[str]] = {}
        replaced = [
            row
            for row in ledger.decisions.of(scope, SALE, ids)
            if row["decision"] == kind.value
            or DecisionKind.SKIP.value in (row["decision"], kind.value)
        ]
        for row in replaced:
            before.setdefault(row["source_id"], []).append(f"{row['decision']} {row['value']}")
        ledger.decisions.forget(scope, SALE, ids, {row["decision"] for row in replaced})
        now = self._means.clock()
        rows: list[dict[str, Any]] = [
            {
                "source_id": sale,
                "decision": kind.value,
                "value": value,
                "actor": actor.user,
                "at": now,
            }
            for sale in ids
        ]
        ledger.decisions.save(scope, SALE, rows)
        for entry in entries:
            was = "; ".join(before.get(entry["source_id"], ()))
            self._audit(ledger, actor, scope, kind.value, entry, was, value)

    def _audit(
        self,
        ledger: Ledger,
        actor: Actor,
        scope: Scope,
        what: str,
        entry: RowMapping,
        before: str,
        after: str,
    ) -> None:
        ledger.people.write_audit(
            scope.workspace,
            actor.user,
            f"decision.{what}",
            f"sale {entry['source_number']}",
            before=before,
            after=after,
            connection=scope.connection,
            now=self._means.clock(),
        )

    def _today(self, ledger: Ledger, connection: RowMapping) -> date:
        """The latest day it is in any of the shops."""
        zones = [ZoneInfo("UTC")]
        if connection["lightspeed"]:
            book = load_shop_book(ledger, connection["workspace"], connection["lightspeed"])
            zones = list(book.zones.values()) or zones
        return max(self._means.clock().astimezone(zone).date() for zone in zones)


def views(rows: Sequence[RowMapping]) -> tuple[DecisionView, ...]:
    """Rows as people read them."""
    return tuple(
        DecisionView(DecisionKind(row["decision"]), row["value"], row["actor"], row["at"])
        for row in rows
    )


def _entry(ledger: Ledger, scope: Scope, number: str) -> RowMapping:
    rows, _ = ledger.entries.search(scope, number=number, limit=1)
    if not rows:
        raise NotFound(f"There is no entry for sale {number} here.")
    return rows[0]


def _closed_through(ledger: Ledger, connection: RowMapping) -> date | None:
    company = ledger.accounts.get(connection["workspace"], connection["quickbooks"] or "")
    facts = facts_from_json(company["facts"]) if company is not None else None
    return facts.closed_through if facts else None
