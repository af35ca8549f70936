"""A browser per worker, a clean page per test, and no complaint in its console."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from bot.sandbox.server import SlackSandbox
from sync.sandbox.serving import serve
from tests.browser.chromium import DESK, Screen, chromium, find_chromium
from tests.browser.echo import SECRET, TOKEN, Echo

Open = Callable[..., Screen]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = find_chromium()
    if program is None:
        pytest.skip("no Chromium or Chrome on this machine; set CHROMIUM to its program")
    with chromium(program) as started:
        yield started


@pytest.fixture
def open_page(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Opens pages; when the test ends none may have complained in its console."""
    screens: list[Screen] = []

    def opened(**looks: Any) -> Screen:
        context = browser.new_context(**{"viewport": DESK, "reduced_motion": "reduce", **looks})
        screens.append(Screen(context.new_page(), tmp_path))
        return screens[-1]

    yield opened
    for screen in screens:
        screen.page.context.close()
    assert [said for screen in screens for said in screen.complaints] == []


@pytest.fixture
def bot() -> Echo:
    return Echo()


@pytest.fixture
def slack(bot: Echo) -> Iterator[SlackSandbox]:
    """The workspace with the echoing bot in it."""
    with SlackSandbox(
        signing_secret=SECRET, bot_token=TOKEN, clock=lambda: datetime.now(UTC), rate_limits=False
    ) as sandbox:
        server = serve(bot.application(sandbox))
        sandbox.bot_url = server.url
        yield sandbox
        bot.woken.set()
        server.close()


@pytest.fixture
def screen(slack: SlackSandbox, open_page: Open) -> Screen:
    """A page that Olivia looks at."""
    opened = open_page()
    opened.visit(slack.url or "")
    return opened
