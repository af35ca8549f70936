"""The QuickBooks stand-in over HTTP: sign-in, batches, limits and bad days."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from werkzeug.test import Client

from sync.sandbox.quickbooks import CompanySpec, QuickBooksSandbox
from sync.sandbox.serving import RunningServer, serve

CALLBACK = "http://localhost:3000/oauth/quickbooks/callback"
SECOND_COMPANY = CompanySpec(realm_id="9341450000000002", name="Shore & <Sons>")


class Desk:
    """A sandbox being served, its clock, and a caller that is connected to it."""

    def __init__(self, sandbox: QuickBooksSandbox, server: RunningServer) -> None:
        self.sandbox = sandbox
        self.server = server
        self.realm = sandbox.company().realm
        self.session = requests.Session()
        self.session.headers["Accept"] = "application/json"
        self.use(sandbox.connect().access)

    def use(self, access: str) -> None:
        self.session.headers["Authorization"] = f"Bearer {access}"

    def url(self, path: str) -> str:
        return f"{self.server.url}/v3/company/{self.realm}/{path}"

    def get(self, path: str, **params: str) -> requests.Response:
        return self.session.get(self.url(path), params=params, timeout=5)

    def post(self, path: str, body: Any, **params: str) -> requests.Response:
        return self.session.post(self.url(path), json=body, params=params, timeout=5)

    def query(self, statement: str) -> dict[str, Any]:
        answer: dict[str, Any] = self.get("query", query=statement).json()["QueryResponse"]
        return answer


class Clock:
    """A clock that only moves when told."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
        self.seconds = 0.0

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return self.seconds

    def forward(self, step: timedelta) -> None:
        self.moment += step
        self.seconds += step.total_seconds()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(clock: Clock) -> Iterator[Desk]:
    yield from _desk(clock, rate_scale=100)


@pytest.fixture
def slow_lane(clock: Clock) -> Iterator[Desk]:
    """A desk under the documented limits."""
    yield from _desk(clock, rate_scale=1)


def _desk(clock: Clock, *, rate_scale: float) -> Iterator[Desk]:
    sandbox = QuickBooksSandbox(
        clock=clock.now,
        client_id="app",
        client_secret="secret",
        redirect_uri=CALLBACK,
        companies=(CompanySpec(), SECOND_COMPANY),
        rate_scale=rate_scale,
        monotonic=clock.monotonic,
    )
    server = serve(sandbox.application)
    desk = Desk(sandbox, server)
    yield desk
    desk.session.close()
    server.close()


def a_receipt(number: str, amount: str = "100.00", tax: str = "6.00") -> dict[str, Any]:
    return {
        "DocNumber": number,
        "TxnDate": "2026-03-01",
        "CustomerRef": {"value": "1"},
        "Line": [
            {
                "Amount": float(amount),
                "DetailType": "SalesItemLineDetail",
                "SalesItemLineDetail": {"ItemRef": {"value": "3"}, "TaxCodeRef": {"value": "TAX"}},
            }
        ],
        "TxnTaxDetail": {"TotalTax": float(tax)},
    }


def a_batch(*numbers: str) -> dict[str, Any]:
    items = [
        {"bId": f"e{place}", "operation": "create", "SalesReceipt": a_receipt(number)}
        for place, number in enumerate(numbers)
    ]
    return {"BatchItemRequest": items}


def authorize(desk: Desk, **more: str) -> requests.Response:
    asked = {
        "client_id": "app",
        "redirect_uri": CALLBACK,
        "response_type": "code",
        "scope": "com.intuit.quickbooks.accounting",
        "state": "s-1",
    }
    url = f"{desk.server.url}/connect/oauth2"
    return requests.post(url, data=asked | more, timeout=5, allow_redirects=False)


def token(desk: Desk, **form: str) -> requests.Response:
    url = f"{desk.server.url}/oauth2/v1/tokens/bearer"
    return requests.post(url, data=form, auth=("app", "secret"), timeout=5)


def returned(response: requests.Response) -> dict[str, str]:
    query = parse_qs(urlsplit(response.headers["Location"]).query)
    return {name: values[0] for name, values in query.items()}


