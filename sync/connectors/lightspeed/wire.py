"""Lightspeed's JSON as typed values: only the fields we read, whatever shape they come in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

ZERO = Decimal("0")


def many(value: Any) -> list[Any]:
    """The one rule for collections: a lone row is an object; none is absent, empty or null."""
    if isinstance(value, list):
        return value
    return [value] if value not in ("", None) else []


def _inside(key: str) -> Callable[[Any], list[Any]]:
    """A nested collection is wrapped twice: plural key, then singular key."""

    def rows(value: Any) -> list[Any]:
        return many(value.get(key)) if isinstance(value, dict) else many(value)

    return rows


def _one(value: Any) -> Any:
    """A to-one relation that is not there, in any of its spellings."""
    return value if value not in ("", None, []) else None


def _moment(value: Any) -> datetime | None:
    """A UTC time; unset is absent or empty, and no offset means UTC."""
    if value in ("", None):
        return None
    try:
        moment = datetime.fromisoformat(value)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (TypeError, OverflowError):
        raise ValueError("not a time") from None


def _id(name: str) -> str:
    """`sale_id` is `saleID` on the wire."""
    return to_camel(name[:-3]) + "ID" if name.endswith("_id") else to_camel(name)


Moment = Annotated[datetime | None, BeforeValidator(_moment)]


class Wire(BaseModel):
    """Strings become numbers, bare numbers become ids; unknown keys are somebody else's."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True, alias_generator=_id)


class WireAddress(Wire):
    address1: str | None = ""
    address2: str | None = ""
    city: str | None = ""
    state: str | None = ""
    state_code: str | None = ""
    zip: str | None = ""
    country: str | None = ""
    country_code: str | None = ""


class WirePhone(Wire):
    number: str | None = ""
    use_type: str | None = ""


class WireEmail(Wire):
    address: str | None = ""
    use_type: str | None = ""


class WireContact(Wire):
    addresses: Annotated[list[WireAddress], BeforeValidator(_inside("ContactAddress"))] = Field(
        default=[], alias="Addresses"
    )
    phones: Annotated[list[WirePhone], BeforeValidator(_inside("ContactPhone"))] = Field(
        default=[], alias="Phones"
    )
    emails: Annotated[list[WireEmail], BeforeValidator(_inside("ContactEmail"))] = Field(
        default=[], alias="Emails"
    )


Contact = Annotated[WireContact | None, BeforeValidator(_one)]


class WireCustomer(Wire):
    customer_id: str
    first_name: str | None = ""
    last_name: str | None = ""
    company: str | None = ""
    contact: Contact = Field(default=None, alias="Contact")


class WireShipTo(Wire):
    shipped: bool = False
    ship_note: str | None = ""
    time_stamp: Moment = None
    contact: Contact = Field(default=None, alias="Contact")


class WireNamed(Wire):
    """An item fee, tax class or category: of each we only need the name."""

    name: str | None = ""


class WireNote(Wire):
    note: str | None = ""


Named = Annotated[WireNamed | None, BeforeValidator(_one)]


class WireItem(Wire):
    description: str | None = ""
    custom_sku: str | None = ""
    manufacturer_sku: str | None = ""
    upc: str | None = ""
    ean: str | None = ""
    system_sku: str | None = ""
    category: Named = Field(default=None, alias="Category")


class WireLine(Wire):
    sale_line_id: str
    item_id: str = "0"
    parent_sale_line_id: str = "0"
    unit_quantity: Decimal
    unit_price: Decimal
    discount_amount: Decimal = ZERO
    discount_percent: Decimal = ZERO
    calc_line_discount: Decimal | None = None
    calc_transaction_discount: Decimal = ZERO
    tax: bool = False
    tax1_rate: Decimal = Field(default=ZERO, alias="tax1Rate")
    tax2_rate: Decimal = Field(default=ZERO, alias="tax2Rate")
    calc_tax1: Decimal = Field(default=ZERO, alias="calcTax1")
    calc_tax2: Decimal = Field(default=ZERO, alias="calcTax2")
    line_type: str | None = ""
    item: Annotated[WireItem | None, BeforeValidator(_one)] = Field(default=None, alias="Item")
    note: Annotated[WireNote | None, BeforeValidator(_one)] = Field(default=None, alias="Note")
    tax_class: Named = Field(default=None, alias="TaxClass")
    item_fee: Named = Field(default=None, alias="ItemFee")


class WirePaymentType(Wire):
    payment_type_id: str
    name: str | None = ""
    type: str | None = ""


class WirePayment(Wire):
    sale_payment_id: str
    amount: Decimal
    tip_amount: Decimal = ZERO
    archived: bool  # no default: a payment that may be dead is not counted on a guess
    payment_type_id: str
    credit_account_id: str = "0"
    ref_payment_id: str = "0"
    payment_type: Annotated[WirePaymentType | None, BeforeValidator(_one)] = Field(
        default=None, alias="PaymentType"
    )


class WireSale(Wire):
    sale_id: str
    completed: bool
    voided: bool
    archived: bool
    create_time: Moment = None
    complete_time: Moment = None
    update_time: Moment = Field(
        default=None, validation_alias=AliasChoices("updateTime", "updatetime")
    )
    time_stamp: Moment = None
    shop_id: str
    register_id: str = "0"
    employee_id: str = "0"
    customer_id: str = "0"
    ship_to_id: str = "0"
    total: Decimal | None = None
    calc_total: Decimal | None = None
    tax_total: Decimal | None = None
    calc_tax1: Decimal | None = Field(default=None, alias="calcTax1")
    calc_tax2: Decimal | None = Field(default=None, alias="calcTax2")
    change: Decimal = ZERO
    balance: Decimal = ZERO
    is_tax_inclusive: bool = False
    reference_number: str | None = ""
    reference_number_source: str | None = ""
    customer: Annotated[WireCustomer | None, BeforeValidator(_one)] = Field(
        default=None, alias="Customer"
    )
    ship_to: Annotated[WireShipTo | None, BeforeValidator(_one)] = Field(
        default=None, alias="ShipTo"
    )
    lines: Annotated[list[WireLine], BeforeValidator(_inside("SaleLine"))] = Field(
        default=[], alias="SaleLines"
    )
    payments: Annotated[list[WirePayment], BeforeValidator(_inside("SalePayment"))] = Field(
        default=[], alias="SalePayments"
    )


class WireShop(Wire):
    shop_id: str
    name: str = ""
    time_zone: str = ""
    contact: Contact = Field(default=None, alias="Contact")


class WireRegister(Wire):
    register_id: str
    name: str = ""
    shop_id: str = "0"


class WireAccount(Wire):
    account_id: str
    name: str = ""
