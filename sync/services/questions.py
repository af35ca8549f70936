"""Slow questions of people, answered by the worker: preview, estimate, what was connected."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.engine import RowMapping

from sync.connectors.lightspeed.normalise import normalise_page
from sync.connectors.quickbooks.bodies import document_body, with_ids
from sync.connectors.quickbooks.facts import prerequisites
from sync.domain.documents import Document, NewCustomer, Payment, Ref, SalesForm
from sync.domain.identity import Scope
from sync.domain.money import ZERO
from sync.domain.verdicts import EntryState, Hold, Skip
from sync.errors import NotFound, Rejected
from sync.rules.judge import almost_fired
from sync.services.bench import Bench, Benches
from sync.services.books import load_books
from sync.services.choices import ROLES
from sync.services.connections import Connections
from sync.services.defaults import choose_accounts
from sync.services.means import Means
from sync.services.models import Actor, ReplyTo, Role
from sync.services.planning import KIND
from sync.services.reference import Reference, load_shop_book
from sync.services.runs import Runs
from sync.services.saved import dump_settings, load_settings

NEW = "new: "  # in a preview, before the name of what has no id yet


class Previews:
    """What sync would post for a sale, and why; asked here, answered by the worker."""

    def __init__(self, runs: Runs) -> None:
        self._runs = runs

    def ask(self, actor: Actor, scope: Scope, number: str, reply: ReplyTo) -> None:
        actor.require_in(scope, Role.VIEWER)
        self._runs.ask(scope, "preview", {"number": number, "reply": asdict(reply)})


class Questions:
    """The worker's side: each method answers one kind of job and tells the result as an event."""

    def __init__(self, means: Means, connections: Connections) -> None:
        self._means = means
        self._connections = connections
        self._benches = Benches(means)

    def preview(self, job: RowMapping) -> None:
        """The exact document `sync` would post, through the very same judging and mapping."""
        scope = _scope(job)
        bench = self._benches.open(scope, urgent=True)
        result = self.previewed(bench, job["payload"]["number"])
        self._tell(scope, "preview.ready", {"reply": job["payload"]["reply"], "preview": result})

    def previewed(self, bench: Bench, number: str) -> dict[str, Any]:
        """A sale's document field by field, the rules that fired, and the balance check."""
        record = bench.lightspeed.sale(number)
        if record is None:
            raise NotFound(f"Lightspeed has no sale {number}.")
        got = normalise_page([record], bench.shops)
        if got.unreadable:
            raise NotFound(f"Sale {number} cannot be read: {got.unreadable[0].reason}.")
        sale = got.sales[0]
        (judgement,) = bench.judged([sale], backfill=self._is_past_go_live(bench.scope, sale.id))
        verdict: Hold | Skip | None = judgement.verdict
        documents: tuple[Document, ...] = ()
        missing: tuple[Any, ...] = ()
        bodies: list[dict[str, Any]] = []
        if verdict is None:
            draft = bench.drafted(judgement, bench.standings([sale]).get(sale.id))
            documents = draft.plan.documents if draft.plan else ()
            verdict, missing = draft.hold, draft.missing
            if verdict is None:
                try:
                    ids = self._ids_named(bench.scope, documents)
                    bodies = [
                        _digits_kept(with_ids(document_body(_with_new_named(each)), ids))
                        for each in documents
                    ]
                except Rejected as error:
                    verdict = Hold(f"qbo.{error.code}", str(error))
        return {
            "number": number,
            "sale": {
                "number": sale.number,
                "state": sale.state.value,
                "day": sale.business_day.isoformat(),
                "shop": sale.shop.name,
                "register": sale.register_name,
                "total": str(sale.total),
                "tax": str(sale.tax),
                "tenders": [{"name": t.name, "amount": str(t.amount)} for t in sale.tenders],
            },
            "document": _shown(documents[:1], bodies)[0]
            if documents
            else {"kind": "", "fields": {}},
            "further": _shown(documents[1:], bodies[1:]),
            "names": _names(documents),
            "fired": [asdict(fired) for fired in judgement.fired],
            "almost": [
                {"rule": each.rule, "field": each.condition.field}
                for each in almost_fired(sale, bench.rulebook)
            ],
            "decisions": [asdict(each) for each in judgement.decisions],
            "balance": _balance(documents, abs(sale.total)),
            "verdict": None
            if verdict is None
            else {
                "state": "held" if isinstance(verdict, Hold) else "skipped",
                "cause": verdict.cause,
                "reason": verdict.reason,
                "fix": verdict.fix if isinstance(verdict, Hold) else "",
            },
            "will_create": [
                one.display_name if isinstance(one, NewCustomer) else one.name for one in missing
            ],
            "currency": bench.currency,
        }

    def estimate(self, job: RowMapping) -> None:
        """How many sales a window holds, and how many lie in closed books."""
        scope, asked = _scope(job), job["payload"]
        first, last = date.fromisoformat(asked["first"]), date.fromisoformat(asked["last"])
        bench = self._benches.open(scope, urgent=True, asked=True)
        closing = bench.books.facts.closed_through
        closed = 0
        if closing is not None and first <= closing:
            closed = self._count(bench, first, min(last, closing))
        self._tell(
            scope,
            "estimate.ready",
            {
                "reply": asked["reply"],
                "first": asked["first"],
                "last": asked["last"],
                "shop": asked["shop"],
                "days": (last - first).days + 1,
                "sales": self._count(bench, first, last),
                "before_closing": closed,
                "closing_date": closing.isoformat() if closing else "",
            },
        )

    def after_connect(self, job: RowMapping) -> None:
        """Read an account's lists for the first time and report what was found."""
        scope, asked = _scope(job), job["payload"]
        reference = Reference(self._means, scope.workspace)
        account = asked["account"]
        found: dict[str, Any] = {}
        if asked["provider"] == "lightspeed":
            client, _ = self._benches.lightspeed(scope.workspace, account, urgent=True)
            reference.refresh_shops(account, client, whole=True)
            with self._means.ledgers.read() as ledger:
                book = load_shop_book(ledger, scope.workspace, account)
            found["shops"] = [
                {"id": s.id, "name": s.name, "region": s.address.region, "zone": s.time_zone}
                for s in book.shops.values()
            ]
            found["registers"] = [
                {"id": r.id, "name": r.name, "shop": r.shop_id} for r in book.registers.values()
            ]
        else:
            company = self._benches.quickbooks(scope.workspace, account, urgent=True)
            reference.refresh_company(account, company, whole=True)
            with self._means.ledgers.read() as ledger:
                books = load_books(ledger, scope.workspace, account)
                row = ledger.accounts.connection(scope)
            settings = load_settings(row["settings"] if row else {})
            _, chosen = choose_accounts(books.accounts.values(), settings.accounts)
            found["prerequisites"] = [
                {"name": each.name, "ok": each.ok, "why": each.why}
                for each in prerequisites(books.facts, list(books.accounts.values()))
            ]
            found["chosen"] = [
                {
                    "role": each.role,
                    "label": ROLES[each.role][0],
                    "name": each.account.name,
                    "why": each.why,
                }
                for each in chosen
            ]
            found["tax_world"] = books.facts.tax_world.value
            found["closed_through"] = (
                books.facts.closed_through.isoformat() if books.facts.closed_through else ""
            )
        self._start_today(scope)
        with self._means.ledgers.read() as ledger:
            account_row = ledger.accounts.get(scope.workspace, account)
        self._tell(
            scope,
            "account.connected",
            {
                "provider": asked["provider"],
                "account": account,
                "name": account_row["name"] if account_row else "",
                "again": asked["again"],
                "user": asked["user"],
                "channel": asked["channel"],
            }
            | found,
        )

    def refresh(self, job: RowMapping) -> None:
        """Read every list of both accounts again."""
        scope = _scope(job)
        reference = Reference(self._means, scope.workspace)
        with self._means.ledgers.read() as ledger:
            row = ledger.accounts.connection(scope)
        if row is None:
            raise NotFound("There is no such connection.")
        if row["quickbooks"]:
            company = self._benches.quickbooks(scope.workspace, row["quickbooks"], urgent=True)
            reference.refresh_company(row["quickbooks"], company, whole=True)
        if row["lightspeed"]:
            client, _ = self._benches.lightspeed(scope.workspace, row["lightspeed"], urgent=True)
            reference.refresh_shops(row["lightspeed"], client, whole=True)
        self._tell(scope, "lists.refreshed", {"reply": job["payload"].get("reply")})

    def revoke(self, job: RowMapping) -> None:
        self._connections.revoke(job["workspace"], job["payload"]["account"])

    # -- inside

    def _ids_named(self, scope: Scope, documents: Sequence[Document]) -> dict[int, str]:
        """Earlier documents that payments settle, by our row."""
        named = {
            each.document
            for document in documents
            if isinstance(document, Payment)
            for each in document.settles
            if each.document
        }
        if not named:
            return {}
        with self._means.ledgers.read() as ledger:
            return ledger.posting.ids_of(scope.workspace, named)

    def _is_past_go_live(self, scope: Scope, source: str) -> bool:
        """A sale that a backfill or a person brought in is not judged by its day again."""
        with self._means.ledgers.read() as ledger:
            entry = ledger.entries.known(scope, KIND, [source]).get(source)
        return entry is not None and entry["state"] != EntryState.SKIPPED.value

    def _start_today(self, scope: Scope) -> None:
        """Go-live and the watermark begin on the day both sides are there for the first time."""
        now = self._means.clock()
        with self._means.ledgers.write() as ledger:
            row = ledger.accounts.connection(scope)
            if row is None or not row["lightspeed"] or not row["quickbooks"]:
                return
            if ledger.runs.watermark(scope, "sales") is not None:
                return
            book = load_shop_book(ledger, scope.workspace, row["lightspeed"])
            zone = next(iter(book.zones.values()), ZoneInfo("UTC"))
            today = now.astimezone(zone).date()
            settings = load_settings(row["settings"])
            day = settings.go_live or today
            midnight = datetime.combine(day, time.min, zone).astimezone(UTC)
            ledger.runs.move_watermark(scope, "sales", midnight)
            if settings.go_live is None:
                saved = dump_settings(replace(settings, go_live=day))
                ledger.accounts.save_settings(scope, saved, version=row["version"])

    def _count(self, bench: Bench, first: date, last: date) -> int:
        zones = list(bench.shops.zones.values()) or [ZoneInfo("UTC")]
        start = min(datetime.combine(first, time.min, zone) for zone in zones)
        end = max(datetime.combine(last + timedelta(days=1), time.min, zone) for zone in zones)
        return bench.lightspeed.count(start.astimezone(UTC), end.astimezone(UTC))

    def _tell(self, scope: Scope, kind: str, payload: dict[str, Any]) -> None:
        with self._means.ledgers.write() as ledger:
            ledger.outbox.tell(scope, kind, payload, now=self._means.clock())


