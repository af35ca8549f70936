"""Who wants to hear how much and when, and what a day's digest has to tell."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.engine import RowMapping

from sync.domain.identity import Scope
from sync.domain.money import from_minor
from sync.domain.quiet import Level, clock_time, digest_day, last_digest
from sync.domain.schedule import parse_schedule
from sync.domain.verdicts import EntryState
from sync.errors import Invalid, NotAllowed, Retryable
from sync.services.means import Means
from sync.services.models import Actor, CauseGroup, Role
from sync.services.scoped import audit, found_connection, own_connection

_CHANNEL = re.compile(r"[CG][A-Z0-9]+")
_MOST_CHART_DAYS = 366


@dataclass(frozen=True, slots=True)
class Notice:
    """What one channel or person hears of a connection; times are in `zone`."""

    target: str
    level: Level
    digest: str = ""  # "08:00", "" for none
    quiet_from: str = ""
    quiet_to: str = ""
    zone: str = "UTC"
    is_chosen: bool = True  # by somebody; else it is how things are without a choice

    @property
    def said(self) -> str:
        """In one line, for the audit trail."""
        quiet = f"{self.quiet_from}-{self.quiet_to}" if self.quiet_from else "none"
        return f"{self.level}, digest {self.digest or 'none'}, quiet {quiet}, {self.zone}"


@dataclass(frozen=True, slots=True)
class OpenCause:
    """What waits for a person; `run` is one that met it, for its buttons."""

    group: CauseGroup
    run: str


@dataclass(frozen=True, slots=True)
class DayFigures:
    """Sales of one business day (or of several) as they stand now."""

    day: date
    counts: dict[EntryState, int]
    posted: Decimal = Decimal(0)
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Digest:
    """A business day by shop, and everything that waits, whenever it was sold."""

    day: date
    total: DayFigures
    shops: tuple[tuple[str, DayFigures], ...]
    causes: tuple[OpenCause, ...]

    @property
    def is_empty(self) -> bool:
        """Nothing sold and nothing to do."""
        return not self.causes and not any(self.total.counts.values())


_POSTED = (EntryState.POSTED, EntryState.WARNED, EntryState.DUPLICATE)


class Notices:
    """Levels, quiet hours and digests; the log channel hears everything until told otherwise."""

    def __init__(self, means: Means) -> None:
        self._means = means

    def of(self, scope: Scope, target: str, zone: str = "UTC") -> Notice:
        """What this channel or person hears; `zone` is the connection's."""
        with self._means.ledgers.read() as ledger:
            row = ledger.notices.get(scope, target)
        return _notice(row) if row else _default(target, zone)

    def all(self, scope: Scope) -> tuple[Notice, ...]:
        """Everybody who chose something."""
        with self._means.ledgers.read() as ledger:
            return tuple(_notice(row) for row in ledger.notices.all(scope))

    def listening(self, scope: Scope) -> tuple[Notice, ...]:
        """The same, without people who may not see amounts any more."""
        return tuple(notice for notice in self.all(scope) if self._may_hear(scope, notice.target))

    def _may_hear(self, scope: Scope, target: str) -> bool:
        """A person who left, or became a guest; for as long as Slack does not say, nobody may."""
        if _CHANNEL.fullmatch(target):
            return True
        try:
            return not self._means.rights.refusal(scope, target, Role.NONE)
        except Retryable:
            return False

    def set(
        self,
        actor: Actor,
        scope: Scope,
        target: str,
        *,
        level: Level | None = None,
        digest: str | None = None,
        quiet: tuple[str, str] | None = None,
        zone: str = "",
        own_zone: str = "UTC",
    ) -> Notice:
        """Change what is given. One's own is everybody's to choose, a channel's the admins'."""
        if target != actor.user:
            actor.require_in(scope, Role.ADMIN)
            if not _CHANNEL.fullmatch(target):
                raise NotAllowed("People choose for themselves what they want to hear.")
        actor.require_in(scope, Role.VIEWER)
        now = self._means.clock()
        with self._means.ledgers.write() as ledger:
            own_connection(ledger, actor, scope)
            row = ledger.notices.get(scope, target)
            before = _notice(row) if row else _default(target, own_zone)
            after = replace(
                before,
                level=before.level if level is None else level,
                zone=parse_schedule("off", zone or before.zone).zone,
                is_chosen=True,
            )
            if digest is not None:
                after = replace(after, digest=clock_time(digest, "digest") if digest else "")
            if quiet is not None:
                after = replace(after, quiet_from="", quiet_to="")
                if any(quiet):
                    start, end = (clock_time(each, "quiet") for each in quiet)
                    if start == end:
                        raise Invalid(
                            "Quiet hours need a beginning and another end.", field="quiet"
                        )
                    after = replace(after, quiet_from=start, quiet_to=end)
            if after == before:
                return after
            values: dict[str, Any] = {
                "level": after.level.value,
                "digest": after.digest,
                "quiet_from": after.quiet_from,
                "quiet_to": after.quiet_to,
                "zone": after.zone,
                "changed_by": actor.user,
            }
            if (after.digest, after.zone) != (before.digest, before.zone) or row is None:
                values["digested_on"] = last_digest(now, after.digest, after.zone)
            ledger.notices.save(scope, target, values)
            audit(
                ledger,
                actor,
                scope,
                "notice.set",
                target,
                before=before.said,
                after=after.said,
                now=now,
            )
        return after

    def tell_due(self) -> int:
        """Have every digest told whose hour has come; each day once, whoever asks how often."""
        now, told = self._means.clock(), 0
        with self._means.ledgers.read() as ledger:
            rows = ledger.notices.with_digest()
        for row in rows:
            day = digest_day(now, row["digest"], row["zone"], row["digested_on"])
            if day is None:
                continue
            scope = Scope(row["workspace"], row["connection"])
            if not self._may_hear(scope, row["target"]):
                continue
            payload = {"target": row["target"], "day": (day - timedelta(days=1)).isoformat()}
            with self._means.ledgers.write() as ledger:
                if ledger.notices.digested(row, day):
                    ledger.outbox.tell(scope, "digest.due", payload, now=now)
                    told += 1
        return told

    def digest(self, scope: Scope, day: date) -> Digest:
        """What became of a business day, and what waits."""
        with self._means.ledgers.read() as ledger:
            found_connection(ledger, scope)
            rows = ledger.notices.by_shop(scope, day)
            causes = ledger.notices.open_causes(scope)
        shops = dict.fromkeys(row["shop"] for row in rows)
        return Digest(
            day,
            _figures(day, rows),
            tuple((shop, _figures(day, [r for r in rows if r["shop"] == shop])) for shop in shops),
            tuple(_open_cause(row) for row in causes),
        )

    def chart(self, scope: Scope, last: date, days: int = 30) -> tuple[DayFigures, ...]:
        """Each business day of the last so many, also those on which nothing was sold."""
        number = min(max(days, 1), _MOST_CHART_DAYS)
        first = last - timedelta(days=number - 1)
        with self._means.ledgers.read() as ledger:
            found_connection(ledger, scope)
            rows = ledger.notices.by_day(scope, first, last)
        by_day: dict[date, list[RowMapping]] = {}
        for row in rows:
            by_day.setdefault(row["business_day"], []).append(row)
        all_days = (first + timedelta(days=n) for n in range(number))
        return tuple(_figures(each, by_day.get(each, ())) for each in all_days)


