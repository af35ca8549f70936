// Fields one types, ticks or picks a day in.

import { h, icon, newId, refill } from "./dom.js";
import { acts, change, held } from "./state.js";
import { textObject } from "./text.js";
import { fromWall, toWall } from "./time.js";

const KINDS = { number_input: "text", email_text_input: "email", url_text_input: "url", plain_text_input: "text" };

function described(field, element) {
  return {
    id: field.id,
    "aria-label": field.label ? null : (element.placeholder?.text ?? element.action_id),
    "aria-describedby": field.describedBy || null,
    "aria-invalid": field.invalid ? "true" : null,
    "aria-required": field.required ? "true" : null,
  };
}

export function textInput(block, element, ctx, field) {
  const multiline = Boolean(element.multiline);
  const given = {
    ...described(field, element),
    class: "text-input",
    value: held(block, element, ctx.state) ?? "",
    placeholder: element.placeholder?.text,
    maxlength: element.type === "plain_text_input" ? (element.max_length ?? 3000) : null,
    inputmode: element.type === "number_input" ? (element.is_decimal_allowed ? "decimal" : "numeric") : null,
    autofocus: element.focus_on_load,
    autocomplete: "off",
  };
  const shown = multiline ? h("textarea", { ...given, rows: 4 }) : h("input", { ...given, type: KINDS[element.type] });
  const triggers = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  let waiting = 0;
  shown.addEventListener("input", () => {
    ctx.put(block, element, shown.value || null);
    if (!acts(block) || !triggers.includes("on_character_entered")) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => ctx.choose(block, element, shown.value || null), 300);
  });
  shown.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || (multiline && !event.metaKey && !event.ctrlKey)) return;
    event.preventDefault();
    if (acts(block) && triggers.includes("on_enter_pressed")) ctx.choose(block, element, shown.value || null);
    else ctx.submit?.();
  });
  return shown;
}

export function richInput(block, element, ctx, field) {
  const value = held(block, element, ctx.state);
  const written = (value?.elements ?? []).map((part) => part.elements.map((piece) => piece.text ?? piece.url ?? "").join("")).join("\n");
  const shown = h("textarea", { ...described(field, element), class: "text-input", rows: 4, value: written, placeholder: element.placeholder?.text });
  shown.addEventListener("input", () => {
    const section = { type: "rich_text_section", elements: [{ type: "text", text: shown.value }] };
    ctx.put(block, element, shown.value ? { type: "rich_text", elements: [section] } : null);
  });
  return shown;
}

function picker(type, block, element, ctx, field, shownValue, keptValue) {
  const given = { ...described(field, element), type, class: "text-input picker", autofocus: element.focus_on_load };
  const shown = h("input", { ...given, value: shownValue(held(block, element, ctx.state)) });
  shown.addEventListener("change", () => change(block, element, ctx, keptValue(shown.value)));
  shown.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      ctx.submit?.();
    }
  });
  return shown;
}

export const datePicker = (block, element, ctx, field) => picker("date", block, element, ctx, field, (v) => v ?? "", (v) => v || null);
export const timePicker = (block, element, ctx, field) => picker("time", block, element, ctx, field, (v) => v ?? "", (v) => v || null);
export const dateTimePicker = (block, element, ctx, field) =>
  picker("datetime-local", block, element, ctx, field, (v) => (v ? toWall(v, ctx.names.zone) : ""), (v) => (v ? fromWall(v, ctx.names.zone) : null));

function choices(kind, block, element, ctx, field, isOn, chosen) {
  const name = newId("choice");
  const rows = element.options.map((option) => {
    const id = newId("option");
    const box = h("input", { type: kind, id, name, checked: isOn(option), data: { focus: option.value } });
    box.addEventListener("change", () => change(block, element, ctx, chosen(option, box.checked)));
    const note = option.description ? h("span", { class: "hint" }, textObject(option.description, ctx.names)) : null;
    return h("div", { class: "choice" }, box, h("label", { for: id }, h("span", {}, textObject(option.text, ctx.names)), note));
  });
  const { id: _id, ...about } = described(field, element);
  const labelled = field.id ? { "aria-labelledby": `${field.id}-label` } : {};
  return h("div", { class: "choices", role: kind === "radio" ? "radiogroup" : "group", ...about, ...labelled }, rows);
}

export function checkboxes(block, element, ctx, field) {
  let on = held(block, element, ctx.state).map((option) => option.value);
  const chosen = (option, ticked) => {
    on = ticked ? [...on, option.value] : on.filter((value) => value !== option.value);
    return element.options.filter((one) => on.includes(one.value));
  };
  return choices("checkbox", block, element, ctx, field, (option) => on.includes(option.value), chosen);
}

export function radioButtons(block, element, ctx, field) {
  const value = held(block, element, ctx.state)?.value;
  return choices("radio", block, element, ctx, field, (option) => option.value === value, (option) => option);
}

export function fileInput(block, element, ctx, field) {
  let files = held(block, element, ctx.state);
  const most = element.max_files ?? 10;
  const list = h("ul", { class: "files-chosen" });
  const accept = element.filetypes?.map((kind) => `.${kind}`).join(",");
  const box = h("input", { ...described(field, element), type: "file", multiple: most > 1, accept });
  const keep = () => {
    ctx.put(block, element, files.map((file) => file.id));
    refill(list, ...files.map((file) => h("li", {}, icon("file"), file.name)));
  };
  if (files.length) refill(list, ...files.map((file) => h("li", {}, icon("file"), file.name)));
  box.addEventListener("change", async () => {
    for (const chosen of box.files) {
      const sent = files.length < most ? await ctx.upload(chosen) : null;
      if (sent) files = [...files, sent];
    }
    keep();
  });
  return h("div", { class: "file-input" }, box, list);
}
