"""Rules pasted from a file: looked at first, and taken in only once that was confirmed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.conversation import (
    FieldErrors,
    Form,
    Message,
    Modal,
    Reply,
    Request,
    State,
    UpdateView,
    Values,
)
from bot.views.actions import FIX_FIELD, RULE_FILE
from bot.views.blocks import Block, alert, context, input_block, modal, plain_text
from bot.views.rule_file import counts, file_blocks
from sync.errors import Conflict, NotFound
from sync.services.models import Role
from sync.services.rule_file_models import RulesFile

if TYPE_CHECKING:
    from sync.services.facade import Services

MOST = 3_000  # characters that Slack's field takes; a longer file goes in parts
_DRAFT = "rules:file"


def import_for(request: Request) -> Modal:
    """Where the rows are pasted."""
    channel = request.view.state.get("channel", "") if request.view else request.channel
    return _pasting({"connection": request.books.id, "channel": channel})


def submit(request: Request, services: Services) -> Reply:
    """First what the file would do; sent again from there, it is done."""
    view = request.view
    if view is None:
        raise NotFound("This form is no longer valid. Open it again.")
    confirms = str(view.state.get("confirms", ""))
    if confirms:
        return _taken(request, services, confirms)
    text = _pasted(view.values)
    found = services.rule_files.look(request.actor, request.scope, text)
    if not (found.new or found.changed):
        raise FieldErrors({"rows": _nothing(found)})
    services.drafts.keep(request.actor, request.scope, _DRAFT, {"text": text})
    return UpdateView(confirming(found, dict(view.state)))


def _pasted(values: Values) -> str:
    """Line by line as it was pasted: `chosen` would make one line of it."""
    typed = next(iter(values.get("rows", {}).values()), {})
    return str(typed.get("value") or "")[:MOST]


def _taken(request: Request, services: Services, confirms: str) -> Reply:
    view = request.view
    state: State = dict(view.state) if view else {}
    draft = services.drafts.kept(request.actor, request.scope, _DRAFT)
    text = str(draft.data.get("text", "")) if draft else ""
    try:
        found = services.rule_files.take(request.actor, request.scope, text, confirms)
    except Conflict as error:
        again = services.rule_files.look(request.actor, request.scope, text)
        return UpdateView(confirming(again, state, str(error)))
    services.drafts.forget(request.actor, request.scope, _DRAFT)
    return Message(f"The file of rules is taken in: {counts(found)} The next run follows them.")


def _pasting(state: State) -> Modal:
    field: Block = {
        "type": "plain_text_input",
        "action_id": f"{FIX_FIELD}.rows",
        "multiline": True,
        "max_length": MOST,
        "placeholder": plain_text("rule_name,object_type,action,map_to,field,…", 150),
    }
    blocks = [
        input_block("rows", "Rows of the file, with its first line", field),
        context(
            "Either the columns that /ccc rules export writes, or two: item name in QuickBooks, "
            "SKU of the till. Nothing is written before you confirm it."
        ),
    ]
    return Modal(modal("Import rules", RULE_FILE, blocks, submit="Check"), state)


def confirming(found: RulesFile, state: State, said: str = "") -> Modal:
    """What the file would do, with the button that does it; `said`: why it is shown again."""
    blocks: list[Block] = [alert(said)] if said else []
    blocks += file_blocks(found)
    blocks.append(
        context(
            "Rules that the file does not name stay as they are. "
            "One rule is added as a line: /ccc rule add."
        )
    )
    confirmed = state | {"confirms": found.confirms}
    return Modal(modal("Import rules", RULE_FILE, blocks, submit="Import"), confirmed)


def _nothing(found: RulesFile) -> str:
    if not found.rejected:
        return "All these rules are here already."
    first = found.rejected[0]
    more = f" (and {len(found.rejected) - 1} more)" if len(found.rejected) > 1 else ""
    return f"Line {first.lines[0]}: {first.reason}{more}."[:300]


FORM = Form(RULE_FILE, submit, Role.ADMIN)
