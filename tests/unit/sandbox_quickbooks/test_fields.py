"""Our field table says what the published rules and schemas say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sync.sandbox.quickbooks.fields import ENUMS, TYPES
from sync.sandbox.quickbooks.kinds import KINDS

FIXTURES = Path(__file__).parents[3].parent / "shared" / "fixtures" / "quickbooks"
NEEDS = {"always": "required", "update": "update", "conditional": "sometimes", "no": ""}
# what we know better than the published table: receipts without a customer are accepted,
# lines that only describe or link have no amount, and item types matter on creation only
KNOWN_BETTER = {
    ("SalesReceipt", "CustomerRef"): "sometimes",
    ("Line", "Amount"): "sometimes",
    ("Line", "DetailType"): "sometimes",
    ("CustomField", "DefinitionId"): "sometimes",
    ("Item", "Type"): "sometimes",
    ("PhysicalAddress", "Id"): "",
}
SIMPLE = {
    "string": "text",
    "boolean": "flag",
    "decimal": "number",
    "int": "number",
    "date": "day",
    "dateTime": "instant",
}


def fixture(name: str) -> Any:
    path = FIXTURES / name
    if not path.exists():
        pytest.skip(f"no recorded rules at {path}")
    return json.loads(path.read_text())


def test_every_published_field_is_known_with_its_limits() -> None:
    rules = fixture("field_rules.json")["rules"]
    wrong = []
    for kind in TYPES.keys() & rules.keys():
        for name, rule in rules[kind].items():
            field = TYPES[kind].get(name)
            need = KNOWN_BETTER.get((kind, name), NEEDS[rule["required"]])
            if (
                field is None
                or field.need != need
                or field.read_only != rule.get("read_only", False)
                or (rule.get("max_length") not in (None, field.longest))
            ):
                wrong.append((kind, name, field))

    assert wrong == []


def test_every_kind_we_serve_was_compared() -> None:
    rules = fixture("field_rules.json")["rules"]

    assert KINDS.keys() - rules.keys() == {"Employee"}
    assert KINDS.keys() <= TYPES.keys()


def test_every_schema_field_has_its_kind() -> None:
    schema = fixture("xsd_types.json")["types"]
    wrong = []
    for kind in TYPES.keys() & schema.keys() - {"TaxAgency", "ReferenceType", "MemoRef"}:
        for name, described in schema[kind]["fields"].items():
            field = TYPES[kind].get(name)
            kinds = {SIMPLE.get(described["type"], field and field.kind), "any"}
            many = described.get("array", False)
            if field is None or field.kind not in kinds or (field.many != many):
                wrong.append((kind, name, field, described))

    assert wrong == []


def test_enumerations_are_those_of_the_schema() -> None:
    schema = fixture("xsd_types.json")["enums"]

    assert {name: frozenset(schema[name]) for name in ENUMS} == ENUMS


def test_no_published_field_is_invented() -> None:
    rules = fixture("field_rules.json")["rules"]
    schema = fixture("xsd_types.json")["types"]
    invented = [
        (kind, name)
        for kind in TYPES.keys() & schema.keys()
        for name in TYPES[kind]
        if name not in schema[kind]["fields"]
        and name not in rules.get(kind, {})
        and name != "value"
    ]

    assert invented == []
