"""What form fields hold, keep over an update, and refuse before anything is sent."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox.values import (
    NotOnScreen,
    client_errors,
    entered,
    form_state,
    initial,
    option_named,
)
from tests.unit.sandbox_slack.samples import field, option, options

Json = dict[str, Any]


@pytest.mark.parametrize(
    ("element", "state"),
    [
        ({"type": "plain_text_input"}, {"value": None}),
        ({"type": "plain_text_input", "initial_value": ""}, {"value": None}),
        ({"type": "number_input", "initial_value": "4"}, {"value": "4"}),
        ({"type": "datepicker", "initial_date": "2026-10-01"}, {"selected_date": "2026-10-01"}),
        ({"type": "external_select"}, {"selected_option": None}),
        ({"type": "multi_static_select"}, {"selected_options": []}),
        ({"type": "checkboxes", "initial_options": options(1)}, {"selected_options": options(1)}),
        ({"type": "users_select", "initial_user": "U1"}, {"selected_user": "U1"}),
        ({"type": "multi_channels_select"}, {"selected_channels": []}),
        ({"type": "file_input"}, {"files": []}),
    ],
)
def test_what_a_field_holds_before_anybody_touched_it(element: Json, state: Json) -> None:
    assert initial(element) == {"type": element["type"], **state}


def test_a_value_survives_an_update_only_under_the_same_ids() -> None:
    words = {"type": "plain_text_input", "action_id": "w"}
    typed = {"note": {"w": {"type": "plain_text_input", "value": "typed"}}}

    kept = form_state([field(words, block_id="note")], typed)
    reset = form_state([field(words, block_id="note~2")], typed)

    assert kept == typed
    assert reset["note~2"]["w"]["value"] is None


def test_an_option_is_named_by_text_or_value() -> None:
    offered = [option("Newtown", "7"), option("Glebe", "8")]

    assert option_named(offered, "7") == option_named(offered, "Newtown") == offered[0]
    with pytest.raises(NotOnScreen, match="Newtown, Glebe"):
        option_named(offered, "Redfern")


def test_several_options_are_entered_as_a_list() -> None:
    element = {"type": "multi_static_select"}

    state = entered(element, ["Option 0", "Option 2"], options(3))

    assert [o["value"] for o in state["selected_options"]] == ["Option 0", "Option 2"]


@pytest.mark.parametrize(
    ("element", "good", "bad"),
    [
        ({"type": "plain_text_input", "min_length": 2}, "ab", "a"),
        ({"type": "plain_text_input", "max_length": 2}, "ab", "abc"),
        ({"type": "number_input", "is_decimal_allowed": False}, "4", "4.5"),
        ({"type": "number_input", "is_decimal_allowed": True}, "4.5", "four"),
        ({"type": "number_input", "is_decimal_allowed": True, "min_value": "1"}, "1", "0.9"),
        ({"type": "number_input", "is_decimal_allowed": True, "max_value": "9"}, "9", "9.1"),
        ({"type": "email_text_input"}, "a@b.example", "a at b"),
        ({"type": "url_text_input"}, "https://b.example", "b.example"),
        ({"type": "plain_text_input"}, "x", ""),
    ],
)
def test_what_slack_refuses_before_it_sends_a_form(element: Json, good: str, bad: str) -> None:
    element = {"action_id": "e", **element}
    blocks = [field(element, block_id="b")]

    def errors(value: str) -> dict[str, str]:
        return client_errors(blocks, {"b": {"e": entered(element, value, [])}})

    assert errors(good) == {}
    assert list(errors(bad)) == ["b"]


def test_an_optional_field_may_stay_empty() -> None:
    element = {"type": "plain_text_input", "action_id": "e"}
    blocks = [field(element, block_id="b", optional=True)]

    assert client_errors(blocks, form_state(blocks)) == {}
