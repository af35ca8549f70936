"""Every card and form, with the largest and strangest data, stays inside what Slack takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from bot.actions import ACTIONS
from bot.answering import message_body, outcome_body, result_page
from bot.app import Registry
from bot.commands import COMMANDS
from bot.conversation import Message, Modal, Outcome, Request
from bot.modals import FORMS, tax_editor
from bot.modals import backfill as backfill_form
from bot.modals import tax as tax_list
from bot.modals.resending import Problem
from bot.modals.sealed import Seal
from bot.sandbox.limits import check_message, check_view, walk
from bot.views import actions
from bot.views.audit import audit_card
from bot.views.backfill import counting_card, question_card, uncounted_card
from bot.views.blocks import Card, cell, data_table, facts, fallback, plain_table, rich, table
from bot.views.connecting import connect_card, disconnect_card
from bot.views.help import command_card, help_card
from bot.views.log import HEAD, entry_row, page_card
from bot.views.next_step import setup_card
from bot.views.preview import preview_card
from bot.views.rules import rules_card, saved_card
from bot.views.status import reconnect_card, started_card, status_card, which_card
from bot.views.story import story_card
from bot.views.taxes import taxes_card
from bot.views.text import clean, cut, cut_escaped, cut_middle
from bot.views.wording import counts, days, moment, money
from sync.domain.decisions import DecisionKind
from sync.domain.documents import Ref
from sync.domain.settings import ConnectionSettings, TaxMapping
from sync.domain.verdicts import EntryState
from sync.services.checklist import Facts, checklist
from sync.services.models import (
    AccountState,
    AccountView,
    Actor,
    AuditRow,
    ConnectionView,
    DecisionView,
    EntryEvent,
    EntryPage,
    EntryStory,
    EntryView,
    Option,
    Provider,
    Role,
    RuleView,
    RunState,
    RunSummary,
    ScheduleView,
    Trigger,
    Window,
)

NOW = datetime(2026, 3, 10, 22, 0, tzinfo=UTC)
EVIL = "<!channel> <@U1> & *b* `c` \u202e\u0000\x1b[31m\n" + "Ünïcode 🚲 " * 600
SEAL = Seal(b"a key for forms, long enough")


def a_run(**more: Any) -> RunSummary:
    values: dict[str, Any] = {
        "id": "run-1",
        "number": 42,
        "connection": "c1",
        "stream": "sales",
        "trigger": Trigger.BACKFILL,
        "state": RunState.PROBLEMS,
        "dry": True,
        "requested_by": "U1",
        "created_at": NOW,
        "started_at": NOW,
        "finished_at": NOW,
        "window": Window(date(2026, 3, 1), date(2026, 3, 9), EVIL),
        "counts": dict.fromkeys(EntryState, 1_000_000),
        "posted_amount": Decimal("123456789.01"),
        "currency": "USD",
        "message": EVIL,
    }
    return RunSummary(**(values | more))


def a_connection(**more: Any) -> ConnectionView:
    account = AccountView("a1", Provider.LIGHTSPEED, EVIL, AccountState.BROKEN, "U1", problem=EVIL)
    mappings = tuple(
        TaxMapping(f"{chr(65 + n // 26 % 26)}{chr(65 + n % 26)}", Ref(str(n), EVIL), EVIL[:300])
        for n in range(500)
    )
    values: dict[str, Any] = {
        "id": "c" * 36,
        "name": EVIL,
        "channel": "C1",
        "lightspeed": account,
        "quickbooks": replace(account, provider=Provider.QUICKBOOKS),
        "settings": ConnectionSettings(tax_mappings=mappings, rules_on=False),
        "settings_version": 3,
        "schedule": ScheduleView("daily 02:00", "Australia/Sydney", NOW),
        "paused": False,
        "zone": "Australia/Sydney",
        "last_run": a_run(),
        "active_runs": (a_run(state=RunState.RUNNING, expected=10),),
        "open_problems": 12,
    }
    return ConnectionView(**(values | more))


def an_entry(number: int = 1) -> EntryView:
    return EntryView(
        id=number,
        connection="c1",
        run_number=42,
        state=EntryState.HELD,
        kind="sale",
        source_id=str(number),
        source_number=EVIL,
        source_link="https://cloud.lightspeedapp.com/?id=" + "9" * 200,
        document_kind="SalesReceipt",
        document_number="LS-" + "9" * 18,
        document_id="7",
        document_link="https://app.qbo.intuit.com/app/salesreceipt?txnId=7",
        amount=Decimal("-1234567.89"),
        currency="USD",
        business_day=date(2026, 3, 9),
        shop=EVIL,
        cause="tax.unmapped",
        message=EVIL,
        fix=EVIL,
        code="6000",
        attempts=5,
        rules=(EVIL, EVIL),
        actor="U1",
        at=NOW,
    )


def a_preview() -> dict[str, Any]:
    line = {"Amount": 1.5, "Description": EVIL, "SalesItemLineDetail": {"ItemRef": {"value": "5"}}}
    return {
        "number": EVIL,
        "sale": {
            "number": EVIL,
            "state": "completed",
            "day": "2026-03-09",
            "shop": EVIL,
            "register": EVIL,
            "total": "106.00",
            "tax": "6.00",
            "tenders": [{"name": EVIL, "amount": "1.00"}] * 50,
        },
        "document": {"kind": "SalesReceipt", "fields": {"DocNumber": "LS-1", "Line": [line] * 300}},
        "names": {"5": EVIL},
        "fired": [{"rule": EVIL, "field": "region", "before": "", "after": EVIL}] * 50,
        "almost": [{"rule": EVIL, "field": "register"}] * 50,
        "balance": {
            "goods_and_tax": "106.00",
            "till_total": "106.00",
            "deposit": "106.00",
            "ok": True,
        },
        "verdict": None,
        "will_create": [EVIL] * 100,
        "currency": "USD",
    }


def cards() -> Iterator[tuple[str, Card]]:
    connection, run = a_connection(), a_run()
    ready = replace(
        connection.lightspeed or pytest.fail(), state=AccountState.CONNECTED, problem=""
    )
    both = replace(connection, lightspeed=ready, quickbooks=ready, last_run=None, active_runs=())
    yield "status", status_card(connection)
    yield "status at first", status_card(replace(both, channel="", open_problems=0))
    for name, step in (
        ("nothing", None),
        ("no quickbooks", replace(both, quickbooks=None)),
        ("no channel", replace(both, channel="")),
        ("no run", both),
    ):
        up = AccountState.CONNECTED
        steps = checklist(
            Facts(
                up if step else None,
                up if step and step.quickbooks else None,
                lists_read=True,
                has_channel=bool(step and step.channel),
            )
        )
        for may_change in (True, False):
            card = setup_card(step, steps, may_change=may_change)
            assert card is not None
            yield f"setup, {name}, {may_change}", card
    yield "reconnect", reconnect_card(ready)
    several = tuple(replace(connection, id=f"{n:036d}") for n in range(30))
    yield "which", which_card(several, "sync " + "x" * 1790)
    yield "which, too long", which_card(several, "rule add " + "x" * 3900)
    for existing in (True, False):
        yield f"started {existing}", started_card(run, existing=existing, channel="C1")
        yield (
            f"started {existing} without channel",
            started_card(run, existing=existing, channel=""),
        )
    yield "help", help_card(COMMANDS)
    for command in COMMANDS:
        yield f"help {command.name}", command_card(command)
    yield "connect", connect_card(Provider.QUICKBOOKS, "https://ccc.example/connect/" + "x" * 60)
    yield "disconnect", disconnect_card(ready, connection, NOW)
    row = AuditRow(NOW, "U1", "settings.changed", EVIL, EVIL, EVIL)
    yield "audit", audit_card((row,) * 50, ())
    yield "audit, empty", audit_card((), ())
    rules = tuple(RuleView(EVIL, EVIL, n % 2 == 0, n) for n in range(1000))
    yield "rules", rules_card(rules, on=False)
    yield "rules, none", rules_card((), on=True)
    yield "rule saved", saved_card(rules[0], connection)
    yield "rule in shadows", saved_card(replace(rules[0], warnings=(EVIL * 3,) * 9), connection)
    yield "taxes", taxes_card(connection.settings.tax_mappings)
    yield "taxes, none", taxes_card(())
    entries = tuple(an_entry(n) for n in range(10))
    for first in (True, False):
        page = EntryPage(entries, 1_000_000, 10)
        line = "log " + "x" * 4000
        yield (
            f"log {first}",
            page_card(page, said=EVIL[:200], line=line, connection=connection, first=first),
        )
    none = EntryPage((), 0, None)
    yield "log, empty", page_card(none, said=EVIL, line="log", connection=connection, first=True)
    event = EntryEvent(NOW, EntryState.HELD, EVIL, "U1", 42)
    decision = DecisionView(DecisionKind.SKIP, EVIL, "U1", NOW)
    story = EntryStory(an_entry(), (event,) * 100, (decision,) * 3)
    yield "story", story_card(story, connection)
    for fix in ("map_tax", "reconnect", ""):
        entry = replace(an_entry(), fix=fix, run="r" * 36, subject=EVIL)
        yield f"story, {fix}", story_card(replace(story, entry=entry), connection)
    yield "preview", preview_card(a_preview(), "c1")
    held = {"state": "held", "cause": "tax.unmapped", "reason": EVIL, "fix": "map_tax"}
    nothing = a_preview() | {"verdict": held, "document": {"kind": "", "fields": {}}}
    yield "preview, held", preview_card(nothing | {"balance": None}, "c1")
    counted = AN_ESTIMATE | {"sales": 10**9}
    yield "backfill asks", question_card(counted, CONNECTION_ID)
    yield "backfill asks, not counted", uncounted_card(counted, CONNECTION_ID, EVIL)
    yield "backfill counts", counting_card(date(2025, 12, 31), date(2026, 12, 30))


CONNECTION_ID = "c" * 36
AN_ESTIMATE: dict[str, Any] = {
    "first": "2026-01-01",
    "last": "2026-01-31",
    "shop": EVIL,
    "days": 31,
    "sales": 4200,
    "before_closing": 12,
    "closing_date": "2025-12-31",
}


def modals() -> Iterator[tuple[str, Modal]]:
    connection = a_connection()
    admin = Actor("T1", "U1", Role.ADMIN)
    request = Request(admin, NOW, channel="C1", connection=connection)
    form = backfill_form.blank_form(connection, "C1")
    long = replace(form, first=date(2026, 1, 1), last=date(2026, 3, 1), shop=EVIL, estimate=EVIL)
    yield "backfill", backfill_form.draw(form)
    yield "backfill, long", backfill_form.draw(long)
    yield "backfill, counted", backfill_form.with_estimate(form, AN_ESTIMATE)
    failed = AN_ESTIMATE | {"reason": EVIL}
    yield "backfill, not counted", backfill_form.without_estimate(form, failed)
    for page in (0, 12, 99):
        yield f"tax {page}", tax_list.list_for(request, page, EVIL[:200])
    viewer = replace(request, actor=Actor("T1", "U2", Role.VIEWER))
    yield "tax, viewer", tax_list.list_for(viewer)
    yield "tax, add", tax_list.editor_for(request)
    mapping = connection.settings.tax_mappings[0]
    yield "tax, edit", tax_editor.draw(tax_editor.of(request, mapping))
    problem = Problem("r" * 36, EVIL)
    editor = tax_editor.blank(request, region="MD", problem=problem)
    editor = replace(editor, notice=EVIL, code=Option("7", EVIL, EVIL))
    yield "tax, for a cause", tax_editor.draw(editor)
    for name, card in cards():
        yield f"result, {name}", result_page(Message.of(card), {})


@pytest.mark.parametrize(("name", "card"), list(cards()), ids=lambda each: str(each)[:40])
def test_slack_takes_every_card(name: str, card: Card) -> None:
    body = message_body(Message.of(card))

    assert check_message({"text": body["text"], "blocks": body["blocks"]}, update=True) == []
    assert len(body["text"]) > 10, "the fallback is a sentence"


@pytest.mark.parametrize(("name", "modal"), list(modals()), ids=lambda each: str(each)[:40])
def test_slack_takes_every_form(name: str, modal: Modal) -> None:
    assert check_view(SEAL.drawn(modal, "T" * 11, "U" * 11)) == []


def _action_ids(blocks: Any) -> Iterator[tuple[str, bool]]:
    """Every id, and whether pressing it tells us: a field of a form is only read when sent."""
    for block in blocks:
        silent = block["type"] == "input" and not block.get("dispatch_action")
        for element in walk(block):
            if "action_id" in element:
                yield element["action_id"], silent


def test_every_control_that_tells_has_a_listener() -> None:
    pressed = Registry((*ACTIONS, *(action for form in FORMS for action in form.actions)))
    offered = Registry(tuple(option for form in FORMS for option in form.options))
    drawn = [block for _, card in cards() for block in card.blocks]
    drawn += [block for _, modal in modals() for block in modal.view["blocks"]]

    dead = {
        name
        for name, silent in _action_ids(drawn)
        if not silent and not pressed.pattern.match(name)
    }
    menus = {e["action_id"] for e in walk(drawn) if e.get("type") == "external_select"}

    assert dead == set()
    assert {menu for menu in menus if not offered.pattern.match(menu)} == set()


def test_every_published_button_of_a_report_has_a_listener() -> None:
    pressed = Registry((*ACTIONS, *(action for form in FORMS for action in form.actions)))
    published = {
        actions.RUN_CANCEL,
        actions.RUN_RETRY,
        actions.CAUSE_RETRY,
        actions.FIX_MAP_TAX,
        actions.FIX_PICK_ACCOUNT,
        actions.RECONNECT,
        f"{actions.CONNECT}.quickbooks",
        actions.CONNECT_LINK,
        actions.HELP,
        f"{actions.LOG_PAGE}.older",
        actions.LOG_CSV,
        actions.SHARE,
    }

    assert {name for name in published if not pressed.pattern.match(name)} == set()


def test_every_form_on_the_screen_can_be_sent() -> None:
    known = {form.callback_id for form in FORMS}
    sent = {modal.view["callback_id"] for _, modal in modals() if modal.view.get("submit")}

    assert sent <= known


def test_no_markup_is_made_of_a_name() -> None:
    """Literal text has no mentions; only our own mrkdwn may, and it holds no name."""
    for _, card in cards():
        body = message_body(Message.of(card))
        assert "<!channel>" not in body["text"]
        markup = [e["text"] for e in walk(body["blocks"]) if e.get("type") == "mrkdwn"]
        assert not any("channel" in text for text in markup)
        assert not any("\u202e" in e["text"] for e in walk(body["blocks"]) if _literal(e))


def _literal(element: dict[str, Any]) -> bool:
    return isinstance(element.get("text"), str)


def test_a_pressed_message_keeps_its_words_and_loses_its_buttons() -> None:
    card = status_card(a_connection())
    actor = Actor("T1", "U7", Role.OPERATOR)
    pressed = {"text": fallback(card.text), "blocks": card.blocks}

    body = outcome_body(Outcome("Sent again as Resync 43.", "U7"), pressed, Request(actor, NOW))

    assert check_message({"text": body["text"], "blocks": body["blocks"]}, update=True) == []
    assert "actions" not in {block["type"] for block in body["blocks"]}
    assert "U7" in str(body["blocks"][-1])


def test_the_seal_opens_for_its_person_only() -> None:
    sealed = SEAL.closed({"connection": "c1"}, "T1", "U1")

    assert SEAL.opened(sealed, "T1", "U1") == {"connection": "c1"}
    assert SEAL.opened(sealed, "T1", "U2") is None
    assert SEAL.opened(sealed, "T2", "U1") is None
    assert SEAL.opened(sealed[:-4] + "AAAA", "T1", "U1") is None
    assert Seal(b"another key, also long enough").opened(sealed, "T1", "U1") is None
    for junk in ("", "{}", "é", "A" * 5000, "AAAA"):
        assert SEAL.opened(junk, "T1", "U1") is None


def test_a_store_chosen_in_the_form_survives_an_estimate() -> None:
    form = backfill_form.blank_form(a_connection(), "C1")
    estimate = {
        "first": "2026-03-01",
        "last": "2026-03-09",
        "shop": "Newtown",
        "days": 9,
        "sales": 4200,
        "before_closing": 0,
        "closing_date": "",
    }

    view = backfill_form.with_estimate(form, estimate).view

    ids = [block.get("block_id") for block in view["blocks"]]
    assert {"first", "last", "shop", "dry~long"} <= set(ids)
    assert "about 4,200 sales" in str(view)


@pytest.mark.parametrize(
    ("amount", "currency", "said"),
    [
        ("16799.43", "USD", "USD 16,799.43"),
        ("-216.18", "AUD", "AUD -216.18"),
        ("1500", "JPY", "JPY 1,500"),
        ("0.005", "USD", "USD 0.005"),
        ("1E+3", "USD", "USD 1,000.00"),
    ],
)
def test_money_is_shown_exactly_with_its_currency(amount: str, currency: str, said: str) -> None:
    assert money(Decimal(amount), currency) == said


def test_times_name_their_zone() -> None:
    assert moment(NOW, "Australia/Sydney") == "11 Mar 2026 09:00 AEDT"
    assert moment(NOW, "No/Where") == "10 Mar 2026 22:00 UTC"


def test_ranges_of_days_are_said_once() -> None:
    assert days(date(2026, 10, 1), date(2026, 10, 31)) == "1 to 31 Oct 2026"
    assert days(date(2026, 10, 1), date(2026, 10, 1)) == "1 Oct 2026"
    assert days(date(2025, 12, 31), date(2026, 1, 1)) == "31 Dec 2025 to 1 Jan 2026"


def test_only_what_occurred_is_counted() -> None:
    assert counts({EntryState.POSTED: 980, EntryState.HELD: 3}) == "980 posted, 3 held"
    assert counts({}) == "nothing yet"


def test_what_hides_in_a_name_is_taken_out_and_emoji_stay() -> None:
    assert clean("a\u202eb\u200bc\x00\x1b[1m\nd") == "abc[1m d"
    assert clean("👩\u200d🔧 ❤\ufe0f") == "👩\u200d🔧 ❤\ufe0f"


def test_cutting_marks_the_place() -> None:
    assert cut("abcdef", 4) == "abc…"
    assert cut_middle("Assets:Bank:Current", 9) == "Asse…rent"
    assert cut_escaped("a&&&&", 12) == "a&amp;&amp;…"
    assert len(cut_middle("x" * 200, 75)) == 75


def test_a_table_and_its_plain_form_hold_the_same_rows() -> None:
    rows = [entry_row(an_entry(n), "UTC") for n in range(300)]
    small = [[cell(str(n)) for _ in HEAD] for n in range(150)]

    assert check_message({"text": "x", "blocks": [table(HEAD, rows)]}) == []
    assert check_message({"text": "x", "blocks": [data_table("Times: UTC", HEAD, rows)]}) == []
    assert check_message({"text": "x", "blocks": plain_table(HEAD, small)}) == []
    assert len(data_table("c", HEAD, small)["rows"]) == 151
    said = "\n".join(block["text"]["text"] for block in plain_table(HEAD, small))
    assert len(said.split("\n")) == 150


def test_facts_keep_their_labels() -> None:
    block = facts({"Held": 3}, Posted=980)

    text = "".join(e["text"] for e in block["elements"][0]["elements"])
    assert text == "Held: 3\nPosted: 980"
    assert check_message({"text": "x", "blocks": [rich(""), block]}) == []
