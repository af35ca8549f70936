"""Sales that we do not post yet: each waits with a reason instead of being guessed at."""

from __future__ import annotations

from sync.domain.books import CompanyFacts, TaxWorld
from sync.domain.sale import Sale, SaleState, TenderKind
from sync.domain.settings import ConnectionSettings
from sync.domain.verdicts import Hold, Judgement

_TENDERS = {
    TenderKind.GIFT_CARD: Hold(
        "unsupported.gift_card", "Gift cards are not posted yet; this sale waits."
    ),
    TenderKind.CREDIT_ACCOUNT: Hold(
        "unsupported.credit_account",
        "Money put on or taken from a customer's credit account (deposits, layaways, house "
        "accounts) is not posted yet; this sale waits.",
    ),
    TenderKind.ADJUSTMENT: Hold(
        "unsupported.adjustment",
        'Payments of the kind "adjustment" are not posted yet: the till does not say where the '
        "money went. This sale waits.",
    ),
}
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
    money_in = money_out = False
    for tender in sale.tenders:
        if tender.tip:
            return Hold("unsupported.tip", "Tips are not posted yet; this sale waits.")
        if tender.id in skipped:
            return Hold(
                "unsupported.skip_payment",
                "A rule skips a payment of this sale. That needs an invoice, which is not posted "
                "yet; this sale waits.",
            )
        if not tender.amount:
            continue
        if tender.kind in _TENDERS:
            return _TENDERS[tender.kind]
        money_in |= tender.amount > 0
        money_out |= tender.amount < 0
    if money_in and money_out:
        return Hold(
            "unsupported.mixed_tenders",
            "Money was both taken and given back on this sale. That is not posted yet; it waits.",
        )
    return None


def _lines(sale: Sale) -> Hold | None:
    if sale.tax_inclusive:
        return Hold(
            "unsupported.tax_inclusive",
            "Prices that include tax are not posted yet; this sale waits.",
        )
    sold = returned = False
    for line in sale.lines:
        quantity = line.quantity
        sold |= quantity > 0
        returned |= quantity < 0
        if line.gross and (line.gross > 0) is not (quantity > 0):
            return Hold(
                "unsupported.negative_price",
                "A line of this sale has a negative price (a rebate or a credit). That is not "
                "posted yet; the sale waits.",
            )
        if line.discount and (line.discount > 0) is not (quantity > 0):
            return Hold(
                "unsupported.surcharge",
                "A line of this sale carries a surcharge (a discount below zero). That is not "
                "posted yet; the sale waits.",
            )
    if sold and returned:
        return Hold(
            "unsupported.exchange",
            "Goods were both sold and taken back on this ticket. Exchanges are not posted yet; "
            "this sale waits.",
        )
    if not sold and not returned and any(tender.amount for tender in sale.tenders):
        return Hold(
            "unsupported.deposit",
            "Money was taken or given without goods (a layaway or a deposit). That is not posted "
            "yet; this sale waits.",
        )
    return None
