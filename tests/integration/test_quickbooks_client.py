"""The client against a real local server that answers, refuses, garbles and hangs up."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs

import pytest
from pydantic import SecretStr

from sync.connectors.http import Http
from sync.connectors.quickbooks.answers import Done, Refused, Unknown
from sync.connectors.quickbooks.client import QuickBooks
from sync.connectors.quickbooks.oauth import QuickBooksOAuth
from sync.domain.books import TaxWorld
from sync.errors import (
    ConnectorError,
    Disconnected,
    Misconfigured,
    Rejected,
    Retryable,
    Uncertain,
)
from sync.sandbox.serving import RunningServer, cut, serve

REALM = "1185883450"
NOW = datetime(2026, 3, 2, 16, 0, tzinfo=UTC)
THROTTLED = (
    '{"Fault":{"Error":[{"Message":"message=ThrottleExceeded; errorCode=003001; statusCode=429",'
    '"code":"003001"}],"type":"SERVICE"}}'
)
EXPIRED = (
    '{"fault":{"error":[{"message":"message=AuthenticationFailed; errorCode=003200; '
    'statusCode=401","detail":"Token expired: abc","code":"3200"}],"type":"AUTHENTICATION"}}'
)


@dataclass
class Said:
    """One answer of the server; `cut_after` bytes of it the line goes dead."""

    body: str = "{}"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut_after: int | None = None
    thinks: float = 0.0  # seconds before the first byte


@dataclass
class Heard:
    """One request as it arrived."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


class Server:
    """Gives the answers it was told to give, in order, and remembers what it was asked."""

    def __init__(self) -> None:
        self.says: list[Said] = []
        self.heard: list[Heard] = []
        self.running: RunningServer = serve(self)

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterator[bytes]:
        length = int(environ.get("CONTENT_LENGTH") or 0)
        self.heard.append(
            Heard(
                environ["REQUEST_METHOD"],
                environ["PATH_INFO"],
                {k: v[0] for k, v in parse_qs(environ["QUERY_STRING"]).items()},
                {
                    "authorization": environ.get("HTTP_AUTHORIZATION", ""),
                    "accept": environ.get("HTTP_ACCEPT", ""),
                    "content-type": environ.get("CONTENT_TYPE", ""),
                },
                environ["wsgi.input"].read(length),
            )
        )
        said = self.says.pop(0)
        threading.Event().wait(said.thinks)
        content = said.body.encode()
        headers = {"intuit_tid": "tid-7", "Content-Length": str(len(content)), **said.headers}
        if said.cut_after == 0:
            cut(environ)
        start(f"{said.status} X", list(headers.items()))
        yield content[: said.cut_after]
        if said.cut_after is not None:
            cut(environ)


class Tokens:
    """Hands out token-0, and the next one each time it is renewed."""

    def __init__(self) -> None:
        self.renewed = 0

    def access(self) -> str:
        return f"token-{self.renewed}"

    def renew(self, stale: str) -> str:
        assert stale == self.access()
        self.renewed += 1
        return self.access()


class Meter:
    """Notes what was waited for."""

    def __init__(self) -> None:
        self.waited: list[str] = []
        self.pushed: list[float] = []

    def wait(self, kind: str, cost: float = 1.0) -> None:
        self.waited.append(kind)

    def learned(self, kind: str, *, level: float, size: float, drip: float | None) -> None:
        raise AssertionError("QuickBooks tells nothing about its limits")

    def pushed_back(self, seconds: float) -> None:
        self.pushed.append(seconds)


@pytest.fixture(scope="module")
def listening() -> Iterator[Server]:
    server = Server()
    yield server
    server.running.close()


@pytest.fixture
def server(listening: Server) -> Server:
    listening.says, listening.heard = [], []
    return listening


@dataclass
class Setup:
    client: QuickBooks
    tokens: Tokens
    pace: Meter


@pytest.fixture
def setup(server: Server) -> Iterator[Setup]:
    http = Http("QuickBooks", [server.running.url], connect=2, read=2)
    tokens, pace = Tokens(), Meter()
    client = QuickBooks(http, server.running.url, SecretStr(REALM), tokens, pace, clock=lambda: NOW)
    yield Setup(client, tokens, pace)
    http.close()


def fault(code: str, message: str = "m", detail: str = "d") -> str:
    error = {"Message": message, "Detail": detail, "code": code}
    return json.dumps({"Fault": {"Error": [error], "type": "ValidationFault"}})


def queried(kind: str, objects: list[dict[str, Any]]) -> str:
    return json.dumps({"QueryResponse": {kind: objects} if objects else {}})


