// One drawing for every kind of block; what is in no table is shown as an error, never left out.

import { card, carousel, container, planBlock, taskCard, video } from "./cards.js";
import { chart } from "./charts.js";
import { h, newId } from "./dom.js";
import { drawElement, picture } from "./elements.js";
import { markdown } from "./markdown.js";
import { richText } from "./richtext.js";
import { dataTable, plainTable } from "./tables.js";
import { plain, textObject } from "./text.js";

export const BLOCKS = {
  section,
  header,
  divider: () => h("hr", { class: "divider" }),
  image,
  context,
  actions,
  context_actions: actions,
  input,
  rich_text: (block, ctx) => h("div", { class: "rich-text" }, richText(block, ctx.names)),
  markdown: (block) => h("div", { class: "markdown" }, markdown(block.text)),
  video: (block, ctx) => video(block, ctx),
  table: (block, ctx) => plainTable(block, ctx),
  data_table: (block, ctx) => dataTable(block, ctx),
  data_visualization: (block) => chart(block),
  card: (block, ctx) => card(block, ctx),
  carousel: (block, ctx) => carousel(block, ctx),
  alert,
  container: (block, ctx) => container(block, ctx),
  task_card: (block, ctx) => taskCard(block, ctx),
  plan: (block, ctx) => planBlock(block, ctx),
};

/** All blocks, top to bottom; one that cannot be drawn does not take the others with it. */
export function drawBlocks(blocks, ctx) {
  return blocks.map((block) => drawBlock(block, ctx));
}

function drawBlock(block, ctx) {
  const draw = Object.hasOwn(BLOCKS, block.type) ? BLOCKS[block.type] : null;
  if (!draw) return broken(block, `unknown block: ${block.type}`, ctx);
  try {
    return h("div", { class: `block block-${block.type}`, data: { block: block.block_id ?? "" } }, draw({ ...block }, { ...ctx, drawBlocks }));
  } catch (error) {
    return broken(block, `${block.type} could not be drawn: ${error.message}`, ctx);
  }
}

function broken(block, words, ctx) {
  ctx.report(words, block);
  return h("div", { class: "block broken", role: "alert" }, h("strong", {}, "This page cannot show a part of this. "), words);
}

function section(block, ctx) {
  const text = block.text ? h("div", { class: "section-text" }, textObject(block.text, ctx.names)) : null;
  const fields = block.fields ? h("div", { class: "fields" }, block.fields.map((field) => h("div", {}, textObject(field, ctx.names)))) : null;
  const beside = block.accessory ? h("div", { class: "accessory" }, drawElement(block, block.accessory, ctx)) : null;
  return [h("div", { class: "section-main" }, text, fields), beside];
}

function header(block) {
  return h(`h${(block.level ?? 1) + 2}`, { class: "header" }, plain(block.text.text));
}

function image(block, ctx) {
  const title = block.title ? h("figcaption", {}, textObject(block.title, ctx.names)) : null;
  return h("figure", {}, title, picture(block));
}

function context(block, ctx) {
  return block.elements.map((element) =>
    element.type === "image" ? picture(element) : h("span", { class: "context-text" }, textObject(element, ctx.names)),
  );
}

function actions(block, ctx) {
  return block.elements.map((element) => drawElement(block, element, ctx));
}

function alert(block, ctx) {
  const level = block.level ?? "default";
  const marks = { default: "•", info: "ℹ", warning: "⚠", error: "✖", success: "✔" };
  const mark = h("span", { class: "alert-mark", "aria-hidden": "true" }, marks[level]);
  return h("div", { class: `alert alert-${level}`, role: level === "error" ? "alert" : "status" }, mark, h("span", {}, textObject(block.text, ctx.names)));
}

/** A field: its label, its control, a hint, and the error that belongs to it. */
function input(block, ctx) {
  const id = newId("field");
  const error = ctx.errors?.[block.block_id];
  const describedBy = [block.hint ? `${id}-hint` : "", error ? `${id}-error` : ""].join(" ").trim();
  const field = { id, label: block.label.text, describedBy, invalid: Boolean(error), required: !block.optional };
  const grouped = ["checkboxes", "radio_buttons"].includes(block.element.type);
  const words = [plain(block.label.text), block.optional ? h("span", { class: "optional" }, " (optional)") : null];
  const label = grouped ? h("div", { class: "label", id: `${id}-label` }, words) : h("label", { class: "label", for: id, id: `${id}-label` }, words);
  return h(
    "div",
    { class: error ? "field has-error" : "field" },
    label,
    drawElement(block, block.element, ctx, field),
    error ? h("div", { class: "field-error", id: `${id}-error`, role: "alert" }, error) : null,
    block.hint ? h("div", { class: "hint", id: `${id}-hint` }, plain(block.hint.text)) : null,
  );
}
