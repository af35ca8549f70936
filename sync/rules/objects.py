"""The object types of the two forms: what a rule is tested on, as files name it."""

from __future__ import annotations

from sync.rules.actions import ActionKind, scope_of
from sync.rules.model import Rule, Scope
from sync.rules.values import fold

_WRITTEN = {
    Scope.ORDER: "Order",
    Scope.LINE: "OrderDetail",
    Scope.PAYMENT: "Payment",
    Scope.PURCHASE: "PurchaseOrder",
}
_SALES = frozenset(("order", "orderdetail", "line", "product", "refund"))
_FITTING = {
    Scope.ORDER: _SALES,
    Scope.LINE: _SALES,
    Scope.PAYMENT: frozenset(("payment", "order", "refund")),
    Scope.PURCHASE: frozenset(("purchaseorder", "purchase")),
}


def object_type(rule: Rule) -> str:
    """It follows from the fields and the action, so it is written and only checked when read."""
    on = tuple(condition for condition in rule.conditions if condition.enabled)
    return _WRITTEN[scope_of(on or rule.conditions, rule.action)]


def object_fault(text: str, kind: ActionKind) -> str:
    """What is wrong with an object type beside an action; blank is whatever the action needs."""
    name = fold(text).replace(" ", "").replace("_", "")
    if not name or name in _FITTING[kind.scope]:
        return ""
    if name in _SALES | {"payment", "purchaseorder", "purchase"}:
        return f'"{kind.id}" is an action on {_WRITTEN[kind.scope]}, not on {text}'
    return f'an object type is {", ".join(_WRITTEN.values())}, Product or Refund, not "{text}"'
