"""Whatever the stand-in accepts, the page draws: what it cannot show fails here."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox import limit_blocks, limit_elements
from bot.sandbox.limits import walk
from bot.sandbox.seed import LOG, OWNER
from bot.sandbox.server import SlackSandbox
from tests.browser.chromium import PHONE
from tests.browser.conftest import Open
from tests.browser.echo import TOKEN
from tests.browser.gallery import FORM, HOME, MESSAGES
from tests.unit.sandbox_slack.test_limits import IN_MESSAGES, IN_VIEWS

ELEMENTS = (
    limit_elements.IN_SECTION
    | limit_elements.IN_ACTIONS
    | limit_elements.IN_INPUT
    | limit_elements.IN_CONTEXT_ACTIONS
)


def call(slack: SlackSandbox, method: str, **arguments: Any) -> dict[str, Any]:
    body: dict[str, Any] = slack.api.call(method, arguments, TOKEN).body
    assert body["ok"], body
    return body


def post_all(slack: SlackSandbox) -> None:
    for blocks in MESSAGES:
        call(slack, "chat.postMessage", channel=LOG, text="One of each", blocks=blocks)


def open_form(slack: SlackSandbox, view: dict[str, Any] = FORM) -> None:
    call(slack, "views.open", trigger_id=slack.tickets.trigger(OWNER), view=view)


def test_the_gallery_holds_everything_that_slack_takes() -> None:
    shown = {item.get("type") for item in walk([*MESSAGES, FORM, HOME])}

    assert set(limit_blocks.SURFACES) | ELEMENTS <= shown


def test_every_kind_of_block_and_element_is_drawn(slack: SlackSandbox, open_page: Open) -> None:
    post_all(slack)
    screen = open_page(viewport={"width": 1280, "height": 5000})
    screen.visit(slack.url or "")
    messages = screen.page.locator("#messages article")
    messages.nth(len(MESSAGES) - 1).wait_for()

    assert screen.page.locator(".broken").count() == 0
    blocks = [block["type"] for message in MESSAGES for block in message]
    assert screen.page.locator("#messages article > .content > .block").count() == len(blocks)
    unseen = "() => [...document.images].filter((one) => !one.naturalWidth).length"
    assert screen.page.locator("#messages img").count() == sum(
        item.get("type") in ("image", "video") for item in walk(MESSAGES)
    )
    assert screen.page.evaluate(unseen) == 0
    screen.picture("messages")

    open_form(slack)
    screen.page.locator("dialog .field").first.wait_for()
    assert screen.page.locator("dialog .field").count() == sum(
        block["type"] == "input" for block in FORM["blocks"]
    )
    assert screen.page.locator(".broken").count() == 0
    screen.picture("form")


def test_the_largest_of_everything_is_drawn(slack: SlackSandbox, open_page: Open) -> None:
    """Every sample at Slack's limit: a page that stumbles over one shows it as broken."""
    for _, taken, _ in IN_MESSAGES:
        call(slack, "chat.postMessage", channel=LOG, text="At the limit", blocks=taken)
    for _, view, _ in IN_VIEWS:
        if view["type"] == "home":
            call(slack, "views.publish", user_id=OWNER, view=view)
    screen = open_page()
    screen.visit(slack.url or "")
    screen.page.locator("#messages article").nth(len(IN_MESSAGES) - 1).wait_for()
    assert screen.page.locator(".broken").count() == 0

    for _, view, _ in IN_VIEWS:
        if view["type"] != "modal":
            continue
        open_form(slack, view)
        top = slack.views.top(OWNER)
        assert top is not None
        screen.page.locator("dialog h2", has_text=top.title).wait_for()
        screen.page.wait_for_function(
            "count => document.querySelectorAll('dialog .modal-body > .block').length === count",
            arg=len(view["blocks"]),
        )
        assert screen.page.locator(".broken").count() == 0


def test_a_block_that_nobody_knows_is_said_aloud(slack: SlackSandbox, open_page: Open) -> None:
    slack.workspace.post(LOG, slack.workspace.bot_user, "t", [{"type": "hologram"}])
    screen = open_page()

    screen.visit(f"{slack.url}/#pane=inspector")

    assert "hologram" in screen.page.locator("#messages .broken").inner_text()
    assert "hologram" in screen.page.locator("#pane .log").inner_text()


