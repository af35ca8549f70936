"""Sales that we do not post yet: each waits with a reason instead of being guessed at."""

from __future__ import annotations

from sync.domain.books import CompanyFacts, TaxWorld
from sync.domain.sale import Sale, SaleState, TenderKind
from sync.domain.settings import ConnectionSettings
from sync.domain.verdicts import Hold, Judgement

_CREDIT_ACCOUNT = Hold(
    "unsupported.credit_account",
    "Money put on or taken from a customer's credit account (deposits, layaways, house "
    "accounts) is not posted yet; this sale waits.",
)
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
    return (
        _company(settings, facts)
        or _tenders(sale, judgement.overrides.skipped_tenders)
        or _lines(sale)
    )


def _company(settings: ConnectionSettings, facts: CompanyFacts) -> Hold | None:
    if settings.document_type != "sales_receipt":
        return Hold(
            "unsupported.document_type",
            "Only sales receipts are posted so far. Choose sales receipts as the transaction "
            "type, then retry.",
            subject=settings.document_type,
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


def _tenders(sale: Sale, skipped: frozenset[str]) -> Hold | None:
    for tender in sale.tenders:
        if tender.id in skipped:
            return Hold(
                "unsupported.skip_payment",
                "A rule skips a payment of this sale. That needs an invoice, which is not posted "
                "yet; this sale waits.",
            )
        if tender.amount and tender.kind is TenderKind.CREDIT_ACCOUNT:
            return _CREDIT_ACCOUNT
    return None


def _lines(sale: Sale) -> Hold | None:
    if sale.tax_inclusive:
        return Hold(
            "unsupported.tax_inclusive",
            "Prices that include tax are not posted yet; this sale waits.",
        )
    return None
