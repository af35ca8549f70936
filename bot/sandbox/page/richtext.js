// Draws rich text: sections, lists, quotes and code, with the pieces that stand inside them.

import { h, link } from "./dom.js";
import { named } from "./emoji.js";
import { channelMention, mention, time } from "./text.js";

const breaks = (text) => String(text).split("\n").flatMap((line, index) => (index ? [h("br"), line] : [line]));

export const INLINE = {
  text: (piece) => breaks(piece.text),
  link: (piece) => [link(piece.url, piece.text || piece.url)],
  user: (piece, names) => [mention(`@${names.person(piece.user_id) || piece.user_id}`, piece.user_id === names.me)],
  usergroup: (piece, names) => [mention(names.group(piece.usergroup_id) || "@group")],
  channel: (piece, names) => [channelMention(piece.channel_id, "", names)],
  team: (piece) => [piece.team_id],
  emoji: (piece) => [named(piece.name)],
  date: (piece, names) => [time(piece.timestamp, piece.format, names)],
  broadcast: (piece) => [mention(`@${piece.range}`, true)],
  color: (piece) => [swatch(piece.value), piece.value],
};

export const PARTS = {
  rich_text_section: (part, names) => h("div", { class: "rich-section" }, inline(part, names)),
  rich_text_list: list,
  rich_text_quote: (part, names) => h("blockquote", {}, inline(part, names)),
  rich_text_preformatted: (part, names) => h("pre", {}, inline(part, names)),
};

/** A rich_text block or cell. */
export function richText(block, names) {
  return block.elements.map((part) => PARTS[part.type](part, names));
}

function list(part, names) {
  const tag = part.style === "ordered" ? "ol" : "ul";
  const items = part.elements.map((item) => h("li", {}, inline(item, names)));
  const shown = h(tag, { start: part.offset ? part.offset + 1 : null }, items);
  shown.style.marginInlineStart = `${(part.indent || 0) * 1.5}em`;
  return shown;
}

function inline(part, names) {
  return part.elements.flatMap((piece) => styled(INLINE[piece.type](piece, names), piece.style));
}

function styled(nodes, style) {
  let shown = nodes;
  for (const [name, tag] of [["code", "code"], ["bold", "strong"], ["italic", "em"], ["strike", "s"], ["underline", "u"]]) {
    if (style?.[name]) shown = [h(tag, {}, shown)];
  }
  return shown;
}

function swatch(value) {
  const shown = h("span", { class: "swatch", "aria-hidden": "true" });
  shown.style.backgroundColor = value;
  return shown;
}
