"""The pages outside Slack, with real services, a real database and both providers' stand-ins."""

from __future__ import annotations

import base64
import hashlib
import logging
import re
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bot.metrics import Metrics
from bot.outside import RealOutside
from bot.pages.app import build_pages
from bot.serving import serve_forever
from bot.settings import Settings
from sync.connectors.http import NoPace
from sync.ledger.database import Database
from sync.sandbox.lightspeed.schema import PARENTS
from sync.sandbox.lightspeed.tables import Dataset
from sync.services.figures import Figures, read_figures
from sync.services.models import Actor, Provider, Role
from tests.house import OWNER, PUBLIC_URL, WORKSPACE, House, a_house, at

SHOP = "Hillside <b>Cycles</b>"
NEITHER_CODE_NOR_REALM = re.compile(r"(code|state|realmId|error)=")


def echo(environ: dict[str, Any], start: Any) -> list[bytes]:
    """Stands where Slack's own application does: it answers with what it was sent."""
    body: bytes = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    start("200 OK", [("Content-Type", "application/octet-stream")])
    return [environ["HTTP_X_SLACK_SIGNATURE"].encode(), b"|", body]


@dataclass
class Site:
    """Pages over a house; every `browser()` keeps its own cookies."""

    house: House
    app: Flask
    missing: list[str] = field(default_factory=list)

    def browser(self) -> FlaskClient:
        return self.app.test_client()

    def link(self, provider: Provider = Provider.QUICKBOOKS, actor: Actor = OWNER) -> str:
        url = self.house.services.connections.create_link(
            actor, provider, user_name="Olivia", channel="C1"
        )
        return urlsplit(url).path

    def token_calls(self) -> int:
        """How often either provider was asked for tokens."""
        asked = [one for one in self.house.lightspeed.requests if one["path"].endswith("/token")]
        counted: int = self.house.quickbooks.counters.snapshot()["token_calls"]
        return len(asked) + counted


def pages(house: House, **changes: Any) -> Site:
    missing: list[str] = []
    parts: dict[str, Any] = {
        "public_url": PUBLIC_URL,
        "secure_cookies": True,
        "cookie_key": b"k" * 32,
        "ready": lambda: missing,
        "slack_wsgi": echo,
        "metrics": Metrics(),
    }
    return Site(house, build_pages(house.services, **(parts | changes)), missing)


@pytest.fixture
def house(sqlite_database: Database) -> Iterator[House]:
    stock = Dataset(797, SHOP, PARENTS)
    with a_house(sqlite_database, stock, now=at("2026-11-20 18:30")) as one:
        yield one


@pytest.fixture
def site(house: House) -> Site:
    return pages(house)


def get(browser: FlaskClient, address: str) -> TestResponse:
    return browser.get(address, base_url=PUBLIC_URL)


def proof_in(page: TestResponse) -> str:
    found = re.search(r'name="proof" value="([0-9a-f]{64})"', page.text)
    assert found
    return found[1]


def go_on(browser: FlaskClient, link: str) -> TestResponse:
    """Open the link and press its button."""
    form = {"proof": proof_in(get(browser, link))}
    return browser.post(link, data=form, base_url=PUBLIC_URL)


def consent(browser: FlaskClient, link: str) -> str:
    """The address the provider sends the browser back to, without its host."""
    page = requests.get(go_on(browser, link).headers["Location"], allow_redirects=False, timeout=5)
    back = urlsplit(page.headers["Location"])
    return f"{back.path}?{back.query}"


def text_of(page: TestResponse) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<style>.*</style>|<[^>]*>", " ", page.text, flags=re.S))


# The page behind a link


def test_the_page_says_who_asks_for_what_and_has_one_button(site: Site) -> None:
    page = get(site.browser(), site.link(Provider.LIGHTSPEED))

    assert page.status_code == 200
    for word in ("Lightspeed", "Pinewharf", "Olivia"):
        assert word in text_of(page)
    assert page.text.count("<form") == page.text.count("<button") == 1


