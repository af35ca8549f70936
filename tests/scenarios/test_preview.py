"""What a preview shows is what sync sends: digit by digit, for every kind of sale."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest

from sync.connectors.quickbooks.answers import Outcome
from sync.connectors.quickbooks.client import QuickBooks
from sync.sandbox.quickbooks.spec import CompanySpec
from sync.sandbox.retailer.kinds import KINDS
from sync.services.models import ReplyTo
from sync.services.questions import NEW
from tests.house import OWNER, House
from tests.scenarios.conftest import START, Houses

TYPES = ("SalesReceipt", "RefundReceipt")
RULES = (
    '"Region" when number is not empty set region MD',
    '"Reg 1 to bank" when register = 1 set deposit account Checking',
    '"Nothing paid" when total = 0 exclude',
)
LISTS = {"ItemRef": "Item", "CustomerRef": "Customer", "PaymentMethodRef": "PaymentMethod"}


@contextmanager
def recorded(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, dict[str, Any]]]:
    """Every document that goes out, by number, with its figures as they stand in the bytes."""
    sent: dict[str, dict[str, Any]] = {}
    send = QuickBooks.send_batch

    def recording(
        self: QuickBooks, body: bytes, request_id: str, bids: Sequence[str]
    ) -> dict[str, Outcome]:
        batch = json.loads(body, parse_float=str, parse_int=str)
        for item in batch["BatchItemRequest"]:
            for kind in TYPES:
                if kind in item and item["operation"] == "create":
                    assert item[kind]["DocNumber"] not in sent
                    sent[item[kind]["DocNumber"]] = {kind: item[kind]}
        return send(self, body, request_id, bids)

    with monkeypatch.context() as patched:
        patched.setattr(QuickBooks, "send_batch", recording)
        yield sent


def previewed(house: House, number: str) -> dict[str, Any]:
    house.services.previews.ask(OWNER, house.scope, number, ReplyTo("U1"))
    house.work()
    preview: dict[str, Any] = house.events("preview.ready")[-1]["payload"]["preview"]
    assert preview["number"] == number
    return preview


def every_kind(house: House) -> list[str]:
    """One more ticket of every kind the till knows, and all there were."""
    for kind in KINDS:
        house.clock.sleep(60)
        house.retailer.sell(kind, house.clock.now)
    house.clock.sleep(60)
    return [str(sale.id) for sale in house.retailer.events]


def with_ids(house: House, fields: Any, key: str = "") -> Any:
    """What a preview could only name, by the id it has in QuickBooks now."""
    if isinstance(fields, dict):
        return {name: with_ids(house, value, name) for name, value in fields.items()} | (
            {"value": _id_of(house, LISTS[key], fields["value"].removeprefix(NEW))}
            if str(fields.get("value", "")).startswith(NEW)
            else {}
        )
    if isinstance(fields, list):
        return [with_ids(house, value) for value in fields]
    return fields


def _id_of(house: House, kind: str, name: str) -> str:
    (found,) = (
        each["Id"]
        for each in house.quickbooks.documents(kind)
        if (each.get("DisplayName") or each["Name"]) == name
    )
    return str(found)


@pytest.mark.parametrize(
    ("tax", "company_has_it_all"),
    [("ast", False), ("manual", True), ("none", False)],
    ids=["automated tax, new items", "manual tax, known items", "no tax, new items"],
)
def test_sync_sends_what_the_preview_showed(
    houses: Houses, monkeypatch: pytest.MonkeyPatch, tax: str, company_has_it_all: bool
) -> None:
    """Through rules, discounts, tenders and customers; held and skipped sales agree as well."""
    house = houses(company=CompanySpec(tax=tax))
    services, scope = house.services, house.scope
    services.settings.customers(OWNER, scope, "name")
    for line in RULES:
        services.rules.add(OWNER, scope, line)
    if tax == "manual":
        services.settings.tax_add(OWNER, scope, "MD", "Maryland 6%")
    if company_has_it_all:
        house.backfill(START, house.clock.now.date())
    numbers = every_kind(house)
    previews = {number: previewed(house, number) for number in numbers}
    before = {d["DocNumber"] for kind in TYPES for d in house.quickbooks.documents(kind)}

    with recorded(monkeypatch) as sent:
        house.sync()

    shown = {
        preview["document"]["fields"]["DocNumber"]: {
            preview["document"]["kind"]: with_ids(house, preview["document"]["fields"])
        }
        for preview in previews.values()
        if preview["verdict"] is None
    }
    assert {number: shown.get(number) for number in sent} == sent
    assert set(shown) - before == set(sent)
    assert {kind for document in sent.values() for kind in document} == set(TYPES)
    assert len(sent) > 12
    assert company_has_it_all or any(preview["will_create"] for preview in previews.values())
    for number, row in _entries(house).items():
        verdict = previews[number]["verdict"]
        said = ("posted", "") if verdict is None else (verdict["state"], verdict["cause"])
        assert (number, row["state"], row["cause"]) == (number, *said)
    fired = {each["rule"] for preview in previews.values() for each in preview["fired"]}
    assert fired == {"Region", "Reg 1 to bank", "Nothing paid"}


def _entries(house: House) -> dict[str, dict[str, Any]]:
    with house.means.ledgers.read() as ledger:
        rows, _ = ledger.entries.search(house.scope, limit=10_000)
    return {row["source_number"]: dict(row) for row in rows}
