"""From nothing connected to the story of one sale, as somebody who has read nothing walks it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from bot.demo.stage import Stage
from bot.demo.tour import open_house
from tests.browser.chromium import PHONE
from tests.browser.conftest import Open
from tests.browser.walking import connected, connected_on_a_phone, ended, set_up, synced

pytestmark = pytest.mark.slow


@pytest.fixture
def house(browser: object) -> Iterator[Stage]:
    """The whole product with nothing connected; not started where no browser is."""
    with open_house(rate_limits=False) as on:
        yield on


def test_from_nothing_to_the_story_of_one_sale(house: Stage, open_page: Open) -> None:
    screen = open_page()
    page = screen.page
    screen.visit(f"{house.slack.url}/#pane=try")
    screen.picture("nothing")

    connected(screen)
    screen.picture("connected")

    set_up(screen)
    screen.go_to("ccc-log")

    run = ended(house, screen, 1)  # going live starts it
    expect(run).to_contain_text("posted")
    run.locator(".thread-summary").click()
    thread = page.get_by_role("complementary", name="Thread")
    expect(thread.get_by_role("link", name="Download")).to_be_visible()
    screen.picture("first-sync")

    page.get_by_role("button", name="Try it").click()
    screen.pull("Deposit account switched off")
    screen.pull("Cash sale")
    failed = synced(house, screen, 2)
    failed.locator(".thread-summary").click()
    screen.picture("failure")
    thread.get_by_role("button", name="Pick account").click()
    form = page.get_by_role("dialog")
    form.get_by_role("combobox", name="QuickBooks account").click()
    page.locator(".menu-list:popover-open [role=option]", has_text="Checking").first.click()
    screen.picture("fix")
    form.get_by_role("button", name="Save").click()
    expect(thread.get_by_text("ixed by")).to_be_visible(timeout=20_000)
    expect(thread.get_by_role("button", name="Pick account")).to_have_count(0)
    house.settled()
    if form.count():
        page.keyboard.press("Escape")
        expect(form).to_have_count(0)
    screen.picture("fixed")

    screen.type(f"/ccc log {max(house.retailer.sales)}")
    story = page.locator("#messages .only-you").last
    expect(story).to_contain_text("Posted")
    screen.picture("story")
    assert house.quickbooks.books().balanced
    page.get_by_role("button", name="Inspector").click()
    expect(page.locator("#pane .log", has_text="this page")).to_have_count(0)


def test_on_a_phone_in_the_dark_it_is_the_same_path(house: Stage, open_page: Open) -> None:
    screen = open_page(viewport=PHONE, is_mobile=True, has_touch=True, color_scheme="dark")
    screen.visit(house.slack.url or "")

    connected_on_a_phone(screen)
    screen.type("/ccc channel #ccc-log")
    expect(screen.page.locator("#messages .only-you").last).to_contain_text("#ccc-log")

    run = synced(house, screen, 1)
    screen.picture("first-sync")
    run.locator(".thread-summary").click()
    thread = screen.page.get_by_role("complementary", name="Thread")
    expect(thread.get_by_role("link", name="Download")).to_be_visible()
    screen.picture("thread")
    thread.get_by_role("button", name="Close thread").click()
    expect(run).to_be_visible()
