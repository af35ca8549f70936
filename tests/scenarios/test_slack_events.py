"""What Slack tells by itself: the app removed, channels lost, people and groups changed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from slack_sdk import WebClient

from bot.events import SUBSCRIBED
from bot.installations import Clients, OneWorkspace
from bot.manifest import manifest
from bot.reports.sender import Sender
from bot.sandbox import seed
from bot.sandbox.delivery import JSON_TYPE, deliver, signed
from sync.services.models import Role
from tests.office import SECRET, TEAM, Office, bare, office, words

__all__ = ["bare", "office"]


def tell(office: Office, who: str = "olivia", **fields: Any) -> None:
    """Have Slack tell an event, and wait until the bot took it."""
    outcome = office.person(who).event(dict(fields))
    assert outcome.status == 200, outcome.reply


def send(office: Office) -> Sender:
    """Let the worker's sender send what waits."""
    sender = a_sender(office)
    for _ in range(20):
        sender.step(office.house.clock())
        office.house.clock.sleep(2)
    return sender


def a_sender(office: Office) -> Sender:
    services = office.house.services
    client = WebClient(token="xoxb-1", base_url=office.slack.api_url, retry_handlers=[])
    clients = Clients(OneWorkspace(client, services.installations), office.slack.api_url, 5)
    return Sender(services, clients, office.house.clock)


def letters(office: Office, who: str = "olivia") -> str:
    """Everything the bot wrote to this person alone."""
    return "\n".join(words(message) for message in office.person(who).direct_messages)


def calls(office: Office) -> int:
    return len(office.slack.calls)


# -- the app removed


def test_after_an_uninstall_slack_is_never_called_again(office: Office) -> None:
    office.told("sync")
    office.slack.installation.revoked = True
    tell(office, type="tokens_revoked", tokens={"oauth": [], "bot": ["U0BOT"]})
    tell(office, type="app_uninstalled")
    before = calls(office)

    office.say("status")
    sender = a_sender(office)
    for _ in range(5):
        sender.step(office.house.clock())
        office.house.clock.sleep(3600)

    after = [call.method for call in office.slack.calls[before:]]
    assert [method for method in after if method != "auth.test"] == []


def not_active(office: Office) -> bool:
    view = office.house.services.installations.get(TEAM)
    return view is not None and view.state == "uninstalled"


def test_an_uninstall_ends_runs_and_pauses_and_keeps_settings(office: Office) -> None:
    office.told("sync")
    before = office.house.services.connections.get(office.house.scope).settings

    tell(office, type="app_uninstalled")

    view = office.house.services.connections.get(office.house.scope)
    assert view.paused
    assert view.settings == before
    assert office.house.services.runs.active(office.house.scope) == ()
    office.house.work()
    assert office.house.quickbooks.documents("SalesReceipt") == []


@pytest.mark.parametrize("first", ["app_uninstalled", "tokens_revoked"])
def test_the_two_events_of_an_uninstall_come_in_any_order(office: Office, first: str) -> None:
    events: dict[str, dict[str, Any]] = {
        "app_uninstalled": {"type": "app_uninstalled"},
        "tokens_revoked": {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": ["U0BOT"]}},
    }

    for kind in sorted(events, key=lambda each: each != first):
        tell(office, **events[kind])

    assert not_active(office)


def test_a_revoked_token_of_a_person_is_none_of_ours(office: Office) -> None:
    tell(office, type="tokens_revoked", tokens={"oauth": [seed.OWNER], "bot": []})

    assert "Lightspeed" in office.told("status")


def test_the_same_event_twice_has_one_effect(office: Office) -> None:
    outcome = office.person("olivia").event({"type": "channel_archive", "channel": seed.LOG})
    again = office.person("olivia").redeliver(outcome)

    assert (outcome.status, again.status) == (200, 200)
    send(office)
    assert letters(office).count("I cannot post reports") == words_each(office)


def words_each(office: Office) -> int:
    """How often one letter says it: once as its text, once or not in its blocks."""
    (letter,) = office.person("olivia").direct_messages
    return words(letter).count("I cannot post reports")


# -- the log channel


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("channel_archive", "it is archived"),
        ("group_archive", "it is archived"),
        ("channel_deleted", "it is gone"),
        ("group_left", "I am not a member"),
        ("channel_left", "I am not a member"),
    ],
)
def test_a_lost_log_channel_is_told_to_the_admins(office: Office, kind: str, reason: str) -> None:
    tell(office, type=kind, channel=seed.LOG)
    send(office)

    told = letters(office)
    assert reason in told
    assert "/ccc channel here" in told
    assert "Syncing goes on" in told


def test_the_bot_taken_out_of_its_channel_is_told_and_another_person_is_not(
    office: Office,
) -> None:
    tell(office, type="member_left_channel", channel=seed.LOG, user=seed.BOOKKEEPER)
    send(office)
    assert letters(office) == ""

    bot = office.slack.workspace.bot_user
    tell(office, type="member_left_channel", channel=seed.LOG, user=bot)
    send(office)

    assert "I am not a member" in letters(office)


def test_another_channel_that_is_archived_is_nobodys_business(office: Office) -> None:
    tell(office, type="channel_archive", channel=seed.GENERAL)
    send(office)

    assert letters(office) == ""


