"""Which entities exist, how they may be sorted, what hangs on them and who may read them."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Relation:
    """Something a caller may load. Without `entity` it is a part kept on the row itself."""

    many: bool = False
    entity: str = ""
    by: str = ""  # to-one: our reference field; to-many: theirs to us
    inner: str = ""  # the singular key inside a to-many
    leaves_out: frozenset[str] = frozenset()


PART, PARTS = Relation(), Relation(many=True)


def one(entity: str, by: str) -> Relation:
    """A reference to a record of another entity."""
    return Relation(entity=entity, by=by)


def many(entity: str, by: str, *leaves_out: str) -> Relation:
    """Records of another entity that refer to this one."""
    return Relation(True, entity, by, entity, frozenset(leaves_out))


@dataclass(frozen=True, slots=True)
class Entity:
    """One endpoint."""

    id_field: str
    sorts: tuple[str, ...]
    relations: dict[str, Relation] = field(default_factory=dict)
    paths: tuple[str, ...] = ()  # the relations that may be asked for, nested ones dotted
    scopes: frozenset[str] = frozenset()
    unlisted: frozenset[str] = frozenset()  # paths that `all` does not include


def _scopes(names: str) -> frozenset[str]:
    return frozenset(f"employee:{name}" for name in names.split())


_TILL = _scopes("register register_read cfd")
_ANYONE = _scopes(
    "register register_read inventory inventory_read inventory_base reports workbench customers "
    "customers_read admin admin_shops"
)
_PEOPLE = _scopes("customers customers_read")
_STOCK = _scopes("inventory inventory_read inventory_base product_edit product_cost")

_LINE = ("Discount", "TaxClass", "TaxCategory", "Note", "Item", "InventorySales", "SaleAccounts")
_PAYMENT = ("PaymentType", "CCCharge", "SaleAccounts", "Signatures", "ProcessingFees")

ENTITIES: dict[str, Entity] = {
    "Sale": Entity(
        "saleID",
        ("saleID", "timeStamp", "completeTime", "updateTime"),
        {
            "SaleLines": many("SaleLine", "saleID", "taxCategoryID"),
            "SalePayments": many("SalePayment", "saleID"),
            "SaleNotes": PARTS,
            "Customer": one("Customer", "customerID"),
            "ShipTo": one("ShipTo", "shipToID"),
            "Discount": one("Discount", "discountID"),
            "TaxCategory": one("TaxCategory", "taxCategoryID"),
            "Quote": PART,
        },
        (
            "SaleLines",
            *(f"SaleLines.{name}" for name in _LINE),
            "SaleLines.Item.Category",
            "SaleNotes",
            "SalePayments",
            *(f"SalePayments.{name}" for name in _PAYMENT),
            "ShipTo",
            "ShipTo.Contact",
            "Customer",
            "Customer.Contact",
            "Discount",
            "TaxCategory",
            "TaxCategory.TaxCategoryClasses",
            "Quote",
        ),
        _TILL,
    ),
    "SaleLine": Entity(
        "saleLineID",
        ("saleLineID", "timeStamp", "saleID"),
        {
            "Discount": one("Discount", "discountID"),
            "TaxClass": one("TaxClass", "taxClassID"),
            "TaxCategory": one("TaxCategory", "taxCategoryID"),
            "Note": PART,
            "Item": one("Item", "itemID"),
            "InventorySales": PARTS,
            "SaleAccounts": many("SaleAccount", "saleLineID"),
        },
        _LINE,
        _TILL,
    ),
    "SalePayment": Entity(
        "salePaymentID",
        ("salePaymentID", "timeStamp", "saleID"),
        {
            "PaymentType": one("PaymentType", "paymentTypeID"),
            "CCCharge": PART,
            "SaleAccounts": many("SaleAccount", "salePaymentID"),
            "Signatures": PARTS,
            "ProcessingFees": PARTS,
        },
        _PAYMENT,
        _TILL,
    ),
    "SaleAccount": Entity("saleAccountID", ("saleAccountID",), scopes=_TILL),
    "Customer": Entity(
        "customerID",
        ("customerID", "timeStamp", "firstName", "lastName"),
        {
            "Contact": PART,
            "CustomerType": PART,
            "Discount": one("Discount", "discountID"),
            "Note": PART,
            "TaxCategory": one("TaxCategory", "taxCategoryID"),
            "CreditAccount": one("CreditAccount", "creditAccountID"),
            "Tags": PART,
            "CustomFieldValues": PARTS,
        },
        (
            "Contact",
            "CustomerType",
            "Discount",
            "Note",
            "TaxCategory",
            "CreditAccount",
            "Tags",
            "CustomFieldValues",
            "CustomFieldValues.value",
        ),
        _ANYONE,
        frozenset({"CustomFieldValues", "CustomFieldValues.value"}),
    ),
    "CreditAccount": Entity(
        "creditAccountID",
        ("creditAccountID", "timeStamp", "customerID"),
        {"Contact": PART, "WithdrawalPayments": many("SalePayment", "creditAccountID")},
        ("Contact", "WithdrawalPayments"),
        _PEOPLE,
    ),
    "ShipTo": Entity(
        "shipToID",
        ("shipToID", "timeStamp", "saleID"),
        {"Contact": PART},
        ("Contact",),
        _PEOPLE,
    ),
    "Discount": Entity("discountID", ("discountID", "timeStamp"), scopes=_TILL),
    "Item": Entity(
        "itemID",
        ("itemID", "timeStamp", "description"),
        {
            "Category": one("Category", "categoryID"),
            "TaxClass": one("TaxClass", "taxClassID"),
            "ItemAttributes": PART,
            "Manufacturer": PART,
            "Note": PART,
            "Images": PARTS,
            "ItemShops": PARTS,
            "ItemVendorNums": PARTS,
            "ItemComponents": PARTS,
            "ItemECommerce": PART,
            "TagRelations": PARTS,
            "ItemPrices": PARTS,
            "CustomFieldValues": PARTS,
        },
        (
            "Category",
            "TaxClass",
            "ItemAttributes",
            "ItemAttributes.ItemAttributeSet",
            "Manufacturer",
            "Note",
            "Images",
            "ItemShops",
            "ItemVendorNums",
            "ItemComponents",
            "ItemECommerce",
            "TagRelations",
            "TagRelations.Tag",
            "ItemPrices",
            "CustomFieldValues",
            "CustomFieldValues.value",
        ),
        _STOCK,
        frozenset({"CustomFieldValues", "CustomFieldValues.value"}),
    ),
    "Category": Entity("categoryID", ("categoryID", "timeStamp"), scopes=_ANYONE),
    "Shop": Entity(
        "shopID",
        ("shopID", "timeStamp"),
        {
            "Contact": PART,
            "ReceiptSetup": PART,
            "TaxCategory": one("TaxCategory", "taxCategoryID"),
            "ShelfLocations": PARTS,
            "Registers": many("Register", "shopID"),
            "CCGateway": PART,
            "PriceLevel": PART,
        },
        (
            "Contact",
            "ReceiptSetup",
            "TaxCategory",
            "ShelfLocations",
            "Registers",
            "CCGateway",
            "PriceLevel",
        ),
        _ANYONE,
    ),
    "Register": Entity("registerID", ("registerID",), scopes=_ANYONE),
    "Employee": Entity(
        "employeeID",
        ("employeeID", "timeStamp"),
        {"Contact": PART, "EmployeeRole": PART, "EmployeeRights": PARTS},
        ("Contact", "EmployeeRole", "EmployeeRole.EmployeeRights", "EmployeeRights"),
        _ANYONE,
    ),
    "PaymentType": Entity("paymentTypeID", ("paymentTypeID",), scopes=_ANYONE),
    "TaxCategory": Entity(
        "taxCategoryID",
        ("taxCategoryID", "timeStamp"),
        {"TaxCategoryClasses": many("TaxCategoryClass", "taxCategoryID")},
        ("TaxCategoryClasses", "TaxCategoryClasses.TaxClass"),
        _ANYONE,
    ),
    "TaxCategoryClass": Entity(
        "taxCategoryClassID",
        ("taxCategoryClassID", "timeStamp"),
        {"TaxClass": one("TaxClass", "taxClassID")},
        ("TaxClass",),
        _ANYONE,
    ),
    "TaxClass": Entity("taxClassID", ("taxClassID", "timeStamp"), scopes=_ANYONE),
}

# The fields by which a row is found from its parent.
PARENTS: dict[str, tuple[str, ...]] = {
    name: tuple(
        relation.by
        for owner in ENTITIES.values()
        for relation in owner.relations.values()
        if relation.many and relation.entity == name
    )
    for name in ENTITIES
}
