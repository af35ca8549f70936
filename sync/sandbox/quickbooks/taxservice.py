"""TaxService: a manual tax code and its rates in one call."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from sync.sandbox.quickbooks import fields
from sync.sandbox.quickbooks.company import Company
from sync.sandbox.quickbooks.operations import seed
from sync.sandbox.quickbooks.refusals import Refusal, missing
from sync.sandbox.quickbooks.wire import Json


def create_tax_code(company: Company, body: Any) -> Json:
    """Answers unwrapped, unlike every other create."""
    given = fields.clean("TaxService", body, company.text)
    fields.require("TaxService", given, update=False)
    if company.spec.world not in ("manual", "global"):
        raise Refusal("5020", "Tax codes of this company are made by QuickBooks.", "TaxCode")
    name = given["TaxCode"].strip()
    if ("TaxCode", name.casefold()) in company.store.names:
        raise Refusal("6240", "The name supplied already exists. : null", "TaxCode")
    rates = [_rate(company, detail) for detail in given["TaxRateDetails"]]
    details = [
        {
            "TaxRateRef": {"value": id},
            "TaxTypeApplicable": "TaxOnAmount",
            "TaxOrder": order,
        }
        for order, id in enumerate(rates)
    ]
    code = seed(
        company,
        "TaxCode",
        {
            "Name": name,
            "Description": name,
            "Active": True,
            "Hidden": False,
            "Taxable": True,
            "TaxGroup": True,
            "TaxCodeConfigType": "USER_DEFINED",
            "SalesTaxRateList": {"TaxRateDetail": details},
            "PurchaseTaxRateList": {"TaxRateDetail": []},
        },
    )
    shown = [
        detail | {"TaxRateId": id}
        for detail, id in zip(given["TaxRateDetails"], rates, strict=True)
    ]
    return {"TaxCode": name, "TaxCodeId": code.id, "TaxRateDetails": shown}


def _rate(company: Company, detail: Json) -> str:
    if "TaxRateId" in detail:
        return company.reference("TaxRate", {"value": detail["TaxRateId"]}, "TaxRateId").id
    for field in ("TaxRateName", "RateValue", "TaxAgencyId"):
        if field not in detail:
            raise missing(field)
    agency = company.reference("TaxAgency", {"value": detail["TaxAgencyId"]}, "TaxAgencyId")
    try:
        percent = Decimal(str(detail["RateValue"]))
    except InvalidOperation as error:
        raise Refusal("2150", "RateValue must be a percentage.", "RateValue") from error
    rate = seed(
        company,
        "TaxRate",
        {
            "Name": detail["TaxRateName"],
            "Active": True,
            "RateValue": percent,
            "AgencyRef": {"value": agency.id},
            "SpecialTaxType": "NONE",
            "DisplayType": "ReadOnly",
        },
    )
    return rate.id
