"""The budgets that do not depend on the machine: how many calls a sale costs."""

from __future__ import annotations

from math import ceil

from tests.bench.calls import EVERYTHING_BUDGET, RECEIPTS_BUDGET, count
from tests.bench.shop import EVERYTHING, RECEIPTS

_PAGE, _BATCH = 100, 30
_LISTS = 10  # calls of a company's first run, however long it is: lists read, products made


def test_receipts_cost_a_page_in_a_hundred_and_a_batch_in_thirty() -> None:
    """Whatever is fixed is paid once; the rest stays within the budget of a long backfill."""
    counted = count(600, RECEIPTS)

    assert counted.unposted == 0
    assert counted.lightspeed <= ceil(counted.sales / _PAGE)
    assert counted.quickbooks <= ceil(counted.sales / _BATCH) + _LISTS
    assert counted.per_sale - _LISTS / counted.sales <= RECEIPTS_BUDGET
    assert counted.reads == 0


def test_customers_and_refunds_cost_little_more() -> None:
    """Customers are made thirty to a call, ahead of the receipts that name them."""
    counted = count(600, EVERYTHING, customers="name")

    assert counted.unposted == 0
    assert counted.per_sale <= EVERYTHING_BUDGET
    assert counted.reads == 0
