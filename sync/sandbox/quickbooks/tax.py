"""Sales tax in the four worlds: none, American by hand, American automated, and everywhere else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from sync.sandbox.quickbooks.amounts import percent_of, to_cents
from sync.sandbox.quickbooks.company import Company
from sync.sandbox.quickbooks.refusals import Refusal, business, missing
from sync.sandbox.quickbooks.store import Record
from sync.sandbox.quickbooks.wire import Json, money

_PSEUDO = ("TAX", "NON")


@dataclass(frozen=True, slots=True)
class TaxableLine:
    """One money line as tax sees it: net cents and the code on it ("" when absent)."""

    cents: int
    code: str
    item_taxable: bool


@dataclass(frozen=True, slots=True)
class Tax:
    """Tax of a whole document: cents, what the answer shows, and the code each line ends with."""

    cents: int
    detail: Json
    codes: tuple[str, ...]


def document_tax(
    company: Company,
    source: Json,
    lines: Sequence[TaxableLine],
    discount: int,
    customer: Record | None,
) -> Tax:
    """Tax of a sale by the company's world."""
    if company.spec.world == "global":
        return _global(company, source, lines)
    if source.get("GlobalTaxCalculation") == "TaxInclusive":
        raise business("Tax-inclusive amounts are not available in the United States.")
    for line in lines:
        if line.code and line.code not in _PSEUDO:
            raise Refusal(
                "6100",
                f"Invalid Line tax code : For US, specify TAX or NON. Supplied value:{line.code}",
                "TaxCodeRef",
            )
    if company.spec.world == "none":
        return Tax(0, {"TotalTax": 0}, ("NON",) * len(lines))
    if company.spec.world == "manual":
        return _manual(company, source, lines, discount)
    return _automated(company, source, lines, discount, customer)


def _manual(company: Company, source: Json, lines: Sequence[TaxableLine], discount: int) -> Tax:
    codes = tuple(line.code or "NON" for line in lines)
    taxable = _taxable(lines, codes, source, discount)
    detail = source.get("TxnTaxDetail", {})
    given = to_cents(detail["TotalTax"], "TotalTax") if "TotalTax" in detail else None
    if (ref := detail.get("TxnTaxCodeRef")) is None:
        if given:
            raise business("Make sure all your transactions have a sales tax rate before you save.")
        return Tax(0, {"TotalTax": 0}, codes)
    if ref["value"] in _PSEUDO:
        raise Refusal("6160", "A custom sales tax code cannot be used.", "TxnTaxCodeRef")
    code = company.reference("TaxCode", ref, "TxnTaxCodeRef")
    if given is not None and company.ignores_total_tax():
        given = None
    tax = _spread(company, code, taxable, given, any(c == "TAX" for c in codes))
    return Tax(tax.cents, {"TxnTaxCodeRef": {"value": code.id}} | tax.detail, codes)


def _automated(
    company: Company,
    source: Json,
    lines: Sequence[TaxableLine],
    discount: int,
    customer: Record | None,
) -> Tax:
    codes = tuple(line.code or ("TAX" if line.item_taxable else "NON") for line in lines)
    exempt = customer is not None and customer.body.get("Taxable") is False
    taxable = 0 if exempt else _taxable(lines, codes, source, discount)
    detail = source.get("TxnTaxDetail", {})
    given = to_cents(detail["TotalTax"], "TotalTax") if "TotalTax" in detail else None
    if given is not None and (detail.get("UseAutomatedSalesTax") or company.ignores_total_tax()):
        given = None
    any_taxed = "TAX" in codes
    if given and not any_taxed:
        raise business("Tax cannot be charged when no line is taxable.")
    if not any_taxed:
        return Tax(0, {"TotalTax": 0}, codes)
    address = source.get("ShipAddr", {})
    state = _state(address.get("CountrySubDivisionCode") or company.spec.state)
    code = company.store.find("TaxCode", company.roles.get(f"ast:{state}", ""))
    if code is None:
        # a state without sales tax still keeps an override, under the company's own state
        code = company.store.objects["TaxCode"][company.roles[f"ast:{company.spec.state}"]]
        taxable = 0
    tax = _spread(company, code, taxable, given, any_taxed)
    return Tax(tax.cents, {"TxnTaxCodeRef": {"value": code.id}} | tax.detail, codes)


