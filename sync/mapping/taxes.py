"""How the till's tax is told to a company, by the way that company keeps sales tax."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from sync.domain.books import ListTaxCode, TaxWorld
from sync.domain.documents import DocumentLine, LineRole, Ref
from sync.domain.money import ZERO, cents
from sync.domain.sale import Address, Sale
from sync.domain.settings import TaxMapping
from sync.domain.verdicts import Hold
from sync.mapping.goods import is_taxable
from sync.mapping.needs import Needs
from sync.mapping.text import address

TAX_ITEM = "Sales Tax"
_NO_TAX_REGION = "NA"


@dataclass(frozen=True, slots=True)
class TaxTreatment:
    """The tax of one document; `amount` is never negative."""

    amount: Decimal
    marks_lines: bool = False  # lines say TAX or NON
    is_sent: bool = True  # as TxnTaxDetail; else it is a line
    code: Ref | None = None


def tax_treatment(sale: Sale, needs: Needs) -> TaxTreatment:
    """Decide once per sale; what cannot be decided is noted as a problem."""
    amount = (-sale.tax if needs.is_refund else sale.tax) or ZERO
    world = needs.books.facts.tax_world
    rates = _rates(sale)
    if amount < 0:
        needs.problems.append(
            Hold(
                "tax.sign",
                f"The tax of this sale ({cents(sale.tax)}) runs against its goods, so it is not "
                "posted.",
            )
        )
    elif amount and not rates:
        needs.problems.append(
            Hold(
                "tax.no_taxed_line",
                f"This sale carries tax of {cents(amount)}, but none of its lines is taxed at the "
                "till.",
            )
        )
    if world in (TaxWorld.NONE, TaxWorld.UNFINISHED):
        return TaxTreatment(amount, is_sent=False)
    if world is TaxWorld.AUTOMATED:
        return TaxTreatment(amount, marks_lines=amount > 0)
    code = _manual_code(sale, amount, rates, needs)
    return TaxTreatment(amount, marks_lines=amount > 0, code=code)


def tax_lines(tax: TaxTreatment, needs: Needs) -> list[DocumentLine]:
    """The tax as a line to a liability, for companies where QuickBooks keeps no sales tax."""
    if tax.is_sent or not tax.amount:
        return []
    chosen = needs.settings.accounts.liability
    account = needs.account(chosen, "liability", "the sales tax you owe")
    item = needs.item_on(TAX_ITEM, account) if chosen else account
    return [DocumentLine(LineRole.TAX, item, tax.amount, "Sales tax")]


def places(sale: Sale, needs: Needs) -> tuple[Address | None, Address | None]:
    """Where the goods went to and came from; automated tax would otherwise guess."""
    latin1 = needs.latin1
    to = address(sale.ship_to, latin1) if sale.ship_to is not None else None
    if to is not None and to.is_empty:
        to = None
    if needs.books.facts.tax_world is not TaxWorld.AUTOMATED:
        return to, None
    shop = address(sale.shop.address, latin1)
    origin = None if shop.is_empty else shop
    to = to or origin
    region = needs.judgement.overrides.region
    if region and region.strip().upper() != _NO_TAX_REGION:
        to = replace(to or Address(), region=region)
    return to, origin


def _manual_code(sale: Sale, amount: Decimal, rates: set[Decimal], needs: Needs) -> Ref | None:
    """The header code: by rule, by mapped place, else the one code of the till's rate."""
    if amount <= 0:
        chosen = needs.judgement.overrides.tax_code or _untaxed(needs.settings.tax_mappings)
        return _checked(chosen, needs) if chosen is not None else None
    codes = {rate: code_of(sale, rate, needs) for rate in sorted(rates)}
    for rate, code in codes.items():
        if code is None:
            _by_rate(sale, rate, needs)  # says why
    found = [code for code in codes.values() if code is not None]
    return _checked(found[0], needs) if found and len(found) == len(codes) else None


def code_of(sale: Sale, rate: Decimal, needs: Needs) -> Ref | None:
    """The code of a line of this rate: by rule, by mapped place, else the one code of the rate.

    A sale of several rates takes from rule or place only what has the line's own rate: a bottle
    taxed at nine per cent is not filed under six because the rest of the basket is.
    """
    chosen = needs.judgement.overrides.tax_code or _mapped(sale, needs)
    if chosen is not None:
        listed = needs.books.tax_codes.get(chosen.id)
        if len(_rates(needs.judgement.sale)) < 2 or listed is None or listed.rate == rate:
            return chosen
    fitting = _of_rate(rate, needs)
    return fitting[0].ref if len(fitting) == 1 else None


def _rates(sale: Sale) -> set[Decimal]:
    return {line.tax_rate for line in sale.lines if is_taxable(line) and line.net}


def _mapped(sale: Sale, needs: Needs) -> Ref | None:
    """City before state. The till knows no county, so a county's line never matches by itself."""
    region = _region(sale, needs)
    if not region or region == _NO_TAX_REGION:
        return None
    city = sale.ship_to.city.strip().casefold() if sale.ship_to else ""
    by_region: Ref | None = None
    for mapping in needs.settings.tax_mappings:
        if mapping.region.strip().upper() != region or mapping.county.strip():
            continue
        if not mapping.city.strip():
            by_region = by_region or mapping.code
        elif mapping.city.strip().casefold() == city:
            return mapping.code
    return by_region


def _untaxed(mappings: tuple[TaxMapping, ...]) -> Ref | None:
    for mapping in mappings:
        if mapping.region.strip().upper() == _NO_TAX_REGION:
            return mapping.code
    return None


def _region(sale: Sale, needs: Needs) -> str:
    """A rule's region, else where it was shipped; a counter sale has none of its own."""
    region = needs.judgement.overrides.region
    if not region and sale.ship_to is not None:
        region = sale.ship_to.region
    return (region or "").strip().upper()


def _checked(chosen: Ref, needs: Needs) -> Ref:
    """A code that was renamed away or made inactive must not silently drop the tax."""
    listed = needs.books.tax_codes.get(chosen.id)
    if listed is None or not listed.active:
        needs.problems.append(
            Hold(
                "tax.code_gone",
                f"The tax code {chosen.name} is inactive or gone in QuickBooks. Map the tax again.",
                "map_tax",
                chosen.name,
            )
        )
    return chosen


def _of_rate(rate: Decimal, needs: Needs) -> list[ListTaxCode]:
    return [
        code
        for code in needs.books.tax_codes.values()
        if code.active and code.taxable and code.rate == rate
    ]


def _by_rate(sale: Sale, rate: Decimal, needs: Needs) -> Ref | None:
    fitting = _of_rate(rate, needs)
    if len(fitting) == 1:
        return fitting[0].ref
    region = _region(sale, needs)
    where = f" in {region}" if region else ""
    if fitting:
        names = ", ".join(sorted(code.name for code in fitting))
        why = f"several QuickBooks tax codes have that rate: {names}"
    else:
        why = "no QuickBooks tax code is mapped to it or has that rate"
    needs.problems.append(
        Hold(
            "tax.unmapped",
            f"This sale is taxed at {_percent(rate)}{where}, and {why}.",
            "map_tax",
            f"{region} {_percent(rate)}".strip(),
        )
    )
    return None


def _percent(rate: Decimal) -> str:
    return f"{(rate * 100).normalize():f}%"
