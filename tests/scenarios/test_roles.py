"""Who may do what: named people and groups, per connection, checked wherever something begins."""

from __future__ import annotations

import pytest
from slack_sdk import WebClient

from bot.access import Lookups
from bot.rights import SlackRights
from bot.sandbox import seed
from sync.services.models import Role, RunState
from tests.office import TEAM, Office, bare, office, said, words

__all__ = ["bare", "office"]


def test_a_group_has_a_role_and_its_members_may_what_it_may(office: Office) -> None:
    office.told("roles @ccc-admins operator")

    told = office.told("sync", who="amir")

    assert "Only CCC" not in told
    assert len(office.house.services.runs.active(office.house.scope)) == 1


def test_who_leaves_a_group_loses_its_role_within_five_minutes(office: Office) -> None:
    office.told("roles @ccc-admins operator")
    assert "Only CCC" not in office.told("pause", who="olivia")
    group = office.slack.workspace.groups[seed.ADMINS_GROUP]
    group.users.remove(seed.ADMIN)
    office.house.clock.sleep(301)

    told = office.told("sync", who="amir")

    assert "Only CCC operators may do this." in told


def test_a_group_that_is_switched_off_is_empty(office: Office) -> None:
    office.told("roles @ccc-retired admin")
    office.give("oscar", Role.NONE)

    assert "Only CCC operators" in office.told("sync", who="oscar")


def test_when_slack_does_not_tell_who_is_in_a_group_the_answer_says_so(office: Office) -> None:
    office.told("roles @ccc-admins operator")
    office.slack.fail("usergroups.users.list", "internal_error", times=5)

    told = office.told("sync", who="beatrix")

    assert "Slack did not tell me who is in the user groups" in told
    assert "Nothing was done" in told
    assert office.house.services.runs.active(office.house.scope) == ()


def test_a_role_by_name_holds_when_slack_says_nothing_about_groups(office: Office) -> None:
    office.told("roles @ccc-admins admin")
    office.slack.fail("usergroups.users.list", "internal_error", times=5)

    told = office.told("sync", who="oscar")

    assert "Slack did not tell me" not in told
    assert len(office.house.services.runs.active(office.house.scope)) == 1


def test_a_role_in_one_connection_counts_there(office: Office) -> None:
    scope = office.house.scope
    name = office.house.services.connections.get(scope).name
    office.told(f'roles @beatrix operator in "{name}"')

    office.told("sync", who="beatrix")

    assert len(office.house.services.runs.active(scope)) == 1
    assert office.house.services.people.role_of(TEAM, seed.BOOKKEEPER) is Role.NONE


def test_a_role_in_one_connection_does_not_count_in_another(office: Office) -> None:
    actor = office.house.services.people.actor(TEAM, seed.BOOKKEEPER)
    office.house.services.people.set_role(
        office.house.services.people.actor(TEAM, seed.OWNER),
        seed.BOOKKEEPER,
        Role.ADMIN,
        office.house.scope.connection,
    )
    actor = office.house.services.people.actor(TEAM, seed.BOOKKEEPER)

    assert actor.role_in(office.house.scope.connection) is Role.ADMIN
    assert actor.role_in("another") is Role.NONE


def test_an_admin_of_one_connection_gives_roles_in_it_and_nowhere_else(office: Office) -> None:
    office.told("roles @beatrix admin here")

    inside = office.told("roles @oscar admin here", who="beatrix")
    outside = office.told("roles @oscar admin", who="beatrix")

    assert "is now a CCC admin in" in inside
    assert "Only CCC admins may do this." in outside


def test_the_refusal_names_the_role_and_the_person_to_ask(office: Office) -> None:
    outcome = office.say("pause", who="beatrix")

    (answer,) = outcome.ephemerals
    assert "Only CCC admins may do this. Ask" in words(answer)
    assert {"type": "user", "user_id": seed.OWNER} in answer.blocks[0]["elements"][0]["elements"]


@pytest.mark.parametrize("who", ["gustav", "ccc"])
def test_a_role_for_a_guest_or_a_bot_is_refused_with_the_reason(office: Office, who: str) -> None:
    told = office.told(f"roles @{who} operator")

    assert "A role would do nothing for this person" in told


