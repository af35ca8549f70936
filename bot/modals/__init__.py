"""Every form; adding one is a module and a line here."""

from __future__ import annotations

from bot.conversation import Form
from bot.modals import (
    account,
    backfill,
    channel,
    configure,
    fix_date,
    fix_number,
    fix_product,
    log_filter,
    notify,
    products,
    rule_file,
    rules,
    tax,
)
from bot.modals.setup import wizard

FORMS: tuple[Form, ...] = (
    backfill.FORM,
    configure.FORM,
    channel.FORM,
    rules.LIST,
    rules.EDITOR,
    rule_file.FORM,
    tax.LIST,
    tax.EDITOR,
    account.FORM,
    fix_date.FORM,
    fix_number.FORM,
    fix_product.FORM,
    products.LIST,
    products.EDITOR,
    log_filter.FORM,
    notify.FORM,
    wizard.FORM,
)
