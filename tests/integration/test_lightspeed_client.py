"""The Lightspeed client against a local server that answers, refuses, garbles and hangs up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from sync.connectors.http import Http, NoPace
from sync.connectors.lightspeed.client import Lightspeed
from sync.connectors.lightspeed.normalise import normalise_page
from sync.domain.sale import TenderKind
from sync.errors import ConnectorError, Disconnected, Rejected, Retryable
from tests.integration.scripted import Says, Scripted
from tests.unit.lightspeed.composed import BOOK, a_contact, a_line, a_payment, a_sale

NOW = datetime(2026, 4, 12, 8, 0, tzinfo=UTC)
SINCE = datetime(2026, 4, 11, 6, 0, tzinfo=UTC)
SALES = "/API/V3/Account/1042/Sale.json"


class Key:
    """Tokens that can be renewed once or more, counted."""

    def __init__(self) -> None:
        self.renewed = 0

    def access(self) -> str:
        return f"token-{self.renewed}"

    def renew(self, stale: str) -> str:
        self.renewed += 1
        return self.access()


class Notes(NoPace):
    """A pace that writes down what it is told."""

    def __init__(self) -> None:
        self.costs: list[float] = []
        self.levels: list[tuple[str, float, float, float | None]] = []
        self.pushes: list[float] = []

    def wait(self, kind: str, cost: float = 1.0) -> None:
        self.costs.append(cost)

    def learned(self, kind: str, *, level: float, size: float, drip: float | None) -> None:
        self.levels.append((kind, level, size, drip))

    def pushed_back(self, seconds: float) -> None:
        self.pushes.append(seconds)


class Till:
    """A scripted server, and a client of it."""

    def __init__(self, *answers: Says) -> None:
        self.server = Scripted(*answers)
        self.key, self.pace = Key(), Notes()
        self.http = Http("Lightspeed", [self.server.url])
        self.client = Lightspeed(
            self.http, self.server.url, "1042", self.key, self.pace, now=lambda: NOW
        )

    @property
    def asked(self) -> list[dict[str, str]]:
        return [one.query for one in self.server.asked]


Start = Callable[..., Till]


@pytest.fixture
def till() -> Iterator[Start]:
    running: list[Till] = []

    def start(*answers: Says) -> Till:
        running.append(Till(*answers))
        return running[-1]

    yield start
    for one in running:
        one.server.close()


def page(*rows: Any, entity: str = "Sale", following: str = "") -> Says:
    """A list answer: one row is an object, no rows have no key."""
    answer: dict[str, Any] = {"@attributes": {"next": following, "previous": ""}}
    if rows:
        answer[entity] = rows[0] if len(rows) == 1 else list(rows)
    return Says(orjson.dumps(answer))


def refused(status: int, message: str = "no", **headers: str) -> Says:
    """Errors are JSON, whatever the content type says."""
    body = {
        "httpCode": str(status),
        "httpMessage": "Error",
        "message": message,
        "errorClass": "Exception",
    }
    spelt = {name.replace("_", "-"): value for name, value in headers.items()}
    return Says(orjson.dumps(body), status, {"Content-Type": "text/html", **spelt})


def a_sale_numbered(sale_id: str) -> dict[str, Any]:
    return a_sale([a_line("1", "1", "20")], [a_payment("1", "21")], saleID=sale_id)


def test_changes_are_asked_for_whole_and_in_order(till: Start) -> None:
    """Neither a completed nor a voided filter: those would hide what a sale became."""
    shop = till(page(a_sale_numbered("6001")))

    got = shop.client.changed_sales(SINCE)

    [asked] = shop.asked
    assert shop.server.asked[0].path == SALES
    assert asked.pop("load_relations").startswith('["SaleLines","SaleLines.Item",')
    assert asked == {
        "updateTime": ">=,2026-04-11T06:00:00+00:00",
        "sort": "updateTime",
        "archived": "true",
        "limit": "100",
    }
    assert "%2B00%3A00" in shop.server.asked[0].raw_query
    assert shop.server.asked[0].headers["accept"] == "application/json"
    assert [sale.id for sale in normalise_page(got.records, BOOK).sales] == ["6001"]
    assert (got.next, got.by) == (None, "updateTime")


@pytest.mark.parametrize("rows", [0, 1, 2])
def test_no_row_one_row_and_two_rows_are_three_shapes(till: Start, rows: int) -> None:
    shop = till(page(*[a_sale_numbered(str(6001 + n)) for n in range(rows)]))

    assert len(shop.client.changed_sales(SINCE).records) == rows


def test_a_cursor_is_followed_as_it_was_given(till: Start) -> None:
    shop = till(page())
    cursor = f"{shop.server.url}{SALES}?limit=100&sort=updateTime&after=WyIyMDI2Iiw3XQ%3D%3D"

    got = shop.client.changed_sales(SINCE, cursor)

    assert shop.server.asked[0].raw_query == cursor.partition("?")[2]
    assert got.by == "updateTime"


@pytest.mark.parametrize(
    "cursor",
    [
        "http://169.254.169.254/API/V3/Account/1042/Sale.json?after=x",
        "{url}/API/V3/Account/7/Sale.json?after=x",
        "{url}/API/V3/Account/1042/../7/Sale.json?after=x",
        "{url}/API/V3/Account/1042/%2e%2E/7/Sale.json?after=x",
    ],
)
def test_a_cursor_to_somewhere_else_gets_no_token(till: Start, cursor: str) -> None:
    shop = till(page())
    astray = cursor.replace("{url}", shop.server.url)

    with pytest.raises(Rejected):
        shop.client.changed_sales(SINCE, astray)

    assert shop.server.asked == []


def test_an_answer_that_leads_astray_is_refused(till: Start) -> None:
    shop = till(page(a_sale_numbered("6001"), following="https://evil.example/Sale.json"))

    with pytest.raises(Rejected):
        shop.client.changed_sales(SINCE)


def test_a_list_that_leads_back_to_itself_is_not_read_forever(till: Start) -> None:
    shop = till(page())
    cursor = f"{shop.server.url}{SALES}?sort=updateTime&after=x"
    shop.server.answers = [page(a_sale_numbered("6001"), following=cursor)]

    with pytest.raises(Retryable):
        shop.client.changed_sales(SINCE, cursor)


def test_a_refused_change_filter_falls_back_and_is_remembered(till: Start) -> None:
    shop = till(refused(400), refused(400), page(), page())

    first = shop.client.changed_sales(SINCE)
    second = shop.client.changed_sales(SINCE)

    assert (first.by, second.by) == ("timeStamp", "timeStamp")
    assert [one["sort"] for one in shop.asked] == [
        "updateTime",
        "updatetime",
        "timeStamp",
        "timeStamp",
    ]


def test_a_refusal_of_something_else_is_told_in_the_end(till: Start) -> None:
    shop = till(refused(400))

    with pytest.raises(Rejected):
        shop.client.changed_sales(SINCE)


def test_try_again_later_is_no_reason_to_fall_back(till: Start) -> None:
    shop = till(refused(400, "Account is being moved. Please TRY again later."))

    with pytest.raises(Retryable):
        shop.client.changed_sales(SINCE)

    assert len(shop.asked) == 1


@pytest.mark.parametrize("status", [500, 504])
def test_a_page_too_heavy_is_asked_for_again_smaller(till: Start, status: int) -> None:
    html = Says(b"<html>Gateway</html>", status, {"Content-Type": "text/html"})
    shop = till(html, html, page(a_sale_numbered("6001")))

    got = shop.client.completed_between(SINCE, NOW)

    assert len(got.records) == 1
    assert [one["limit"] for one in shop.asked] == ["100", "50", "25"]


def test_a_cursor_too_heavy_keeps_its_place(till: Start) -> None:
    shop = till(refused(504), page())
    cursor = f"{shop.server.url}{SALES}?limit=100&sort=completeTime&after=x"

    shop.client.completed_between(SINCE, NOW, cursor)

    assert [(one["limit"], one["after"]) for one in shop.asked] == [("100", "x"), ("50", "x")]


def test_a_shrunk_cursor_that_is_refused_is_tried_again_later(till: Start) -> None:
    """Changing the size inside a cursor is not promised to work: nothing is wrong with the sale."""
    shop = till(refused(504), refused(400))
    cursor = f"{shop.server.url}{SALES}?limit=100&sort=completeTime&after=x"

    with pytest.raises(Retryable):
        shop.client.completed_between(SINCE, NOW, cursor)


@pytest.mark.parametrize(
    ("says", "error"),
    [
        (Says(b"<html>Sorry</html>", 502), Retryable),
        (Says(b"<html>Sorry</html>", 503, {"Retry-After": "30"}), Retryable),
        (Says(b"<html>Sorry</html>", 500), Retryable),
        (Says(b"<html>Sorry</html>", 200), Retryable),
        (Says(b'<?xml version="1.0"?><Sales count="0"/>'), Retryable),
        (Says(b'{"@attributes": {"next": ""}, "Sale": [{"sal'), Retryable),
        (Says(b'{"@attributes": {"ne', length=900), Retryable),
        (Says(b"[]"), Retryable),
        (Says(b"{}"), Retryable),
        (Says(hangs_up=True), Retryable),
        (refused(403), Rejected),
        (refused(404), Rejected),
        (refused(405), Rejected),
        (refused(409), Retryable),
        (refused(422), Rejected),
        (Says(status=302, headers={"Location": "https://evil.example/"}), Rejected),
    ],
)
def test_every_failure_says_what_the_run_does_next(
    till: Start, says: Says, error: type[ConnectorError]
) -> None:
    shop = till(says)

    with pytest.raises(error) as caught:
        shop.client.completed_between(SINCE, NOW)

    assert type(caught.value) is error


def test_a_missing_right_is_named(till: Start) -> None:
    shop = till(refused(403, "Customer Mrs Example is not for you"))

    with pytest.raises(Rejected, match="register_read") as caught:
        shop.client.registers()

    assert "Example" not in str(caught.value)
    assert caught.value.code == "403 Exception"


def test_an_expired_token_is_renewed_in_the_middle_of_a_list(till: Start) -> None:
    hint = b'{"error":"access_denied","hint":"Access token could not be verified"}'
    shop = till(Says(hint, 401), page(a_sale_numbered("6001")))

    assert len(shop.client.changed_sales(SINCE).records) == 1
    assert shop.key.renewed == 1


def test_a_token_refused_twice_closes_the_account(till: Start) -> None:
    shop = till(refused(401))

    with pytest.raises(Disconnected):
        shop.client.changed_sales(SINCE)

    assert shop.key.renewed == 1


def test_the_limits_are_learnt_from_every_answer(till: Start) -> None:
    says = page()
    says.headers = {
        "x-ls-api-bucket-level": "91.5/90",
        "X-LS-API-Burst-Level": "3/20",
        "X-LS-Api-Drip-Rate": "1.5",
    }
    shop = till(says)

    shop.client.changed_sales(SINCE)

    assert shop.pace.costs == [pytest.approx(3.2)]
    assert shop.pace.levels == [
        ("lightspeed", 91.5, 90.0, 1.5),
        ("lightspeed_burst", 3.0, 20.0, None),
    ]


@pytest.mark.parametrize("level", ["", "full", "5/0", "-1/90", "nan/90", "1/inf"])
def test_a_strange_level_teaches_nothing(till: Start, level: str) -> None:
    says = page()
    says.headers = {"X-LS-API-Bucket-Level": level}
    shop = till(says)

    shop.client.changed_sales(SINCE)

    assert shop.pace.levels == []


@pytest.mark.parametrize(("header", "seconds"), [({"Retry_After": "4"}, 4.0), ({}, 60.0)])
def test_slow_down_is_told_to_everybody(
    till: Start, header: dict[str, str], seconds: float
) -> None:
    shop = till(refused(429, **header))

    with pytest.raises(Retryable) as caught:
        shop.client.changed_sales(SINCE)

    assert caught.value.after == seconds
    assert shop.pace.pushes == [seconds]
    assert len(shop.asked) == 1


def test_the_watermark_comes_from_their_clock(till: Start) -> None:
    """The client's own clock stands still in April."""
    shop = till(page())

    got = shop.client.changed_sales(SINCE)

    assert abs(datetime.now(UTC) - got.server_time) < timedelta(minutes=5)


