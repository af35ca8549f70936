"""Customers, items, accounts and the other lists: names that must be free, types that must fit."""

from __future__ import annotations

from collections.abc import Callable

from sync.sandbox.quickbooks.company import CREDIT_SIDE, DEBIT_SIDE, Company
from sync.sandbox.quickbooks.kinds import KINDS, PEOPLE
from sync.sandbox.quickbooks.refusals import Refusal, missing
from sync.sandbox.quickbooks.store import Record
from sync.sandbox.quickbooks.subtypes import ACCOUNT_TYPES
from sync.sandbox.quickbooks.wire import Json

DELETED = " (deleted)"
_PARTS = ("Title", "GivenName", "MiddleName", "FamilyName", "Suffix")
_BAD_IN_NAME = {"Account": ':"\t\n\r', "default": ":\t\n\r"}
_INCOME = frozenset({"Income"})
_COST = frozenset({"Cost of Goods Sold"})
_RECEIVABLES = frozenset({"Accounts Receivable", "Accounts Payable"})
_ANY_BUT_RECEIVABLES = (
    DEBIT_SIDE
    | CREDIT_SIDE
    | {"Income", "Other Income", "Expense", "Other Expense", "Cost of Goods Sold"}
) - _RECEIVABLES


def build_list(company: Company, kind: str, source: Json, old: Record | None) -> Json:
    """The body of a list object, checked; raises before anything is changed."""
    _trim(source)
    name_field = KINDS[kind].name_field
    body: Json = {"Active": True} | source
    if kind in PEOPLE:
        _person(kind, body)
    name = body.get(name_field, "")
    _check_name(kind, name, name_field)
    if parent := _parent(company, kind, body):
        body["FullyQualifiedName"] = f"{parent.body['FullyQualifiedName']}:{name}"
    elif kind in _TREES:
        body["FullyQualifiedName"] = name
    if kind in _EXTRAS:
        _EXTRAS[kind](company, body, old)
    if kind in _NESTED_FLAG:
        body[_NESTED_FLAG[kind]] = parent is not None
    return body


def rename_for_activity(kind: str, body: Json) -> None:
    """An inactive object gives its name back by adding a suffix; reviving takes it again."""
    active = body.get("Active", True)
    for field in {KINDS[kind].name_field, "FullyQualifiedName"} & body.keys():
        bare = body[field].removesuffix(DELETED)
        body[field] = bare if active else bare + DELETED


def name_key(kind: str, body: Json) -> tuple[str, str]:
    """Where this name must be alone: its list, or all people together, whatever the case."""
    name = body.get("FullyQualifiedName") if kind in _TREES else body.get(KINDS[kind].name_field)
    return KINDS[kind].name_space, str(name).casefold()


def check_name_free(company: Company, kind: str, body: Json, own_id: str | None) -> None:
    """Refuse a name that another object of the same name space holds (6240)."""
    holder = company.store.names.get(name_key(kind, body))
    if holder is None or (holder[0] == kind and holder[1] == own_id):
        return
    if holder[0] != kind:
        why = (
            "Another customer, vendor or employee is already using this name. "
            "Please use a different name."
        )
    else:
        why = f"Id={holder[1]}"
    raise Refusal("6240", f"The name supplied already exists. : {why}")


def _trim(source: Json) -> None:
    for field in ("Name", "DisplayName", "CompanyName", "Sku", *_PARTS):
        if field in source:
            source[field] = source[field].strip()


def _check_name(kind: str, name: str, field: str) -> None:
    if not name:
        raise missing(field)
    if any(character in name for character in _BAD_IN_NAME.get(kind, _BAD_IN_NAME["default"])):
        raise Refusal("2040", f"Property Name:{field} has invalid characters", field)


def _person(kind: str, body: Json) -> None:
    if not body.get("DisplayName"):
        body["DisplayName"] = " ".join(body[part] for part in _PARTS if body.get(part))
    if not body["DisplayName"]:
        raise Refusal("6080", "No name provided.", "DisplayName")
    body.setdefault("PrintOnCheckName", body["DisplayName"])
    for field in ("PrimaryEmailAddr",):
        address = body.get(field, {}).get("Address")
        if address is not None and ("@" not in address or "." not in address):
            raise Refusal("2210", "Email Address does not conform to the syntax rules.", field)
    if kind == "Customer":
        body.setdefault("Taxable", True)
        body.setdefault("Job", False)
        body.setdefault("BillWithParent", False)
        body.setdefault("PreferredDeliveryMethod", "Print")


def _parent(company: Company, kind: str, body: Json) -> Record | None:
    if kind not in _NESTED_FLAG:
        return None
    if "ParentRef" not in body:
        if body.get("Job") is True or body.get(_NESTED_FLAG[kind]) is True:
            raise Refusal("6150", "A parent is required.", "ParentRef")
        return None
    parent = company.reference(kind, body["ParentRef"], "ParentRef")
    if kind == "Item" and parent.body.get("Type") != "Category":
        raise Refusal("700", "An item's parent must be a category.", "ParentRef")
    if parent.body["FullyQualifiedName"].count(":") >= 4:
        raise Refusal("6180", "No more than 5 levels.", "ParentRef")
    return parent


