// What a control can do where it stands: in a message, in a modal or on Home.

import { names } from "./names.js";
import { act, actAloud, report, store, upload } from "./store.js";

/** In a message; what Slack says about it appears in the conversation. */
export function inMessage(message) {
  const where = { channel: message.channel, ts: message.ts };
  const at = (block, element) => ({ ...where, block: block.block_id, action: element.action_id });
  return {
    names, report, upload,
    key: `${message.channel}/${message.ts}`,
    state: message.state,
    put: (block, element, value) => remember(message.state, block, element, value),
    press: (block, element, value) => act("press", { ...at(block, element), value }),
    choose: (block, element, value) => act("choose", { ...at(block, element), value }),
    options: async (block, element, query) => (await act("options", { ...at(block, element), query })) ?? {},
  };
}

// What was typed and not yet told, by view, block and action.
const drafts = new Map();

/** In a view; whatever was typed in it goes along with every press. */
export function inView(view, submit) {
  const draft = drafts.get(view.id) ?? {};
  drafts.set(view.id, draft);
  overlay(view, draft);
  const send = async (name, more) => {
    const values = structuredClone(draft);
    const answer = await actAloud(name, { view: view.id, values, ...more });
    if (answer) forget(draft, values);
    return answer;
  };
  const at = (block, element) => ({ block: block.block_id, action: element.action_id });
  return {
    names, report, upload, submit,
    key: view.id,
    state: view.state,
    errors: view.errors,
    put(block, element, value) {
      (draft[block.block_id] ??= {})[element.action_id] = value;
      remember(view.state, block, element, value);
    },
    press: (block, element, value) => send("press", { ...at(block, element), value }),
    choose(block, element, value) {
      delete draft[block.block_id]?.[element.action_id];
      return send("choose", { ...at(block, element), value });
    },
    options: async (block, element, query) => (await send("options", { ...at(block, element), query })) ?? {},
    send: () => send("submit", {}),
  };
}

const KEYS = {
  checkboxes: "selected_options", radio_buttons: "selected_option", datepicker: "selected_date", timepicker: "selected_time",
  datetimepicker: "selected_date_time", rich_text_input: "rich_text_value", file_input: "files",
};

function keyOf(kind) {
  if (kind in KEYS) return KEYS[kind];
  const select = /^(multi_)?(\w+?)s?_select$/.exec(kind);
  if (!select) return "value";
  const noun = { user: "user", conversation: "conversation", channel: "channel" }[select[2]] ?? "option";
  return `selected_${noun}${select[1] ? "s" : ""}`;
}

function remember(state, block, element, value) {
  if (element.type === "overflow") return;
  const files = element.type === "file_input" ? value.map((id) => ({ id, name: "File ready to send" })) : value;
  (state[block.block_id] ??= {})[element.action_id] = { type: element.type, [keyOf(element.type)]: files };
}

/** Puts what was typed since over what the server knows, as long as the field is still there. */
function overlay(view, draft) {
  for (const [blockId, fields] of Object.entries(draft)) {
    const block = view.blocks.find((one) => one.block_id === blockId);
    for (const [actionId, value] of Object.entries(fields)) {
      const inside = block ? [block.element, block.accessory, ...(block.elements ?? [])] : [];
      const element = inside.find((one) => one?.action_id === actionId);
      if (element) remember(view.state, block, element, value);
      else delete fields[actionId];
    }
  }
}

function forget(draft, sent) {
  for (const [blockId, fields] of Object.entries(sent)) {
    for (const [actionId, value] of Object.entries(fields)) {
      if (JSON.stringify(draft[blockId]?.[actionId]) === JSON.stringify(value)) delete draft[blockId][actionId];
    }
  }
}

/** Views that are gone take their drafts with them. */
export function sweepDrafts() {
  const open = new Set([...store.views.map((view) => view.id), store.home?.id]);
  for (const id of drafts.keys()) if (!open.has(id)) drafts.delete(id);
}