def test_looking_does_not_use_a_link_up(site: Site) -> None:
    link = site.link()

    for _ in range(3):
        get(site.browser(), link)

    assert go_on(site.browser(), link).status_code == 303


def test_names_are_text_and_never_markup(site: Site) -> None:
    url = site.house.services.connections.create_link(
        OWNER, Provider.QUICKBOOKS, user_name='<script>"x"</script>', channel="C1"
    )

    page = get(site.browser(), urlsplit(url).path)

    assert "<script" not in page.text
    assert "&lt;script&gt;" in page.text


def test_unknown_used_and_expired_links_look_the_same(site: Site) -> None:
    used, expired = site.link(), site.link()
    browser = site.browser()
    get(browser, consent(browser, used))
    site.house.clock.sleep(timedelta(minutes=11).total_seconds())

    seen = [
        get(site.browser(), path)
        for path in (used, expired, f"/connect/{'x' * 43}", "/connect/'--", "/connect/" + "y" * 999)
    ]

    assert {page.status_code for page in seen} == {404}
    assert len({page.text for page in seen}) == 1
    assert "Ask for a new one with /ccc connect" in text_of(seen[0])


# Through the provider and back


def test_lightspeed_is_connected_and_named(site: Site) -> None:
    browser = site.browser()

    back = get(browser, consent(browser, site.link(Provider.LIGHTSPEED)))
    page = get(browser, back.headers["Location"])

    assert back.status_code == 302
    assert page.status_code == 200
    assert "Lightspeed is connected" in text_of(page)
    assert "Hillside &lt;b&gt;Cycles&lt;/b&gt;" in page.text
    [connection] = site.house.services.connections.all(WORKSPACE)
    assert connection.lightspeed is not None and connection.lightspeed.name == SHOP


def test_code_and_realm_leave_the_address_and_nothing_secret_comes_in(site: Site) -> None:
    browser = site.browser()
    realm = site.house.quickbooks.company().spec.realm_id

    back = get(browser, consent(browser, site.link()))
    page = get(browser, back.headers["Location"])

    assert back.headers["Location"] == "/connected"
    assert back.data == b""
    assert page.status_code == 200
    assert realm not in page.text


def test_connecting_again_says_so(site: Site) -> None:
    for expected in ("QuickBooks is connected", "QuickBooks is connected again"):
        browser = site.browser()

        get(browser, consent(browser, site.link()))

        assert f"{expected} ·" in get(browser, "/connected").text


