"""Every form, sent as nobody means to: empty, as long as it can be, or after somebody else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk import WebClient

from bot.conversation import Modal
from bot.modals import FORMS
from bot.modals.sealed import Seal
from bot.sandbox import payloads, seed
from bot.sandbox.delivery import FORM, Reply, signed
from bot.sandbox.limits import check_suggestions, check_view
from bot.sandbox.model import View
from bot.sandbox.person import Person
from bot.sandbox.values import elements, form_state
from bot.views.actions import (
    CONFIGURE_TAB,
    FIX_PICK_ACCOUNT,
    PRODUCT_EDIT,
    RULE_MORE,
    SETUP_GOTO,
    cause_value,
)
from bot.views.blocks import actions, button, input_block, modal, plain
from tests.alerts import alert
from tests.office import FORM_KEY, SECRET, Office, bare, form_of, office, words
from tests.scenarios.test_fixing_dates import closed
from tests.scenarios.test_fixing_numbers import taken
from tests.scenarios.test_fixing_products import stuck, the_alert
from tests.scenarios.test_product_list import many

__all__ = ["bare", "closed", "many", "office", "stuck", "taken"]  # fixtures

HOSTILE = "<!channel> &*x* \u202e🚲 "
Opener = Callable[[Office, Person], object]
OUR_FAULT = "failed on this"


def by_line(line: str) -> Opener:
    return lambda office, person: person.command(line)


def pick_account(office: Office, olivia: Person) -> None:
    """As the button of an alert that waits for an account."""
    olivia.command("sync")
    office.house.work()
    run = office.house.services.runs.recent(office.house.scope)[0]
    press = button("Pick account", FIX_PICK_ACCOUNT, cause_value(run.id, "account.deposit"))
    client = WebClient(token="xoxb-1", base_url=office.slack.api_url)
    blocks = [plain("Sales wait."), actions(press)]
    client.chat_postMessage(channel=seed.LOG, text="Sales wait.", blocks=blocks)
    olivia.click(alert(office, "Pick account"), "Pick account")


def from_alert(text: str) -> Opener:
    return lambda office, person: person.click(alert(office, text), text)


def product_editor(office: Office, olivia: Person) -> None:
    olivia.command("products map")
    form = form_of(olivia)
    presses = [e for b in form.blocks if (e := b.get("accessory", {})).get("type") == "button"]
    olivia.click(form, PRODUCT_EDIT, presses[0]["value"])


# How each form that can be sent comes to the screen, and the fixture that makes it possible.
OPENED: dict[str, tuple[str, Opener]] = {
    "ccc.backfill": ("", by_line("backfill")),
    "ccc.configure": ("", by_line("configure")),
    "ccc.channel": ("", by_line("channel")),
    "ccc.rule": ("", by_line("rule add")),
    "ccc.rules.file": ("", by_line("rule import")),
    "ccc.tax.editor": ("", by_line("tax add")),
    "ccc.account": ("", pick_account),
    "ccc.date": ("closed", from_alert("Choose date")),
    "ccc.number": ("taken", from_alert("Link, prefix or skip")),
    "ccc.product": ("stuck", lambda office, who: who.click(the_alert(office), "Map product")),
    "ccc.products": ("many", by_line("products map")),
    "ccc.products.editor": ("many", product_editor),
    "ccc.log.filters": ("", by_line("log filter")),
    "ccc.notify": ("", by_line("notify")),
    "ccc.setup": ("", by_line("setup accounts")),
}
ONLY_READ = {"ccc.rules", "ccc.tax.list"}  # lists without a submit button


def opened(request: pytest.FixtureRequest, office: Office, form: str) -> tuple[Person, View]:
    fixture, by = OPENED[form]
    if fixture:
        request.getfixturevalue(fixture)
    olivia = office.person("olivia")
    by(office, olivia)
    view = form_of(olivia)
    assert view.body["callback_id"] == form
    return olivia, view


def sent(office: Office, person: Person, view: View, state: Any) -> Reply:
    """Past Slack's own checks, as a forged or a future client would send it."""
    payload = payloads.view_submission(office.slack.state, person.user, view, state)
    delivery = signed(
        SECRET, payloads.interactive(payload), FORM, lambda: office.house.clock.now.timestamp()
    )
    return office.slack.deliver(delivery, 3.0)


def fits(reply: Reply, view: View) -> None:
    """Errors stand on fields that are there; whatever is drawn instead, Slack takes."""
    assert reply.status == 200
    assert OUR_FAULT not in str(reply.body)
    shown = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    assert set(reply.body.get("errors", {})) <= shown
    if "view" in reply.body:
        assert check_view(reply.body["view"]) == []


def test_every_form_is_opened_here() -> None:
    assert {form.callback_id for form in FORMS} == set(OPENED) | ONLY_READ