def queried_batch(**kinds: list[dict[str, Any]]) -> str:
    items = [
        {"bId": f"q{place}", "QueryResponse": {kind: objects}}
        for place, (kind, objects) in enumerate(kinds.items())
    ]
    return json.dumps({"BatchItemResponse": items[::-1], "time": "2026-03-02T08:00:00-08:00"})


BATCH = b'{"BatchItemRequest":[{"bId":"e1"},{"bId":"e2"}]}'


def test_a_batch_is_sent_as_frozen_and_settled_by_id(server: Server, setup: Setup) -> None:
    server.says = [
        Said(
            '{"BatchItemResponse":['
            '{"Fault":{"Error":[{"Message":"Stale","code":"5010"}]},"bId":"e2"},'
            '{"SalesReceipt":{"Id":"9","SyncToken":"0","TotalAmt":106.10},"bId":"e1"}],'
            '"time":"2026-03-02T08:00:00-08:00"}'
        )
    ]

    result = setup.client.send_batch(BATCH, "request-1", ["e1", "e2", "e3"])

    [asked] = server.heard
    assert asked.body == BATCH
    assert asked.path == f"/v3/company/{REALM}/batch"
    assert asked.query == {"requestid": "request-1", "minorversion": "75"}
    assert asked.headers == {
        "authorization": "Bearer token-0",
        "accept": "application/json",
        "content-type": "application/json",
    }
    done, refused, missing = result["e1"], result["e2"], result["e3"]
    assert isinstance(done, Done)
    assert (done.total, done.reference) == (Decimal("106.10"), "tid-7")
    assert isinstance(refused, Refused)
    assert isinstance(missing, Unknown)
    assert setup.pace.waited == ["batch"]


@pytest.mark.parametrize(
    "said",
    [
        Said(cut_after=0),
        Said('{"BatchItemResponse":[]}', cut_after=10),
        Said('{"BatchItemResponse":['),
        Said("<html>fine</html>"),
        Said("", status=500),
        Said("<html>Bad gateway</html>", status=502),
        Said("", status=503, headers={"Retry-After": "3"}),
        Said(fault("10000"), status=500),
        Said(fault("10000"), status=400),
        Said(fault("600"), status=400),
        Said(fault("10000")),
    ],
    ids=lambda said: f"{said.status} {said.body[:24]} {said.cut_after}",
)
def test_a_batch_whose_answer_is_lost_may_have_happened(
    server: Server, setup: Setup, said: Said
) -> None:
    server.says = [said]

    with pytest.raises(Uncertain):
        setup.client.send_batch(BATCH, "request-1", ["e1"])


def test_a_batch_is_given_longer_than_other_calls(server: Server) -> None:
    """QuickBooks takes up to two minutes over thirty documents, and then it has posted them."""
    url = server.running.url
    http = Http("QuickBooks", [url], connect=2, read=0.1)
    client = QuickBooks(http, url, SecretStr(REALM), Tokens(), Meter())
    server.says = [Said('{"BatchItemResponse":[]}', thinks=0.3), Said(thinks=0.3)]

    assert client.send_batch(BATCH, "request-1", ["e1"])
    with pytest.raises(Retryable):
        client.query("SELECT * FROM Item")


def test_a_server_that_cannot_be_reached_has_done_nothing() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
    client = QuickBooks(
        Http("QuickBooks", [url], connect=1), url, SecretStr(REALM), Tokens(), Meter()
    )

    with pytest.raises(Retryable) as raised:
        client.send_batch(BATCH, "request-1", ["e1"])

    assert REALM not in str(raised.value)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ({}, 60),
        ({"Retry-After": "7"}, 7),
        ({"Retry-After": "Mon, 02 Mar 2026 16:00:30 GMT"}, 30),
        ({"Retry-After": "1000000000"}, 900),
        ({"Retry-After": "-5"}, 60),
    ],
)
def test_a_throttle_holds_everybody_back_for_a_bounded_while(
    server: Server, setup: Setup, header: dict[str, str], seconds: float
) -> None:
    server.says = [Said(THROTTLED, status=429, headers=header)]

    with pytest.raises(Retryable) as raised:
        setup.client.send_batch(BATCH, "request-1", ["e1"])

    assert raised.value.after == seconds
    assert setup.pace.pushed == [seconds]
    assert (raised.value.code, raised.value.reference) == ("3001", "tid-7")


def test_an_old_recorded_throttle_came_as_403(server: Server, setup: Setup) -> None:
    server.says = [Said(THROTTLED, status=403)]

    with pytest.raises(Retryable):
        setup.client.send_batch(BATCH, "request-1", ["e1"])

    assert setup.pace.pushed == [60]


