"""What one source record becomes in QuickBooks: its documents, in the order they can be sent."""

from __future__ import annotations

from dataclasses import dataclass

from sync.domain.documents import Document, SalesForm
from sync.domain.standing import Movement


@dataclass(frozen=True, slots=True)
class Plan:
    """The documents of one sale; their places in the tuple are the parts of its identity."""

    documents: tuple[Document, ...]
    movement: Movement | None = None  # of the customer's account

    @property
    def main(self) -> Document:
        """The document that people mean: the sales form, or the payment of an earlier one."""
        return self.documents[0]

    @property
    def form(self) -> SalesForm | None:
        return self.main if isinstance(self.main, SalesForm) else None
