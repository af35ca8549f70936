"""What would be posted for a sale: the document field by field, the rules, the balance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.views.blocks import (
    Block,
    Card,
    Fact,
    Piece,
    actions,
    bold,
    code,
    context,
    facts,
    header,
    plain,
    rich,
)
from bot.views.decisions import previewed_line
from bot.views.lines import line_button
from bot.views.text import cut
from bot.views.wording import day, document_words, listed, money
from sync.domain.verdicts import EntryState
from sync.services.models import EntryView

_IN_BOOKS = (EntryState.POSTED, EntryState.WARNED, EntryState.DUPLICATE)
_LINES, _PER_BLOCK, _VALUE, _BLOCK_TEXT = 200, 20, 300, 2800


def preview_card(
    preview: Mapping[str, Any], connection: str = "", entry: EntryView | None = None
) -> Card:
    """The worker's answer to `/ccc preview`; every field stands here exactly as it is sent.

    `entry` is what the log knows of the sale: what is posted is not posted again.
    """
    number, currency = cut(str(preview.get("number", "")), 40), str(preview.get("currency", ""))
    verdict, document = preview.get("verdict"), preview.get("document") or {}
    sale = preview.get("sale") or {}
    is_posted = entry is not None and entry.state in _IN_BOOKS
    if entry is not None and is_posted:
        text = _posted(number, entry)
    else:
        text = _sentence(number, verdict, document, sale, currency)
    blocks: list[Block] = [header(f"Preview of sale {number}"), plain(text)]
    blocks.append(facts(_sale_facts(sale, currency)))
    if fired := preview.get("fired"):
        blocks.append(rich([bold("Rules that fired")], *(_fired(each) for each in fired[:20])))
    if decided := preview.get("decisions"):
        said_by = [previewed_line(each) for each in decided[:5]]
        blocks.append(rich([bold("Decided by a person")], *said_by))
    if almost := preview.get("almost"):
        said = listed(f"“{each['rule']}” (by its {each['field']})" for each in almost[:10])
        blocks.append(context(f"Missed by one condition: {said}"))
    if balance := preview.get("balance"):
        blocks.append(plain(_balance(balance, currency)))
    blocks += _document(document.get("fields") or {}, preview.get("names") or {})
    if will_create := preview.get("will_create"):
        blocks.append(context(f"Would be created in QuickBooks: {listed(will_create[:30])}"))
    may_sync = verdict is None and not is_posted
    buttons = [line_button("Sync now", "sync", connection)] if may_sync else []
    buttons.append(line_button("History", f"log {number}", connection))
    return Card(text, [*blocks[:48], actions(*buttons)])


def _posted(number: str, entry: EntryView) -> str:
    name = f"{document_words(entry.document_kind)} {entry.document_number}".strip() or "a document"
    return (
        f"Sale {number} is in QuickBooks already, as {name}; a sync does not post it again. "
        "Below is what CCC makes of it today."
    )


def _sentence(
    number: str,
    verdict: Mapping[str, str] | None,
    document: Mapping[str, Any],
    sale: Mapping[str, Any],
    currency: str,
) -> str:
    if verdict:
        return f"Sale {number} would be {verdict.get('state', 'held')}: {verdict.get('reason', '')}"
    fields = document.get("fields") or {}
    kind = document_words(str(document.get("kind") or "document"))
    name = f"{kind} {fields.get('DocNumber', '')}".strip()
    amount = _amount(sale.get("total", ""), currency)
    return f"Sale {number} would become {name}, {amount}. Nothing was posted."


def _sale_facts(sale: Mapping[str, Any], currency: str) -> dict[str, Fact]:
    tenders = ", ".join(
        f"{each.get('name', '')} {_amount(each.get('amount', ''), currency)}"
        for each in (sale.get("tenders") or [])[:20]
    )
    where = ", ".join(str(sale[key]) for key in ("shop", "register") if sale.get(key))
    return {
        "Sale": f"{sale.get('number', '')}, {sale.get('state', '')}, {_day(sale.get('day', ''))}",
        "Where": cut(where, _VALUE) or "no shop",
        "Total and tax": f"{_amount(sale.get('total', ''), currency)}, of it tax "
        f"{_amount(sale.get('tax', ''), currency)}",
        "Paid by": cut(tenders, 900) or "nothing",
    }


def _balance(balance: Mapping[str, Any], currency: str) -> str:
    ours, till = balance.get("goods_and_tax", ""), balance.get("till_total", "")
    deposit = _amount(balance.get("deposit", ""), currency)
    ok = balance.get("ok", _number(ours) == _number(till))
    sign, mark = ("=", "✓ Balanced") if ok else ("≠", "✖ Not balanced")
    return (
        f"{mark}: goods, fees, discounts and tax {_amount(ours, currency)} {sign} "
        f"till {_amount(till, currency)}. {deposit} reaches the deposit account."
    )


def _fired(fired: Mapping[str, Any]) -> list[Piece]:
    before = cut(str(fired.get("before") or "nothing"), 100)
    after = cut(str(fired.get("after") or "nothing"), 100)
    return [
        f"“{cut(str(fired.get('rule', '')), 100)}”: {fired.get('field', '')} ",
        f"{before} → {after}",
    ]


def _document(fields: Mapping[str, Any], names: Mapping[str, str]) -> list[Block]:
    """Every field of the body by its path, in the order it is sent."""
    rows = list(_paths(fields))
    blocks: list[Block] = []
    lines: list[list[Piece]] = []
    room = _BLOCK_TEXT
    for path, value in rows[:_LINES]:
        name = names.get(value, "") if path.endswith((".value", ".value]")) else ""
        shown = cut(value, _VALUE) + (f" ({cut(name, 100)})" if name else "")
        if lines and (room < len(path) + len(shown) or len(lines) == _PER_BLOCK):
            blocks.append(rich(*lines))
            lines, room = [], _BLOCK_TEXT
        room -= len(path) + len(shown) + 2
        lines.append([code(path), f" {shown}"])
    if lines:
        blocks.append(rich(*lines))
    if len(rows) > _LINES:
        blocks.append(context(f"{len(rows) - _LINES:,} further fields are not shown here."))
    return [plain("The document, field by field:"), *blocks] if blocks else []


def _paths(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _paths(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for index, inner in enumerate(value, 1):
            yield from _paths(inner, f"{path}[{index}]")
    elif isinstance(value, bool):
        yield path, str(value).lower()
    else:
        yield path, str(value)


def _day(value: Any) -> str:
    try:
        return day(date.fromisoformat(str(value)))
    except ValueError:
        return str(value)


def _number(value: Any) -> Decimal | None:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def _amount(value: Any, currency: str) -> str:
    number = _number(value)
    return str(value) if number is None else money(number, currency)
