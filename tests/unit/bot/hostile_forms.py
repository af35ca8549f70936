"""Every builder of a form and of Home with the most hostile data, by its own name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from bot.conversation import Modal, Reply
from bot.modals import (
    account,
    backfill,
    channel,
    fix_date,
    fix_number,
    fix_product,
    log_filter,
    notify,
    products,
    rule_editor,
    rule_file,
    rule_trial,
    rules,
    tax,
    tax_editor,
)
from bot.modals.fields.inputs import Place
from bot.modals.setup import frame, wizard
from bot.modals.setup.page import Scene
from bot.views import (
    home,
)
from bot.views import products as product_views
from bot.views.blocks import Block
from sync.domain.books import TaxWorld
from sync.domain.verdicts import EntryState
from sync.services.checklist import Facts, StepName, checklist
from sync.services.models import (
    LogQuery,
    Option,
    Role,
)
from sync.services.rule_file_models import Rejected, RulesFile
from sync.services.rule_forms import ACTION_CHOICES, Row, RuleForm
from tests.unit.bot.hostile import (
    BIG,
    ID,
    ITEM,
    NAME,
    NOW,
    PROBLEM,
    PRODUCTS,
    REQUEST,
    SERVICES,
    TOLD,
    TRIED,
)
from tests.unit.bot.test_home_view import a_home, a_set_up
from tests.unit.bot.test_views import AN_ESTIMATE, EVIL, a_connection


def _opened(reply: Reply) -> Modal:
    """The form of a handler that may also have answered with words."""
    modal = getattr(reply, "modal", None)
    assert isinstance(modal, Modal), reply
    return modal


def _settings_pages() -> Iterator[Modal]:
    for name in StepName:
        for page in (name.value, ""):
            yield wizard.form_for(REQUEST, SERVICES, page)


def _steps() -> Iterator[Modal]:
    for page in frame.PAGES.values():
        for world in TaxWorld:
            view = a_set_up(world)
            scene = Scene(REQUEST, view.steps, view, {}, Place("ccc.setup"), "https://x.example/")
            yield frame.draw(scene, page, notices=({"type": "divider"},) * 2, draft=EVIL[:60])


def _editors() -> Iterator[Modal]:
    pick = Option(ITEM, EVIL, EVIL)
    for each in ACTION_CHOICES:
        rows = tuple(Row("payment method", "does not contain", "x" * 400) for _ in range(20))
        form = RuleForm(NAME[:80], rows, "or", each.value, "y" * 300)
        state = rule_editor.blank(REQUEST, 12).state | {"was": NAME[:80], "line": "d" * 64}
        yield rule_editor.draw(rule_editor.Editor(form, tuple(range(20)), state, "999", pick))
    yield rule_editor.draw(rule_editor.blank(REQUEST))


def _files() -> Iterator[Modal]:
    lines = tuple(f"{EVIL} {number}" * 20 for number in range(60))
    refused = tuple(Rejected(tuple(range(5_000)), EVIL * 30) for _ in range(60))
    pairs = tuple((line, line) for line in lines)
    for said in ("", EVIL):
        found = RulesFile(lines, pairs, 5_000, 9_999, 5_000, refused, "c" * 64)
        yield rule_file.confirming(found, {"connection": ID, "channel": "C" * 11}, said)


def _backfills() -> Iterator[Modal]:
    form = replace(backfill.blank_form(a_connection(), "C" * 11), shop=EVIL, estimate=EVIL)
    yield backfill.draw(replace(form, first=date(2026, 1, 1), last=date(2026, 3, 1)))
    yield backfill.draw(form)


def _log_filters() -> Iterator[Modal]:
    query = LogQuery(
        states=tuple(EntryState),
        first=date(2020, 1, 1),
        last=date(2026, 3, 10),
        text="x" * 100,
        run_number=BIG,
        shop=EVIL,
        cause=EVIL,
        documents=("SalesReceipt", "RefundReceipt"),
        least=Decimal(1),
        most=Decimal("9999999.99"),
    )
    yield log_filter.form_for(REQUEST, SERVICES, query)
    yield log_filter.form_for(REQUEST, SERVICES, LogQuery())


def _tax_editors() -> Iterator[Modal]:
    mapping = a_connection().settings.tax_mappings[0]
    yield tax_editor.draw(tax_editor.of(REQUEST, mapping))
    editor = tax_editor.blank(REQUEST, region="MD", problem=PROBLEM)
    yield tax_editor.draw(replace(editor, notice=EVIL, code=Option("7", EVIL, EVIL)))


def _product_forms() -> Iterator[Modal]:
    chosen = {product_views.product_key(each): ITEM for each in PRODUCTS[:60]}
    for page in (0, 7, 99):
        yield products.list_for(REQUEST, SERVICES, page, chosen, "x" * 200)


_FORM = backfill.blank_form(a_connection(), "C" * 11)
_FAILED = AN_ESTIMATE | {"reason": EVIL}
MODALS: dict[str, Callable[[], Iterable[Modal]]] = {
    "modals.account.form_for": lambda: [account.form_for(REQUEST, SERVICES, PROBLEM, EVIL)],
    "modals.backfill.form_for": lambda: [backfill.form_for(REQUEST)],
    "modals.backfill.draw": _backfills,
    "modals.backfill.with_estimate": lambda: [backfill.with_estimate(_FORM, AN_ESTIMATE)],
    "modals.backfill.without_estimate": lambda: [backfill.without_estimate(_FORM, _FAILED)],
    "modals.channel.form_for": lambda: [channel.form_for(REQUEST)],
    "modals.fix_date.opened": lambda: [_opened(fix_date.opened(REQUEST, SERVICES, PROBLEM, EVIL))],
    "modals.fix_number.opened": lambda: [
        _opened(fix_number.opened(REQUEST, SERVICES, PROBLEM, EVIL))
    ],
    "modals.fix_product.opened": lambda: [
        _opened(fix_product.opened(REQUEST, SERVICES, PROBLEM, EVIL))
    ],
    "modals.log_filter.form_for": _log_filters,
    "modals.notify.form_for": lambda: [
        notify.form_for(REQUEST, SERVICES, who) for who in ("me", "channel")
    ],
    "modals.products.list_for": _product_forms,
    "modals.rule_editor.draw": _editors,
    "modals.rule_file.import_for": lambda: [rule_file.import_for(REQUEST)],
    "modals.rule_file.confirming": _files,
    "modals.rule_trial.tried": lambda: [
        rule_trial.tried(TRIED, ID),
        rule_trial.tried(TRIED | {"sales": 0}, ID),
    ],
    "modals.rule_trial.untried": lambda: [rule_trial.untried(TOLD, ID)],
    "modals.rules.list_for": lambda: [
        rules.list_for(REQUEST, SERVICES, page, EVIL) for page in (0, 1, 99)
    ],
    "modals.rules.editor_for": lambda: [rules.editor_for(REQUEST)],
    "modals.setup.frame.draw": _steps,
    "modals.setup.wizard.form_for": _settings_pages,
    "modals.tax.list_for": lambda: [tax.list_for(REQUEST, page, "x" * 200) for page in (0, 12, 99)],
    "modals.tax.editor_for": lambda: [tax.editor_for(REQUEST)],
    "modals.tax_editor.draw": _tax_editors,
}

HOMES: dict[str, Callable[[], Iterable[Block]]] = {
    "views.home.home_view": lambda: [
        *(home.home_view(a_home(role, many)) for role in Role for many in (0, 1, 3, 60)),
        *(home.home_view(home.HomeFacts(role, NOW, steps=checklist(Facts()))) for role in Role),
    ],
    "views.home.refused_view": lambda: [home.refused_view(EVIL)],
}

# Drawn from lists that only a database has: `tests/integration/test_bot_settings_form.py`.
FROM_A_DATABASE = ("modals.configure.form_for", "modals.configure.draw")
