"""Each rule of Slack's, by the largest thing it takes and the smallest it refuses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bot.sandbox.limits import check_message, check_suggestions, check_view
from tests.unit.sandbox_slack.samples import (
    actions,
    bars,
    button,
    card,
    confirm,
    container,
    data_table,
    field,
    home,
    modal,
    mrkdwn,
    option,
    options,
    pie,
    plain,
    raw,
    rich,
    section,
    table,
    task,
)

Json = dict[str, Any]


def select(count: int = 2, **more: Any) -> Json:
    return {"type": "static_select", "action_id": "s", "options": options(count), **more}


def boxes(count: int = 2, **more: Any) -> Json:
    return {"type": "checkboxes", "action_id": "c", "options": options(count), **more}


def words(**more: Any) -> Json:
    return {"type": "plain_text_input", "action_id": "w", **more}


def number(**more: Any) -> Json:
    return {"type": "number_input", "action_id": "n", "is_decimal_allowed": True, **more}


NUMBER_CELL = {"type": "raw_number", "value": 106.0, "text": "106.00"}
WIDE = "x" * 1000
FEEDBACK = {
    "type": "feedback_buttons",
    "action_id": "f",
    "positive_button": {"text": plain("Good"), "value": "1"},
    "negative_button": {"text": plain("Bad"), "value": "0"},
}
VIDEO = {
    "type": "video",
    "title": plain("How"),
    "alt_text": "How to",
    "video_url": "https://video.example",
    "thumbnail_url": "https://video.example/t.png",
}

# name, what a message may hold, what it may not
IN_MESSAGES: list[tuple[str, list[Json], list[Json]]] = [
    ("block count", [{"type": "divider"}] * 50, [{"type": "divider"}] * 51),
    ("unknown block", [section()], [{"type": "file", "source": "remote"}]),
    ("unknown property", [section()], [section(text=mrkdwn(), colour="red")]),
    ("section text", [section(text=mrkdwn("x" * 3000))], [section(text=mrkdwn("x" * 3001))]),
    ("empty text", [section(text=mrkdwn("x"))], [section(text=mrkdwn(""))]),
    ("section content", [section(fields=[mrkdwn()])], [{"type": "section"}]),
    ("field count", [section(fields=[plain()] * 10)], [section(fields=[plain()] * 11)]),
    ("field text", [section(fields=[plain("x" * 2000)])], [section(fields=[plain("x" * 2001)])]),
    (
        "header text",
        [{"type": "header", "text": plain("x" * 150)}],
        [{"type": "header", "text": plain("x" * 151)}],
    ),
    (
        "header is plain",
        [{"type": "header", "text": plain(), "level": 4}],
        [{"type": "header", "text": mrkdwn()}],
    ),
    (
        "header level",
        [{"type": "header", "text": plain(), "level": 1}],
        [{"type": "header", "text": plain(), "level": 5}],
    ),
    (
        "context elements",
        [{"type": "context", "elements": [mrkdwn()] * 10}],
        [{"type": "context", "elements": [mrkdwn()] * 11}],
    ),
    (
        "context holds no buttons",
        [{"type": "context", "elements": [plain()]}],
        [{"type": "context", "elements": [button()]}],
    ),
    (
        "actions elements",
        [actions(*(button(action_id=f"a{n}") for n in range(25)))],
        [actions(*(button(action_id=f"a{n}") for n in range(26)))],
    ),
    (
        "action ids in one block",
        [actions(button(), button(action_id="other"))],
        [actions(button(), button())],
    ),
    ("action ids in two blocks", [actions(button()), actions(button())], [actions()]),
    (
        "block ids",
        [section(text=mrkdwn(), block_id="a"), section(text=mrkdwn(), block_id="b")],
        [section(text=mrkdwn(), block_id="a"), section(text=mrkdwn(), block_id="a")],
    ),
    (
        "block id length",
        [section(text=mrkdwn(), block_id="b" * 255)],
        [section(text=mrkdwn(), block_id="b" * 256)],
    ),
    (
        "action id length",
        [actions(button(action_id="a" * 255))],
        [actions(button(action_id="a" * 256))],
    ),
    ("button text", [actions(button("x" * 75))], [actions(button("x" * 76))]),
    ("button value", [actions(button(value="x" * 2000))], [actions(button(value="x" * 2001))]),
    ("button url", [actions(button(url="x" * 3000))], [actions(button(url="x" * 3001))]),
    ("button style", [actions(button(style="danger"))], [actions(button(style="green"))]),
    (
        "button label",
        [actions(button(accessibility_label="x" * 75))],
        [actions(button(accessibility_label="x" * 76))],
    ),
    (
        "confirm",
        [actions(button(confirm=confirm()))],
        [actions(button(confirm={"title": plain()}))],
    ),
    (
        "confirm title",
        [actions(button(confirm=confirm(title=plain("x" * 100))))],
        [actions(button(confirm=confirm(title=plain("x" * 101))))],
    ),
    (
        "confirm text",
        [actions(button(confirm=confirm(text=plain("x" * 300))))],
        [actions(button(confirm=confirm(text=plain("x" * 301))))],
    ),
    (
        "confirm button",
        [actions(button(confirm=confirm(deny=plain("x" * 30))))],
        [actions(button(confirm=confirm(deny=plain("x" * 31))))],
    ),
    ("options", [actions(select(100))], [actions(select(101))]),
    ("no options", [actions(select(1))], [actions(select(0))]),
    (
        "option text",
        [actions(select(options=[option("x" * 75)]))],
        [actions(select(options=[option("x" * 76, "v")]))],
    ),
    (
        "option value",
        [actions(select(options=[option("x", "v" * 150)]))],
        [actions(select(options=[option("x", "v" * 151)]))],
    ),
    (
        "option description",
        [actions(select(options=[{**option(), "description": plain("x" * 75)}]))],
        [actions(select(options=[{**option(), "description": plain("x" * 76)}]))],
    ),
    (
        "options or groups",
        [
            actions(
                {
                    "type": "static_select",
                    "option_groups": [{"label": plain(), "options": options(1)}],
                }
            )
        ],
        [actions(select(option_groups=[{"label": plain(), "options": options(1)}]))],
    ),
    (
        "initial option",
        [actions(select(initial_option=option("Option 1")))],
        [actions(select(initial_option=option("Elsewhere")))],
    ),
    (
        "placeholder",
        [actions(select(placeholder=plain("x" * 150)))],
        [actions(select(placeholder=plain("x" * 151)))],
    ),
    ("checkboxes", [actions(boxes(10))], [actions(boxes(11))]),
    (
        "overflow",
        [section(text=mrkdwn(), accessory={"type": "overflow", "options": options(5)})],
        [section(text=mrkdwn(), accessory={"type": "overflow", "options": options(6)})],
    ),
    (
        "multi select outside actions",
        [section(text=mrkdwn(), accessory=select(type="multi_static_select"))],
        [actions(select(type="multi_static_select"))],
    ),
    (
        "a date",
        [actions({"type": "datepicker", "initial_date": "2026-02-28"})],
        [actions({"type": "datepicker", "initial_date": "2026-02-30"})],
    ),
    (
        "a time",
        [actions({"type": "timepicker", "initial_time": "23:59"})],
        [actions({"type": "timepicker", "initial_time": "24:00"})],
    ),
    (
        "image address",
        [{"type": "image", "image_url": "https://x", "alt_text": "A till"}],
        [{"type": "image", "image_url": "https://x"}],
    ),
    (
        "image alt text",
        [{"type": "image", "image_url": "https://x", "alt_text": "x" * 2000}],
        [{"type": "image", "image_url": "https://x", "alt_text": "x" * 2001}],
    ),
    (
        "input in a message acts",
        [field(select(), dispatch_action=True)],
        [field(select())],
    ),
    (
        "modal input in a message",
        [field(words(), dispatch_action=True)],
        [field(number(), dispatch_action=True)],
    ),
    ("alert", [section()], [{"type": "alert", "text": plain()}]),
    (
        "markdown",
        [{"type": "markdown", "text": "x" * 12_000}],
        [{"type": "markdown", "text": "x" * 6_001}, {"type": "markdown", "text": "x" * 6_000}],
    ),
    (
        "context actions",
        [{"type": "context_actions", "elements": [FEEDBACK]}],
        [{"type": "context_actions", "elements": [button()]}],
    ),
    ("video", [VIDEO], [{**VIDEO, "video_url": "http://video.example"}]),
    (
        "rich text",
        [rich({"type": "link", "url": "https://x", "text": "LS-1"})],
        [rich({"type": "button", "text": "LS-1"})],
    ),
    (
        "rich text words",
        [rich({"type": "text", "text": "x"})],
        [rich({"type": "text", "text": ""})],
    ),
    ("table rows", [table(100)], [table(101)]),
    ("table columns", [table(2, 20)], [table(2, 21)]),
    ("table characters", [table(10, 1, raw(WIDE))], [table(11, 1, raw(WIDE))]),
    ("table numbers", [table(cell=rich())], [table(cell=NUMBER_CELL)]),
    ("table cells have words", [table(cell=raw("x"))], [table(cell=raw(""))]),
    (
        "table row lengths",
        [table()],
        [{"type": "table", "rows": [[raw(), raw()], [raw()]]}],
    ),
    (
        "column settings",
        [table(column_settings=[{"align": "right"}, None])],
        [table(column_settings=[{"align": "middle"}])],
    ),
    ("data table rows", [data_table(201)], [data_table(202)]),
    ("data table has a row", [data_table(2)], [data_table(1)]),
    ("data table columns", [data_table(2, 20)], [data_table(2, 21)]),
    ("data table characters", [data_table(20, 1, raw(WIDE))], [data_table(21, 1, raw(WIDE))]),
    ("data table caption", [data_table()], [data_table(caption="")]),
    ("data table page", [data_table(page_size=100)], [data_table(page_size=101)]),
    (
        "data table row header",
        [data_table(row_header_column_index=1)],
        [data_table(row_header_column_index=2)],
    ),
    (
        "data table header",
        [{**data_table(), "rows": [[raw()], [rich()], [NUMBER_CELL]]}],
        [{**data_table(), "rows": [[rich()], [raw()]]}],
    ),
    ("one table a message", [table()], [table(), data_table()]),
    ("pie", [pie(6)], [pie(7)]),
    ("chart title", [pie(title="x" * 50)], [pie(title="x" * 51)]),
    ("chart points", [bars(20)], [bars(21)]),
    ("chart series", [bars(series=6)], [bars(series=7)]),
    ("a point per category", [bars(3)], [bars(3, labels=2)]),
    ("charts a message", [pie(), pie()], [pie(), pie(), pie()]),
    ("card", [card(body=plain("x" * 200))], [card(body=plain("x" * 201))]),
    ("card buttons", [card(actions=[button()])], [card(actions=[select()])]),
    (
        "carousel",
        [{"type": "carousel", "elements": [card()] * 10}],
        [{"type": "carousel", "elements": [card()] * 11}],
    ),
    ("container", [container(*[section()] * 10)], [container(*[section()] * 11)]),
    ("container children", [container(table())], [container(card())]),
    ("container title", [container(title=plain("x" * 150))], [container(title=plain("x" * 151))]),
    ("task status", [task()], [task(status="done")]),
    (
        "one plan",
        [{"type": "plan", "title": "P", "tasks": [task()]}],
        [{"type": "plan", "title": "P"}, {"type": "plan", "title": "Q"}],
    ),
]


@pytest.mark.parametrize(("taken", "refused"), [pytest.param(*c[1:], id=c[0]) for c in IN_MESSAGES])
def test_message_blocks(taken: list[Json], refused: list[Json]) -> None:
    assert check_message({"text": "t", "blocks": taken}) == []
    assert check_message({"text": "t", "blocks": refused}) != []


IN_VIEWS: list[tuple[str, Json, Json]] = [
    ("block count", modal(*[{"type": "divider"}] * 100), modal(*[{"type": "divider"}] * 101)),
    ("home block count", home(*[{"type": "divider"}] * 100), home(*[{"type": "divider"}] * 101)),
    ("at least a block", home(section()), home()),
    ("title", modal(title=plain("x" * 24)), modal(title=plain("x" * 25))),
    ("title is plain", modal(title=plain()), modal(title=mrkdwn())),
    ("submit", modal(submit=plain("x" * 24)), modal(submit=plain("x" * 25))),
    ("close", modal(close=plain("x" * 24)), modal(close=plain("x" * 25))),
    ("submit with inputs", modal(field()), modal(field(), submit=None)),
    ("metadata", modal(private_metadata="x" * 3000), modal(private_metadata="x" * 3001)),
    ("callback id", modal(callback_id="x" * 255), modal(callback_id="x" * 256)),
    ("external id", modal(external_id="x" * 255), modal(external_id="x" * 256)),
    ("unknown property", modal(), modal(colour="red")),
    ("home has no title", home(section()), home(section(), title=plain())),
    (
        "alert in a modal",
        modal({"type": "alert", "text": plain("x" * 200)}),
        modal({"type": "alert", "text": plain("x" * 201)}),
    ),
    (
        "alert level",
        modal({"type": "alert", "text": plain(), "level": "error"}),
        modal({"type": "alert", "text": plain(), "level": "bad"}),
    ),
    ("table in a modal", modal(section()), modal(table())),
    ("data table in Home", home(section()), home(data_table())),
    ("card in a modal", home(card()), modal(card())),
    ("input label", modal(field(label=plain("x" * 2000))), modal(field(label=plain("x" * 2001)))),
    ("input hint", modal(field(hint=plain("x" * 2000))), modal(field(hint=plain("x" * 2001)))),
    ("text length", modal(field(words(max_length=3000))), modal(field(words(max_length=3001)))),
    (
        "text order",
        modal(field(words(min_length=2, max_length=2))),
        modal(field(words(min_length=3, max_length=2))),
    ),
    (
        "initial text",
        modal(field(words(max_length=2, initial_value="ab"))),
        modal(field(words(max_length=2, initial_value="abc"))),
    ),
    (
        "number bounds are strings",
        modal(field(number(min_value="1"))),
        modal(field(number(min_value=1))),
    ),
    (
        "number kind",
        modal(field(number())),
        modal(field({"type": "number_input", "action_id": "n"})),
    ),
    ("input element", modal(field(boxes())), modal(field(button()))),
    (
        "files",
        modal(field({"type": "file_input", "max_files": 10})),
        modal(field({"type": "file_input", "max_files": 11})),
    ),
    (
        "files outside modals",
        modal(field({"type": "file_input"})),
        home(field({"type": "file_input"})),
    ),
    (
        "date and time in Home",
        modal(field({"type": "datetimepicker"})),
        home(actions({"type": "datetimepicker"})),
    ),
    (
        "query length",
        modal(field({"type": "external_select", "min_query_length": 0})),
        modal(field({"type": "external_select", "min_query_length": -1})),
    ),
    (
        "one focus",
        modal(field(words(focus_on_load=True))),
        modal(field(words(focus_on_load=True)), field(words(focus_on_load=True))),
    ),
    (
        "dispatch",
        modal(field(words(dispatch_action_config={"trigger_actions_on": ["on_enter_pressed"]}))),
        modal(field(words(dispatch_action_config={"trigger_actions_on": ["always"]}))),
    ),
    (
        "size",
        modal(*[section(text=mrkdwn("x" * 2400))] * 99),
        modal(*[section(text=mrkdwn("x" * 2600))] * 99),
    ),
]


@pytest.mark.parametrize(("taken", "refused"), [pytest.param(*c[1:], id=c[0]) for c in IN_VIEWS])
def test_views(taken: Json, refused: Json) -> None:
    assert check_view(taken) == []
    assert check_view(refused) != []


def test_text_is_shorter_in_an_update_than_in_a_post() -> None:
    assert check_message({"text": "x" * 40_000}) == []
    assert check_message({"text": "x" * 40_001}) != []
    assert check_message({"text": "x" * 4_000}, update=True) == []
    assert check_message({"text": "x" * 4_001}, update=True) != []


def test_metadata_has_a_type_and_a_small_payload() -> None:
    small = {"event_type": "ccc_run", "event_payload": {"run": "42"}}

    assert check_message({"text": "t", "metadata": small}) == []
    assert check_message({"text": "t", "metadata": {"event_type": "ccc_run"}}) != []
    assert (
        check_message({"text": "t", "metadata": {**small, "event_payload": {"x": "y" * 1024}}})
        != []
    )


def test_markdown_text_stands_alone() -> None:
    assert check_message({"markdown_text": "# Hi"}) == []
    assert check_message({"markdown_text": "# Hi", "text": "Hi"}) != []


def test_blocks_inside_attachments_are_checked_as_well() -> None:
    good = {"text": "t", "attachments": [{"blocks": [section()]}]}
    bad = {"text": "t", "attachments": [{"blocks": [section(text=mrkdwn(""))]}]}

    assert check_message(good) == []
    assert check_message(bad) != []


def test_a_menu_is_answered_with_at_most_a_hundred_options() -> None:
    assert check_suggestions({"options": []}) == []
    assert check_suggestions({"options": options(100)}) == []
    assert check_suggestions({"options": options(101)}) != []
    assert check_suggestions({}) != []
    grouped = [{"label": plain("No account fits"), "options": options(1)}]
    assert check_suggestions({"option_groups": grouped}) == []


def test_a_fault_says_where_it_is() -> None:
    found = check_message({"text": "t", "blocks": [section(), section(text=mrkdwn("x" * 3001))]})

    assert found == ["[ERROR] must be less than 3001 characters [json-pointer:/blocks/1/text/text]"]


NONSENSE: list[Any] = [None, 7, -1, "", "x", True, [], [None], [[]], {}, {"type": ["section"]}]


def bent(value: Any) -> Iterator[Any]:
    """Every copy of a payload with one part of it replaced by nonsense."""
    yield from NONSENSE
    if isinstance(value, dict):
        for key, part in value.items():
            yield from ({**value, key: worse} for worse in bent(part))
    if isinstance(value, list):
        for index, part in enumerate(value[:2]):
            yield from ([*value[:index], worse, *value[index + 1 :]] for worse in bent(part))


@pytest.mark.parametrize("taken", [pytest.param(c[1], id=c[0]) for c in IN_MESSAGES])
def test_nonsense_never_breaks_the_check_of_a_message(taken: list[Json]) -> None:
    for blocks in bent(taken[:2]):
        assert isinstance(check_message({"text": "t", "blocks": blocks}), list)


@pytest.mark.parametrize("taken", [pytest.param(c[1], id=c[0]) for c in IN_VIEWS])
def test_nonsense_never_breaks_the_check_of_a_view(taken: Json) -> None:
    small = taken | {"blocks": taken["blocks"][:2]}
    for view in bent(small):
        assert isinstance(check_view(view), list)