def test_a_guest_who_joins_the_log_channel_is_told_to_the_admins(office: Office) -> None:
    tell(office, type="member_joined_channel", channel=seed.LOG, user=seed.GUEST)
    tell(office, type="member_joined_channel", channel=seed.LOG, user=seed.BOOKKEEPER)
    send(office)

    told = letters(office)
    assert "Sums and sale numbers are visible" in told
    assert len(office.person("olivia").direct_messages) == 1


def test_a_log_channel_shared_with_another_company_is_told_to_the_admins(office: Office) -> None:
    tell(office, type="channel_shared", channel=seed.LOG, connected_team_id=seed.PARTNER_TEAM)
    send(office)

    assert "now shared with another company" in letters(office)


def test_a_channel_that_gets_another_id_stays_the_log_channel(office: Office) -> None:
    tell(office, type="channel_id_changed", old_channel_id=seed.LOG, new_channel_id="C0NEW")

    assert office.house.services.connections.get(office.house.scope).channel == "C0NEW"
    (row,) = office.house.services.people.audit(office.house.scope, limit=1)
    assert (row.actor, row.before, row.after) == ("ccc", seed.LOG, "C0NEW")


def test_choosing_a_channel_with_guests_says_what_they_will_see(office: Office) -> None:
    told = office.told("channel #ccc-log")

    assert "Guests are in that channel: sums and sale numbers will be visible" in told


def test_choosing_a_channel_shared_with_another_company_says_so(office: Office) -> None:
    assert "Another company reads along" in office.told("channel #partner-shared")


def test_choosing_a_channel_of_full_members_warns_of_nothing(office: Office) -> None:
    told = office.told("channel #books")

    assert "results are now posted in" in told
    assert "visible" not in told


def test_when_slack_does_not_say_who_reads_a_channel_the_answer_says_that(office: Office) -> None:
    office.slack.fail("conversations.members", "internal_error", times=3)

    assert "could not look at everybody" in office.told("channel #books")


# -- people


def test_somebody_deactivated_loses_every_role(office: Office) -> None:
    tell(office, type="user_change", user={"id": seed.OPERATOR, "deleted": True})

    assert office.house.services.people.role_of(TEAM, seed.OPERATOR) is Role.NONE
    rows = office.house.services.people.audit(office.house.scope, word="deactivated")
    assert [(row.action, row.target, row.before) for row in rows] == [
        ("role.taken", seed.OPERATOR, "operator")
    ]


def test_a_member_made_a_guest_may_nothing_at_once(office: Office) -> None:
    assert "Only CCC" not in office.told("sync dry", who="oscar")
    office.slack.workspace.people[seed.OPERATOR].is_restricted = True

    tell(office, type="user_change", user={"id": seed.OPERATOR, "is_restricted": True})

    assert "guests cannot use it" in office.told("sync", who="oscar")


def test_when_the_last_admin_is_gone_a_slack_admin_takes_the_seat(office: Office) -> None:
    tell(office, type="user_change", user={"id": seed.OWNER, "deleted": True})

    assert "first CCC admin" in office.told("", who="amir")


@pytest.mark.parametrize("kind", ["subteam_members_changed", "subteam_updated"])
def test_a_group_that_changes_counts_at_once(office: Office, kind: str) -> None:
    office.told("roles @ccc-admins operator")
    assert "Only CCC" not in office.told("sync dry", who="amir")
    office.slack.workspace.groups[seed.ADMINS_GROUP].users.remove(seed.ADMIN)

    tell(office, type=kind, subteam_id=seed.ADMINS_GROUP, subteam={"id": seed.ADMINS_GROUP})

    assert "Only CCC operators may do this." in office.told("sync", who="amir")


# -- talk


def test_a_mention_is_answered_to_its_writer_alone(office: Office) -> None:
    bot = office.slack.workspace.bot_user

    tell(office, type="app_mention", user=seed.OWNER, channel=seed.LOG, text=f"<@{bot}> status")
    send(office)

    (answer,) = office.person("olivia").ephemerals[-1:]
    assert "Lightspeed" in words(answer)
    assert office.slack.messages("#ccc-log") == []


def test_a_mention_by_a_viewer_may_no_more_than_their_command(office: Office) -> None:
    bot = office.slack.workspace.bot_user

    tell(office, type="app_mention", user=seed.BOOKKEEPER, channel=seed.LOG, text=f"<@{bot}> sync")
    send(office)

    assert "Only CCC operators" in words(office.person("beatrix").ephemerals[-1])
    assert office.house.services.runs.active(office.house.scope) == ()


def test_words_to_the_bot_itself_are_answered_there(office: Office) -> None:
    dm = office.slack.workspace.direct_message(seed.OWNER)

    tell(office, type="message", channel_type="im", user=seed.OWNER, channel=dm.id, text="help")
    send(office)

    assert "/ccc" in "\n".join(map(words, office.person("olivia").ephemerals))


def test_no_event_of_another_workspace_is_acted_on(office: Office) -> None:
    before = calls(office)
    event = {"type": "channel_archive", "channel": seed.LOG}
    body = {"type": "event_callback", "team_id": "T0OTHER", "event_id": "Ev9", "event": event}
    clock = office.house.clock
    delivery = signed(SECRET, json.dumps(body).encode(), JSON_TYPE, lambda: clock().timestamp())

    reply = deliver(office.slack.bot_url, delivery)

    assert reply.status == 200
    assert calls(office) == before


def test_every_event_that_is_handled_is_asked_for_and_the_other_way_round() -> None:
    asked = manifest("https://ccc.example.com")["settings"]["event_subscriptions"]["bot_events"]

    assert sorted(asked) == sorted(SUBSCRIBED)
