"""Many settings in one change: checked whole, saved whole, and the same as one by one."""

from __future__ import annotations

from decimal import Decimal

import pytest

from sync.errors import Conflict
from sync.ledger.ledger import Ledgers
from sync.services.configuring import Refused
from sync.services.named_settings import Value
from tests.desk import Desk, a_desk


@pytest.fixture
def desk(ledgers: Ledgers) -> Desk:
    return a_desk(ledgers)


def refusals(desk: Desk, **wanted: Value) -> dict[str, str]:
    given = {
        name.replace("_", "-").replace("account-", "account."): v for name, v in wanted.items()
    }
    with pytest.raises(Refused) as caught:
        desk.services.configuring.save(desk.admin, desk.scope, given)
    return caught.value.errors


def test_many_settings_are_one_change_and_one_audit_row(desk: Desk) -> None:
    desk.services.configuring.save(
        desk.admin,
        desk.scope,
        {"prefix": "X-", "stores": ("main street",), "account.visa": "43", "tolerance": "0.10"},
    )

    settings = desk.settings
    assert (settings.prefix, settings.stores) == ("X-", ("Main Street",))
    assert settings.accounts.tenders["visa"].name == "Card Clearing"
    assert settings.rounding_tolerance == Decimal("0.10")
    assert [row.action for row in desk.changes] == ["settings.several"]


def test_one_wrong_setting_saves_none_and_every_wrong_one_is_told(desk: Desk) -> None:
    errors = refusals(
        desk,
        prefix="much too long for one",
        tolerance="a lot",
        stores=("Harbour",),
        account_tips="4",
    )

    assert set(errors) == {"prefix", "tolerance", "account.tips"}
    assert desk.settings.stores == ()
    assert desk.changes == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("tolerance", "NaN"),
        ("tolerance", "-0.01"),
        ("tolerance", "1_0"),
        ("tolerance", "1e-300"),
        ("golive", "01/11/2026"),
        ("suffix", "1"),
        ("customer", ""),
        ("customers", "telepathy"),
        ("rules", "maybe"),
        ("account.deposit", ""),
        ("account.deposit", "79"),
        ("account.barter", "4"),
        ("schedule", "now and then"),
        ("zone", "Mars/Olympus"),
        ("colour", "red"),
    ],
)
def test_what_cannot_be_is_refused_at_its_own_setting(desk: Desk, name: str, value: str) -> None:
    with pytest.raises(Refused) as caught:
        desk.services.configuring.save(desk.admin, desk.scope, {name: value})

    assert set(caught.value.errors) == {name}
    assert desk.changes == []


def test_a_schedule_is_saved_with_the_rest_or_not_at_all(desk: Desk) -> None:
    configuring = desk.services.configuring

    refusals(desk, schedule="hourly", prefix="no:colon")
    before = desk.services.schedules.get(desk.scope).spec
    configuring.save(desk.admin, desk.scope, {"schedule": "hourly", "prefix": "X-"})

    assert before == "off"
    assert desk.services.schedules.get(desk.scope).spec == "hourly"
    assert len(configuring.read(desk.scope).next_runs) == 3


def test_an_old_version_changes_nothing(desk: Desk) -> None:
    version = desk.services.configuring.read(desk.scope).version
    desk.services.settings.prefix(desk.admin, desk.scope, "B-")

    with pytest.raises(Conflict):
        desk.services.configuring.save(desk.admin, desk.scope, {"prefix": "A-"}, version=version)

    assert desk.settings.prefix == "B-"


def test_what_is_read_can_be_saved_and_changes_nothing(desk: Desk) -> None:
    """Accounts on a default are the exception: saving one chooses it."""
    read = desk.services.configuring.read(desk.scope)
    kept = {name: value for name, value in read.values.items() if not name.startswith("account.")}
    kept.pop("golive")  # has no day yet

    desk.services.configuring.save(desk.admin, desk.scope, kept)

    assert desk.services.configuring.read(desk.scope).values == read.values
    assert [row.action for row in desk.changes if row.action != "schedule.set"] == []


def test_a_way_to_pay_without_an_account_goes_where_deposits_go(desk: Desk) -> None:
    save = desk.services.configuring.save
    save(desk.admin, desk.scope, {"account.visa": "43"})

    save(desk.admin, desk.scope, {"account.visa": ""})

    assert desk.settings.accounts.tenders == {}
