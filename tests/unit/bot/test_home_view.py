"""Home and the wizard inside Slack's limits with the largest data, and only with live buttons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from bot.actions import ACTIONS
from bot.app import Registry
from bot.conversation import Request
from bot.modals import FORMS
from bot.modals.fields.inputs import Place
from bot.modals.setup.frame import PAGES, draw
from bot.modals.setup.page import Scene
from bot.reports.causes import cause_card
from bot.sandbox.limits import check_view, walk
from bot.views.home import (
    MAY,
    HomeConnection,
    HomeFacts,
    Problem,
    home_view,
    refused_view,
)
from sync.domain.books import TaxWorld
from sync.domain.documents import Ref
from sync.domain.identity import Scope
from sync.services.checklist import Facts, StepName, checklist
from sync.services.models import (
    AccountState,
    Actor,
    CauseGroup,
    Prerequisite,
    Role,
)
from sync.services.setting_up import Found, SetUpView
from sync.services.suggesting import RegionRule, SuggestedAccount, SuggestedTax
from sync.services.survey import Survey
from sync.services.tally import Findings, RateFound, ShopSales, TenderFound
from tests.unit.bot.test_views import EVIL, a_connection, a_run

NOW = datetime(2026, 3, 10, 22, 0, tzinfo=UTC)
BUTTONS = Registry((*ACTIONS, *(action for form in FORMS for action in form.actions)))
OPTIONS = Registry(tuple(option for form in FORMS for option in form.options))
UP = AccountState.CONNECTED
BUSY = checklist(Facts(UP, UP, True, (EVIL,), (EVIL, EVIL), (EVIL,) * 5))
GROUP = CauseGroup(
    "tax.unmapped", EVIL, "map_tax", EVIL, 1_000_000, Decimal("9999999.99"), "USD", (EVIL,) * 5
)


def a_problem() -> Problem:
    return Problem(tuple(cause_card(a_run(dry=False), GROUP, "c" * 36).blocks))


def a_home(role: Role, connections: int = 60) -> HomeFacts:
    found = tuple(
        HomeConnection(
            a_connection(id=f"c{number:035d}", active_runs=(a_run(),) * 6),
            role,
            BUSY,
            (a_problem(),) * 4,
            (a_run(),) * 5,
        )
        for number in range(connections)
    )
    return HomeFacts(role, NOW, found, admins=("U0OLIVIA1",) * 40, claimed=True)


def a_set_up(world: TaxWorld = TaxWorld.MANUAL) -> SetUpView:
    findings = Findings(
        sales=10**9,
        read=4000,
        recent=10**8,
        shops=tuple(ShopSales(f"{n}{EVIL}", bool(n % 2), 10**7) for n in range(80)),
        rates=tuple(RateFound(EVIL, "MD", Decimal("0.06125"), 10**6) for _ in range(80)),
        tenders=tuple(TenderFound(f"{n}{EVIL}", "cash", 10**6) for n in range(60)),
    )
    return SetUpView(
        connection=a_connection(),
        steps=checklist(Facts(UP, UP, True, has_schedule=False)),
        found=Found(
            shops=tuple((f"{n}{EVIL}", EVIL, EVIL) for n in range(300)),
            registers=10**6,
            company=EVIL,
            currency="USD",
            tax_world=world,
            closed_through=date(2026, 1, 1),
            conditions=tuple(Prerequisite(EVIL, bool(n % 2), EVIL) for n in range(8)),
            accounts=10**6,
        ),
        survey=Survey(date(2025, 12, 1), date(2026, 3, 9), findings, NOW),
        accounts=tuple(
            SuggestedAccount(f"{n}{EVIL}", EVIL, Ref(str(n), EVIL), EVIL, needed=bool(n % 2))
            for n in range(15)
        ),
        taxes=tuple(
            SuggestedTax(f"{chr(65 + n)}D", EVIL, Ref(str(n), EVIL), EVIL, True) for n in range(21)
        ),
        rules=tuple(
            RegionRule(EVIL, EVIL, "MD", tuple(str(m) for m in range(40)), bool(n % 2))
            for n in range(60)
        ),
    )


def pages() -> Iterator[tuple[str, dict[str, Any]]]:
    actor = Actor("T1", "U1", Role.ADMIN)
    request = Request(actor, NOW, channel="C0000LOG1", connection=a_connection())
    link = "https://ccc.example/connect/" + "x" * 60
    for name, page in PAGES.items():
        for world in TaxWorld:
            view = a_set_up(world)
            scene = Scene(request, view.steps, view, {}, Place("ccc.setup"), link)
            yield f"{name.value}-{world.value}", draw(scene, page, draft=EVIL[:60]).view
        busy = replace(a_set_up(), steps=BUSY)
        yield (
            f"{name.value}-blocked",
            draw(Scene(request, BUSY, busy, {}, Place("ccc.setup"), link), page).view,
        )
        fresh = checklist(Facts())
        bare = Request(actor, NOW)
        scene = Scene(bare, fresh, None, {}, Place("ccc.setup"), link)
        yield f"{name.value}-bare", draw(scene, page).view


VIEWS: dict[str, dict[str, Any]] = {
    **{f"home-{role.value}": home_view(a_home(role)) for role in Role},
    **{f"home-few-{role.value}": home_view(a_home(role, 1)) for role in Role},
    **{
        f"home-empty-{role.value}": home_view(HomeFacts(role, NOW, steps=checklist(Facts())))
        for role in Role
    },
    "home-refused": refused_view(EVIL),
    **{f"setup-{name}": view for name, view in pages()},
}


@pytest.mark.parametrize("name", VIEWS)
def test_views_stay_inside_what_slack_takes(name: str) -> None:
    assert check_view(VIEWS[name]) == []


@pytest.mark.parametrize("name", VIEWS)
def test_every_control_has_a_listener(name: str) -> None:
    for element in walk(VIEWS[name]["blocks"]):
        action = element.get("action_id")
        if not action:
            continue
        assert BUTTONS.pattern.match(action), action
        if element["type"] == "external_select":
            assert OPTIONS.pattern.match(action), action


def test_names_are_shown_and_never_read_as_markup() -> None:
    for name, view in VIEWS.items():
        for element in walk(view["blocks"]):
            if element.get("type") == "mrkdwn":
                assert "<!channel>" not in element["text"], name


def labels(view: dict[str, Any]) -> set[str]:
    return {
        element["text"]["text"]
        for element in walk(view["blocks"])
        if element.get("type") == "button"
    }


def test_home_offers_only_what_a_person_may_do() -> None:
    viewer, operator = VIEWS["home-few-viewer"], VIEWS["home-few-operator"]
    assert not labels(viewer) & {"Sync now", "Dry run", "Pause", "Set up"}
    assert not labels(operator) & {"Pause", "Set up", "Reconnect Lightspeed"}
    assert "Set up" in labels(VIEWS["home-few-admin"])
    assert MAY[Role.VIEWER] in str(viewer)


def test_a_broken_account_offers_to_reconnect_to_admins_first() -> None:
    assert "Reconnect Lightspeed" in labels(VIEWS["home-few-admin"])
    assert "Reconnect Lightspeed" not in labels(VIEWS["home-few-operator"])


def test_the_checklist_goes_once_everything_is_settled() -> None:
    done = checklist(Facts(UP, UP, True, has_channel=True, has_schedule=True, is_live=True))
    home = HomeFacts(
        Role.ADMIN, NOW, (HomeConnection(a_connection(), Role.ADMIN, steps=done),), admins=()
    )

    assert "Set-up:" not in str(home_view(home))


def test_more_connections_than_fit_are_named_in_a_line_each() -> None:
    text = str(home_view(a_home(Role.ADMIN, 60)))

    assert "57 more connections" in text


def test_a_page_says_where_one_is_in_a_set_up_of_twelve() -> None:
    for number, name in enumerate(StepName, 1):
        assert f"Step {number} of 12" in str(VIEWS[f"setup-{name.value}-manual"])


def test_scopes_do_not_leak_into_views() -> None:
    """What a form remembers is ids only."""
    view = a_set_up()
    request = Request(Actor("T1", "U1", Role.ADMIN), NOW, connection=a_connection())
    scene = Scene(request, view.steps, view, {}, Place("ccc.setup"))

    state = draw(scene, PAGES[StepName.ACCOUNTS]).state

    assert Scope("T1", state["connection"]).connection == "c" * 36
    assert set(state) == {"connection", "channel", "step", "was", "fresh"}
