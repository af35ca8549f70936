"""Settings come back from the database exactly as they were saved."""

from __future__ import annotations

import dataclasses
from datetime import date
from decimal import Decimal
from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from sync.domain.books import CompanyFacts, TaxWorld
from sync.domain.documents import Ref
from sync.domain.settings import AccountChoices, ConnectionSettings, TaxMapping
from sync.services.books import facts_from_json, facts_to_json
from sync.services.saved import differences, dump_settings, load_settings

texts = st.text(st.characters(codec="utf-8"), max_size=12)
names = st.tuples(texts) | st.tuples(texts, texts) | st.just(())
refs = st.builds(Ref, texts, texts)
choices = st.builds(
    AccountChoices,
    **{
        field.name: st.none() | refs
        for field in dataclasses.fields(AccountChoices)
        if field.name != "tenders"
    },
    tenders=st.dictionaries(texts, refs, max_size=2),
)
settings = st.builds(
    ConnectionSettings,
    stores=names,
    statuses=names,
    prefix=texts,
    accounts=choices,
    tax_mappings=st.lists(st.builds(TaxMapping, texts, refs, texts, texts), max_size=3).map(tuple),
    rules_on=st.booleans(),
    rounding_tolerance=st.decimals(allow_nan=False, allow_infinity=False, places=28),
    go_live=st.none() | st.dates(),
    chosen_by_us=names,
)


def through_the_database(value: Any) -> Any:
    return orjson.loads(orjson.dumps(value))


@given(settings)
def test_settings_survive_the_database(before: ConnectionSettings) -> None:
    after = load_settings(through_the_database(dump_settings(before)))

    assert after == before
    assert str(after.rounding_tolerance) == str(before.rounding_tolerance)


def test_what_another_version_saved_is_read_as_far_as_it_is_known() -> None:
    """An older version has keys that are gone and lacks those that came, on every level."""
    saved = {
        "prefix": "X-",
        "gone": {"a": 1},
        "accounts": {"deposit": {"id": "4", "name": "Funds", "gone": 1}, "gone": None},
        "tax_mappings": [{"region": "MD", "code": {"id": "3", "name": "MD"}, "gone": 1}],
    }

    found = load_settings(saved)

    assert found == ConnectionSettings(
        prefix="X-",
        accounts=AccountChoices(deposit=Ref("4", "Funds")),
        tax_mappings=(TaxMapping("MD", Ref("3", "MD")),),
    )


def test_nothing_saved_is_every_default() -> None:
    assert load_settings({}) == ConnectionSettings()


@given(settings, settings)
def test_a_change_is_told_exactly_when_there_is_one(
    before: ConnectionSettings, after: ConnectionSettings
) -> None:
    assert list(differences(before, before)) == []
    assert bool(list(differences(before, after))) is (before != after)


def test_facts_of_a_company_survive_the_database() -> None:
    facts = CompanyFacts(
        "Pinewharf", "US", "USD", TaxWorld.AUTOMATED, date(2025, 12, 31), multicurrency=True
    )

    assert facts_from_json(through_the_database(facts_to_json(facts))) == facts
    assert facts_from_json({}) is None


def test_a_tolerance_is_never_a_float() -> None:
    saved = through_the_database(dump_settings(ConnectionSettings()))

    assert saved["rounding_tolerance"] == "0.05"
    assert load_settings(saved).rounding_tolerance == Decimal("0.05")
