"""Finds a browser that is already on the machine; none is ever downloaded."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Error, Page, sync_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 800}


def find_chromium() -> str | None:
    """The program, or None; CHROMIUM names another one."""
    wanted = [os.environ.get("CHROMIUM", ""), *_NAMES, _MAC]
    return next((found for name in wanted if name and (found := shutil.which(name))), None)


@contextmanager
def chromium(program: str) -> Iterator[Browser]:
    """A headless browser; its own sandbox needs rights that containers lack."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        try:
            browser.close()
        except Error:
            return  # it is gone already


class Screen:
    """A page with what a person does at it, by the names a person reads."""

    def __init__(self, page: Page, pictures: Path) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.folder = pictures
        self._taken = 0
        page.on("console", lambda said: self._heard(said.type, said.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.set_default_timeout(10_000)

    def _heard(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.complaints.append(f"{kind}: {text}")

    def picture(self, name: str, page: Page | None = None) -> None:
        """Keep what is seen now, for people to compare."""
        self._taken += 1
        (page or self.page).screenshot(path=self.folder / f"{self._taken:02d}-{name}.png")

    def visit(self, address: str) -> None:
        """Open the page and wait until it shows the workspace."""
        self.page.goto(address)
        self.page.locator("#channel-header h1").wait_for()

    def type(self, text: str) -> None:
        """Type into the composer and send it."""
        box = self.page.locator("#composer textarea")
        box.fill(text)
        box.press("Enter")

    def go_to(self, place: str) -> None:
        """Open a channel or the direct message from the left column."""
        self.page.locator("#sidebar .place-name").get_by_text(place, exact=True).click()

    def pull(self, lever: str) -> None:
        """Pull a lever beside the conversation, and wait for what it says."""
        toasts = self.page.locator("#toasts .toast")
        before = toasts.count()
        self.page.locator("#pane").get_by_text(lever, exact=True).click()
        toasts.nth(before).wait_for()
