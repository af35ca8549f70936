"""Counts what sales look like, one sale after the other; what a survey keeps of ninety days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sync.domain.sale import Sale, SaleState
from sync.domain.settings import ConnectionSettings
from sync.mapping.goods import is_taxable
from sync.rules.filters import is_web_sale

WEBSTORE = "webstore"


@dataclass(frozen=True, slots=True)
class ShopSales:
    """Sales of the last thirty days; web sales of a shop are counted apart."""

    shop: str
    web: bool
    sales: int


@dataclass(frozen=True, slots=True)
class RateFound:
    """A rate that sales of a shop were taxed at."""

    shop: str
    region: str  # of the address it was sold or shipped to, "" where none is known
    rate: Decimal
    sales: int


@dataclass(frozen=True, slots=True)
class TenderFound:
    """A way to pay that was used."""

    name: str
    kind: str
    sales: int


@dataclass(frozen=True, slots=True)
class Findings:
    """What the last ninety days look like; a sample when there were too many to read."""

    sales: int  # in ninety days
    read: int
    recent: int  # in the last thirty
    shops: tuple[ShopSales, ...] = ()
    rates: tuple[RateFound, ...] = ()
    tenders: tuple[TenderFound, ...] = ()

    @property
    def is_sample(self) -> bool:
        return self.read < self.sales


@dataclass(slots=True)
class Tally:
    """Counts as they grow."""

    settings: ConnectionSettings
    recent_from: date
    seen: set[str] = field(default_factory=set)
    shops: Counter[tuple[str, bool]] = field(default_factory=Counter)
    rates: Counter[tuple[str, str, Decimal]] = field(default_factory=Counter)
    tenders: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, sales: Iterable[Sale]) -> None:
        """Completed sales only, each once: slices of a sample may touch."""
        for sale in sales:
            if sale.state is not SaleState.COMPLETED or sale.id in self.seen:
                continue
            self.seen.add(sale.id)
            if sale.business_day >= self.recent_from:
                self.shops[sale.shop.name, is_web_sale(sale, self.settings)] += 1
            region = (sale.ship_to.region if sale.ship_to else "") or sale.shop.address.region
            if sale.tax:
                taxed = {line.tax_rate for line in sale.lines if is_taxable(line) and line.net}
                for rate in taxed:
                    self.rates[sale.shop.name, region.strip().upper(), rate] += 1
            for name, kind in {(each.name, each.kind.value) for each in sale.tenders}:
                self.tenders[name, kind] += 1

    def findings(self, sales: int, recent: int, *, is_sample: bool) -> Findings:
        """The counts, brought to the whole where only a part was read.

        The till's own count of `sales` has voided ones in it, so it says nothing about that.
        """
        read = len(self.seen)
        sampled = sum(self.shops.values())
        whole = is_sample and bool(sampled)

        def scaled(count: int) -> int:
            return max(round(count * recent / sampled), 1) if whole else count

        return Findings(
            sales=max(sales, read) if whole else read,
            read=read,
            recent=recent if whole else sampled,
            shops=tuple(ShopSales(shop, web, scaled(n)) for (shop, web), n in _ordered(self.shops)),
            rates=tuple(
                RateFound(shop, region, rate, n) for (shop, region, rate), n in _ordered(self.rates)
            ),
            tenders=tuple(TenderFound(name, kind, n) for (name, kind), n in _ordered(self.tenders)),
        )


def staying(findings: Findings, stores: Sequence[str]) -> int:
    """How many of the last thirty days' sales a store filter would let through."""
    names = {name.strip().casefold() for name in stores}
    return sum(
        each.sales
        for each in findings.shops
        if not names or each.shop.strip().casefold() in names or (each.web and WEBSTORE in names)
    )


def regions_taxed(findings: Findings) -> Mapping[str, tuple[RateFound, ...]]:
    """The rates by region, the commonest first, over all shops; regions by their sales."""
    counted: dict[str, Counter[Decimal]] = {}
    shops: dict[tuple[str, Decimal], list[str]] = {}
    for each in findings.rates:
        if each.region:
            counted.setdefault(each.region, Counter())[each.rate] += each.sales
            shops.setdefault((each.region, each.rate), []).append(each.shop)
    ranked = sorted(counted.items(), key=lambda item: (-item[1].total(), item[0]))
    return {
        region: tuple(
            RateFound(", ".join(dict.fromkeys(shops[region, rate])), region, rate, n)
            for rate, n in _ordered(rates)
        )
        for region, rates in ranked
    }


def _ordered(counter: Counter[Any]) -> list[tuple[Any, int]]:
    """The commonest first, and the same order every time."""
    return sorted(counter.items(), key=lambda item: (-item[1], str(item[0])))
