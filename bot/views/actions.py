"""Action and callback ids: what a button is called on a message and where it is listened to."""

from __future__ import annotations

RUN_CANCEL = "ccc.run.cancel"  # value: run id
RUN_RETRY = "ccc.run.retry"  # value: run id; resends what was held or failed in it
CAUSE_RETRY = "ccc.cause.retry"  # value: `cause_value(run id, cause)`
FIX_MAP_TAX = "ccc.fix.map_tax"  # value: `cause_value(run id, cause, subject)`
FIX_PICK_ACCOUNT = "ccc.fix.pick_account"  # value: `cause_value(run id, cause, subject)`
FIX_CHOOSE_DATE = "ccc.fix.choose_date"  # value: `cause_value(run id, cause, subject)`
FIX_NUMBER = "ccc.fix.number"  # value: `cause_value(run id, cause, subject)`
FIX_MAP_PRODUCT = "ccc.fix.map_product"  # value: `cause_value(run id, cause, subject)`
RECONNECT = "ccc.reconnect"  # value: "lightspeed" or "quickbooks"
CONNECT = "ccc.connect"  # followed by the provider: `ccc.connect.lightspeed`
CONNECT_LINK = "ccc.connect.link"  # a button that opens a page; Slack still tells us
DISCONNECT = "ccc.disconnect"  # value: `connecting.disconnect_value`
HELP = "ccc.help"  # value: verb or ""
DO = "ccc.do"  # followed by a number; value: a command line we made ourselves
DID_YOU_MEAN = "ccc.did_you_mean"  # value: the corrected line
LOG_PAGE = "ccc.log.page"  # followed by where to; value: a line that may begin with a cursor
LOG_ENTRY = "ccc.log.entry"  # value: an entry's id, like a line
LOG_FILTER = "ccc.log.filter"  # on the message; value: a line
LOG_FILTERS = "ccc.log.filters"  # callback of the form, and what its fields begin with
LOG_CSV = "ccc.log.csv"  # value: a line
NOTIFY = "ccc.notify"  # callback of the form, and what its fields begin with
AUDIT_OLDER = "ccc.audit.older"  # value: a row's number, and the words asked with
SHARE = "ccc.share"

BACKFILL = "ccc.backfill"  # callback of the form
BACKFILL_ASKED = "ccc.backfill.asked"  # followed by the answer; value: a line, none to cancel
BACKFILL_STORE = "ccc.backfill.store"
BACKFILL_CHANGED = "ccc.backfill.changed"
BACKFILL_DRY = "ccc.backfill.dry"  # only read when the form is sent
TAX_LIST = "ccc.tax.list"
TAX_EDITOR = "ccc.tax.editor"
TAX_ADD = "ccc.tax.add"
TAX_EDIT = "ccc.tax.edit"  # value: row number
TAX_REMOVE = "ccc.tax.remove"
TAX_PAGE = "ccc.tax.page"
TAX_CODE = "ccc.tax.code"  # external select
PICK_ACCOUNT = "ccc.account"  # callback
ACCOUNT = "ccc.account.pick"  # external select
ACCOUNT_ROLE = "ccc.account.role"  # only read when the form is sent
CHOOSE_DATE = "ccc.date"  # callback
CHOOSE_NUMBER = "ccc.number"  # callback
MAP_PRODUCT = "ccc.product"  # callback of the form for the products of one cause
PRODUCT_ITEM = "ccc.product.item"  # external select, followed by `products.product_key`
PRODUCT_LIST = "ccc.products"  # callback of the whole list
PRODUCT_EDITOR = "ccc.products.editor"  # callback: the item of one row
PRODUCT_EDIT = "ccc.products.edit"  # value: `products.product_key`
PRODUCT_PAGE = "ccc.products.page"
PRODUCT_PICK = "ccc.products.pick"  # on the message, followed by `products.product_key`
PRODUCTS_SAVE = "ccc.products.save"  # on the message; value: connection id
PRODUCTS_FORM = "ccc.products.form"  # on the message; value: connection id
CONFIGURE = "ccc.configure"  # callback of the form, and what its fields begin with
CONFIGURE_TAB = "ccc.configure.tab"
CONFIGURE_PAGE = "ccc.configure.page"  # followed by where to; value: a page
CONFIGURE_OPEN = "ccc.configure.open"  # followed by the list it opens
CONFIGURE_SYNC = "ccc.configure.sync"
RULE_LIST = "ccc.rules"  # callback
RULE_ADD = "ccc.rules.add"
RULE_EDIT = "ccc.rules.edit"  # value: a rule's name, as of the next four
RULE_TRY = "ccc.rules.try"
RULE_MOVE = "ccc.rules.move"  # followed by up or down
RULE_TURN = "ccc.rules.turn"  # followed by on or off
RULE_REMOVE = "ccc.rules.remove"
RULES_TURN = "ccc.rules.all"  # followed by on or off
RULE_PAGE = "ccc.rules.page"
RULE_EDITOR = "ccc.rule"  # callback of the editor, and what its fields begin with
RULE_ROW = "ccc.rule.row"  # overflow, followed by the row; value: what to do, and with which row
RULE_MORE = "ccc.rule.more"  # one more row
RULE_FILE = "ccc.rules.file"  # callback of the form that takes a file in
RULE_TRIAL = "ccc.rule.try"  # as it stands in the editor
CHANNEL = "ccc.channel"  # callback
SETUP = "ccc.setup"  # callback of the wizard, and what its fields begin with
SETUP_GOTO = "ccc.setup.goto"  # a menu of steps
SETUP_BACK = "ccc.setup.back"
SETUP_SKIP = "ccc.setup.skip"
SETUP_OVER = "ccc.setup.over"  # forget the draft of this step
SETUP_LOOK = "ccc.setup.look"  # read lists and sales again
SETUP_REFRESH = "ccc.setup.refresh"
SETUP_RULES = "ccc.setup.rules"  # make a rule for the registers of every state
SETUP_DRY = "ccc.setup.dry"
FIX_FIELD = "ccc.fix.field"  # fields of these forms, only read when the form is sent

_BREAK = "\x1f"  # cannot occur in an id or a cause
_SUBJECT = 300


def cause_value(run: str, cause: str, subject: str = "", example: str = "") -> str:
    """Which problem of which run a button is about, and the number of one sale that has it."""
    value = _BREAK.join((run, cause, subject[:_SUBJECT]))
    return f"{value}{_BREAK}{example[:40]}" if example else value


def read_cause(value: str) -> tuple[str, str, str]:
    """The run, the cause and what is missing; empty where the value is not ours."""
    run, cause, subject = (*value.split(_BREAK), "", "", "")[:3]
    return run, cause, subject


def read_example(value: str) -> str:
    """The sale that a problem was shown with, "" when it named none."""
    return (*value.split(_BREAK), "", "", "", "")[3]
