"""The retailer's running memory: ids, what may come back, who owes what, what waits on layaway."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import datetime

from sync.sandbox.retailer.events import Line, Sale
from sync.sandbox.retailer.people import Customer

REMEMBERED = 400


@dataclass(frozen=True, slots=True)
class Account:
    """A customer's credit account or a gift card."""

    id: int
    name: str
    opened: datetime
    customer: Customer | None = None
    code: str = ""
    limit: int = 0

    @property
    def gift(self) -> bool:
        """Whether it is a card that anybody may spend."""
        return self.customer is None


@dataclass(frozen=True, slots=True)
class Layaway:
    """Goods put aside, and the deposit taken for them."""

    line: Line
    deposit: int
    sale: Sale


@dataclass
class Book:
    """Only what later sales can refer to."""

    next_sale: int = 10_001
    next_line: int = 90_001
    next_tender: int = 70_001
    next_ship_to: int = 6_001
    next_link: int = 31
    next_gift_card: int = 1_001
    accounts: dict[int, Account] = field(default_factory=dict)
    balances: Counter[int] = field(default_factory=Counter)  # positive: owed to the shop
    returnable: deque[Sale] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    returned: set[int] = field(default_factory=set)
    layaways: list[Layaway] = field(default_factory=list)

    def take(self, counter: str) -> int:
        """The next free number of its kind."""
        number: int = getattr(self, counter)
        setattr(self, counter, number + 1)
        return number

    def settle(self, sale: Sale) -> None:
        """Move account balances by what a ticket's tenders spent or paid in."""
        for tender in sale.live:
            if tender.account:
                self.balances[tender.account] += tender.amount

    def unsettle(self, sale: Sale) -> None:
        """Take a voided ticket's movements back."""
        for tender in sale.live:
            if tender.account:
                self.balances[tender.account] -= tender.amount
