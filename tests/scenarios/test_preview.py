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
from sync.sandbox.retailer.premises import CREDIT_ACCOUNT
from sync.services.models import ReplyTo
from sync.services.questions import NEW
from tests.house import OWNER, House
from tests.scenarios.conftest import NOW, START, Houses

NUMBERS = {
    "SalesReceipt": "DocNumber",
    "RefundReceipt": "DocNumber",
    "Invoice": "DocNumber",
    "Payment": "PaymentRefNum",
}
Documents = dict[tuple[str, str], dict[str, Any]]  # fields, by type and number
RULES = (
    '"Region" when number is not empty set region MD',
    '"Reg 1 to bank" when register = 1 set deposit account Checking',
    '"Nothing paid" when total = 0 exclude',
)
LISTS = {"ItemRef": "Item", "CustomerRef": "Customer", "PaymentMethodRef": "PaymentMethod"}


@contextmanager
def recorded(monkeypatch: pytest.MonkeyPatch) -> Iterator[Documents]:
    """Every document that goes out, with its figures as they stand in the bytes."""
    sent: Documents = {}
    send = QuickBooks.send_batch

    def recording(
        self: QuickBooks, body: bytes, request_id: str, bids: Sequence[str]
    ) -> dict[str, Outcome]:
        batch = json.loads(body, parse_float=str, parse_int=str)
        for item in batch["BatchItemRequest"]:
            for kind, field in NUMBERS.items():
                if kind in item and item["operation"] == "create":
                    assert (kind, item[kind][field]) not in sent
                    sent[kind, item[kind][field]] = item[kind]
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


def follow_another(house: House, posted: set[str]) -> set[str]:
    """Sales whose customer's account another new sale changes first, so their preview is early."""
    seen: set[int] = set()
    later: set[str] = set()
    for sale in house.retailer.events:
        if f"LS-{sale.id}" in posted or not sale.counts or sale.business_day < NOW.date():
            continue
        accounts = {tender.account for tender in sale.live if tender.type == CREDIT_ACCOUNT}
        if accounts & seen:
            later.add(str(sale.id))
        seen |= accounts
    return later


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
    before = {
        (kind, str(each[field]))
        for kind, field in NUMBERS.items()
        for each in house.quickbooks.documents(kind)
    }
    previews = {number: previewed(house, number) for number in numbers}

    with recorded(monkeypatch) as sent:
        house.sync()

    shown: Documents = {
        (each["kind"], each["fields"][NUMBERS[each["kind"]]]): with_ids(house, each["fields"])
        for preview in previews.values()
        if preview["verdict"] is None
        for each in (preview["document"], *preview["further"])
    }
    later = {f"LS-{number}" for number in follow_another(house, {n for _, n in before})}
    alike = {key for key in sent if key[1] not in later}
    assert {key: shown.get(key) for key in alike} == {key: sent[key] for key in alike}
    assert {key for key in set(shown) - before if key[1] not in later} == alike
    assert {kind for kind, _ in sent} == set(NUMBERS)
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
