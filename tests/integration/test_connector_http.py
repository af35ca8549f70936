"""The one way out: where it may go, how much it takes, and what a failure means."""

from __future__ import annotations

import contextlib
import gzip
import logging
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from sync.connectors.http import Http, retry_after
from sync.errors import ConnectorError, Misconfigured, Rejected, Retryable, Uncertain
from tests.integration.scripted import Says, Scripted

NOW = datetime(2026, 4, 11, 20, 0, tzinfo=UTC)
Server = Callable[..., Scripted]


@pytest.fixture
def server() -> Iterator[Server]:
    running: list[Scripted] = []

    def start(*answers: Says) -> Scripted:
        running.append(Scripted(*answers))
        return running[-1]

    yield start
    for one in running:
        one.close()


class Key:
    """A token source that counts how often it is asked to renew."""

    def __init__(self) -> None:
        self.stale: list[str] = []

    def access(self) -> str:
        return "first"

    def renew(self, stale: str) -> str:
        self.stale.append(stale)
        return "second"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def self_signed(folder: Path) -> Path:
    """A key and a certificate for localhost that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2100, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "localhost.pem"
    pem.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        + certificate.public_bytes(Encoding.PEM)
    )
    return pem


def greet(listener: socket.socket, context: ssl.SSLContext) -> None:
    """Shake hands with one caller, who is expected to hang up."""
    caller, _ = listener.accept()
    with contextlib.suppress(OSError), context.wrap_socket(caller, server_side=True):
        pass


def test_a_question_names_us_and_carries_no_cookie_back(server: Server) -> None:
    till = server(Says(headers={"Set-Cookie": "who=me; Path=/"}))
    http = Http("The till", [till.url])

    for _ in range(2):
        assert http.send("GET", f"{till.url}/a", changes=False).ok

    assert till.asked[1].headers["user-agent"] == "ccc-sync/1"
    assert till.asked[1].headers["accept-encoding"] == "gzip"
    assert "cookie" not in till.asked[1].headers


def test_the_environment_has_no_say(
    server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    till = server(Says())
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{free_port()}")
    monkeypatch.setenv("NO_PROXY", "")

    Http("The till", [till.url]).send("GET", till.url, changes=False)

    assert "authorization" not in till.asked[0].headers


@pytest.mark.parametrize(
    "address",
    [
        "http://api.example.com",
        "http://127.0.0.1.example.com",
        "ftp://127.0.0.1",
        "https://user@example.com",
        "https://",
        "api.example.com",
    ],
)
def test_only_tls_or_loopback_can_be_configured(address: str) -> None:
    with pytest.raises(Misconfigured):
        Http("The till", [address])


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest",
        "https://api.example.com.evil.example/",
        "https://api.example.com@evil.example/",
        "https://api.example.com:8443/",
        "http://api.example.com/",
        "https://api.example.com\\@evil.example/",
        "https://api.example.com /",
        "https://api.exаmple.com/",
        "//api.example.com/",
        "https://api.example.com:x/",
        "file:///etc/passwd",
    ],
)
def test_no_other_host_is_called_and_no_token_fetched_for_it(url: str) -> None:
    class NoKey(Key):
        def access(self) -> str:
            raise AssertionError("a token was fetched for a foreign host")

    with pytest.raises(Rejected):
        Http("The till", ["https://api.example.com"]).send_as(NoKey(), "GET", url, changes=False)


def test_a_redirect_is_an_answer_and_not_followed(server: Server) -> None:
    elsewhere = server(Says())
    till = server(Says(status=302, headers={"Location": elsewhere.url}))

    answer = Http("The till", [till.url, elsewhere.url]).send("GET", till.url, changes=False)

    assert answer.status == 302
    assert elsewhere.asked == []


def test_nobody_listening_is_retryable_even_for_a_write() -> None:
    url = f"http://127.0.0.1:{free_port()}"

    with pytest.raises(Retryable):
        Http("The till", [url]).send("POST", url, changes=True, body=b"{}")


def test_a_strangers_certificate_is_refused_whatever_the_environment_trusts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pem = self_signed(tmp_path)
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.setenv(name, str(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        greeter = threading.Thread(target=greet, args=(listener, context))
        greeter.start()
        url = f"https://localhost:{listener.getsockname()[1]}"

        with pytest.raises(Retryable) as caught:
            Http("The till", [url]).send("POST", url, changes=True, body=b"{}")

        greeter.join(timeout=5)
    assert caught.value.code == "certificate"


@pytest.mark.parametrize(("changes", "error"), [(True, Uncertain), (False, Retryable)])
@pytest.mark.parametrize(
    "says",
    [
        Says(hangs_up=True),
        Says(b'{"half":', length=4000),
        Says(gzip.compress(bytes(range(256)))[:90], headers={"Content-Encoding": "gzip"}),
        Says(b"not gzip at all", headers={"Content-Encoding": "gzip"}),
        Says(b"?", headers={"Content-Encoding": "br"}),
        Says(gzip.compress(b"\0" * 50_000_000), headers={"Content-Encoding": "gzip"}),
        Says(b"x" * 200_000),
    ],
    ids=["hung up", "cut", "cut gzip", "bad gzip", "strange", "bomb", "too large"],
)
def test_an_answer_that_got_lost_is_uncertain_only_for_a_write(
    server: Server, says: Says, changes: bool, error: type[ConnectorError]
) -> None:
    till = server(says)
    http = Http("The till", [till.url], max_body=100_000)

    with pytest.raises(error):
        http.send("POST", till.url, changes=changes, body=b"{}")


def test_a_silent_server_is_given_up(server: Server) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"

        with pytest.raises(Uncertain):
            Http("The till", [url], read=0.05).send("POST", url, changes=True)


def test_a_trickle_meets_the_deadline(server: Server) -> None:
    """Every chunk is in time by itself; together they are not."""
    till = server(Says([b"x"] * 10))
    ticks = iter(range(0, 1000, 50))
    http = Http("The till", [till.url], deadline=120, monotonic=lambda: float(next(ticks)))

    with pytest.raises(Retryable, match="too long"):
        http.send("GET", till.url, changes=False)


def test_gzip_is_unpacked(server: Server) -> None:
    packed = gzip.compress(b'{"total": 12.10}')
    till = server(Says(packed, headers={"Content-Encoding": "gzip"}))

    answer = Http("The till", [till.url]).send("GET", till.url, changes=False)

    assert answer.body == b'{"total": 12.10}'


def test_a_refused_token_is_renewed_once(server: Server) -> None:
    till, key = server(Says(status=401), Says()), Key()

    answer = Http("The till", [till.url]).send_as(key, "GET", till.url, changes=False)

    assert answer.ok
    assert key.stale == ["first"]
    assert [one.headers["authorization"] for one in till.asked] == ["Bearer first", "Bearer second"]


def test_a_token_refused_twice_is_the_answer(server: Server) -> None:
    till, key = server(Says(status=401)), Key()

    answer = Http("The till", [till.url]).send_as(key, "GET", till.url, changes=False)

    assert answer.status == 401
    assert len(till.asked) == 2


def test_an_error_tells_no_query_no_token_and_no_body(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    till = server(Says(hangs_up=True))
    caplog.set_level(logging.WARNING)

    with pytest.raises(Uncertain) as caught:
        Http("The till", [till.url]).send_as(
            Key(), "POST", till.url, changes=True, params={"who": "Mrs-Example"}, body=b"private"
        )

    told = f"{caught.value!r} {caught.value.__cause__!r} {caplog.text}"
    assert not any(word in told for word in ("Mrs-Example", "first", "private"))


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("3", 3),
        ("0", 0),
        (" 2.5 ", 2.5),
        ("Sat, 11 Apr 2026 20:02:00 GMT", 120),
        ("Sat, 11 Apr 2026 19:00:00 GMT", 60),
        ("1000000000", 900),
        ("inf", 900),
        ("-5", 60),
        ("nan", 60),
        ("soon", 60),
        ("", 60),
        ("٣", 60),
    ],
)
def test_a_wait_is_bounded_whatever_the_header_says(value: str, seconds: float) -> None:
    assert retry_after({"Retry-After": value}, NOW) == seconds


def test_no_header_is_a_minute() -> None:
    assert retry_after({}, NOW) == 60
