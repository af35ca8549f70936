"""What we write in QuickBooks, in accounting words; the wire form is the connector's."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from sync.domain.money import ZERO
from sync.domain.sale import NOWHERE, Address


class DocumentKind(StrEnum):
    """QuickBooks' own type names, so that a person can find what we name."""

    SALES_RECEIPT = "SalesReceipt"
    REFUND_RECEIPT = "RefundReceipt"
    INVOICE = "Invoice"
    CREDIT_MEMO = "CreditMemo"
    ESTIMATE = "Estimate"
    PAYMENT = "Payment"
    ITEM = "Item"
    CUSTOMER = "Customer"
    PAYMENT_METHOD = "PaymentMethod"


@dataclass(frozen=True, slots=True)
class Ref:
    """A list object of the company: the id is sent, the name is for people."""

    id: str
    name: str


class LineRole(StrEnum):
    """Why a line is there; the balance check and the preview read it."""

    GOODS = "goods"
    FEE = "fee"
    DISCOUNT = "discount"
    SHIPPING = "shipping"
    TAX = "tax"  # the till's tax as a line, where QuickBooks keeps no sales tax
    ROUNDING = "rounding"
    TENDER = "tender"  # money that went to another account than the deposit
    TIP = "tip"
    CASH_ROUNDING = "cash rounding"  # payments end at five cents, the total does not


# Beside what was sold: these lines say how it was paid, and are no part of the till's total.
PAYING = frozenset({LineRole.TENDER, LineRole.TIP, LineRole.CASH_ROUNDING})


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """One line; `quantity` and `unit_price` come together or not at all (QuickBooks 6070)."""

    role: LineRole
    item: Ref
    amount: Decimal  # whole cents, signed
    description: str = ""
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    taxable: bool = False
    tax_code: str = ""  # id of a line tax code, outside the US only
    class_ref: Ref | None = None  # where the company keeps classes by line


@dataclass(frozen=True, slots=True)
class SalesForm:
    """Any of QuickBooks' sales forms: goods, fees and tax for one customer.

    Amounts of refund receipts and credit memos are positive, as QuickBooks wants. A form without
    `deposit_to` moves no money: what it comes to is open on the customer's account.
    """

    kind: DocumentKind
    number: str
    day: date
    currency: str
    lines: tuple[DocumentLine, ...]
    deposit_to: Ref | None  # for a refund: the account the money leaves
    private_note: str  # carries the source key
    customer: Ref | None = None
    tax: Decimal = ZERO
    tax_code: Ref | None = None  # header code, US manual tax only
    sends_tax: bool = True  # False: no TxnTaxDetail at all
    payment_method: Ref | None = None
    payment_ref: str = ""
    ship_to: Address | None = None
    ship_from: Address | None = None
    location: Ref | None = None
    class_ref: Ref | None = None  # where the company keeps one class per document
    terms: Ref | None = None
    memo: str = ""

    @property
    def posted_tax(self) -> Decimal:
        """The tax that QuickBooks keeps as tax; a line is not that."""
        return self.tax if self.sends_tax else ZERO

    @property
    def goods_and_tax(self) -> Decimal:
        """Goods, fees, discounts and tax, without how it was paid: must equal the till's total."""
        held = sum((line.amount for line in self.lines if line.role not in PAYING), ZERO)
        return held + self.posted_tax

    @property
    def total(self) -> Decimal:
        """QuickBooks' TotalAmt: what reaches (or leaves) the deposit account, or stays open."""
        return sum((line.amount for line in self.lines), ZERO) + self.posted_tax


@dataclass(frozen=True, slots=True)
class Settles:
    """What a payment settles: a part of the same sale, or an earlier document of ours.

    Its id in QuickBooks may not exist yet; it is filled in when the payment is frozen.
    """

    kind: DocumentKind
    amount: Decimal
    part: int = 0
    document: int = 0  # our own row; 0 for a part of the same sale


@dataclass(frozen=True, slots=True)
class Payment:
    """Money received against invoices, or a credit applied to one (then `amount` is zero)."""

    number: str  # QuickBooks keeps it as the payment's reference
    day: date
    currency: str
    customer: Ref
    amount: Decimal
    deposit_to: Ref | None
    private_note: str
    settles: tuple[Settles, ...]
    payment_method: Ref | None = None

    @property
    def kind(self) -> DocumentKind:
        return DocumentKind.PAYMENT

    @property
    def total(self) -> Decimal:
        return self.amount

    @property
    def posted_tax(self) -> Decimal:
        return ZERO


Document = SalesForm | Payment


@dataclass(frozen=True, slots=True)
class NewItem:
    """An item to create; `income_account` may be a liability or clearing account.

    Two sales at two prices need the same item, so only its name makes it another one.
    """

    name: str
    sku: str = field(compare=False)
    description: str = field(compare=False)
    price: Decimal | None = field(compare=False)
    kind: str = field(compare=False)  # "NonInventory" or "Service"
    income_account: Ref = field(compare=False)
    taxable: bool = field(compare=False)


@dataclass(frozen=True, slots=True)
class NewCustomer:
    """A customer to create, under a display name that is already clean and short enough.

    The name alone is the need: QuickBooks refuses a second customer of that name.
    """

    display_name: str
    first_name: str = field(default="", compare=False)
    last_name: str = field(default="", compare=False)
    company: str = field(default="", compare=False)
    email: str = field(default="", compare=False)
    phone: str = field(default="", compare=False)
    address: Address = field(default=NOWHERE, compare=False)
    source_id: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class NewPaymentMethod:
    """A payment method to create, named as the till names the tender (31 characters)."""

    name: str
    is_card: bool = field(compare=False)


NewListObject = NewItem | NewCustomer | NewPaymentMethod