@pytest.mark.parametrize("form", OPENED)
def test_sent_empty_it_says_what_is_missing(
    request: pytest.FixtureRequest, office: Office, form: str
) -> None:
    olivia, view = opened(request, office, form)
    changes = len(office.house.services.people.audit(office.house.scope, limit=1000))

    reply = sent(office, olivia, view, form_state(without_initial(view.blocks)))

    fits(reply, view)
    if reply.body.get("response_action") == "errors":
        rows = office.house.services.people.audit(office.house.scope, limit=1000)
        assert len(rows) == changes, "nothing is saved of a form that is wrong"


@pytest.mark.parametrize("form", OPENED)
def test_sent_as_long_as_it_can_be_it_is_read_or_refused(
    request: pytest.FixtureRequest, office: Office, form: str
) -> None:
    olivia, view = opened(request, office, form)
    state, notified = form_state(view.blocks), len(office.slack.notifications)
    for block, element in elements(view.blocks):
        if element["type"] == "plain_text_input":
            most = element.get("max_length", 3000)
            text = (HOSTILE * most)[:most]
            state[block["block_id"]][element["action_id"]]["value"] = text

    reply = sent(office, olivia, view, state)

    fits(reply, view)
    office.house.work()
    assert len(office.slack.notifications) == notified, "nobody is called by what was typed"


def without_initial(blocks: Any) -> Any:
    """The same fields with nothing in them."""
    if isinstance(blocks, list):
        return [without_initial(each) for each in blocks]
    if isinstance(blocks, dict):
        return {k: without_initial(v) for k, v in blocks.items() if not k.startswith("initial_")}
    return blocks


@pytest.mark.parametrize(
    ("line", "press"),
    [
        ("configure", lambda who: who.choose(who.view, CONFIGURE_TAB, "Transaction")),
        ("setup accounts", lambda who: who.choose(who.view, SETUP_GOTO, "type")),
        ("rule add", lambda who: who.click(who.view, RULE_MORE)),
    ],
)
def test_a_stale_hash_is_drawn_again_from_what_is_newest(
    office: Office, line: str, press: Callable[[Person], Any]
) -> None:
    olivia = office.person("olivia")
    olivia.command(line)
    before = str(form_of(olivia).blocks)
    office.slack.fail("views.update", "hash_conflict")

    outcome = press(olivia)

    assert outcome.status == 200
    assert str(form_of(olivia).blocks) != before
    assert len(office.slack.calls_to("views.update")) == 2


@pytest.mark.parametrize("by", [by_line("backfill"), pick_account], ids=["typed", "pressed"])
def test_a_form_that_comes_too_late_is_said_to(office: Office, by: Opener) -> None:
    office.slack.fail("views.open", "expired_trigger_id")
    olivia = office.person("olivia")

    by(office, olivia)

    assert olivia.view is None
    assert "took too long for Slack" in words(olivia.ephemerals[-1])


def test_of_two_who_pick_an_account_the_second_sees_what_the_first_saved(office: Office) -> None:
    olivia = office.person("olivia")
    pick_account(office, olivia)
    view = form_of(olivia)
    services, scope = office.house.services, office.house.scope
    banks = [each for each in services.lists.accounts(scope, "", 100) if each.hint == "Bank"]
    office.say('accounts deposit "Undeposited Funds"')
    saved = services.connections.get(scope).settings.accounts.deposit

    olivia.submit(view, {"role": "Deposits", "account": banks[0].label})

    assert services.connections.get(scope).settings.accounts.deposit == saved
    assert "changed meanwhile" in str(form_of(olivia).body)
    olivia.submit(values={"role": "Deposits", "account": banks[0].label})
    now = services.connections.get(scope).settings.accounts.deposit
    assert now is not None and now.id == banks[0].value


@pytest.mark.parametrize("option", sorted(o.id for form in FORMS for o in form.options))
def test_without_a_connection_a_menu_says_why_it_is_empty(bare: Office, option: str) -> None:
    bare.say("")
    olivia = bare.person("olivia")
    view = Seal(FORM_KEY).drawn(_empty_form(option), seed.TEAM, olivia.id)
    shown = bare.slack.views.open(olivia.id, view)

    payload = payloads.block_suggestion(
        bare.slack.state, olivia.user, shown, shown.blocks[0], shown.blocks[0]["element"], ""
    )
    delivery = signed(
        SECRET, payloads.interactive(payload), FORM, lambda: bare.house.clock.now.timestamp()
    )
    reply = bare.slack.deliver(delivery, 1.0)

    assert reply.status == 200
    assert check_suggestions(reply.body) == []
    assert OUR_FAULT not in str(reply.body)
    assert "label" in str(reply.body) or option.endswith("zone")


def _empty_form(option: str) -> Modal:
    id = f"{option}x" if option.endswith(".") else option
    field = {"type": "external_select", "action_id": id, "min_query_length": 0}
    form = modal("A form", "ccc.setup", [input_block("field", "A", field)], submit="Save")
    return Modal(form, {})
