"""Each control, used as a person uses it, reaches the bot as Slack would have told it."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Locator, expect
from slack_sdk import WebClient

from bot.sandbox.seed import GENERAL, LOG, OPERATOR, OWNER, PARTNER, SHARED
from bot.sandbox.server import SlackSandbox
from tests.browser.chromium import Screen
from tests.browser.echo import TOKEN, Echo, Json, post, show
from tests.browser.gallery import FORM, HOME
from tests.unit.sandbox_slack.samples import (
    actions,
    button,
    confirm,
    data_table,
    field,
    modal,
    mrkdwn,
    option,
    options,
    plain,
    raw,
    section,
)


def choose(box: Locator, *wanted: str) -> None:
    """Open a menu and choose from it, with the mouse."""
    box.click()
    for words in wanted:
        box.page.locator(".menu-list:popover-open [role=option]", has_text=words).first.click()
    box.press("Escape") if len(wanted) > 1 else None


def test_a_form_with_every_field_arrives_as_slack_would_send_it(
    slack: SlackSandbox, bot: Echo, screen: Screen, tmp_path: Path
) -> None:
    bot.answers = {"form": show(FORM), "options": lambda *_: {"options": [option("Bank", "35")]}}
    upload = tmp_path / "rules.csv"
    upload.write_text("sku,account\n", encoding="utf-8")
    page = screen.page
    screen.type("/ccc form")
    dialog = page.get_by_role("dialog")

    dialog.get_by_label("plain_text_input", exact=True).fill("words")
    dialog.get_by_label("number_input", exact=True).fill("12.50")
    dialog.get_by_label("email_text_input", exact=True).fill("a@b.example")
    dialog.get_by_label("url_text_input", exact=True).fill("https://b.example")
    dialog.get_by_label("rich_text_input", exact=True).fill("rich")
    choose(dialog.get_by_label("static one"), "Option 1")
    choose(dialog.get_by_label("external one"), "Bank")
    choose(dialog.get_by_label("users one"), "Oscar")
    choose(dialog.get_by_label("conversations one"), "general")
    choose(dialog.get_by_label("channels one"), "general")
    choose(dialog.get_by_label("static many"), "Option 0", "Option 2")
    choose(dialog.get_by_label("external many"), "Bank")
    choose(dialog.get_by_label("users many"), "Oscar", "Olivia")
    choose(dialog.get_by_label("conversations many"), "general", "ccc-log")
    choose(dialog.get_by_label("channels many"), "general", "ccc-log")
    dialog.get_by_role("checkbox", name="Option 2").check()
    dialog.get_by_role("radio", name="Option 1").check()
    dialog.get_by_label("datepicker", exact=True).fill("2026-11-23")
    dialog.get_by_label("timepicker", exact=True).fill("14:05")
    dialog.get_by_label("datetimepicker", exact=True).fill("2026-11-23T14:05")
    dialog.get_by_label("A CSV").set_input_files(upload)
    expect(dialog.get_by_text("rules.csv")).to_be_visible()
    screen.picture("form-filled")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)

    view = bot.wait_for("view_submission")["view"]
    held = {
        action_id: {key: value for key, value in state.items() if key != "type"}
        for fields in view["state"]["values"].values()
        for action_id, state in fields.items()
    }
    file = held.pop("file")["files"][0]
    assert (file["name"], file["size"]) == ("rules.csv", 12)
    rich_part = {"type": "rich_text_section", "elements": [{"type": "text", "text": "rich"}]}
    two = options(3)
    bank = option("Bank", "35")
    noon = int(datetime(2026, 11, 23, 19, 5, tzinfo=UTC).timestamp())  # 14:05 in New York
    assert held.pop("rich")["rich_text_value"]["elements"] == [rich_part]
    assert held == {
        "plain_text_input": {"value": "words"},
        "note": {"value": None},
        "number_input": {"value": "12.50"},
        "email_text_input": {"value": "a@b.example"},
        "url_text_input": {"value": "https://b.example"},
        "static_select": {"selected_option": two[1]},
        "external_select": {"selected_option": bank},
        "users_select": {"selected_user": OPERATOR},
        "conversations_select": {"selected_conversation": GENERAL},
        "channels_select": {"selected_channel": GENERAL},
        "multi_static_select": {"selected_options": [two[0], two[2]]},
        "multi_external_select": {"selected_options": [bank]},
        "multi_users_select": {"selected_users": [OPERATOR, OWNER]},
        "multi_conversations_select": {"selected_conversations": [GENERAL, LOG]},
        "multi_channels_select": {"selected_channels": [GENERAL, LOG]},
        "checkboxes": {"selected_options": [two[2]]},
        "radio_buttons": {"selected_option": two[1]},
        "datepicker": {"selected_date": "2026-11-23"},
        "timepicker": {"selected_time": "14:05"},
        "datetimepicker": {"selected_date_time": noon},
    }


def test_what_is_wrong_stands_on_its_field_and_keeps_what_was_typed(
    bot: Echo, screen: Screen
) -> None:
    form = modal(field(block_id="words"), field({"type": "email_text_input"}, label=plain("Mail")))
    refusal = {"response_action": "errors", "errors": {"words": "This account is closed."}}
    bot.answers = {"form": show(form), "submit": lambda *_: refusal}
    screen.type("/ccc form")
    dialog = screen.page.get_by_role("dialog")
    dialog.get_by_label("Label").fill("Old bank")

    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_label("Mail")).to_have_attribute("aria-invalid", "true")
    assert "view_submission" not in [said.get("type") for said in bot.said]

    dialog.get_by_label("Mail").fill("a@b.example")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_text("This account is closed.")).to_be_visible()
    expect(dialog.get_by_label("Label")).to_have_value("Old bank")
    expect(dialog.get_by_label("Label")).to_be_focused()


def test_forms_stand_on_each_other_three_deep(bot: Echo, screen: Screen) -> None:
    def pushed(payload: Json, client: WebClient) -> None:
        depth = len(bot.said)
        view = modal(actions(button("Deeper")), title=plain(f"Form {depth}"))
        client.views_push(trigger_id=payload["trigger_id"], view=view)

    bot.answers = {
        "form": show(modal(actions(button("Deeper")), title=plain("Form 1"))),
        "retry": pushed,
    }
    screen.type("/ccc form")
    dialog = screen.page.get_by_role("dialog")
    for depth in (2, 3):
        dialog.get_by_role("button", name="Deeper").click()
        expect(dialog.get_by_role("heading", name=f"Form {depth}")).to_be_visible()
    screen.picture("three-deep")

    dialog.get_by_role("button", name="Back to the form before").click()
    expect(dialog.get_by_role("heading", name="Form 2")).to_be_visible()
    screen.page.keyboard.press("Escape")
    expect(dialog.get_by_role("heading", name="Form 1")).to_be_visible()
    screen.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(screen.page.locator("#composer textarea")).to_be_focused()


def test_a_press_asks_first_where_it_should(slack: SlackSandbox, bot: Echo, screen: Screen) -> None:
    menu = {"type": "static_select", "action_id": "menu", "options": options(3)}
    more = {"type": "overflow", "action_id": "more", "options": options(2)}
    post(
        slack,
        actions(button("Undo 42", action_id="undo", value="42", confirm=confirm()), more),
        actions({**menu, "placeholder": plain("Pick account"), "confirm": confirm()}),
    )
    page = screen.page
    undo = page.get_by_role("button", name="Undo 42")

    undo.click()
    question = page.get_by_role("alertdialog")
    expect(question).to_contain_text("980 documents")
    question.get_by_role("button", name="No").click()
    choose(page.get_by_role("combobox", name="Pick account"), "Option 1")
    question.get_by_role("button", name="No").click()
    expect(page.get_by_role("combobox", name="Pick account")).to_have_value("")
    assert bot.said == []

    undo.click()
    question.get_by_role("button", name="Yes").click()
    expect(question).to_have_count(0)
    bot.wait_for("block_actions", 1)
    choose(page.get_by_role("combobox", name="Pick account"), "Option 1")
    question.get_by_role("button", name="Yes").click()
    bot.wait_for("block_actions", 2)
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Option 1").click()
    bot.wait_for("block_actions", 3)

    assert [said["actions"][0]["action_id"] for said in bot.said] == ["undo", "menu", "more"]
    assert bot.said[0]["actions"][0]["value"] == "42"
    assert bot.said[1]["actions"][0]["selected_option"] == options(3)[1]
    assert bot.said[2]["actions"][0]["selected_option"] == options(2)[1]


def test_slack_says_when_the_bot_is_late(slack: SlackSandbox, bot: Echo, screen: Screen) -> None:
    slack.ack_within = 0.2
    bot.answers = {"slow": lambda *_: {"text": f"awake: {bot.woken.wait(20)}"}}

    screen.type("/ccc slow")

    told = screen.page.locator("#messages article", has_text="Slackbot")
    expect(told).to_contain_text("operation_timeout")
    expect(told).to_contain_text("Only visible to you")


def test_a_shortcut_is_run_on_the_message_it_stands_at(
    slack: SlackSandbox, bot: Echo, screen: Screen
) -> None:
    slack.browser.shortcuts = [("explain", "Explain log entry")]
    ts = post(slack, section(text=mrkdwn("Run 42: 980 of 980")))
    message = screen.page.locator(f'[data-ts="{ts}"]')

    message.hover()
    message.get_by_role("button", name="Explain log entry").click()

    told = bot.wait_for("message_action")
    assert (told["callback_id"], told["message"]["ts"]) == ("explain", ts)


def test_a_message_changes_in_place_and_a_thread_stands_beside_it(
    slack: SlackSandbox, screen: Screen, tmp_path: Path
) -> None:
    ts = post(slack, section(text=mrkdwn("Run 42: 0 of 980")))
    page = screen.page
    messages = page.locator("#messages")
    expect(messages.get_by_text("0 of 980")).to_be_visible()

    update = {
        "channel": LOG,
        "ts": ts,
        "text": "done",
        "blocks": [section(text=mrkdwn("980 of 980"))],
    }
    assert slack.api.call("chat.update", update, TOKEN).body["ok"]
    post(slack, section(text=mrkdwn("Sale 12 failed")), thread_ts=ts, reply_broadcast=True)

    expect(messages.get_by_text("980 of 980")).to_be_visible()
    expect(messages.get_by_text("0 of 980", exact=True)).to_have_count(0)
    expect(page.get_by_text("(edited)")).to_be_visible()
    expect(page.get_by_text("replied to a thread: done")).to_be_visible()
    page.get_by_role("button", name="1 reply").click()
    thread = page.get_by_role("complementary", name="Thread")
    expect(thread.get_by_text("Sale 12 failed")).to_be_visible()
    thread.get_by_label("Message").fill("Who looks?")
    thread.get_by_label("Message").press("Enter")
    expect(thread.get_by_text("Who looks?")).to_be_visible()
    assert [reply.text for reply in slack.replies(slack.messages(LOG)[0])] == [
        "Run 42: done",
        "Who looks?",
    ]


def test_a_data_table_is_sorted_and_turned(slack: SlackSandbox, screen: Screen) -> None:
    head = [raw("Sale"), raw("Total")]
    rows = [
        [raw(f"LS-{n}"), {"type": "raw_number", "value": n * 5 % 12, "text": f"{n * 5 % 12}.00"}]
        for n in range(12)
    ]
    post(slack, {**data_table(page_size=5), "rows": [head, *rows]})
    table = screen.page.get_by_role("region", name="Entries")
    first = table.locator("tbody tr").first

    expect(first).to_contain_text("LS-0")
    table.get_by_role("button", name="Total").click()
    table.get_by_role("button", name="Total").click()
    expect(first).to_contain_text("LS-7")  # 7 * 5 leaves 11: the largest
    expect(table.locator("th[aria-sort=descending]")).to_have_text("Total")
    screen.page.get_by_role("button", name="Next page").click()
    screen.page.get_by_role("button", name="Next page").click()
    expect(table.locator("tbody tr")).to_have_count(2)
    expect(screen.page.get_by_text("11–12 of 12")).to_be_visible()


def test_a_file_of_the_bot_is_downloaded(
    slack: SlackSandbox, screen: Screen, tmp_path: Path
) -> None:
    client = WebClient(token=TOKEN, base_url=slack.api_url, timeout=5)
    client.files_upload_v2(channel=LOG, content="sale,total\r\n12,9.50\r\n", filename="run-42.csv")

    with screen.page.expect_download() as download:
        screen.page.get_by_role("link", name="run-42.csv").click()

    kept = tmp_path / download.value.suggested_filename
    download.value.save_as(kept)
    assert kept.name == "run-42.csv"
    with kept.open(newline="", encoding="utf-8") as lines:
        assert list(csv.reader(lines)) == [["sale", "total"], ["12", "9.50"]]


def test_everybody_sees_their_own_slack(slack: SlackSandbox, bot: Echo, screen: Screen) -> None:
    """Private answers, channels and unread marks differ by person; so does who presses."""
    bot.answers = {"status": lambda *_: {"text": "980 posted, USD 12,345.00"}}
    page = screen.page
    screen.type("/ccc status")
    expect(page.locator("#messages").get_by_text("USD 12,345.00")).to_be_visible()

    page.get_by_label("Acting as").select_option(OPERATOR)
    expect(page.locator("#sidebar .acting .avatar")).to_have_text("OO")
    expect(page.locator("#sidebar").get_by_text("owners")).to_have_count(0)
    expect(page.get_by_text("USD 12,345.00")).to_have_count(0)
    expect(page.get_by_text("You typed")).to_have_count(0)

    screen.go_to("general")
    post(slack, actions(button("Retry")))
    expect(page.locator("#sidebar .place.unread", has_text="ccc-log")).to_be_visible()
    screen.go_to("ccc-log")
    expect(page.locator("#sidebar .place.unread")).to_have_count(0)
    page.get_by_role("button", name="Retry").click()
    assert bot.wait_for("block_actions")["user"]["id"] == OPERATOR

    post(slack, actions(button("Retry")), channel=SHARED)
    page.get_by_label("Acting as").select_option(PARTNER)
    expect(page.locator("#sidebar .place")).to_have_count(2)  # what is shared, and CCC
    page.get_by_role("button", name="Retry").click()
    pressed = bot.wait_for("block_actions", 2)["user"]
    assert (pressed["id"], pressed["team_id"]) == (PARTNER, "T0PARTNER")


def test_home_is_opened_published_and_acted_in(
    slack: SlackSandbox, bot: Echo, screen: Screen
) -> None:
    def publish(event: Json, client: WebClient) -> None:
        if event["tab"] == "home":
            client.views_publish(user_id=event["user"], view=HOME)

    bot.answers = {"home": publish}
    screen.go_to("CCC")
    screen.page.get_by_role("tab", name="Home").click()

    screen.page.locator("#home").get_by_role("button", name="Sync now").click()

    action = bot.wait_for("block_actions")
    expect(screen.page.get_by_role("tab", name="Home")).to_have_attribute("aria-selected", "true")
    assert (action["view"]["type"], action.get("response_url")) == ("home", None)


def test_a_refusal_of_slack_is_an_error_in_the_inspector(
    slack: SlackSandbox, bot: Echo, screen: Screen
) -> None:
    too_many = [{"type": "divider"}] * 51
    slack.api.call("chat.postMessage", {"channel": LOG, "text": "t", "blocks": too_many}, TOKEN)
    bot.answers = {"twice": lambda *_: {"text": "private"}}
    screen.page.get_by_role("button", name="Inspector").click()
    log = screen.page.locator("#pane .log")

    expect(log).to_contain_text("✖ invalid_blocks")
    log.locator("summary", has_text="chat.postMessage").click()
    expect(log).to_contain_text("must have at most 50 blocks")
    screen.type("/ccc twice")
    expect(log.locator("summary").first).to_contain_text("/ccc twice")
    log.locator("summary").first.click()
    expect(log.locator(".log-detail").first).to_contain_text("trigger_id")
    screen.page.get_by_label("Only what failed").check()
    expect(log.locator("summary")).to_have_count(1)
