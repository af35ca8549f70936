"""Gathers what the Home tab of a person shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from bot.reports.causes import cause_card
from bot.views.actions import CAUSE_RETRY, DO
from bot.views.blocks import actions
from bot.views.home import (
    MOST_CONNECTIONS,
    MOST_PROBLEMS,
    MOST_RUNS,
    HomeConnection,
    HomeFacts,
    Problem,
)
from sync.domain.identity import Scope
from sync.errors import NotFound
from sync.services.models import Actor, ConnectionView, Role, highest

if TYPE_CHECKING:
    from sync.services.facade import Services


def workspace_facts(services: Services, workspace: str, now: datetime) -> HomeFacts:
    """Everything that is the same for everybody, read once."""
    found = services.connections.all(workspace)
    return HomeFacts(
        role=Role.VIEWER,
        now=now,
        connections=tuple(
            _connection(services, workspace, each, whole=index < MOST_CONNECTIONS)
            for index, each in enumerate(found)
        ),
        steps=() if found else services.setting_up.steps(None, workspace),
        admins=services.people.admins(workspace),
    )


def seen_by(facts: HomeFacts, actor: Actor, *, claimed: bool = False) -> HomeFacts:
    """The same with what this person may do, which may differ by connection."""
    roles = [actor.role_in(each.connection.id) for each in facts.connections]
    return replace(
        facts,
        role=highest(actor.role, *roles),
        claimed=claimed,
        connections=tuple(
            replace(each, role=role, problems=tuple(_for(one, role) for one in each.problems))
            for each, role in zip(facts.connections, roles, strict=True)
        ),
    )


def _connection(
    services: Services, workspace: str, connection: ConnectionView, *, whole: bool
) -> HomeConnection:
    if not whole:
        return HomeConnection(connection, Role.VIEWER)
    scope = Scope(workspace, connection.id)
    problems = []
    for alert in services.alerts.open(scope, MOST_PROBLEMS):
        try:
            run = services.runs.get(scope, alert.run)
        except NotFound:
            continue
        prefix = connection.settings.prefix
        card = cause_card(run, alert.waiting, connection.id, prefix=prefix)
        problems.append(Problem(tuple(card.blocks)))
    return HomeConnection(
        connection,
        Role.VIEWER,
        steps=services.setting_up.steps(connection, workspace),
        problems=tuple(problems),
        runs=services.runs.recent(scope, MOST_RUNS),
    )


def _for(problem: Problem, role: Role) -> Problem:
    """Without the buttons that this person would only be refused at."""
    if role is Role.ADMIN:
        return problem
    may = (DO, CAUSE_RETRY) if role is Role.OPERATOR else (DO,)
    blocks = []
    for block in problem.blocks:
        if block["type"] != "actions":
            blocks.append(block)
        elif kept := [each for each in block["elements"] if each["action_id"].startswith(may)]:
            blocks.append(actions(*kept))
    return Problem(tuple(blocks))
