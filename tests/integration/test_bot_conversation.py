"""People type and press in Slack; what they read, and what the services then know."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.commands import COMMANDS
from bot.sandbox import seed
from sync.services.models import LogQuery, Role, Trigger
from tests.office import OLIVIA, TEAM, Office, bare, form_of, office, said, words

__all__ = ["bare", "office"]  # fixtures


def test_a_bare_command_leads_through_the_set_up(bare: Office) -> None:
    first = bare.say("")
    bare.house.connect()
    third = bare.told("")
    bare.say("channel here")
    fourth = bare.told("")

    assert "Connect Lightspeed" in said(first)
    assert "first CCC admin" in said(first)
    assert "Choose the channel" in third
    assert "dry run" in fourth


def test_the_first_slack_admin_takes_the_seat_and_nobody_after(bare: Office) -> None:
    bare.say("")
    amir = bare.told("", who="amir")

    assert bare.house.services.people.admins(TEAM) == (seed.OWNER,)
    assert "first CCC admin" not in amir


def test_somebody_without_a_role_may_look_and_is_told_whom_to_ask(office: Office) -> None:
    looked = office.told("status", who="beatrix")
    refused = office.say("sync", who="beatrix")

    assert "Last run" in looked
    assert "Only CCC operators may do this" in said(refused)
    assert seed.OWNER in str(refused.ephemerals[0].blocks)
    assert office.house.services.runs.recent(office.house.scope) == ()


def test_guests_are_refused_politely(office: Office) -> None:
    text = office.told("sync", who="gustav")

    assert "guests cannot use it" in text
    assert office.house.services.runs.recent(office.house.scope) == ()


def test_people_of_another_company_are_refused(office: Office) -> None:
    text = office.told("status", who="petra", channel="#partner-shared")

    assert "another company" in text


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_example_in_help_is_understood(office: Office, command: object) -> None:
    """Help promises only what is read without complaint about the words."""
    for example in command.examples:  # type: ignore[attr-defined]
        typed = example.replace("<#C0000LOG1|ccc-log>", "#ccc-log")
        typed = typed.replace("<@U0000ANNA|anna>", "@oscar")
        outcome = office.say(typed)

        assert outcome.notice is None
        if outcome.view:
            continue
        text = said(outcome)
        assert text
        assert not any(
            complaint in text
            for complaint in ("do not know", "Write ", "failed on this", "cannot be", "is not a")
        ), text


def test_help_lists_every_command_once(office: Office) -> None:
    text = office.told("help")

    for command in COMMANDS:
        assert f"/ccc {command.name}" in text


def test_an_unknown_verb_offers_the_nearest_as_a_button(office: Office) -> None:
    outcome = office.say("sinc")
    pressed = office.person("olivia").click(outcome.ephemerals[0], "ccc.did_you_mean")

    assert "Did you mean “sync”?" in said(outcome)
    assert "queued" in said(pressed)


def test_sync_queues_one_run_and_says_where_it_reports(office: Office) -> None:
    first = office.say("sync", who="oscar")
    again = office.told("sync", who="oscar")

    runs = office.house.services.runs.recent(office.house.scope)
    assert [run.trigger for run in runs] == [Trigger.MANUAL]
    assert runs[0].requested_by == seed.OPERATOR
    assert seed.LOG in str(first.ephemerals[0].blocks)
    assert "already" in again


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("backfill 2026-02-30 2026-03-01", "no day 2026-02-30"),
        ("backfill 2026-03-05 2026-03-01", "after the last"),
        ("backfill 2026-03-01 2026-12-01", "in the future"),
        ("backfill 2024-01-01 2026-03-01", "at most 366"),
        ("backfill yesterday", "is not a date"),
        ("backfill 01/02/2026", "is not a date"),
        ('backfill 2026-03-01 2026-03-02 store "Nowhere"', "no shop “Nowhere”"),
        ("backfill 2026-03-01 2026-03-02 quickly", "do not know “quickly”"),
        ('backfill 2026-03-01 store "Open', "quotation mark is not closed"),
    ],
)
def test_a_window_that_cannot_be_is_refused_with_the_reason(
    office: Office, line: str, answer: str
) -> None:
    text = office.told(line)

    assert answer in text
    assert office.house.services.runs.recent(office.house.scope) == ()


def test_the_backfill_line_and_form_start_the_same_run(office: Office) -> None:
    office.say("backfill 2026-03-09 2026-03-10 dry")
    (by_line,) = office.house.services.runs.recent(office.house.scope)
    office.house.work()
    olivia = office.person("olivia")
    olivia.command("backfill")
    olivia.submit(
        values={"first": date(2026, 3, 9), "last": date(2026, 3, 10), "dry~short": ["Dry run"]}
    )

    by_form = office.house.services.runs.recent(office.house.scope)[0]
    assert by_form.id != by_line.id
    assert (by_form.window, by_form.dry) == (by_line.window, by_line.dry)


def test_a_wrong_field_of_the_backfill_form_is_told_on_that_field(office: Office) -> None:
    olivia = office.person("olivia")
    olivia.command("backfill")
    reversed_ = olivia.submit(values={"first": date(2026, 3, 10), "last": date(2026, 3, 9)})
    future = olivia.submit(values={"first": date(2026, 3, 9), "last": date(2026, 12, 9)})

    assert "after the last" in reversed_.errors["first"]
    assert "in the future" in future.errors["last"]


def test_choosing_both_days_counts_the_sales_and_long_windows_suggest_a_dry_run(
    office: Office,
) -> None:
    olivia = office.person("olivia")
    olivia.command("backfill")
    olivia.choose(form_of(olivia), "first", date(2026, 2, 1))
    olivia.choose(form_of(olivia), "last", date(2026, 3, 10))
    shown = str(form_of(olivia).body)
    office.house.work()

    assert "Counting the sales of 1 Feb to 10 Mar 2026" in shown
    assert "dry~long" in shown
    (ready,) = office.house.events("estimate.ready")
    assert ready["payload"]["reply"]["view_id"] == form_of(olivia).id


def test_a_tax_mapping_made_by_line_is_edited_and_removed_in_the_form(office: Office) -> None:
    services, scope = office.house.services, office.house.scope
    names = [option.label for option in services.lists.tax_codes(scope, "", 10)]
    office.say(f'tax add MD "{names[0]}"')
    olivia = office.person("olivia")
    olivia.command("tax")
    olivia.click(form_of(olivia), "ccc.tax.edit")
    olivia.submit(values={"region": "VA", "city": "Easton"})
    after_edit = services.connections.get(scope).settings.tax_mappings
    olivia.click(form_of(olivia), "ccc.tax.remove")

    assert [(each.region, each.city) for each in after_edit] == [("VA", "Easton")]
    assert services.connections.get(scope).settings.tax_mappings == ()
    assert "0 tax mappings" in str(form_of(olivia).body)


def test_a_region_or_code_that_cannot_be_is_told_on_its_field(office: Office) -> None:
    olivia = office.person("olivia")
    olivia.command("tax add")
    outcome = olivia.submit(values={"region": "1x", "code": _first_code(office)})

    assert "two letters" in outcome.errors["region"]


def test_two_admins_editing_tax_see_what_the_other_saved(office: Office) -> None:
    services, scope = office.house.services, office.house.scope
    olivia = office.person("olivia")
    olivia.command("tax add")
    services.settings.tax_add(OLIVIA, scope, "VA", _first_code(office))
    olivia.submit(values={"region": "MD", "code": _first_code(office)})
    stale = str(form_of(olivia).body)
    kept = services.connections.get(scope).settings.tax_mappings
    olivia.submit(values={"region": "MD", "code": _first_code(office)})

    assert "changed meanwhile" in stale
    assert [each.region for each in kept] == ["VA"]
    now = services.connections.get(scope).settings.tax_mappings
    assert [each.region for each in now] == ["VA", "MD"]


def test_a_form_is_closed_to_whoever_lost_the_role(office: Office) -> None:
    office.give("amir", Role.ADMIN)
    amir = office.person("amir")
    amir.command("tax add")
    office.give("amir", Role.VIEWER)
    refused = amir.options(form_of(amir), "ccc.tax.code", "")

    assert "Only CCC admins" in str(refused.answer)


def _first_code(office: Office) -> str:
    options = office.house.services.lists.tax_codes(office.house.scope, "", 5)
    return options[0].label


def test_connect_gives_a_link_for_this_person_only(office: Office) -> None:
    outcome = office.say("connect quickbooks")
    refused = office.told("connect quickbooks", who="oscar")

    assert "https://ccc.example/connect/" in str(outcome.ephemerals[0].blocks)
    assert "Only CCC admins" in refused


def test_disconnecting_takes_a_confirmed_press_within_ten_minutes(office: Office) -> None:
    outcome = office.say("disconnect quickbooks")
    question = outcome.ephemerals[0]
    olivia = office.person("olivia")
    before = office.house.services.connections.get(office.house.scope).quickbooks
    office.house.clock.now += timedelta(minutes=11)
    late = olivia.click(question, "ccc.disconnect")
    again = office.say("disconnect quickbooks").ephemerals[0]
    olivia.click(again, "ccc.disconnect")

    assert before is not None and before.state.value == "connected"
    assert "more than ten minutes old" in said(late)
    after = office.house.services.connections.get(office.house.scope).quickbooks
    assert after is not None and after.state.value == "disconnected"
    assert "disconnected" in words(again)


def test_what_was_typed_with_curly_quotes_and_odd_spaces_is_understood(office: Office) -> None:
    text = office.told("  RULE   add “Reg 1 is MD” when register = 1 set region MD ")

    (rule,) = office.house.services.rules.all(office.house.scope)
    assert rule.name == "Reg 1 is MD"
    assert "Rule 1 is saved" in text


def test_a_name_that_looks_like_a_mention_notifies_nobody(office: Office) -> None:
    name = "<!channel> <@U0OSCAR01> *x* `y`"
    text = office.told(f'customers single "{name}"')
    before = len(office.slack.notifications)
    outcome = office.say("customers list")

    assert office.house.services.connections.get(office.house.scope)
    assert "<!channel>" not in outcome.ephemerals[0].text
    assert "&lt;!channel&gt;" in outcome.ephemerals[0].text
    assert len(office.slack.notifications) == before
    assert "Every sale is written on" in text


def test_the_log_pages_and_tells_the_story_of_one_sale(office: Office) -> None:
    office.say("backfill 2026-03-09 2026-03-10")
    office.house.work()
    services, scope = office.house.services, office.house.scope
    total = services.log.search(scope, LogQuery()).total
    entry = services.log.search(scope, LogQuery()).entries[0]
    story = office.told(f"log {entry.source_number}")
    page = office.say("log")

    assert f"{total} entr" in said(page)
    assert f"Sale {entry.source_number}" in story
    assert story.index("Rung up") < story.index("Posted to QuickBooks")


def test_preview_asks_the_worker_and_returns_at_once(office: Office) -> None:
    text = office.told("preview 1")

    assert "The preview comes here" in text
    office.house.work()
    assert office.house.events("preview.ready") or office.house.events("job.failed")


def test_status_can_be_shared_and_only_then_is_public(office: Office) -> None:
    outcome = office.say("status")
    before = list(outcome.messages)
    shared = office.person("olivia").click(outcome.ephemerals[0], "ccc.share")

    assert before == []
    assert len(shared.messages) == 1