def test_one_sale_is_found_or_is_not_there(till: Start) -> None:
    single = {"@attributes": {"count": "1"}, "Sale": a_sale_numbered("6001")}
    shop = till(Says(orjson.dumps(single)), refused(404))

    found, missing = shop.client.sale("6001"), shop.client.sale("6002")

    assert found is not None and found["saleID"] == "6001"
    assert missing is None
    assert shop.server.asked[0].path == "/API/V3/Account/1042/Sale/6001.json"


@pytest.mark.parametrize("text", ["", "../7", "6001/SaleLine", "6001?x", "drop"])
def test_what_is_no_number_is_not_asked_for(till: Start, text: str) -> None:
    shop = till(page())

    assert shop.client.sale(text) is None
    assert shop.server.asked == []


def test_many_sales_are_asked_for_a_hundred_at_a_time(till: Start) -> None:
    shop = till(page(a_sale_numbered("6001")))
    ids = [str(number) for number in range(6000, 6120)]

    found = shop.client.sales([*ids, "6000", "nonsense"])

    lists = [one["saleID"].removeprefix("IN,[").removesuffix("]").split(",") for one in shop.asked]
    assert [len(one) for one in lists] == [100, 20]
    assert [number for one in lists for number in one] == ids
    assert len(found) == 2


