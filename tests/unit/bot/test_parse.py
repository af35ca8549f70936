"""What people type is read as they meant it, or refused in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import COMMANDS, backfill, log_words, notify_words, parse
from bot.commands.running import Commands
from sync.domain.quiet import Level
from sync.domain.verdicts import EntryState
from sync.errors import Invalid
from sync.services.models import LogQuery

TODAY = date(2026, 3, 10)  # a Tuesday


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("sync dry", ("sync", "dry")),
        ("  sync\u00a0\u2009 dry \n", ("sync", "dry")),
        ("tax add MD “Maryland 6%”", ("tax", "add", "MD", "Maryland 6%")),
        ("tax add MD „Maryland 6%‟", ("tax", "add", "MD", "Maryland 6%")),
        ('stores "Bob &amp; Sons"', ("stores", "Bob & Sons")),
        ("roles <@U1|anna> admin", ("roles", "<@U1>", "admin")),
        ("channel <#C1|ops>", ("channel", "<#C1>")),
        ("log O'Neil", ("log", "O'Neil")),
        ("log ‘two words’", ("log", "two words")),
        ("log &lt;!channel&gt;", ("log", "<!channel>")),
        ("log <!channel> x", ("log", "x")),
        ("log <https://a.example|a.example>", ("log", "a.example")),
        ("sy\u200bnc", ("sync",)),
        ("a\x00b \ud800c", ("ab", "c")),
    ],
)
def test_a_line_is_split_into_what_was_meant(typed: str, words: tuple[str, ...]) -> None:
    assert parse.read(typed).words == words


def test_what_follows_a_word_is_kept_as_typed() -> None:
    line = parse.read('rule add "Reg 1" when register = 1 set region MD')

    assert line.after(2) == '"Reg 1" when register = 1 set region MD'
    assert line.after(99) == ""


def test_a_quotation_mark_that_is_never_closed_is_told() -> None:
    with pytest.raises(Invalid, match="not closed"):
        parse.read('stores "Newtown')


@given(st.text(max_size=300))
def test_no_text_whatever_breaks_the_reader(typed: str) -> None:
    try:
        line = parse.read(typed)
    except Invalid:
        return

    assert all(len(word) <= len(line.text) for word in line.words)


@pytest.mark.parametrize("word", ["2026-10-01", "2026‑10‑01", "2026–10–01"])
def test_a_day_is_read_whatever_dash_was_typed(word: str) -> None:
    assert parse.day(word) == date(2026, 10, 1)


@pytest.mark.parametrize(
    "word", ["2026-02-30", "2026-13-01", "26-01-01", "01.10.2026", "20261001", "٢٠٢٦-١٠-٠١", "x"]
)
def test_what_is_no_day_is_refused(word: str) -> None:
    with pytest.raises(Invalid, match=r"not a date|no day"):
        parse.day(word)


def test_the_nearest_word_is_found_and_nonsense_is_not() -> None:
    assert parse.nearest("sinc", ["sync", "status"]) == "sync"
    assert parse.nearest("xyzzy", ["sync", "status"]) == ""


def test_names_are_split_at_commas_outside_quotes() -> None:
    assert parse.names('Newtown, "Bits, Bobs", Webstore') == ("Newtown", "Bits, Bobs", "Webstore")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("2026-03-01 2026-03-09", (date(2026, 3, 1), date(2026, 3, 9), "", False)),
        ("sales 2026-03-01 to 2026-03-09 dry", (date(2026, 3, 1), date(2026, 3, 9), "", True)),
        ("2026-03-01", (date(2026, 3, 1), date(2026, 3, 1), "", False)),
        (
            '2026-03-01 2026-03-09 DRY run STORE "New town"',
            (date(2026, 3, 1), date(2026, 3, 9), "New town", True),
        ),
    ],
)
def test_a_backfill_line_is_read(line: str, expected: tuple[object, ...]) -> None:
    asked = backfill.read(parse.read(line).words)

    assert (asked.first, asked.last, asked.shop, asked.dry) == expected


@pytest.mark.parametrize(
    "line", ["purchases 2026-03-01", "store x", "2026-03-01 2026-03-02 store", "2026-03-01 soon"]
)
def test_a_backfill_line_with_other_words_is_refused(line: str) -> None:
    with pytest.raises(Invalid):
        backfill.read(parse.read(line).words)


@pytest.mark.parametrize(
    ("line", "states", "first", "last", "text", "run"),
    [
        ("failed today", (EntryState.FAILED,), TODAY, TODAY, "", None),
        ("held, failed", (EntryState.HELD, EntryState.FAILED), None, None, "", None),
        ("problems", (EntryState.HELD, EntryState.FAILED), None, None, "", None),
        ("run 42", (), None, None, "", 42),
        ("skipped run #7", (EntryState.SKIPPED,), None, None, "", 7),
        ("yesterday bike", (), date(2026, 3, 9), date(2026, 3, 9), "bike", None),
        ("last week", (), date(2026, 3, 2), date(2026, 3, 8), "", None),
        ("this month", (), date(2026, 3, 1), TODAY, "", None),
        ("last month", (), date(2026, 2, 1), date(2026, 2, 28), "", None),
        ("7d", (), date(2026, 3, 4), TODAY, "", None),
        ("2026-03-01 to 2026-03-05", (), date(2026, 3, 1), date(2026, 3, 5), "", None),
        ('posted "red bike" today', (EntryState.POSTED,), TODAY, TODAY, "red bike", None),
        ("", (), None, None, "", None),
    ],
)
def test_log_words_are_filters_and_the_rest_is_text(
    line: str,
    states: tuple[EntryState, ...],
    first: date | None,
    last: date | None,
    text: str,
    run: int | None,
) -> None:
    query = log_words.read(parse.read(line).words, TODAY).query

    assert (query.states, query.first, query.last) == (states, first, last)
    assert (query.text, query.run_number) == (text, run)


@pytest.mark.parametrize("line", ["12345", "#12345"])
def test_a_number_alone_is_one_sale(line: str) -> None:
    assert log_words.read((line,), TODAY).number == "12345"


@pytest.mark.parametrize("line", ["run", "run x", "run 99999999999", "2026-03-05 2026-03-01"])
def test_log_words_that_cannot_be_are_refused(line: str) -> None:
    with pytest.raises(Invalid):
        log_words.read(parse.read(line).words, TODAY)


def test_no_word_means_two_commands() -> None:
    words = [word for each in COMMANDS for word in (each.name, *each.synonyms)]

    assert len(words) == len(set(words))
    assert set(Commands(COMMANDS).by_word) == set(words)


def test_the_two_examples_of_a_command_begin_with_its_name() -> None:
    for command in COMMANDS:
        for example in command.examples:
            first = parse.read(example).words[0].casefold()
            assert first in (command.name, *command.synonyms)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('shop "Main Street" held', LogQuery((EntryState.HELD,), shop="Main Street")),
        ("cause tax.unmapped", LogQuery(cause="tax.unmapped")),
        ("kind refunds kind receipt", LogQuery(documents=("RefundReceipt", "SalesReceipt"))),
        ("over 100", LogQuery(least=Decimal(100))),
        ("> $1,250.50 < 2000", LogQuery(least=Decimal("1250.50"), most=Decimal(2000))),
        ("amount -49.90", LogQuery(least=Decimal("49.90"), most=Decimal("49.90"))),
        ("amount 10..20", LogQuery(least=Decimal(10), most=Decimal(20))),
        ("since 2026-03-01", LogQuery(first=date(2026, 3, 1))),
        ('until 2026-03-01 text "held up"', LogQuery(last=date(2026, 3, 1), text="held up")),
    ],
)
def test_the_log_is_narrowed_by_shop_cause_kind_and_amount(line: str, expected: LogQuery) -> None:
    assert log_words.read(parse.read(line).words, TODAY).query == expected


@pytest.mark.parametrize(
    "query",
    [
        LogQuery(),
        LogQuery((EntryState.HELD, EntryState.WARNED), date(2026, 3, 1), None, "held up", 42),
        LogQuery(first=date(2026, 3, 1), last=date(2026, 3, 9), shop="Main “x” Street"),
        LogQuery(cause="tax.unmapped", documents=("CreditMemo", "JournalEntry")),
        LogQuery(least=Decimal("49.90"), most=Decimal("49.90")),
        LogQuery(least=Decimal("0.01"), most=Decimal(100000)),
        LogQuery(text="12345"),
    ],
)
def test_a_line_asks_for_what_it_was_made_of(query: LogQuery) -> None:
    """Buttons carry lines: what a page was filtered by must survive them."""
    words = parse.read(log_words.line_of(query)).words

    again = log_words.read(words[1:], TODAY).query

    assert again == replace(query, shop=query.shop.translate(str.maketrans("“”", "''")))


@pytest.mark.parametrize(
    "line",
    [
        *("over", "over much", "amount 5..1", "under 1e9999999", "kind elephant", "kind"),
        *("shop", "cause", "since", "since yesterday", "over ∞", "amount ٣", "text"),
    ],
)
def test_filters_that_cannot_be_are_refused(line: str) -> None:
    with pytest.raises(Invalid):
        log_words.read(parse.read(line).words, TODAY)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("failures", notify_words.Asked(level=Level.FAILURES)),
        ("failures-only", notify_words.Asked(level=Level.FAILURES)),
        (
            "digest 8:00 failures-only <#C0FIN|finance>",
            notify_words.Asked("C0FIN", Level.FAILURES, "08:00"),
        ),
        ("here summary", notify_words.Asked("C0HERE", Level.SUMMARY)),
        ("quiet 22:00-07:00", notify_words.Asked(quiet=("22:00", "07:00"))),
        ("quiet hours 22 to 7", notify_words.Asked(quiet=("22:00", "07:00"))),
        ("quiet 22:00–07:00", notify_words.Asked(quiet=("22:00", "07:00"))),
        ("quiet off digest off", notify_words.Asked(digest="", quiet=("", ""))),
        ("digest now", notify_words.Asked(digest="now")),
        ("me off zone Europe/Oslo", notify_words.Asked("", Level.NOTHING, zone="Europe/Oslo")),
    ],
)
def test_what_one_wants_to_hear_is_read_in_any_order(
    line: str, expected: notify_words.Asked
) -> None:
    assert notify_words.read(parse.read(line).words, "C0HERE") == expected


@pytest.mark.parametrize(
    "line", ["loudly", "digest", "digest 25:00", "quiet 22:00", "zone", "@bob"]
)
def test_what_nobody_can_hear_is_refused(line: str) -> None:
    with pytest.raises(Invalid):
        notify_words.read(parse.read(line).words, "C0HERE")