def test_the_walk_works_with_the_clients_the_product_wires(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    lightspeed, quickbooks = (server.url for server in house.servers)
    for name, value in {
        "CCC_PUBLIC_URL": PUBLIC_URL,
        "LIGHTSPEED_API_URL": lightspeed,
        "LIGHTSPEED_AUTH_URL": lightspeed,
        "LIGHTSPEED_CLIENT_ID": "ls-client",
        "LIGHTSPEED_CLIENT_SECRET": "ls-secret",
        "QUICKBOOKS_API_URL": quickbooks,
        "QUICKBOOKS_AUTHORIZE_URL": f"{quickbooks}/connect/oauth2",
        "QUICKBOOKS_TOKEN_URL": f"{quickbooks}/oauth2/v1/tokens/bearer",
        "QUICKBOOKS_REVOKE_URL": f"{quickbooks}/v2/oauth2/tokens/revoke",
        "QUICKBOOKS_CLIENT_ID": "qb-client",
        "QUICKBOOKS_CLIENT_SECRET": "qb-secret",
    }.items():
        monkeypatch.setenv(name, value)
    house.use(outside=RealOutside(Settings.read(None), lambda *_, urgent: NoPace()))
    site = pages(house)

    for provider in Provider:
        browser = site.browser()
        get(browser, consent(browser, site.link(provider)))
        house.work()

    [connection] = house.services.connections.all(WORKSPACE)
    assert connection.is_ready


# Who may finish what somebody began


def test_a_form_sent_by_another_site_goes_nowhere(site: Site) -> None:
    """Its browser brings no cookie of ours along, or has no proof for the one it has."""
    link = site.link()
    bystander = site.browser()
    get(bystander, site.link())
    stolen = proof_in(get(site.browser(), link))

    seen = [
        site.browser().post(link, data={"proof": stolen}, base_url=PUBLIC_URL),
        bystander.post(link, data={"proof": stolen}, base_url=PUBLIC_URL),
        bystander.post(link, data={}, base_url=PUBLIC_URL),
        bystander.post(link, data={"proof": "ü"}, base_url=PUBLIC_URL),
    ]

    assert {page.status_code for page in seen} == {400}
    assert not [page for page in seen if "Location" in page.headers]


def refusals() -> dict[str, Callable[[Site], tuple[FlaskClient, str]]]:
    """Ways to come back that must not end in a connection."""

    def began(site: Site) -> tuple[FlaskClient, str]:
        browser = site.browser()
        return browser, consent(browser, site.link())

    def replaced(name: str, value: str) -> Callable[[Site], tuple[FlaskClient, str]]:
        def change(site: Site) -> tuple[FlaskClient, str]:
            browser, back = began(site)
            return browser, re.sub(rf"\b{name}=[^&]*", f"{name}={value}", back)

        return change

    def twice(name: str) -> Callable[[Site], tuple[FlaskClient, str]]:
        def change(site: Site) -> tuple[FlaskClient, str]:
            browser, back = began(site)
            return browser, f"{back}&{name}=1"

        return change

    def by_somebody_else(site: Site) -> tuple[FlaskClient, str]:
        other = site.browser()
        get(other, site.link())
        return other, began(site)[1]

    def by_nobody(site: Site) -> tuple[FlaskClient, str]:
        return site.browser(), began(site)[1]

    def too_late(site: Site) -> tuple[FlaskClient, str]:
        browser, back = began(site)
        site.house.clock.sleep(601)
        return browser, back

    def for_the_other_provider(site: Site) -> tuple[FlaskClient, str]:
        browser, back = began(site)
        return browser, back.replace("/oauth/quickbooks/", "/oauth/lightspeed/")

    return {
        "no state": replaced("state", ""),
        "wrong state": replaced("state", "A" * 43),
        "state of 10,000 letters": replaced("state", "A" * 10_000),
        "two states": twice("state"),
        "two codes": twice("code"),
        "two realms": twice("realmId"),
        "no code": replaced("code", ""),
        "no realm": replaced("realmId", ""),
        "a realm that is none": replaced("realmId", "../1"),
        "another browser": by_somebody_else,
        "no cookie": by_nobody,
        "after ten minutes": too_late,
        "the other provider": for_the_other_provider,
    }


@pytest.mark.parametrize("way", sorted(refusals()))
def test_a_wrong_return_is_refused_before_any_token_is_asked_for(site: Site, way: str) -> None:
    browser, back = refusals()[way](site)

    answer = get(browser, back)
    page = get(browser, "/connected")

    assert (answer.status_code, answer.headers["Location"]) == (302, "/connected")
    assert page.status_code in (400, 404)
    assert "is not connected" in text_of(page)
    assert site.token_calls() == 0
    assert site.house.services.connections.all(WORKSPACE) == ()


def test_a_return_works_once(site: Site) -> None:
    browser = site.browser()
    back = consent(browser, site.link())
    get(browser, back)

    get(browser, back)

    assert get(browser, "/connected").status_code == 404
    assert site.token_calls() == 1


def test_no_at_the_provider_uses_the_link_up_and_says_what_to_do(site: Site) -> None:
    link = site.link()
    browser = site.browser()
    state = parse_qs(urlsplit(go_on(browser, link).headers["Location"]).query)["state"][0]

    back = get(browser, f"/oauth/quickbooks/callback?error=access_denied&state={state}")
    page = get(browser, back.headers["Location"])

    assert page.status_code == 400
    assert "nothing was connected" in text_of(page) and "/ccc connect" in text_of(page)
    assert get(site.browser(), link).status_code == 404
    assert site.token_calls() == 0


def test_what_a_provider_calls_an_error_is_not_repeated_as_it_is(site: Site) -> None:
    browser = site.browser()

    get(browser, "/oauth/lightspeed/callback?error=Call+0900+now&state=x")

    assert "0900" not in get(browser, "/connected").text


def test_a_company_of_another_workspace_is_not_taken_over(site: Site) -> None:
    first, second = site.browser(), site.browser()
    site.house.services.workspaces.ensure("T2", "Elsewhere")
    get(first, consent(first, site.link()))

    get(second, consent(second, site.link(actor=Actor("T2", "U9", Role.ADMIN))))
    page = get(second, "/connected")

    assert page.status_code == 409
    assert "another Slack workspace" in text_of(page)
    assert "Pinewharf" not in page.text
    assert site.house.services.connections.all("T2") == ()


def test_nothing_in_a_request_decides_where_a_browser_goes(site: Site) -> None:
    browser = site.browser()
    link = site.link()
    form = {"proof": proof_in(get(browser, link)), "next": "//evil.example"}

    away = browser.post(
        f"{link}?next=//evil.example",
        data=form,
        base_url=PUBLIC_URL,
        headers={"X-Forwarded-Host": "evil.example"},
    )
    home = get(browser, "/oauth/quickbooks/callback?state=x&next=https://evil.example")

    assert away.headers["Location"].startswith(f"{site.house.servers[1].url}/connect/oauth2?")
    assert home.headers["Location"] == "/connected"
    assert "evil" not in away.headers["Location"]


def test_an_outcome_that_we_did_not_sign_is_not_shown(site: Site) -> None:
    browser = site.browser()
    get(browser, "/oauth/quickbooks/callback?state=x")
    cookie = browser.get_cookie("__Host-ccc_outcome", domain="ccc.example")
    assert cookie is not None
    body, rest = cookie.value.split(".", 1)
    forged = f"{body[:-2]}AA.{rest}"

    browser.set_cookie("__Host-ccc_outcome", forged, domain="ccc.example", secure=True)

    assert get(browser, "/connected").status_code == 404


def test_a_provider_that_is_away_leaves_a_clean_address(site: Site) -> None:
    browser = site.browser()
    back = consent(browser, site.link())
    site.house.servers[1].close()

    answer = get(browser, back)
    page = get(browser, answer.headers["Location"])

    assert answer.headers["Location"] == "/connected"
    assert page.status_code == 503
    assert "QuickBooks could not be reached" in text_of(page)


# Headers, cookies and failures


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(site: Site) -> None:
    browser = site.browser()
    opened = get(browser, site.link())
    returned = get(browser, "/oauth/quickbooks/callback?state=x")

    for answer in (opened, returned):
        for cookie in answer.headers.getlist("Set-Cookie"):
            assert cookie.startswith("__Host-")
            assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))


