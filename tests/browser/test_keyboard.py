"""No mouse: typed, tabbed to and entered; what has the focus can always be seen."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from bot.sandbox.server import SlackSandbox
from tests.browser.chromium import Screen
from tests.browser.echo import Echo, post, show
from tests.unit.sandbox_slack.samples import actions, button, confirm, field, modal, options, plain

RING = """
() => {
  const { outlineStyle, boxShadow } = getComputedStyle(document.activeElement);
  return outlineStyle !== 'none' || boxShadow !== 'none';
}
"""
HELD = """
() => {
  const held = document.activeElement;
  const label = held.getAttribute('aria-label') ?? held.labels?.[0]?.textContent;
  return (label ?? held.textContent).trim();
}
"""


def tab_to(page: Page, words: str, *, backwards: bool = False) -> None:
    """Press Tab until the control of that name has the focus, which must show."""
    for _ in range(60):
        page.keyboard.press("Shift+Tab" if backwards else "Tab")
        if page.evaluate(HELD) == words:
            assert page.evaluate(RING), f"{words} does not show that it has the focus"
            return
    raise AssertionError(f"{words} cannot be reached by Tab")


def test_a_command_is_typed_with_its_hints(slack: SlackSandbox, bot: Echo, screen: Screen) -> None:
    slack.browser.hints = [("/ccc help", "what CCC does"), ("/ccc log NUMBER", "one sale")]
    screen.page.reload()
    expect(screen.page.locator("#composer textarea")).to_be_focused()
    keys = screen.page.keyboard

    keys.type("/ccc lo")
    expect(screen.page.locator(".hints [role=option]")).to_have_count(1)
    keys.press("Tab")
    keys.type("12345")
    keys.press("Enter")
    assert bot.wait_for_command() == "log 12345"

    keys.press("ArrowUp")
    expect(screen.page.locator("#composer textarea")).to_have_value("/ccc log 12345")


def test_buttons_panes_and_threads_are_reached(
    slack: SlackSandbox, bot: Echo, screen: Screen
) -> None:
    ts = post(slack, actions(button("Undo", confirm=confirm())))
    post(slack, thread_ts=ts)
    page, keys = screen.page, screen.page.keyboard
    expect(page.get_by_role("button", name="1 reply")).to_be_visible()

    tab_to(page, "Undo", backwards=True)
    keys.press("Enter")
    expect(page.get_by_role("alertdialog")).to_be_visible()
    keys.press("Escape")
    expect(page.get_by_role("alertdialog")).to_have_count(0)
    assert page.evaluate(HELD) == "Undo"
    keys.press("Enter")
    keys.press("Enter")
    bot.wait_for("block_actions")

    tab_to(page, "Inspector", backwards=True)
    keys.press("Enter")
    expect(page.get_by_role("complementary", name="Behind the page")).to_be_visible()
    keys.press("Escape")
    expect(page.get_by_role("complementary", name="Behind the page")).to_have_count(0)


def test_a_form_is_filled_and_sent(bot: Echo, screen: Screen) -> None:
    menu = {"type": "static_select", "action_id": "menu", "options": options(4)}
    boxes = {"type": "checkboxes", "action_id": "boxes", "options": options(2)}
    form = modal(
        field(menu, label=plain("Account")),
        field(boxes, label=plain("Boxes")),
        field(label=plain("Note")),
    )
    bot.answers = {"form": show(form)}
    page, keys = screen.page, screen.page.keyboard
    keys.type("/ccc form")
    keys.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()

    expect(page.get_by_role("combobox", name="Account")).to_be_focused()
    keys.press("ArrowDown")
    expect(page.locator(".menu-list:popover-open [role=option]")).to_have_count(4)
    keys.press("ArrowDown")
    keys.press("Enter")
    tab_to(page, "Option 1")
    keys.press("Space")
    tab_to(page, "Note")
    keys.type("by hand")
    keys.press("Enter")

    values = bot.wait_for("view_submission")["view"]["state"]["values"].values()
    held = {name: state for fields in values for name, state in fields.items()}
    assert held["menu"]["selected_option"] == options(4)[1]
    assert held["boxes"]["selected_options"] == [options(2)[1]]
    assert held["words"]["value"] == "by hand"
    expect(page.get_by_role("dialog")).to_have_count(0)
