"""The first steps of everybody: both connections, and a sync that ended."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from bot.demo.stage import Stage
from tests.browser.chromium import Screen


def connect(screen: Screen, provider: str) -> None:
    """Ask for the link, follow it, and say yes on every page."""
    page = screen.page
    buttons = page.locator("#messages").get_by_role("button", name=f"Connect {provider}")
    expect(buttons.last).to_be_visible()
    asked = buttons.count()
    buttons.last.click()
    expect(buttons).to_have_count(asked + 1)
    with page.context.expect_page() as opened:
        buttons.last.click()
    consent = opened.value
    consent.set_default_timeout(10_000)
    screen.picture(f"connect-{provider}")
    screen.picture(f"consent-{provider}", consent)
    consent.get_by_role("button", name=f"Go on to {provider}").click()
    press_yes(consent)
    expect(consent.get_by_role("heading", name=f"{provider} is connected")).to_be_visible()
    consent.close()


def press_yes(page: Page) -> None:
    """The provider's own page asks whether CCC may come in."""
    page.locator("form button").first.click()


def connected(screen: Screen) -> None:
    """Both connections, the second from the message that the first one brought."""
    screen.type("/ccc")
    connect(screen, "Lightspeed")
    expect(screen.page.locator("#sidebar .unread", has_text="CCC")).to_be_visible()
    screen.go_to("CCC")
    connect(screen, "QuickBooks")
    expect(screen.page.get_by_role("heading", name="QuickBooks is connected")).to_be_visible()


def synced(house: Stage, screen: Screen, number: int) -> Locator:
    """Type the command and wait for the run's message in the channel."""
    screen.type("/ccc sync")
    return ended(house, screen, number)


def ended(house: Stage, screen: Screen, number: int) -> Locator:
    """The message of a run, once its thread is complete."""
    run = screen.page.locator("#messages article", has_text=f"Sync {number}").filter(
        has=screen.page.locator(".thread-summary")
    )
    expect(run).to_be_visible(timeout=30_000)
    house.settled()
    return run


def connected_on_a_phone(screen: Screen) -> None:
    """The same, but the column of channels is behind a button."""
    screen.type("/ccc")
    connect(screen, "Lightspeed")
    screen.type("/ccc")
    expect(screen.page.locator("#messages .only-you").last).to_contain_text("QuickBooks")
    connect(screen, "QuickBooks")
    screen.page.get_by_role("button", name="Show channels").click()
    screen.picture("channels")
    screen.go_to("CCC")
    expect(screen.page.get_by_role("heading", name="QuickBooks is connected")).to_be_visible()
    screen.page.get_by_role("button", name="Show channels").click()
    screen.go_to("ccc-log")


def set_up(screen: Screen) -> None:
    """Keep what was chosen at every step; only the channel has to be said."""
    page = screen.page
    page.locator("#messages").get_by_role("button", name="Continue set-up").last.click()
    form = page.get_by_role("dialog")
    step = form.get_by_role("heading", level=3).first
    for number in range(3, 12):
        expect(step).to_contain_text(f"Step {number} of 12")
        if "channel" in step.inner_text():
            screen.picture("set-up")
            form.get_by_role("combobox", name="Log channel").click()
            page.locator(".menu-list:popover-open [role=option]", has_text="ccc-log").click()
        form.get_by_role("button", name="Next").click()
    expect(step).to_contain_text("Step 12 of 12")
    form.get_by_role("button", name="Go live").click()
    expect(form.get_by_role("button", name="Close").last).to_be_visible()
    expect(form.get_by_role("button", name="Go live")).to_have_count(0)
    screen.picture("live")
    form.get_by_role("button", name="Close").last.click()
    expect(form).to_have_count(0)