def test_an_expired_token_is_renewed_once_and_the_same_batch_sent_again(
    server: Server, setup: Setup
) -> None:
    server.says = [Said(EXPIRED, status=401), Said('{"BatchItemResponse":[]}')]

    setup.client.send_batch(BATCH, "request-1", ["e1"])

    first, second = server.heard
    assert (first.body, first.query) == (second.body, second.query)
    assert second.headers["authorization"] == "Bearer token-1"


def test_a_second_refusal_of_the_token_ends_the_connection(server: Server, setup: Setup) -> None:
    server.says = [Said(EXPIRED, status=401), Said(EXPIRED, status=401)]

    with pytest.raises(Disconnected) as raised:
        setup.client.send_batch(BATCH, "request-1", ["e1"])

    assert setup.tokens.renewed == 1
    assert raised.value.code == "3200"


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (Said(fault("3100"), status=403), Disconnected),
        (Said(fault("120"), status=400), Disconnected),
        (Said(fault("6190"), status=400), Disconnected),
        (Said("<html>Access denied</html>", status=403), Retryable),
        (Said(fault("150"), status=400), Retryable),
        (Said(fault("1040"), status=400), Rejected),
        (Said("", status=413), Rejected),
        (Said("", status=302, headers={"Location": "http://169.254.169.254/"}), Rejected),
    ],
    ids=lambda value: f"{value.status} {value.body[:60]}" if isinstance(value, Said) else None,
)
def test_a_refused_call_says_what_to_do_next(
    server: Server, setup: Setup, said: Said, error: type[ConnectorError]
) -> None:
    server.says = [said]

    with pytest.raises(error) as raised:
        setup.client.send_batch(BATCH, "request-1", ["e1"])

    assert type(raised.value) is error
    assert raised.value.reference == "tid-7"
    assert len(server.heard) == 1


def test_quickbooks_words_never_become_ours(server: Server, setup: Setup) -> None:
    """They may quote a customer; our own text goes into logs."""
    server.says = [Said(fault("2040", "Ada Lovelace", "Ada Lovelace owes 4711.03"), status=400)]

    with pytest.raises(Rejected) as raised:
        setup.client.send_batch(BATCH, "request-1", ["e1"])

    assert "Ada" not in str(raised.value)
    assert REALM not in str(raised.value)


def test_a_request_id_quickbooks_would_refuse_is_not_sent(server: Server, setup: Setup) -> None:
    with pytest.raises(ValueError, match="36"):
        setup.client.send_batch(BATCH, "x" * 37, ["e1"])

    assert server.heard == []


def test_names_are_asked_for_in_the_body_and_escaped(server: Server, setup: Setup) -> None:
    server.says = [Said(queried("Customer", [{"Id": "5", "SyncToken": "1", "DisplayName": "O'N"}]))]

    [found] = setup.client.find_named("Customer", ["O'N", "O'N"])

    [asked] = server.heard
    assert asked.method == "POST"
    assert asked.query == {"minorversion": "75"}
    assert asked.headers["content-type"] == "application/text"
    assert asked.body.decode() == (
        "SELECT * FROM Customer WHERE DisplayName IN ('O\\'N') AND Active IN (true, false) "
        "ORDERBY Id STARTPOSITION 1 MAXRESULTS 1000"
    )
    assert (found.id, found.number, found.active) == ("5", "O'N", True)


def test_a_lost_document_is_found_with_what_proves_it_is_ours(server: Server, setup: Setup) -> None:
    receipt = (
        '{"QueryResponse":{"SalesReceipt":[{"Id":"9","SyncToken":"2","DocNumber":"LS-1",'
        '"TxnDate":"2026-03-01","TotalAmt":106.10,"PrivateNote":"ccc:1:sale:1:0",'
        '"TxnTaxDetail":{"TotalTax":6.1}}]}}'
    )
    server.says = [Said(receipt)]

    [found] = setup.client.find("SalesReceipt", ["LS-1", "LS-2"])

    assert (found.id, found.sync_token, found.number) == ("9", "2", "LS-1")
    assert (found.total, found.tax) == (Decimal("106.10"), Decimal("6.1"))
    assert str(found.day) == "2026-03-01"
    assert found.note == "ccc:1:sale:1:0"


def test_many_numbers_are_asked_for_in_few_calls(server: Server, setup: Setup) -> None:
    server.says = [Said(queried("SalesReceipt", []))] * 2

    assert setup.client.find("SalesReceipt", [f"LS-{n}" for n in range(400)]) == []

    assert len(server.heard) == 2


