"""Every refusal has a kind and words for the person who keeps the books."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sync.connectors.quickbooks.catalogue import TABLE
from sync.connectors.quickbooks.faults import (
    Fault,
    advice,
    deciding,
    faults_in,
    faults_in_text,
    holder,
    name_holder_id,
)
from sync.connectors.quickbooks.remedies import FaultClass

RECORDED = Path(__file__).parents[4] / "shared" / "fixtures" / "quickbooks" / "recorded_http"

PUBLISHED = {
    FaultClass.REAUTH: "100 110 3200",
    FaultClass.DISCONNECTED: "120 3100 5020 6190 10200",
    FaultClass.RETRY: "130 140 150 1000 1010 1020 4002 10000",
    FaultClass.THROTTLED: "3001",
    FaultClass.STALE: "5010",
    FaultClass.EXISTS: "600 630 6140 6240",
    FaultClass.REFUSED: (
        "500 610 620 700 800 900 1040 1050 2000 2010 2020 2030 2040 2050 2060 2070 2080 2090 2100 "
        "2110 2120 2130 2140 2150 2160 2170 2180 2190 2200 2210 2220 2230 2240 2250 2260 2270 2280 "
        "2290 2300 2500 2600 3000 3202 4000 4001 5000 5030 6000 6010 6020 6030 6040 6041 6050 6060 "
        "6070 6080 6090 6100 6110 6120 6130 6150 6160 6170 6180 6200 6210 6220 6230 6250 6270 6280 "
        "6290 6300 6310 6320 6400 6420 6430 6440 6450 6460 6470 6480 6490 6500 6510 6520 6530 6540 "
        "10100"
    ),
}
CATALOGUE = [(code, kind) for kind, codes in PUBLISHED.items() for code in codes.split()]
BUTTONS = {
    *("pick_account", "map_tax", "map_product", "choose_date", "reconnect", "retry"),
    *("use_prefix", ""),
}


@pytest.mark.parametrize(("code", "kind"), CATALOGUE)
def test_every_published_code_is_sorted(code: str, kind: FaultClass) -> None:
    fault = Fault(code, "Something", "Something")

    assert fault.kind is kind
    assert advice(fault).cause == f"qbo.{code}"


def test_advice_is_whole_sentences_and_a_known_button() -> None:
    for row in TABLE:
        assert row.fix in BUTTONS
        assert row.text.endswith(".")
        assert row.text.count(". ") >= 1, "what happened, then what to do"
        assert not any(code in row.text for code in row.codes), "numbers are not for bookkeepers"


@pytest.mark.parametrize(
    ("detail", "kind", "cause", "fix"),
    [
        ("You must set a transaction amount.", "refused", "qbo.6000.no_amount", ""),
        ("Transaction amount must be 0 or greater.", "refused", "qbo.6000.negative", ""),
        (
            "Make sure all your transactions have a GST/HST rate before you save.",
            "refused",
            "qbo.6000.tax_code",
            "map_tax",
        ),
        ("When you use a GST/HST rate of …", "refused", "qbo.6000.gst", "map_tax"),
        ("We encountered an error while calculating tax", "retry", "qbo.6000.tax_engine", "retry"),
        ("Unexpected Internal Error. (-30000)", "retry", "qbo.6000.internal", "retry"),
        ("You can’t use this account", "refused", "qbo.6000.account", "pick_account"),
        ("You must select an account", "refused", "qbo.6000.account", "pick_account"),
        (
            "When you use Accounts Receivable, you must choose a customer in the Name field.",
            "refused",
            "qbo.6000.receivable",
            "pick_account",
        ),
        ("Rate must be a positive number", "refused", "qbo.6000.sign", ""),
        ("The currency of the customer …", "refused", "qbo.6000.currency", "pick_account"),
        ("You can only use one A/R account", "refused", "qbo.6000.one_account", "pick_account"),
        ("A duplicate something", "exists", "qbo.6000.duplicate", "retry"),
        ("Something never seen", "refused", "qbo.6000", "retry"),
    ],
)
def test_a_business_validation_is_read_by_its_text(
    detail: str, kind: str, cause: str, fix: str
) -> None:
    fault = Fault("6000", "A business validation error has occurred", detail)

    told = advice(fault)

    assert (fault.kind, told.cause, told.fix) == (kind, cause, fix)


def test_words_outweigh_a_misprinted_number() -> None:
    """One published article gives a duplicate number as 6210, the closed period's code."""
    duplicate = Fault(
        "6210", "Duplicate Document Number Error", "This number has already been used"
    )
    closed = Fault("6000", "Error", "The account period has closed and the books cannot be updated")

    assert duplicate.kind is FaultClass.EXISTS
    assert advice(duplicate).cause == "qbo.6140"
    assert advice(closed).cause == "qbo.6200"
    assert advice(closed).fix == "choose_date"


def test_a_closed_period_with_a_password_stays_one() -> None:
    fault = Fault("6210", "Account period closed", "The account period has closed and …")

    assert advice(fault).cause == "qbo.6210"


