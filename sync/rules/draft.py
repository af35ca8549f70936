"""The sale while rules work on it: each rule sees what earlier ones left."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sync.domain.documents import Ref
from sync.domain.sale import NOWHERE, Sale, SaleLine, Tender
from sync.domain.verdicts import Fired, Hold, Overrides
from sync.rules.model import Scope


class LineDraft:
    """One line, with the SKU that rules gave it and the values already made comparable."""

    __slots__ = ("line", "seen", "sku")

    def __init__(self, line: SaleLine) -> None:
        self.line = line
        self.sku = line.sku
        self.seen: dict[str, object] = {}


class TenderDraft:
    """One tender, and whether a rule keeps it from being recorded."""

    __slots__ = ("seen", "skipped", "tender")

    def __init__(self, tender: Tender) -> None:
        self.tender = tender
        self.skipped = False
        self.seen: dict[str, object] = {}


class Draft:
    """One sale, its overrides so far, and the values already made comparable.

    `line` and `tender` are what a rule tested one by one is looking at.
    """

    __slots__ = (
        "_lines",
        "_tenders",
        "customer",
        "day",
        "deposit_account",
        "excluded_by",
        "fired",
        "holds",
        "line",
        "memo",
        "region",
        "sale",
        "seen",
        "tax_code",
        "tender",
    )

    def __init__(self, sale: Sale) -> None:
        self.sale = sale
        self.seen: dict[str, object] = {}
        self.region: str | None = None
        self.deposit_account: Ref | None = None
        self.tax_code: Ref | None = None
        self.customer: str | None = None
        self.memo: str | None = None
        self.day: date | None = None
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
        return Overrides(
            region=self.region,
            deposit_account=self.deposit_account,
            tax_code=self.tax_code,
            customer=self.customer,
            memo=self.memo,
            day=self.day,
            skipped_tenders=frozenset(t.tender.id for t in self._tenders or () if t.skipped),
            line_skus={d.line.id: d.sku for d in self._lines or () if d.sku != d.line.sku},
        )
