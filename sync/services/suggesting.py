"""What set-up proposes for accounts, sales tax and registers, each with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sync.connectors.lightspeed.book import ShopBook
from sync.domain.books import Books, TaxWorld
from sync.domain.documents import Ref
from sync.domain.sale import TenderKind
from sync.domain.settings import ConnectionSettings, TaxMapping
from sync.mapping.guesses import best_account, best_tax_code, no_tax_code, percent, takes_account
from sync.rules.filters import WEBSTORE
from sync.services.choices import ROLES
from sync.services.defaults import choose_accounts
from sync.services.regions import NAMES, NO_TAX
from sync.services.tally import Findings, RateFound, regions_taxed

MOST_TENDERS, MOST_REGIONS = 8, 20  # on one page of a form
_ALWAYS = ("deposit", "income")
_OFTEN = ("discount", "gift_cards", "tips", "rounding")
_AS_A_LINE = (TaxWorld.NONE, TaxWorld.UNFINISHED)
_LONGEST_LIST = 40  # registers in one rule


@dataclass(frozen=True, slots=True)
class SuggestedAccount:
    """A role or a way to pay, the account it has or should get, and why."""

    role: str
    label: str
    ref: Ref | None
    why: str
    needed: bool = False  # nothing can be posted without


@dataclass(frozen=True, slots=True)
class SuggestedTax:
    """A region, how its sales were taxed, and the code it has or should get."""

    region: str
    label: str
    ref: Ref | None
    why: str
    is_open: bool = False  # its sales would be held as things stand


@dataclass(frozen=True, slots=True)
class RegionRule:
    """A rule that tells where the tills of a state stand."""

    name: str
    line: str
    region: str
    registers: tuple[str, ...]
    exists: bool


def accounts(
    books: Books, settings: ConnectionSettings, findings: Findings | None
) -> tuple[SuggestedAccount, ...]:
    """The roles that sales use, then the ways to pay that were used, the commonest first."""
    filled, chosen = choose_accounts(books.accounts.values(), settings.accounts)
    why = {each.role: f"chosen because {each.why}" for each in chosen}
    tax_line = books.facts.tax_world in _AS_A_LINE
    roles = (*_ALWAYS, *(("liability",) if tax_line else ()), *_OFTEN)
    rows = [
        SuggestedAccount(
            role,
            ROLES[role][0],
            ref := getattr(filled, role),
            why.get(role, "chosen by a person" if ref else "the chart has none that fits"),
            needed=role in _ALWAYS or (role == "liability" and tax_line),
        )
        for role in roles
    ]
    used = [] if findings is None else [*findings.tenders]
    for found in [each for each in used if takes_account(TenderKind(each.kind))][:MOST_TENDERS]:
        mapped = settings.accounts.tenders.get(found.name.strip().casefold())
        guess = best_account(found.name, TenderKind(found.kind), books.accounts.values())
        said = "chosen by a person" if mapped else guess.why
        seen = f"used by {found.sales:,} sales" if found.sales != 1 else "used by one sale"
        rows.append(
            SuggestedAccount(
                found.name,
                f"Paid by {found.name}",
                mapped or guess.ref,
                f"{seen}; {said}" if said else f"{seen}; none chosen: goes to deposits",
            )
        )
    return tuple(rows)


def taxes(
    books: Books, settings: ConnectionSettings, findings: Findings | None
) -> tuple[SuggestedTax, ...]:
    """A row per region that was taxed, and one for sales without tax; only where codes are kept."""
    if books.facts.tax_world is not TaxWorld.MANUAL:
        return ()
    mapped = {each.region: each for each in settings.tax_mappings if _is_whole(each)}
    codes = list(books.tax_codes.values())
    rows = []
    found = regions_taxed(findings) if findings is not None else {}
    for region in [*found, *(each for each in mapped if each not in found)][:MOST_REGIONS]:
        if region == NO_TAX:
            continue
        rates = found.get(region, ())
        name = NAMES.get(region, "")
        label = f"{name or region}: {_rates(rates)}" if rates else name or region
        if region not in NAMES:
            continue  # a place that a mapping cannot name
        if region in mapped:
            rows.append(SuggestedTax(region, label, mapped[region].code, "chosen by a person"))
            continue
        guess = best_tax_code(rates[0].rate, region, name, codes)
        rows.append(
            SuggestedTax(
                region,
                label,
                guess.ref,
                guess.why,
                is_open=any(_is_ambiguous(each.rate, books) for each in rates),
            )
        )
    none = mapped.get(NO_TAX)
    guess = no_tax_code(codes)
    ref, why = (none.code, "chosen by a person") if none else (guess.ref, guess.why)
    rows.append(SuggestedTax(NO_TAX, "Sales without tax", ref, why))
    return tuple(rows)


def open_taxes(
    books: Books, settings: ConnectionSettings, findings: Findings | None
) -> tuple[str, ...]:
    """Regions whose sales would be held, in words."""
    return tuple(row.label for row in taxes(books, settings, findings) if row.is_open)


def region_rules(
    book: ShopBook, settings: ConnectionSettings, names: Sequence[str]
) -> tuple[RegionRule, ...]:
    """One rule per state in which tills stand; web tills are left out, as they ship anywhere."""
    web = {name.strip().casefold() for name in settings.web_registers} | {WEBSTORE}
    tills: dict[str, list[str]] = {}
    for register in book.registers.values():
        shop = book.shops.get(register.shop_id)
        region = shop.address.region.strip().upper() if shop else ""
        if region in NAMES and register.name.strip().casefold() not in web:
            tills.setdefault(region, []).append(register.id)
    known = {name.strip().casefold() for name in names}
    made = []
    for region, ids in sorted(tills.items()):
        ids = sorted(ids, key=lambda each: (len(each), each))
        for part, start in enumerate(range(0, len(ids), _LONGEST_LIST), 1):
            some = tuple(ids[start : start + _LONGEST_LIST])
            name = f"Registers in {region}" + (f" {part}" if part > 1 else "")
            test = f"register = {some[0]}" if len(some) == 1 else f"register in {', '.join(some)}"
            line = f'"{name}" when {test} and ship state is empty set region {region}'
            made.append(RegionRule(name, line, region, some, name.casefold() in known))
    return tuple(made)


def _is_whole(mapping: TaxMapping) -> bool:
    return not mapping.city.strip() and not mapping.county.strip()


def _is_ambiguous(rate: Decimal, books: Books) -> bool:
    """Without a mapping a sale takes the one code of its rate; none or two hold it."""
    return (
        sum(code.active and code.taxable and code.rate == rate for code in books.tax_codes.values())
        != 1
    )


def _rates(rates: Sequence[RateFound]) -> str:
    said = [f"{percent(each.rate)} on {each.sales:,}" for each in rates[:3]]
    return " and ".join(said) + (" sales" if rates[0].sales != 1 or len(rates) > 1 else " sale")