def _digits_kept(body: bytes) -> dict[str, Any]:
    """The fields as they are sent: a figure stays the digits it is written in."""
    fields: dict[str, Any] = json.loads(body, parse_float=str, parse_int=str)
    return fields


def _shown(documents: Sequence[Document], bodies: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """A document that is held has no fields: it may not even be one that can be written."""
    return [
        {"kind": each.kind.value, "fields": bodies[place] if place < len(bodies) else {}}
        for place, each in enumerate(documents)
    ]


def _balance(documents: Sequence[Document], till: Decimal) -> dict[str, Any] | None:
    """What the form comes to beside what the till says; None when there is no form."""
    form = next((each for each in documents if isinstance(each, SalesForm)), None)
    if form is None:
        return None
    sold = abs(form.goods_and_tax)
    return {
        "goods_and_tax": str(sold),
        "till_total": str(till),
        "deposit": str(form.total if form.deposit_to else ZERO),
        "open": str(ZERO if form.deposit_to else form.total),
        "ok": sold == till,
    }


def _with_new_named(document: Document) -> Document:
    """What has no id yet, because sync makes it first, is shown by its name."""

    def named(ref: Ref) -> Ref:
        return ref if ref.id else Ref(f"{NEW}{ref.name}", ref.name)

    method = named(document.payment_method) if document.payment_method else None
    if isinstance(document, Payment):
        return replace(document, customer=named(document.customer), payment_method=method)
    return replace(
        document,
        lines=tuple(replace(line, item=named(line.item)) for line in document.lines),
        customer=named(document.customer) if document.customer else None,
        payment_method=method,
    )


def _names(documents: Sequence[Document]) -> dict[str, str]:
    """What the ids in the bodies are called, for people."""
    refs: list[Ref | None] = []
    for each in documents:
        refs += [each.customer, each.deposit_to, each.payment_method]
        if isinstance(each, SalesForm):
            refs += [each.tax_code, *(line.item for line in each.lines)]
    return {ref.id: ref.name for ref in refs if ref is not None and ref.id}


def _scope(job: RowMapping) -> Scope:
    return Scope(job["workspace"], job["connection"])
