"""Best guesses for a product that has no item: the same list always in the same order."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sync.domain.books import ListItem, name_key
from sync.domain.verdicts import Product

_UNUSABLE = ("Category", "Group")
_TOKEN = re.compile(r"[^\W_]+")
_SHORTEST = 3  # letters that a common beginning needs to mean anything
_FAR = 9  # the rank of an item that has nothing in common with the product


@dataclass(frozen=True, slots=True)
class Guess:
    """An item and how near it is: 0 is the same SKU, `_FAR` is nothing in common."""

    item: ListItem
    rank: int

    @property
    def is_near(self) -> bool:
        return self.rank < _FAR


def ranked(product: Product, items: Iterable[ListItem]) -> list[Guess]:
    """Usable items, the nearest first: SKU, name, beginning, then words in common."""
    wanted = _Wanted(product)
    found = [(wanted.place(item), item) for item in items if is_usable(item)]
    found.sort(key=lambda each: (*each[0], name_key(each[1].name), len(each[1].id), each[1].id))
    return [Guess(item, place[0]) for place, item in found]


def is_usable(item: ListItem) -> bool:
    """What a receipt line can name."""
    return item.active and item.kind not in _UNUSABLE


class _Wanted:
    """The product in the forms it is compared in, made once for many items."""

    def __init__(self, product: Product) -> None:
        self._sku, self._name = name_key(product.sku), name_key(product.name)
        self._tokens = _tokens(product.sku) | _tokens(product.name)

    def place(self, item: ListItem) -> tuple[int, float]:
        """Rank, then minus the share of words in common."""
        sku, name = name_key(item.sku), name_key(item.name)
        theirs = _tokens(item.sku) | _tokens(item.name)
        common = self._tokens & theirs
        share = len(common) / len(self._tokens | theirs) if common else 0.0
        if self._sku and self._sku == sku:
            rank = 0
        elif self._sku and self._sku == name:
            rank = 1
        elif self._name and self._name == name:
            rank = 2
        elif any(_begin_alike(self._sku, each) for each in (sku, name)):
            rank = 3
        elif _begin_alike(self._name, name):
            rank = 4
        else:
            rank = 5 if common else _FAR
        return rank, -share


def _begin_alike(one: str, other: str) -> bool:
    """One is the beginning of the other."""
    short, long = sorted((one, other), key=len)
    return len(short) >= _SHORTEST and long.startswith(short)


def _tokens(text: str) -> frozenset[str]:
    return frozenset(_TOKEN.findall(text.casefold()))
