"""What each method gives, and the words with which it refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.sandbox.faults import Fault
from bot.sandbox.mentions import Notification
from bot.sandbox.seed import (
    ADMINS_GROUP,
    ARCHIVED,
    BOOKKEEPER,
    GENERAL,
    GUEST,
    LOG,
    OPERATOR,
    OWNER,
    PARTNER,
    PRIVATE,
    PRIVATE_WITH_BOT,
    RETIRED_GROUP,
    SHARED,
)
from bot.sandbox.server import SlackSandbox
from tests.unit.sandbox_slack.conftest import TOKEN, Now
from tests.unit.sandbox_slack.samples import data_table, home, modal, mrkdwn, rich, section

Call = Callable[..., dict[str, Any]]


@pytest.mark.parametrize(
    ("channel", "error"),
    [
        ("C0NOWHERE", "channel_not_found"),
        ("#ccc-log", "channel_not_found"),
        (PRIVATE, "channel_not_found"),
        (ARCHIVED, "is_archived"),
        (GENERAL, "not_in_channel"),
    ],
)
def test_where_the_bot_may_not_post(call: Call, channel: str, error: str) -> None:
    assert call("chat.postMessage", channel=channel, text="x")["error"] == error


@pytest.mark.parametrize("channel", [LOG, PRIVATE_WITH_BOT, SHARED])
def test_where_the_bot_may_post(call: Call, channel: str) -> None:
    assert call("chat.postMessage", channel=channel, text="x")["ok"]


def test_posting_to_a_person_opens_their_direct_message(slack: SlackSandbox, call: Call) -> None:
    answer = call("chat.postMessage", channel=OPERATOR, text="Hello")

    again = call("chat.postMessage", channel=OPERATOR, text="Again")

    assert answer["channel"].startswith("D")
    assert again["channel"] == answer["channel"]
    assert [m.text for m in slack.messages(answer["channel"])] == ["Hello", "Again"]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({}, "no_text"),
        ({"text": "x" * 40_001}, "msg_too_long"),
        ({"text": "x", "blocks": "section"}, "invalid_blocks_format"),
        ({"text": "x", "blocks": [{"type": "call"}]}, "invalid_blocks"),
        ({"text": "x", "markdown_text": "y"}, "markdown_text_conflict"),
        ({"text": "x", "metadata": {"event_type": "e"}}, "invalid_metadata_format"),
        (
            {"text": "x", "metadata": {"event_type": "e", "event_payload": {"a": "b" * 2000}}},
            "metadata_too_large",
        ),
        ({"text": "x", "thread_ts": "1.000001"}, "thread_not_found"),
    ],
)
def test_what_a_post_may_not_be(call: Call, arguments: dict[str, Any], error: str) -> None:
    assert call("chat.postMessage", channel=LOG, **arguments)["error"] == error


def test_a_refused_block_is_explained(slack: SlackSandbox, call: Call) -> None:
    bad = [section(text=mrkdwn("x" * 3001))]

    answer = call("chat.postMessage", channel=LOG, text="x", blocks=bad)

    assert "json-pointer:/blocks/0/text/text" in answer["response_metadata"]["messages"][0]
    assert slack.calls[-1].problems == answer["response_metadata"]["messages"]
    assert slack.messages(LOG) == []


def test_blocks_without_text_are_taken_with_a_warning(call: Call) -> None:
    answer = call("chat.postMessage", channel=LOG, blocks=[section()])

    assert answer["ok"] and answer["warning"] == "missing_text_in_message"


def test_a_reply_goes_under_a_parent_not_under_a_reply(slack: SlackSandbox, call: Call) -> None:
    root = call("chat.postMessage", channel=LOG, text="root")["ts"]
    reply = call("chat.postMessage", channel=LOG, text="reply", thread_ts=root)["ts"]

    wrong = call("chat.postMessage", channel=LOG, text="deeper", thread_ts=reply)
    call("chat.postMessage", channel=LOG, text="end", thread_ts=root, reply_broadcast=True)

    assert wrong["error"] == "invalid_thread_ts"
    assert [m.text for m in slack.messages(LOG)] == ["root", "end"]
    assert [m.text for m in slack.replies(slack.messages(LOG)[0])] == ["reply", "end"]


def test_timestamps_differ_while_the_clock_stands(call: Call) -> None:
    stamps = [call("chat.postMessage", channel=LOG, text="x")["ts"] for _ in range(3)]

    assert len(set(stamps)) == 3 and stamps == sorted(stamps)


def test_an_update_keeps_metadata_and_refuses_long_text(slack: SlackSandbox, call: Call) -> None:
    metadata = {"event_type": "ccc_run", "event_payload": {"run": "42"}}
    ts = call("chat.postMessage", channel=LOG, text="a", metadata=metadata)["ts"]

    long = call("chat.update", channel=LOG, ts=ts, text="x" * 4_001)
    call("chat.update", channel=LOG, ts=ts, text="b")

    assert long["error"] == "msg_too_long"
    assert slack.messages(LOG)[0].text == "b"
    assert slack.messages(LOG)[0].metadata == metadata


def test_an_update_that_forgets_the_blocks_is_warned_about(call: Call) -> None:
    ts = call("chat.postMessage", channel=LOG, text="a", blocks=[section()])["ts"]

    assert call("chat.update", channel=LOG, ts=ts, text="b")["warning"] == "blocks_omitted"
    assert "warning" not in call("chat.update", channel=LOG, ts=ts, text="b", blocks=[])


def test_only_our_own_visible_messages_can_be_changed(slack: SlackSandbox, call: Call) -> None:
    theirs = slack.workspace.post(LOG, OWNER, "hands off", [])
    hidden = call("chat.postEphemeral", channel=LOG, user=OWNER, text="psst")["message_ts"]
    gone = call("chat.postMessage", channel=LOG, text="x")["ts"]
    call("chat.delete", channel=LOG, ts=gone)

    def update(ts: str) -> str:
        return str(call("chat.update", channel=LOG, ts=ts, text="y")["error"])

    assert update(theirs.ts) == "cant_update_message"
    assert update(hidden) == update(gone) == update("1.0") == "message_not_found"
    assert call("chat.delete", channel=LOG, ts=theirs.ts)["error"] == "cant_delete_message"


def test_an_ephemeral_message_needs_the_person_in_the_channel(call: Call) -> None:
    inside = call("chat.postEphemeral", channel=LOG, user=GUEST, text="x")
    outside = call("chat.postEphemeral", channel=LOG, user=PARTNER, text="x")

    assert inside["ok"]
    assert outside["error"] == "user_not_in_channel"


def test_a_permalink_names_channel_and_thread(call: Call) -> None:
    root = call("chat.postMessage", channel=LOG, text="root")["ts"]
    reply = call("chat.postMessage", channel=LOG, text="reply", thread_ts=root)["ts"]

    link = call("chat.getPermalink", channel=LOG, message_ts=reply)["permalink"]

    assert link.endswith(f"/{LOG}/p{reply.replace('.', '')}?thread_ts={root}&cid={LOG}")
    assert call("chat.getPermalink", channel=LOG, message_ts="1.0")["error"] == "message_not_found"


@pytest.mark.parametrize(
    ("message", "mention"),
    [
        ({"text": "<!channel> look"}, "!channel"),
        ({"text": "x", "blocks": [section(text=mrkdwn("<!here|here>"))]}, "!here"),
        ({"text": f"<@{OWNER}> failed"}, f"@{OWNER}"),
        ({"text": f"<!subteam^{ADMINS_GROUP}>"}, f"!subteam^{ADMINS_GROUP}"),
        ({"text": "x", "blocks": [rich({"type": "broadcast", "range": "channel"})]}, "!channel"),
    ],
)
def test_a_mention_is_noticed(
    slack: SlackSandbox, call: Call, message: dict[str, Any], mention: str
) -> None:
    ts = call("chat.postMessage", channel=LOG, **message)["ts"]

    assert slack.notifications == [Notification(mention, LOG, ts)]


def test_escaped_plain_and_raw_text_mention_nobody(slack: SlackSandbox, call: Call) -> None:
    shout = "<!channel> & *x*"
    plain = {"type": "section", "text": {"type": "plain_text", "text": shout}}
    table = data_table(cell={"type": "raw_text", "text": shout})
    quoted = rich({"type": "text", "text": shout})

    answer = call(
        "chat.postMessage", channel=LOG, text="&lt;!channel&gt;", blocks=[plain, table, quoted]
    )

    assert answer["ok"]
    assert slack.notifications == []


def test_a_trigger_opens_one_modal_within_three_seconds(
    slack: SlackSandbox, call: Call, clock: Now
) -> None:
    good, late = slack.tickets.trigger(OWNER), slack.tickets.trigger(OWNER)

    invalid = call("views.open", trigger_id=good, view={"type": "modal"})
    opened = call("views.open", trigger_id=good, view=modal())
    again = call("views.open", trigger_id=good, view=modal())
    clock.pass_by(3.1)
    expired = call("views.open", trigger_id=late, view=modal())

    assert invalid["error"] == "invalid_arguments"
    assert opened["view"]["root_view_id"] == opened["view"]["id"]
    assert again["error"] == "exchanged_trigger_id"
    assert expired["error"] == "expired_trigger_id"
    assert call("views.open", trigger_id="1.2.3", view=modal())["error"] == "invalid_trigger_id"


def test_there_is_no_fourth_view(slack: SlackSandbox, call: Call) -> None:
    first = call("views.open", trigger_id=slack.tickets.trigger(OWNER), view=modal())["view"]

    def push() -> dict[str, Any]:
        return call(
            "views.push", trigger_id=slack.tickets.trigger(OWNER, first["id"]), view=modal()
        )

    second, third, fourth = push(), push(), push()

    assert second["view"]["previous_view_id"] == first["id"]
    assert third["view"]["root_view_id"] == first["id"]
    assert fourth["error"] == "push_limit_reached"


def test_an_update_with_an_old_hash_is_refused(slack: SlackSandbox, call: Call) -> None:
    view = call("views.open", trigger_id=slack.tickets.trigger(OWNER), view=modal())["view"]

    fresh = call("views.update", view_id=view["id"], hash=view["hash"], view=modal())
    stale = call("views.update", view_id=view["id"], hash=view["hash"], view=modal())

    assert fresh["view"]["id"] == view["id"] and fresh["view"]["hash"] != view["hash"]
    assert stale["error"] == "hash_conflict"


def test_a_closed_view_cannot_be_updated(slack: SlackSandbox, call: Call) -> None:
    view = call("views.open", trigger_id=slack.tickets.trigger(OWNER), view=modal())["view"]
    slack.views.clear(OWNER)

    assert call("views.update", view_id=view["id"], view=modal())["error"] == "not_found"


def test_an_external_id_is_taken_once(slack: SlackSandbox, call: Call) -> None:
    named = modal(external_id="setup")
    call("views.open", trigger_id=slack.tickets.trigger(OWNER), view=named)

    other = call("views.open", trigger_id=slack.tickets.trigger(OPERATOR), view=named)
    updated = call("views.update", external_id="setup", view=named)

    assert other["error"] == "duplicate_external_id"
    assert updated["ok"]


def test_the_home_tab_takes_home_views_only(call: Call) -> None:
    published = call("views.publish", user_id=OWNER, view=home(section()))

    assert published["ok"]
    assert call("views.publish", user_id=OWNER, view=modal())["error"] == "invalid_arguments"
    stale = call("views.publish", user_id=OWNER, view=home(section()), hash="1.old")
    assert stale["error"] == "hash_conflict"
    assert (
        call("views.publish", user_id="U0NOBODY", view=home(section()))["error"] == "user_not_found"
    )


def test_a_view_over_250_kilobytes_is_too_large(slack: SlackSandbox, call: Call) -> None:
    big = modal(*[section(text=mrkdwn("x" * 2900))] * 99)

    answer = call("views.open", trigger_id=slack.tickets.trigger(OWNER), view=big)

    assert answer["error"] == "view_too_large"


def test_a_private_channel_without_the_bot_does_not_exist_for_it(call: Call) -> None:
    listed = call("conversations.list", types="public_channel,private_channel", exclude_archived=1)
    names = [channel["name"] for channel in listed["channels"]]

    assert call("conversations.info", channel=PRIVATE)["error"] == "channel_not_found"
    assert "owners" not in names and "old-log" not in names
    assert {"general", "ccc-log", "books", "partner-shared"} == set(names)


def test_what_is_known_of_a_channel(call: Call) -> None:
    shared = call("conversations.info", channel=SHARED)["channel"]
    general = call("conversations.info", channel=GENERAL, include_num_members=True)["channel"]

    assert shared["is_ext_shared"] and shared["is_member"]
    assert not general["is_member"] and general["num_members"] == 5
    assert call("conversations.info", channel=ARCHIVED)["channel"]["is_archived"]


def test_lists_come_by_pages(call: Call) -> None:
    first = call("conversations.members", channel=LOG, limit=4)
    cursor = first["response_metadata"]["next_cursor"]
    rest = call("conversations.members", channel=LOG, limit=4, cursor=cursor)

    assert len(first["members"]) == 4 and cursor
    assert len(rest["members"]) == 2 and not rest["response_metadata"]["next_cursor"]
    assert call("users.list", limit="many")["error"] == "invalid_arguments"


def test_joining_is_for_public_channels(call: Call) -> None:
    joined = call("conversations.join", channel=GENERAL)

    assert joined["channel"]["is_member"]
    assert call("conversations.join", channel=ARCHIVED)["error"] == "is_archived"
    private = call("conversations.join", channel=PRIVATE_WITH_BOT)
    assert private["error"] == "method_not_supported_for_channel_type"


def test_who_people_are(call: Call) -> None:
    owner = call("users.info", user=OWNER, include_locale=True)["user"]
    guest, partner = (call("users.info", user=who)["user"] for who in (GUEST, PARTNER))

    assert owner["is_owner"] and owner["is_admin"] and owner["locale"] == "en-US"
    assert guest["is_restricted"] and not guest["is_admin"]
    assert partner["team_id"] != owner["team_id"]
    assert call("users.info", user="U0NOBODY")["error"] == "user_not_found"


def test_a_disabled_group_is_empty(call: Call) -> None:
    assert OWNER in call("usergroups.users.list", usergroup=ADMINS_GROUP)["users"]
    assert call("usergroups.users.list", usergroup=RETIRED_GROUP)["users"] == []
    assert call("usergroups.users.list", usergroup="S0NONE")["error"] == "no_such_subteam"
    assert [g["id"] for g in call("usergroups.list")["usergroups"]] == [ADMINS_GROUP]


@pytest.mark.parametrize(
    ("method", "arguments", "scope"),
    [
        ("team.info", {}, "team:read"),
        ("conversations.open", {"users": OWNER}, "im:write"),
        ("conversations.list", {"types": "im"}, "im:read"),
    ],
)
def test_a_scope_that_was_not_granted_is_named(
    slack: SlackSandbox, call: Call, method: str, arguments: dict[str, Any], scope: str
) -> None:
    refused = call(method, **arguments)
    slack.installation.scopes.append(scope)

    assert (refused["error"], refused["needed"]) == ("missing_scope", scope)
    assert call(method, **arguments)["ok"]


def test_tokens_are_checked_on_every_call(slack: SlackSandbox, call: Call) -> None:
    assert slack.api.call("auth.test", {}, None).body["error"] == "not_authed"
    assert slack.api.call("auth.test", {}, "xoxb-other").body["error"] == "invalid_auth"
    assert call("auth.revoke")["revoked"]
    assert call("auth.test")["error"] == "token_revoked"


def test_an_install_code_is_good_once(slack: SlackSandbox) -> None:
    code = slack.installation.new_code()
    asked = {"code": code, "client_id": "1", "client_secret": "s"}

    first = slack.api.call("oauth.v2.access", asked, None).body
    second = slack.api.call("oauth.v2.access", asked, None).body

    assert first["access_token"] == TOKEN and first["authed_user"]["id"] == OWNER
    assert second["error"] == "invalid_code"
    assert code not in str(slack.calls)


def test_an_unknown_method_is_said_to_be_unknown(call: Call) -> None:
    assert call("conversations.history", channel=LOG)["error"] == "unknown_method"


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"filename": "", "length": 3}, "invalid_arguments"),
        ({"filename": "a.csv", "length": 0}, "invalid_arguments"),
        ({"filename": "a.csv", "length": 3, "alt_txt": "x" * 1001}, "invalid_arguments"),
        (
            {"filename": "a.csv", "length": 2 * 1024**2, "snippet_type": "csv"},
            "file_upload_size_restricted",
        ),
    ],
)
def test_an_upload_that_is_not_given_an_address(
    call: Call, arguments: dict[str, Any], error: str
) -> None:
    assert call("files.getUploadURLExternal", **arguments)["error"] == error


def test_a_file_is_shared_once_its_bytes_are_there(slack: SlackSandbox, call: Call) -> None:
    file_id = call("files.getUploadURLExternal", filename="a.csv", length=3)["file_id"]
    asked = {"files": [{"id": file_id}], "channel_id": LOG}
    early = call("files.completeUploadExternal", **asked)
    slack.workspace.files[file_id].content = b"a,b"

    shared = call("files.completeUploadExternal", **asked)
    twice = call("files.completeUploadExternal", **asked)

    assert early["error"] == twice["error"] == "file_not_found"
    assert shared["ok"] and "ts" not in shared
    assert slack.messages(LOG)[0].files[0].content == b"a,b"


def test_a_fault_hits_as_often_as_ordered(slack: SlackSandbox, call: Call) -> None:
    slack.fail("chat.postMessage", "is_archived", times=2)

    answers = [call("chat.postMessage", channel=LOG, text="x").get("error") for _ in range(3)]

    assert answers == ["is_archived", "is_archived", None]


def test_a_fault_can_wait_for_one_kind_of_block(slack: SlackSandbox, call: Call) -> None:
    slack.fail("chat.postMessage", "invalid_blocks", block_type="data_table")

    simple = call("chat.postMessage", channel=LOG, text="x", blocks=[section()])
    modern = call("chat.postMessage", channel=LOG, text="x", blocks=[data_table()])

    assert simple["ok"]
    assert modern["error"] == "invalid_blocks"
    assert "data_table" in modern["response_metadata"]["messages"][0]


def test_a_fault_nobody_knows_is_a_mistake(slack: SlackSandbox) -> None:
    with pytest.raises(ValueError, match="unknown fault"):
        slack.faults.add(Fault("chat.update", "rain"))


def test_a_server_error_does_nothing(slack: SlackSandbox) -> None:
    slack.fail("*", "500")

    answer = slack.api.call("chat.postMessage", {"channel": LOG, "text": "x"}, TOKEN)

    assert answer.status == 500
    assert slack.messages(LOG) == []


def test_a_response_url_changes_only_what_was_clicked(slack: SlackSandbox) -> None:
    clicked = slack.workspace.post(LOG, slack.workspace.bot_user, "old", [], visible_to=OWNER)
    after_click = slack.tickets.response(OWNER, LOG, clicked)
    after_command = slack.tickets.response(OWNER, LOG)

    slack.tickets.respond(after_click, {"text": "new", "replace_original": True})
    slack.tickets.respond(after_command, {"text": "beside"})
    with pytest.raises(Exception, match="no_original_message"):
        slack.tickets.respond(after_command, {"text": "x", "replace_original": True})
    slack.tickets.respond(after_click, {"delete_original": True})

    assert clicked.text == "new" and clicked.deleted
    assert [m.text for m in slack.workspace.messages if not m.deleted] == ["beside"]


def test_a_response_url_ends_after_half_an_hour(slack: SlackSandbox, clock: Now) -> None:
    name = slack.tickets.response(BOOKKEEPER, LOG)
    clock.pass_by(30 * 60)
    slack.tickets.respond(name, {"text": "just in time"})
    clock.pass_by(1)

    with pytest.raises(Exception, match="expired_url"):
        slack.tickets.respond(name, {"text": "late"})
