"""What is on the shelves: about 120 items, a few of them awkward on purpose."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from sync.sandbox.retailer.premises import GOODS, NUTRITION


@dataclass(frozen=True, slots=True)
class Category:
    """A shelf."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Fee:
    """A charge that the till adds as a line of its own."""

    id: int
    name: str
    cents: int
    taxable: bool


@dataclass(frozen=True, slots=True)
class Item:
    """Something sold; `sku` is the merchant's own and may be empty or shared."""

    id: int
    description: str
    sku: str
    price: int
    cost: int
    category: Category
    tax_class: int = GOODS.id
    upc: str = ""
    fee: Fee | None = None
    archived: bool = False

    @property
    def system_sku(self) -> str:
        """The till's own number, which cannot be derived from the id alone."""
        return f"21{self.id + 15:010d}"


RECYCLING = Fee(1, "Tire recycling fee", 250, taxable=False)

_SHELVES: tuple[tuple[str, tuple[str, ...], tuple[str, ...], tuple[int, int]], ...] = (
    ("Bikes", ("Harrier 1", "Harrier 3", "Otter Step-Thru"), ("S", "M", "L"), (54900, 189900)),
    ("Helmets", ("Keel Helmet", "Spinnaker MIPS"), ("Black", "White", "Sand"), (4999, 15999)),
    ("Clothing", ("Wind Vest", "Thermal Jersey", "Bib Short"), ("S", "M", "L"), (3900, 12900)),
    ("Lights", ("Beacon Front", "Beacon Rear", "Ferry Set"), ("200", "500", "900"), (1999, 9900)),
    ("Drivetrain", ("Chain", "Cassette", "Brake Pad"), ("9 sp", "10 sp", "11 sp"), (899, 8999)),
    ("Locks", ("U-Lock", "Folding Lock"), ("Mini", "Standard", "Long"), (2999, 11999)),
    ("Bags", ("Pannier", "Handlebar Bag", "Saddle Pack"), ("Olive", "Slate"), (2495, 13995)),
    ("Care", ("Chain Oil", "Degreaser", "Bike Wash"), ("100 ml", "500 ml"), (699, 2449)),
    ("Books", ("Trail Map", "Repair Manual"), ("2024", "2025", "2026"), (995, 3495)),
    ("Gifts", ("Mug", "Cap", "Bell"), ("Blue", "Green", "Brass"), (799, 2999)),
    ("Bottles", ("Bottle", "Cage"), ("Clear", "Smoke", "Red"), (599, 1899)),
    ("Service", ("Tune-Up", "Wheel True", "Flat Fix"), ("Basic", "Full"), (1500, 12000)),
)
_NUTRITION = ("Oat Bar", "Salt Chew", "Espresso Gel", "Ginger Chew")
_FLAVOURS = ("Apple", "Plain", "Lemon", "Cherry")
_ENDINGS = (0, 50, 95, 99, 99, 99, 49, 25)
_LONG = (
    "Touring wheelset, hand built: 36 spokes, double butted, brass nipples, dynamo hub in front, "
    "sealed cartridge bearings, rim tape fitted, trued after 100 miles free of charge; pair, "
    "quick release"
)


def _price(rng: Random, low: int, high: int) -> int:
    dollars = rng.randrange(low // 100, high // 100 + 1)
    return max(99, dollars * 100 + rng.choice(_ENDINGS) - 100)


def _awkward(first_id: int, shelves: dict[str, Category]) -> list[Item]:
    """The items that break careless readers; each differs in one respect."""
    oil, tubes, wheels = shelves["Care"], shelves["Tubes"], shelves["Wheels"]
    long_sku = ("KIT:" + "-".join(str(part) for part in range(1000, 1060)))[:200]
    plain = [
        ("Inner tube, colon in its number", "TUBE:700x25:LIGHT", 799, tubes),
        ("Service kit with a very long number", long_sku, 4250, oil),
        (_LONG.ljust(200, ".")[:200], "WHL-TOUR-36", 38900, wheels),
        ("Crème anti-frottement – 150 ml ☀ été", "CRÈME-150", 1695, oil),
        ("Grab box item without any number", "", 333, oil),
        ('Inner tube 700x25 "light"', 'TUBE-25"', 1299, tubes),
        ("Rider's multi-tool <b>17</b> & case", "TOOL&17", 2705, oil),
        ("Patch kit (old stock)", "PATCH-KIT", 399, tubes),
        ("Patch kit (new stock)", "PATCH-KIT", 449, tubes),
        ("=SUM(A1) sticker sheet", "=1+1", 101, oil),
    ]
    return [
        Item(first_id + n, text, sku, price, price // 2, shelf)
        for n, (text, sku, price, shelf) in enumerate(plain)
    ]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The whole range, with what carries a fee kept apart."""

    categories: tuple[Category, ...]
    items: tuple[Item, ...]
    with_fee: tuple[Item, ...]

    @property
    def everything(self) -> tuple[Item, ...]:
        """All items that the till lists."""
        return self.items + self.with_fee


def catalogue(rng: Random) -> Catalogue:
    """The same range for the same seed."""
    names = [shelf[0] for shelf in _SHELVES] + ["Nutrition", "Tubes", "Wheels", "Tires"]
    shelves = {name: Category(number, name) for number, name in enumerate(names, start=11)}
    items: list[Item] = []
    for shelf, nouns, variants, (low, high) in _SHELVES:
        for noun in nouns:
            price = _price(rng, low, high)
            for variant in variants:
                number = 301 + len(items)
                sku = f"{shelf[:3].upper()}-{number}"
                cost = price * rng.randrange(45, 66) // 100
                upc = f"0614121{number:05d}" if rng.random() < 0.4 else ""
                items.append(
                    Item(number, f"{noun} {variant}", sku, price, cost, shelves[shelf], upc=upc)
                )
    for noun in _NUTRITION:
        for flavour in _FLAVOURS:
            number = 301 + len(items)
            price = rng.choice((199, 249, 275, 325))
            items.append(
                Item(
                    number,
                    f"{noun} {flavour}",
                    f"NUT-{number}",
                    price,
                    price // 2,
                    shelves["Nutrition"],
                    NUTRITION.id,
                )
            )
    items += _awkward(301 + len(items), shelves)
    tires = [
        Item(
            301 + len(items) + n,
            f"Tire {size}",
            f"TIR-{size}",
            3495 + 500 * n,
            1800,
            shelves["Tires"],
            fee=RECYCLING,
        )
        for n, size in enumerate(("700x25", "700x32", "650x47", "26x2.1"))
    ]
    return Catalogue(tuple(shelves.values()), tuple(items), tuple(tires))
