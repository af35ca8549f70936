"""Rules as a CSV file, read: one row for each condition, and what cannot be used, by its line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from sync.domain.books import name_key
from sync.rules.actions import ACTION_WORDS, ACTIONS_BY_ID
from sync.rules.cells import plain
from sync.rules.checks import faults
from sync.rules.comparisons import COMPARISON_WORDS, COMPARISONS_BY_ID, Takes
from sync.rules.fields import FIELD_WORDS, UNSENT
from sync.rules.grammar import format_rule, parse_rule
from sync.rules.later import LATER_BY_ID, LATER_WORDS
from sync.rules.many import split
from sync.rules.model import MAX_CHARACTERS, MAX_NAME, Action, Condition, Joint, Rule, RuleError
from sync.rules.objects import object_fault
from sync.rules.targets import written
from sync.rules.values import fold, nearest

COLUMNS = (
    *("rule_name", "object_type", "action", "map_to", "field", "comparison", "map_from"),
    *("conjunction", "enabled", "connection", "position"),
)
LEGACY = {
    "changesku": "map_sku",
    "replacesku": "replace_in_sku",
    "splitsku": "split_sku",
    "changeorderclass": "map_class",
    "changeorderdetailclass": "map_line_class",
}
MOST_RULES = 5_000
MOST_ROWS = 20_000
MOST_CHARACTERS = 4_000_000
_OFF = frozenset(("no", "n", "false", "0", "off", "disabled"))
_ON = frozenset(("", "yes", "y", "true", "1", "on", "x", "enabled"))
_ITEM_HEADS = frozenset(("item", "item name", "qbo item name", "quickbooks item", "name", "sku"))
_EACH_LIST = 50  # SKUs in one rule; more would make a line too long to read


@dataclass(frozen=True, slots=True)
class Rejected:
    """Rows that became no rule, by their line in the file, and why."""

    lines: tuple[int, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Read:
    """A rule of the file; `connection` is "" for the one it is read into."""

    rule: Rule
    lines: tuple[int, ...]
    connection: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything in a file, in the order of judging; every row is in exactly one of the two."""

    rules: tuple[Read, ...] = ()
    rejected: tuple[Rejected, ...] = ()

    @property
    def grouped(self) -> int:
        """How many rows joined another row's rule."""
        return sum(len(each.lines) - 1 for each in self.rules)


@dataclass(slots=True)
class _Row:
    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


@dataclass(slots=True)
class _Named:
    rows: list[_Row] = field(default_factory=list)


class _Bad(Exception):
    """Why the rows of one name are no rule."""


def read_sheet(text: str) -> Sheet:
    """Either documented shape. Nothing is applied: that is for whoever confirmed it."""
    if len(text) > MOST_CHARACTERS:
        return _refused(f"a rules file has at most {MOST_CHARACTERS:,} characters")
    try:
        rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=_comma(text)))
    except csv.Error as error:
        return _refused(f"this is no CSV file: {error}")
    numbered = [(at, row) for at, row in enumerate(rows, 1) if any(cell.strip() for cell in row)]
    if not numbered:
        return _refused("the file is empty")
    if len(numbered) > MOST_ROWS:
        return _refused(f"a rules file has at most {MOST_ROWS:,} rows")
    head = [fold(plain(cell)).replace(" ", "_") for cell in numbered[0][1]]
    if "action" in head and "rule_name" in head:
        sheet = _full(head, numbered)
    elif all(len(_filled(row)) <= 2 for _, row in numbered):
        sheet = _pairs(numbered)
    else:
        return _refused(f"the first line must name the columns: {', '.join(COLUMNS)}")
    return _within(sheet)


def _refused(reason: str) -> Sheet:
    return Sheet(rejected=(Rejected((1,), reason),))


def _within(sheet: Sheet) -> Sheet:
    if len(sheet.rules) <= MOST_RULES:
        return sheet
    beyond = [line for each in sheet.rules[MOST_RULES:] for line in each.lines]
    reason = f"a connection has at most {MOST_RULES:,} rules"
    return Sheet(sheet.rules[:MOST_RULES], (*sheet.rejected, Rejected(tuple(beyond), reason)))


def _comma(text: str) -> str:
    """Spreadsheets of many countries write semicolons; a copied range has tabs."""
    first = text[: text.find("\n")] if "\n" in text else text
    return max(",;\t", key=first.count) if any(c in first for c in ",;\t") else ","


