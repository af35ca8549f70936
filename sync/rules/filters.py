"""What stays out of the books before rules look at it; each reason names its filter."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import lru_cache

from sync.domain.books import Books
from sync.domain.sale import Sale, SaleState
from sync.domain.settings import ConnectionSettings
from sync.domain.verdicts import Hold, Skip
from sync.rules.fields import status_words
from sync.rules.values import fold

Filter = Callable[[Sale, ConnectionSettings, bool], Skip | None]
WEBSTORE = "webstore"
CLOSED_PERIOD = "closed_period"

_UNFINISHED = {
    SaleState.VOIDED: Skip("filter.voided", "voided at the till"),
    SaleState.OPEN: Skip("filter.open", "still open at the till; it comes when it is completed"),
    SaleState.CANCELLED: Skip("filter.cancelled", "cancelled at the till"),
}


def completed(sale: Sale, settings: ConnectionSettings, backfill: bool) -> Skip | None:
    """Only completed tickets are sales, whatever the settings say."""
    return _UNFINISHED.get(sale.state)


def status(sale: Sale, settings: ConnectionSettings, backfill: bool) -> Skip | None:
    """Only the chosen statuses, when some are chosen."""
    if not settings.statuses:
        return None
    words = status_words(sale)
    if not _folded(settings.statuses).isdisjoint(words):
        return None
    return Skip(
        "filter.status",
        f"status filter ({', '.join(settings.statuses)}): this one is {', '.join(words)}",
    )


def go_live(sale: Sale, settings: ConnectionSettings, backfill: bool) -> Skip | None:
    """Days before going live are in the books already; a backfill asks for them on purpose."""
    if backfill or settings.go_live is None or sale.business_day >= settings.go_live:
        return None
    return Skip(
        "filter.go_live",
        f"before go-live: sold on {_shown(sale.business_day)}, "
        f"and we start on {_shown(settings.go_live)}",
    )


def store(sale: Sale, settings: ConnectionSettings, backfill: bool) -> Skip | None:
    """Only the chosen shops; `Webstore` also means web sales wherever they are rung up."""
    if not settings.stores:
        return None
    names = _folded(settings.stores)
    if fold(sale.shop.name) in names or (WEBSTORE in names and is_web_sale(sale, settings)):
        return None
    return Skip(
        "filter.store",
        f"store filter ({', '.join(settings.stores)}): "
        f"sold at {sale.shop.name or 'a shop without a name'}, "
        f"register {sale.register_name or sale.register_id or 'unknown'}",
    )


SALE_FILTERS: tuple[Filter, ...] = (completed, status, go_live, store)  # order is policy


def is_web_sale(sale: Sale, settings: ConnectionSettings) -> bool:
    """Rung up on a web register, or paid by a web tender."""
    if fold(sale.register_name) in _folded(settings.web_registers):
        return True
    names = _folded(settings.web_tenders)
    return any(str(t.kind) in names or fold(t.name) in names for t in sale.tenders)


def closed_period(business_day: date, books: Books) -> Hold | None:
    """QuickBooks refuses days before its closing date; a person must choose another or reopen."""
    closed = books.facts.closed_through
    if closed is None or business_day > closed:
        return None
    return Hold(
        CLOSED_PERIOD,
        f"{_shown(business_day)} is closed; the books are shut to {_shown(closed)}",
        "choose_date",
        closed.isoformat(),
    )


@lru_cache(maxsize=256)
def _folded(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(fold, names))


def _shown(moment: date) -> str:
    return f"{moment.day} {moment:%b %Y}"
