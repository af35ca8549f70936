"""The cases every Slack app has to stand, in their own words, each with the test that plays it.

The ones that have no better home are played here.
"""

from __future__ import annotations

import ast
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.sandbox import payloads, seed
from bot.sandbox.delivery import FORM, Reply, signed
from sync.services.models import Trigger
from tests.house import OWNER
from tests.office import SECRET, Office, bare, office, said
from tests.scenarios.conftest import Houses, a_retailer
from tests.scenarios.test_scheduling import a_clockwork, numbers

__all__ = ["bare", "office"]  # fixtures

TESTS = Path(__file__).parents[1]
HERE = "scenarios/test_slack_cases.py"
FORMS = "scenarios/test_every_form.py"
MENUS = "integration/test_bot_options.py"
BAD_DAYS = "integration/test_reports_bad_days.py"
REPORTS = "integration/test_reports.py"

CASES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "Bad signature, 6-minute-old timestamp → 401 and no job",
        (
            f"{HERE}::test_a_wrong_signature_is_401_and_makes_no_job",
            f"{HERE}::test_a_timestamp_of_six_minutes_ago_is_401_and_makes_no_job",
            "integration/test_bot_edge.py::test_five_minutes_either_way_is_the_window",
        ),
    ),
    (
        "Same event_id twice → one effect",
        (
            "scenarios/test_slack_events.py::test_the_same_event_twice_has_one_effect",
            "scenarios/test_socket_mode.py::test_an_event_comes_through_the_socket_and_acts_once",
        ),
    ),
    (
        "retry header present → one effect",
        (
            f"{HERE}::test_an_event_with_a_retry_header_has_one_effect",
            "integration/test_bot_edge.py::test_a_retried_event_is_executed_once",
        ),
    ),
    (
        "Double click on *Start* → one run",
        (
            "scenarios/test_backfill_question.py::test_two_presses_of_start_are_one_backfill",
            "integration/test_bot_buttons.py::test_a_double_click_starts_one_run",
        ),
    ),
    (
        "Command by viewer, guest, foreign team → refusal, no job",
        (
            f"{HERE}::test_a_command_by_who_may_not_is_refused_and_makes_no_job",
            "scenarios/test_roles.py"
            "::test_guests_and_people_of_other_companies_are_refused_at_every_word",
        ),
    ),
    (
        "Every action_id in any builder has a listener (walk the JSON)",
        (
            "integration/test_bot_listeners.py"
            "::test_everything_drawn_has_a_listener_and_every_listener_is_drawn",
            "unit/bot/test_builders.py::test_every_builder_is_tried_with_hostile_data",
        ),
    ),
    (
        "Every modal: empty submit",
        (
            f"{FORMS}::test_every_form_is_opened_here",
            f"{FORMS}::test_sent_empty_it_says_what_is_missing",
        ),
    ),
    ("longest input", (f"{FORMS}::test_sent_as_long_as_it_can_be_it_is_read_or_refused",)),
    ("stale hash", (f"{FORMS}::test_a_stale_hash_is_drawn_again_from_what_is_newest",)),
    (
        "stale version",
        (
            f"{FORMS}::test_of_two_who_pick_an_account_the_second_sees_what_the_first_saved",
            "scenarios/test_configuring.py::test_two_admins_do_not_overwrite_each_other",
            "scenarios/test_setup.py::test_two_admins_do_not_overwrite_each_other",
            "scenarios/test_rule_forms.py::test_two_admins_at_one_rule_see_each_other",
            "scenarios/test_settings_pages.py"
            "::test_a_channel_that_another_admin_chose_meanwhile_is_not_overwritten",
            "integration/test_bot_conversation.py"
            "::test_two_admins_editing_tax_see_what_the_other_saved",
            "scenarios/test_product_list.py::test_two_admins_with_the_form_make_one_run",
            "scenarios/test_fixing_products.py"
            "::test_the_second_of_two_admins_learns_that_it_was_fixed_and_by_whom",
            "scenarios/test_fixing_dates.py"
            "::test_of_two_people_the_second_learns_that_it_was_fixed_and_by_whom",
        ),
    ),
    ("Options: empty query", (f"{MENUS}::test_with_nothing_typed_there_are_rows",)),
    ("101 matches", (f"{MENUS}::test_of_more_than_a_hundred_matches_a_hundred_are_shown",)),
    (
        "no connection",
        (f"{FORMS}::test_without_a_connection_a_menu_says_why_it_is_empty",),
    ),
    ("answer under 1 s", (f"{MENUS}::test_the_answer_takes_less_than_a_second",)),
    (
        "Text with `<!channel> & *x*` stays literal in every message",
        (
            "unit/bot/test_builders.py::test_slack_takes_the_message",
            "unit/bot/test_builders.py::test_slack_takes_the_form",
            "unit/bot/test_builders.py::test_slack_takes_the_home_tab",
            f"{REPORTS}::test_untrusted_words_stay_literal_in_every_payload_and_in_the_csv",
        ),
    ),
    (
        "5,000 entries → at most 25 table messages, none over a limit, none faster than 1/s, "
        "all ids present exactly once across tables or CSV",
        (
            f"{REPORTS}"
            "::test_five_thousand_entries_are_problems_in_tables_and_everything_in_the_csv",
            f"{REPORTS}::test_posts_keep_slacks_pace",
            f"{REPORTS}::test_two_thousand_entries_are_rows_in_the_thread_each_once_and_in_order",
        ),
    ),
    (
        "429 on update does not stop posts",
        (f"{BAD_DAYS}::test_a_limit_on_edits_does_not_stop_posts",),
    ),
    (
        "429 on post does not lose a row",
        (f"{BAD_DAYS}::test_a_limit_on_posts_loses_nothing_and_keeps_the_order",),
    ),
    (
        "Process killed between send and commit → at most one duplicate batch",
        (f"{BAD_DAYS}::test_a_kill_between_sending_and_noting_doubles_at_most_one_batch",),
    ),
    (
        "Uninstall → no further call for that team",
        ("scenarios/test_slack_events.py::test_after_an_uninstall_slack_is_never_called_again",),
    ),
    (
        "Expired rotated token, two workers → one refresh",
        (
            "integration/test_services_installations.py"
            "::test_an_expired_token_and_two_workers_make_one_refresh",
        ),
    ),
    (
        "Log channel archived mid-run → run completes, owner asked",
        (f"{BAD_DAYS}::test_an_archived_channel_asks_the_owner_once_and_the_run_goes_on",),
    ),
    (
        "`invalid_blocks` for a new block → plain form sent",
        (
            f"{BAD_DAYS}::test_a_refused_table_is_said_plainly_and_the_next_one_at_once",
            "scenarios/test_notify.py::test_the_chart_is_drawn_or_said_where_slack_refuses_it",
        ),
    ),
    (
        "Clock change in the schedule's zone (both directions) → one run per due time",
        (
            f"{HERE}::test_when_clocks_change_each_due_time_has_one_run",
            "unit/test_schedule.py::test_daylight_saving",
        ),
    ),
)


