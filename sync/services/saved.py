"""Settings of a connection as one saved, versioned value; a change is an audit row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy.engine import RowMapping

from sync.domain.books import Books
from sync.domain.documents import Ref
from sync.domain.identity import Scope
from sync.domain.settings import AccountChoices, ConnectionSettings, TaxMapping
from sync.errors import Conflict
from sync.ledger.ledger import Ledger
from sync.services.defaults import choose_accounts
from sync.services.means import Means
from sync.services.models import Actor
from sync.services.scoped import audit, own_connection

_SETTINGS = TypeAdapter(ConnectionSettings)
MEANWHILE = "Somebody else changed these settings meanwhile; look at them again."


def load_settings(saved: Mapping[str, Any]) -> ConnectionSettings:
    """The saved value; what an older version did not know has its default."""
    return _SETTINGS.validate_python(dict(saved))


def dump_settings(settings: ConnectionSettings) -> dict[str, Any]:
    """As JSON; amounts and dates are text, so they come back exactly."""
    saved: dict[str, Any] = _SETTINGS.dump_python(settings, mode="json")
    return saved


def with_default_accounts(settings: ConnectionSettings, books: Books) -> ConnectionSettings:
    """Roles nobody chose an account for, filled from the company's own chart."""
    accounts, chosen = choose_accounts(books.accounts.values(), settings.accounts)
    return replace(
        settings, accounts=accounts, chosen_by_us=tuple(choice.role for choice in chosen)
    )


def save_settings(
    means: Means,
    actor: Actor,
    scope: Scope,
    what: str,
    change: Callable[[ConnectionSettings], Mapping[str, Any]],
    *,
    version: int | None = None,
) -> ConnectionSettings:
    """Apply a change to the newest settings; Conflict when `version` is no longer the newest."""
    with means.ledgers.write() as ledger:
        row = own_connection(ledger, actor, scope)
        if version is not None and version != row["version"]:
            raise Conflict(MEANWHILE)
        return apply_settings(
            ledger,
            row,
            actor,
            scope,
            what,
            lambda before: replace(before, **change(before)),
            now=means.clock(),
        )


def apply_settings(
    ledger: Ledger,
    row: RowMapping,
    actor: Actor,
    scope: Scope,
    what: str,
    change: Callable[[ConnectionSettings], ConnectionSettings],
    *,
    now: datetime,
) -> ConnectionSettings:
    """Save a change of the settings in a row that is held; nothing changed leaves no trace."""
    before = load_settings(row["settings"])
    after = change(before)
    changed = list(differences(before, after))
    if not changed:
        return before
    if not ledger.accounts.save_settings(scope, dump_settings(after), version=row["version"]):
        raise Conflict(MEANWHILE)
    names, old, new = zip(*changed, strict=True)
    audit(
        ledger,
        actor,
        scope,
        f"settings.{what}",
        ", ".join(names),
        before="; ".join(old),
        after="; ".join(new),
        now=now,
    )
    return after


def differences(
    before: ConnectionSettings, after: ConnectionSettings
) -> Iterator[tuple[str, str, str]]:
    """Name, old and new value of what differs, in people's words."""
    for field in fields(ConnectionSettings):
        old, new = getattr(before, field.name), getattr(after, field.name)
        if old == new:
            continue
        if isinstance(old, AccountChoices):
            yield from _moved_accounts(old, new)
        elif field.name == "tax_mappings":
            gone = tuple(each for each in old if each not in new)
            come = tuple(each for each in new if each not in old)
            yield field.name, _words(gone), _words(come)
        else:
            yield field.name, _words(old), _words(new)


def _moved_accounts(old: AccountChoices, new: AccountChoices) -> Iterator[tuple[str, str, str]]:
    before, after = dict(_roles(old)), dict(_roles(new))
    for role in dict.fromkeys((*before, *after)):
        if before.get(role) != after.get(role):
            yield role, _words(before.get(role)), _words(after.get(role))


def _roles(choices: AccountChoices) -> Iterator[tuple[str, Ref | None]]:
    for field in fields(AccountChoices):
        if field.name == "tenders":
            yield from choices.tenders.items()
        else:
            yield field.name, getattr(choices, field.name)


def _words(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, Ref):
        return value.name
    if isinstance(value, TaxMapping):
        place = ", ".join(part for part in (value.region, value.city, value.county) if part)
        return f"{place}: {value.code.name}"
    if isinstance(value, tuple):
        return ", ".join(map(_words, value))
    return str(value)