def answer_of(desk: Desk, receipt: dict[str, Any]) -> dict[str, Any] | None:
    """The receipt in the answer, or None when no readable answer came back."""
    try:
        answer = desk.post("salesreceipt", receipt, requestid="r1").json()
    except requests.RequestException:
        return None
    found: dict[str, Any] | None = answer.get("SalesReceipt")
    return found


class TestSignIn:
    def test_consent_names_the_company_and_escapes_it(self, desk: Desk) -> None:
        asked = {
            "client_id": "app",
            "redirect_uri": CALLBACK,
            "response_type": "code",
            "scope": "com.intuit.quickbooks.accounting",
            "state": '"><script>',
            "company": SECOND_COMPANY.realm_id,
        }

        page = requests.get(f"{desk.server.url}/connect/oauth2", params=asked, timeout=5).text

        assert "Shore &amp; &lt;Sons&gt;" in page
        assert "<script>" not in page

    def test_a_code_becomes_tokens_once(self, desk: Desk) -> None:
        back = returned(authorize(desk, answer="connect"))
        form = {
            "grant_type": "authorization_code",
            "code": back["code"],
            "redirect_uri": CALLBACK,
        }

        first, second = token(desk, **form), token(desk, **form)

        assert back["state"] == "s-1"
        assert back["realmId"] == desk.realm
        assert first.json()["expires_in"] == 3600
        assert (second.status_code, second.json()["error"]) == (400, "invalid_grant")

    def test_a_code_is_stale_after_five_minutes(self, desk: Desk, clock: Clock) -> None:
        code = returned(authorize(desk, answer="connect"))["code"]
        clock.forward(timedelta(minutes=6))

        answer = token(desk, grant_type="authorization_code", code=code, redirect_uri=CALLBACK)

        assert answer.json()["error"] == "invalid_grant"

    def test_refusing_consent_says_so_to_the_app(self, desk: Desk) -> None:
        assert returned(authorize(desk, answer="cancel"))["error"] == "access_denied"

    def test_an_unknown_redirect_is_never_followed(self, desk: Desk) -> None:
        answer = authorize(desk, answer="connect", redirect_uri="https://evil.example/")

        assert answer.status_code == 400
        assert "Location" not in answer.headers

    def test_a_refresh_rotates_and_the_old_value_dies_after_the_grace(
        self, desk: Desk, clock: Clock
    ) -> None:
        pair = desk.sandbox.connect()
        first = token(desk, grant_type="refresh_token", refresh_token=pair.refresh).json()

        again = token(desk, grant_type="refresh_token", refresh_token=pair.refresh)
        clock.forward(timedelta(minutes=2))
        late = token(desk, grant_type="refresh_token", refresh_token=pair.refresh)

        assert first["refresh_token"] != pair.refresh
        assert again.json()["refresh_token"] == first["refresh_token"]
        assert late.json() == {"error": "invalid_grant", "error_description": "Token invalid"}

    def test_an_access_token_expires_after_an_hour(self, desk: Desk, clock: Clock) -> None:
        clock.forward(timedelta(minutes=61))

        answer = desk.get("preferences")

        assert answer.status_code == 401
        assert answer.json()["fault"]["error"][0]["code"] == "3200"

    def test_revoking_either_token_ends_both(self, desk: Desk) -> None:
        pair = desk.sandbox.connect()
        desk.use(pair.access)
        url = f"{desk.server.url}/v2/oauth2/tokens/revoke"

        answer = requests.post(url, json={"token": pair.refresh}, auth=("app", "secret"), timeout=5)

        assert (answer.status_code, answer.content) == (200, b"")
        assert desk.get("preferences").status_code == 401

    def test_a_wrong_client_secret_is_invalid_client(self, desk: Desk) -> None:
        url = f"{desk.server.url}/oauth2/v1/tokens/bearer"

        answer = requests.post(
            url, data={"grant_type": "refresh_token"}, auth=("app", "guess"), timeout=5
        )

        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")

    def test_a_token_of_one_company_opens_no_other(self, desk: Desk) -> None:
        desk.use(desk.sandbox.connect(SECOND_COMPANY.realm_id).access)

        answer = desk.get("preferences")

        assert answer.status_code == 403
        assert answer.json()["fault"]["error"][0]["code"] == "3100"

    def test_consent_can_be_automatic(self, clock: Clock) -> None:
        sandbox = QuickBooksSandbox(
            clock=clock.now,
            client_id="app",
            client_secret="secret",
            redirect_uri=CALLBACK,
            auto_consent=True,
        )
        asked = {
            "client_id": "app",
            "redirect_uri": CALLBACK,
            "response_type": "code",
            "scope": "com.intuit.quickbooks.accounting",
            "state": "s-1",
        }

        answer = Client(sandbox.application).get("/connect/oauth2", query_string=asked)

        back = parse_qs(urlsplit(answer.headers["Location"]).query)
        assert answer.status_code == 302
        assert back["realmId"] == [sandbox.company().realm]