def _item(company: Company, body: Json, old: Record | None) -> None:
    type = body.get("Type") or (old.body["Type"] if old else "Service")
    if type not in ("Inventory", "NonInventory", "Service", "Category"):
        raise Refusal("2120", f"Invalid Type : {type}", "Type")
    if old and old.body["Type"] == "Inventory" and type != "Inventory":
        raise Refusal("2120", "An inventory item cannot become another type.", "Type")
    body["Type"] = type
    if type == "Category":
        return
    stocked = type == "Inventory"
    if stocked and company.spec.plan not in ("Plus", "Advanced"):
        raise Refusal("5030", "Inventory is not part of this subscription.", "Type")
    if stocked:
        for field in ("ExpenseAccountRef", "AssetAccountRef", "QtyOnHand", "InvStartDate"):
            if field not in body:
                raise missing(field)
        if body.get("TrackQtyOnHand") is not True:
            raise missing("TrackQtyOnHand")
    if stocked or type == "Service" or "ExpenseAccountRef" not in body:
        income = body.get("IncomeAccountRef")
        if income is None:
            raise missing("IncomeAccountRef")
    _fit(company, body, "IncomeAccountRef", _INCOME if stocked else _ANY_BUT_RECEIVABLES)
    _fit(company, body, "ExpenseAccountRef", _COST if stocked else _ANY_BUT_RECEIVABLES)
    _fit(company, body, "AssetAccountRef", frozenset({"Other Current Asset"}))
    if "PrefVendorRef" in body:
        vendor = company.reference("Vendor", body["PrefVendorRef"], "PrefVendorRef")
        body["PrefVendorRef"] = company.named(vendor)
    body.setdefault("Taxable", False)
    body.setdefault("UnitPrice", 0)
    body.setdefault("PurchaseCost", 0)
    body["TrackQtyOnHand"] = stocked


def _fit(company: Company, body: Json, field: str, allowed: frozenset[str]) -> None:
    if field in body:
        body[field] = company.named(company.account(body[field], field, allowed))


def _account(company: Company, body: Json, old: Record | None) -> None:
    type, subtype = body.get("AccountType"), body.get("AccountSubType")
    if type is None and subtype is None:
        raise Refusal("6010", "Account type or subtype must be given.", "AccountType")
    if type is None:
        type = next((name for name, subs in ACCOUNT_TYPES.items() if subtype in subs), None)
    if type not in ACCOUNT_TYPES:
        raise Refusal("2170", f"Invalid Enumeration : {type or subtype}", "AccountType")
    if subtype is None:
        subtype = ACCOUNT_TYPES[type][0]
    elif subtype not in ACCOUNT_TYPES[type]:
        raise Refusal("6010", "Account type and subtype do not belong together.", "AccountSubType")
    body["AccountType"], body["AccountSubType"] = type, subtype
    body["Classification"] = _classification(type)
    code, name = company.spec.currency
    body["CurrencyRef"] = {"value": code, "name": name}


def _classification(type: str) -> str:
    if type in DEBIT_SIDE:
        return "Asset"
    if type == "Equity":
        return "Equity"
    if type in CREDIT_SIDE:
        return "Liability"
    return "Revenue" if type in ("Income", "Other Income") else "Expense"


def _term(company: Company, body: Json, old: Record | None) -> None:
    if "DueDays" not in body and "DayOfMonthDue" not in body:
        raise missing("DueDays")
    body["Type"] = "STANDARD" if "DueDays" in body else "DATE_DRIVEN"


def _payment_method(company: Company, body: Json, old: Record | None) -> None:
    if body.setdefault("Type", "NON_CREDIT_CARD") not in ("CREDIT_CARD", "NON_CREDIT_CARD"):
        raise Refusal("2170", f"Invalid Enumeration : {body['Type']}", "Type")


def _department(company: Company, body: Json, old: Record | None) -> None:
    if not company.spec.track_departments:
        raise Refusal("5030", "Location tracking is not enabled.", "Department")


def _class(company: Company, body: Json, old: Record | None) -> None:
    if not company.spec.track_classes:
        raise Refusal("5030", "Class tracking is not enabled.", "Class")


_TREES = frozenset({"Customer", "Item", "Account", "Class", "Department"})
_NESTED_FLAG = {
    "Customer": "Job",
    "Item": "SubItem",
    "Account": "SubAccount",
    "Class": "SubClass",
    "Department": "SubDepartment",
}
_EXTRAS: dict[str, Callable[[Company, Json, Record | None], None]] = {
    "Item": _item,
    "Account": _account,
    "Term": _term,
    "PaymentMethod": _payment_method,
    "Department": _department,
    "Class": _class,
}
