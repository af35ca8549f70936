"""Permission to a Lightspeed account, against a local authorisation server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest
from pydantic import SecretStr

from sync.connectors.http import Http
from sync.connectors.lightspeed.oauth import LightspeedOAuth
from sync.errors import Disconnected, Misconfigured, Rejected, Retryable, SyncError, Uncertain
from tests.integration.scripted import Says, Scripted

NOW = datetime(2026, 4, 12, 8, 0, tzinfo=UTC)
GRANTED = Says(
    b'{"token_type":"Bearer","expires_in":1800,"access_token":"aaa.bbb","refresh_token":"def50x"}'
)
Start = Callable[..., tuple[LightspeedOAuth, Scripted]]


@pytest.fixture
def door() -> Iterator[Start]:
    running: list[Scripted] = []

    def start(*answers: Says) -> tuple[LightspeedOAuth, Scripted]:
        server = Scripted(*answers)
        running.append(server)
        http = Http("Lightspeed", [server.url])
        oauth = LightspeedOAuth(http, "client-1", SecretStr("s3cret"), server.url, now=lambda: NOW)
        return oauth, server

    yield start
    for one in running:
        one.close()


def error(status: int, word: str) -> Says:
    return Says(orjson.dumps({"error": word, "error_description": "d", "hint": "h"}), status)


def test_a_person_is_asked_for_reading_rights_only(door: Start) -> None:
    oauth, _ = door(GRANTED)

    url = urlsplit(oauth.authorize_url("st&te", "chal-lenge"))

    query = {name: values[0] for name, values in parse_qs(url.query).items()}
    assert url.path == "/auth/oauth/authorize"
    assert all(scope.endswith("_read") for scope in query.pop("scope").split(" "))
    assert query == {
        "response_type": "code",
        "client_id": "client-1",
        "state": "st&te",
        "code_challenge": "chal-lenge",
        "code_challenge_method": "S256",
    }


def test_a_code_becomes_a_pair(door: Start) -> None:
    oauth, server = door(GRANTED)

    tokens = oauth.exchange("c0de", "verif1er")

    assert tokens.access.get_secret_value() == "aaa.bbb"
    assert tokens.refresh.get_secret_value() == "def50x"
    assert tokens.expires_in == 1800
    assert "aaa" not in repr(tokens) and "def50x" not in repr(tokens)
    assert server.asked[0].path == "/auth/oauth/token"
    assert orjson.loads(server.asked[0].body) == {
        "client_id": "client-1",
        "client_secret": "s3cret",
        "grant_type": "authorization_code",
        "code": "c0de",
        "code_verifier": "verif1er",
    }


def test_a_refresh_sends_the_old_token_and_no_scope(door: Start) -> None:
    oauth, server = door(GRANTED)

    oauth.refresh(SecretStr("old"))

    sent = orjson.loads(server.asked[0].body)
    assert (sent["grant_type"], sent["refresh_token"]) == ("refresh_token", "old")
    assert "scope" not in sent


@pytest.mark.parametrize(
    ("says", "kind"),
    [
        (error(400, "invalid_grant"), Disconnected),
        (error(401, "invalid_client"), Misconfigured),
        (error(400, "invalid_client"), Misconfigured),
        (error(400, "invalid_request"), Rejected),
        (error(429, "slow_down"), Retryable),
        (Says(b"<html>", 503), Retryable),
        (Says(b'{"access_token":"aaa","refr'), Uncertain),
        (Says(b'{"access_token":"aaa"}'), Uncertain),
        (Says(b'{"access_token":"a b","refresh_token":"c","expires_in":1}'), Uncertain),
        (Says(b'{"access_token":"aa', length=300), Uncertain),
        (Says(hangs_up=True), Uncertain),
    ],
)
def test_every_refusal_says_what_comes_next(door: Start, says: Says, kind: type[SyncError]) -> None:
    oauth, _ = door(says)

    with pytest.raises(kind) as caught:
        oauth.refresh(SecretStr("very-secret-old-token"))

    assert type(caught.value) is kind
    told = f"{caught.value!r}"
    assert "very-secret" not in told and "s3cret" not in told


def test_the_wait_may_be_a_date(door: Start) -> None:
    busy = error(429, "slow_down")
    busy.headers = {"Retry-After": "Sun, 12 Apr 2026 08:00:45 GMT"}
    oauth, _ = door(busy)

    with pytest.raises(Retryable) as caught:
        oauth.refresh(SecretStr("old"))

    assert caught.value.after == 45


def test_giving_back_twice_is_giving_back(door: Start) -> None:
    oauth, server = door(Says(b""), error(400, "invalid_grant"))

    oauth.revoke(SecretStr("old"))
    oauth.revoke(SecretStr("old"))

    assert [one.path for one in server.asked] == ["/auth/oauth/revoke"] * 2