class TestIdempotency:
    def test_the_same_request_id_makes_one_document(self, desk: Desk) -> None:
        first = desk.post("salesreceipt", a_receipt("LS-1"), requestid="r1")
        second = desk.post("salesreceipt", a_receipt("LS-1"), requestid="r1")

        assert first.content == second.content
        assert desk.sandbox.books().total("SalesReceipt").count == 1

    def test_a_batch_is_recognised_item_by_item(self, desk: Desk) -> None:
        desk.post("batch", a_batch("LS-1", "LS-2"), requestid="b1")

        answer = desk.post("batch", a_batch("LS-1", "LS-2", "LS-3"), requestid="b1").json()

        ids = [item["SalesReceipt"]["Id"] for item in answer["BatchItemResponse"]]
        assert ids == ["1", "2", "3"]
        assert desk.sandbox.counters.snapshot()["replays"] == 2

    def test_a_refusal_is_kept_under_its_id_too(self, desk: Desk) -> None:
        desk.post("salesreceipt", a_receipt("LS-1") | {"DocNumber": "x" * 22}, requestid="r1")

        answer = desk.post("salesreceipt", a_receipt("LS-1"), requestid="r1")

        assert answer.json()["Fault"]["Error"][0]["code"] == "2050"
        assert desk.sandbox.counters.snapshot()["replays_with_another_body"] == 1

    def test_ids_are_forgotten_in_time(self, desk: Desk, clock: Clock) -> None:
        desk.post("customer", {"DisplayName": "Ada"}, requestid="r1")
        clock.forward(timedelta(hours=2))
        desk.use(desk.sandbox.connect().access)

        answer = desk.post("customer", {"DisplayName": "Ada"}, requestid="r1")

        assert answer.json()["Fault"]["Error"][0]["code"] == "6240"

    def test_a_server_may_ignore_request_ids(self, desk: Desk) -> None:
        desk.sandbox.plan("ignore_requestid", None)
        desk.sandbox.change_company(custom_numbers=False)

        for _ in range(2):
            desk.post("salesreceipt", a_receipt("LS-1"), requestid="r1")

        assert desk.sandbox.books().total("SalesReceipt").count == 2

    @pytest.mark.parametrize(
        ("path", "request_id"), [("batch", "x" * 37), ("customer", "x" * 51), ("customer", "a b")]
    )
    def test_a_malformed_request_id_is_refused(
        self, desk: Desk, path: str, request_id: str
    ) -> None:
        answer = desk.post(path, a_batch("LS-1"), requestid=request_id)

        assert answer.json()["Fault"]["Error"][0]["code"] == "2130"

    def test_parallel_resends_of_one_batch_make_each_document_once(self, desk: Desk) -> None:
        numbers = [f"LS-{number}" for number in range(30)]

        with ThreadPoolExecutor(6) as pool:
            answers = list(
                pool.map(
                    lambda _: desk.post("batch", a_batch(*numbers), requestid="b1").json(), range(6)
                )
            )

        assert desk.sandbox.books().total("SalesReceipt").count == 30
        assert len({str(answer["BatchItemResponse"]) for answer in answers}) == 1


