"""The pages of the settings form: which fields each has, and which settings they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.modals.fields.accounts import AccountRow, account_fields, account_name
from bot.modals.fields.choosing import (
    TYPES,
    customer_fields,
    product_fields,
    read_schedule,
    read_stores,
    read_type,
    schedule_fields,
    store_fields,
    type_fields,
)
from bot.modals.fields.inputs import (
    Place,
    Typed,
    picker_field,
    select_field,
    several_field,
    text_field,
    word,
    words,
)
from bot.views.actions import CONFIGURE_OPEN, CONFIGURE_PAGE
from bot.views.blocks import Block, actions, button, context, plain
from bot.views.taxes import mapping_name
from bot.views.text import cut
from bot.views.wording import count
from sync.domain.settings import ConnectionSettings
from sync.services.configuring import AccountUse, Configured
from sync.services.models import Option, ScheduleView
from sync.services.named_settings import ACCOUNT, STATUSES, Value

ACCOUNTS_PAGE = 12
_SWITCH = (Option("on", "On"), Option("off", "Off"))


@dataclass(frozen=True, slots=True)
class Facts:
    """What a page is drawn from; `typed` is what was changed and not saved."""

    saved: Configured
    settings: ConnectionSettings
    zone: str
    typed: Typed
    page: int = 0
    note: str = ""  # what follows from what is typed


@dataclass(frozen=True, slots=True)
class Panel:
    """One page. `fields` says in which field each of its settings is shown."""

    id: str
    title: str
    draw: Callable[[Place, Facts], list[Block]]
    read: Callable[[Typed, Facts], dict[str, Value]]  # of all fields of the page, by setting
    fields: Mapping[str, tuple[str, ...]]  # setting: fields, the first of which shows its error
    line: str  # the same in one line
    is_tab: bool = True
    tells: bool = False


def _names(text: str) -> tuple[str, ...]:
    return tuple(name for part in text.split(",") if (name := part.strip()))


# -- which sales


def _stores(place: Place, facts: Facts) -> list[Block]:
    return store_fields(place, facts.saved.shops, facts.settings.stores, facts.typed)


def _sales(place: Place, facts: Facts) -> list[Block]:
    settings, typed = facts.settings, facts.typed
    return [
        *_stores(place, facts),
        several_field(
            place,
            "statuses",
            "Statuses",
            [Option(each, each.capitalize()) for each in STATUSES],
            settings.statuses,
            typed,
            empty="All completed sales",
            hint="Only completed sales that are one of these. None chosen: all completed sales.",
        ),
        text_field(
            place,
            "prefix",
            "Number prefix",
            settings.prefix,
            typed,
            most=8,
            hint="Stands before the sale number in QuickBooks.",
            example="LS-",
            optional=True,
        ),
        text_field(
            place,
            "suffix",
            "Number suffix",
            settings.suffix,
            typed,
            most=8,
            hint="Stands after the sale number.",
            optional=True,
        ),
        picker_field(
            place,
            "golive",
            "Go-live",
            settings.go_live.isoformat() if settings.go_live else "",
            typed,
            hint="Sales of earlier business days are skipped; a backfill includes them.",
            optional=settings.go_live is None,
        ),
    ]


def _read_stores(typed: Typed, facts: Facts) -> dict[str, Value]:
    return {"stores": read_stores(typed, facts.saved.shops)}


def _read_sales(typed: Typed, facts: Facts) -> dict[str, Value]:
    return {
        **_read_stores(typed, facts),
        "statuses": words(typed, "statuses"),
        "prefix": word(typed, "prefix"),
        "suffix": word(typed, "suffix"),
        "golive": word(typed, "golive"),
    }


# -- what a sale becomes


def _transaction(place: Place, facts: Facts) -> list[Block]:
    settings = facts.settings
    return [
        *type_fields(place, TYPES, settings.document_type, facts.typed),
        select_field(
            place,
            "edits",
            "Follow changes",
            _SWITCH,
            "on" if settings.follows_edits else "off",
            facts.typed,
            kind="radio_buttons",
            hint="On: a posted sale that is changed or voided at the till changes in QuickBooks. "
            "Off: it waits for a person.",
        ),
    ]


def _read_transaction(typed: Typed, facts: Facts) -> dict[str, Value]:
    return {"type": read_type(typed), "edits": word(typed, "edits")}


# -- accounts


def account_page(facts: Facts) -> tuple[AccountUse, ...]:
    """The uses that are on the screen."""
    first = facts.page * ACCOUNTS_PAGE
    return facts.saved.accounts[first : first + ACCOUNTS_PAGE]


def last_page(saved: Configured) -> int:
    return max((len(saved.accounts) - 1) // ACCOUNTS_PAGE, 0)


def _accounts(place: Place, facts: Facts) -> list[Block]:
    rows = [
        AccountRow(
            use.name,
            use.label,
            use.chosen,
            use.why,
            optional=use.is_tender or use.chosen is None,
            empty="Where deposits go" if use.is_tender else "Choose an account",
        )
        for use in account_page(facts)
    ]
    blocks = account_fields(place, rows, facts.typed)
    last = last_page(facts.saved)
    if last:
        blocks += [_pager(facts.page, last), context(f"Page {facts.page + 1} of {last + 1}.")]
    return blocks


def _pager(page: int, last: int) -> Block:
    buttons: list[Block] = []
    if page:
        buttons.append(button("Previous", f"{CONFIGURE_PAGE}.previous", str(page - 1)))
    if page < last:
        buttons.append(button("Next", f"{CONFIGURE_PAGE}.next", str(page + 1)))
    return actions(*buttons)


def _read_accounts(typed: Typed, facts: Facts) -> dict[str, Value]:
    """Of every page: those that were never shown are as saved."""
    return {
        f"{ACCOUNT}{use.name}": word(typed, account_name(use.name))
        for use in facts.saved.accounts
        if account_name(use.name) in typed
    }


# -- customers and products


def _customers(place: Place, facts: Facts) -> list[Block]:
    return customer_fields(place, facts.settings, facts.typed)


def _read_customers(typed: Typed, facts: Facts) -> dict[str, Value]:
    return {
        "customers": word(typed, "mode"),
        "customer": word(typed, "name"),
        "missing-customers": word(typed, "missing"),
    }


def _products(place: Place, facts: Facts) -> list[Block]:
    return product_fields(place, facts.settings, facts.typed)


def _read_products(typed: Typed, facts: Facts) -> dict[str, Value]:
    return {"products": word(typed, "match"), "missing-products": word(typed, "item_missing")}


# -- sales tax


def _tax(place: Place, facts: Facts) -> list[Block]:
    """The table has a form of its own; it opens over this one."""
    mappings = facts.settings.tax_mappings
    said = [f"{mapping_name(each)}: {cut(each.code.name, 60)}" for each in mappings[:10]]
    if len(mappings) > 10:
        said.append(f"and {len(mappings) - 10} more")
    text = f"{count(len(mappings), 'tax mapping')}. {'; '.join(said)}"
    return [plain(text.strip()), actions(button("Open the table", f"{CONFIGURE_OPEN}.tax"))]


def _nothing(typed: Typed, facts: Facts) -> dict[str, Value]:
    return {}


# -- schedule


def _schedule(place: Place, facts: Facts) -> list[Block]:
    saved = facts.saved.values
    view = ScheduleView(str(saved["schedule"]), str(saved["zone"]), None)
    fields = schedule_fields(place, view, facts.zone, facts.typed)
    return [*fields, context(f"The shop's zone is {facts.zone}. {facts.note}".strip())]


def _read_schedule(typed: Typed, facts: Facts) -> dict[str, Value]:
    spec, zone = read_schedule(typed)
    return {"schedule": spec, "zone": zone}


# -- advanced


def _advanced(place: Place, facts: Facts) -> list[Block]:
    settings, typed = facts.settings, facts.typed
    return [
        select_field(
            place,
            "rules",
            "Rules",
            _SWITCH,
            "on" if settings.rules_on else "off",
            typed,
            kind="radio_buttons",
            hint="Off: no rule is applied. Filters are not rules and stay.",
        ),
        context("The rules themselves: /ccc rules"),
        text_field(
            place,
            "tolerance",
            "Rounding tolerance",
            str(settings.rounding_tolerance),
            typed,
            most=10,
            hint="Up to this much may become a Rounding line; beyond it a sale is held.",
        ),
        select_field(
            place,
            "cash-rounding",
            "Cash ends at five cents",
            _SWITCH,
            "on" if settings.cash_rounding else "off",
            typed,
            kind="radio_buttons",
            hint="Where small coins are gone it does so without this.",
        ),
        text_field(
            place,
            "web-registers",
            "Web registers",
            ", ".join(settings.web_registers),
            typed,
            most=300,
            hint="Sales on these registers are Webstore sales. Commas between names.",
            optional=True,
        ),
        text_field(
            place,
            "web-payments",
            "Web payments",
            ", ".join(settings.web_tenders),
            typed,
            most=300,
            hint="Sales paid so are Webstore sales. Commas between names.",
            optional=True,
        ),
    ]


def _read_advanced(typed: Typed, facts: Facts) -> dict[str, Value]:
    return {
        "rules": word(typed, "rules"),
        "tolerance": word(typed, "tolerance"),
        "cash-rounding": word(typed, "cash-rounding"),
        "web-registers": _names(word(typed, "web-registers")),
        "web-payments": _names(word(typed, "web-payments")),
    }


_SALES_FIELDS = {name: (name,) for name in ("stores", "statuses", "prefix", "suffix", "golive")}
_ADVANCED_FIELDS = {
    name: (name,)
    for name in ("rules", "tolerance", "cash-rounding", "web-registers", "web-payments")
}
SCHEDULE_PANEL = "schedule"
PANELS: tuple[Panel, ...] = (
    Panel(
        "sales",
        "Which sales",
        _sales,
        _read_sales,
        _SALES_FIELDS,
        "configure statuses sale, refund · configure prefix LS- · golive 2026-11-01",
    ),
    Panel(
        "stores",
        "Stores",
        _stores,
        _read_stores,
        {"stores": ("stores",)},
        "stores all · stores NAME, NAME",
        is_tab=False,
    ),
    Panel(
        "transaction",
        "Transaction",
        _transaction,
        _read_transaction,
        {"type": ("type",), "edits": ("edits",)},
        "configure type invoice payment · configure edits on|off",
    ),
    Panel("accounts", "Accounts", _accounts, _read_accounts, {}, 'accounts ROLE "Account name"'),
    Panel(
        "customers",
        "Customers",
        _customers,
        _read_customers,
        {
            "customers": ("mode",),
            "customer": ("name",),
            "missing-customers": ("missing",),
        },
        'customers single "Name" · customers match name|email missing create|hold|single',
    ),
    Panel(
        "products",
        "Products",
        _products,
        _read_products,
        {"products": ("match",), "missing-products": ("item_missing",)},
        "products match name|sku missing create|hold",
    ),
    Panel("tax", "Sales tax", _tax, _nothing, {}, 'tax add MD "Maryland 6%"'),
    Panel(
        SCHEDULE_PANEL,
        "Schedule",
        _schedule,
        _read_schedule,
        {"schedule": ("rhythm", "at", "spec"), "zone": ("zone",)},
        "schedule hourly · schedule daily 02:00 zone Area/City",
        tells=True,
    ),
    Panel(
        "advanced",
        "Advanced",
        _advanced,
        _read_advanced,
        _ADVANCED_FIELDS,
        "rules on|off · configure tolerance 0.05 · configure web-registers eCom",
    ),
)
PANEL_BY_ID: Mapping[str, Panel] = {panel.id: panel for panel in PANELS}
TABS: tuple[Panel, ...] = tuple(panel for panel in PANELS if panel.is_tab)


def field_of(panel: Panel, setting: str) -> str:
    """The field that shows a setting's error, "" when this page does not have it."""
    if setting.startswith(ACCOUNT):
        return account_name(setting.removeprefix(ACCOUNT)) if panel.id == "accounts" else ""
    return panel.fields.get(setting, ("",))[0]


def fields_of(panel: Panel, facts: Facts) -> frozenset[str]:
    """Every field of a page, also those of account pages that are not on the screen."""
    if panel.id == "accounts":
        return frozenset(account_name(use.name) for use in facts.saved.accounts)
    return frozenset(name for names in panel.fields.values() for name in names)
