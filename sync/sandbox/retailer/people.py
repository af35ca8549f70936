"""About 150 customers, among them the names that break markup, formulas and look-ups."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Customer:
    """A person or a company; any part may be empty."""

    id: int
    first_name: str
    last_name: str
    company: str = ""
    email: str = ""
    phone: str = ""
    address: tuple[str, str, str, str] | None = None
    exempt: bool = False
    account: int = 0
    archived: bool = False


_FIRST = (
    "Ada Ben Cora Dev Ella Finn Gia Hugo Iris Jon Kaya Liam Mina Noel Opal Paul Quinn Rosa Sven "
    "Tara Uma Vera Walt Xena Yuri Zara Noor Ines Emil Ruth"
)
_LAST = (
    "Abbott Barros Castell Dunmore Ekberg Farrow Goddard Hollis Ibarra Jessup Kimura Lindqvist "
    "Marsh Novak Okafor Prescott Quimby Rowan Sato Tilling Underhill Vance Whitlock Yates Zeller"
)
_STREETS = ("Dock Rd", "Pine Ave", "Mill Ln", "Harbor St", "Cedar Ct")
_TOWNS = (
    ("Annapolis", "MD", "21401"),
    ("Baltimore", "MD", "21230"),
    ("Albany", "NY", "12207"),
    ("Dover", "DE", "19901"),
    ("Portland", "ME", "04101"),
)


def _address(rng: Random) -> tuple[str, str, str, str]:
    return (f"{rng.randrange(1, 400)} {rng.choice(_STREETS)}", *rng.choice(_TOWNS))


def _particular(rng: Random) -> list[Customer]:
    """The customers that tests ask for by name."""
    return [
        Customer(41, "", "", company="Tri Club LLC", phone="410 555 0141", account=16),
        Customer(
            42,
            "Maya",
            "O'Neil",
            email="maya@example.com",
            phone="207 555 0101",
            address=_address(rng),
            account=17,
        ),
        Customer(43, "<!channel>", "=1+1", email="channel@example.com"),
        Customer(44, "Zoë", "🚲", email="zoe@example.com", address=_address(rng)),
        Customer(45, "Sam", "Lee", email="sam.one@example.com"),
        Customer(46, "Sam", "Lee", email="sam.two@example.com"),
        Customer(47, "Name: With", "Colon\tand tab"),
        Customer(48, "Closed", "Record", email="gone@example.com", archived=True),
        Customer(
            49, "", "", company="Bay School District", email="ap@bay.example.com", exempt=True
        ),
        Customer(50, "Grace", "Chapel", company="Grace Chapel", exempt=True, account=18),
        Customer(51, "", "", company="Città di Mare Onlus", exempt=True),
    ]


def customers(rng: Random, count: int = 150) -> tuple[Customer, ...]:
    """The same people for the same seed."""
    people = _particular(rng)
    firsts, lasts = _FIRST.split(), _LAST.split()
    while len(people) < count:
        number = 41 + len(people)
        first, last = rng.choice(firsts), rng.choice(lasts)
        email = f"{first}.{last}.{number}@example.com".lower() if rng.random() < 0.7 else ""
        phone = f"410 555 {number:04d}" if rng.random() < 0.5 else ""
        people.append(
            Customer(
                number,
                first,
                last,
                company=f"{last} & Co" if rng.random() < 0.08 else "",
                email=email,
                phone=phone,
                address=_address(rng) if rng.random() < 0.6 else None,
                account=100 + number if number % 10 == 0 else 0,
            )
        )
    return tuple(people)
