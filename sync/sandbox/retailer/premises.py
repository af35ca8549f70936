"""The retailer's fixed surroundings: shops, registers, staff, ways to pay, and sales tax."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

NAME = "Pinewharf Cycles"


@dataclass(frozen=True, slots=True)
class TaxClass:
    """What sort of goods a tax rate is for."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class TaxCategory:
    """One sales tax; rates in millionths, with other rates for some classes."""

    id: int
    name: str
    rate: int
    by_class: Mapping[int, int] = field(default_factory=dict)

    def rate_for(self, tax_class: int) -> int:
        """The rate that a line of this class shows."""
        return self.by_class.get(tax_class, self.rate)


@dataclass(frozen=True, slots=True)
class Shop:
    """A location; the web store is one by name only, as at the real till."""

    id: int
    name: str
    time_zone: str
    tax_category: TaxCategory
    address: tuple[str, str, str, str]

    @property
    def zone(self) -> ZoneInfo:
        """The zone whose calendar is this shop's business day."""
        return ZoneInfo(self.time_zone)


@dataclass(frozen=True, slots=True)
class Register:
    """A till in a shop."""

    id: int
    name: str
    shop: Shop


@dataclass(frozen=True, slots=True)
class Employee:
    """Somebody who rings up sales."""

    id: int
    first_name: str
    last_name: str
    gone: bool = False


@dataclass(frozen=True, slots=True)
class PaymentType:
    """A way to pay; `type` is the till's reserved word, or `user defined`."""

    id: int
    name: str
    type: str
    reserved: bool = False
    needs_customer: bool = False
    refund_as: int = 0


CASH = PaymentType(1, "Cash", "cash", reserved=True)
CHECK = PaymentType(2, "Check", "user defined")
CREDIT_CARD = PaymentType(3, "Credit Card", "credit card", refund_as=3)
CREDIT_ACCOUNT = PaymentType(
    4, "Credit Account", "credit account", reserved=True, needs_customer=True, refund_as=4
)
GIFT_CARD = PaymentType(5, "Gift Card", "gift card", reserved=True, refund_as=5)
DEBIT = PaymentType(6, "Debit", "user defined")
ECOM = PaymentType(8, "eCom", "ecom", reserved=True)

PAYMENT_TYPES = (CASH, CHECK, CREDIT_CARD, CREDIT_ACCOUNT, GIFT_CARD, DEBIT, ECOM)

GOODS = TaxClass(1, "Item")
NUTRITION = TaxClass(2, "Nutrition")
TAX_CLASSES = (GOODS, NUTRITION)

EMPLOYEES = (
    Employee(1, "Online", "Sales"),
    Employee(4, "Ruth", "Calder"),
    Employee(5, "Tomás", "Iñiguez"),
    Employee(6, "Bea", "O'Hara"),
    Employee(7, "Lennart", "Vik"),
    Employee(3, "Former", "Colleague", gone=True),
)


@dataclass(frozen=True, slots=True)
class Premises:
    """All of it, for one time zone and one sales-tax rate."""

    sales_tax: TaxCategory
    exempt_tax: TaxCategory
    shops: tuple[Shop, ...]
    registers: tuple[Register, ...]

    @property
    def web_register(self) -> Register:
        """Where web orders are rung up."""
        return self.registers[-1]

    @property
    def counters(self) -> tuple[Register, ...]:
        """The registers that somebody stands at."""
        return self.registers[:-1]


def premises(time_zone: str = "US/Eastern", rate: int = 60_000) -> Premises:
    """Two shops and a web store with four registers; `rate` is in millionths."""
    tax = TaxCategory(1, "Maryland Sales Tax", rate, {NUTRITION.id: 0})
    exempt = TaxCategory(2, "Tax Exempt", 0)
    main = Shop(1, "Main Street", time_zone, tax, ("12 Main St", "Annapolis", "MD", "21401"))
    river = Shop(2, "Riverside", time_zone, tax, ("8 Quay Rd", "Baltimore", "MD", "21230"))
    web = Shop(3, "Webstore", time_zone, tax, ("12 Main St", "Annapolis", "MD", "21401"))
    registers = (
        Register(1, "Front Register", main),
        Register(2, "Workshop Register", main),
        Register(3, "Riverside Register", river),
        Register(4, "eCom", web),
    )
    return Premises(tax, exempt, (main, river, web), registers)
