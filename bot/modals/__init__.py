"""Every form; adding one is a module and a line here."""

from __future__ import annotations

from bot.conversation import Form
from bot.modals import account, backfill, tax

FORMS: tuple[Form, ...] = (backfill.FORM, tax.LIST, tax.EDITOR, account.FORM)
