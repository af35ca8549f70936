"""Raw Lightspeed sales as domain sales: the one place where the till's quirks end."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from enum import StrEnum
from hashlib import blake2b
from typing import Any

from pydantic import TypeAdapter, ValidationError

from sync.connectors.lightspeed import contacts
from sync.connectors.lightspeed.book import PaymentType, ShopBook, tender_kind
from sync.connectors.lightspeed.wire import WireLine, WirePayment, WireSale
from sync.domain.arithmetic import line_discount, line_gross
from sync.domain.money import ZERO
from sync.domain.sale import Customer, Sale, SaleLine, SaleState, Tender

RawSale = dict[str, Any]
_PAGE = TypeAdapter(list[WireSale])
_MOVING = frozenset({"timeStamp", "updateTime"})  # a record may be touched and stay the same
_LONGEST_ID = 18
_BEYOND = Decimal(10) ** 12  # no till rings this up; larger numbers are damage


class Unknown(StrEnum):
    """Why a record could not be read; the first two are cured by reading the lists again."""

    SHOP = "unknown_shop"
    PAYMENT_TYPE = "unknown_payment_type"
    ZONE = "unknown_zone"
    SHAPE = "malformed"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A record that stays in the log with its reason.

    One without an id gets a name of ours, "?" and a mark of its content: the same every time.
    """

    id: str
    cause: Unknown
    reason: str


@dataclass(frozen=True, slots=True)
class Normalised:
    """Every record of a page is in exactly one of the two."""

    sales: tuple[Sale, ...]
    unreadable: tuple[Unreadable, ...]


class _Refused(Exception):
    def __init__(self, cause: Unknown, reason: str) -> None:
        super().__init__(reason)
        self.cause = cause


def normalise_page(records: Iterable[RawSale], book: ShopBook) -> Normalised:
    """Sales in the order they came; a bad record neither stops the page nor disappears."""
    records = list(records)
    sales: list[Sale] = []
    bad: list[Unreadable] = []
    for record, wire in zip(records, _validated(records), strict=True):
        try:
            if isinstance(wire, _Refused):
                raise wire
            sales.append(_sale(wire, book))
        except _Refused as refused:
            bad.append(Unreadable(_id_of(record), refused.cause, str(refused)))
        except ArithmeticError:
            reason = "an amount is too large or too fine to be money"
            bad.append(Unreadable(_id_of(record), Unknown.SHAPE, reason))
    return Normalised(tuple(sales), tuple(bad))


def _validated(records: list[RawSale]) -> list[WireSale | _Refused]:
    """All at once, which is fast; one by one only when something is wrong."""
    try:
        return list(_PAGE.validate_python(records))
    except ValidationError:
        return [_one_validated(record) for record in records]


def _one_validated(record: RawSale) -> WireSale | _Refused:
    try:
        return WireSale.model_validate(record)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "record"
        return _Refused(Unknown.SHAPE, f"{where}: {first['type'].replace('_', ' ')}")


def _sale(wire: WireSale, book: ShopBook) -> Sale:
    if not _is_number(wire.sale_id):
        raise _Refused(Unknown.SHAPE, "saleID: not a number")
    shop = book.shops.get(wire.shop_id)
    if shop is None:
        raise _Refused(Unknown.SHOP, f"shop {wire.shop_id} is not in Lightspeed's list of shops")
    zone = book.zones.get(shop.id)
    if zone is None:
        raise _Refused(Unknown.ZONE, f"shop {shop.id} has a time zone we do not know")
    total = wire.total if wire.total is not None else wire.calc_total
    if total is None or abs(total) >= _BEYOND:
        raise _Refused(Unknown.SHAPE, "total: missing or absurd")

    state = _state(wire)
    rung_up = _rung_up(wire, state)
    day = rung_up.astimezone(zone).date()
    lines = tuple([_line(line) for line in wire.lines])
    tenders = tuple([_tender(paid, book) for paid in wire.payments if not paid.archived])
    tax = wire.tax_total
    if tax is None:
        tax = (wire.calc_tax1 or ZERO) + (wire.calc_tax2 or ZERO)
    ship_to = contacts.address(wire.ship_to.contact) if wire.ship_to else None
    register = book.registers.get(wire.register_id)
    return Sale(
        id=wire.sale_id,
        number=wire.sale_id,
        state=state,
        business_day=day,
        created_at=wire.create_time or rung_up,
        updated_at=wire.update_time or wire.time_stamp or rung_up,
        completed_at=rung_up if state is SaleState.COMPLETED else wire.complete_time,
        shop=shop,
        register_id=_ref(wire.register_id),
        register_name=register.name if register else "",
        lines=lines,
        tenders=tenders,
        total=total,
        tax=tax,
        employee_id=_ref(wire.employee_id),
        customer=_customer(wire),
        ship_to=None if ship_to is None or ship_to.is_empty else ship_to,
        ship_note=_text(wire.ship_to.ship_note) if wire.ship_to else "",
        ship_date=_shipped(wire, zone),
        reference=_text(wire.reference_number),
        reference_source=_text(wire.reference_number_source),
        tax_inclusive=wire.is_tax_inclusive,
        change=wire.change,
        balance=wire.balance,
        fingerprint=_fingerprint(state, day.isoformat(), total, tax, lines, tenders),
    )


def _shipped(wire: WireSale, zone: tzinfo) -> date | None:
    """The day a shipment was last touched, once it is marked as shipped: there is no other."""
    sent = wire.ship_to
    if sent is None or not sent.shipped or sent.time_stamp is None:
        return None
    return sent.time_stamp.astimezone(zone).date()


