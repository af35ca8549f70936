"""One of every block and element that the stand-in for Slack takes, where it takes it."""

from __future__ import annotations

from typing import Any

from bot.sandbox.seed import ADMINS_GROUP, GENERAL, LOG, OWNER
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
PICTURE = "/page/icon.svg"  # the stand-in's own, so that nothing outside is asked for


def _select(source: str, *, many: bool = False) -> Json:
    kind = f"{'multi_' if many else ''}{source}_select"
    more: Json = {"options": options(3)} if source == "static" else {}
    if source == "external":
        more = {"min_query_length": 0}
    return {"type": kind, "action_id": kind, "placeholder": plain(f"Choose {kind}"), **more}


def _choice(kind: str) -> Json:
    return {"type": kind, "action_id": kind, "options": options(3)}


def _typed(kind: str) -> Json:
    more = {"is_decimal_allowed": True} if kind == "number_input" else {}
    return {"type": kind, "action_id": kind, **more}


_IMAGE = {"type": "image", "image_url": PICTURE, "alt_text": "A till"}
_OVERFLOW = {"type": "overflow", "action_id": "overflow", "options": options(5)}
_SOURCES = ("static", "external", "users", "conversations", "channels")
_PICKERS = ("datepicker", "timepicker", "datetimepicker")
_TYPED = ("plain_text_input", "number_input", "email_text_input", "url_text_input")
_RICH: Json = {
    "type": "rich_text",
    "elements": [
        *rich(
            {"type": "text", "text": "_Blue_ <!channel>", "style": {"bold": True, "strike": True}},
            {"type": "link", "url": "https://example.com", "text": "LS-1"},
            {"type": "user", "user_id": OWNER},
            {"type": "usergroup", "usergroup_id": ADMINS_GROUP},
            {"type": "channel", "channel_id": GENERAL},
            {"type": "emoji", "name": "wave"},
            {"type": "date", "timestamp": 1_795_404_032, "format": "{date_short} {time}"},
            {"type": "broadcast", "range": "here"},
            {"type": "color", "value": "#0B3D2E"},
            {"type": "team", "team_id": "T1"},
        )["elements"],
        {"type": "rich_text_list", "style": "ordered", "elements": rich()["elements"] * 2},
        {"type": "rich_text_quote", "elements": [{"type": "text", "text": "quoted"}]},
        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "a  b"}]},
    ],
}
_FEEDBACK = {
    "type": "feedback_buttons",
    "action_id": "feedback",
    "positive_button": {"text": plain("Good"), "value": "1"},
    "negative_button": {"text": plain("Bad"), "value": "0"},
}
_ICON = {"type": "icon_button", "action_id": "icon", "icon": "trash", "text": plain("Delete")}
_WORKFLOW: Json = {
    "type": "workflow_button",
    "action_id": "workflow",
    "text": plain("Run"),
    "workflow": {"trigger": {"url": "https://slack.com/shortcuts/1"}},
}
_VIDEO = {
    "type": "video",
    "title": plain("How it works"),
    "alt_text": "How it works",
    "video_url": "https://video.example",
    "thumbnail_url": PICTURE,
}
_LINES = bars(5, series=2)["chart"]

MESSAGES: list[list[Json]] = [
    [
        {"type": "header", "text": plain("Run 42"), "level": 2},
        section(text=mrkdwn("*Posted* `980` of <https://example.com|1,000>, ~3 held~ & more")),
        section(fields=[mrkdwn("*Shop*\nMain Street"), plain("Text")]),
        {"type": "divider"},
        {"type": "context", "elements": [_IMAGE, mrkdwn("Times: Australia/Sydney")]},
        actions(
            button("Start", style="primary", confirm=confirm()),
            button("Stop", style="danger", action_id="stop"),
            _OVERFLOW,
            _WORKFLOW,
        ),
        {"type": "context_actions", "elements": [_FEEDBACK, _ICON]},
    ],
    [
        *(section(text=mrkdwn("Choose"), accessory=_select(s)) for s in _SOURCES),
        *(section(text=mrkdwn("Choose"), accessory=_select(s, many=True)) for s in _SOURCES),
        actions(*(_choice(kind) for kind in ("checkboxes", "radio_buttons"))),
        actions(*({"type": kind, "action_id": kind} for kind in _PICKERS)),
        section(text=mrkdwn("A picture"), accessory=_IMAGE),
        field(_typed("plain_text_input"), dispatch_action=True),
    ],
    [_RICH, {**_IMAGE, "title": plain("A till")}, _VIDEO],
    [{"type": "markdown", "text": "# Run\n\n- **980** posted\n- `3` held\n\n| a | b |\n|--|--|"}],
    [table(3, column_settings=[{"align": "right"}, {"is_wrapped": True}])],
    [
        {
            **data_table(page_size=5, row_header_column_index=0),
            "rows": [
                [raw("Sale"), raw("Total")],
                *(
                    [
                        rich(),
                        {"type": "raw_number", "value": n * 7 % 12, "text": f"{n * 7 % 12}.00"},
                    ]
                    for n in range(12)
                ),
            ],
        }
    ],
    [pie(4), bars(7, series=2)],
    [
        {**bars(), "chart": {**_LINES, "type": "line"}},
        {**bars(), "chart": {**_LINES, "type": "area"}},
    ],
    [
        card(body=mrkdwn("980 posted"), actions=[button()]),
        {"type": "carousel", "elements": [card()]},
    ],
    [container(section(), table()), task(), {"type": "plan", "title": "Plan", "tasks": [task()]}],
]
FORM: Json = modal(
    {"type": "alert", "text": plain("Two sales wait"), "level": "warning"},
    *(field(_typed(kind), label=plain(kind)) for kind in _TYPED),
    field({"type": "rich_text_input", "action_id": "rich"}, label=plain("rich_text_input")),
    *(
        field(_select(source, many=many), label=plain(f"{source} {'many' if many else 'one'}"))
        for source in _SOURCES
        for many in (False, True)
    ),
    *(field(_choice(kind), label=plain(kind)) for kind in ("checkboxes", "radio_buttons")),
    *(field({"type": kind, "action_id": kind}, label=plain(kind)) for kind in _PICKERS),
    field({"type": "file_input", "action_id": "file", "filetypes": ["csv"]}, label=plain("A CSV")),
    field(
        {**_typed("plain_text_input"), "action_id": "note"},
        label=plain("Note"),
        optional=True,
        hint=plain("A hint"),
    ),
)
HOME: Json = home(
    {"type": "header", "text": plain("CCC")},
    section(text=mrkdwn(f"*Connected* in <#{LOG}>"), accessory=button("Sync now")),
    actions(button("Set up", action_id="setup"), {**_OVERFLOW, "options": [option()]}),
    {"type": "context", "elements": [plain("You can view only")]},
)
