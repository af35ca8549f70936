"""Sales tax in its four worlds: whose figure wins, and when."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from sync.sandbox.quickbooks.company import Company
from sync.sandbox.quickbooks.kinds import KINDS
from sync.sandbox.quickbooks.refusals import Refusal
from sync.sandbox.quickbooks.taxservice import create_tax_code
from sync.sandbox.quickbooks.wire import Json
from tests.unit.sandbox_quickbooks.desk import (
    a_company,
    a_line,
    a_sale,
    code_of,
    id_of,
    put,
    ref,
)


def taxed(company: Company, amount: str = "100", **more: Any) -> Json:
    return put(company, "SalesReceipt", a_sale(company, a_line(company, amount, "TAX"), **more))


class TestAutomated:
    def test_the_till_s_total_is_kept_and_the_gap_is_shown(self) -> None:
        made = taxed(a_company(), TxnTaxDetail={"TotalTax": Decimal("6.01")})

        line = made["TxnTaxDetail"]["TaxLine"][0]
        assert (made["TotalAmt"], made["TxnTaxDetail"]["TotalTax"]) == (
            Decimal("106.01"),
            Decimal("6.01"),
        )
        assert line["TaxLineDetail"]["OverrideDeltaAmount"] == Decimal("0.01")
        assert line["TaxLineDetail"]["NetAmountTaxable"] == 100

    def test_an_override_is_spread_to_the_cent_over_several_rates(self) -> None:
        company = a_company()

        made = taxed(
            company,
            ShipAddr={"CountrySubDivisionCode": "VA"},
            TxnTaxDetail={"TotalTax": Decimal("5.29")},
        )

        amounts = [line["Amount"] for line in made["TxnTaxDetail"]["TaxLine"]]
        assert len(amounts) == 2
        assert sum(amounts) == Decimal("5.29")

    @pytest.mark.parametrize(("state", "tax"), [("MD", "6"), ("va", "5.3"), ("DE", "0")])
    def test_without_a_total_the_address_decides(self, state: str, tax: str) -> None:
        made = taxed(a_company(), ShipAddr={"CountrySubDivisionCode": state})

        assert made["TxnTaxDetail"]["TotalTax"] == Decimal(tax)

    def test_an_exempt_customer_is_not_taxed_unless_told(self) -> None:
        company = a_company()
        school = ref(company, "Customer", "Harbor School District")

        assert taxed(company, CustomerRef=school)["TotalAmt"] == 100

    def test_a_missing_code_means_tax_when_the_item_is_taxable(self) -> None:
        company = a_company()
        lines = a_line(company, "100", ""), a_line(company, "100", "", "Services")

        made = put(company, "SalesReceipt", a_sale(company, *lines))

        codes = [line["SalesItemLineDetail"]["TaxCodeRef"]["value"] for line in made["Line"][:2]]
        assert codes == ["TAX", "NON"]
        assert made["TxnTaxDetail"]["TotalTax"] == 6

    def test_lines_edited_without_a_total_are_taxed_anew(self) -> None:
        company = a_company()
        made = taxed(company, TxnTaxDetail={"TotalTax": Decimal("6.01")})
        head = {"Id": made["Id"], "SyncToken": "0", "sparse": True}

        noted = put(company, "SalesReceipt", head | {"PrivateNote": "x"})
        edited = put(
            company,
            "SalesReceipt",
            head | {"SyncToken": "1", "Line": [a_line(company, "100", "TAX")]},
        )

        assert noted["TxnTaxDetail"]["TotalTax"] == Decimal("6.01")
        assert edited["TxnTaxDetail"]["TotalTax"] == 6

    def test_tax_on_untaxed_lines_is_refused(self) -> None:
        company = a_company()
        sale = a_sale(company, a_line(company, "100"), TxnTaxDetail={"TotalTax": 6})

        assert code_of(company, "SalesReceipt", sale) == "6000"

    def test_zero_is_an_override_too(self) -> None:
        assert taxed(a_company(), TxnTaxDetail={"TotalTax": 0})["TotalAmt"] == 100

    def test_a_company_may_ignore_the_till(self) -> None:
        company = a_company(ignore_total_tax=True)

        assert taxed(company, TxnTaxDetail={"TotalTax": Decimal("6.01")})["TotalAmt"] == 106

    def test_quickbooks_own_figure_can_be_asked_for(self) -> None:
        detail = {"TotalTax": Decimal("6.01"), "UseAutomatedSalesTax": True}

        assert taxed(a_company(), TxnTaxDetail=detail)["TotalAmt"] == 106

    def test_a_discount_lowers_the_taxed_amount_only_when_asked(self) -> None:
        company = a_company()
        discount: Json = {
            "Amount": 50,
            "DetailType": "DiscountLineDetail",
            "DiscountLineDetail": {"PercentBased": False},
        }
        lines = a_line(company, "100", "TAX"), discount

        before = put(company, "SalesReceipt", a_sale(company, *lines))
        after = put(company, "SalesReceipt", a_sale(company, *lines, ApplyTaxAfterDiscount=True))

        assert (before["TotalAmt"], after["TotalAmt"]) == (56, 53)


class TestManual:
    def test_the_code_and_the_total_are_kept(self) -> None:
        company = a_company(tax="manual")
        detail = {
            "TxnTaxCodeRef": ref(company, "TaxCode", "Maryland 6%"),
            "TotalTax": Decimal("5.99"),
        }

        made = taxed(company, TxnTaxDetail=detail)

        assert made["TotalAmt"] == Decimal("105.99")
        assert made["TxnTaxDetail"]["TxnTaxCodeRef"] == detail["TxnTaxCodeRef"]

    def test_a_code_alone_is_multiplied_out(self) -> None:
        company = a_company(tax="manual")
        code = ref(company, "TaxCode", "Virginia 5.3%")

        assert taxed(company, TxnTaxDetail={"TxnTaxCodeRef": code})["TotalAmt"] == Decimal("105.3")

    def test_tax_without_a_code_is_refused(self) -> None:
        company = a_company(tax="manual")
        sale = a_sale(company, a_line(company, "100", "TAX"), TxnTaxDetail={"TotalTax": 6})

        assert code_of(company, "SalesReceipt", sale) == "6000"

    @pytest.mark.parametrize(("code", "expected"), [("TAX", "6160"), ("77", "2500")])
    def test_a_placeholder_or_unknown_code_is_refused(self, code: str, expected: str) -> None:
        company = a_company(tax="manual")
        detail = {"TxnTaxCodeRef": {"value": code}, "TotalTax": 6}
        sale = a_sale(company, a_line(company, "100", "TAX"), TxnTaxDetail=detail)

        assert code_of(company, "SalesReceipt", sale) == expected

    def test_tax_service_makes_a_code_that_works(self) -> None:
        company = a_company(tax="manual")
        agency = id_of(company, "TaxAgency", "Comptroller of Maryland")
        rate = {
            "TaxRateName": "DC",
            "RateValue": "6.5",
            "TaxAgencyId": agency,
            "TaxApplicableOn": "Sales",
        }

        answer = create_tax_code(company, {"TaxCode": "District", "TaxRateDetails": [rate]})
        made = taxed(company, TxnTaxDetail={"TxnTaxCodeRef": {"value": answer["TaxCodeId"]}})

        assert made["TotalAmt"] == Decimal("106.5")
        with pytest.raises(Refusal, match="6240"):
            create_tax_code(company, {"TaxCode": "district", "TaxRateDetails": [rate]})


def test_without_sales_tax_the_total_is_ignored() -> None:
    made = taxed(a_company(tax="none"), TxnTaxDetail={"TotalTax": 6})

    assert made["TotalAmt"] == 100
    assert made["Line"][0]["SalesItemLineDetail"]["TaxCodeRef"] == {"value": "NON"}


class TestElsewhere:
    def a_british_sale(self, company: Company, code: str, **more: Any) -> Json:
        line = a_line(company, "100", code)
        return a_sale(company, line, GlobalTaxCalculation="TaxExcluded") | more

    def test_every_line_has_its_rate(self) -> None:
        company = a_company(country="GB")
        code = id_of(company, "TaxCode", "20.0% S")

        made = put(company, "SalesReceipt", self.a_british_sale(company, code))

        assert made["TotalAmt"] == 120

    def test_a_line_without_a_rate_is_refused(self) -> None:
        company = a_company(country="GB")

        assert code_of(company, "SalesReceipt", self.a_british_sale(company, "")) == "6000"

    def test_the_way_of_calculating_must_be_said(self) -> None:
        company = a_company(country="GB")
        sale = self.a_british_sale(company, id_of(company, "TaxCode", "20.0% S"))
        del sale["GlobalTaxCalculation"]

        assert code_of(company, "SalesReceipt", sale) == "2020"

    def test_no_detail_where_tax_does_not_apply(self) -> None:
        company = a_company(country="GB")
        code = id_of(company, "TaxCode", "20.0% S")
        sale = self.a_british_sale(
            company, code, GlobalTaxCalculation="NotApplicable", TxnTaxDetail={"TotalTax": 1}
        )

        assert code_of(company, "SalesReceipt", sale) == "6170"

    def test_any_alphabet_is_welcome(self) -> None:
        company = a_company(country="GB")
        code = id_of(company, "TaxCode", "0.0% Z")
        sale = self.a_british_sale(company, code, PrivateNote="ありがとう")

        assert put(company, "SalesReceipt", sale)["PrivateNote"] == "ありがとう"

    def test_inclusive_amounts_are_not_for_americans(self) -> None:
        company = a_company()
        sale = a_sale(company, GlobalTaxCalculation="TaxInclusive")

        assert code_of(company, "SalesReceipt", sale) == "6000"


def test_tax_codes_are_made_by_quickbooks_under_automated_tax() -> None:
    company = a_company()

    with pytest.raises(Refusal, match="5020"):
        create_tax_code(company, {"TaxCode": "Mine", "TaxRateDetails": [{"TaxRateId": "1"}]})
    assert not KINDS["TaxCode"].writable
