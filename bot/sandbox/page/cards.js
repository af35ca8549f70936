// The blocks that hold other things: cards, carousels, containers, tasks, plans, and a video's still.

import { h, link } from "./dom.js";
import { drawElement, picture } from "./elements.js";
import { richText } from "./richtext.js";
import { plain, textObject } from "./text.js";

const STATUSES = { pending: ["○", "Waiting"], in_progress: ["◐", "In progress"], complete: ["✔", "Done"], error: ["✖", "Failed"] };

export function card(block, ctx) {
  const words = (key) => (block[key] ? h("div", { class: `card-${key}` }, textObject(block[key], ctx.names)) : null);
  const buttons = block.actions ? h("div", { class: "block-actions" }, block.actions.map((one) => drawElement(block, one, ctx))) : null;
  return h("article", { class: "card" },
    block.hero_image ? h("div", { class: "card-hero" }, picture(block.hero_image)) : null,
    block.icon ? h("div", { class: "card-icon" }, picture(block.icon)) : null,
    words("title"), words("subtitle"), words("body"), buttons);
}

export function carousel(block, ctx) {
  return h("div", { class: "carousel", tabindex: "0", role: "group", "aria-label": `${block.elements.length} cards` }, ctx.drawBlocks(block.elements, ctx));
}

export function container(block, ctx) {
  const title = block.rich_text_title ? richText(block.rich_text_title, ctx.names) : textObject(block.title, ctx.names);
  const head = [
    block.icon ? picture(block.icon) : null,
    h("div", {}, h("strong", {}, title), block.subtitle ? h("div", { class: "hint" }, textObject(block.subtitle, ctx.names)) : null),
  ];
  const inside = h("div", { class: "container-body" }, ctx.drawBlocks(block.child_blocks, ctx));
  const looks = `container-box width-${block.width ?? "standard"}`;
  if (!block.is_collapsible) return h("div", { class: looks }, h("div", { class: "container-head" }, head), inside);
  return h("details", { class: looks, open: !block.default_collapsed }, h("summary", { class: "container-head" }, head), inside);
}

export function taskCard(block, ctx) {
  const [mark, words] = STATUSES[block.status];
  return h("div", { class: `task task-${block.status}` },
    h("div", { class: "task-head" }, h("span", { role: "img", "aria-label": words, title: words }, mark), h("strong", {}, block.title)),
    block.details ? h("div", { class: "task-text" }, richText(block.details, ctx.names)) : null,
    block.output ? h("div", { class: "task-text" }, richText(block.output, ctx.names)) : null,
    block.sources ? h("div", { class: "task-text" }, block.sources.map((source) => link(source.url, source.text ?? source.url))) : null);
}

export function planBlock(block, ctx) {
  return h("div", { class: "container-box" }, h("div", { class: "container-head" }, h("strong", {}, block.title)), h("div", { class: "container-body" }, ctx.drawBlocks(block.tasks ?? [], ctx)));
}

/** Never played here: the still, the title and the way to it. */
export function video(block, ctx) {
  const title = block.title_url ? link(block.title_url, ...plain(block.title.text)) : h("strong", {}, plain(block.title.text));
  return h("figure", { class: "video" },
    h("figcaption", {}, title, block.author_name ? h("span", { class: "hint" }, ` ${block.author_name}`) : null),
    block.description ? h("p", {}, textObject(block.description, ctx.names)) : null,
    h("div", { class: "still" }, picture({ image_url: block.thumbnail_url, alt_text: block.alt_text }), link(block.video_url, "▶ Watch")));
}