def test_guests_and_people_of_other_companies_are_refused_at_every_word(office: Office) -> None:
    lines = ("", "status", "help", "sync", "roles", "log")

    for line in lines:
        assert "guests cannot use it" in office.told(line, who="gustav"), line
        assert "another company" in office.told(line, who="petra", channel="#partner-shared"), line

    assert office.house.services.runs.recent(office.house.scope) == ()


def test_the_last_admin_by_name_cannot_go_even_when_a_group_is_admin(office: Office) -> None:
    office.told("roles @ccc-admins admin")

    told = office.told("roles @olivia viewer")

    assert "The last admin stays one" in told


def test_the_list_shows_people_groups_and_what_the_reader_may(office: Office) -> None:
    office.told("roles @ccc-admins operator")
    office.told("roles @beatrix operator here")

    outcome = office.say("roles", who="oscar")

    shown = str([message.blocks for message in outcome.ephemerals])
    assert seed.ADMINS_GROUP in shown
    assert seed.BOOKKEEPER in shown
    assert "You are an operator." in said(outcome)


def test_the_audit_says_who_changed_what_from_what_to_what(office: Office) -> None:
    office.told("roles @beatrix operator")

    told = office.told("audit @olivia role.set")

    assert "role.set" in told
    assert "none → operator" in told
    assert "schedule" not in told


def test_the_audit_has_pages(office: Office) -> None:
    for number in range(25):
        office.told(f"roles @beatrix {'operator' if number % 2 else 'viewer'}")

    outcome = office.say("audit role.set")
    first = words(outcome.ephemerals[0])
    pressed = office.person("olivia").click(outcome.ephemerals[0], "Older")
    second = words(outcome.ephemerals[0])

    assert pressed.notice is None
    assert first.count("viewer → operator") + first.count("operator → viewer") == 20
    assert "Older changes" in second
    assert "none → viewer" in second


def test_the_audit_of_nobody_says_so(office: Office) -> None:
    assert "Nothing was changed with “zzz”." in office.told("audit zzz")


def with_rights(office: Office) -> None:
    """A worker that knows Slack, as `ccc worker` wires it."""
    client = WebClient(token="xoxb-1", base_url=office.slack.api_url, retry_handlers=[])
    lookups = Lookups(lambda: client, TEAM, lambda: office.house.clock().timestamp())
    office.house.use(rights=SlackRights(lambda: office.house.services, lambda team: lookups))


def test_the_run_of_somebody_demoted_meanwhile_is_refused_and_said_so(office: Office) -> None:
    with_rights(office)
    office.told("sync", who="oscar")
    office.give("oscar", Role.VIEWER)

    office.house.work()

    (run,) = office.house.services.runs.recent(office.house.scope)
    assert run.state is RunState.FAILED
    assert "no CCC operator any more" in run.message
    assert "Nothing was read or posted" in run.message
    assert office.house.quickbooks.documents("SalesReceipt") == []


def test_the_run_of_somebody_deactivated_meanwhile_is_refused(office: Office) -> None:
    with_rights(office)
    office.told("sync", who="oscar")
    office.slack.workspace.people[seed.OPERATOR].deleted = True

    office.house.work()

    (run,) = office.house.services.runs.recent(office.house.scope)
    assert run.state is RunState.FAILED
    assert "deactivated" in run.message


def test_a_run_waits_while_slack_does_not_say_who_may_start_it(office: Office) -> None:
    with_rights(office)
    office.told("roles @ccc-admins operator")
    office.told("sync", who="amir")
    office.slack.fail("usergroups.users.list", "internal_error", times=1)

    office.house.work()

    (run,) = office.house.services.runs.recent(office.house.scope)
    assert run.state.is_over
    assert "operator" not in run.message
    assert office.house.quickbooks.documents("SalesReceipt")


def test_the_run_of_somebody_who_still_may_runs(office: Office) -> None:
    with_rights(office)
    office.told("sync", who="oscar")

    office.house.work()

    assert office.house.quickbooks.documents("SalesReceipt")
