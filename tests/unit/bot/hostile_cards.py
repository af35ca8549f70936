"""Every builder of a message with the largest and most hostile data, by its own name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date

from bot.commands import COMMANDS
from bot.reports import accounts as account_reports
from bot.reports import answers, causes, digest, entries, run, trouble
from bot.reports import notices as copies
from bot.reports.links import linked
from bot.views import (
    audit,
    chart,
    connecting,
    explained,
    help,
    log,
    next_step,
    notices,
    preview,
    privacy,
    roles,
    status,
    story,
    taxes,
    trials,
    welcome,
)
from bot.views import backfill as backfill_views
from bot.views import products as product_views
from bot.views import rules as rule_views
from bot.views.blocks import Card
from sync.domain.decisions import DecisionKind
from sync.domain.verdicts import EntryState
from sync.services.alerts import Alert
from sync.services.checklist import Facts, checklist
from sync.services.models import (
    Actor,
    AuditRow,
    DecisionView,
    EntryEvent,
    EntryPage,
    EntryStory,
    Grant,
    Provider,
    Role,
    RuleView,
    RunState,
)
from sync.services.notices import DayFigures, Digest, OpenCause
from tests.unit.bot.hostile import (
    ACCOUNT,
    ADMIN,
    BIG,
    CONNECTED,
    FIXES,
    GROUPS,
    ID,
    MONTH,
    NOTICE,
    NOW,
    OPTIONS,
    PRODUCTS,
    RULES,
    TOLD,
    TRIED,
)
from tests.unit.bot.test_views import AN_ESTIMATE, EVIL, a_connection, a_preview, a_run, an_entry


def _statuses() -> Iterator[Card]:
    ready = a_connection(last_run=None, active_runs=(), channel="")
    yield status.status_card(a_connection(active_runs=(a_run(),) * 9))
    yield status.status_card(ready)


def _next_steps() -> Iterator[Card]:
    for facts in (Facts(), Facts(CONNECTED, None), Facts(CONNECTED, CONNECTED, True, (EVIL,) * 9)):
        for may_change in (True, False):
            for connection in (None, a_connection(), a_connection(last_run=None)):
                card = next_step.setup_card(connection, checklist(facts), may_change=may_change)
                if card is not None:
                    yield card


def _logs() -> Iterator[Card]:
    page = EntryPage(tuple(an_entry(n) for n in range(10)), BIG, 10)
    for first in (True, False):
        line = "log " + "x" * 4000
        yield log.page_card(page, said=EVIL, line=line, connection=a_connection(), first=first)
    none = EntryPage((), 0, None)
    yield log.page_card(none, said=EVIL, line="log", connection=a_connection(), first=True)


def _stories() -> Iterator[Card]:
    events = (EntryEvent(NOW, EntryState.HELD, EVIL, "U1", 42),) * 100
    decided = (DecisionView(DecisionKind.SKIP, EVIL, "U1", NOW),) * 40
    for fix in FIXES:
        held = replace(an_entry(), fix=fix, run="r" * 36, subject=EVIL)
        yield story.story_card(EntryStory(held, events, decided), a_connection())


def _previews() -> Iterator[Card]:
    held = {"state": "held", "cause": "tax.unmapped", "reason": EVIL, "fix": "map_tax"}
    nothing = {"verdict": held, "document": {"kind": "", "fields": {}}, "balance": None}
    for told in (a_preview(), a_preview() | nothing):
        for entry in (None, an_entry()):
            yield preview.preview_card(told, ID, entry)


def _alerts() -> Iterator[Card]:
    for group in GROUPS:
        for left in (0, BIG):
            waiting = replace(group, count=left)
            alert = Alert("k" * 200, "r" * 36, waiting, BIG, BIG, BIG, BIG, BIG, ("U1",) * 9)
            yield causes.alert_card(a_run(dry=False), alert, ID, prefix="LONGPREF")


def _known() -> Iterator[Card]:
    alert = Alert("k" * 200, "r" * 36, GROUPS[0], BIG)
    yield _with_links(causes.known_card([(alert, a_run())] * 50))


def _with_links(card: Card) -> Card:
    """As it is sent: links to other messages have addresses only then."""
    address = "https://corner-cycles.slack.com/archives/C0000LOG1/p" + "1" * 40
    return Card(card.text, linked(card.blocks, lambda key: address))


def _runs() -> Iterator[Card]:
    for state in RunState:
        for dry in (True, False):
            told = a_run(state=state, dry=dry, expected=BIG, read=BIG)
            for place in (a_connection(), a_connection(channel="")):
                chosen = [(EVIL, EVIL)] * 40
                yield run.root_card(told, place, chosen=chosen, names_asker=True, left=BIG)


def _problems() -> Iterator[Card]:
    for waiting in (0, 5, 10**9):
        card = run.problems_card(a_run(dry=False), waiting)
        if card is not None:
            yield card


def _digests() -> Iterator[Card]:
    shops = tuple((f"{n} {EVIL}", MONTH[0]) for n in range(60))
    told = Digest(date(2026, 3, 9), MONTH[0], shops, tuple(OpenCause(g, "r" * 36) for g in GROUPS))
    for start in range(len(GROUPS)):
        some = replace(told, causes=(*told.causes[start:], *told.causes[:start]))
        yield digest.digest_card(some, a_connection(), MONTH)
    nothing = DayFigures(date(2026, 3, 9), {})
    yield digest.digest_card(Digest(nothing.day, nothing, (), ()), a_connection(), (nothing,))


def _audits() -> Iterator[Card]:
    row = AuditRow(NOW, "U" * 11, "settings.changed", EVIL, EVIL, EVIL)
    places = tuple(a_connection(id=f"{n:036d}") for n in range(30))
    yield audit.audit_card((row,) * 50, places, by="U" * 11, word=EVIL, older=True)
    yield audit.audit_card((), (), by="U" * 11, word=EVIL)


def _roles() -> Iterator[Card]:
    places = tuple(a_connection(id=f"{n:036d}") for n in range(60))
    grants = [
        Grant(f"{kind}{n:010d}", role, place)
        for place in ("", *(each.id for each in places))
        for role in (Role.ADMIN, Role.OPERATOR, Role.VIEWER)
        for kind in ("U", "S")
        for n in range(60)
    ]
    for role in Role:
        yield roles.roles_card(grants, places, Actor("T1", "U1", role))
    yield roles.roles_card((), places, ADMIN)


def _explained() -> Iterator[Card]:
    page = EntryPage(tuple(an_entry(n) for n in range(100)), BIG, 10)
    yield explained.explained_card(a_run(), GROUPS * 3, page, a_connection())
    yield explained.explained_card(a_run(), (), EntryPage((), 0, None), a_connection())


def _product_lists() -> Iterator[Card]:
    for may_change in (True, False):
        some = [OPTIONS] * len(PRODUCTS)
        yield product_views.products_card(PRODUCTS, some, a_connection(), may_change=may_change)


def _tables() -> Iterator[Card]:
    yield from entries.table_cards(a_run(), [an_entry(n) for n in range(400)], "Australia/Sydney")


def _connected() -> Iterator[Card]:
    for provider in ("lightspeed", "quickbooks"):
        for place in (a_connection(), a_connection(quickbooks=None), a_connection(channel="")):
            yield account_reports.connected_card(TOLD | {"provider": provider}, place)


_RUN, _SHARED = a_run(), "C" * 11
CARDS: dict[str, Callable[[], Iterable[Card]]] = {
    "views.audit.audit_card": _audits,
    "views.backfill.counting_card": lambda: [
        backfill_views.counting_card(date(2025, 12, 31), date(2026, 12, 30))
    ],
    "views.backfill.question_card": lambda: [
        backfill_views.question_card(AN_ESTIMATE | {"sales": BIG}, ID)
    ],
    "views.backfill.uncounted_card": lambda: [backfill_views.uncounted_card(AN_ESTIMATE, ID, EVIL)],
    "views.chart.chart_card": lambda: [
        chart.chart_card(MONTH[:days], a_connection()) for days in (1, 10, 30, 31, 90)
    ],
    "views.connecting.connect_card": lambda: [
        connecting.connect_card(each, "https://ccc.example/connect/" + "x" * 60)
        for each in Provider
    ],
    "views.connecting.disconnect_card": lambda: [
        connecting.disconnect_card(ACCOUNT, a_connection(), NOW)
    ],
    "views.explained.explained_card": _explained,
    "views.help.help_card": lambda: [help.help_card(COMMANDS)],
    "views.help.command_card": lambda: [help.command_card(each) for each in COMMANDS],
    "views.log.page_card": _logs,
    "views.next_step.setup_card": _next_steps,
    "views.notices.notices_card": lambda: [
        notices.notices_card(NOTICE, [replace(NOTICE, target="C1")] * 100, a_connection())
    ],
    "views.notices.saved_card": lambda: [
        notices.saved_card(NOTICE, is_mine=mine, notes=(EVIL,) * 5) for mine in (True, False)
    ],
    "views.preview.preview_card": _previews,
    "views.privacy.joined_card": lambda: [privacy.joined_card(_SHARED, "U" * 11, EVIL)],
    "views.privacy.shared_card": lambda: [privacy.shared_card(_SHARED, EVIL)],
    "views.products.products_card": _product_lists,
    "views.roles.roles_card": _roles,
    "views.rules.rules_card": lambda: [
        rule_views.rules_card(tuple(RuleView(EVIL, EVIL, True, n) for n in range(1000)), on=False),
        rule_views.rules_card((), on=True),
    ],
    "views.rules.saved_card": lambda: [rule_views.saved_card(RULES[0], a_connection())],
    "views.status.status_card": _statuses,
    "views.status.reconnect_card": lambda: [status.reconnect_card(ACCOUNT)],
    "views.status.which_card": lambda: [
        status.which_card(tuple(a_connection(id=f"{n:036d}") for n in range(60)), "log " + words)
        for words in ("x" * 1790, "x" * 3900, EVIL)
    ],
    "views.status.started_card": lambda: [
        status.started_card(_RUN, existing=existing, channel=channel, reads=EVIL)
        for existing in (True, False)
        for channel in ("", _SHARED)
    ],
    "views.story.story_card": _stories,
    "views.taxes.taxes_card": lambda: [
        taxes.taxes_card(a_connection().settings.tax_mappings),
        taxes.taxes_card(()),
    ],
    "views.trials.waiting_card": lambda: [trials.waiting_card(EVIL)],
    "views.trials.tried_card": lambda: [trials.tried_card(TRIED)],
    "views.trials.untried_card": lambda: [trials.untried_card(TOLD)],
    "views.welcome.welcome_card": lambda: [
        welcome.welcome_card(again=again, is_admin=admin)
        for again in (True, False)
        for admin in (True, False)
    ],
    "reports.accounts.connected_card": _connected,
    "reports.accounts.connected_line": lambda: [account_reports.connected_line(TOLD)],
    "reports.accounts.broken_card": lambda: [account_reports.broken_card(TOLD)],
    "reports.accounts.ending_card": lambda: [account_reports.ending_card(TOLD)],
    "reports.accounts.disconnected_card": lambda: [account_reports.disconnected_card(TOLD)],
    "reports.answers.refreshed_card": lambda: [answers.refreshed_card()],
    "reports.answers.failed_card": lambda: [answers.failed_card(TOLD)],
    "reports.causes.cause_card": lambda: [
        causes.cause_card(a_run(dry=dry), group, ID, prefix="LONGPREF")
        for group in GROUPS
        for dry in (True, False)
    ],
    "reports.causes.alert_card": _alerts,
    "reports.causes.known_card": _known,
    "reports.causes.more_causes_card": lambda: [causes.more_causes_card(a_run(), BIG)],
    "reports.digest.digest_card": _digests,
    "reports.entries.table_cards": _tables,
    "reports.notices.copy_card": lambda: [
        _with_links(copies.copy_card(a_run(dry=False), GROUPS * 5, a_connection()))
    ],
    "reports.run.root_card": _runs,
    "reports.run.problems_card": _problems,
    "reports.trouble.channel_card": lambda: [trouble.channel_card(_SHARED, EVIL, EVIL)],
}
