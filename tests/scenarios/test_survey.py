"""What the survey finds is what was sold, read with few calls."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from sync.domain.identity import Scope
from sync.sandbox.retailer.retailer import Retailer
from sync.services import survey as surveying
from sync.services.survey import Survey
from sync.services.tally import regions_taxed, staying
from tests.house import OWNER, House, at

Houses = Callable[..., House]
NOW = at("2026-03-10 22:00")


def months(days: int = 45) -> Retailer:
    return Retailer(seed=3, start=date(2026, 3, 9) - timedelta(days=days), now=NOW, per_day=(3, 5))


def looked(house: House) -> Survey:
    assert house.services.surveys.ask(OWNER, house.scope)
    house.work()
    found = house.services.surveys.get(house.scope)
    assert found is not None
    return found


def test_every_shop_and_way_to_pay_is_counted(houses: Houses) -> None:
    house = houses(retailer=months())

    found = looked(house)

    assert (found.last - found.first).days == 89
    assert found.last == date(2026, 3, 9)
    assert found.findings.read == found.findings.sales > 100
    assert not found.findings.is_sample  # though the till also counts what was voided
    assert {each.name for each in found.findings.tenders} >= {"Cash", "Credit Card"}
    assert staying(found.findings, ()) == sum(each.sales for each in found.findings.shops)
    assert 0 < found.findings.recent < found.findings.sales


def test_a_filter_keeps_its_shops_and_web_sales_are_counted_wherever_they_were_rung_up(
    houses: Houses,
) -> None:
    house = houses(retailer=months())

    findings = looked(house).findings
    by_shop: Counter[str] = Counter()
    for each in findings.shops:
        by_shop[each.shop] += each.sales
    web = sum(each.sales for each in findings.shops if each.web)
    name = by_shop.most_common(1)[0][0]

    assert staying(findings, (name,)) == by_shop[name] < staying(findings, ())
    assert staying(findings, ("webstore",)) == web > 0


def test_rates_are_found_with_the_state_they_were_charged_in(houses: Houses) -> None:
    house = houses(retailer=months())

    regions = regions_taxed(looked(house).findings)

    assert regions
    assert all(len(region) == 2 and rates[0].rate > 0 for region, rates in regions.items())


def test_a_large_till_is_sampled_and_said_to_be(
    houses: Houses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(surveying, "MOST_PAGES", 2)
    house = houses(retailer=months(80))

    found = looked(house)

    assert found.findings.is_sample
    assert found.findings.read <= 200 < found.findings.sales
    assert abs(staying(found.findings, ()) - found.findings.recent) <= len(found.findings.shops)


def test_a_fresh_one_is_not_taken_again_unless_asked_for(houses: Houses) -> None:
    house = houses(retailer=months())
    looked(house)

    again = house.services.surveys.ask(OWNER, house.scope)
    wanted = house.services.surveys.ask(OWNER, house.scope, again=True)
    twice = house.services.surveys.ask(OWNER, house.scope, again=True)

    assert (again, wanted, twice) == (False, True, False)


def test_nothing_is_known_of_another_workspace(houses: Houses) -> None:
    house = houses(retailer=months())
    looked(house)

    assert house.services.surveys.get(Scope("T2", house.scope.connection)) is None


def test_set_up_proposes_codes_accounts_and_registers(houses: Houses) -> None:
    house = houses(retailer=months())
    looked(house)

    view = house.services.setting_up.view(house.scope)

    chosen = {each.role: each.ref for each in view.accounts}
    assert chosen["deposit"] is not None and chosen["income"] is not None
    assert all(each.why for each in view.accounts)
    assert view.rules and all("ship state is empty" in each.line for each in view.rules)
    made = house.services.setting_up.add_region_rules(OWNER, house.scope)
    assert [each.name for each in made] == [each.name for each in view.rules]
    assert house.services.setting_up.add_region_rules(OWNER, house.scope) == ()
