"""The conversation as text: what a person would read, in the place where it stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.sandbox.events import Told, Typed
from bot.sandbox.plain_text import readable
from bot.sandbox.seed import ADMINS_GROUP, LOG, OPERATOR, OWNER
from bot.sandbox.server import SlackSandbox
from bot.sandbox.transcript import render
from tests.unit.sandbox_slack.samples import (
    actions,
    button,
    data_table,
    field,
    home,
    modal,
    mrkdwn,
    option,
    plain,
    raw,
    rich,
    section,
)
from tests.unit.sandbox_slack.test_limits import IN_MESSAGES, IN_VIEWS

Call = Callable[..., dict[str, Any]]


def page(slack: SlackSandbox, **more: Any) -> str:
    return render(slack.workspace.events, slack.workspace.directory(), **more)


def lines(slack: SlackSandbox, **more: Any) -> list[str]:
    return [line.rstrip() for line in page(slack, **more).splitlines()]


def test_a_thread_stands_under_its_message_and_edits_show_how_it_ended(
    slack: SlackSandbox, call: Call
) -> None:
    root = call("chat.postMessage", channel=LOG, text="Run 42: queued")["ts"]
    call("chat.postMessage", channel=LOG, text="Another message")
    call("chat.update", channel=LOG, ts=root, text="Run 42: half")
    call("chat.postMessage", channel=LOG, text="entry 1", thread_ts=root)
    call("chat.update", channel=LOG, ts=root, text="Run 42: done")

    assert lines(slack)[1:] == [
        "CCC  14:00  (edited)",
        "  Run 42: done",
        "  │ CCC  14:00",
        "  │   entry 1",
        "CCC  14:00",
        "  Another message",
    ]


def test_what_was_typed_and_what_only_one_person_sees(slack: SlackSandbox) -> None:
    workspace = slack.workspace
    workspace.record(Typed(workspace.now(), OWNER, LOG, "/ccc status"))
    workspace.post(LOG, workspace.bot_user, "3 posted", [], visible_to=OWNER)
    workspace.record(Told(workspace.now(), OWNER, "operation_timeout"))

    assert lines(slack) == [
        "── #ccc-log ────────────────────────────────────────────────────────────────",
        "Olivia Owner: /ccc status",
        "CCC  14:00  (Only visible to you: Olivia Owner)",
        "  3 posted",
        "Slack to Olivia Owner: did not work: the app took too long (operation_timeout)",
    ]


def test_times_are_in_the_zone_asked_for(slack: SlackSandbox, call: Call) -> None:
    call("chat.postMessage", channel=LOG, text="x")

    assert "CCC  01:00" in page(slack, zone=ZoneInfo("Australia/Sydney"))


def test_a_table_has_aligned_columns_and_may_be_cut_short(slack: SlackSandbox, call: Call) -> None:
    rows = [[raw("Sale"), raw("Total")]]
    for sale, total in (("LS-1", "106.00"), ("LS-12345", "6.00"), ("LS-3", "1.00")):
        rows.append([raw(sale), {"type": "raw_number", "value": float(total), "text": total}])
    call("chat.postMessage", channel=LOG, text="t", blocks=[{**data_table(), "rows": rows}])

    assert lines(slack)[2:] == [
        "  Entries",
        "  Sale       Total",
        "  ────────  ──────",
        "  LS-1      106.00",
        "  LS-12345    6.00",
        "  LS-3        1.00",
    ]
    assert lines(slack, most_rows=1)[-1] == "  … 2 more rows"


def test_buttons_are_numbered_over_the_page(slack: SlackSandbox, call: Call) -> None:
    two = actions(button("Retry"), button("Skip", action_id="skip"))
    call("chat.postMessage", channel=LOG, text="t", blocks=[two])
    call(
        "chat.postMessage",
        channel=LOG,
        text="t",
        blocks=[section(accessory=button("Open"), text=plain("Log"))],
    )

    shown = page(slack)

    assert "[1] Retry  [2] Skip" in shown
    assert "Log   [3] Open" in shown


def test_a_modal_is_a_form_with_values_then_errors(slack: SlackSandbox, call: Call) -> None:
    day = {"type": "datepicker", "action_id": "d", "initial_date": "2026-10-01"}
    dry = {
        "type": "checkboxes",
        "action_id": "c",
        "options": [option("Dry run"), option("Quiet")],
        "initial_options": [option("Dry run")],
    }
    view = modal(
        field(day, block_id="from", label=plain("From"), hint=plain("in the shop's zone")),
        field(dry, block_id="how", label=plain("How"), optional=True),
    )
    call("views.open", trigger_id=slack.tickets.trigger(OWNER), view=view)
    opened = slack.views.top(OWNER)
    assert opened is not None
    slack.views.submitted(opened, opened.state)
    slack.views.show_errors(opened, {"from": "The books are closed"})

    assert [line.rstrip("─ ") for line in lines(slack)[1:]] == [
        "┌─ Title",
        "│ From: [2026-10-01]",
        "│     in the shop's zone",
        "│ How (optional): [x] Dry run  [ ] Quiet",
        "└─ [Cancel]  [Save]",
        "Olivia Owner submits “Title”",
        "    From: 2026-10-01",
        "    How: Dry run",
        "  ✖ From: The books are closed",
    ]


def test_a_loading_view_that_settles_is_shown_once(slack: SlackSandbox, call: Call) -> None:
    loading = modal(section(text=plain("Loading…")), submit=None)
    view = call("views.open", trigger_id=slack.tickets.trigger(OWNER), view=loading)["view"]
    call("views.update", view_id=view["id"], view=modal(section(text=plain("Ready"))))

    assert "Ready" in page(slack)
    assert "Loading" not in page(slack)


def test_a_deleted_message_is_gone(slack: SlackSandbox, call: Call) -> None:
    ts = call("chat.postMessage", channel=LOG, text="oops")["ts"]
    call("chat.delete", channel=LOG, ts=ts)

    assert page(slack) == ""


def test_a_home_tab_is_named_after_its_person(slack: SlackSandbox, call: Call) -> None:
    call("views.publish", user_id=OPERATOR, view=home(section(text=plain("All good"))))

    assert lines(slack)[0].startswith("── Home of Oscar Operator ──")
    assert lines(slack)[1] == "All good"


@pytest.mark.parametrize("blocks", [pytest.param(c[1], id=c[0]) for c in IN_MESSAGES])
def test_every_block_a_message_may_hold_can_be_read(
    slack: SlackSandbox, call: Call, blocks: list[dict[str, Any]]
) -> None:
    assert call("chat.postMessage", channel=LOG, text="t", blocks=blocks)["ok"]

    assert len(lines(slack)) >= 2 + len(blocks)


@pytest.mark.parametrize("view", [pytest.param(c[1], id=c[0]) for c in IN_VIEWS])
def test_every_view_can_be_read(slack: SlackSandbox, call: Call, view: dict[str, Any]) -> None:
    if view["type"] == "home":
        answer = call("views.publish", user_id=OWNER, view=view)
    else:
        answer = call("views.open", trigger_id=slack.tickets.trigger(OWNER), view=view)

    assert answer["ok"]
    assert len(lines(slack)) >= 1 + len(view["blocks"])


@pytest.mark.parametrize(
    ("markup", "read"),
    [
        ("*Run 42*: _3_ ~held~", "Run 42: 3 held"),
        ("2 * 3 * 4 = 24, snake_case_name", "2 * 3 * 4 = 24, snake_case_name"),
        ("Tom &amp; Co &lt;b&gt;", "Tom & Co <b>"),
        ("&amp;lt;", "&lt;"),
        (f"<@{OWNER}> and <@U0NOBODY|nob>", "@Olivia Owner and @nob"),
        (f"<#{LOG}> <#C0OTHER|other>", "#ccc-log #other"),
        (f"<!subteam^{ADMINS_GROUP}> <!here>", "@ccc-admins @here"),
        (
            "<https://x.example/a|entry> <https://y.example>",
            "entry (https://x.example/a) https://y.example",
        ),
        ("<!date^1795404032^{date}|23 Nov 14:20 AEDT>", "23 Nov 14:20 AEDT"),
        ("```a_b``` and `c`", "```a_b``` and `c`"),
    ],
)
def test_markup_is_read_as_slack_shows_it(slack: SlackSandbox, markup: str, read: str) -> None:
    assert readable(markup, slack.workspace.directory()) == read


def test_plain_and_raw_text_stay_as_they_are(slack: SlackSandbox, call: Call) -> None:
    shout = "<!channel> *x* &amp;"
    blocks = [section(text=plain(shout)), rich({"type": "text", "text": shout})]
    call("chat.postMessage", channel=LOG, text="t", blocks=[*blocks, section(text=mrkdwn("*y*"))])

    assert lines(slack)[2:] == [f"  {shout}", f"  {shout}", "  y"]