class TestBatch:
    def test_items_stand_alone_and_are_matched_by_id(self, desk: Desk) -> None:
        made = desk.post("salesreceipt", a_receipt("LS-0")).json()["SalesReceipt"]
        head = {"Id": made["Id"], "SyncToken": "0"}
        body = {
            "BatchItemRequest": [
                {"bId": "c", "operation": "create", "Vendor": {"DisplayName": "Boraski"}},
                {"bId": "d", "operation": "delete", "Invoice": {"Id": "129", "SyncToken": "0"}},
                {
                    "bId": "u",
                    "operation": "update",
                    "SalesReceipt": head | {"sparse": True, "PrivateNote": "matched"},
                },
                {"bId": "s", "operation": "update", "SalesReceipt": head | {"sparse": True}},
                {"bId": "q", "Query": "select * from SalesReceipt where TotalAmt > '100.00'"},
                {
                    "bId": "v",
                    "operation": "update",
                    "optionsData": "void",
                    "SalesReceipt": {"Id": made["Id"], "SyncToken": "1", "sparse": True},
                },
            ]
        }

        answer = desk.post("batch", body)
        by_id = {item["bId"]: item for item in answer.json()["BatchItemResponse"]}

        assert answer.status_code == 200
        assert by_id["c"]["Vendor"]["DisplayName"] == "Boraski"
        assert by_id["d"]["Fault"]["Error"][0]["code"] == "610"
        assert by_id["u"]["SalesReceipt"]["PrivateNote"] == "matched"
        assert by_id["s"]["Fault"]["Error"][0]["code"] == "5010"
        assert by_id["q"]["QueryResponse"]["maxResults"] == 1
        assert by_id["v"]["SalesReceipt"]["TotalAmt"] == 0

    def test_more_than_thirty_items_are_refused_whole(self, desk: Desk) -> None:
        answer = desk.post("batch", a_batch(*(f"LS-{number}" for number in range(31))))

        assert answer.status_code == 400
        assert answer.json()["Fault"]["Error"][0]["code"] == "1040"
        assert desk.sandbox.books().total("SalesReceipt").count == 0

    def test_items_take_their_time_outside_the_lock(self, clock: Clock) -> None:
        """Two batches make headway together: each waits at its pause until the other is there."""
        meeting = threading.Barrier(2, timeout=5)
        sandbox = QuickBooksSandbox(
            clock=clock.now,
            client_id="app",
            client_secret="secret",
            redirect_uri=CALLBACK,
            seconds_per_item=0.3,
            sleep=lambda seconds: (meeting.wait(), None)[1],
        )
        server = serve(sandbox.application)
        desk = Desk(sandbox, server)

        with ThreadPoolExecutor(2) as pool:
            batches = [a_batch("LS-1", "LS-2"), a_batch("LS-3", "LS-4")]
            answers = list(pool.map(lambda body: desk.post("batch", body), batches))
        server.close()

        assert [answer.status_code for answer in answers] == [200, 200]
        assert sandbox.books().total("SalesReceipt").count == 4
        assert sandbox.counters.snapshot()["max_concurrency"] == 2


class TestLimits:
    def test_the_eleventh_call_in_a_second_is_throttled(
        self, slow_lane: Desk, clock: Clock
    ) -> None:
        statuses = [slow_lane.get("preferences").status_code for _ in range(11)]
        clock.forward(timedelta(seconds=1))

        assert statuses == [200] * 10 + [429]
        assert slow_lane.get("preferences").status_code == 200

    def test_forty_batches_a_minute(self, slow_lane: Desk, clock: Clock) -> None:
        statuses = []
        for number in range(41):
            clock.forward(timedelta(seconds=0.5))
            statuses.append(slow_lane.post("batch", a_batch(f"LS-{number}")).status_code)

        assert statuses == [200] * 40 + [429]
        assert slow_lane.sandbox.books().total("SalesReceipt").count == 40
        assert slow_lane.sandbox.counters.snapshot()["peak_batches_per_minute"] == 40

    def test_the_answer_has_the_documented_shape(self, slow_lane: Desk) -> None:
        slow_lane.sandbox.plan("429")

        answer = slow_lane.get("preferences")

        assert answer.status_code == 429
        assert answer.json()["Fault"]["Error"][0]["code"] == "3001"
        assert answer.json()["Fault"]["type"] == "SERVICE"

    def test_limits_can_be_switched_off(self, slow_lane: Desk) -> None:
        slow_lane.sandbox.gate.enabled = False

        statuses = {slow_lane.get("preferences").status_code for _ in range(30)}

        assert statuses == {200}


