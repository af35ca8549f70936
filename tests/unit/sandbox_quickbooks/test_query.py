"""The query language: what it finds, how it pages, and what it will not answer."""

from __future__ import annotations

import pytest

from sync.sandbox.quickbooks.company import Company
from sync.sandbox.quickbooks.refusals import Refusal
from sync.sandbox.quickbooks.search import run_query
from tests.unit.sandbox_quickbooks.desk import a_company, a_line, a_sale, put


@pytest.fixture
def company() -> Company:
    company = a_company()
    for number in range(1, 6):
        line = a_line(company, str(number * 10))
        day = f"2026-03-{number:02d}"
        put(company, "SalesReceipt", a_sale(company, line, DocNumber=f"LS-{number}", TxnDate=day))
    return company


def numbers(company: Company, rest: str) -> list[str]:
    found = run_query(company, f"select * from SalesReceipt {rest}")
    return [receipt["DocNumber"] for receipt in found.get("SalesReceipt", [])]


@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        ("where DocNumber = 'ls-3'", "3"),
        ("WHERE DocNumber IN ('LS-1', 'LS-5', 'LS-9') ORDERBY Id", "15"),
        ("where TotalAmt > '30' orderby TotalAmt desc", "54"),
        ("where TotalAmt >= 30 and TxnDate < '2026-03-05' orderby Id", "34"),
        ("where DocNumber like 'LS-%' orderby TxnDate asc", "12345"),
        ("where Id in ('2','4') orderby Id desc", "42"),
        ("orderby Id startposition 2 maxresults 2", "23"),
        ("orderby Id maxresults 2 startposition 4", "45"),
        ("where MetaData.LastUpdatedTime >= '2026-03-02T09:00:00-08:00' orderby Id", "12345"),
        ("where MetaData.LastUpdatedTime > '2026-03-02T09:00:01-08:00'", ""),
        ("", "54321"),
    ],
)
def test_receipts_are_found(company: Company, rest: str, expected: str) -> None:
    assert numbers(company, rest) == [f"LS-{number}" for number in expected]


def test_nothing_found_is_an_empty_answer(company: Company) -> None:
    assert run_query(company, "select * from SalesReceipt where DocNumber = 'none'") == {}


def test_counting(company: Company) -> None:
    statement = "select count(*) from SalesReceipt where TotalAmt > '30'"

    assert run_query(company, statement) == {"totalCount": 2}


def test_apostrophes_are_escaped(company: Company) -> None:
    found = run_query(
        company, r"select * from Customer where DisplayName = 'Amy\'s Bird Sanctuary'"
    )

    assert found["Customer"][0]["GivenName"] == "Amy"


def test_inactive_objects_must_be_asked_for(company: Company) -> None:
    active = run_query(company, "select * from Item")["Item"]
    everything = run_query(company, "select * from Item where Active IN (true, false)")["Item"]

    assert {item["Name"] for item in everything} - {item["Name"] for item in active} == {
        "Floor Pump (deleted)"
    }


def test_a_page_has_a_hundred_by_default_and_a_thousand_at_most(company: Company) -> None:
    for number in range(1200):
        put(company, "Customer", {"DisplayName": f"Customer {number:04d}"})

    plain = run_query(company, "select * from Customer")
    most = run_query(company, "select * from Customer maxresults 5000")

    assert (plain["maxResults"], most["maxResults"]) == (100, 1000)


def test_settings_can_be_queried(company: Company) -> None:
    company.change(book_close_date="2025-12-31")

    found = run_query(company, "select * from Preferences")["Preferences"][0]

    assert found["AccountingInfoPrefs"]["BookCloseDate"] == "2025-12-31"
    assert found["TaxPrefs"] == {"UsingSalesTax": True, "PartnerTaxEnabled": True}
    assert run_query(company, "select * from CompanyInfo")["CompanyInfo"][0]["Country"] == "US"


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("", "4000"),
        ("select", "4000"),
        ("select * from Customer where", "4000"),
        ("select * from Customer where DisplayName = 'Amy's Bird Sanctuary'", "4000"),
        ("select * from Customer where DisplayName != 'Amy'", "4000"),
        ("select * from Customer where DisplayName = 'A' or DisplayName = 'B'", "4000"),
        ("select * from Customer where DisplayName = 'open", "4000"),
        ("select * from Customer; drop table Customer", "4000"),
        ("select DisplayName from Customer", "4000"),
        ("select * from Custmoer", "4001"),
        ("select * from customer", "4001"),
        ("select * from SalesReceipt where PrivateNote = 'x'", "4001"),
        ("select * from SalesReceipt where DepartmentRef = '1'", "4001"),
        ("select * from SalesReceipt where TotalAmt > 'many'", "4001"),
        ("select * from SalesReceipt where Id > '1'", "4001"),
        ("select * from SalesReceipt orderby PrivateNote", "4001"),
        ("select * from Customer startposition 0", "4001"),
    ],
)
def test_what_cannot_be_asked(company: Company, statement: str, code: str) -> None:
    with pytest.raises(Refusal) as refusal:
        run_query(company, statement)

    assert refusal.value.code == code


def test_the_paging_message_is_the_real_one(company: Company) -> None:
    with pytest.raises(Refusal, match=r"value 0 is too small\. Min allowed value is 1"):
        run_query(company, "select * from Customer startposition 0")
