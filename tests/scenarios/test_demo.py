"""What somebody sees who tries the demo: a conversation that reads well, and books that tie out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.demo.play import conversation, tied_out
from bot.demo.stage import Stage, stage
from bot.demo.story import Story
from bot.sandbox.limits import walk
from bot.sandbox.model import Message

README = Path(__file__).parents[2] / "README.md"

# What a person must never read.
RAW = {
    "an id of Slack's": re.compile(r"\b[UCTBWDFV]0[A-Z0-9]{6,}\b"),
    "an id of ours": re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-"),
    "Python's nothing": re.compile(r"\bNone\b|\bnull\b|\bTrue\b|\bFalse\b"),
    "a traceback": re.compile(r"Traceback|Error\b|Exception|File \""),
    "Python's way to write": re.compile(r"Decimal\(|datetime|<[A-Z][a-zA-Z]+\.|\{'|\['|\\n|\\u"),
    "two spaces": re.compile(r"\S  +\S"),
    "a space before a stop": re.compile(r" [.,;:](?:\s|$)"),
    "a stop twice": re.compile(r"(?<!\.)\.\.(?!\.)|,,|;;"),
    "a day of digits": re.compile(r"\b\d{4}-\d\d-\d\d\b"),
    "a place holder": re.compile(r"\{\w*\}|%[sd]\b"),
}

_MENTION = re.compile(r"<@[UW][A-Z0-9]+>")


@dataclass
class Played:
    """The story, told once for all tests of this file."""

    on: Stage
    first_day: date
    said: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return conversation(self.on)

    @property
    def messages(self) -> list[Message]:
        return [each for each in self.on.slack.workspace.messages if not each.deleted]


@pytest.fixture(scope="module")
def played() -> Iterator[Played]:
    with stage() as on:
        said: list[str] = []
        story = Story(on, said.append)
        story.play()
        yield Played(on, story.first_day, said)


def verdict(played: Played) -> tuple[int, str]:
    lines: list[str] = []
    code = tied_out(played.on, played.first_day, lines.append)
    return code, "\n".join(lines)


def test_the_books_tie_out_and_it_says_so(played: Played) -> None:
    code, said = verdict(played)

    assert code == 0
    assert said.count("equal") == 5
    assert "DIFFERENT" not in said
    assert said.endswith("The books tie out to the cent, and debits equal credits.")


@pytest.mark.parametrize("provider", ["Lightspeed", "QuickBooks"])
def test_both_accounts_are_shown_with_what_was_found(played: Played, provider: str) -> None:
    assert f"{provider} is connected\n" in played.text
    assert "3 shops, 4 registers" in played.text
    assert "What CCC needs in QuickBooks" in played.text
    assert "Deposits: Undeposited Funds, because" in played.text


@pytest.mark.parametrize(
    "fact",
    [
        r"Sync 1\n  ═+\n  Connection: Pinewharf Cycles\n  State: Done ✓",
        r"8 days, about [\d,]+ sales, \d+ before the closing date",
        r"Olivia Owner presses \[Start\]",
        r"Backfill 2, .+\n  ═+\n(.+\n)+?  State: Done with problems",
        r"✓ Fixed by @Olivia Owner: \d+ posted",
        r"Resync 3\n",
        r"Scheduled sync 4\n  ═+\n  Connection: Pinewharf Cycles\n  State: Done ✓\n"
        r"  Asked by: the schedule\n  Entries: 1 posted",
        r"/ccc log \d+\n.+\n  Sale \d+\n",
        r"✓ Balanced: goods, fees, discounts and tax",
    ],
)
def test_the_story_shows(played: Played, fact: str) -> None:
    assert re.search(fact, played.text), fact


def test_tables_show_the_words_of_links_only(played: Played) -> None:
    assert "LS-" in played.text
    assert "https://" not in played.text


def test_one_time_links_are_not_printed(played: Played) -> None:
    """Who reads over a shoulder, or a log of a build, must not be able to use them."""
    links = [
        str(each["url"])
        for message in played.messages
        for each in walk(message.blocks)
        if "/connect/" in str(each.get("url", ""))
    ]

    assert len(links) == 2
    assert not [link for link in links if link.rpartition("/")[2] in played.text]


@pytest.mark.parametrize("what", sorted(RAW))
def test_no_message_shows(played: Played, what: str) -> None:
    found = [
        (what, match[0], text[max(0, match.start() - 40) : match.end() + 40])
        for message in played.messages
        for text in texts(message)
        for match in RAW[what].finditer(text)
    ]

    assert found == []


def test_every_sentence_of_a_notification_is_whole(played: Played) -> None:
    """`text` is what a phone shows: it says something by itself."""
    bare = [each.text for each in played.messages if len(each.text.split()) < 2]

    assert bare == []


def test_the_readme_shows_what_really_comes(played: Played) -> None:
    """Line by line and in order; days, times and sums differ from day to day."""
    shown = README.read_text().split("<!-- demo -->")[1].strip().strip("`").strip("\n")
    _, verdict_ = verdict(played)
    printed = iter([*map(leveled, f"{played.text}\n{verdict_}".splitlines())])
    lines = [line for line in map(leveled, shown.splitlines()) if line and line != "…"]

    first_missing = next((line for line in lines if line not in printed), None)

    assert len(lines) > 10
    assert first_missing is None


def test_books_that_do_not_tie_out_are_told_and_the_exit_code_says_so(played: Played) -> None:
    """A sale at the till that never reached the books; then it does, and all is well again."""
    on = played.on
    on.retailer.sell("card", on.ticks())
    broken, said = verdict(played)

    on.owner.command("/ccc sync", "#ccc-log")
    on.settled()
    mended, _ = verdict(played)

    assert (broken, mended) == (1, 0)
    assert "DIFFERENT" in said
    assert said.endswith("The books do NOT tie out.")


def texts(message: Message) -> Iterator[str]:
    """All that a person reads, but for the fields of a document as QuickBooks is sent them."""
    yield _MENTION.sub("@somebody", message.text)
    for block in message.blocks:
        if any((each.get("style") or {}).get("code") for each in walk([block]) if styled(each)):
            continue
        for each in walk([block]):
            if isinstance(each.get("text"), str):
                yield each["text"]


def styled(element: dict[str, Any]) -> bool:
    return isinstance(element.get("style"), dict)


def leveled(line: str) -> str:
    """Without what changes from day to day, and without the widths that follow from it."""
    line = re.sub(r"\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b", "Mon", line)
    line = re.sub(r"\b(E[SD]T)\b", "EST", line)
    line = re.sub(r"[\d,.]*\d", "0", line)
    line = re.sub(r"\b0( Mon)?( 0)? to 0 Mon 0\b", "some days", line)
    return " ".join(line.replace("─", "").split())
