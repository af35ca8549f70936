"""Looks once at the last ninety days of sales, so that set-up can suggest instead of ask."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter
from sqlalchemy.engine import RowMapping

from sync.connectors.lightspeed.client import Lightspeed
from sync.connectors.lightspeed.normalise import normalise_page
from sync.connectors.lightspeed.pages import SalePage
from sync.domain.identity import Scope
from sync.engine.port import Work
from sync.errors import NotFound
from sync.services.bench import Benches
from sync.services.means import Means
from sync.services.models import Actor, Role
from sync.services.reference import Reference, load_shop_book
from sync.services.saved import load_settings
from sync.services.scoped import own_connection
from sync.services.tally import Findings, Tally

DAYS, RECENT = 90, 30
MOST_PAGES = 40  # of a hundred sales; a larger till is sampled at as many moments
_A_PAGE = 100
_STALE = timedelta(days=1)
_PATIENCE = timedelta(minutes=10)  # a job that is queued for longer was lost
_FINDINGS = TypeAdapter(Findings)


@dataclass(frozen=True, slots=True)
class Survey:
    """What was found, of which days, and when."""

    first: date
    last: date
    findings: Findings
    read_at: datetime


class Surveys:
    """Asked for here, taken by the worker, read at every step of set-up."""

    def __init__(self, means: Means) -> None:
        self._means = means

    def ask(self, actor: Actor, scope: Scope, *, again: bool = False) -> bool:
        """Whether one was queued: not while there is a fresh one, nor while one is under way."""
        actor.require_in(scope, Role.ADMIN)
        now = self._means.clock()
        with self._means.ledgers.write() as ledger:
            row = own_connection(ledger, actor, scope)
            known = ledger.setup.survey(scope)
            is_fresh = known is not None and now - known["read_at"] < _STALE
            if not row["lightspeed"] or (is_fresh and not again):
                return False
            if ledger.setup.survey_is_asked(scope, now - _PATIENCE):
                return False
            job = self._means.new_id()
            ledger.runs.add_job(scope, job, "survey", {"user": actor.user}, now)
            self._means.engine.enqueue(ledger, Work("job", scope.workspace, scope.connection, job))
        return True

    def get(self, scope: Scope) -> Survey | None:
        """None until the first one is done."""
        with self._means.ledgers.read() as ledger:
            row = ledger.setup.survey(scope)
        if row is None:
            return None
        findings = _FINDINGS.validate_python(row["data"])
        return Survey(row["first_day"], row["last_day"], findings, row["read_at"])


class Surveying:
    """The worker's side: two counts, then every page, or a page at evenly spread moments."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._benches = Benches(means)

    def survey(self, job: RowMapping) -> None:
        """Yesterday and the eighty-nine days before; the till alone is asked."""
        scope = Scope(job["workspace"], job["connection"])
        with self._means.ledgers.read() as ledger:
            row = ledger.accounts.connection(scope)
        if row is None or not row["lightspeed"]:
            raise NotFound("Lightspeed is not connected yet.")
        client, _ = self._benches.lightspeed(scope.workspace, row["lightspeed"], urgent=True)
        Reference(self._means, scope.workspace).refresh_shops(row["lightspeed"], client)
        with self._means.ledgers.read() as ledger:
            shops = load_shop_book(ledger, scope.workspace, row["lightspeed"])
        now = self._means.clock()
        zone = next(iter(shops.zones.values()), ZoneInfo("UTC"))
        last = now.astimezone(zone).date() - timedelta(days=1)
        first, recent = last - timedelta(days=DAYS - 1), last - timedelta(days=RECENT - 1)
        end = _midnight(last + timedelta(days=1), zone)
        start = _midnight(first, zone)
        total = client.count(start, end)
        lately = client.count(_midnight(recent, zone), end)
        tally = Tally(load_settings(row["settings"]), recent)
        for page in _pages(client, start, end, total):
            tally.add(normalise_page(page.records, shops).sales)
        findings = tally.findings(total, lately, is_sample=total > MOST_PAGES * _A_PAGE)
        data = _FINDINGS.dump_python(findings, mode="json")
        with self._means.ledgers.write() as ledger:
            ledger.setup.save_survey(scope, first, last, data, now)
            ledger.outbox.tell(scope, "survey.ready", {"user": job["payload"]["user"]}, now=now)


def _pages(client: Lightspeed, start: datetime, end: datetime, total: int) -> Iterator[SalePage]:
    """All of it when that is little; else one page from each of evenly spread moments."""
    if total > MOST_PAGES * _A_PAGE:
        step = (end - start) / MOST_PAGES
        for number in range(MOST_PAGES):
            yield client.completed_between(start + step * number, end)
        return
    page = client.completed_between(start, end)
    yield page
    while page.next:
        page = client.completed_between(start, end, page.next)
        yield page


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone).astimezone(UTC)
