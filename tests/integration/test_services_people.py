"""Roles, the first admin, and deliveries that act once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from sync.errors import Invalid
from sync.ledger.ledger import Ledgers
from sync.services.models import Actor, Role
from tests.desk import Desk, a_desk


@pytest.fixture
def desk(ledgers: Ledgers) -> Desk:
    return a_desk(ledgers)


def test_somebody_nobody_knows_has_no_role(desk: Desk) -> None:
    assert desk.services.people.role_of("T1", "U9") is Role.NONE
    assert not desk.services.people.has_admin("T1")


def test_the_first_admin_is_one_however_many_ask_at_once(desk: Desk) -> None:
    people = desk.services.people
    users = [f"U{n}" for n in range(8)]

    with ThreadPoolExecutor(len(users)) as pool:
        won = list(pool.map(lambda user: people.claim_first_admin("T1", user), users))

    assert won.count(True) == 1
    assert people.admins("T1") == (users[won.index(True)],)
    assert [row.action for row in desk.changes] == ["role.claimed"]


def test_the_last_admin_stays_one(desk: Desk) -> None:
    people = desk.services.people
    people.claim_first_admin("T1", "U1")
    first = Actor("T1", "U1", Role.ADMIN)

    with pytest.raises(Invalid, match="last admin"):
        people.set_role(first, "U1", Role.VIEWER)
    people.set_role(first, "U2", Role.ADMIN)
    people.set_role(first, "U1", Role.OPERATOR)

    assert people.roles("T1") == {"U1": Role.OPERATOR, "U2": Role.ADMIN}


def test_two_admins_who_demote_each_other_at_once_leave_one(desk: Desk) -> None:
    people = desk.services.people
    people.claim_first_admin("T1", "U1")
    people.set_role(Actor("T1", "U1", Role.ADMIN), "U2", Role.ADMIN)

    def demote(pair: tuple[str, str]) -> bool:
        try:
            people.set_role(Actor("T1", pair[0], Role.ADMIN), pair[1], Role.VIEWER)
        except Invalid:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(demote, [("U1", "U2"), ("U2", "U1")]))

    assert done.count(True) == 1
    assert len(people.admins("T1")) == 1


def test_a_role_that_is_given_again_leaves_no_second_row(desk: Desk) -> None:
    for _ in range(2):
        desk.services.people.set_role(desk.admin, "U2", Role.OPERATOR)

    (row,) = desk.changes
    assert (row.action, row.target, row.before, row.after) == (
        "role.set",
        "U2",
        "none",
        "operator",
    )


def test_a_role_holds_in_its_own_workspace_only(desk: Desk) -> None:
    desk.services.people.set_role(desk.admin, "U2", Role.ADMIN)

    assert desk.services.people.role_of("T2", "U2") is Role.NONE
    assert desk.services.people.admins("T2") == ()


def test_a_delivery_acts_once_per_workspace(desk: Desk) -> None:
    """Also when both copies arrive at the same moment, at two processes."""
    requests = desk.services.requests

    with ThreadPoolExecutor(4) as pool:
        seen = list(pool.map(lambda _: requests.first_time("T1", "Ev1", desk.clock()), range(4)))

    assert seen.count(True) == 1
    assert requests.first_time("T2", "Ev1", desk.clock())
    assert not requests.first_time("T1", "Ev1", desk.clock() + timedelta(minutes=59))


def test_a_workspace_is_made_once_and_keeps_its_name(desk: Desk) -> None:
    desk.services.workspaces.ensure("T3", "Corner Cycles")
    desk.services.workspaces.ensure("T3", "")

    assert desk.services.workspaces.name("T3") == "Corner Cycles"
    assert desk.services.workspaces.name("T4") == ""
