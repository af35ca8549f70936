"""Judgements on a sale: why it is skipped or held, in words a bookkeeper reads in Slack."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from sync.domain.decisions import Decision
from sync.domain.documents import Ref
from sync.domain.sale import Sale


class EntryState(StrEnum):
    """The states of a log entry (design, section 7)."""

    PENDING = "pending"
    POSTED = "posted"
    WARNED = "warned"
    DUPLICATE = "duplicate"
    SKIPPED = "skipped"
    HELD = "held"
    RETRYING = "retrying"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Skip:
    """Not for the books, by a filter or rule that is named."""

    cause: str  # stable id, such as "filter.store" or "rule"
    reason: str


@dataclass(frozen=True, slots=True)
class Product:
    """What the till sold, as rules see it; a product without a SKU goes by its name."""

    sku: str
    name: str


@dataclass(frozen=True, slots=True)
class Hold:
    """For the books, but a person must decide first.

    `cause` groups entries in reports and must be equal for equal remedies: include the missing
    thing in `subject`, never the sale. `fix` is the id of a button: "map_tax", "pick_account",
    "map_product", "retry", "choose_date", "connect", "" for none. `products` are those without
    a usable item, for whoever maps them.
    """

    cause: str
    reason: str
    fix: str = ""
    subject: str = ""
    products: tuple[Product, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule that matched, and what it changed."""

    rule: str
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Overrides:
    """What rules decided; None leaves the settings' choice alone."""

    region: str | None = None
    deposit_account: Ref | None = None
    tax_code: Ref | None = None
    customer: str | None = None
    memo: str | None = None
    day: date | None = None
    number: str | None = None
    document_type: str | None = None
    class_ref: Ref | None = None  # a Ref without id: none, whatever the settings say
    location: Ref | None = None
    terms: Ref | None = None
    discount_item: Ref | None = None
    shipping: Decimal | None = None  # signed as at the till
    skipped_tenders: frozenset[str] = frozenset()  # tender ids
    added_tenders: frozenset[str] = frozenset()  # recorded as money, whatever their kind
    payment_accounts: dict[str, Ref] = field(default_factory=dict)  # tender id -> of a payment
    payment_methods: dict[str, str] = field(default_factory=dict)  # tender id -> name
    line_skus: dict[str, str] = field(default_factory=dict)  # line id -> SKU
    line_texts: dict[str, str] = field(default_factory=dict)
    line_factors: dict[str, Decimal] = field(default_factory=dict)  # of the quantity
    line_classes: dict[str, Ref] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Judgement:
    """A sale after filters, rules and people: goes on with overrides, or stops with a verdict."""

    sale: Sale
    overrides: Overrides = Overrides()
    fired: tuple[Fired, ...] = ()
    verdict: Skip | Hold | None = None
    decisions: tuple[Decision, ...] = ()  # of people, about this very sale
