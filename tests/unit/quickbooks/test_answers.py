"""An answer is believed for exactly what it says about each operation."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sync.connectors.quickbooks.answers import (
    Done,
    Refused,
    Unknown,
    changed,
    found,
    instant,
    outcomes,
    queried,
    read_json,
)

RECORDED = Path(__file__).parents[4] / "shared" / "fixtures" / "quickbooks" / "recorded_http"


def recorded(name: str) -> list[Any]:
    path = RECORDED / f"{name}.json"
    if not path.exists():
        pytest.skip(f"no recorded traffic at {path}")
    return [
        read_json(json.dumps(exchange["response"]["body"]).encode())
        for exchange in json.loads(path.read_text())
    ]


def a_receipt(bid: str, id: str = "1043", total: str = "106.00") -> str:
    return (
        f'{{"SalesReceipt":{{"Id":"{id}","SyncToken":"0","DocNumber":"LS-{bid}","TotalAmt":{total},'
        f'"TxnTaxDetail":{{"TotalTax":6.00}},"Line":[]}},"bId":"{bid}"}}'
    )


def answer(*items: str) -> Any:
    listed = ",".join(items)
    text = f'{{"BatchItemResponse":[{listed}],"time":"2026-03-02T08:13:20.504-08:00"}}'
    return read_json(text.encode())


def test_a_document_is_done_with_its_totals_to_the_digit() -> None:
    [done] = outcomes(answer(a_receipt("e1", total="0.30")), ["e1"], "tid-9").values()

    assert done == Done(
        kind="SalesReceipt",
        id="1043",
        sync_token="0",
        number="LS-e1",
        total=Decimal("0.30"),
        tax=Decimal("6.00"),
        time=datetime(2026, 3, 2, 16, 13, 20, 504000, tzinfo=UTC),
        reference="tid-9",
    )


def test_answers_are_matched_by_id_and_never_by_place() -> None:
    result = outcomes(answer(a_receipt("b", "2"), a_receipt("a", "1")), ["a", "b"])

    assert [(bid, done.id) for bid, done in result.items() if isinstance(done, Done)] == [
        ("a", "1"),
        ("b", "2"),
    ]


def test_a_fault_inside_a_success_refuses_its_own_operation_only() -> None:
    fault = '{"Fault":{"Error":[{"Message":"Stale","code":"5010"}],"type":"V"},"bId":"u1"}'

    result = outcomes(answer(fault, a_receipt("s1")), ["s1", "u1"], "tid-9")

    assert isinstance(result["s1"], Done)
    refused = result["u1"]
    assert isinstance(refused, Refused)
    assert (refused.fault.code, refused.fault.reference) == ("5010", "tid-9")
    assert refused.advice.cause == "qbo.5010"


def test_what_the_answer_leaves_out_doubles_or_garbles_is_unknown() -> None:
    garbled = ['{"bId":"empty"}', '{"SalesReceipt":{"SyncToken":"0"},"bId":"no id"}', "17", "null"]
    items = [a_receipt("twice"), a_receipt("twice"), a_receipt("stranger"), *garbled]

    result = outcomes(answer(*items), ["missing", "twice", "empty", "no id"])

    assert set(result) == {"missing", "twice", "empty", "no id"}
    assert all(isinstance(outcome, Unknown) for outcome in result.values())


@pytest.mark.parametrize("body", [b"{}", b"[]", b"null", b'{"BatchItemResponse":{}}'])
def test_an_answer_of_another_shape_leaves_everything_unknown(body: bytes) -> None:
    assert isinstance(outcomes(read_json(body), ["a"])["a"], Unknown)


def test_a_deletion_is_done_without_a_token_or_a_total() -> None:
    item = '{"Invoice":{"domain":"QBO","status":"Deleted","Id":"129"},"bId":"d1"}'

    done = outcomes(answer(item), ["d1"])["d1"]

    assert isinstance(done, Done)
    assert (done.id, done.sync_token, done.total) == ("129", "", None)


@pytest.mark.parametrize("total", ['"106"', "true", "null", "[]"])
def test_a_total_that_is_no_number_is_no_total(total: str) -> None:
    done = outcomes(answer(a_receipt("e1", total=total)), ["e1"])["e1"]

    assert isinstance(done, Done)
    assert done.total is None


def test_amounts_stay_out_of_reprs() -> None:
    assert "4711.03" not in repr(outcomes(answer(a_receipt("e1", total="4711.03")), ["e1"]))


@pytest.mark.parametrize("body", [b"", b'{"a":1', b"<html>", b'{"a":NaN}', b"[" * 100_000])
def test_a_body_cut_short_or_hostile_is_not_read(body: bytes) -> None:
    with pytest.raises(ValueError):
        read_json(body)


def test_nothing_found_is_an_absent_key() -> None:
    assert queried({"QueryResponse": {}}, "Customer") == []
    with pytest.raises(ValueError, match="query response"):
        queried({}, "Customer")


def test_instants_are_compared_as_instants() -> None:
    """The same moment is written differently in summer and in winter."""
    assert instant("2026-07-01T05:00:00-07:00") == instant("2026-07-01T04:00:00-08:00")
    assert instant("2026-07-01T05:00:00") is None
    assert instant(1601391072830) is None


def test_changes_keep_the_deleted_apart() -> None:
    body = read_json(
        b'{"CDCResponse":[{"QueryResponse":[{"SalesReceipt":[{"Id":"1042"}],"startPosition":1},'
        b'{},{"Customer":[{"status":"Deleted","Id":"63"}],"maxResults":1}]}],'
        b'"time":"2026-03-02T08:00:00.196-08:00"}'
    )

    changes = changed(body, limit=1000)

    assert changes.by_kind == {"SalesReceipt": [{"Id": "1042"}]}
    assert changes.deleted == {"Customer": ["63"]}
    assert not changes.cut
    assert changed(body, limit=2).cut


def test_changes_with_a_part_refused_are_not_taken_for_whole() -> None:
    with pytest.raises(ValueError, match="missing"):
        changed({"CDCResponse": [{"QueryResponse": [{"Fault": {"Error": []}}]}]}, 1000)


def test_the_recorded_batch_is_read() -> None:
    [body] = recorded("batch__basic")

    result = outcomes(body, ["bid1", "bid2", "bid3"])

    assert isinstance(result["bid1"], Done)
    assert (result["bid1"].kind, result["bid1"].id) == ("Vendor", "71")
    codes = [result[bid].fault.code for bid in ("bid2", "bid3")]  # type: ignore[union-attr]
    assert codes == ["610", "5010"]
    assert queried(body["BatchItemResponse"][3], "SalesReceipt")


def test_recorded_receipts_are_recognised_by_number_day_and_total() -> None:
    [body] = recorded("all__sales_receipts")

    receipts = [found(each) for each in queried(body, "SalesReceipt")]

    assert receipts
    assert all(isinstance(receipt.total, Decimal) for receipt in receipts)
    assert all(isinstance(receipt.day, date) and receipt.number for receipt in receipts)


def test_recorded_changes_are_read() -> None:
    [body] = recorded("cdc__basic")

    changes = changed(body, 1000)

    assert changes.by_kind["Estimate"]
    assert changes.time is not None
