"""Many rows in one statement, as one JSON value: drivers take each parameter by itself, slowly.

A batch writes a few hundred values. Handed over one by one they cost several times what the
database needs to store them; handed over as one text, almost nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import orjson
from sqlalchemy import (
    ARRAY,
    JSON,
    Column,
    Connection,
    Dialect,
    Insert,
    LargeBinary,
    String,
    Table,
    Text,
    TypeDecorator,
    Update,
    any_,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    select,
    type_coerce,
    update,
)
from sqlalchemy.sql import ColumnElement
from sqlalchemy.sql.expression import UnaryExpression
from sqlalchemy.sql.operators import custom_op

Rows = Sequence[Mapping[str, Any]]


def insert_rows(
    connection: Connection, table: Table, rows: Rows, *, returning: tuple[str, ...] = ()
) -> list[Any]:
    """Insert rows of the same columns, in their order; what comes back may be in any."""
    if not rows:
        return []
    names = tuple(rows[0])
    query = _inserting(connection.dialect.name, table, names, returning)
    done = connection.execute(query, {"rows": _packed(connection.dialect, table, names, rows)})
    return list(done) if returning else []


def update_rows(connection: Connection, table: Table, rows: Rows, *, workspace: str) -> None:
    """Change rows of this workspace by `id`; all carry the same columns."""
    if not rows:
        return
    names = tuple(rows[0])
    query = _updating(connection.dialect.name, table, names)
    packed = _packed(connection.dialect, table, names, rows)
    connection.execute(query, {"rows": packed, "in_workspace": workspace})


def among(dialect: str, each: Column[str], name: str) -> ColumnElement[bool]:
    """Whether the column is one of the texts in parameter `name`, a list."""
    if dialect == "sqlite":
        return each.in_(bindparam(name, expanding=True))
    return each == any_(bindparam(name, type_=ARRAY(Text)))


@cache
def _inserting(
    dialect: str, table: Table, names: tuple[str, ...], returning: tuple[str, ...]
) -> Insert:
    values = _values(dialect, table, names)
    query = table.insert().from_select(
        list(names), select(*values.values()), include_defaults=False
    )
    return query.returning(*(table.c[name] for name in returning)) if returning else query


@cache
def _updating(dialect: str, table: Table, names: tuple[str, ...]) -> Update:
    values = _values(dialect, table, names)
    workspace: ColumnElement[Any] = table.c.workspace
    if dialect == "sqlite":
        # SQLite would walk through the workspace for each row: the plus hides the index from it.
        workspace = UnaryExpression(workspace, operator=custom_op("+"), type_=workspace.type)
    return (
        update(table)
        .where(table.c.id == values.pop("id"), workspace == bindparam("in_workspace"))
        .values(values)
    )


def _values(dialect: str, table: Table, names: tuple[str, ...]) -> dict[str, ColumnElement[Any]]:
    """Each column as read from the JSON value `rows`: a list of lists, or of objects."""
    columns = [table.c[name] for name in names]
    packed = bindparam("rows", type_=Text)
    if dialect == "sqlite":
        each = func.json_each(packed).table_valued("value", name="given")
        found: list[ColumnElement[Any]] = [
            func.json_extract(each.c.value, literal_column(f"'$[{place}]'"))
            for place in range(len(names))
        ]
        blobs: list[ColumnElement[Any]] = [cast(value, LargeBinary) for value in found]
    else:
        given = func.json_to_recordset(cast(packed, JSON)).table_valued(
            *(column(each.name, Text() if _is_text(each) else each.type) for each in columns),
            name="given",
        )
        found = list(given.render_derived(with_types=True).c)
        blobs = [func.convert_to(value, "UTF8") for value in found]
    return {
        each.name: type_coerce(blob if _is_bytes(each) else value, each.type)
        for each, value, blob in zip(columns, found, blobs, strict=True)
    }


def _packed(dialect: Dialect, table: Table, names: tuple[str, ...], rows: Rows) -> str:
    given: Any = [_plain(dialect, table.c[name], [row[name] for row in rows]) for name in names]
    if dialect.name == "sqlite":
        return orjson.dumps(list(zip(*given, strict=True))).decode()
    records = [dict(zip(names, row, strict=True)) for row in zip(*given, strict=True)]
    return orjson.dumps(records).decode()


def _plain(dialect: Dialect, each: Column[Any], values: list[Any]) -> list[Any]:
    """Values as the database keeps them."""
    if _is_bytes(each):
        return [None if value is None else value.decode() for value in values]
    if isinstance(each.type, TypeDecorator):
        return [each.type.process_bind_param(value, dialect) for value in values]
    return values


def _is_bytes(each: Column[Any]) -> bool:
    return isinstance(each.type, TypeDecorator) and isinstance(each.type.impl, LargeBinary)


def _is_text(each: Column[Any]) -> bool:
    """Longer than its column takes must be refused, as ever, and not be cut on the way."""
    return isinstance(each.type, String) or _is_bytes(each)