class TestBadDays:
    @pytest.mark.parametrize("name", ["500_before", "503", "html_error", "429"])
    def test_before_means_nothing_was_done(self, desk: Desk, name: str) -> None:
        desk.sandbox.plan(name)

        first = desk.post("salesreceipt", a_receipt("LS-1"), requestid="r1")

        assert first.status_code >= 429
        assert desk.sandbox.books().total("SalesReceipt").count == 0
        assert desk.post("salesreceipt", a_receipt("LS-1"), requestid="r1").ok

    @pytest.mark.parametrize("name", ["500_after", "cut_after", "truncated"])
    def test_after_means_it_was_done_and_the_answer_is_lost(self, desk: Desk, name: str) -> None:
        desk.sandbox.plan(name)

        lost = answer_of(desk, a_receipt("LS-1"))
        count = desk.sandbox.books().total("SalesReceipt").count
        again = answer_of(desk, a_receipt("LS-1"))

        assert lost is None
        assert count == 1
        assert again is not None
        assert again["Id"] == "1"

    def test_a_cut_before_leaves_nothing(self, desk: Desk) -> None:
        desk.sandbox.plan("cut_before")

        with pytest.raises(requests.ConnectionError):
            desk.post("salesreceipt", a_receipt("LS-1"))

        assert desk.sandbox.books().total("SalesReceipt").count == 0

    def test_an_expired_token_stays_expired(self, desk: Desk) -> None:
        desk.sandbox.plan("401_expired")

        assert [desk.get("preferences").status_code for _ in range(2)] == [401, 401]

    def test_batch_answers_may_be_missing_empty_or_out_of_order(self, desk: Desk) -> None:
        shapes = []
        for name in ("batch_item_missing", "batch_item_empty", "batch_reordered"):
            desk.sandbox.plan(name)
            answer = desk.post("batch", a_batch("LS-1", "LS-2"), requestid="b1").json()
            shapes.append([sorted(item) for item in answer["BatchItemResponse"]])

        assert shapes[0] == [["SalesReceipt", "bId"]]
        assert shapes[1][1] == ["bId"]
        assert [item["bId"] for item in answer["BatchItemResponse"]] == ["e1", "e0"]
        assert desk.sandbox.books().total("SalesReceipt").count == 2

    def test_a_lapsed_subscription_and_a_locked_company(self, desk: Desk) -> None:
        codes = []
        for name in ("subscription_lapsed", "company_locked"):
            desk.sandbox.plan(name)
            codes.append(desk.get("preferences").json()["Fault"]["Error"][0]["code"])

        assert codes == ["6190", "140"]

    def test_the_till_s_tax_may_be_ignored_for_a_while(self, desk: Desk) -> None:
        desk.sandbox.plan("ignore_total_tax", 1)

        taxes = [
            desk.post("salesreceipt", a_receipt(number, tax="5.99")).json()["SalesReceipt"][
                "TxnTaxDetail"
            ]["TotalTax"]
            for number in ("LS-1", "LS-2")
        ]

        assert taxes == [6, 5.99]

    def test_a_slow_answer_comes_after_the_work(self, clock: Clock) -> None:
        counts: list[int] = []
        sandbox = QuickBooksSandbox(
            clock=clock.now,
            client_id="app",
            client_secret="secret",
            redirect_uri=CALLBACK,
            sleep=lambda seconds: counts.append(sandbox.books().total("SalesReceipt").count),
        )
        server = serve(sandbox.application)
        desk = Desk(sandbox, server)
        sandbox.plan("slow", seconds=90)

        answer = desk.post("salesreceipt", a_receipt("LS-1"))
        server.close()

        assert answer.ok
        assert counts == [1]

    def test_mishaps_can_be_planned_over_http_and_by_path(self, desk: Desk) -> None:
        plan = {"name": "503", "times": 1, "path": "/oauth2/v1/tokens"}
        answer = requests.post(f"{desk.server.url}/_sandbox/faults", json=plan, timeout=5)

        assert answer.json() == [plan]
        assert desk.get("preferences").ok
        assert token(desk, grant_type="refresh_token", refresh_token="x").status_code == 503

    def test_an_unknown_mishap_is_refused(self, desk: Desk) -> None:
        url = f"{desk.server.url}/_sandbox/faults"

        assert requests.post(url, json={"name": "earthquake"}, timeout=5).status_code == 400


