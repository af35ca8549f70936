"""The checklist says what is left, in order, and why."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sync.services.checklist import (
    Facts,
    Step,
    StepName,
    StepState,
    checklist,
    next_needed,
    next_step,
    settled,
)
from sync.services.models import AccountState

UP = AccountState.CONNECTED
BOTH = Facts(lightspeed=UP, quickbooks=UP, lists_read=True)


def named(facts: Facts, name: StepName) -> Step:
    return next(step for step in checklist(facts) if step.name is name)


def test_with_nothing_connected_there_is_one_way_to_begin() -> None:
    steps = checklist(Facts())

    first = next_needed(steps)
    assert first is not None and first.name is StepName.LIGHTSPEED
    assert {step.state for step in steps[2:]} == {StepState.BLOCKED}
    assert steps[3].why == "connect Lightspeed and QuickBooks first"


def test_steps_are_numbered_as_they_are_ordered() -> None:
    steps = checklist(Facts())

    assert [step.number for step in steps] == list(range(1, 13))
    assert [step.name for step in steps] == list(StepName)


def test_one_account_blocks_only_on_the_other() -> None:
    facts = Facts(lightspeed=UP)

    assert named(facts, StepName.LIGHTSPEED).state is StepState.DONE
    assert named(facts, StepName.STORES).why == "connect QuickBooks first"


@pytest.mark.parametrize("state", [AccountState.BROKEN, AccountState.DISCONNECTED])
def test_an_account_that_is_lost_is_to_be_connected_again(state: AccountState) -> None:
    step = named(replace(BOTH, quickbooks=state), StepName.QUICKBOOKS)

    assert step.state is StepState.TODO
    assert ("reconnect" in step.why) is (state is AccountState.BROKEN)


def test_nothing_can_be_chosen_before_the_lists_were_read() -> None:
    step = named(replace(BOTH, lists_read=False), StepName.ACCOUNTS)

    assert step.state is StepState.BLOCKED
    assert "being read" in step.why


def test_defaults_leave_only_the_channel_and_going_live() -> None:
    steps = checklist(BOTH)

    assert [step.name for step in steps if step.is_open] == [StepName.CHANNEL, StepName.GO_LIVE]


def test_a_role_without_an_account_needs_a_person_even_when_it_was_skipped() -> None:
    facts = replace(BOTH, open_accounts=("sales income",), answers={"accounts": "skipped"})

    step, last = named(facts, StepName.ACCOUNTS), named(facts, StepName.GO_LIVE)

    assert (step.state, step.why) == (StepState.TODO, "no account for sales income")
    assert step.is_open
    assert (last.state, last.why) == (StepState.BLOCKED, "no account for sales income")


def test_a_condition_that_quickbooks_does_not_meet_blocks_going_live() -> None:
    facts = replace(BOTH, missing=("custom transaction numbers",))

    assert named(facts, StepName.GO_LIVE).state is StepState.BLOCKED
    assert "custom transaction numbers" in named(facts, StepName.FOUND).why


def test_a_tax_without_a_code_reopens_a_step_that_was_done_but_not_one_left_out() -> None:
    taxed = replace(BOTH, open_taxes=("Maryland: 6 %",))

    done = named(replace(taxed, answers={"tax": "done"}), StepName.TAX)
    skipped = named(replace(taxed, answers={"tax": "skipped"}), StepName.TAX)

    assert done.state is StepState.TODO and "Maryland" in done.why
    assert skipped.state is StepState.SKIPPED


@pytest.mark.parametrize("answer", ["done", "skipped"])
def test_an_answer_settles_its_step(answer: str) -> None:
    steps = checklist(replace(BOTH, answers={"stores": answer}))

    assert steps[4].state.value == answer
    assert settled(steps) == 3


def test_an_answer_from_nowhere_settles_nothing() -> None:
    assert named(replace(BOTH, answers={"stores": "maybe"}), StepName.STORES).state is (
        StepState.TODO
    )


def test_who_is_live_is_not_asked_about_defaults() -> None:
    steps = checklist(replace(BOTH, is_live=True, has_channel=True))

    assert {step.state for step in steps} == {StepState.DONE}
    assert next_needed(steps) is None


def test_without_a_channel_even_the_live_are_asked() -> None:
    step = next_needed(checklist(replace(BOTH, is_live=True)))

    assert step is not None and step.name is StepName.CHANNEL


@pytest.mark.parametrize(
    ("facts", "after", "comes"),
    [
        (BOTH, None, StepName.FOUND),
        (BOTH, StepName.STORES, StepName.TYPE),
        (replace(BOTH, answers={"type": "skipped"}), StepName.STORES, StepName.CUSTOMERS),
        (replace(BOTH, has_channel=True), StepName.TAX, StepName.SCHEDULE),
        (BOTH, StepName.GO_LIVE, StepName.GO_LIVE),
        (Facts(), None, StepName.LIGHTSPEED),
        (replace(BOTH, lists_read=False), StepName.QUICKBOOKS, StepName.FOUND),
    ],
)
def test_next_goes_to_what_is_not_settled(facts: Any, after: Any, comes: StepName) -> None:
    assert next_step(checklist(facts), after).name is comes