def _state(wire: WireSale) -> SaleState:
    """A void may clear `completed`, so it is looked at first."""
    if wire.voided:
        return SaleState.VOIDED
    if wire.archived:
        return SaleState.CANCELLED
    return SaleState.COMPLETED if wire.completed else SaleState.OPEN


def _rung_up(wire: WireSale, state: SaleState) -> datetime:
    """When it counts. `timeStamp` is the completion time of a completed sale, by definition."""
    if wire.complete_time:
        return wire.complete_time
    if state is SaleState.COMPLETED and wire.time_stamp:
        return wire.time_stamp
    if moment := wire.create_time or wire.time_stamp or wire.update_time:
        return moment
    raise _Refused(Unknown.SHAPE, "completeTime: no time at all")


def _line(wire: WireLine) -> SaleLine:
    gross = line_gross(wire.unit_quantity, wire.unit_price)
    if abs(gross) >= _BEYOND:
        raise _Refused(Unknown.SHAPE, "SaleLines: an absurd amount")
    item, note = wire.item, _text(wire.note.note) if wire.note else ""
    sku = name = category = ""
    if item:
        sku = (
            _text(item.custom_sku)
            or _text(item.manufacturer_sku)
            or _text(item.upc)
            or _text(item.ean)
            or _text(item.system_sku)
        )
        name = _text(item.description)
        category = _text(item.category.name) if item.category else ""
    if not name and wire.item_fee:
        name = _text(wire.item_fee.name)
    item_id = _ref(wire.item_id)
    return SaleLine(
        id=wire.sale_line_id,
        item_id=item_id,
        sku=sku,
        name=name or note or (f"Item {item_id}" if item_id else "Miscellaneous"),
        quantity=wire.unit_quantity,
        unit_price=wire.unit_price,
        gross=gross,
        discount=_line_discount(wire, gross) + wire.calc_transaction_discount,
        tax=wire.calc_tax1 + wire.calc_tax2 if wire.tax else ZERO,
        taxed=wire.tax,
        tax_rate=wire.tax1_rate + wire.tax2_rate,
        tax_class=_text(wire.tax_class.name) if wire.tax_class else "",
        category=category,
        kind=_text(wire.line_type),
        note=note,
        parent_line_id=_ref(wire.parent_sale_line_id),
    )


def _line_discount(wire: WireLine, gross: Decimal) -> Decimal:
    """The till's own figure, else its formula."""
    if wire.calc_line_discount is not None:
        return wire.calc_line_discount
    return line_discount(gross, percent=wire.discount_percent, amount=wire.discount_amount)


def _tender(wire: WirePayment, book: ShopBook) -> Tender:
    if abs(wire.amount) >= _BEYOND:
        raise _Refused(Unknown.SHAPE, "SalePayments: an absurd amount")
    paid_by = book.payment_types.get(wire.payment_type_id)
    if paid_by is None and wire.payment_type:
        told = wire.payment_type
        paid_by = PaymentType(wire.payment_type_id, _text(told.name), tender_kind(_text(told.type)))
    if paid_by is None:
        raise _Refused(
            Unknown.PAYMENT_TYPE,
            f"payment type {wire.payment_type_id} is not in Lightspeed's list of payment types",
        )
    return Tender(
        id=wire.sale_payment_id,
        kind=paid_by.kind,
        type_id=wire.payment_type_id,
        name=paid_by.name,
        amount=wire.amount,
        tip=wire.tip_amount,
        credit_account_id=_ref(wire.credit_account_id),
        refunds_tender_id=_ref(wire.ref_payment_id),
    )


def _customer(wire: WireSale) -> Customer | None:
    """Nobody for id 0; a known id whose record did not come keeps at least its id."""
    if not _ref(wire.customer_id):
        return None
    return contacts.customer(wire.customer) if wire.customer else Customer(id=wire.customer_id)


def _fingerprint(
    state: SaleState,
    day: str,
    total: Decimal,
    tax: Decimal,
    lines: tuple[SaleLine, ...],
    tenders: tuple[Tender, ...],
) -> str:
    """The same for the same postings: spelling of amounts, order, and names do not count."""
    sold = sorted(
        f"{line.id} {line.item_id} {_plain(line.quantity)} {_plain(line.unit_price)} "
        f"{_plain(line.discount)} {_plain(line.tax)} {line.taxed:d}"
        for line in lines
    )
    paid = sorted(f"{t.id} {t.type_id} {_plain(t.amount)} {_plain(t.tip)}" for t in tenders)
    text = "\n".join((state, day, _plain(total), _plain(tax), *sold, "", *paid))
    return blake2b(text.encode(), digest_size=12).hexdigest()


def _plain(amount: Decimal) -> str:
    return str(amount.normalize())


def _ref(value: str) -> str:
    """Lightspeed writes "0" for no reference."""
    return "" if value == "0" else value


def _text(value: str | None) -> str:
    return value.strip() if value else ""


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _LONGEST_ID


def _id_of(record: Any) -> str:
    value = record.get("saleID") if isinstance(record, dict) else None
    known = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if _is_number(known):
        return known
    if isinstance(record, dict):
        record = {name: each for name, each in record.items() if name not in _MOVING}
    shape = json.dumps(record, sort_keys=True, default=str)
    return f"?{blake2b(shape.encode(errors='replace'), digest_size=6).hexdigest()}"
