"""Sales that we do not post yet: each waits with a reason instead of being guessed at."""

from __future__ import annotations

from sync.domain.books import CompanyFacts, TaxWorld
from sync.domain.sale import Sale, SaleState
from sync.domain.settings import ConnectionSettings
from sync.domain.verdicts import Hold, Judgement

DOCUMENT_TYPES = ("sales_receipt", "invoice", "invoice_payment", "invoice_if_paid", "estimate")
_STATES = {
    SaleState.OPEN: "This sale is still open at the till; it is posted when it is completed.",
    SaleState.VOIDED: "This sale was voided at the till, so there is nothing to post.",
    SaleState.CANCELLED: "This sale was cancelled at the till, so there is nothing to post.",
}


def not_posted_yet(
    judgement: Judgement, settings: ConnectionSettings, facts: CompanyFacts
) -> Hold | None:
    """The first thing about this sale or company that we cannot post rightly."""
    sale = judgement.sale
    if judgement.verdict is not None:
        verdict = judgement.verdict
        return verdict if isinstance(verdict, Hold) else Hold(verdict.cause, verdict.reason)
    if sale.state is not SaleState.COMPLETED:
        return Hold(f"sale.{sale.state.value}", _STATES[sale.state])
    return _company(judgement, settings, facts) or _lines(sale)


def _company(
    judgement: Judgement, settings: ConnectionSettings, facts: CompanyFacts
) -> Hold | None:
    kind = judgement.overrides.document_type or settings.document_type
    if kind not in DOCUMENT_TYPES:
        return Hold(
            "unsupported.document_type",
            "This transaction type is not posted yet. Choose another one, then retry.",
            subject=kind,
        )
    if facts.tax_world is TaxWorld.GLOBAL:
        return Hold(
            "unsupported.country",
            "QuickBooks companies outside the United States are not supported yet: their tax is "
            "kept line by line.",
            subject=facts.country,
        )
    if facts.multicurrency:
        return Hold(
            "unsupported.multicurrency",
            "Companies with several currencies are not supported yet; this sale waits.",
        )
    return None


def _lines(sale: Sale) -> Hold | None:
    if sale.tax_inclusive:
        return Hold(
            "unsupported.tax_inclusive",
            "Prices that include tax are not posted yet; this sale waits.",
        )
    return None
