"""The Lightspeed stand-in over real HTTP: its wire, its paging, its limits and its bad days."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from sync.sandbox.lightspeed.grants import challenge_of
from sync.sandbox.lightspeed.recorded import dataset_from_recorded
from sync.sandbox.lightspeed.server import LightspeedSandbox
from sync.sandbox.retailer.retailer import Retailer
from sync.sandbox.serving import serve

NOW = datetime(2026, 11, 20, 18, 30, tzinfo=UTC)
RECORDED = Path(__file__).parents[3] / "shared" / "fixtures" / "lightspeed" / "sales_302.json"
CALLBACK = "https://bot.example.com/oauth/lightspeed/callback"
CLIENT = {"client_id": "client", "client_secret": "s3cret"}


@dataclass
class Till:
    """A running sandbox, and a caller with a token for it."""

    sandbox: LightspeedSandbox
    url: str
    now: datetime = NOW
    seconds: float = 1000.0
    session: requests.Session = field(default_factory=requests.Session)

    @property
    def shop(self) -> Retailer:
        assert self.sandbox.retailer is not None
        return self.sandbox.retailer

    def sign_in(self, **more: Any) -> None:
        tokens = self.sandbox.issue_tokens(**more)
        self.session.headers.update(
            {"Authorization": f"Bearer {tokens.access}", "Accept": "application/json"}
        )

    def get(self, path: str, **params: str) -> requests.Response:
        self.seconds += 60  # keeps both limiters out of tests that are about something else
        address = path if path.startswith("http") else f"{self.url}/API/V3/{path}"
        return self.session.get(address, params=params, timeout=5)

    def rows(self, entity: str, **params: str) -> dict[str, Any]:
        answer = self.get(f"Account/{self.sandbox.dataset.account_id}/{entity}.json", **params)
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body

    def press(self, button: str, **body: Any) -> requests.Response:
        return requests.post(f"{self.url}/_sandbox/{button}", json=body, timeout=5)

    def all_ids(self, entity: str, key: str, **params: str) -> list[str]:
        body = self.rows(entity, **params)
        found: list[str] = []
        while True:
            found += [row[key] for row in listed(body, entity)]
            if not body["@attributes"]["next"]:
                return found
            body = self.get(body["@attributes"]["next"]).json()


def listed(body: dict[str, Any], key: str) -> list[dict[str, Any]]:
    found = body.get(key, [])
    return found if isinstance(found, list) else [found]


def opened(stock: Any) -> Iterator[Till]:
    hands: dict[str, Till] = {}
    sandbox = LightspeedSandbox(
        stock,
        clock=lambda: hands["till"].now if hands else NOW,
        monotonic=lambda: hands["till"].seconds if hands else 0.0,
        redirect_uri=CALLBACK,
        client_id=CLIENT["client_id"],
        client_secret=CLIENT["client_secret"],
    )
    server = serve(sandbox.application)
    hands["till"] = till = Till(sandbox, server.url)
    till.sign_in()
    yield till
    till.session.close()
    server.close()


@pytest.fixture
def till() -> Iterator[Till]:
    yield from opened(Retailer(7, start=date(2026, 11, 9), now=NOW))


# Formats


def test_xml_unless_json_is_asked_for_first(till: Till) -> None:
    kinds = {}
    for accept in ("application/json", "*/*", "application/xml", ""):
        till.session.headers["Accept"] = accept
        kinds[accept] = till.get("Account.json").headers["Content-Type"].split(";")[0]

    assert kinds == {
        "application/json": "application/json",
        "*/*": "application/xml",
        "application/xml": "application/xml",
        "": "application/json",
    }


def test_everything_is_a_string(till: Till) -> None:
    def leaves(value: Any) -> Iterator[Any]:
        if isinstance(value, dict):
            for inner in value.values():
                yield from leaves(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from leaves(inner)
        else:
            yield value

    body = till.rows("Sale", load_relations="all", archived="true")

    assert all(isinstance(leaf, str) for leaf in leaves(body))
    assert not re.search(r'"-?\d+\.\d*0"', till.get("Account/100001/Sale.json").text)


def test_slashes_are_escaped(till: Till) -> None:
    assert r"US\/Eastern" in till.get("Account/100001/Shop.json").text


def test_one_row_is_an_object_and_none_is_no_key(till: Till) -> None:
    one = till.rows("Customer", customerID="42")
    none = till.rows("Customer", customerID="9999")

    assert one["Customer"]["lastName"] == "O'Neil"
    assert none == {"@attributes": {"next": "", "previous": ""}}


def test_a_record_by_id_has_a_count_and_no_pages(till: Till) -> None:
    body = till.rows("Customer/42")

    assert body["@attributes"] == {"count": "1"}
    assert "Contact" not in body["Customer"]


def test_lines_and_payments_come_only_when_asked_for(till: Till) -> None:
    sale_id = str(till.shop.sell("split", NOW))

    bare = till.rows("Sale", saleID=sale_id)["Sale"]
    full = till.rows(
        "Sale",
        saleID=sale_id,
        load_relations='["SaleLines.Item","SalePayments.PaymentType"]',
    )["Sale"]

    assert "SaleLines" not in bare and "SalePayments" not in bare
    kinds = [one["PaymentType"]["name"] for one in full["SalePayments"]["SalePayment"]]
    assert kinds == ["Cash", "Credit Card"]
    assert all("Item" in line for line in listed(full["SaleLines"], "SaleLine"))
    assert all("taxCategoryID" not in line for line in listed(full["SaleLines"], "SaleLine"))


def test_what_is_not_there_leaves_no_key(till: Till) -> None:
    zero = str(till.shop.sell("zero", NOW))
    unfinished = str(till.shop.sell("open", NOW))

    sales = {
        sale["saleID"]: sale
        for sale in till.rows("Sale", saleID=f"IN,[{zero},{unfinished}]", load_relations="all")[
            "Sale"
        ]
    }

    assert "SalePayments" not in sales[zero]
    assert sales[zero]["total"] == "0"
    assert "completeTime" not in sales[unfinished]
    assert sales[unfinished]["balance"] == sales[unfinished]["total"]


def test_empty_contact_parts_are_empty_strings(till: Till) -> None:
    company = till.rows("Customer/41", load_relations='["Contact"]')["Customer"]

    assert company["firstName"] == company["lastName"] == ""
    assert company["Contact"]["Emails"] == company["Contact"]["Addresses"] == ""
    assert company["Contact"]["Phones"]["ContactPhone"]["number"] == "410 555 0141"


def test_a_missing_record_is_named_in_json_that_says_it_is_html(till: Till) -> None:
    answer = till.get("Account/100001/Employee/999.json")

    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("text/html")
    assert answer.json()["httpCode"] == "404"
    assert answer.json()["message"] == (
        "Object of type 'Employee' not found with primary ID '999'."
    )


def test_only_reading_is_allowed(till: Till) -> None:
    for verb in ("POST", "PUT", "DELETE"):
        answer = till.session.request(
            verb, f"{till.url}/API/V3/Account/100001/Sale/10001.json", json={}, timeout=5
        )
        assert answer.status_code == 405


def test_the_date_header_tells_the_sandboxs_time(till: Till) -> None:
    till.now = NOW + timedelta(minutes=30)

    assert parsedate_to_datetime(till.get("Account.json").headers["Date"]) == till.now


# Paging and filters


def test_pages_lead_to_every_row_once_and_back(till: Till) -> None:
    everything = [str(sale.id) for sale in till.shop.events if not sale.archived]
    walked = till.all_ids("Sale", "saleID", limit="70", sort="completeTime")
    first = till.rows("Sale", limit="30", sort="-updateTime")
    second = till.get(first["@attributes"]["next"]).json()
    back = till.get(second["@attributes"]["previous"]).json()

    assert sorted(walked) == sorted(everything)
    assert first["@attributes"]["previous"] == ""
    assert back["Sale"] == first["Sale"]


def test_next_repeats_the_question_with_what_was_implied(till: Till) -> None:
    following = till.rows("Sale", archived="true", load_relations='["SaleLines"]')["@attributes"]
    asked = parse_qs(urlsplit(following["next"]).query)

    assert following["next"].startswith(f"{till.url}/API/V3/Account/100001/Sale.json?")
    assert asked["limit"] == ["100"] and asked["sort"] == ["saleID"]
    assert asked["load_relations"] == ['["SaleLines"]'] and asked["archived"] == ["true"]


def test_a_crafted_cursor_is_refused(till: Till) -> None:
    for mark in ("WzEwNV0=", "x", "%%%"):
        assert till.get("Account/100001/Sale.json", after=mark).status_code == 400


def test_a_row_that_changes_during_the_walk_is_seen_again_and_none_is_lost(till: Till) -> None:
    page = till.rows("Sale", archived="true", limit="100", sort="updateTime")
    moved = page["Sale"][3]["saleID"]
    seen = [sale["saleID"] for sale in page["Sale"]]
    till.shop.touch(int(moved), NOW + timedelta(minutes=1))
    added = str(till.shop.sell("card", NOW + timedelta(minutes=2)))
    while page["@attributes"]["next"]:
        page = till.get(page["@attributes"]["next"]).json()
        seen += [sale["saleID"] for sale in listed(page, "Sale")]

    assert seen.count(moved) == 2
    assert set(seen) == {str(sale.id) for sale in till.shop.events}
    assert added in seen


def test_several_rows_of_one_second_are_split_over_pages(till: Till) -> None:
    at = NOW + timedelta(minutes=5)
    sold = [till.shop.sell("cash", at) for _ in range(7)]
    for sale_id in sold:
        till.shop.touch(sale_id, at)

    walked = till.all_ids(
        "Sale", "saleID", sort="updateTime", limit="2", updateTime=f">=,{at.isoformat()}"
    )

    assert walked == [str(sale_id) for sale_id in sold]


def test_between_includes_both_ends(till: Till) -> None:
    first, last = NOW + timedelta(minutes=1), NOW + timedelta(minutes=2)
    sold = [till.shop.sell("cash", at) for at in (first, last)]
    till.shop.sell("cash", last + timedelta(seconds=1))

    found = till.all_ids(
        "Sale", "saleID", completeTime=f"><,{first.isoformat()},{last.isoformat()}"
    )

    assert found == [str(sale_id) for sale_id in sold]


def test_filters_pick_and_leave_out(till: Till) -> None:
    def names(**params: str) -> set[str]:
        return {row["lastName"] for row in listed(till.rows("Customer", **params), "Customer")}

    assert names(lastName="~,o'n%") == {"O'Neil"}
    assert names(customerID="IN,42,43") == {"O'Neil", "=1+1"}
    assert "O'Neil" not in names(customerID="!=,42")
    assert names(**{"or": "customerID=42|customerID=44"}) == {"O'Neil", "🚲"}
    assert names(firstName="Maya", lastName="!~,z%") == {"O'Neil"}


def test_archived_rows_are_hidden_unless_asked_for(till: Till) -> None:
    cancelled = str(till.shop.sell("cancelled", NOW))

    assert cancelled not in till.all_ids("Sale", "saleID")
    assert cancelled in till.all_ids("Sale", "saleID", archived="true")
    only = listed(till.rows("Sale", archived="only"), "Sale")
    assert only and {sale["archived"] for sale in only} == {"true"}


def test_gift_cards_are_listed_only_on_request(till: Till) -> None:
    till.shop.sell("gift_card_sold", NOW)
    till.shop.sell("charge_on_account", NOW)

    accounts = listed(till.rows("CreditAccount"), "CreditAccount")
    cards = listed(till.rows("CreditAccount", giftCard="true"), "CreditAccount")

    assert {one["giftCard"] for one in accounts} == {"false"}
    assert all(re.fullmatch(r"\*{8}\d{4}", one["code"]) for one in cards)


def test_a_count_counts(till: Till) -> None:
    body = till.rows("Sale", count="1", archived="true")

    assert body == {"@attributes": {"count": str(len(till.shop.events))}}


def test_lines_of_many_sales_are_cut_at_a_hundred(till: Till) -> None:
    sales = [sale for sale in till.shop.events if sale.lines][:90]
    wanted = sorted(line.id for sale in sales for line in sale.lines)
    ids = f"IN,{[sale.id for sale in sales]}"

    first = till.rows("SaleLine", saleID=ids)
    walked = till.all_ids("SaleLine", "saleLineID", saleID=ids)

    assert len(first["SaleLine"]) == 100 and first["@attributes"]["next"]
    assert [int(line) for line in walked] == wanted


def test_a_raw_plus_is_refused_or_misread_as_configured(till: Till) -> None:
    address = f"{till.url}/API/V3/Account/100001/Sale.json?timeStamp=%3E%3D,2026-11-10T00:00:00"

    strict = till.session.get(f"{address}+00:00", timeout=5)
    good = till.session.get(f"{address}%2B00:00", timeout=5)
    till.press("switches", refuse_raw_plus=False)
    silent = till.session.get(f"{address}+00:00", timeout=5)

    assert strict.status_code == 400
    assert len(good.json()["Sale"]) == 100
    assert "Sale" not in silent.json()


# A sale over time


def test_a_void_shows_in_update_time_only(till: Till) -> None:
    sale_id = till.shop.sell("cash", NOW)
    later = NOW + timedelta(days=3)
    till.shop.void(sale_id, later)

    sale = till.rows(f"Sale/{sale_id}", load_relations='["SalePayments"]')["Sale"]
    by_stamp = till.all_ids("Sale", "saleID", timeStamp=f">,{NOW.isoformat()}")
    by_update = till.all_ids("Sale", "saleID", updateTime=f">,{NOW.isoformat()}")

    assert sale["timeStamp"] == sale["completeTime"] == NOW.isoformat()
    assert sale["updateTime"] == later.isoformat()
    assert (sale["voided"], sale["calcPayments"]) == ("true", "0")
    assert sale["SalePayments"]["SalePayment"]["archived"] == "true"
    assert str(sale_id) in by_update and str(sale_id) not in by_stamp


def test_a_refused_update_time_filter_leaves_the_others(till: Till) -> None:
    till.press("switches", refuse_update_time=True)

    refused = till.get("Account/100001/Sale.json", updateTime=f">=,{NOW.isoformat()}")
    fallback = till.get("Account/100001/Sale.json", timeStamp=f">=,{NOW.isoformat()}")

    assert (refused.status_code, fallback.status_code) == (400, 200)


def test_a_late_arrival_has_an_old_completion(till: Till) -> None:
    old = NOW - timedelta(days=2)
    answer = till.press("sell", kind="card", at=NOW.isoformat(), completed=old.isoformat())

    sale = till.rows(f"Sale/{answer.json()['saleID']}")["Sale"]

    assert sale["completeTime"] == sale["timeStamp"] == old.isoformat()
    assert sale["createTime"] <= NOW.isoformat() <= sale["updateTime"]


def test_a_layaway_line_waits_outside_any_sale_and_then_moves(till: Till) -> None:
    while till.shop.book.layaways:
        till.shop.sell("layaway_pickup", NOW)
    deposit = till.shop.sell("layaway_deposit", NOW)
    line = till.shop.book.layaways[0].line.id
    waiting = till.rows(f"SaleLine/{line}")["SaleLine"]
    picked = till.shop.sell("layaway_pickup", NOW + timedelta(days=1))
    moved = till.rows(f"SaleLine/{line}")["SaleLine"]

    assert (waiting["saleID"], waiting["isLayaway"], waiting["tax1Rate"]) == ("0", "true", "0")
    assert moved["saleID"] == str(picked)
    assert "SaleLines" not in till.rows(f"Sale/{deposit}", load_relations="all")["Sale"]


def test_a_sold_gift_card_has_no_total_but_a_tender(till: Till) -> None:
    sale_id = till.shop.sell("gift_card_sold", NOW)

    sale = till.rows(f"Sale/{sale_id}", load_relations="all")["Sale"]

    card, money = sale["SalePayments"]["SalePayment"]
    assert sale["total"] == sale["calcPayments"] == "0"
    assert sale["totalDue"] == sale["displayableTotal"] == money["amount"]
    assert card["amount"] == f"-{money['amount']}"
    link = card["SaleAccounts"]["SaleAccount"]
    assert link["saleLineID"] == sale["SaleLines"]["SaleLine"]["saleLineID"]
    assert sale["SaleLines"]["SaleLine"]["Note"]["note"] == "Gift Card Purchase"


def test_a_card_refund_points_at_its_payment_and_owes_nothing(till: Till) -> None:
    sale_id = till.shop.sell("card_refund", NOW)

    sale = till.rows(f"Sale/{sale_id}", load_relations="all")["Sale"]

    line, payment = sale["SaleLines"]["SaleLine"], sale["SalePayments"]["SalePayment"]
    assert sale["total"].startswith("-") and sale["totalDue"] == "0"
    assert line["unitQuantity"].startswith("-") and not line["unitPrice"].startswith("-")
    assert line["parentSaleLineID"] != "0" and payment["refPaymentID"] != "0"


def test_a_web_order_ships(till: Till) -> None:
    sale_id = till.shop.sell("web_order", NOW)

    sale = till.rows(f"Sale/{sale_id}", load_relations="all")["Sale"]
    register = till.rows(f"Register/{sale['registerID']}")["Register"]
    shop = till.rows(f"Shop/{sale['shopID']}")["Shop"]

    assert (register["name"], shop["name"]) == ("eCom", "Webstore")
    assert sale["ShipTo"]["saleID"] == str(sale_id)
    assert sale["ShipTo"]["Contact"]["Addresses"]["ContactAddress"]["city"]
    assert sale["SalePayments"]["SalePayment"]["PaymentType"]["type"] == "ecom"


def test_lists_change_under_the_caller(till: Till) -> None:
    till.press("change", entity="PaymentType", id=6, fields={"name": "Interac"})
    till.press("change", entity="Customer", id=44, fields={"archived": "true", "lastName": "[44]"})
    till.press("delete", entity="TaxCategory", id=2)

    assert till.rows("PaymentType/6")["PaymentType"]["name"] == "Interac"
    assert "Customer" not in till.rows("Customer", customerID="44")
    assert till.get("Account/100001/TaxCategory/2.json").status_code == 404


def test_the_accounting_reports_balance_every_day(till: Till) -> None:
    def sums(report: str, field: str) -> dict[tuple[str, str], Decimal]:
        found: dict[tuple[str, str], Decimal] = {}
        body = till.rows(
            f"Reports/Accounting/{report}", startDate="2026-11-09", endDate="2026-11-20"
        )
        key = next(name for name in body if name != "@attributes")
        for row in listed(body, key):
            place = (row["date"], row["shopID"])
            found[place] = found.get(place, Decimal(0)) + Decimal(row[field])
        return found

    goods, off = sums("TaxClassSalesByDay", "subtotal"), sums("DiscountsByDay", "discount")
    tax, paid = sums("TaxesByDay", "tax"), sums("PaymentsByDay", "amount")

    assert len(goods) > 20
    for place, amount in goods.items():
        assert amount - off[place] + tax[place] == paid.get(place, Decimal(0))


# OAuth


def test_consent_is_a_page_with_a_button(till: Till) -> None:
    asked = {
        "response_type": "code",
        "client_id": "client",
        "scope": "employee:register_read employee:customers_read",
        "state": '"><script>',
        "code_challenge": challenge_of("v" * 43, "S256"),
        "code_challenge_method": "S256",
    }
    address = f"{till.url}/auth/oauth/authorize"

    page = requests.get(address, params=asked, timeout=5)
    pressed = requests.post(
        address, data={**asked, "answer": "allow"}, timeout=5, allow_redirects=False
    )
    declined = requests.post(
        address, data={**asked, "answer": "deny"}, timeout=5, allow_redirects=False
    )
    back = parse_qs(urlsplit(pressed.headers["Location"]).query)
    body = {**CLIENT, "grant_type": "authorization_code", "code": back["code"][0]}
    tokens = requests.post(
        f"{till.url}/auth/oauth/token", data={**body, "code_verifier": "v" * 43}, timeout=5
    )

    assert "<button" in page.text and "<script>" not in page.text
    assert pressed.headers["Location"].startswith(f"{CALLBACK}?")
    assert back["state"] == ['"><script>']
    assert "error=access_denied" in declined.headers["Location"]
    assert tokens.json()["token_type"] == "Bearer" and tokens.json()["expires_in"] == 3600


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"client_id": "other"}, "invalid_client"),
        ({"scope": "employee:everything"}, "invalid_scope"),
        ({"scope": ""}, "invalid_scope"),
        ({"response_type": "token"}, "invalid_request"),
    ],
)
def test_consent_refuses(till: Till, change: dict[str, str], error: str) -> None:
    asked = {"response_type": "code", "client_id": "client", "scope": "employee:reports"}

    answer = requests.get(f"{till.url}/auth/oauth/authorize", params={**asked, **change}, timeout=5)

    assert (answer.status_code, answer.json()["error"]) == (400, error)


def test_the_token_endpoint_refuses(till: Till) -> None:
    address = f"{till.url}/auth/oauth/token"
    refresh = till.sandbox.issue_tokens().refresh
    good = {**CLIENT, "grant_type": "refresh_token", "refresh_token": refresh}

    def status(body: dict[str, str]) -> tuple[int, str]:
        answer = requests.post(address, json=body, timeout=5)
        return answer.status_code, answer.json().get("error", "")

    assert requests.get(address, timeout=5).status_code == 405
    assert status({**good, "client_secret": "wrong"}) == (401, "invalid_client")
    assert status({**good, "scope": "employee:all"}) == (400, "invalid_request")
    assert status({**good, "refresh_token": "def502"}) == (400, "invalid_grant")
    assert status({**CLIENT, "grant_type": "refresh_token"}) == (400, "invalid_request")
    assert status(good)[0] == 200


def test_dead_tokens_say_why(till: Till) -> None:
    tokens = till.sandbox.issue_tokens()
    bearer = {"Authorization": f"Bearer {tokens.access}"}
    address = f"{till.url}/API/V3/Account.json"
    till.now = NOW + timedelta(hours=1)
    expired = requests.get(address, headers=bearer, timeout=5)
    till.sandbox.grants.refresh(tokens.refresh)
    revoked = requests.get(address, headers=bearer, timeout=5)
    unknown = requests.get(address, timeout=5)

    assert {answer.status_code for answer in (expired, revoked, unknown)} == {401}
    assert expired.json()["hint"] == unknown.json()["hint"] == "Access token could not be verified"
    assert revoked.json()["hint"] == "Access token has been revoked"


def test_a_missing_scope_is_forbidden(till: Till) -> None:
    till.sign_in(scopes=["employee:customers_read"])

    assert till.get("Account/100001/Customer.json").status_code == 200
    assert till.get("Account/100001/Sale.json").status_code == 403
    assert till.get("Account/100009/Customer.json").status_code == 403


# Limits and bad days


def test_a_burst_is_stopped_and_told(till: Till) -> None:
    address = f"{till.url}/API/V3/Account.json"
    answers = [till.session.get(address, timeout=5) for _ in range(27)]

    assert [answer.status_code for answer in answers] == [200] * 26 + [429]
    assert answers[-1].headers["X-LS-API-RateLimit-Type"] == "api-burst-limiter"
    assert answers[-1].json()["httpCode"] == "429"
    assert answers[0].headers["x-ls-api-bucket-level"] == "1/120"


def test_a_full_bucket_is_told_with_the_wait(till: Till) -> None:
    address = f"{till.url}/API/V3/Account/100001/Sale.json"
    statuses = []
    for _ in range(13):
        till.seconds = float(int(till.seconds) + 1)  # a new burst window, 2.5 drips drained
        answer = till.session.get(address, params={"count": "1"}, timeout=5)
        statuses.append(answer.status_code)
    while answer.status_code == 200:
        answer = till.session.get(address, params={"count": "1"}, timeout=5)
    level, size = map(float, answer.headers["X-LS-API-Bucket-Level"].split("/"))

    assert statuses == [200] * 13
    assert level >= size == 120
    assert answer.headers["X-LS-API-RateLimit-Type"] == "api-leaky-bucket"
    assert int(answer.headers["Retry-After"]) == max(1, -int(-(level - size) // 2.5))


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("429_bucket", 429),
        ("429_burst", 429),
        ("500", 500),
        ("502_html", 502),
        ("503", 503),
        ("504", 504),
        ("401_expired", 401),
        ("401_revoked", 401),
        ("400_try_later", 400),
    ],
)
def test_a_fault_wears_off(till: Till, name: str, status: int) -> None:
    till.press("faults", name=name, times=2)

    assert [till.get("Account.json").status_code for _ in range(3)] == [status, status, 200]


def test_a_fault_can_wait_for_its_path(till: Till) -> None:
    till.press("faults", name="401_expired", path="after=")
    first = till.rows("Sale")

    assert till.get(first["@attributes"]["next"]).status_code == 401
    assert till.get(first["@attributes"]["next"]).status_code == 200


@pytest.mark.parametrize("name", ["cut_before", "cut_after", "truncated"])
def test_a_broken_connection_is_an_error_and_not_an_answer(till: Till, name: str) -> None:
    till.press("faults", name=name)

    with pytest.raises(requests.RequestException):
        till.get("Account/100001/Sale.json")
    assert till.get("Account.json").status_code == 200


def test_a_refresh_whose_answer_is_cut_has_happened(till: Till) -> None:
    tokens = till.sandbox.issue_tokens()
    body = {**CLIENT, "grant_type": "refresh_token", "refresh_token": tokens.refresh}
    address = f"{till.url}/auth/oauth/token"
    till.press("faults", name="cut_after", path="/token")

    with pytest.raises(requests.RequestException):
        requests.post(address, json=body, timeout=5)
    again = requests.post(address, json=body, timeout=5)

    assert till.sandbox.grants.use(tokens.access) == "revoked"
    assert again.status_code == 200


def test_odd_pages_on_request(till: Till) -> None:
    till.press("faults", name="one_row_next")
    single = till.rows("Sale")
    till.press("faults", name="empty_next")
    empty = till.rows("Sale")
    till.press("faults", name="xml")
    xml = till.get("Account/100001/Sale.json")

    assert isinstance(single["Sale"], dict) and single["@attributes"]["next"]
    assert "Sale" not in empty and empty["@attributes"]["next"]
    assert xml.headers["Content-Type"].startswith("application/xml")
    assert till.get(single["@attributes"]["next"]).json()["Sale"][0]["saleID"] == "10002"


def test_a_slow_answer_outlasts_a_short_patience(till: Till) -> None:
    till.press("faults", name="slow", seconds=0.4)

    with pytest.raises(requests.Timeout):
        till.session.get(f"{till.url}/API/V3/Account.json", timeout=0.1)


def test_the_inspector_remembers_calls_without_secrets(till: Till) -> None:
    till.rows("Sale", load_relations='["SaleLines","SalePayments"]')
    seen = requests.get(f"{till.url}/_sandbox/requests", timeout=5).json()["requests"]

    assert seen[-1]["path"] == "/API/V3/Account/100001/Sale.json"
    assert (seen[-1]["status"], seen[-1]["cost"]) == (200, 1.8)
    assert "Bearer" not in str(seen)


def test_unknown_buttons_and_names_are_refused(till: Till) -> None:
    assert till.press("launch").status_code == 404
    assert till.press("faults", name="meteor").status_code == 400
    assert till.press("sell", kind="barter").status_code == 400
    assert till.press("void", sale_id=1).status_code == 400


@pytest.mark.skipif(not RECORDED.exists(), reason=f"no recorded sales at {RECORDED}")
def test_recorded_sales_can_be_read_like_any_others() -> None:
    for till in opened(dataset_from_recorded(RECORDED)):
        ids = till.all_ids("Sale", "saleID", sort="updateTime", load_relations="all")
        shop = till.rows("Shop")["Shop"]
        registers = till.rows("Register")["Register"]
        refused = till.press("sell", kind="cash")

    assert len(ids) == len(set(ids)) == 302
    assert (shop["shopID"], shop["timeZone"]) == ("66", "US/Eastern")
    assert len(registers) == 4
    assert refused.status_code == 400


@pytest.mark.slow
def test_the_stand_in_runs_by_itself_and_says_where() -> None:
    command = [sys.executable, "-m", "sync.sandbox.lightspeed", "--days", "3", "--auto-consent"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        sold = requests.post(f"{url}/_sandbox/sell", json={"kind": "card"}, timeout=5)
        process.terminate()

    assert sold.json()["kind"] == "card"
