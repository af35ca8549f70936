"""First-in, first-out stock values, so that cost of goods follows the goods."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


@dataclass(slots=True)
class Stock:
    """Layers of quantity and unit cost per item; a shortage is valued at the purchase cost."""

    layers: defaultdict[str, list[tuple[Decimal, Decimal]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def on_hand(self, item: str) -> Decimal:
        """Quantity in stock, negative when more was sold than received."""
        return sum((quantity for quantity, _ in self.layers[item]), Decimal(0))

    def receive(self, item: str, quantity: Decimal, unit_cost: Decimal) -> int:
        """Put goods in; answers their value in cents."""
        self.layers[item].append((quantity, unit_cost))
        return _cents(quantity * unit_cost)

    def take(self, item: str, quantity: Decimal, purchase_cost: Decimal) -> int:
        """Take the oldest goods out; answers their cost in cents."""
        cost = Decimal(0)
        layers = self.layers[item]
        while quantity and layers and layers[0][0] > 0:
            there, unit_cost = layers[0]
            used = min(there, quantity)
            cost += used * unit_cost
            quantity -= used
            if used == there:
                layers.pop(0)
            else:
                layers[0] = (there - used, unit_cost)
        if quantity:
            layers.append((-quantity, purchase_cost))
            cost += quantity * purchase_cost
        return _cents(cost)

    def put_back(self, item: str, quantity: Decimal, unit_cost: Decimal) -> None:
        """Undo a sale: the goods return as the oldest layer."""
        self.layers[item].insert(0, (quantity, unit_cost))


def _cents(amount: Decimal) -> int:
    return int(amount.quantize(CENT, ROUND_HALF_UP).scaleb(2))
