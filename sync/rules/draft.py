"""The sale while rules work on it: each rule sees what earlier ones left."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from sync.domain.documents import Ref
from sync.domain.money import ZERO
from sync.domain.sale import NOWHERE, Sale, SaleLine, Tender
from sync.domain.verdicts import Fired, Hold, Overrides
from sync.rules.model import Scope

ONE = Decimal(1)


class LineDraft:
    """One line, with what rules made of it and the values already made comparable."""

    __slots__ = ("class_ref", "factor", "line", "seen", "sku", "text")

    def __init__(self, line: SaleLine) -> None:
        self.line = line
        self.sku = line.sku
        self.text: str | None = None
        self.factor = ONE
        self.class_ref: Ref | None = None
        self.seen: dict[str, object] = {}

    @property
    def description(self) -> str:
        return self.line.name if self.text is None else self.text

    @property
    def quantity(self) -> Decimal:
        return self.line.quantity * self.factor


class TenderDraft:
    """One tender: whether it is recorded, under which name and to which account."""

    __slots__ = ("account", "added", "method", "seen", "skipped", "tender")

    def __init__(self, tender: Tender) -> None:
        self.tender = tender
        self.skipped = False
        self.added = False
        self.method = tender.name
        self.account: Ref | None = None
        self.seen: dict[str, object] = {}


class Draft:
    """One sale, its overrides so far, and the values already made comparable.

    `line` and `tender` are what a rule tested one by one is looking at. `refs` are the list
    objects that rules chose for the document, by their name in Overrides.
    """

    __slots__ = (
        "_lines",
        "_tenders",
        "currency",
        "customer",
        "day",
        "document_type",
        "excluded_by",
        "fired",
        "holds",
        "line",
        "memo",
        "number",
        "refs",
        "region",
        "sale",
        "seen",
        "shipping",
        "status",
        "tender",
    )

    def __init__(self, sale: Sale, currency: str = "") -> None:
        self.sale = sale
        self.currency = currency
        self.seen: dict[str, object] = {}
        self.refs: dict[str, Ref] = {}
        self.region: str | None = None
        self.customer: str | None = None
        self.memo: str | None = None
        self.day: date | None = None
        self.number: str | None = None
        self.document_type: str | None = None
        self.status: str | None = None
        self.shipping: Decimal | None = None
        self.excluded_by = ""
        self.fired: list[Fired] = []
        self.holds: dict[str, Hold] = {}  # by action: a later rule that succeeds clears it
        self.line: LineDraft | None = None
        self.tender: TenderDraft | None = None
        self._lines: list[LineDraft] | None = None
        self._tenders: list[TenderDraft] | None = None

    @property
    def lines(self) -> list[LineDraft]:
        if self._lines is None:
            self._lines = [LineDraft(line) for line in self.sale.lines]
        return self._lines

    @property
    def tenders(self) -> list[TenderDraft]:
        if self._tenders is None:
            self._tenders = [TenderDraft(tender) for tender in self.sale.tenders]
        return self._tenders

    @property
    def touched(self) -> list[LineDraft]:
        """The line being looked at, or all of them under a test of the sale."""
        return self.lines if self.line is None else [self.line]

    @property
    def paid(self) -> list[TenderDraft]:
        """The tender being looked at, or all of them."""
        return self.tenders if self.tender is None else [self.tender]

    @property
    def ship_region(self) -> str:
        return self.region if self.region is not None else (self.sale.ship_to or NOWHERE).region

    @property
    def business_day(self) -> date:
        return self.day or self.sale.business_day

    @property
    def customer_name(self) -> str:
        if self.customer is not None:
            return self.customer
        person = self.sale.customer
        return f"{person.first_name} {person.last_name}".strip() if person else ""

    @property
    def shipping_amount(self) -> Decimal:
        if self.shipping is not None:
            return self.shipping
        return sum((line.gross for line in self.sale.lines if line.is_shipping), ZERO)

    def each(self, scope: Scope) -> Iterator[None]:
        """Look at one line or tender after the other, or once at the whole sale."""
        if scope is Scope.LINE:
            for line in self.lines:
                self.line = line
                yield
            self.line = None
        elif scope is Scope.PAYMENT:
            for tender in self.tenders:
                self.tender = tender
                yield
            self.tender = None
        else:
            yield

    def overrides(self) -> Overrides:
        """What the rules decided, for mapping."""
        lines, tenders = self._lines or (), self._tenders or ()
        return Overrides(
            region=self.region,
            customer=self.customer,
            memo=self.memo,
            day=self.day,
            number=self.number,
            document_type=self.document_type,
            shipping=self.shipping,
            deposit_account=self.refs.get("deposit_account"),
            tax_code=self.refs.get("tax_code"),
            class_ref=self.refs.get("class_ref"),
            location=self.refs.get("location"),
            terms=self.refs.get("terms"),
            discount_item=self.refs.get("discount_item"),
            skipped_tenders=frozenset(t.tender.id for t in tenders if t.skipped),
            added_tenders=frozenset(t.tender.id for t in tenders if t.added),
            payment_accounts={t.tender.id: t.account for t in tenders if t.account is not None},
            payment_methods={t.tender.id: t.method for t in tenders if t.method != t.tender.name},
            line_skus={d.line.id: d.sku for d in lines if d.sku != d.line.sku},
            line_texts={d.line.id: d.text for d in lines if d.text is not None},
            line_factors={d.line.id: d.factor for d in lines if d.factor != ONE},
            line_classes={d.line.id: d.class_ref for d in lines if d.class_ref is not None},
        )
