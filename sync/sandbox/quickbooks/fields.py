"""The field table: what each object may hold, so that a wrong body is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from importlib.resources import files
from typing import Any

from sync.sandbox.quickbooks.refusals import Refusal, missing
from sync.sandbox.quickbooks.wire import Json, read_json

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its kind, whether it repeats, when it is required, its limits."""

    kind: str
    many: bool
    need: str
    read_only: bool
    longest: int | None


@dataclass(frozen=True, slots=True)
class TextPolicy:
    """What a company does with letters outside ISO-8859-1."""

    latin1_only: bool
    replace: bool


def _load() -> tuple[dict[str, dict[str, Field]], dict[str, frozenset[str]]]:
    raw = read_json(files(__package__).joinpath("fields.json").read_bytes())
    types = {}
    for name, entry in raw["types"].items():
        merged: Json = {}
        for shared in entry.get("uses", ()):
            merged |= raw["shared"][shared]
        types[name] = {key: _field(text) for key, text in (merged | entry["fields"]).items()}
    return types, {name: frozenset(values) for name, values in raw["enums"].items()}


def _field(text: str) -> Field:
    kind, *flags = text.split()
    longest = next((int(flag[4:]) for flag in flags if flag.startswith("max=")), None)
    need = next((flag for flag in flags if flag in ("required", "update", "sometimes")), "")
    return Field(kind.removesuffix("[]"), kind.endswith("[]"), need, "ro" in flags, longest)


TYPES, ENUMS = _load()


def clean(kind: str, body: Any, policy: TextPolicy) -> Json:
    """The body without nulls and read-only fields; refuses what the type may not hold."""
    if not isinstance(body, dict):
        raise Refusal("2010", f"Property Name:{kind} specified is unsupported or invalid")
    return _object(kind, body, kind, policy)


def require(kind: str, body: Json, *, update: bool) -> None:
    """Refuse a body that lacks a field the table calls required."""
    for name, field in TYPES[kind].items():
        if name not in body and (
            (field.need == "required" and not update) or (field.need == "update" and update)
        ):
            if name == "Line":
                raise Refusal("2250", "At least one line is required.", "Line")
            raise missing(name)


def _object(kind: str, body: Json, path: str, policy: TextPolicy) -> Json:
    fields = TYPES[kind]
    kept: Json = {}
    for name, value in body.items():
        field = fields.get(name)
        if field is None:
            raise _unknown(kind, name, fields)
        if value is None or (field.read_only and field.need != "update"):
            continue
        if not field.many:
            kept[name] = _value(field, value, name, path, policy)
        elif isinstance(value, list):
            kept[name] = [_value(field, item, name, path, policy) for item in value]
        else:
            raise _invalid(name)
    if kind in _NEEDS_WITHIN:
        for name in _NEEDS_WITHIN[kind]:
            if name not in kept:
                raise missing(f"{path}.{name}")
    return kept


_NEEDS_WITHIN = {
    "ReferenceType": ("value",),
    "LinkedTxn": ("TxnId", "TxnType"),
    "TaxLineDetail": ("TaxRateRef",),
}


def _value(field: Field, value: Any, name: str, path: str, policy: TextPolicy) -> Any:
    kind = field.kind
    if kind == "text":
        return _text(value, field, name, policy)
    if kind in TYPES:
        if not isinstance(value, dict):
            raise _invalid(name)
        return _object(kind, value, f"{path}.{name}" if path in TYPES else name, policy)
    if kind == "number":
        return _number(value, name)
    if kind == "flag":
        if not isinstance(value, bool):
            raise Refusal("2230", f"Invalid Boolean. Supplied value:{value}", name)
        return value
    if kind == "day":
        return _day(value, name)
    if kind == "instant":
        return _instant(value, name)
    if kind.startswith("enum:"):
        if value not in ENUMS[kind[5:]]:
            raise Refusal("2170", f"Invalid Enumeration : {value}", name)
        return value
    return value


def _text(value: Any, field: Field, name: str, policy: TextPolicy) -> str:
    if not isinstance(value, str):
        raise _invalid(name)
    if field.longest is not None and len(value) > field.longest:
        raise Refusal(
            "2050",
            "String length is either shorter or longer than supported by specification. "
            f"Min:0, Max:{field.longest}, supplied length:{len(value)}",
            name,
        )
    if value.isascii() and value.isprintable():
        return value
    if _CONTROL.search(value):
        raise Refusal("2040", f"Property Name:{name} has invalid characters", name)
    if policy.latin1_only:
        try:
            value.encode("latin-1")
        except UnicodeEncodeError as error:
            if not policy.replace:
                raise Refusal(
                    "2040", f"Property Name:{name} has characters outside ISO-8859-1", name
                ) from error
            return value.encode("latin-1", "replace").decode("latin-1")
    return value


def _number(value: Any, name: str) -> int | Decimal:
    if isinstance(value, int) and not isinstance(value, bool):
        if abs(value) >= 10**15:
            raise _too_long(name)
        return value
    if not isinstance(value, Decimal):
        raise Refusal("2090", f"Invalid Number : {name} must be a number", name)
    if not _fits(value) and not _fits(value.normalize()):
        raise _too_long(name)
    return value


def _fits(value: Decimal) -> bool:
    _, digits, exponent = value.as_tuple()
    return isinstance(exponent, int) and exponent >= -5 and len(digits) + max(exponent, 0) <= 15


def _too_long(name: str) -> Refusal:
    return Refusal("2110", f"Invalid Decimal : {name} has too many digits", name)


def _day(value: Any, name: str) -> str:
    if not isinstance(value, str) or not _DAY.match(value):
        raise Refusal("2060", f"Invalid Date Format : {name} must be yyyy-MM-dd", name)
    try:
        date.fromisoformat(value)
    except ValueError as error:
        raise Refusal("2070", f"Invalid Date : {name}", name) from error
    return value


def _instant(value: Any, name: str) -> str:
    try:
        datetime.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise Refusal("2060", f"Invalid Date Format : {name}", name) from error
    return str(value)


def _unknown(kind: str, name: str, fields: dict[str, Field]) -> Refusal:
    known = ", ".join(f'"{field}"' for field in fields)
    return Refusal(
        "2010",
        f'Property Name:Unrecognized field "{name}" (class com.intuit.schema.finance.v3.{kind}), '
        f"not marked as ignorable ({len(fields)} known properties: {known[:1200]} [truncated]])\n"
        " specified is unsupported or invalid",
    )


def _invalid(name: str) -> Refusal:
    return Refusal("2010", f"Property Name:{name} specified is unsupported or invalid", name)