def _filled(row: Sequence[str]) -> list[str]:
    while row and not row[-1].strip():
        row = row[:-1]
    return list(row)


# -- two columns: the item, and the SKU that becomes it


def _pairs(numbered: list[tuple[int, list[str]]]) -> Sheet:
    items: dict[str, tuple[str, list[tuple[int, str]]]] = {}
    rejected: list[Rejected] = []
    owners: dict[str, tuple[int, str]] = {}
    for at, row in numbered:
        item, sku = (plain(cell) for cell in (*row, "", "")[:2])
        if at == numbered[0][0] and fold(item) in _ITEM_HEADS and "sku" in fold(sku):
            continue
        before = owners.setdefault(fold(sku), (at, fold(item)))
        if not item or not sku:
            rejected.append(Rejected((at,), "a row has an item name and a SKU; one is blank"))
        elif before[1] != fold(item):
            said = f"SKU {sku} goes to another item in line {before[0]}"
            rejected.append(Rejected((at,), said))
        else:
            items.setdefault(fold(item), (item, []))[1].append((at, sku))
    found: list[Read] = []
    for item, skus in items.values():
        for start in range(0, len(skus), _EACH_LIST):
            some = skus[start : start + _EACH_LIST]
            number = f" {start // _EACH_LIST + 1}" if start else ""
            lines = tuple(at for at, _ in some)
            try:
                found.append(Read(_item_rule(item, number, [sku for _, sku in some]), lines))
            except _Bad as bad:
                rejected.append(Rejected(lines, str(bad)))
    return Sheet(tuple(found), tuple(rejected))


def _item_rule(item: str, number: str, skus: list[str]) -> Rule:
    name = f"Item {item}"[: MAX_NAME - len(number)].rstrip() + number
    if len(skus) == 1:
        condition = Condition("sku", "=", skus[0])
    else:
        condition = Condition("sku", "in list", tuple(skus))
    return _sound(Rule(name, (condition,), "and", Action("map_sku", item)))


# -- the full shape


def _full(head: list[str], numbered: list[tuple[int, list[str]]]) -> Sheet:
    groups: dict[tuple[str, str], _Named] = {}
    rejected: list[Rejected] = []
    for at, cells in numbered[1:]:
        row = _Row(at, {name: plain(cell) for name, cell in zip(head, cells, strict=False)})
        if not row["rule_name"]:
            rejected.append(Rejected((at,), "rule_name is blank"))
            continue
        key = (name_key(row["rule_name"]), name_key(_connection(row)))
        groups.setdefault(key, _Named()).rows.append(row)
    found: list[tuple[float, Read]] = []
    for named in groups.values():
        lines = tuple(row.line for row in named.rows)
        try:
            read = Read(_rule(named.rows), lines, _connection(named.rows[0]))
            found.append((_position(named.rows), read))
        except _Bad as bad:
            rejected.append(Rejected(lines, str(bad)))
    found.sort(key=lambda each: each[0])  # stable: without positions, the file's own order
    return Sheet(tuple(read for _, read in found), tuple(rejected))


def _rule(rows: list[_Row]) -> Rule:
    """Rows of one name are one rule; without a conjunction they are alternatives."""
    first = rows[0]
    for row in rows[1:]:
        for column in ("action", "map_to"):
            if fold(row[column]) != fold(first[column]):
                raise _Bad(
                    f"{column} differs among the rows of this name: "
                    f'"{first[column]}" in line {first.line}, "{row[column]}" in line {row.line}'
                )
    action = _action(first["action"])
    kind = ACTIONS_BY_ID[action]
    if wrong := object_fault(first["object_type"], kind):
        raise _Bad(wrong)
    conditions = [_condition(row, action) for row in rows]
    outer, inner = _words(rows)
    if inner is not None and inner == outer:
        raise _Bad(f'the conjunction in brackets is the other one, not "{inner}" again')
    if fold(first["object_type"]) == "refund":
        if outer == "or" and len(rows) > 1:
            raise _Bad("object type Refund goes with conditions that are joined by and")
        conditions.append(Condition("status", "contains", "refund"))
        outer = "and"
    enabled = not any(fold(row["enabled"]).startswith("rule off") for row in rows)
    joint: Joint = outer if len(conditions) > 1 else "and"
    value = written(kind, first["map_to"])
    return _sound(
        Rule(first["rule_name"], tuple(conditions), joint, Action(action, value), enabled)
    )


