"""Fields of the settings that have a few answers: stores, receipts, customers, products, times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from bot.conversation import Action, Choices, FieldErrors, Reply, Request
from bot.modals.fields.inputs import (
    Place,
    Typed,
    field_id,
    pick_field,
    picker_field,
    row,
    select_field,
    several_field,
    text_field,
    word,
    words,
)
from bot.views.blocks import Block
from bot.views.text import cut
from sync.domain.settings import ConnectionSettings
from sync.services.models import Option, Role, ScheduleView

if TYPE_CHECKING:
    from sync.services.facade import Services

WEBSTORE = "Webstore"
_MENU = 100  # options that Slack takes
_VALUE = 150  # what an option may carry
_STANDARD = ("off", "hourly", "every 15m", "every 30m")
DAILY, OTHER = "daily", "other"
_RHYTHMS = (
    Option("hourly", "Every hour"),
    Option("every 15m", "Every 15 minutes"),
    Option("every 30m", "Every 30 minutes"),
    Option(DAILY, "Once a day", "at the time below"),
    Option(OTHER, "Another rhythm", "written below"),
    Option("off", "Never by itself", "only when somebody asks"),
)


# -- stores


def store_fields(
    place: Place, shops: Sequence[str], chosen: Sequence[str], typed: Typed
) -> list[Block]:
    """Whose sales are for the books; none chosen means all."""
    names = dict.fromkeys((*shops, *chosen, WEBSTORE))
    if len(names) > _MENU:  # what is chosen must be there, or saving would drop it
        names = dict.fromkeys((*chosen, WEBSTORE, *shops))
    choices = [
        Option(cut(name, _VALUE), name, "also web sales elsewhere" if name == WEBSTORE else "")
        for name in names
    ]
    values = [cut(name, _VALUE) for name in chosen]
    more = f" Only {_MENU} fit here; the others by /ccc stores NAME." if len(names) > _MENU else ""
    hint = f"{WEBSTORE} also means web sales rung up anywhere. None chosen: all stores.{more}"
    return [
        several_field(
            place, "stores", "Stores", choices, values, typed, empty="All stores", hint=hint
        )
    ]


def read_stores(typed: Typed, shops: Sequence[str]) -> tuple[str, ...]:
    """The names as the shops are called; () for all."""
    full = {cut(name, _VALUE): name for name in (*shops, WEBSTORE)}
    return tuple(full.get(name, name) for name in words(typed, "stores"))


# -- what a sale becomes


TYPES = (
    ("sales_receipt", "Sales receipt", "paid at the till; what is put on account is an invoice"),
    ("invoice_payment", "Invoice and payment", "one payment for each way of paying"),
    ("invoice_if_paid", "Invoice, payment if paid", "a payment only when nothing is left open"),
    ("invoice", "Invoice", "you enter payments in QuickBooks yourself"),
    ("estimate", "Estimate", "nothing is posted; for sales you invoice by hand"),
)


def type_fields(
    place: Place, kinds: Sequence[tuple[str, str, str]], chosen: str, typed: Typed
) -> list[Block]:
    """What a sale becomes; `kinds` are what can be posted: id, name and a line about it."""
    choices = [Option(*kind) for kind in kinds]
    return [select_field(place, "type", "A sale becomes", choices, chosen, typed, kind=_RADIO)]


def read_type(typed: Typed) -> str:
    return word(typed, "type")


# -- customers


@dataclass(frozen=True, slots=True)
class CustomerChoice:
    mode: str
    name: str
    missing: str


def customer_fields(place: Place, settings: ConnectionSettings, typed: Typed) -> list[Block]:
    """On whose name receipts are written."""
    modes = (
        Option("single", "One customer for all sales", "the name below"),
        Option("name", "The sale's customer, by name", "QuickBooks' display name"),
        Option("email", "The sale's customer, by e-mail"),
    )
    missing = (
        Option("create", "Make the customer in QuickBooks"),
        Option("hold", "Hold the sale until somebody decides"),
        Option("single", "Write it on the one customer"),
    )
    return [
        select_field(
            place, "mode", "Receipts go to", modes, settings.customer_match, typed, kind=_RADIO
        ),
        text_field(
            place,
            "name",
            "The one customer",
            settings.customer_single,
            typed,
            hint="Also takes sales to nobody in particular.",
            example="Walk-in Customer",
        ),
        select_field(
            place,
            "missing",
            "When QuickBooks does not know a customer",
            missing,
            settings.customer_missing,
            typed,
        ),
    ]


def read_customers(typed: Typed) -> CustomerChoice:
    """Every answer, or in red what is missing."""
    found = CustomerChoice(word(typed, "mode"), word(typed, "name"), word(typed, "missing"))
    errors = {}
    if not found.mode:
        errors["mode"] = "Choose one."
    if not found.name:
        errors["name"] = "Write a name, such as Walk-in Customer."
    if not found.missing:
        errors["missing"] = "Choose one."
    if errors:
        raise FieldErrors(errors)
    return found


# -- products


@dataclass(frozen=True, slots=True)
class ProductChoice:
    match: str
    missing: str


def product_fields(place: Place, settings: ConnectionSettings, typed: Typed) -> list[Block]:
    """How a SKU finds its QuickBooks item, and what happens when there is none."""
    match = (
        Option("name", "The item's name", "QuickBooks' usual place for a SKU"),
        Option("sku", "The item's SKU"),
    )
    missing = (
        Option("create", "Make the item in QuickBooks"),
        Option("hold", "Hold the sale until somebody maps it"),
    )
    return [
        select_field(
            place,
            "match",
            "A SKU is looked for in",
            match,
            settings.item_match,
            typed,
            kind=_RADIO,
        ),
        select_field(
            place,
            "item_missing",
            "When QuickBooks has no such item",
            missing,
            settings.item_missing,
            typed,
            kind=_RADIO,
        ),
    ]


def read_products(typed: Typed) -> ProductChoice:
    """Both answers, or in red what is missing."""
    found = ProductChoice(word(typed, "match"), word(typed, "item_missing"))
    errors = {}
    if not found.match:
        errors["match"] = "Choose one."
    if not found.missing:
        errors["item_missing"] = "Choose one."
    if errors:
        raise FieldErrors(errors)
    return found


# -- schedule


def schedule_fields(place: Place, schedule: ScheduleView, zone: str, typed: Typed) -> list[Block]:
    """When sales are read by themselves; `zone` is the shop's, where there is no schedule yet."""
    spec = schedule.spec
    is_daily = spec.startswith("daily ")
    rhythm = DAILY if is_daily else spec if spec in _STANDARD else OTHER
    own = schedule.zone or zone
    return [
        select_field(place, "rhythm", "Read new sales", _RHYTHMS, rhythm, typed),
        picker_field(
            place,
            "at",
            "Time of day",
            spec.removeprefix("daily ") if is_daily else "02:00",
            typed,
            kind="timepicker",
            hint="For once a day.",
            optional=True,
        ),
        text_field(
            place,
            "spec",
            "Another rhythm",
            "" if rhythm != OTHER else spec,
            typed,
            hint='Such as every 2h, or cron "0 2 * * mon-fri".',
            optional=True,
        ),
        pick_field(place, "zone", "Time zone", Option(own, own), typed, empty="Choose a zone"),
    ]


