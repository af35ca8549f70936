"""Products that sales wait for: what they might be in QuickBooks, and the rules that say so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sync.domain.books import Books, ListItem, name_key
from sync.domain.identity import Scope
from sync.domain.settings import ConnectionSettings
from sync.domain.verdicts import Product
from sync.errors import Conflict, Invalid, NotFound
from sync.ledger.ledger import Ledger
from sync.mapping.suggest import is_usable, ranked
from sync.mapping.text import item_name, item_sku, told_apart
from sync.rules.grammar import format_rule
from sync.rules.model import MAX_NAME, Action, Condition, Rule
from sync.services.books import load_books
from sync.services.lists import LIMIT, cut_middle
from sync.services.means import Means
from sync.services.models import Actor, Option, Role, Unmatched
from sync.services.names import quoted
from sync.services.rules import Rules
from sync.services.saved import load_settings
from sync.services.scoped import company_of, found_connection

_FIX = "map_product"
_MARK = 10  # characters that tell two long names apart
_EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Mapped:
    """What saving mappings did; `sales` are the ids of exactly those that waited for them."""

    rules: tuple[str, ...]
    sales: tuple[str, ...]


class Products:
    """Mappings are rules (`when sku = "X" set sku "Y"`): seen, tested and removed like others."""

    def __init__(self, means: Means, rules: Rules) -> None:
        self._means = means
        self._rules = rules

    def unmatched(self, scope: Scope) -> tuple[Unmatched, ...]:
        """Products without a usable item, those of most sales first."""
        with self._means.ledgers.read() as ledger:
            found_connection(ledger, scope)
            rows = ledger.wants.open(scope, _FIX)
        found: dict[Product, list[tuple[str, str]]] = {}
        for row in rows:
            if not row["sku"] and not row["name"]:
                continue  # a rule could not name it
            product = Product(row["sku"], row["name"] if not row["sku"] else "")
            sales = found.setdefault(product, [])
            sales.append((row["source_id"], row["source_number"]))
        names = {row["sku"]: row["name"] for row in rows}
        listed = [
            Unmatched(
                sku=product.sku,
                name=product.name or names.get(product.sku, ""),
                sales=tuple(id for id, _ in sales),
                examples=tuple(number for _, number in sales[:_EXAMPLES]),
            )
            for product, sales in found.items()
        ]
        listed.sort(key=lambda each: (-len(each.sales), name_key(each.sku), name_key(each.name)))
        return tuple(listed)

    def of_cause(self, scope: Scope, cause: str, subject: str) -> tuple[Unmatched, ...]:
        """Those that the sales of one cause wait for, in the same order."""
        with self._means.ledgers.read() as ledger:
            found_connection(ledger, scope)
            wanted = {
                (row["sku"], "" if row["sku"] else row["name"])
                for row in ledger.wants.open(scope, _FIX)
                if (row["cause"], row["subject"]) == (cause, subject)
            }
        return tuple(
            each
            for each in self.unmatched(scope)
            if (each.sku, "" if each.sku else each.name) in wanted
        )

    def suggestions(
        self, scope: Scope, product: Product, query: str = "", limit: int = LIMIT
    ) -> tuple[Option, ...]:
        """Items of the company by what was typed, the best guesses first; near ones say so."""
        (options,) = self.suggestions_for(scope, [product], query, limit)
        return options

    def suggestions_for(
        self, scope: Scope, products: Sequence[Product], query: str = "", limit: int = LIMIT
    ) -> tuple[tuple[Option, ...], ...]:
        """The same for many products, with the lists read once."""
        with self._means.ledgers.read() as ledger:
            books, settings = self._books(ledger, scope)
        typed = name_key(query)
        items = [
            item
            for item in books.items.values()
            if is_usable(item)
            and _reached(item, books, settings)
            and (not typed or typed in name_key(f"{item.sku} {item.full_name or item.name}"))
        ]
        return tuple(
            tuple(_option(each.item, each.is_near) for each in ranked(product, items)[:limit])
            for product in products
        )

    def names(self, scope: Scope, ids: Sequence[str]) -> dict[str, str]:
        """What these items are called."""
        if not ids:
            return {}
        with self._means.ledgers.read() as ledger:
            books, _ = self._books(ledger, scope)
        return {id: books.items[id].name for id in ids if id in books.items}

    def map(self, actor: Actor, scope: Scope, choices: Mapping[Product, str]) -> Mapped:
        """Save a rule for each product; all are checked before the first is saved."""
        actor.require_in(scope, Role.ADMIN)
        if not choices:
            raise Invalid("Choose an item for at least one product.", field="item")
        with self._means.ledgers.read() as ledger:
            books, settings = self._books(ledger, scope)
        if not settings.rules_on:
            raise Conflict(
                "Rules are off, so a mapping would change nothing. Switch them on first: "
                "/ccc rules on."
            )
        lines = {
            product: _rule(product, _target(item, books, settings))
            for product, item in choices.items()
        }
        waiting = self.unmatched(scope)
        known = {name_key(rule.name): rule for rule in self._rules.all(scope)}
        for rule in lines.values():
            former, line = known.get(name_key(rule.name)), format_rule(rule)
            if former is not None and former.line == line:
                continue  # pressed twice
            if former is not None:
                self._rules.remove(actor, scope, former.name)  # a mapping of ours, chosen anew
            self._rules.add(actor, scope, line)
        mapped = {_key(product) for product in choices}
        sales = (
            id
            for each in waiting
            if _key(Product(each.sku, each.name)) in mapped
            for id in each.sales
        )
        return Mapped(tuple(rule.name for rule in lines.values()), tuple(dict.fromkeys(sales)))

    @staticmethod
    def _books(ledger: Ledger, scope: Scope) -> tuple[Books, ConnectionSettings]:
        row = found_connection(ledger, scope)
        books = load_books(ledger, scope.workspace, company_of(ledger, row), only=("Item",))
        return books, load_settings(row["settings"])


def _key(product: Product) -> tuple[str, str]:
    """By SKU where there is one: its name may be written in two ways."""
    return (product.sku, "" if product.sku else product.name)


def _reached(item: ListItem, books: Books, settings: ConnectionSettings) -> bool:
    """Whether mapping would find this very item by the word that a rule can give it."""
    latin1 = books.facts.latin1_only
    if settings.item_match == "sku":
        found = books.item_with_sku(item_sku(item.sku, latin1)) if item.sku else None
    else:
        found = books.item_named(item_name(item.name, latin1))
    return found is not None and found.id == item.id


def _target(chosen: str, books: Books, settings: ConnectionSettings) -> str:
    """What the rule sets, so that the chosen item is the one that is found."""
    item = books.items.get(chosen)
    if item is None:
        raise NotFound("That item is not in QuickBooks any more. Choose another.")
    if not is_usable(item):
        raise Invalid(
            f"{quoted(item.name)} is inactive, or no item that a receipt can name.", field="item"
        )
    if not _reached(item, books, settings):
        raise Invalid(
            f"{quoted(item.name)} cannot be told from another item by its "
            f"{'SKU' if settings.item_match == 'sku' else 'name'}. Choose another.",
            field="item",
        )
    return item.sku if settings.item_match == "sku" else item.name


def _rule(product: Product, target: str) -> Rule:
    """Named after what it is for, so that choosing again replaces it."""
    label, field, value = (
        ("SKU", "sku", product.sku)
        if product.sku
        else (
            "Product",
            "name",
            product.name,
        )
    )
    name = f"{label} {' '.join(value.replace(chr(34), ' ').split())}"
    if len(name) > MAX_NAME:
        name = told_apart(name[: MAX_NAME - _MARK], value)
    condition = Condition(field, "=", value)
    return Rule(name, (condition,), "and", Action("map_sku", target))


def _option(item: ListItem, near: bool) -> Option:
    sku = f"SKU {item.sku}" if item.sku and name_key(item.sku) != name_key(item.name) else ""
    hint = ", ".join(part for part in ("best guess" if near else "", sku) if part)
    return Option(item.id, cut_middle(item.full_name or item.name), hint or item.kind)
