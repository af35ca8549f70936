"""*Explain log entry*: what a message of ours is about, for the person who asks alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bot.actions.runs import run_of
from bot.conversation import Message, Reply, Request
from bot.views.blocks import Card, actions, plain
from bot.views.explained import explained_card
from bot.views.lines import help_button
from bot.views.story import story_card
from sync.errors import NotFound
from sync.services.models import LogQuery

if TYPE_CHECKING:
    from sync.services.facade import Services

CALLBACK = "ccc.explain"
_OF_RUN = re.compile(r"run:([0-9a-zA-Z-]{1,40})(?::.*)?")
_MOST = 100  # sales to choose from
_NOT_OURS = (
    "This message is not about a run or a sale that CCC knows. Explain works on the reports that "
    "CCC posts: a run, its alerts, and the tables in its thread."
)


def explain(request: Request, message: Mapping[str, Any], services: Services) -> Reply:
    """Of a run with one sale, the story of that sale."""
    run_id = _run_id(request, message, services)
    try:
        request, run = run_of(request, services, run_id)
    except NotFound:
        return _not_ours()
    query = LogQuery(run_number=run.number)
    page = services.log.search(request.scope, query, limit=_MOST)
    if len(page.entries) == 1 and not run.dry:
        story = services.log.story_of(request.scope, page.entries[0].id)
        if story is not None:
            return Message.of(story_card(story, request.books))
    groups = services.runs.causes(request.scope, run.id)
    return Message.of(explained_card(run, groups, page, request.books))


def _run_id(request: Request, message: Mapping[str, Any], services: Services) -> str:
    """Where we remember posting it, else what its metadata says; anybody can write those."""
    for ts in (message.get("ts"), message.get("thread_ts")):
        if isinstance(ts, str) and ts:
            key = services.reports.key_of(request.actor.workspace, request.channel, ts)
            if found := _OF_RUN.fullmatch(key):
                return found[1]
    metadata = message.get("metadata")
    if isinstance(metadata, Mapping) and metadata.get("event_type") == "ccc_run":
        payload = metadata.get("event_payload")
        return str(payload.get("run") or "") if isinstance(payload, Mapping) else ""
    return ""


def _not_ours() -> Message:
    return Message.of(Card(_NOT_OURS, [plain(_NOT_OURS), actions(help_button("log"))]))