def _default(target: str, zone: str) -> Notice:
    """A person asked for nothing yet; a channel that results go to hears everything."""
    level = Level.EVERYTHING if _CHANNEL.fullmatch(target) else Level.NOTHING
    return Notice(target, level, zone=zone, is_chosen=False)


def _notice(row: RowMapping) -> Notice:
    return Notice(
        row["target"],
        Level(row["level"]),
        row["digest"],
        row["quiet_from"],
        row["quiet_to"],
        row["zone"],
    )


def _figures(day: date, rows: Iterable[RowMapping]) -> DayFigures:
    counts: Counter[EntryState] = Counter()
    minor, currency = 0, ""
    for row in rows:
        state = EntryState(row["state"])
        counts[state] += int(row["count"])
        if state in _POSTED:
            minor += int(row["amount_minor"])
        currency = currency or row["currency"]
    return DayFigures(day, dict(counts), from_minor(minor, currency), currency)


def _open_cause(row: RowMapping) -> OpenCause:
    group = CauseGroup(
        cause=row["cause"],
        reason=row["reason"],
        fix=row["fix"],
        subject=row["subject"],
        count=int(row["count"]),
        amount=from_minor(int(row["amount_minor"]), row["currency"]),
        currency=row["currency"],
        examples=tuple(dict.fromkeys((row["first"], row["last"]))),
    )
    return OpenCause(group, row["run"])