def functions_of(file: str) -> set[str]:
    tree = ast.parse((TESTS / file).read_text("utf-8"))
    return {each.name for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)}


@pytest.mark.parametrize(("case", "tests"), CASES, ids=[case for case, _ in CASES])
def test_a_case_is_played(case: str, tests: tuple[str, ...]) -> None:
    named = [test.split("::") for test in tests]

    assert tests
    assert [name for file, name in named if name not in functions_of(file)] == []


def test_what_is_played_here_is_a_case() -> None:
    listed = {test.split("::")[1] for _, tests in CASES for test in tests if test.startswith(HERE)}
    about = {"test_a_case_is_played", "test_what_is_played_here_is_a_case"}

    assert {name for name in functions_of(HERE) if name.startswith("test_")} == listed | about


# -- played here


def runs(office: Office) -> list[Trigger]:
    recent = office.house.services.runs.recent(office.house.scope, 9)
    return [run.trigger for run in recent]


def typed(office: Office, *, secret: str = SECRET, ago: int = 0) -> Reply:
    """A line that makes a job, as Slack would send it."""
    state, oscar = office.slack.state, office.person("oscar").user
    channel = office.slack.workspace.channel_named("#ccc-log")
    body = payloads.command(state, oscar, channel, "/ccc sync")
    now = office.house.clock.now.timestamp
    return office.slack.deliver(signed(secret, body, FORM, lambda: now() - ago), 3.0)


def test_a_wrong_signature_is_401_and_makes_no_job(office: Office) -> None:
    reply = typed(office, secret="another secret")

    assert (reply.status, runs(office)) == (401, [])
    assert (typed(office).status, runs(office)) == (200, [Trigger.MANUAL])


def test_a_timestamp_of_six_minutes_ago_is_401_and_makes_no_job(office: Office) -> None:
    reply = typed(office, ago=360)

    assert (reply.status, runs(office)) == (401, [])


def test_an_event_with_a_retry_header_has_one_effect(office: Office) -> None:
    """The first run is over, so a second one would be let in."""
    olivia, bot = office.person("olivia"), office.slack.workspace.bot_user
    told = {"type": "app_mention", "user": olivia.id, "channel": seed.LOG, "text": f"<@{bot}> sync"}

    olivia.event(told, event_id="Ev1")
    office.house.work()
    olivia.event(told, event_id="Ev1", retry_num=1)
    once = runs(office)
    olivia.event(told, event_id="Ev2")

    assert (once, runs(office)) == ([Trigger.MANUAL], [Trigger.MANUAL] * 2)


@pytest.mark.parametrize(
    ("who", "channel", "answer"),
    [
        ("beatrix", "#ccc-log", "Only CCC operators"),
        ("gustav", "#ccc-log", "guests cannot use it"),
        ("petra", "#partner-shared", "another company"),
    ],
)
@pytest.mark.parametrize("line", ["sync", "backfill 2026-03-09 2026-03-10 now", "resync failed"])
def test_a_command_by_who_may_not_is_refused_and_makes_no_job(
    office: Office, who: str, channel: str, answer: str, line: str
) -> None:
    outcome = office.say(line, who=who, channel=channel)

    assert answer in said(outcome)
    assert outcome.messages == [], "nobody else reads it"
    assert runs(office) == []


@pytest.mark.parametrize(
    ("spec", "first"),
    [("daily 02:30", date(2026, 3, 7)), ("daily 01:30", date(2026, 10, 31))],
    ids=["forward", "back"],
)
def test_when_clocks_change_each_due_time_has_one_run(
    houses: Houses, spec: str, first: date
) -> None:
    """02:30 does not exist in the one night; 01:30 comes twice in the other."""
    now = datetime(first.year, first.month, first.day, 17, 0, tzinfo=UTC)
    retailer = a_retailer(start=first - timedelta(days=1), now=now, per_day=(2, 3))
    house = houses(retailer=retailer, now=now)
    house.services.schedules.set(OWNER, house.scope, spec, "America/New_York")

    for _ in range(2 * 24 * 2):
        house.clock.sleep(1800)
        clockwork = a_clockwork(house)
        clockwork.start()
        clockwork.stop()
        house.work(until=timedelta(minutes=10))

    assert len(numbers(house)) == 2
