"""Recorded traffic of the real service beside the answers of the stand-in, shape by shape."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client

from sync.sandbox.quickbooks import CompanySpec, QuickBooksSandbox
from tests.unit.sandbox_quickbooks.desk import NOW

RECORDED = Path(__file__).parents[3].parent / "shared" / "fixtures/quickbooks/recorded_http"


def recorded(name: str) -> list[dict[str, Any]]:
    path = RECORDED / f"{name}.json"
    if not path.exists():
        pytest.skip(f"no recorded traffic at {path}")
    exchanges: list[dict[str, Any]] = json.loads(path.read_text())
    return exchanges


class Desk:
    """Calls on a company as old as the recordings: no sales tax, numbers made by QuickBooks."""

    def __init__(self) -> None:
        spec = CompanySpec(tax="none", custom_numbers=False)
        self.sandbox = QuickBooksSandbox(
            clock=lambda: NOW,
            client_id="a",
            client_secret="b",
            redirect_uri="http://localhost/cb",
            company=spec,
        )
        self.client = Client(self.sandbox.application)
        self.token = self.sandbox.connect().access

    def call(self, method: str, path: str, body: Any = None, **query: str) -> Any:
        return self.client.open(
            f"/v3/company/{self.sandbox.company().realm}/{path}",
            method=method,
            json=body,
            query_string=query,
            headers={"Authorization": f"Bearer {self.token}", "Accept": "application/json"},
        )


@pytest.fixture
def desk() -> Desk:
    return Desk()


def shape(value: Any) -> Any:
    """Keys and kinds without the values."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [shape(item) for item in value]
    return "number" if isinstance(value, int | float) else type(value).__name__


def test_an_invoice_comes_back_as_recorded(desk: Desk) -> None:
    exchange = recorded("create__invoice")[0]
    real = exchange["response"]["body"]["Invoice"]

    ours = desk.call("POST", "invoice", exchange["request"]["body"]).json["Invoice"]

    missing = real.keys() - ours.keys()
    assert missing <= {"CustomField", "BillAddr", "ShipAddr"}  # facts of that customer
    same = ours.keys() & real.keys() - {"MetaData"}
    assert {key: shape(ours[key]) for key in same} == {key: shape(real[key]) for key in same}
    for key in ("TotalAmt", "Balance", "TxnTaxDetail", "PrintStatus", "EmailStatus", "SyncToken"):
        assert ours[key] == real[key]
    assert ours["Line"][0]["SalesItemLineDetail"]["TaxCodeRef"] == {"value": "NON"}


def test_a_voided_invoice_is_as_recorded(desk: Desk) -> None:
    real = recorded("void__invoice")[-1]["response"]["body"]["Invoice"]
    made = desk.call("POST", "invoice", recorded("create__invoice")[0]["request"]["body"]).json

    ours = desk.call(
        "POST",
        "invoice",
        {"Id": made["Invoice"]["Id"], "SyncToken": "0"},
        operation="void",
    ).json["Invoice"]

    for key in ("PrivateNote", "TotalAmt", "Balance", "TxnTaxDetail", "SyncToken"):
        assert ours[key] == real[key]
    assert [line["Amount"] for line in ours["Line"]] == [line["Amount"] for line in real["Line"]]


def test_a_deleted_invoice_is_as_recorded(desk: Desk) -> None:
    real = recorded("delete__invoice")[-1]["response"]["body"]
    made = desk.call("POST", "invoice", recorded("create__invoice")[0]["request"]["body"]).json
    head = {"Id": made["Invoice"]["Id"], "SyncToken": "0"}

    ours = desk.call("POST", "invoice", head, operation="delete").json

    assert shape(ours) == shape(real)
    assert ours["Invoice"]["status"] == real["Invoice"]["status"]


@pytest.mark.parametrize(
    ("name", "at", "method", "path", "body"),
    [
        ("error__500", 0, "GET", "customer/1/5", None),
        ("error__500", 1, "GET", "customer/1.5", None),
        ("error__400_json", 0, "POST", "invoice", {"BadJson": True}),
        ("error__validation", 0, "POST", "customer", {"DisplayName": "dana whitlock"}),
    ],
)
def test_a_refusal_is_shaped_as_recorded(
    desk: Desk, name: str, at: int, method: str, path: str, body: Any
) -> None:
    real = recorded(name)[at]["response"]

    ours = desk.call(method, path, body)

    assert ours.status_code == real["status"]["code"]
    real_fault, our_fault = real["body"]["Fault"], ours.json["Fault"]
    assert our_fault["type"] == real_fault["type"]
    real_error, our_error = real_fault["Error"][0], our_fault["Error"][0]
    assert our_error.keys() == real_error.keys()
    assert our_error["code"] == real_error["code"]
    assert our_error["Message"] == real_error["Message"]
    assert our_error["Detail"][:24] == real_error["Detail"][:24]


