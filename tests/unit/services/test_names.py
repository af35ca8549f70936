"""Suggestions for names that are nearly right, and regions by any of their names."""

from __future__ import annotations

import pytest

from sync.errors import Invalid
from sync.services.lists import LABEL, cut_middle
from sync.services.names import did_you_mean, nearest, quoted
from sync.services.regions import region_code

NAMES = ["Bank:Checking", "Card Clearing", "Sales — Bikes", "Maryland 6%"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("chekcing", "Bank:Checking"),
        ("checking", "Bank:Checking"),
        ("Саrd Сlеаring", "Card Clearing"),  # with Cyrillic С and е and а
        ("sales - bikes", "Sales — Bikes"),
        ("maryland", "Maryland 6%"),
        ("Card\u00a0Clearing", "Card Clearing"),
        ("something else", ""),
        ("", ""),
        ("x" * 10_000, ""),
    ],
)
def test_the_nearest_name_is_the_one_that_was_meant(typed: str, meant: str) -> None:
    assert nearest(typed, NAMES) == meant


def test_no_suggestion_is_made_where_none_is_near() -> None:
    assert did_you_mean("zzz", NAMES) == ""
    assert did_you_mean("chekcing", NAMES) == " Did you mean “Bank:Checking”?"


def test_what_was_typed_is_said_back_in_short() -> None:
    assert quoted("a\n b") == "“a b”"
    assert len(quoted("x" * 10_000)) == 62


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("md", "MD"),
        ("MARYLAND", "MD"),
        ("na", "NA"),
        ("new  york", "NY"),
        ("Québec", "QC"),
        ("Quebec", "QC"),
        ("ON", "ON"),
        ("Washington DC", "DC"),
    ],
)
def test_a_region_is_two_letters_however_it_was_written(typed: str, code: str) -> None:
    assert region_code(typed) == code


@pytest.mark.parametrize("typed", ["", "ZZ", "M", "Maryland 6%!", "ﬀ", "x" * 10_000])
def test_what_is_no_region_is_refused_on_its_field(typed: str) -> None:
    with pytest.raises(Invalid) as caught:
        region_code(typed)

    assert caught.value.field == "region"
    assert len(str(caught.value)) < 300


def test_a_long_name_keeps_both_its_ends() -> None:
    name = "Current assets:" + "x" * 80 + ":Card clearing"

    cut = cut_middle(name)

    assert len(cut) == LABEL
    assert cut.startswith("Current assets:")
    assert cut.endswith(":Card clearing")
    assert cut_middle("Checking") == "Checking"
