"""Digests, charts and notices with the largest and strangest data stay inside what Slack takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.actions import ACTIONS
from bot.answering import message_body
from bot.app import Registry
from bot.conversation import Message
from bot.modals import FORMS
from bot.reports.digest import digest_card
from bot.reports.notices import copy_card
from bot.reports.plain import plain_form
from bot.sandbox.limits import check_message, walk
from bot.views.blocks import Card
from bot.views.chart import chart_block, chart_card, counted
from bot.views.notices import notices_card, saved_card
from sync.domain.quiet import Level
from sync.domain.verdicts import EntryState
from sync.services.models import CauseGroup
from sync.services.notices import DayFigures, Digest, Notice, OpenCause
from tests.unit.bot.test_views import EVIL, a_connection, a_run


def cards() -> Iterator[tuple[str, Card]]:
    connection = a_connection()
    counts = dict.fromkeys(EntryState, 1_000_000)
    first = date(2026, 1, 31)
    month = [
        DayFigures(first + timedelta(days=n), counts, Decimal("123456789.01"), "USD")
        for n in range(90)
    ]
    for number in (1, 7, 30, 31, 90):
        yield f"chart, {number}", chart_card(month[:number], connection)
    nothing = [replace(each, counts={}) for each in month]
    yield "chart, nothing", chart_card(nothing, connection)
    group = CauseGroup(EVIL[:120], EVIL, "map_tax", EVIL, 9, Decimal(1), "USD", (EVIL[:40],))
    causes = [
        OpenCause(replace(group, fix=fix), "r" * 36) for fix in ("map_tax", "reconnect", "") * 5
    ]
    shops = tuple((f"{n} {EVIL}"[:255], month[0]) for n in range(40))
    digest = Digest(first, month[0], shops, tuple(causes))
    yield "digest", digest_card(digest, connection, month)
    yield "digest, nothing", digest_card(Digest(first, nothing[0], (), ()), connection, nothing)
    mine = Notice("U1", Level.FAILURES, "08:00", "22:00", "07:00", "Australia/Sydney")
    yield "notices", notices_card(mine, [replace(mine, target="C1")] * 100, connection)
    yield "notice saved", saved_card(mine, is_mine=True, notes=(EVIL,))
    run = a_run(dry=False)
    yield "copy of a run", copy_card(run, (group,) * 50, connection)


@pytest.mark.parametrize(("name", "card"), list(cards()), ids=lambda each: str(each)[:40])
def test_slack_takes_every_card_in_full_and_plainly(name: str, card: Card) -> None:
    body: dict[str, Any] = message_body(Message.of(card))

    plain = plain_form(body["blocks"])

    assert check_message({"text": body["text"], "blocks": body["blocks"]}, update=True) == []
    assert [check_message({"text": "x", "blocks": each}, update=True) for each in plain] == [
        [] for _ in plain
    ]


def test_every_control_has_a_listener() -> None:
    pressed = Registry((*ACTIONS, *(action for form in FORMS for action in form.actions)))
    ids = {
        element["action_id"]
        for _, card in cards()
        for block in card.blocks
        for element in walk(block)
        if "action_id" in element
    }

    assert {each for each in ids if not pressed.pattern.match(each)} == set()
    assert len(ids) > 5


@pytest.mark.parametrize("days", [1, 2, 10, 11, 30, 31, 90])
def test_a_chart_has_each_sale_in_one_of_at_most_ten_bars(days: int) -> None:
    first = date(2025, 12, 20)
    figures = [
        DayFigures(
            first + timedelta(days=n), {EntryState.POSTED: n, EntryState.WARNED: 1}, currency="USD"
        )
        for n in range(days)
    ]

    chart = chart_block(figures)["chart"]

    labels = chart["axis_config"]["categories"]
    posted = [point["value"] for point in chart["series"][0]["data"]]
    assert len(labels) == len(set(labels)) <= 10
    assert sum(posted) == sum(counted(each, 0) for each in figures) == days * (days - 1) // 2 + days
