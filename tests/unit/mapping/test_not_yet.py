"""What is not posted yet waits with a plain reason, and creates nothing."""

from __future__ import annotations

from typing import Any

import pytest

from sync.domain.books import TaxWorld
from sync.domain.documents import Ref
from sync.domain.sale import Sale, SaleState, TenderKind
from sync.domain.verdicts import Hold, Judgement, Overrides, Skip
from sync.mapping.receipts import missing_objects
from tests.builders import (
    a_judgement,
    a_key,
    a_line,
    a_misc_line,
    a_sale,
    a_tender,
    form_of,
    money,
    some_books,
    some_settings,
)


def paid(*tenders: Any, **fields: Any) -> Sale:
    return a_sale(a_line("NEW-9", "10.00", taxed=False), tenders=tenders, **fields)


CASES = {
    "customer.none": paid(a_tender("10.00", "Credit Account")),
    "unsupported.tax_inclusive": paid(a_tender("10.00"), tax_inclusive=True),
    "account.fix": paid(a_tender("10.00", "Fix", kind=TenderKind.ADJUSTMENT)),
    "unbalanced": a_sale(tenders=[a_tender("20.00")], total=money("20.00")),
    "sale.open": a_sale(a_line(), state=SaleState.OPEN),
    "sale.voided": a_sale(a_line(), state=SaleState.VOIDED),
    "sale.cancelled": a_sale(a_line(), state=SaleState.CANCELLED),
    "sale.empty": a_sale(a_misc_line("Only a note", "0")),
}


@pytest.mark.parametrize("cause", CASES)
def test_each_waits_under_its_own_cause(cause: str) -> None:
    sale = CASES[cause]

    held = form_of(a_judgement(sale), some_settings(), some_books(), a_key(sale))

    assert isinstance(held, Hold)
    assert held.cause == cause
    assert held.reason.endswith(".")
    assert missing_objects(a_judgement(sale), some_settings(), some_books()) == ()


@pytest.mark.parametrize(
    ("cause", "facts", "settings"),
    [
        ("unsupported.country", {"world": TaxWorld.GLOBAL}, {}),
        ("unsupported.multicurrency", {"multicurrency": True}, {}),
        ("unsupported.document_type", {}, {"document_type": "daily_summary"}),
    ],
)
def test_companies_and_settings_not_supported_yet_hold_all(
    cause: str, facts: dict[str, Any], settings: dict[str, Any]
) -> None:
    sale = a_sale(a_line())

    held = form_of(a_judgement(sale), some_settings(**settings), some_books(**facts), a_key(sale))

    assert isinstance(held, Hold)
    assert held.cause == cause


@pytest.mark.parametrize("verdict", [Hold("x", "Because."), Skip("x", "Because.")])
def test_a_sale_that_was_judged_is_not_posted(verdict: Hold | Skip) -> None:
    sale = a_sale(a_line())

    held = form_of(
        Judgement(sale, Overrides(), (), verdict), some_settings(), some_books(), a_key(sale)
    )

    assert held == Hold("x", "Because.")


def test_an_absurd_figure_holds_one_sale_and_stops_no_other() -> None:
    sale = a_sale(a_line(), total=money("NaN"))

    held = form_of(a_judgement(sale), some_settings(), some_books(), a_key(sale))

    assert isinstance(held, Hold)
    assert held.cause == "amount.absurd"


def test_several_troubles_are_told_together() -> None:
    sale = a_sale(a_line(rate="0.07"))
    books = some_books(TaxWorld.MANUAL, customers=[])

    held = form_of(
        a_judgement(sale, deposit_account=Ref("999", "Old Till")),
        some_settings(customer_missing="hold"),
        books,
        a_key(sale),
    )

    assert isinstance(held, Hold)
    for word in ("7%", "Old Till", "Walk-in Customer"):
        assert word in held.reason