def _words(rows: list[_Row]) -> tuple[Joint, Joint | None]:
    """The word between conditions, and the one inside brackets, which is written in them."""
    outer = {fold(row["conjunction"]) for row in rows if not _in_brackets(row)} - {""}
    inner = {fold(row["conjunction"].strip("() ")) for row in rows if _in_brackets(row)} - {""}
    if len(outer) > 1 or len(inner) > 1:
        raise _Bad('conjunctions "and" and "or" are mixed; write those of one group as (or)')
    for word in outer | inner:
        if word not in ("and", "or"):
            raise _Bad(f'a conjunction is "and" or "or", not "{word}"')
    return _joint(outer) or "or", _joint(inner)


def _joint(words: set[str]) -> Joint | None:
    return None if not words else "and" if words == {"and"} else "or"


def _in_brackets(row: _Row) -> bool:
    return row["conjunction"].startswith("(")


def _condition(row: _Row, action: str) -> Condition:
    about_sku = action in ("replace_in_sku", "split_sku")
    name = _spaced(row["field"]) or ("sku" if about_sku or action == "map_sku" else "")
    found = FIELD_WORDS.get(name)
    if found is None:
        if reason := UNSENT.get(name):
            raise _Bad(f"line {row.line}: {reason}")
        raise _Bad(f'line {row.line}: there is no field "{name}"{_meant(name, FIELD_WORDS)}')
    text = row["map_from"]
    usual = "matches" if text == "*" else "contains" if about_sku else "="
    word = _spaced(row["comparison"]) or usual
    comparison = COMPARISONS_BY_ID.get(word) or COMPARISON_WORDS.get(word)
    if comparison is None:
        meant = _meant(word, COMPARISON_WORDS)
        raise _Bad(f'line {row.line}: there is no comparison "{word}"{meant}')
    value: str | tuple[str, ...] = text
    if comparison.takes is Takes.NONE:
        value = ""
    elif comparison.takes is not Takes.ONE:
        value = split(text)
    return Condition(
        found.id, comparison.id, value, enabled=_enabled(row), grouped=_in_brackets(row)
    )


def _enabled(row: _Row) -> bool:
    word = fold(row["enabled"]).removeprefix("rule off").strip(", ")
    if word not in _OFF | _ON:
        raise _Bad(f'line {row.line}: enabled is yes or no, not "{row["enabled"]}"')
    return word not in _OFF


def _action(text: str) -> str:
    word = _spaced(text)
    if known := LEGACY.get(word.replace(" ", "")):
        return known
    id = word.replace(" ", "_")
    if id in ACTIONS_BY_ID:
        return id
    if kind := ACTION_WORDS.get(word):
        return kind.id
    if later := LATER_BY_ID.get(id) or LATER_WORDS.get(word):
        raise _Bad(f'"{text}" cannot be used yet: {later.reason}')
    raise _Bad(f'there is no action "{text}"{_meant(id, ACTIONS_BY_ID)}')


def _sound(rule: Rule) -> Rule:
    if problems := faults(rule):
        raise _Bad(problems[0].message)
    line = format_rule(rule)
    if len(line) > MAX_CHARACTERS:
        raise _Bad(f"a rule has at most {MAX_CHARACTERS:,} characters; this one is longer")
    try:
        return replace(parse_rule(line), enabled=rule.enabled)
    except RuleError as error:  # a character that no line may hold
        raise _Bad(str(error)) from error


def _connection(row: _Row) -> str:
    return "" if fold(row["connection"]) in ("", "all") else row["connection"]


def _position(rows: list[_Row]) -> float:
    text = next((row["position"] for row in rows if row["position"]), "")
    if not text:
        return float("inf")
    if not (text.isascii() and text.isdigit() and len(text) < 8):
        raise _Bad(f'a position is a number such as 1, not "{text}"')
    return int(text)


def _spaced(text: str) -> str:
    return fold(text.replace("_", " "))


def _meant(word: str, known: Iterable[str]) -> str:
    near = nearest(word, known)
    return f', did you mean "{near}"?' if near else ""