def _taxable(
    lines: Sequence[TaxableLine], codes: tuple[str, ...], source: Json, discount: int
) -> int:
    taxed = sum(line.cents for line, code in zip(lines, codes, strict=True) if code == "TAX")
    everything = sum(line.cents for line in lines)
    if discount and source.get("ApplyTaxAfterDiscount") and everything:
        share = Decimal(taxed) * discount / everything
        taxed -= int(share.quantize(Decimal(1), ROUND_HALF_UP))
    return taxed


def _spread(
    company: Company, code: Record, taxable: int, given: int | None, any_taxed: bool
) -> Tax:
    """Tax per rate of a code; a given total is kept and spread, the gap shown as the override."""
    rates = [
        company.store.objects["TaxRate"][detail["TaxRateRef"]["value"]]
        for detail in code.body["SalesTaxRateList"]["TaxRateDetail"]
    ]
    own = [percent_of(taxable, rate.body["RateValue"]) for rate in rates]
    total = sum(own) if given is None else given
    shares = _shares(total, own)
    tax_lines = [
        _tax_line(rate, taxable, share, None if given is None else share - computed)
        for rate, share, computed in zip(rates, shares, own, strict=True)
    ]
    detail: Json = {"TotalTax": money(total)}
    if any_taxed and rates:
        detail["TaxLine"] = tax_lines
    return Tax(total, detail, ())


def _shares(total: int, weights: list[int]) -> list[int]:
    whole = sum(weights)
    if not weights:
        return []
    if not whole:
        return [total, *(0 for _ in weights[1:])]
    shares = [total * weight // whole for weight in weights]
    shares[-1] += total - sum(shares)
    return shares


def _tax_line(rate: Record, taxable: int, share: int, override: int | None) -> Json:
    detail: Json = {
        "TaxRateRef": {"value": rate.id},
        "PercentBased": True,
        "TaxPercent": rate.body["RateValue"],
        "NetAmountTaxable": money(taxable),
    }
    if override:
        detail["OverrideDeltaAmount"] = money(override)
    return {"Amount": money(share), "DetailType": "TaxLineDetail", "TaxLineDetail": detail}


def _global(company: Company, source: Json, lines: Sequence[TaxableLine]) -> Tax:
    way = source.get("GlobalTaxCalculation")
    detail = source.get("TxnTaxDetail")
    if way is None:
        raise missing("GlobalTaxCalculation")
    if way == "NotApplicable":
        if detail:
            raise Refusal(
                "6170",
                "TxnTaxDetail is not allowed when GlobalTaxCalculation is NotApplicable.",
                "TxnTaxDetail",
            )
        return Tax(0, {}, tuple(line.code for line in lines))
    taxable: dict[str, int] = {}
    for line in lines:
        if not line.code or line.code in _PSEUDO:
            raise business("Make sure all your transactions have a VAT rate before you save.")
        code = company.reference("TaxCode", {"value": line.code}, "TaxCodeRef")
        for rate in code.body["SalesTaxRateList"]["TaxRateDetail"]:
            id = rate["TaxRateRef"]["value"]
            taxable[id] = taxable.get(id, 0) + line.cents
    rates = company.store.objects["TaxRate"]
    own = {id: percent_of(net, rates[id].body["RateValue"]) for id, net in taxable.items()}
    sent = {
        line["TaxLineDetail"]["TaxRateRef"]["value"]: to_cents(
            line.get("Amount", 0), "TaxLine.Amount"
        )
        for line in (detail or {}).get("TaxLine", ())
        if "TaxLineDetail" in line
    }
    # an override counts only when every rate is given; a partial list is recalculated
    use = sent if sent.keys() >= own.keys() and not company.ignores_total_tax() else own
    shown = [_tax_line(rates[id], net, use[id], use[id] - own[id]) for id, net in taxable.items()]
    total = sum(use[id] for id in taxable)
    return Tax(total, {"TotalTax": money(total), "TaxLine": shown}, tuple(x.code for x in lines))


def _state(text: str) -> str:
    return text.strip().upper()
