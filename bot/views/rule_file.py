"""What a file of rules would do, before anything is written."""

from __future__ import annotations

from bot.views.blocks import Block, code, context, plain, rich
from bot.views.text import cut
from bot.views.wording import count
from sync.services.rule_file_models import Rejected, RulesFile

_SHOWN = 8
_MOST = 250  # characters of one line or reason


def counts(found: RulesFile) -> str:
    """One sentence, with everything that is not nothing."""
    parts = [
        f"{number} {word}"
        for number, word in (
            (len(found.new), "new"),
            (len(found.changed), "changed"),
            (found.unchanged, "unchanged"),
            (len(found.rejected), "rejected"),
        )
        if number
    ]
    grouped = f" {count(found.grouped, 'row')} joined another row's rule." if found.grouped else ""
    away = ""
    if found.elsewhere:
        away = f" {count(found.elsewhere, 'rule')} for other connections left out."
    return f"{', '.join(parts) or 'Nothing in it'}.{grouped}{away}"


def file_blocks(found: RulesFile) -> list[Block]:
    """Counts, then what would stand in place of what, then what is refused, by its lines."""
    blocks: list[Block] = [plain(counts(found))]
    for title, lines in (
        ("New", list(found.new)),
        ("Changed", [after for _, after in found.changed]),
    ):
        if lines:
            shown = [rich([code(cut(line, _MOST))]) for line in lines[:_SHOWN]]
            blocks += [context(_more(title, len(lines))), *shown]
    if found.rejected:
        blocks.append(context(_more("Rejected", len(found.rejected))))
        blocks += [plain(cut(_reason(each), _MOST)) for each in found.rejected[:_SHOWN]]
    return blocks


def _more(title: str, number: int) -> str:
    return f"{title}: the first {_SHOWN} of {number:,}" if number > _SHOWN else title


def _reason(rejected: Rejected) -> str:
    lines = ", ".join(map(str, rejected.lines[:10]))
    word = "Line" if len(rejected.lines) == 1 else "Lines"
    return f"{word} {lines}{' …' if len(rejected.lines) > 10 else ''}: {rejected.reason}."
