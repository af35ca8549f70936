"""`python -m tests.browser.pictures`: takes the README's pictures anew, from the demo itself."""

from __future__ import annotations

import base64
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect

from bot.demo.stage import Stage
from bot.demo.tour import open_house
from tests.browser.chromium import PHONE, Screen, chromium, find_chromium
from tests.browser.walking import connected, synced

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
MOST_BYTES = 150_000
_DESK = {"width": 1180, "height": 720}


class Camera(Screen):
    """Keeps only the pictures that are asked for, as small WebP files."""

    wanted: frozenset[str] = frozenset({"consent-Lightspeed"})

    def picture(self, name: str, page: Page | None = None) -> None:
        if name in self.wanted:
            self.keep("connect", page)

    def keep(self, name: str, page: Page | None = None) -> None:
        """Chromium itself writes WebP, which Playwright does not ask it for."""
        seen = page or self.page
        if page:
            page.set_viewport_size({"width": 640, "height": 420})
        session = seen.context.new_cdp_session(seen)
        asked = {"format": "webp", "quality": 82}
        picture = base64.b64decode(session.send("Page.captureScreenshot", asked)["data"])
        session.detach()
        if len(picture) > MOST_BYTES:
            raise ValueError(f"{name} has {len(picture):,} bytes, more than {MOST_BYTES:,}")
        (FOLDER / f"{name}.webp").write_bytes(picture)
        sys.stdout.write(f"docs/pictures/{name}.webp  {len(picture):,} bytes\n")


def camera(browser: Browser, **looks: Any) -> Camera:
    """Sharp on screens of twice the density."""
    context = browser.new_context(device_scale_factor=2, reduced_motion="reduce", **looks)
    return Camera(context.new_page(), FOLDER)


def on_the_desk(browser: Browser, house: Stage) -> None:
    """The run's report with its thread, and a form that fixes a failure."""
    screen = camera(browser, viewport=_DESK)
    page = screen.page
    screen.visit(house.slack.url or "")
    connected(screen)
    screen.go_to("ccc-log")
    screen.type("/ccc channel #ccc-log")
    synced(house, screen, 1)
    page.get_by_role("button", name="Try it").click()
    for lever in ("A busy minute", "Refund", "Web order"):
        screen.pull(lever)
    synced(house, screen, 2).locator(".thread-summary").click()
    quiet(page)
    screen.keep("run")

    page.get_by_role("button", name="Try it").click()
    screen.pull("Deposit account switched off")
    screen.pull("Cash sale")
    synced(house, screen, 3).locator(".thread-summary").click()
    quiet(page)
    thread = page.get_by_role("complementary", name="Thread")
    thread.get_by_role("button", name="Pick account").click()
    page.get_by_role("dialog").get_by_role("combobox", name="QuickBooks account").click()
    expect(page.locator(".menu-list:popover-open [role=option]").first).to_be_visible()
    screen.keep("fix")
    page.keyboard.press("Escape")  # the menu
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def on_a_phone(browser: Browser, house: Stage) -> None:
    """The same failure in the dark."""
    screen = camera(browser, viewport=PHONE, is_mobile=True, has_touch=True, color_scheme="dark")
    screen.visit(house.slack.url or "")
    screen.page.locator("#messages .thread-summary").last.click()
    thread = screen.page.get_by_role("complementary", name="Thread")
    thread.get_by_role("button", name="Pick account").scroll_into_view_if_needed()
    quiet(screen.page)
    screen.keep("phone")


def quiet(page: Page) -> None:
    """Without notices at the edge, and the mouse out of the way."""
    dismiss = "() => document.querySelectorAll('#toasts button').forEach((one) => one.click())"
    page.evaluate(dismiss)
    page.mouse.move(0, 0)


def main() -> int:
    """All pictures, from one demo."""
    program = find_chromium()
    if program is None:
        sys.stderr.write("no Chromium or Chrome on this machine; set CHROMIUM to its program\n")
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    with open_house(rate_limits=False) as house, chromium(program) as browser:
        on_the_desk(browser, house)
        on_a_phone(browser, house)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
