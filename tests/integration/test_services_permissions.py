"""Who may change what: every method that takes an actor is met, also one made tomorrow."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from sync.domain.identity import Scope
from sync.domain.verdicts import Product
from sync.errors import NotAllowed, NotFound
from sync.ledger.ledger import Ledgers
from sync.services.checklist import StepName, StepState
from sync.services.facade import Services
from sync.services.models import Actor, LogQuery, Provider, ReplyTo, Role
from tests.desk import Desk, a_desk

# Everything else that takes an actor is for admins.
FOR_OPERATORS = {
    "lists.refresh",
    "runs.sync",
    "runs.backfill",
    "runs.estimate",
    "runs.resync",
    "runs.cancel",
}
FOR_VIEWERS = {"log.export", "previews.ask"}

# Usable values by parameter, so that nothing but the role can be what is refused.
USABLE: dict[str, Any] = {
    "accounts": {"deposit": "4"},
    "by": "olivia",
    "channel": "C9",
    "choices": {Product("ABC", ""): "1"},
    "city": "",
    "code": "3",
    "confirms": "",
    "codes": {"MD": "3"},
    "county": "",
    "data": {},
    "day": date(2026, 3, 1),
    "first": date(2026, 3, 1),
    "form": "setup:stores",
    "last": date(2026, 3, 1),
    "line": '"A" when register = 1 set region MD',
    "missing": "",
    "mode": "name",
    "name": "4",
    "names": (),
    "number": "1",
    "on": False,
    "position": 1,
    "prefix": "X-",
    "provider": Provider.QUICKBOOKS,
    "query": LogQuery(),
    "region": "MD",
    "reply": ReplyTo("U1"),
    "role": "deposit",
    "run": "R1",
    "said": "everything",
    "sale": "1",
    "sales": ("1",),
    "shop": "",
    "spec": "hourly",
    "state": StepState.DONE,
    "step": StepName.STORES,
    "target": "C9",
    "text": "Bike,B1",
    "user": "U9",
    "user_name": "Olivia",
    "wanted": {"prefix": "X-"},
    "version": 1,
    "was": "",
    "zone": "UTC",
}


def changing(services: Services) -> Iterator[tuple[str, Callable[..., Any], list[str]]]:
    """Name, method and required parameters of everything that takes an actor."""
    for room in sorted(services.__dataclass_fields__):
        service = getattr(services, room)
        for name, method in inspect.getmembers(service, callable):
            if name.startswith("_"):
                continue
            parameters = inspect.signature(method).parameters
            if "actor" in parameters:
                required = [
                    each.name
                    for each in parameters.values()
                    if each.default is inspect.Parameter.empty
                ]
                yield f"{room}.{name}", method, required


def call(method: Callable[..., Any], required: list[str], actor: Actor, scope: Scope) -> None:
    given = USABLE | {"actor": actor, "scope": scope}
    if required == ["actor", "user", "role"]:
        given["role"] = Role.VIEWER
    method(**{name: given[name] for name in required})


@pytest.fixture
def desk(ledgers: Ledgers) -> Desk:
    return a_desk(ledgers)


@pytest.mark.parametrize("role", [Role.NONE, Role.VIEWER, Role.OPERATOR])
def test_nobody_changes_what_is_not_theirs_to_change(desk: Desk, role: Role) -> None:
    allowed = FOR_VIEWERS if role is Role.VIEWER else FOR_VIEWERS | FOR_OPERATORS
    wrong = []

    for name, method, required in changing(desk.services):
        if role is not Role.NONE and name in allowed:
            continue
        try:
            call(method, required, desk.person(role), desk.scope)
        except NotAllowed:
            continue
        wrong.append(name)

    assert wrong == []
    assert desk.changes == []
    assert desk.engine.next() is None


def test_the_walk_meets_every_room_that_changes_something(desk: Desk) -> None:
    """An empty walk would prove nothing."""
    met = {name.partition(".")[0] for name, _, _ in changing(desk.services)}

    assert met == {
        *(
            "configuring",
            "connections",
            "decisions",
            "drafts",
            "lists",
            "log",
            "notices",
            "people",
            "previews",
            "products",
            "rule_files",
            "rules",
            "runs",
            "schedules",
            "setting_up",
            "settings",
            "trials",
            "surveys",
        )
    }


@pytest.mark.parametrize(
    "room",
    [
        *("settings", "rules", "rule_files", "decisions", "products", "schedules", "lists"),
        *("drafts", "surveys", "setting_up"),
    ],
)
def test_an_admin_is_a_stranger_in_another_workspace(ledgers: Ledgers, room: str) -> None:
    """By their own scope with somebody else's connection, and by somebody else's whole scope."""
    desk = a_desk(ledgers)
    stranger = Actor("T2", "U2", Role.ADMIN)
    with ledgers.write() as ledger:
        ledger.people.ensure_workspace("T2", "Elsewhere", desk.clock())
    before = desk.services.connections.get(desk.scope)
    found = []

    for name, method, required in changing(desk.services):
        if not name.startswith(f"{room}."):
            continue
        for scope in (Scope("T2", desk.scope.connection), desk.scope):
            try:
                call(method, required, stranger, scope)
            except NotFound:
                continue
            found.append((name, scope))

    assert found == []
    assert desk.services.connections.get(desk.scope) == before
    assert desk.changes == []


def test_reading_finds_nothing_of_another_workspace(desk: Desk) -> None:
    services, scope = desk.services, Scope("T2", desk.scope.connection)
    services.rules.add(desk.admin, desk.scope, USABLE["line"])

    for read in (
        services.connections.get,
        services.settings.shop_names,
        services.settings.account_roles,
        services.lists.accounts,
        services.lists.tax_codes,
        services.lists.shops,
        services.schedules.get,
        services.rule_files.export,
    ):
        with pytest.raises(NotFound, match=r"^There is no such connection\.$"):
            read(scope)

    assert services.rules.all(scope) == ()
    assert services.people.audit(scope) == ()
    assert services.connections.all("T2") == ()
