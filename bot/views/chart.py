"""The last days as a chart, and its numbers in words for whoever cannot see it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from bot.views.blocks import Block, Card, actions, context, facts, plain
from bot.views.lines import line_button
from bot.views.wording import count, day, days, money
from sync.domain.verdicts import EntryState
from sync.services.models import ConnectionView
from sync.services.notices import DayFigures

_BINS = 10  # points of a series: some versions of Slack take no more than twelve
_SERIES: tuple[tuple[str, tuple[EntryState, ...]], ...] = (
    ("Posted", (EntryState.POSTED, EntryState.WARNED, EntryState.DUPLICATE)),
    ("Held", (EntryState.HELD,)),
    ("Failed", (EntryState.FAILED,)),
)


def counted(figures: DayFigures, series: int) -> int:
    """How many sales of a day belong to posted, held or failed."""
    return sum(figures.counts.get(state, 0) for state in _SERIES[series][1])


def chart_block(figures: Sequence[DayFigures]) -> Block:
    """Posted, held and failed sales, a few days to a bar."""
    width = -(-len(figures) // _BINS)
    bins = [figures[start : start + width] for start in range(0, len(figures), width)]
    labels = [_label(each[0].day, each[-1].day) for each in bins]
    series = [
        {
            "name": name,
            "data": [
                {"label": label, "value": sum(counted(each, number) for each in some)}
                for label, some in zip(labels, bins, strict=True)
            ],
        }
        for number, (name, _) in enumerate(_SERIES)
    ]
    axes = {"categories": labels, "x_label": "Days of sale", "y_label": "Sales"}
    chart = {"type": "bar", "series": series, "axis_config": axes}
    title = f"Sales of the last {count(len(figures), 'day')}"
    return {"type": "data_visualization", "title": title, "chart": chart}


def chart_card(figures: Sequence[DayFigures], connection: ConnectionView) -> Card:
    """The chart with its sums; without any sale, a sentence that says so."""
    period = days(figures[0].day, figures[-1].day)
    if not any(each.counts for each in figures):
        text = f"{connection.name}: no sale was read for {period}."
        return Card(text, [plain(text), actions(line_button("Sync now", "sync", connection.id))])
    totals = [sum(counted(each, number) for each in figures) for number in range(len(_SERIES))]
    posted = sum((each.posted for each in figures), Decimal(0))
    currency = next((each.currency for each in figures if each.currency), "")
    busiest = max(figures, key=lambda each: counted(each, 0))
    text = (
        f"{connection.name}, {period}: {totals[0]:,} posted over {money(posted, currency)}, "
        f"{totals[1]:,} held, {totals[2]:,} failed."
    )
    blocks = [
        plain(text),
        chart_block(figures),
        facts({"Busiest day": f"{day(busiest.day)}, {count(counted(busiest, 0), 'sale')} posted"}),
        context(f"By day of sale in {connection.zone}, as the sales stand now."),
    ]
    if totals[1] or totals[2]:
        blocks.append(actions(line_button("Show problems", "log problems", connection.id)))
    return Card(text, blocks)


def _label(first: date, last: date) -> str:
    """`24–26 Nov`: at most 13 characters, and different for different days."""
    if first == last:
        return f"{first.day} {first:%b}"
    if first.month == last.month:
        return f"{first.day}–{last.day} {last:%b}"
    return f"{first.day} {first:%b}–{last.day} {last:%b}"