def read_schedule(typed: Typed) -> tuple[str, str]:
    """The schedule as it is typed in a line, and its zone."""
    rhythm, zone = word(typed, "rhythm"), word(typed, "zone")
    errors = {}
    if not rhythm:
        errors["rhythm"] = "Choose one."
    if rhythm == DAILY and not word(typed, "at"):
        errors["at"] = "Choose a time of day."
    if rhythm == OTHER and not word(typed, "spec"):
        errors["spec"] = "Write a rhythm, such as every 2h."
    if not zone:
        errors["zone"] = "Choose a time zone."
    if errors:
        raise FieldErrors(errors)
    if rhythm == DAILY:
        return f"daily {word(typed, 'at')}", zone
    return (word(typed, "spec") if rhythm == OTHER else rhythm), zone


def zone_options(action: str) -> Action:
    """Answers the zone field of a form."""
    return Action(field_id(action, "zone"), zones, Role.ADMIN)


def zones(request: Request, services: Services) -> Reply:
    """Time zones by what was typed; the shop's own comes first."""
    typed = request.typed.strip().casefold().replace(" ", "_")
    own = request.connection.zone if request.connection else ""
    found = sorted(
        (name for name in available_timezones() if "/" in name and typed in name.casefold()),
        key=lambda name: (name != own, not name.casefold().startswith(typed), name),
    )
    return Choices(tuple(row(Option(name, name)) for name in found[:100]), "No zone has that name")


_RADIO = "radio_buttons"
