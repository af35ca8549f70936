"""The migrated schema is the one the code believes in, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, select, text

from sync.ledger.database import Database, open_database
from sync.ledger.migrate import alembic_config, migrate
from sync.ledger.tables import grant, metadata
from tests.databases import Postgres


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without any table."""
    if request.param == "sqlite":
        database = open_database(f"sqlite:///{tmp_path / 'empty.db'}")
        yield database
        database.close()
    else:
        server: Postgres = request.getfixturevalue("postgres_server")
        url = server.empty()
        database = open_database(url)
        yield database
        database.close()
        server.drop(url)


def ours(thing: Any, name: str | None, kind: str, *_: object) -> bool:
    if name == "ix_ccc_entry_words":  # of an expression, which Alembic cannot compare
        return False
    table = thing if kind == "table" else thing.table
    return str(table.name).startswith("ccc_") and table.name != "ccc_version"


def condition(index: Any) -> str:
    options = index.get("dialect_options", {})
    return str(options.get("sqlite_where", options.get("postgresql_where", "")))


def catalogue(connection: Connection) -> dict[str, Any]:
    """Everything the database itself knows about our tables."""
    inspector = inspect(connection)
    return {
        table: {
            "columns": [
                {**column, "type": str(column["type"])} for column in inspector.get_columns(table)
            ],
            "key": inspector.get_pk_constraint(table),
            "indexes": sorted(
                (str(index["name"]), index["column_names"], index["unique"], condition(index))
                for index in inspector.get_indexes(table)
            ),
            "unique": sorted(
                (str(rule["name"]), rule["column_names"])
                for rule in inspector.get_unique_constraints(table)
            ),
        }
        for table in inspector.get_table_names()
        if table.startswith("ccc_") and table != "ccc_version"
    }


def test_the_tables_that_migrations_make_are_the_tables_of_the_code(database: Database) -> None:
    with database.read() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_object": ours, "compare_type": True}
        )
        differences = compare_metadata(context, metadata)

    assert differences == []


def test_migrations_make_every_index_and_condition_that_the_code_declares(
    empty: Database,
) -> None:
    with empty.write() as connection:
        metadata.create_all(connection)
        declared = catalogue(connection)
        metadata.drop_all(connection)

    migrate(empty)

    with empty.read() as connection:
        assert catalogue(connection) == declared


def test_migrating_twice_changes_nothing(database: Database) -> None:
    with database.read() as connection:
        before = catalogue(connection)

    migrate(database)

    with database.read() as connection:
        assert catalogue(connection) == before


def test_processes_that_start_together_may_all_migrate(empty: Database) -> None:
    problems: list[BaseException] = []

    def start() -> None:
        try:
            migrate(empty)
        except BaseException as error:
            problems.append(error)

    threads = [Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert problems == []
    with empty.read() as connection:
        assert set(catalogue(connection)) == set(metadata.tables)


def test_a_migration_that_fails_leaves_nothing_behind(empty: Database) -> None:
    with empty.write() as connection:
        connection.execute(text("CREATE TABLE ccc_watermark (in_the_way INTEGER)"))

    with pytest.raises(Exception, match="ccc_watermark"):
        migrate(empty)

    with empty.read() as connection:
        assert set(catalogue(connection)) == {"ccc_watermark"}


def test_roles_given_before_they_could_be_given_to_groups_are_kept(empty: Database) -> None:
    with empty.write() as connection:
        command.upgrade(alembic_config(connection), "0001")
        connection.execute(text("INSERT INTO ccc_role VALUES ('T1', 'U1', 'admin')"))

    migrate(empty)

    with empty.read() as connection:
        rows = connection.execute(select(grant)).all()
    assert [tuple(row) for row in rows] == [("T1", "", "U1", "admin")]
