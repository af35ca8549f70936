"""A long backfill asks first, in numbers; nothing moves before somebody has read them."""

from __future__ import annotations

from datetime import date

import pytest

from bot.sandbox.model import Message
from sync.services.models import Role, Trigger
from tests.alerts import buttons, worked
from tests.office import Office, bare, form_of, office, words

__all__ = ["bare", "office"]  # fixtures

LINE = "backfill 2026-03-01 2026-03-10"  # ten days; the shop has sales on the last two


def asked(office: Office, line: str = LINE, who: str = "oscar") -> Message:
    """What stands in the channel, for that person, once the worker has counted."""
    office.say(line, who=who)
    worked(office)
    return private(office)[-1]


def private(office: Office) -> list[Message]:
    found = office.slack.workspace.messages
    return [each for each in found if each.visible_to and not each.deleted]


def documents(office: Office) -> int:
    return len(office.house.quickbooks.documents("SalesReceipt"))


def runs(office: Office) -> list[tuple[Trigger, bool]]:
    recent = office.house.services.runs.recent(office.house.scope, 9)
    return [(run.trigger, run.dry) for run in recent]


def test_it_says_the_days_the_sales_and_how_many_lie_in_closed_books(office: Office) -> None:
    office.house.quickbooks.change_company(book_close_date="2026-03-09")
    office.say("sync")
    worked(office)

    question = asked(office)

    assert "1 to 10 Mar 2026: 10 days, about " in question.text
    assert "before the closing date 9 Mar 2026, which are held until" in question.text
    assert "Start it, or first a dry run" in question.text
    assert buttons(question) == ["Dry run", "Start", "Cancel"]


def test_nothing_starts_before_a_button_is_pressed(office: Office) -> None:
    first = office.told(LINE, who="oscar")
    worked(office)

    assert "Counting the sales of 1 to 10 Mar 2026" in first
    assert (runs(office), documents(office)) == ([], 0)


def test_start_posts_the_window_and_the_question_says_so(office: Office) -> None:
    question = asked(office)

    office.person("oscar").click(question, "Start")
    worked(office)

    assert runs(office) == [(Trigger.BACKFILL, False)]
    assert documents(office) > 0
    assert "Backfill 1, 1 to 10 Mar 2026 is queued" in words(private(office)[-1])
    assert not [each for each in private(office) if "Start" in buttons(each)]


def test_the_dry_run_posts_nothing(office: Office) -> None:
    office.person("oscar").click(asked(office), "Dry run")
    worked(office)

    assert runs(office) == [(Trigger.BACKFILL, True)]
    assert documents(office) == 0


def test_cancel_starts_nothing_and_says_so(office: Office) -> None:
    office.person("oscar").click(asked(office), "Cancel")
    worked(office)

    assert "Nothing was started." in words(private(office)[-1])
    assert (runs(office), buttons(private(office)[-1])) == ([], [])


def test_two_presses_of_start_are_one_backfill(office: Office) -> None:
    question = asked(office)
    oscar = office.person("oscar")

    oscar.double_click(question, "Start")
    worked(office)

    assert runs(office) == [(Trigger.BACKFILL, False)]


@pytest.mark.parametrize(
    "line",
    [
        f"{LINE} now",
        f"{LINE} dry",
        "backfill 2026-03-04 2026-03-10",
        "backfill 2026-03-10",
    ],
)
def test_a_week_a_dry_run_or_the_word_now_start_without_a_question(
    office: Office, line: str
) -> None:
    office.say(line, who="oscar")

    assert [trigger for trigger, _ in runs(office)] == [Trigger.BACKFILL]


def test_the_store_is_asked_about_and_kept(office: Office) -> None:
    question = asked(office, f'{LINE} store "riverside"')
    said = question.text

    office.person("oscar").click(question, "Start")

    (run,) = office.house.services.runs.recent(office.house.scope, 1)
    assert "only Riverside is posted" in said
    assert run.window is not None
    assert run.window.shop == "Riverside"


def test_when_the_sales_cannot_be_counted_it_can_still_be_started(office: Office) -> None:
    office.say(LINE, who="oscar")
    office.house.lightspeed.faults.arm("500", 99)

    worked(office)
    question = private(office)[-1]

    assert "could not be counted" in question.text
    assert buttons(question) == ["Dry run", "Start", "Cancel"]


def test_a_role_that_was_taken_away_meanwhile_is_checked_at_the_button(office: Office) -> None:
    question = asked(office)
    office.give("oscar", Role.VIEWER)

    outcome = office.person("oscar").click(question, "Start")

    assert "Only CCC operators" in "\n".join(map(words, outcome.ephemerals))
    assert runs(office) == []


def test_the_form_suggests_a_dry_run_for_the_same_length(office: Office) -> None:
    """The same window by form: the box is ticked, and only unticking it posts."""
    oscar = office.person("oscar")
    oscar.command("backfill")
    for field, day in (("first", "2026-03-01"), ("last", "2026-03-10")):
        oscar.choose(form_of(oscar), field, date.fromisoformat(day))
    worked(office)
    mode = next(each for each in form_of(oscar).blocks if each.get("block_id") == "dry~long")

    oscar.submit()
    worked(office)

    assert mode["element"]["initial_options"][0]["value"] == "dry"
    assert runs(office) == [(Trigger.BACKFILL, True)]
    assert documents(office) == 0
