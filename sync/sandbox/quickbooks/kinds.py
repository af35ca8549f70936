"""What each kind of object can do: its path, its operations, and what a query may filter on."""

from __future__ import annotations

from dataclasses import dataclass, field

_SALE = frozenset({"CustomerRef", "DocNumber", "TxnDate", "Balance", "ProjectRef"})
_PERSON = frozenset(
    {
        "DisplayName",
        "GivenName",
        "MiddleName",
        "FamilyName",
        "Suffix",
        "CompanyName",
        "PrintOnCheckName",
        "PrimaryEmailAddr",
        "Active",
        "Balance",
    }
)
_TREE = frozenset({"Name", "FullyQualifiedName", "Active"})


@dataclass(frozen=True, slots=True)
class Kind:
    """One entity: `numbering` is the family in which document numbers are unique."""

    name: str
    words: str
    filters: frozenset[str]
    document: bool = False
    element: str = ""
    numbering: str = ""
    void: frozenset[str] = field(default_factory=frozenset)
    sparse: bool = True
    writable: bool = True
    name_field: str = ""
    name_space: str = ""
    in_cdc: bool = True
    plans: frozenset[str] = frozenset({"Simple Start", "Essentials", "Plus", "Advanced"})

    @property
    def path(self) -> str:
        """The lower-case word in addresses."""
        return self.name.lower()


_PLUS = frozenset({"Plus", "Advanced"})
_ESSENTIALS = _PLUS | {"Essentials"}
_BY_INCLUDE = frozenset({"include"})
_BY_OPERATION = frozenset({"include", "operation"})


def _document(
    name: str,
    words: str,
    filters: frozenset[str],
    *,
    numbering: str = "",
    void: frozenset[str] = frozenset(),
    sparse: bool = True,
    plans: frozenset[str] = _ESSENTIALS | {"Simple Start"},
) -> Kind:
    return Kind(
        name,
        words,
        filters,
        document=True,
        numbering=numbering,
        void=void,
        sparse=sparse,
        plans=plans,
    )


def _list(
    name: str,
    element: str,
    filters: frozenset[str],
    *,
    name_field: str = "Name",
    name_space: str = "",
    writable: bool = True,
    in_cdc: bool = True,
    plans: frozenset[str] = _ESSENTIALS | {"Simple Start"},
) -> Kind:
    return Kind(
        name,
        name,
        filters,
        element=element,
        name_field=name_field,
        name_space=name_space or name,
        writable=writable,
        in_cdc=in_cdc,
        plans=plans,
    )


KINDS = {
    kind.name: kind
    for kind in (
        _document(
            "SalesReceipt",
            "Sales Receipt",
            _SALE | {"TotalAmt"},
            numbering="sales",
            void=_BY_INCLUDE,
        ),
        _document("RefundReceipt", "Refund", _SALE | {"PaymentType"}, numbering="sales"),
        _document(
            "Invoice",
            "Invoice",
            _SALE | {"TotalAmt", "DueDate", "SalesTermRef"},
            numbering="sales",
            void=_BY_OPERATION,
        ),
        _document("CreditMemo", "Credit Memo", _SALE | {"SalesTermRef"}, numbering="sales"),
        _document(
            "Estimate",
            "Estimate",
            frozenset({"CustomerRef", "DocNumber", "TxnDate", "DueDate", "ProjectRef"}),
            numbering="estimates",
        ),
        _document(
            "Payment",
            "Payment",
            frozenset({"CustomerRef", "TxnDate", "TotalAmt", "PaymentMethodRef", "PaymentRefNum"}),
            void=_BY_OPERATION,
            sparse=False,
        ),
        _document(
            "JournalEntry",
            "Journal Entry",
            frozenset({"DocNumber", "TxnDate"}),
            numbering="journal",
        ),
        _document("Deposit", "Deposit", frozenset({"TxnDate"})),
        _document(
            "Bill",
            "Bill",
            frozenset(
                {
                    "VendorRef",
                    "DocNumber",
                    "TxnDate",
                    "DueDate",
                    "APAccountRef",
                    "SalesTermRef",
                    "TotalAmt",
                    "Balance",
                }
            ),
            plans=_ESSENTIALS,
        ),
        _document(
            "VendorCredit",
            "Vendor Credit",
            frozenset({"DocNumber", "TxnDate", "APAccountRef", "TotalAmt"}),
            sparse=False,
            plans=_ESSENTIALS,
        ),
        _document(
            "PurchaseOrder",
            "Purchase Order",
            frozenset({"DocNumber", "TxnDate", "DueDate"}),
            numbering="orders",
            plans=_PLUS,
        ),
        _list(
            "Customer",
            "Names",
            _PERSON | {"FullyQualifiedName"},
            name_field="DisplayName",
            name_space="people",
        ),
        _list("Vendor", "Names", _PERSON, name_field="DisplayName", name_space="people"),
        _list("Employee", "Names", _PERSON, name_field="DisplayName", name_space="people"),
        _list(
            "Item",
            "Items",
            frozenset(
                {"Name", "Sku", "Type", "Active", "FullyQualifiedName", "SubItem", "Taxable"}
            ),
        ),
        _list(
            "Account",
            "Accounts",
            frozenset(
                {
                    "Name",
                    "SubAccount",
                    "Classification",
                    "FullyQualifiedName",
                    "AccountType",
                    "AccountSubType",
                    "Active",
                    "CurrentBalance",
                    "CurrentBalanceWithSubAccounts",
                }
            ),
        ),
        _list("Class", "Klasses", _TREE, plans=_PLUS),
        _list("Department", "Departments", _TREE, plans=_PLUS),
        _list("Term", "Terms", frozenset({"Name", "Active"})),
        _list("PaymentMethod", "PaymentMethods", frozenset({"Name", "Active"})),
        _list("TaxCode", "TaxCodes", frozenset({"Name", "Active"}), writable=False, in_cdc=False),
        _list(
            "TaxRate",
            "TaxRates",
            frozenset({"Name", "AgencyRef", "Active", "Description"}),
            writable=False,
            in_cdc=False,
        ),
        _list("TaxAgency", "TaxAgencies", frozenset(), name_field="DisplayName", in_cdc=False),
    )
}

BY_PATH = {kind.path: kind for kind in KINDS.values()}
PEOPLE = ("Customer", "Vendor", "Employee")
SALES = ("SalesReceipt", "RefundReceipt", "Invoice", "CreditMemo", "Estimate")
