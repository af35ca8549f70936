"""The two objects every company has once: CompanyInfo and Preferences."""

from __future__ import annotations

from sync.sandbox.quickbooks.company import Company
from sync.sandbox.quickbooks.wire import Json, stamp

_SINCE = "2019-04-01T09:00:00-07:00"


def company_info(company: Company) -> Json:
    """Who this company is, and which plan it pays for."""
    spec = company.spec
    address = {
        "Id": "1",
        "Line1": "12 Main St",
        "City": "Annapolis",
        "CountrySubDivisionCode": spec.state,
        "PostalCode": "21401",
        "Country": "USA" if spec.country == "US" else spec.country,
    }
    facts = {
        "OfferingSku": f"QuickBooks Online {spec.plan}",
        "SubscriptionStatus": "PAID",
        "ItemCategoriesFeature": "true",
        "IndustryType": "Sporting goods retailers",
    }
    return {
        "CompanyName": spec.name,
        "LegalName": spec.name,
        "CompanyAddr": address,
        "LegalAddr": address,
        "CustomerCommunicationAddr": address,
        "Email": {"Address": "books@example.com"},
        "CompanyStartDate": "2019-04-01",
        "FiscalYearStartMonth": "January",
        "Country": spec.country,
        "SupportedLanguages": "en",
        "DefaultTimeZone": "America/New_York",
        "NameValue": [{"Name": name, "Value": value} for name, value in facts.items()],
        "domain": "QBO",
        "sparse": False,
        "Id": "1",
        "SyncToken": "4",
        "MetaData": {"CreateTime": _SINCE, "LastUpdatedTime": _SINCE},
    }


def preferences(company: Company) -> Json:
    """What the owner has switched on."""
    spec = company.spec
    accounting: Json = {
        "UseAccountNumbers": False,
        "TrackDepartments": spec.track_departments,
        "ClassTrackingPerTxn": False,
        "ClassTrackingPerTxnLine": spec.track_classes,
        "FirstMonthOfFiscalYear": "January",
    }
    if spec.track_departments:
        accounting["DepartmentTerminology"] = "Location"
    if spec.book_close_date:
        accounting["BookCloseDate"] = spec.book_close_date
    taxes: Json = {"UsingSalesTax": spec.world != "none"}
    if spec.world == "ast":
        taxes["PartnerTaxEnabled"] = True
    elif spec.world == "manual":
        taxes["TaxGroupCodeRef"] = {"value": company.roles["tax_code"]}
    code, name = spec.currency
    return {
        "AccountingInfoPrefs": accounting,
        "ProductAndServicesPrefs": {
            "ForSales": True,
            "ForPurchase": True,
            "QuantityWithPriceAndRate": True,
            "QuantityOnHand": spec.plan in ("Plus", "Advanced"),
        },
        "SalesFormsPrefs": {
            "CustomField": [],
            "CustomTxnNumbers": spec.custom_numbers,
            "AllowDeposit": False,
            "AllowDiscount": spec.allow_discount,
            "AllowShipping": spec.allow_shipping,
            "AutoApplyCredit": False,
            "DefaultTerms": {"value": "4"},
        },
        "VendorAndPurchasesPrefs": {
            "TrackingByCustomer": True,
            "BillableExpenseTracking": False,
        },
        "TaxPrefs": taxes,
        "CurrencyPrefs": {
            "MultiCurrencyEnabled": False,
            "HomeCurrency": {"value": code, "name": name},
        },
        "ReportPrefs": {"ReportBasis": "Accrual"},
        "OtherPrefs": {
            "NameValue": [
                {
                    "Name": "SalesFormsPrefs.AllowGratuity",
                    "Value": str(spec.allow_gratuity).lower(),
                },
                {"Name": "VendorAndPurchasesPrefs.UseCustomTxnNumbers", "Value": "true"},
                {"Name": "WarnDuplicateJournalNumber", "Value": "true"},
            ]
        },
        "domain": "QBO",
        "sparse": False,
        "Id": "1",
        "SyncToken": str(company.preferences_token),
        "MetaData": {
            "CreateTime": _SINCE,
            "LastUpdatedTime": stamp(company.preferences_changed),
        },
    }
