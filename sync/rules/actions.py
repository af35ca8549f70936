"""What a rule can do to a sale. A new action is one row."""

from __future__ import annotations

from dataclasses import dataclass

from sync.rules import effects
from sync.rules.effects import Effect
from sync.rules.fields import FIELDS_BY_ID
from sync.rules.model import Action, Condition, Scope
from sync.rules.targets import Value


@dataclass(frozen=True, slots=True)
class ActionKind:
    """One action. `apply` changes the draft and answers what was there before and is now."""

    id: str
    words: str
    value: Value
    changes: str
    apply: Effect
    aliases: tuple[str, ...] = ()
    scope: Scope = Scope.ORDER


EXCLUDE = "exclude_order"
EXCLUSIONS = (EXCLUDE, "exclude_purchase")

_ORDER: tuple[ActionKind, ...] = (
    ActionKind(
        "set_ship_region",
        "set region",
        Value.REGION,
        "ship state",
        effects.region,
        ("set ship region", "set state", "set ship state"),
    ),
    ActionKind(
        "map_deposit_account",
        "set deposit account",
        Value.ACCOUNT,
        "deposit account",
        effects.ref("deposit_account"),
        ("set deposit",),
    ),
    ActionKind(
        "map_sales_tax_code",
        "set tax code",
        Value.TAX_CODE,
        "tax code",
        effects.ref("tax_code"),
        ("set sales tax code",),
    ),
    ActionKind(
        "map_transaction_type",
        "set type",
        Value.TYPE,
        "transaction type",
        effects.document_type,
        ("set transaction type", "set document type"),
    ),
    ActionKind(
        "map_customer",
        "set customer",
        Value.NAME,
        "customer",
        effects.customer,
        ("set billing company", "set customer name"),
    ),
    ActionKind("map_memo", "set memo", Value.TEXT, "memo", effects.memo),
    ActionKind("map_order_date", "set date", Value.DATE, "date", effects.day, ("set order date",)),
    ActionKind(
        "map_order_number",
        "set number",
        Value.NUMBER,
        "number",
        effects.number,
        ("set order number", "set sale number"),
    ),
    ActionKind(
        "map_order_status",
        "set status",
        Value.NAME,
        "status",
        effects.status,
        ("set order status",),
    ),
    ActionKind(
        "map_class",
        "set class",
        Value.CLASS,
        "class",
        effects.ref("class_ref"),
        ("set order class",),
    ),
    ActionKind(
        "map_location",
        "set location",
        Value.LOCATION,
        "location",
        effects.ref("location"),
        ("set department",),
    ),
    ActionKind("map_terms", "set terms", Value.TERMS, "terms", effects.ref("terms")),
    ActionKind(
        "map_discount_code",
        "set discount item",
        Value.ITEM,
        "discount item",
        effects.ref("discount_item"),
        ("set discount code",),
    ),
    ActionKind(
        "override_shipping",
        "set shipping",
        Value.AMOUNT,
        "shipping amount",
        effects.shipping,
        ("override shipping", "set shipping amount"),
    ),
    ActionKind(
        "shipping_surcharge",
        "add shipping surcharge",
        Value.EXTRA,
        "shipping amount",
        effects.surcharge,
        ("add surcharge", "shipping surcharge"),
    ),
    ActionKind(
        EXCLUDE,
        "exclude",
        Value.NONE,
        "sale",
        effects.exclude,
        ("exclude order", "exclude sale", "exclude it"),
    ),
    ActionKind("clear_memo", "clear memo", Value.NONE, "memo", effects.memo),
    ActionKind("clear_class", "clear class", Value.NONE, "class", effects.ref("class_ref")),
    ActionKind("clear_location", "clear location", Value.NONE, "location", effects.ref("location")),
    ActionKind("clear_terms", "clear terms", Value.NONE, "terms", effects.ref("terms")),
)

_LINE = tuple(
    ActionKind(id, words, value, changes, apply, aliases, Scope.LINE)
    for id, words, value, changes, apply, aliases in (
        ("map_sku", "set sku", Value.NAME, "sku", effects.sku, ("map sku",)),
        (
            "replace_in_sku",
            "replace in sku",
            Value.INSTEAD,
            "sku",
            effects.replace_in_sku,
            ("replace sku",),
        ),
        ("split_sku", "split sku", Value.NONE, "sku", effects.split_sku, ()),
        ("prefix_sku", "prefix sku", Value.NAME, "sku", effects.prefix_sku, ()),
        (
            "map_description",
            "set description",
            Value.TEXT,
            "description",
            effects.description,
            ("set item description",),
        ),
        (
            "multiply_quantity",
            "multiply quantity",
            Value.FACTOR,
            "quantity",
            effects.multiply,
            ("multiply quantity by", "multiply by"),
        ),
        ("map_line_class", "set line class", Value.LINE_CLASS, "class", effects.line_class, ()),
        (
            "clear_description",
            "clear description",
            Value.NONE,
            "description",
            effects.description,
            (),
        ),
        ("clear_line_class", "clear line class", Value.NONE, "class", effects.line_class, ()),
    )
)

_PAYMENT = tuple(
    ActionKind(id, words, value, changes, apply, aliases, Scope.PAYMENT)
    for id, words, value, changes, apply, aliases in (
        (
            "map_payment_deposit_account",
            "set payment deposit account",
            Value.ACCOUNT,
            "payment deposit account",
            effects.payment_account,
            ("set payment account",),
        ),
        (
            "map_payment_method",
            "set payment method",
            Value.METHOD,
            "payment method",
            effects.payment_method,
            (),
        ),
        (
            "add_payment",
            "add payment",
            Value.NONE,
            "payment",
            effects.add_payment,
            ("record payment",),
        ),
        (
            "skip_payment",
            "skip payment",
            Value.NONE,
            "payment",
            effects.skip_payment,
            ("skip the payment",),
        ),
    )
)

_PURCHASE = tuple(
    ActionKind(id, words, value, changes, effects.nothing, aliases, Scope.PURCHASE)
    for id, words, value, changes, aliases in (
        (
            "map_bill_expense_account",
            "set expense account",
            Value.EXPENSE,
            "expense account",
            ("set bill expense account",),
        ),
        ("map_vendor", "set vendor", Value.NAME, "vendor", ()),
        ("map_bill_terms", "set bill terms", Value.TERMS, "bill terms", ()),
        ("exclude_purchase", "exclude purchase", Value.NONE, "purchase", ("exclude bill",)),
    )
)

ACTIONS: tuple[ActionKind, ...] = (*_ORDER, *_LINE, *_PAYMENT, *_PURCHASE)
ACTIONS_BY_ID = {kind.id: kind for kind in ACTIONS}
ACTION_WORDS = {word: kind for kind in ACTIONS for word in (kind.words, *kind.aliases)}


def scope_of(conditions: tuple[Condition, ...], action: Action) -> Scope:
    """What a rule is tested on, one by one.

    An action on payments looks at each tender; otherwise one test of a line makes the rule look
    at each line. A line action without such a test touches every line.
    """
    scope = ACTIONS_BY_ID[action.name].scope
    if scope in (Scope.PAYMENT, Scope.PURCHASE):
        return scope
    line = any(FIELDS_BY_ID[c.field].scope is Scope.LINE for c in conditions if c.enabled)
    return Scope.LINE if line else Scope.ORDER
