"""A browser per worker, a clean page per test, and no complaint in its console."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import DESK, Screen, chromium, find_chromium

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