def test_a_clear_number_is_not_overruled_by_what_a_shop_calls_its_goods() -> None:
    fault = Fault("6540", "Deposited", "Item 'Stale cake (were working on this at the same time)'")

    assert advice(fault).cause == "qbo.6540"


def test_an_unknown_number_is_held_with_its_own_cause_unless_the_service_failed() -> None:
    assert Fault("7777", "New rule").kind is FaultClass.REFUSED
    assert advice(Fault("7777", "New rule")).cause == "qbo.7777"
    assert Fault("7777", "Oops", type="SystemFault").kind is FaultClass.RETRY
    assert Fault("", "No", type="AUTHENTICATION").kind is FaultClass.REAUTH
    assert advice(Fault("", "No")).cause == "qbo.unknown"


def test_the_service_spells_its_fault_with_capitals() -> None:
    [fault] = faults_in(
        {
            "Fault": {
                "Error": [{"Message": "M", "Detail": "D", "code": "2020", "element": "Line"}],
                "type": "ValidationFault",
            }
        },
        "tid-1",
    )

    assert fault == Fault("2020", "M", "D", "Line", "tid-1", "ValidationFault")


@pytest.mark.parametrize("code", ["3001", "003001", 3001, None])
def test_a_throttle_is_known_however_its_number_is_written(code: object) -> None:
    message = "message=ThrottleExceeded; errorCode=003001; statusCode=429"

    [fault] = faults_in({"fault": {"error": [{"message": message, "code": code}]}})

    assert fault.code == "3001"
    assert fault.kind is FaultClass.THROTTLED


def test_a_refused_token_is_not_kept() -> None:
    """The gateway quotes the token in its detail."""
    error = {"message": "m", "detail": "Token expired: eyJ-secret", "code": "3200", "element": None}

    [fault] = faults_in({"fault": {"error": [error], "type": "AUTHENTICATION"}})

    assert fault.detail == "Token expired"


def test_a_faults_words_stay_out_of_its_repr() -> None:
    assert "Ada" not in repr(Fault("6240", "Ada has it", "Ada Lovelace"))


@pytest.mark.parametrize(
    "answer",
    [{}, [], None, "x", 1, {"Fault": None}, {"Fault": []}, {"Invoice": {"Id": "1"}}],
)
def test_no_fault_is_found_where_there_is_none(answer: object) -> None:
    assert faults_in(answer) == ()


@pytest.mark.parametrize(
    "block",
    [{}, {"Error": []}, {"Error": None}, {"Error": [None]}, {"Error": {"code": "2020"}}],
)
def test_a_fault_of_odd_shape_never_passes_for_success(block: Any) -> None:
    assert faults_in({"Fault": block})


def test_xml_from_the_service_is_read_and_a_proxys_page_is_not() -> None:
    xml = (
        b'<?xml version="1.0"?><IntuitResponse><Fault type="ValidationFault">'
        b'<Error code="5010" element="x"><Message>Stale</Message><Detail>D</Detail></Error>'
        b"</Fault></IntuitResponse>"
    )

    [fault] = faults_in_text(xml, "tid")

    assert (fault.code, fault.message, fault.detail, fault.element) == ("5010", "Stale", "D", "x")
    assert fault.kind is FaultClass.STALE
    assert faults_in_text(b"<html><h1>502 Bad Gateway</h1></html>") == ()
    assert faults_in_text(b"") == ()


def test_of_several_errors_the_gravest_decides() -> None:
    exists, refused, gone = Fault("6140"), Fault("2020"), Fault("6190")

    assert deciding((exists, refused)) is refused
    assert deciding((exists, refused, gone)) is gone


def test_the_holder_of_a_number_is_named() -> None:
    fault = Fault(
        "6140",
        "Duplicate Document Number Error",
        "Duplicate Document Number Error : You must specify a different number. This number has "
        "already been used. DocNumber=LS-1 is assigned to TxnType=Sales Receipt with TxnId=145",
    )

    assert holder(fault) == ("SalesReceipt", "145")
    assert holder(Fault("6140", "Duplicate", "no more is said")) is None
    assert holder(Fault("6140", "", "TxnType=Invoice with TxnId=7")) == ("Invoice", "7")


def test_the_holder_of_a_name_is_named_where_quickbooks_says_so() -> None:
    told = Fault("6240", "Duplicate Name", "The name supplied already exists. : Id=123")
    silent = Fault("6240", "Duplicate Name", "The name supplied already exists. : null")

    assert name_holder_id(told) == "123"
    assert name_holder_id(silent) is None


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("error__400", ["4001"]),
        ("error__400_json", ["2010"]),
        ("error__401", ["3200"]),
        ("error__500", ["500", "2030"]),
        ("error__validation", ["6240"]),
    ],
)
def test_recorded_refusals_are_read(name: str, codes: list[str]) -> None:
    path = RECORDED / f"{name}.json"
    if not path.exists():
        pytest.skip(f"no recorded traffic at {path}")

    faults = [
        fault
        for exchange in json.loads(path.read_text())
        for fault in faults_in(exchange["response"]["body"])
    ]

    assert [fault.code for fault in faults] == codes
    assert all(advice(fault).cause == f"qbo.{fault.code}" for fault in faults)
