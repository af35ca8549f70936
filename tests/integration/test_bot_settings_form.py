"""The settings form with the largest company: inside Slack's limits, every menu answered."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.app import Registry
from bot.conversation import Choices, Modal, OpenView, Request, UpdateView
from bot.modals import FORMS
from bot.modals.channel import form_for as channel_form
from bot.modals.configure import FORM, form_for, page, turn
from bot.modals.panels import PANELS, TABS
from bot.modals.sealed import Seal
from bot.sandbox.limits import check_view, walk
from sync.ledger.ledger import Ledgers
from sync.services.choices import ROLES
from sync.services.models import Role
from tests.desk import Desk, a_desk

SEAL = Seal(b"a key that is long enough")
LONG = "Ⅻ <!channel> & *Card* " * 9


def a_large_desk(ledgers: Ledgers) -> Desk:
    """500 accounts of every type with long names, 120 shops, 90 ways to pay."""
    desk = a_desk(ledgers)
    kinds = ("Bank", "Other Current Asset", "Income", "Expense", "Accounts Receivable")
    desk.save_list(
        "Account",
        [
            {
                "Id": str(1000 + n),
                "Name": f"{n} {LONG}"[:100],
                "FullyQualifiedName": f"{LONG[:300]}:{n} {LONG}"[:400],
                "AccountType": kinds[n % 5],
                "AccountSubType": "Other",
                "Active": True,
            }
            for n in range(500)
        ],
    )
    shops = [{"id": str(n), "name": f"{n} {LONG}", "time_zone": "UTC"} for n in range(120)]
    desk.save_list("Shop", shops)
    ways = [{"id": str(n), "name": f"{n} {LONG}", "kind": "user defined"} for n in range(90)]
    desk.save_list("PaymentType", ways)
    return desk


@pytest.fixture
def desk(ledgers: Ledgers) -> Desk:
    return a_large_desk(ledgers)


def asked(desk: Desk, **more: Any) -> Request:
    connection = desk.services.connections.get(desk.scope)
    return Request(desk.admin, desk.clock(), channel="C1", connection=connection, **more)


def drawn(modal: Modal) -> Any:
    return SEAL.drawn(modal, "T" * 11, "U" * 11)


def pressed(desk: Desk, modal: Modal, value: str, values: dict[str, Any]) -> Modal:
    view = OpenView("V1", modal.state, values)
    reply = turn(replace(asked(desk), view=view, value=value), desk.services)
    assert isinstance(reply, UpdateView)
    return reply.modal


@pytest.mark.parametrize(
    ("panel", "only"),
    [*((panel.id, True) for panel in PANELS), *((panel.id, False) for panel in TABS)],
)
def test_slack_takes_every_page(desk: Desk, panel: str, only: bool) -> None:
    modal = form_for(asked(desk), desk.services, panel, only=only)

    assert check_view(drawn(modal)) == []


@pytest.mark.parametrize("panel", [panel.id for panel in TABS])
def test_a_connection_without_a_till_has_a_form_too(ledgers: Ledgers, panel: str) -> None:
    desk = a_desk(ledgers, connections=2)
    desk.scope = replace(desk.scope, connection="C2-T1")

    modal = form_for(asked(desk), desk.services, panel)

    assert check_view(drawn(modal)) == []


def test_a_chosen_store_is_kept_by_a_menu_that_cannot_hold_all(desk: Desk) -> None:
    """Otherwise adding one to it would drop the one that was not on the menu."""
    last = desk.services.settings.shop_names(desk.scope)[-1]
    desk.services.settings.stores(desk.admin, desk.scope, [last])

    modal = form_for(asked(desk), desk.services, "stores", only=True)

    (field,) = (b["element"] for b in modal.view["blocks"] if b.get("block_id") == "stores")
    assert len(field["options"]) == 100
    assert [each["value"] for each in field["initial_options"]] == [last[:149].rstrip() + "…"]


def test_slack_takes_the_channel_form(desk: Desk) -> None:
    assert check_view(drawn(channel_form(asked(desk)))) == []


def test_ninety_ways_to_pay_are_pages_of_a_dozen(desk: Desk) -> None:
    modal = form_for(asked(desk), desk.services, "accounts")
    seen: list[str] = []

    for number in range(99):
        view = OpenView("V1", modal.state, {})
        reply = page(replace(asked(desk), view=view, value=str(number)), desk.services)
        assert isinstance(reply, UpdateView)
        assert check_view(drawn(reply.modal)) == []
        fields = [b["block_id"] for b in reply.modal.view["blocks"] if b["type"] == "input"]
        assert len(fields) <= 12
        seen += [name for name in fields if name not in seen]

    assert len(seen) == len(ROLES) + 90


def test_every_control_has_a_listener(desk: Desk) -> None:
    pressed_ids = Registry(tuple(action for form in FORMS for action in form.actions))
    offered = Registry(FORM.options)
    silent = {"ccc.channel.field.channel"}  # only read when the form is sent

    for panel in TABS:
        for element in walk(form_for(asked(desk), desk.services, panel.id).view["blocks"]):
            if "action_id" in element and element["action_id"] not in silent:
                assert pressed_ids.pattern.match(element["action_id"]), element
                if element["type"] == "external_select":
                    assert offered.pattern.match(element["action_id"]), element


def test_a_menu_of_500_accounts_answers_a_hundred_that_fit(desk: Desk) -> None:
    request = replace(asked(desk), action_id="ccc.configure.field.account.deposit", typed="")

    rows = FORM.options[0].handle(request, desk.services)

    assert isinstance(rows, Choices)
    assert len(rows.options) == 100
    assert all(len(each["text"]["text"]) <= 75 for each in rows.options)


def test_more_than_a_form_can_remember_stays_on_its_tab_and_says_so(desk: Desk) -> None:
    modal = form_for(asked(desk), desk.services, "sales")
    options = next(b for b in modal.view["blocks"] if b.get("block_id") == "stores")["element"]
    chosen = {"stores": {"ccc.configure.field.stores": {"selected_options": options["options"]}}}

    there = pressed(desk, modal, "customers", chosen)

    assert there.state["tab"] == "sales"
    assert "save this tab before" in str(there.view)
    assert check_view(drawn(there)) == []


def test_a_forged_tab_or_page_is_nothing(desk: Desk) -> None:
    modal = form_for(asked(desk), desk.services, "accounts")

    assert pressed(desk, modal, "<!channel>", {}).state["tab"] == "accounts"
    for value in ("-1", "²", "9" * 30, "x"):
        view = OpenView("V1", modal.state, {})
        reply = page(replace(asked(desk), view=view, value=value), desk.services)
        assert isinstance(reply, UpdateView)
        assert check_view(drawn(reply.modal)) == []


def test_only_admins_have_anything_in_it() -> None:
    assert {action.role for action in (*FORM.actions, *FORM.options)} == {Role.ADMIN}
    assert FORM.role is Role.ADMIN