def test_a_window_is_counted_alone(till: Start) -> None:
    """Counting together with a limit or an order is an error over there."""
    shop = till(Says(b'{"@attributes":{"count":"764"}}'))

    counted = shop.client.count(SINCE, NOW)

    assert counted == 764
    assert shop.asked[0].keys() == {"completeTime", "archived", "count"}
    assert shop.pace.costs == [10]


def test_the_account_is_found_by_its_token(till: Start) -> None:
    body = {"@attributes": {"count": "1"}, "Account": {"accountID": "1042", "name": "Dock Ltd"}}
    shop = till(Says(orjson.dumps(body)))

    found = Lightspeed.account(shop.http, shop.server.url, shop.key, shop.pace)

    assert found == ("1042", "Dock Ltd")
    assert shop.server.asked[0].path == "/API/V3/Account.json"


def test_lists_are_read_to_their_end(till: Start) -> None:
    shop = till(page())
    following = f"{shop.server.url}/API/V3/Account/1042/Shop.json?after=x"
    contact = a_contact(Addresses={"ContactAddress": {"city": "Provo", "state": "UT"}})
    first = {"shopID": "1", "name": "Quay", "timeZone": "US/Mountain", "Contact": contact}
    second = {"shopID": "2", "name": "Web", "timeZone": "US/Eastern", "Contact": ""}
    shop.server.answers = [
        page(first, entity="Shop", following=following),
        page(second, entity="Shop"),
    ]

    shops = shop.client.shops()

    assert [one.name for one in shops] == ["Quay", "Web"]
    assert (shops[0].address.region, shops[1].address.is_empty) == ("UT", True)


def test_payment_types_are_known_by_kind(till: Start) -> None:
    rows = [
        {"paymentTypeID": "3", "name": "Plastic", "type": "credit card", "archived": "false"},
        {"paymentTypeID": "12", "name": "Cheque", "type": "something new", "archived": "true"},
    ]
    shop = till(page(*rows, entity="PaymentType"))

    kinds = {one.name: one.kind for one in shop.client.payment_types()}

    assert kinds == {"Plastic": TenderKind.CARD, "Cheque": TenderKind.USER_DEFINED}
    assert shop.asked[0]["archived"] == "true"


def test_registers_know_their_shop(till: Start) -> None:
    shop = till(page({"registerID": "9", "name": "eCom", "shopID": "2"}, entity="Register"))

    [register] = shop.client.registers()

    assert (register.id, register.name, register.shop_id) == ("9", "eCom", "2")
