"""What an operator reads when something is wrong: words and a remedy, never a traceback."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cli import EXIT_MISCONFIGURED, main
from sync.ledger.vault import new_key

SETTINGS = {
    "SLACK_BOT_TOKEN": "xoxb-1",
    "SLACK_SIGNING_SECRET": "8f742231b10e8888abcd99yyyzzz85a5",
    "LIGHTSPEED_CLIENT_ID": "a",
    "LIGHTSPEED_CLIENT_SECRET": "b",
    "QUICKBOOKS_CLIENT_ID": "c",
    "QUICKBOOKS_CLIENT_SECRET": "d",
    "CCC_PUBLIC_URL": "https://ccc.example.com",
}


@pytest.fixture(autouse=True)
def installation(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A folder of its own and complete settings."""
    monkeypatch.chdir(tmp_path)
    for name, value in (SETTINGS | {"CCC_SECRET_KEYS": new_key()}).items():
        monkeypatch.setenv(name, value)
    yield tmp_path


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port on which something listens but nobody answers."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


@pytest.fixture
def closed_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.mark.parametrize("command", ["migrate", "run", "worker"])
def test_a_database_that_does_not_answer_is_told_with_a_remedy(
    command: str,
    closed_port: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"postgresql://u:hunter2@127.0.0.1:{closed_port}/ccc")

    assert main([command]) == EXIT_MISCONFIGURED

    said = capsys.readouterr().err
    assert said.startswith(f"ccc {command}: the database does not answer: ")
    assert "Check DATABASE_URL" in said
    assert "hunter2" not in said


def test_a_folder_that_is_not_there_is_told_with_a_remedy(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "sqlite:////nowhere/at/all/ccc.db")

    assert main(["migrate"]) == EXIT_MISCONFIGURED

    assert "Check DATABASE_URL" in capsys.readouterr().err


def test_a_taken_port_is_told_with_a_remedy(
    taken_port: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PORT", str(taken_port))

    assert main(["run"]) == EXIT_MISCONFIGURED

    assert f"127.0.0.1:{taken_port} cannot be listened on" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["web", "worker"])
def test_sqlite_is_for_one_process(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command]) == EXIT_MISCONFIGURED

    assert "use PostgreSQL, or `ccc run` for one machine" in capsys.readouterr().err


def test_migrating_twice_is_harmless(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["migrate"]) == main(["migrate"]) == 0

    assert capsys.readouterr().out == "The database is up to date.\n" * 2