def test_an_expired_token_is_answered_by_the_gateway_as_recorded(desk: Desk) -> None:
    real = recorded("error__401")[0]["response"]
    desk.sandbox.tokens.expire_all()

    ours = desk.call("GET", "customer/1")

    assert ours.status_code == real["status"]["code"]
    assert shape(ours.json) == shape(real["body"])
    assert ours.json["fault"]["error"][0]["message"] == real["body"]["fault"]["error"][0]["message"]


def test_a_misspelt_entity_is_refused_as_recorded(desk: Desk) -> None:
    real = recorded("error__400")[-1]["response"]["body"]["Fault"]["Error"][0]

    ours = desk.call("GET", "query", query="SELECT * FROM Custmoer").json["Fault"]["Error"][0]

    assert (ours["code"], ours["Message"]) == (real["code"], real["Message"])
    assert "invalid context declaration: Custmoer" in real["Detail"]
    assert "invalid context declaration: Custmoer" in ours["Detail"]


def test_a_batch_is_answered_as_recorded(desk: Desk) -> None:
    """One create, one delete of nothing, one stale update, one query: side by side."""
    exchange = recorded("batch__basic")[0]
    made = desk.call("POST", "salesreceipt", _receipt(desk)).json["SalesReceipt"]
    desk.call("POST", "salesreceipt", _note(made["Id"], "0"))
    items = exchange["request"]["body"]["BatchItemRequest"]
    items[2]["SalesReceipt"]["Id"] = made["Id"]

    ours = desk.call("POST", "batch", {"BatchItemRequest": items}).json["BatchItemResponse"]
    real = exchange["response"]["body"]["BatchItemResponse"]

    assert [sorted(item) for item in ours] == [sorted(item) for item in real]
    assert ours[0]["Vendor"].keys() >= real[0]["Vendor"].keys() - {"CurrencyRef", "Vendor1099"}
    assert ours[1] == real[1]
    assert ours[2] == real[2]
    assert ours[3]["QueryResponse"].keys() == real[3]["QueryResponse"].keys()
    receipt, real_receipt = (side[3]["QueryResponse"]["SalesReceipt"][0] for side in (ours, real))
    assert receipt["Line"][-1].keys() == real_receipt["Line"][-1].keys()
    assert receipt["DepositToAccountRef"]["name"] == "Undeposited Funds"


def test_counts_and_pages_are_answered_as_recorded(desk: Desk) -> None:
    counted, first, *_ = recorded("all__alt_select")
    ids = "('1', '2', '3')"

    count = desk.call("GET", "query", query=f"SELECT count(*) FROM Customer WHERE Id IN {ids}")
    page = desk.call(
        "GET",
        "query",
        query=f"SELECT * FROM Customer WHERE Id IN {ids} AND Active IN ( true, false ) "
        "MAXRESULTS 2 STARTPOSITION 1",
    )

    assert shape(count.json) == shape(counted["response"]["body"])
    real = first["response"]["body"]["QueryResponse"]
    ours = page.json["QueryResponse"]
    assert ours.keys() == real.keys()
    assert (ours["startPosition"], ours["maxResults"]) == (1, 2)


def test_inactivating_what_is_inactive_changes_nothing(desk: Desk) -> None:
    before, after = (
        exchange["response"]["body"]["Employee"] for exchange in recorded("deactivate__employee")
    )
    found = desk.call("GET", "query", query="select * from Employee where Active = false").json[
        "QueryResponse"
    ]["Employee"][0]

    head = {"Id": found["Id"], "SyncToken": found["SyncToken"], "sparse": True}
    ours = desk.call("POST", "employee", head | {"Active": False}).json["Employee"]

    assert before == after
    assert ours == found
    assert ours["DisplayName"] == before["DisplayName"] == "Emily Platt (deleted)"


def test_changes_are_grouped_as_recorded(desk: Desk) -> None:
    real = recorded("cdc__basic")[0]["response"]["body"]
    desk.call("POST", "estimate", _receipt(desk) | {"CustomerRef": {"value": "1"}})

    ours = desk.call("GET", "cdc", entities="estimate", changedSince="2026-02-10T09:00:00-07:00")

    answer, real_answer = (body["CDCResponse"][0]["QueryResponse"][0] for body in (ours.json, real))
    assert answer.keys() >= {"Estimate", "startPosition", "maxResults"}
    assert answer.keys() == real_answer.keys() | {"totalCount"}


def _receipt(desk: Desk) -> dict[str, Any]:
    return {
        "Line": [
            {
                "Amount": 337.5,
                "DetailType": "SalesItemLineDetail",
                "SalesItemLineDetail": {"ItemRef": {"value": "1"}, "Qty": 4.5, "UnitPrice": 75},
            }
        ]
    }


def _note(id: str, token: str) -> dict[str, Any]:
    return {"Id": id, "SyncToken": token, "sparse": True, "PrivateNote": "A private note."}