def test_payments_are_found_by_their_reference(server: Server, setup: Setup) -> None:
    server.says = [Said(queried("Payment", [{"Id": "3", "PaymentRefNum": "LS-P-1"}]))]

    [found] = setup.client.find("Payment", ["LS-P-1"])

    assert found.number == "LS-P-1"
    assert b"WHERE PaymentRefNum IN ('LS-P-1')" in server.heard[0].body


def test_a_long_list_is_read_page_by_page_and_nothing_twice(server: Server, setup: Setup) -> None:
    first = [{"Id": str(n)} for n in range(1, 1001)]
    second = [{"Id": "1000"}, {"Id": "1001"}]
    server.says = [Said(queried("Item", first)), Said(queried("Item", second))]

    lists = setup.client.lists(["Item"])

    assert len(lists["Item"]) == 1001
    assert b"STARTPOSITION 1 " in server.heard[0].body
    assert b"STARTPOSITION 1001 " in server.heard[1].body
    assert all(b"Active IN (true, false)" in asked.body for asked in server.heard)


def test_small_lists_come_in_one_call_and_big_ones_in_their_own(
    server: Server, setup: Setup
) -> None:
    server.says = [
        Said(queried_batch(TaxCode=[{"Id": "4"}], TaxRate=[], Department=[{"Id": "3"}])),
        Said(queried("Account", [{"Id": "41"}])),
    ]

    lists = setup.client.lists(["Account", "TaxCode", "TaxRate", "Department"])

    assert lists == {
        "Account": [{"Id": "41"}],
        "TaxCode": [{"Id": "4"}],
        "TaxRate": [],
        "Department": [{"Id": "3"}],
    }
    assert setup.pace.waited == ["batch", "call"]


def test_a_batch_of_lists_at_its_ceiling_is_not_taken_for_whole(
    server: Server, setup: Setup
) -> None:
    vendors = [{"Id": str(n)} for n in range(1000)]
    server.says = [
        Said(queried_batch(Vendor=vendors, Employee=[])),
        Said(queried("Vendor", vendors)),
        Said(queried("Vendor", [{"Id": "1000"}])),
        Said(queried("Employee", [{"Id": "2000"}])),
    ]

    lists = setup.client.lists(["Vendor", "Employee"])

    assert len(lists["Vendor"]) == 1001
    assert lists["Employee"] == [{"Id": "2000"}]


def test_the_company_is_read_in_one_call(server: Server, setup: Setup) -> None:
    server.says = [
        Said(
            queried_batch(
                CompanyInfo=[{"CompanyName": "Spokes", "Country": "US"}],
                Preferences=[{"TaxPrefs": {"UsingSalesTax": True, "PartnerTaxEnabled": True}}],
            )
        )
    ]

    facts = setup.client.company()

    assert (facts.name, facts.tax_world) == ("Spokes", TaxWorld.AUTOMATED)
    assert len(server.heard) == 1


@pytest.mark.parametrize(
    "body", ['{"BatchItemResponse":[]}', queried_batch(CompanyInfo=[], Preferences=[]), "{}"]
)
def test_half_a_company_is_asked_for_again(server: Server, setup: Setup, body: str) -> None:
    server.says = [Said(body)]

    with pytest.raises(Retryable):
        setup.client.company()


def test_changes_are_asked_for_by_instant(server: Server, setup: Setup) -> None:
    server.says = [
        Said(
            '{"CDCResponse":[{"QueryResponse":[{"Item":[{"Id":"1"}]},'
            '{"Customer":[{"Id":"2","status":"Deleted"}]}]}],"time":"2026-03-02T08:00:00-08:00"}'
        )
    ]
    since = NOW - timedelta(hours=1)

    changes = setup.client.changes(["Item", "Customer"], since)

    assert server.heard[0].query["entities"] == "Item,Customer"
    assert datetime.fromisoformat(server.heard[0].query["changedSince"]) == since
    assert changes.by_kind == {"Item": [{"Id": "1"}]}
    assert changes.deleted == {"Customer": ["2"]}
    assert changes.time == NOW


def test_changes_of_tax_codes_are_not_captured_and_not_pretended(setup: Setup) -> None:
    with pytest.raises(ValueError, match="TaxCode"):
        setup.client.changes(["Item", "TaxCode"], NOW)


def test_one_object_is_read_by_id_only(server: Server, setup: Setup) -> None:
    server.says = [Said('{"SalesReceipt":{"Id":"9","TotalAmt":1.10}}')]

    receipt = setup.client.read("SalesReceipt", "9")

    assert receipt["TotalAmt"] == Decimal("1.10")
    assert server.heard[0].path.endswith("/salesreceipt/9")
    with pytest.raises(ValueError, match="id"):
        setup.client.read("SalesReceipt", "9/../../query")