class TestWire:
    def test_books_and_counters_can_be_read_over_http(self, desk: Desk) -> None:
        desk.post("salesreceipt", a_receipt("LS-1", "100.10", "6.01"))

        books = requests.get(f"{desk.server.url}/_sandbox/books", timeout=5).json(
            parse_float=Decimal
        )
        counters = requests.get(f"{desk.server.url}/_sandbox/counters", timeout=5).json()

        assert books["balanced"] is True
        assert books["documents"]["SalesReceipt"]["total"] == Decimal("106.11")
        assert (counters["writes"], counters["reads"]) == (1, 0)

    def test_each_kind_is_voided_in_its_own_way(self, desk: Desk) -> None:
        receipt = desk.post("salesreceipt", a_receipt("LS-1")).json()["SalesReceipt"]
        head = {"Id": receipt["Id"], "SyncToken": "0", "sparse": True}

        wrong = desk.post("salesreceipt", head, operation="void")
        right = desk.post("salesreceipt", head, operation="update", include="void")

        assert wrong.json()["Fault"]["Error"][0]["code"] == "500"
        assert right.json()["SalesReceipt"]["PrivateNote"] == "Voided"

    def test_without_accept_the_answer_is_not_json(self, desk: Desk) -> None:
        desk.session.headers["Accept"] = "*/*"

        assert desk.get("preferences").headers["Content-Type"].startswith("application/xml")

    def test_a_body_that_is_not_json_by_name_is_refused(self, desk: Desk) -> None:
        answer = desk.session.post(desk.url("customer"), data="DisplayName=Ada", timeout=5)

        assert answer.json()["Fault"]["Error"][0]["code"] == "1050"

    def test_a_statement_may_be_posted(self, desk: Desk) -> None:
        answer = desk.session.post(
            desk.url("query"),
            data="select count(*) from Customer",
            headers={"Content-Type": "application/text"},
            timeout=5,
        )

        assert answer.json()["QueryResponse"] == {"totalCount": 3}

    def test_changes_name_the_living_then_the_deleted(self, desk: Desk, clock: Clock) -> None:
        clock.forward(timedelta(minutes=1))
        since = clock.now().isoformat()
        ids = [
            desk.post("salesreceipt", a_receipt(number)).json()["SalesReceipt"]["Id"]
            for number in ("LS-1", "LS-2")
        ]
        desk.post("salesreceipt", {"Id": ids[0], "SyncToken": "0"}, operation="delete")

        answer = desk.get("cdc", entities="salesreceipt,Customer", changedSince=since).json()

        receipts, customers = answer["CDCResponse"][0]["QueryResponse"]
        assert [receipt["Id"] for receipt in receipts["SalesReceipt"]] == [ids[1], ids[0]]
        assert receipts["SalesReceipt"][1]["status"] == "Deleted"
        assert customers == {}

    def test_changes_are_cut_at_a_thousand_and_at_thirty_days(
        self, desk: Desk, clock: Clock
    ) -> None:
        for start in range(0, 1020, 30):
            clock.forward(timedelta(seconds=1))
            desk.post("batch", a_batch(*(f"LS-{start + place}" for place in range(30))))
        month_ago = (clock.now() - timedelta(days=365)).isoformat()

        cut = desk.get("cdc", entities="SalesReceipt", changedSince=month_ago).json()
        clock.forward(timedelta(days=31))
        desk.use(desk.sandbox.connect().access)
        none = desk.get("cdc", entities="SalesReceipt", changedSince=month_ago).json()

        assert cut["CDCResponse"][0]["QueryResponse"][0]["maxResults"] == 1000
        assert none["CDCResponse"][0]["QueryResponse"] == [{}]
