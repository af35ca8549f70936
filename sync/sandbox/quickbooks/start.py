"""A standard American company on its first day: QuickBooks' own lists, and a few people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from sync.sandbox.quickbooks.company import Company
from sync.sandbox.quickbooks.kinds import KINDS
from sync.sandbox.quickbooks.lists import build_list, rename_for_activity
from sync.sandbox.quickbooks.operations import seed
from sync.sandbox.quickbooks.spec import CompanySpec
from sync.sandbox.quickbooks.store import Record
from sync.sandbox.quickbooks.wire import Json

_ACCOUNTS = (
    # role, name, type, subtype
    ("checking", "Checking", "Bank", "Checking"),
    ("savings", "Savings", "Bank", "Savings"),
    ("drawer", "Cash Drawer", "Bank", "CashOnHand"),
    ("receivable", "Accounts Receivable (A/R)", "Accounts Receivable", "AccountsReceivable"),
    ("undeposited", "Undeposited Funds", "Other Current Asset", "UndepositedFunds"),
    ("cards", "Card Clearing", "Other Current Asset", "OtherCurrentAssets"),
    ("asset", "Inventory Asset", "Other Current Asset", "Inventory"),
    ("payable", "Accounts Payable (A/P)", "Accounts Payable", "AccountsPayable"),
    ("card", "Company Credit Card", "Credit Card", "CreditCard"),
    ("gift", "Gift Cards Outstanding", "Other Current Liability", "OtherCurrentLiabilities"),
    ("credit", "Customer Deposits", "Other Current Liability", "OtherCurrentLiabilities"),
    ("tips", "Tips Payable", "Other Current Liability", "OtherCurrentLiabilities"),
    ("tax", "Sales Tax Payable", "Other Current Liability", "SalesTaxPayable"),
    ("opening", "Opening Balance Equity", "Equity", "OpeningBalanceEquity"),
    ("retained", "Retained Earnings", "Equity", "RetainedEarnings"),
    ("sales", "Sales of Product Income", "Income", "SalesOfProductIncome"),
    ("services", "Services", "Income", "ServiceFeeIncome"),
    ("discounts", "Discounts given", "Income", "DiscountsRefundsGiven"),
    ("shipping", "Shipping Income", "Income", "OtherPrimaryIncome"),
    ("cogs", "Cost of Goods Sold", "Cost of Goods Sold", "SuppliesMaterialsCogs"),
    ("shrinkage", "Inventory Shrinkage", "Cost of Goods Sold", "SuppliesMaterialsCogs"),
    ("freight", "Freight In", "Cost of Goods Sold", "ShippingFreightDeliveryCos"),
    ("fees", "Merchant Account Fees", "Expense", "BankCharges"),
    ("short", "Cash Over/Short", "Expense", "OtherMiscellaneousServiceCost"),
    ("supplies", "Office Supplies", "Expense", "OfficeGeneralAdministrativeExpenses"),
    ("other_income", "Other Income", "Other Income", "OtherMiscellaneousIncome"),
    ("rounding", "Rounding", "Other Expense", "OtherMiscellaneousExpense"),
)

# state, agency, rates in percent: what automated tax works out from an address
_STATES = (
    ("MD", "Comptroller of Maryland", (("Maryland State", "6"),)),
    ("VA", "Virginia Department of Taxation", (("Virginia State", "4.3"), ("Virginia Local", "1"))),
    ("PA", "Pennsylvania Department of Revenue", (("Pennsylvania State", "6"),)),
    ("DC", "DC Office of Tax and Revenue", (("District of Columbia", "6"),)),
    ("NY", "New York State", (("New York State", "4"), ("New York City", "4.875"))),
    ("CA", "California CDTFA", (("California State", "7.25"),)),
    ("AZ", "Arizona Department of Revenue", (("Arizona State", "5.6"), ("Tucson City", "3.1"))),
)
_MANUAL = (
    ("Maryland 6%", "Comptroller of Maryland", (("Maryland", "6"),)),
    ("Virginia 5.3%", "Virginia Department of Taxation", (("VA State", "4.3"), ("VA Local", "1"))),
    ("Pennsylvania 6%", "Pennsylvania Department of Revenue", (("Pennsylvania", "6"),)),
    ("Delaware 0%", "Delaware Division of Revenue", (("Delaware", "0"),)),
)
_GLOBAL = (
    ("20.0% S", "HMRC", (("20.0% S", "20"),)),
    ("5.0% R", "HMRC", (("5.0% R", "5"),)),
    ("0.0% Z", "HMRC", (("0.0% Z", "0"),)),
)


def start_company(spec: CompanySpec, clock: Callable[[], datetime]) -> Company:
    """A company with its charts and lists filled, and empty books."""
    company = Company(spec, clock)
    for role, name, type, subtype in _ACCOUNTS:
        body: Json = {"Name": name, "AccountType": type, "AccountSubType": subtype}
        company.roles[role] = _add(company, "Account", body).id
    _taxes(company)
    _small_lists(company)
    _people(company)
    _items(company)
    return company


def _add(company: Company, kind: str, source: Json) -> Record:
    body = build_list(company, kind, source, None)
    rename_for_activity(kind, body)
    return seed(company, kind, body)


def _taxes(company: Company) -> None:
    for pseudo, taxable in (("TAX", True), ("NON", False)):
        if company.spec.country == "US":
            code = {"Id": pseudo, "Name": pseudo, "Active": True, "Taxable": taxable}
            seed(company, "TaxCode", code | {"TaxGroup": False, "Description": pseudo})
    world = company.spec.world
    if world == "ast":
        for state, agency, rates in _STATES:
            code_id = add_tax_code(company, f"{state} automated", agency, rates, by_system=True)
            company.roles[f"ast:{state}"] = code_id
    for name, agency, rates in {"manual": _MANUAL, "global": _GLOBAL}.get(world, ()):
        code_id = add_tax_code(company, name, agency, rates)
        company.roles.setdefault("tax_code", code_id)


def add_tax_code(
    company: Company,
    name: str,
    agency: str,
    rates: tuple[tuple[str, str], ...],
    *,
    by_system: bool = False,
) -> str:
    """A code with rates of its own; answers its id."""
    agency_id = _agency(company, agency)
    details = []
    for order, (rate_name, percent) in enumerate(rates):
        rate = seed(
            company,
            "TaxRate",
            {
                "Name": rate_name,
                "Active": True,
                "RateValue": _plain(percent),
                "AgencyRef": {"value": agency_id},
                "SpecialTaxType": "NONE",
                "DisplayType": "ReadOnly",
            },
        )
        details.append(
            {
                "TaxRateRef": {"value": rate.id, "name": rate_name},
                "TaxTypeApplicable": "TaxOnAmount",
                "TaxOrder": order,
            }
        )
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
            "TaxCodeConfigType": "SYSTEM_GENERATED" if by_system else "USER_DEFINED",
            "SalesTaxRateList": {"TaxRateDetail": details},
            "PurchaseTaxRateList": {"TaxRateDetail": []},
        },
    )
    return code.id


def _agency(company: Company, name: str) -> str:
    for record in company.store.objects["TaxAgency"].values():
        if record.body["DisplayName"] == name:
            return record.id
    return seed(company, "TaxAgency", {"DisplayName": name, "TaxTrackedOnSales": True}).id


def _plain(percent: str) -> int | Decimal:
    return Decimal(percent) if "." in percent else int(percent)


def _small_lists(company: Company) -> None:
    for name in (
        "Cash",
        "Check",
        "Visa",
        "MasterCard",
        "Discover",
        "American Express",
        "Diners Club",
    ):
        kind = "NON_CREDIT_CARD" if name in ("Cash", "Check") else "CREDIT_CARD"
        _add(company, "PaymentMethod", {"Name": name, "Type": kind})
    for name, days in (("Due on receipt", 0), ("Net 10", 10), ("Net 15", 15), ("Net 30", 30)):
        _add(company, "Term", {"Name": name, "DueDays": days})
    plan = company.spec.plan
    if company.spec.track_departments and plan in KINDS["Department"].plans:
        for name in company.spec.departments:
            _add(company, "Department", {"Name": name})
    if company.spec.track_classes and plan in KINDS["Class"].plans:
        for name in ("Retail", "Workshop", "Online"):
            _add(company, "Class", {"Name": name})


def _people(company: Company) -> None:
    home = {
        "Line1": "40 Dock St",
        "City": "Annapolis",
        "CountrySubDivisionCode": "MD",
        "PostalCode": "21401",
        "Country": "USA",
    }
    customers: tuple[Json, ...] = (
        {"DisplayName": "Amy's Bird Sanctuary", "GivenName": "Amy", "FamilyName": "Lauterbach"},
        {"DisplayName": "Harbor School District", "Taxable": False},
        {
            "DisplayName": "Dana Whitlock",
            "GivenName": "Dana",
            "FamilyName": "Whitlock",
            "PrimaryEmailAddr": {"Address": "dana@example.com"},
            "BillAddr": home,
        },
        {"DisplayName": "Old Town Couriers", "Active": False},
    )
    for customer in customers:
        _add(company, "Customer", customer)
    for vendor in ("Northbank Bicycles", "Tidewater Parts", "Bay Freight & Sons"):
        _add(company, "Vendor", {"DisplayName": vendor})
    for given, family in (("Ruth", "Calder"), ("Lennart", "Vik")):
        _add(company, "Employee", {"GivenName": given, "FamilyName": family})
    _add(company, "Employee", {"GivenName": "Emily", "FamilyName": "Platt", "Active": False})


def _items(company: Company) -> None:
    services: Json = {"value": company.role("services")}
    sales: Json = {"value": company.role("sales")}
    items: tuple[Json, ...] = (
        {"Name": "Services", "Type": "Service", "IncomeAccountRef": services},
        {"Name": "Hours", "Type": "Service", "IncomeAccountRef": services},
        {"Name": "Sales", "Type": "Service", "Taxable": True, "IncomeAccountRef": sales},
        {"Name": "Inner Tube", "Type": "NonInventory", "Taxable": True, "IncomeAccountRef": sales},
        {
            "Name": "Floor Pump",
            "Type": "NonInventory",
            "Sku": "PUMP-1",
            "Taxable": True,
            "IncomeAccountRef": sales,
            "Active": False,
        },
        {"Name": "Bikes", "Type": "Category"},
    )
    for item in items:
        _add(company, "Item", item)
