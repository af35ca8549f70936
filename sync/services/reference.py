"""Keeps both accounts' lists in our database, with the fewest calls that keep them true."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import orjson
from pydantic import TypeAdapter

from sync.connectors.lightspeed.book import PaymentType, Register, ShopBook
from sync.connectors.lightspeed.client import Lightspeed
from sync.connectors.quickbooks.client import QuickBooks
from sync.connectors.quickbooks.lists import KINDS
from sync.domain.sale import Shop
from sync.ledger.ledger import Ledger
from sync.services.books import facts_to_json
from sync.services.means import Means

_WHOLE_AGAIN = timedelta(days=1)
_FACTS_AGAIN = timedelta(hours=1)
_OVERLAP = timedelta(minutes=2)
_NOT_IN_CHANGES = ("TaxCode", "TaxRate")  # QuickBooks does not report these
_CHANGING = tuple(kind for kind in KINDS if kind not in _NOT_IN_CHANGES)

_SHOP = TypeAdapter(Shop)
_REGISTER = TypeAdapter(Register)
_PAYMENT_TYPE = TypeAdapter(PaymentType)


class Reference:
    """The lists of one workspace's accounts."""

    def __init__(self, means: Means, workspace: str) -> None:
        self._means = means
        self._workspace = workspace

    # -- QuickBooks

    def refresh_company(
        self, account: str, quickbooks: QuickBooks, *, whole: bool = False, facts: bool = False
    ) -> None:
        """Bring the company's lists up to date: one change-data call, or all once a day.

        Facts, such as the closing date, are read again every hour, or when `facts` asks.
        """
        now = self._means.clock()
        with self._means.ledgers.read() as ledger:
            read_at = ledger.accounts.lists_read_at(self._workspace, account)
        oldest = min((read_at[kind] for kind in KINDS if kind in read_at), default=None)
        missing = any(kind not in read_at for kind in KINDS)
        if whole or missing or oldest is None or now - oldest > _WHOLE_AGAIN:
            self._read_whole(account, quickbooks, now)
        else:
            self._read_changes(account, quickbooks, min(read_at[kind] for kind in _CHANGING))
        facts_at = read_at.get("CompanyFacts")
        if whole or facts or facts_at is None or now - facts_at > _FACTS_AGAIN:
            self._read_facts(account, quickbooks, now)

    def _read_whole(self, account: str, quickbooks: QuickBooks, now: datetime) -> None:
        lists = quickbooks.lists(KINDS)
        with self._means.ledgers.write() as ledger:
            for kind in KINDS:
                ledger.accounts.save_list(
                    self._workspace,
                    account,
                    kind,
                    _by_id(lists.get(kind, ())),
                    read_at=now - _OVERLAP,
                    replace=True,
                )

    def _read_changes(self, account: str, quickbooks: QuickBooks, since: datetime) -> None:
        changes = quickbooks.changes(_CHANGING, since)
        if changes.cut or changes.time is None:
            self._read_whole(account, quickbooks, self._means.clock())
            return
        with self._means.ledgers.write() as ledger:
            for kind in _CHANGING:
                ledger.accounts.save_list(
                    self._workspace,
                    account,
                    kind,
                    _by_id(changes.by_kind.get(kind, ())),
                    read_at=changes.time - _OVERLAP,
                    gone=changes.deleted.get(kind, ()),
                )

    def _read_facts(self, account: str, quickbooks: QuickBooks, now: datetime) -> None:
        facts = quickbooks.company()
        with self._means.ledgers.write() as ledger:
            ledger.accounts.change(
                self._workspace, account, name=facts.name, facts=facts_to_json(facts)
            )
            ledger.accounts.save_list(self._workspace, account, "CompanyFacts", (), read_at=now)

    # -- Lightspeed

    def refresh_shops(self, account: str, lightspeed: Lightspeed, *, whole: bool = False) -> None:
        """Shops, registers and ways to pay: short lists, read whole once a day."""
        now = self._means.clock()
        with self._means.ledgers.read() as ledger:
            read_at = ledger.accounts.lists_read_at(self._workspace, account).get("Shop")
        if not whole and read_at is not None and now - read_at < _WHOLE_AGAIN:
            return
        lists: dict[str, list[tuple[str, Any]]] = {
            "Shop": [(s.id, _SHOP.dump_python(s, mode="json")) for s in lightspeed.shops()],
            "Register": [
                (r.id, _REGISTER.dump_python(r, mode="json")) for r in lightspeed.registers()
            ],
            "PaymentType": [
                (p.id, _PAYMENT_TYPE.dump_python(p, mode="json"))
                for p in lightspeed.payment_types()
            ],
        }
        with self._means.ledgers.write() as ledger:
            for kind, objects in lists.items():
                ledger.accounts.save_list(
                    self._workspace, account, kind, objects, read_at=now, replace=True
                )


def load_shop_book(ledger: Ledger, workspace: str, account: str) -> ShopBook:
    """The cached shops, registers and ways to pay of a Lightspeed account."""
    lists = ledger.accounts.lists(workspace, account)
    return ShopBook(
        [_SHOP.validate_python(each) for each in lists.get("Shop", ())],
        [_REGISTER.validate_python(each) for each in lists.get("Register", ())],
        [_PAYMENT_TYPE.validate_python(each) for each in lists.get("PaymentType", ())],
    )


def _by_id(objects: Iterable[dict[str, Any]]) -> list[tuple[str, Any]]:
    """Objects under their ids; exact numbers are kept as text, which is exact too."""
    return [(each["Id"], orjson.loads(orjson.dumps(each, default=str))) for each in objects]