# What a screen reader would call each control; an empty name is a control nobody can find.
_NAMELESS = """
() => [...document.querySelectorAll('button, input, select, textarea, a[href], [role=button]')]
  .filter((one) => one.checkVisibility({ visibilityProperty: true }))
  .filter((one) => {
    const by = (one.getAttribute('aria-labelledby') ?? '').split(' ').filter(Boolean);
    const labels = [...(one.labels ?? [])].map((label) => label.textContent);
    const words = [one.getAttribute('aria-label'), one.innerText, one.title, ...labels,
      ...by.map((id) => document.getElementById(id)?.textContent)];
    return !words.some((word) => word?.trim());
  })
  .map((one) => one.outerHTML.slice(0, 200))
"""
# Text on a plain ground below the 4.5 to 1 that people with weak sight need.
_FAINT = """
() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgb = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const over = (top, below) => {
    const [r, g, b, a] = top;
    return [r, g, b].map((part, i) => (part * a + below[i] * (255 - a)) / 255);
  };
  const ground = (node) => {
    if (!node) return [255, 255, 255];
    const own = rgb(getComputedStyle(node).backgroundColor);
    return own[3] === 255 ? own.slice(0, 3) : over(own, ground(node.parentElement));
  };
  const light = (colour) => {
    const [r, g, b] = colour.map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const faint = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    const skipped = 'svg, script, style, noscript, .unseen, option, :disabled, .avatar';
    const shown = !node.closest(skipped) && node.checkVisibility();
    if (!shown || !walker.currentNode.data.trim()) continue;
    const below = ground(node);
    const [one, other] = [light(over(rgb(getComputedStyle(node).color), below)), light(below)];
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    const words = walker.currentNode.data.trim().slice(0, 40);
    if (ratio < 4.5) faint.push(`${ratio.toFixed(2)} ${node.className || node.tagName}: ${words}`);
  }
  return [...new Set(faint)];
}
"""

_OVERHANG = """
(where) => {
  const frame = document.querySelector(where);
  return frame.scrollWidth - frame.clientWidth;
}
"""


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_everything_has_a_name_and_can_be_read(
    slack: SlackSandbox, open_page: Open, colours: str
) -> None:
    post_all(slack)
    call(slack, "views.publish", user_id=OWNER, view=HOME)
    screen = open_page(color_scheme=colours)
    screen.visit(f"{slack.url}/#pane=try")
    screen.page.locator("#messages article").nth(len(MESSAGES) - 1).wait_for()
    assert screen.page.evaluate(_NAMELESS) == []
    assert screen.page.evaluate(_FAINT) == []
    screen.picture(f"messages-{colours}")

    screen.visit(f"{slack.url}/#tab=home&at={slack.workspace.direct_message(OWNER).id}")
    screen.page.locator("#home .header").wait_for()
    assert screen.page.evaluate(_NAMELESS) == []
    assert screen.page.evaluate(_FAINT) == []

    open_form(slack)
    screen.page.locator("dialog .field").first.wait_for()
    assert screen.page.evaluate(_NAMELESS) == []
    assert screen.page.evaluate(_FAINT) == []
    screen.picture(f"form-{colours}")


def test_on_a_phone_nothing_is_wider_than_the_screen(slack: SlackSandbox, open_page: Open) -> None:
    post_all(slack)
    screen = open_page(viewport=PHONE, is_mobile=True, has_touch=True, color_scheme="dark")
    screen.visit(slack.url or "")
    screen.page.locator("#messages article").nth(len(MESSAGES) - 1).wait_for()
    wide = "() => document.documentElement.scrollWidth - window.innerWidth"

    assert screen.page.evaluate(wide) <= 0
    assert screen.page.evaluate(_NAMELESS) == []
    assert screen.page.evaluate(_OVERHANG, "#messages") <= 0
    screen.picture("phone")

    open_form(slack)
    screen.page.locator("dialog .field").first.wait_for()
    assert screen.page.evaluate(_OVERHANG, ".modal-body") <= 0
    screen.picture("phone-form")