def test_a_lost_answer_to_a_question_is_simply_asked_again(server: Server, setup: Setup) -> None:
    server.says = [Said(cut_after=0), Said("[", cut_after=None)]

    for _ in range(2):
        with pytest.raises(Retryable):
            setup.client.lists(["Item"])


def test_a_realm_id_is_a_number_and_stays_hidden() -> None:
    url = "http://127.0.0.1:1"

    with pytest.raises(Misconfigured) as raised:
        QuickBooks(Http("QuickBooks", [url]), url, SecretStr("1/../x"), Tokens(), Meter())

    assert "1/../x" not in str(raised.value)


PAIR = (
    '{"access_token":"eyJ-a","refresh_token":"RT1-b","expires_in":3600,'
    '"x_refresh_token_expires_in":8726400}'
)


@pytest.fixture
def oauth(server: Server) -> QuickBooksOAuth:
    url = server.running.url
    return QuickBooksOAuth(
        Http("QuickBooks", [url], connect=2, read=2),
        "client",
        SecretStr("s3cret"),
        authorize_url="https://appcenter.intuit.com/connect/oauth2",
        token_url=f"{url}/token",
        revoke_url=f"{url}/revoke",
        redirect_uri="https://ccc.example/oauth/quickbooks/callback",
    )


def test_only_accounting_is_asked_for(oauth: QuickBooksOAuth) -> None:
    address, _, query = oauth.authorize_url("st&te").partition("?")

    assert address == "https://appcenter.intuit.com/connect/oauth2"
    assert parse_qs(query) == {
        "client_id": ["client"],
        "redirect_uri": ["https://ccc.example/oauth/quickbooks/callback"],
        "response_type": ["code"],
        "scope": ["com.intuit.quickbooks.accounting"],
        "state": ["st&te"],
    }


def test_a_code_becomes_a_pair_that_hides_itself(server: Server, oauth: QuickBooksOAuth) -> None:
    server.says = [Said(PAIR)]

    tokens = oauth.exchange("c0de")

    assert tokens.access.get_secret_value() == "eyJ-a"
    assert tokens.refresh.get_secret_value() == "RT1-b"
    assert (tokens.expires_in, tokens.refresh_expires_in) == (3600, 8726400)
    assert "eyJ-a" not in repr(tokens)
    [asked] = server.heard
    assert asked.headers["authorization"] == "Basic Y2xpZW50OnMzY3JldA=="
    assert parse_qs(asked.body.decode()) == {
        "grant_type": ["authorization_code"],
        "code": ["c0de"],
        "redirect_uri": ["https://ccc.example/oauth/quickbooks/callback"],
    }


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (Said('{"error":"invalid_grant"}', status=400), Disconnected),
        (Said('{"error":"invalid_client"}', status=400), Misconfigured),
        (Said('{"error":"invalid_client"}', status=401), Misconfigured),
        (Said("", status=401), Misconfigured),
        (Said('{"error":"invalid_request"}', status=400), Misconfigured),
        (Said('{"error":"unsupported_grant_type"}', status=400), Rejected),
        (Said("", status=429), Retryable),
        (Said("<html>", status=503), Retryable),
        (Said(PAIR, cut_after=0), Uncertain),
        (Said(PAIR, cut_after=20), Uncertain),
        (Said(PAIR[:40]), Uncertain),
        (Said('{"access_token":"a b\\n","refresh_token":"r","expires_in":1}'), Uncertain),
        (Said("[]"), Uncertain),
    ],
)
def test_a_refresh_that_fails_says_whether_to_ask_again(
    server: Server, oauth: QuickBooksOAuth, said: Said, error: type[Exception]
) -> None:
    server.says = [said]

    with pytest.raises(error) as raised:
        oauth.refresh(SecretStr("RT1-old"))

    assert type(raised.value) is error
    assert "RT1-old" not in str(raised.value)


def test_a_permission_is_given_back_once(server: Server, oauth: QuickBooksOAuth) -> None:
    """Gone already is as good as gone."""
    server.says = [Said(""), Said('{"error":"invalid_token"}', status=400), Said("", status=503)]

    oauth.revoke(SecretStr("RT1-b"))
    oauth.revoke(SecretStr("RT1-b"))
    with pytest.raises(Retryable):
        oauth.revoke(SecretStr("RT1-b"))

    assert json.loads(server.heard[0].body) == {"token": "RT1-b"}