def test_every_answer_is_locked_down(site: Site) -> None:
    browser = site.browser()
    link = site.link()

    for address in (link, "/connected", "/nowhere", "/healthz", "/slack/install", "/metrics"):
        headers = get(browser, address).headers
        assert headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'sha")
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
        assert headers["Strict-Transport-Security"].startswith("max-age=")


def test_the_policy_allows_the_style_that_the_page_has(site: Site) -> None:
    page = get(site.browser(), site.link())

    style = page.text.split("<style>")[1].split("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in page.headers["Content-Security-Policy"]


def test_without_tls_there_is_no_promise_of_tls(house: House) -> None:
    site = pages(house, public_url="http://localhost:3000", secure_cookies=False)

    page = site.browser().get(site.link(), base_url="http://localhost:3000")

    assert "Strict-Transport-Security" not in page.headers
    assert "Secure" not in page.headers["Set-Cookie"]


def test_other_methods_are_refused(site: Site) -> None:
    browser = site.browser()

    for method, address in (
        ("GET", "/slack/events"),
        ("POST", "/healthz"),
        ("POST", "/oauth/quickbooks/callback"),
        ("DELETE", site.link()),
    ):
        answer = browser.open(address, method=method, base_url=PUBLIC_URL)
        assert answer.status_code == 405, address
        assert answer.headers["Allow"]


def test_a_form_larger_than_ours_is_not_read(site: Site) -> None:
    browser = site.browser()
    link = site.link()
    get(browser, link)

    answer = browser.post(link, data={"proof": "0" * 10_000}, base_url=PUBLIC_URL)

    assert answer.status_code == 413


class Broken:
    """Connections on a day when something nobody thought of happens."""

    def link_page(self, token: str) -> Any:
        raise RuntimeError(f"statement failed with {token}")

    def complete(self, provider: Provider, **given: str) -> Any:
        raise RuntimeError(f"statement failed with {given}")


@dataclass
class BrokenServices:
    connections: Any = field(default_factory=Broken)


def test_the_unexpected_shows_a_reference_and_hides_the_rest(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    house.services = BrokenServices()  # type: ignore[assignment]
    browser = pages(house).browser()
    token = "t0ken" * 9

    with caplog.at_level(logging.ERROR):
        page = get(browser, f"/connect/{token}")

    assert page.status_code == 500
    reference = text_of(page).split("Reference: ")[1].split()[0]
    assert reference in caplog.text and "RuntimeError" in caplog.text
    assert token not in caplog.text
    assert "Traceback" not in page.text and "RuntimeError" not in page.text


def test_even_the_unexpected_leaves_a_clean_address(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    browser = pages(house).browser()
    link = pages(house).link()
    get(browser, link)
    house.services = BrokenServices()  # type: ignore[assignment]
    broken = pages(house).browser()
    cookie = browser.get_cookie("__Host-ccc_browser", domain="ccc.example")
    assert cookie is not None
    broken.set_cookie("__Host-ccc_browser", cookie.value, domain="ccc.example", secure=True)

    answer = get(broken, "/oauth/quickbooks/callback?state=s3cr3t&code=c0de&realmId=1")

    assert answer.headers["Location"] == "/connected"
    assert get(broken, "/connected").status_code == 500
    assert "s3cr3t" not in caplog.text and "c0de" not in caplog.text


# What hosts, monitors and Slack ask


def test_slacks_requests_are_handed_on_byte_for_byte(site: Site) -> None:
    body = b"payload=%7B%22a%22%3A+1%7D&x=\xff\x00"

    answer = site.browser().post(
        "/slack/events",
        data=body,
        base_url=PUBLIC_URL,
        headers={"X-Slack-Signature": "v0=abc"},
        content_type="application/x-www-form-urlencoded",
    )

    assert answer.data == b"v0=abc|" + body


def test_a_request_too_large_for_slack_is_refused_unread(site: Site) -> None:
    answer = site.browser().post(
        "/slack/events",
        data=b"x" * ((1 << 20) + 1),
        base_url=PUBLIC_URL,
        headers={"X-Slack-Signature": "v0=abc"},
    )

    assert answer.status_code == 413


def test_alive_and_ready_are_two_questions(site: Site) -> None:
    browser = site.browser()
    assert get(browser, "/readyz").status_code == 200

    site.missing.append("the engine is still starting")

    assert get(browser, "/healthz").status_code == 200
    answer = get(browser, "/readyz")
    assert answer.status_code == 503
    assert "the engine is still starting" in answer.text


def test_a_database_that_is_away_is_not_ready(house: House) -> None:
    def ready() -> list[str]:
        raise OSError("could not connect to db.internal as ccc")

    answer = get(pages(house, ready=ready).browser(), "/readyz")

    assert answer.status_code == 503
    assert "db.internal" not in answer.text


def test_numbers_count_routes_and_states_and_name_nobody(house: House) -> None:
    figures = Figures(runs={"done": 3}, entries={"posted": 40, "held": 2}, outbox=5, batches=1)
    site = pages(house, metrics=Metrics(lambda: figures))
    browser = site.browser()
    link = site.link()
    get(browser, link)
    get(browser, "/some/strangers/path")

    lines = get(browser, "/metrics").text.splitlines()

    assert 'ccc_http_requests_total{route="/connect/<token>",status="200"} 1.0' in lines
    assert 'ccc_http_requests_total{route="other",status="404"} 1.0' in lines
    assert 'ccc_runs{state="done"} 3.0' in lines
    assert 'ccc_entries{state="posted"} 40.0' in lines
    assert "ccc_outbox_backlog 5.0" in lines
    assert "ccc_batches_in_flight 1.0" in lines
    assert not [line for line in lines if link.rsplit("/", 1)[1] in line or "strangers" in line]


def test_the_ledger_counts_what_is_in_it(house: House) -> None:
    house.connect()
    house.sync()

    found = read_figures(house.means.ledgers)

    assert found.runs == {"done": 1}
    assert found.entries == {}
    assert (found.outbox, found.batches) == (0, 0)


def test_numbers_of_a_silent_ledger_are_left_out_and_not_asked_for_at_once() -> None:
    asked: list[int] = []
    now = [0.0]

    def figures() -> Figures:
        asked.append(1)
        raise OSError("no database")

    metrics = Metrics(figures, tick=lambda: now[0])
    text = [metrics.text(), metrics.text()][1].decode()

    assert "ccc_ledger_up 0.0" in text
    assert "ccc_outbox_backlog" not in text
    assert len(asked) == 1
    now[0] = 31.0
    metrics.text()
    assert len(asked) == 2


def test_installing_elsewhere_is_answered_plainly(site: Site) -> None:
    page = get(site.browser(), "/slack/install")

    assert page.status_code == 404
    assert "one Slack workspace" in text_of(page)


# A real server


@dataclass
class Running:
    url: str
    stop: threading.Event
    thread: threading.Thread


def run(app: Any) -> Running:
    stop, heard = threading.Event(), threading.Event()
    ports: list[int] = []

    def listening(port: int) -> None:
        ports.append(port)
        heard.set()

    thread = threading.Thread(
        target=serve_forever,
        args=(app, "127.0.0.1", 0, 2, stop),
        kwargs={"listening": listening},
        daemon=True,
    )
    thread.start()
    assert heard.wait(5)
    return Running(f"http://127.0.0.1:{ports[0]}", stop, thread)


def test_a_real_server_serves_the_pages(house: House) -> None:
    site = pages(house, public_url="http://localhost:3000", secure_cookies=False)
    running = run(site.app)

    page = requests.get(f"{running.url}{site.link()}", timeout=5)
    large = requests.post(f"{running.url}/slack/events", data=b"x" * (2 << 20), timeout=5)
    running.stop.set()
    running.thread.join(5)

    assert page.status_code == 200 and "Pinewharf" in page.text
    assert "Server" not in page.headers
    assert large.status_code == 413
    assert not running.thread.is_alive()
    with pytest.raises(requests.ConnectionError):
        requests.get(running.url, timeout=5)


def test_a_server_told_to_stop_finishes_what_it_began() -> None:
    begun, finish = threading.Event(), threading.Event()

    def slow(environ: Any, start: Any) -> list[bytes]:
        begun.set()
        finish.wait(5)
        start("200 OK", [("Content-Length", "4")])
        return [b"done"]

    running = run(slow)
    host, port = running.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as line:
        line.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert begun.wait(5)

        running.stop.set()
        finish.set()
        answer = b""
        while part := line.recv(4096):
            answer += part

    assert answer.endswith(b"done")
    running.thread.join(5)
    assert not running.thread.is_alive()
