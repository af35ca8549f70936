"""What normalising must know of one account: its shops, registers and ways to pay."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sync.domain.sale import Shop, TenderKind


@dataclass(frozen=True, slots=True)
class Register:
    """A till; the web store's is named exactly `eCom`."""

    id: str
    name: str
    shop_id: str = ""


@dataclass(frozen=True, slots=True)
class PaymentType:
    """A way to pay. Merchants rename and add them: `kind` is what stays."""

    id: str
    name: str
    kind: TenderKind


class ShopBook:
    """One account's lists by id. A zone nobody knows is left out and told with its sales."""

    def __init__(
        self,
        shops: Iterable[Shop],
        registers: Iterable[Register] = (),
        payment_types: Iterable[PaymentType] = (),
    ) -> None:
        self.shops = {shop.id: shop for shop in shops}
        self.registers = {register.id: register for register in registers}
        self.payment_types = {kind.id: kind for kind in payment_types}
        self.zones: dict[str, ZoneInfo] = {}
        for shop in self.shops.values():
            try:
                self.zones[shop.id] = ZoneInfo(shop.time_zone)
            except (ZoneInfoNotFoundError, ValueError, OSError):
                continue


def tender_kind(kind: str) -> TenderKind:
    """Lightspeed's reserved word, or `user defined` for anything else."""
    try:
        return TenderKind(kind.strip().lower())
    except ValueError:
        return TenderKind.USER_DEFINED
