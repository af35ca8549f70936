"""A workspace without a network: calls go straight to the dispatcher."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.sandbox.server import SlackSandbox

TOKEN = "xoxb-unit"


class Now:
    """A clock moved by hand."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Now:
    return Now()


@pytest.fixture
def slack(clock: Now) -> SlackSandbox:
    sandbox = SlackSandbox(signing_secret="s", bot_token=TOKEN, clock=clock, rate_limits=False)
    sandbox.url = "http://sandbox.invalid"
    return sandbox


@pytest.fixture
def call(slack: SlackSandbox) -> Callable[..., dict[str, Any]]:
    """One Web API call with the bot's token; answers the body."""

    def made(method: str, **arguments: Any) -> dict[str, Any]:
        return slack.api.call(method, arguments, TOKEN).body

    return made
