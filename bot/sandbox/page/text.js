// Draws Slack's mrkdwn as nodes: names for ids, times in the reader's zone, nothing executed.

import { h, link } from "./dom.js";
import { emoji } from "./emoji.js";
import { pattern, moment } from "./time.js";

const ENTITIES = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };
const decode = (text) => text.replace(/&(?:lt|gt|amp);/g, (entity) => ENTITIES[entity]);

/** A text object, or a bare string as mrkdwn. */
export function textObject(value, names) {
  if (!value) return [];
  if (typeof value === "string") return mrkdwn(value, names);
  return value.type === "mrkdwn" ? mrkdwn(value.text, names, value.verbatim) : plain(value.text, value.emoji !== false);
}

/** Plain text with its line breaks, and emoji where they are allowed. */
export function plain(text, withEmoji = true) {
  return lines(String(text ?? ""), (line) => (withEmoji ? emoji(line) : [line]));
}

/** mrkdwn: fences first, then quotes, then what stands inside a line. */
export function mrkdwn(text, names, verbatim = false) {
  const nodes = [];
  const parts = String(text ?? "").split("```");
  for (const [index, given] of parts.entries()) {
    let part = index > 0 && index % 2 === 0 ? given.replace(/^\n/, "") : given;
    if (index % 2 === 0 && index < parts.length - 1) part = part.replace(/\n$/, "");
    if (index % 2) nodes.push(h("pre", {}, decode(unlinked(part.replace(/^\n|\n$/g, ""), names))));
    else if (part) nodes.push(...quotes(part, names, verbatim));
  }
  return nodes;
}

function unlinked(text, names) {
  return text.replace(/<([^<>]+)>/g, (_, inside) => markup(inside, names).textContent);
}

function quotes(text, names, verbatim) {
  const nodes = [];
  let quoted = [], said = [];
  const flush = () => {
    if (quoted.length) nodes.push(h("blockquote", {}, lines(quoted.join("\n"), (l) => inline(l, names, verbatim))));
    if (said.length) nodes.push(...lines(said.join("\n"), (l) => inline(l, names, verbatim)));
    quoted = []; said = [];
  };
  for (const line of text.split("\n")) {
    const quote = /^(?:&gt;|>) ?(.*)$/.exec(line);
    if (quote ? said.length : quoted.length) flush();
    (quote ? quoted : said).push(quote ? quote[1] : line);
  }
  flush();
  return nodes;
}

function lines(text, draw) {
  return text.split("\n").flatMap((line, index) => (index ? [h("br"), ...draw(line)] : draw(line)));
}

const INLINE = /<([^<>\n]+)>|`([^`\n]+)`|(?<![\w*])\*(?=\S)([^\n]*?\S)\*(?![\w*])|(?<![\w_])_(?=\S)([^\n]*?\S)_(?![\w_])|(?<![\w~])~(?=\S)([^\n]*?\S)~(?![\w~])|(https?:\/\/[^\s<>|]+[^\s<>|.,;:!?)\]}'"])/g;

function inline(text, names, verbatim) {
  const nodes = [];
  let last = 0;
  for (const match of text.matchAll(INLINE)) {
    const [whole, marked, code, bold, italic, strike, address] = match;
    if (address && verbatim) continue;
    nodes.push(...emoji(decode(text.slice(last, match.index))));
    last = match.index + whole.length;
    if (marked) nodes.push(markup(marked, names));
    else if (code) nodes.push(h("code", {}, decode(code)));
    else if (bold) nodes.push(h("strong", {}, inline(bold, names, verbatim)));
    else if (italic) nodes.push(h("em", {}, inline(italic, names, verbatim)));
    else if (strike) nodes.push(h("s", {}, inline(strike, names, verbatim)));
    else nodes.push(link(decode(address)));
  }
  nodes.push(...emoji(decode(text.slice(last))));
  return nodes;
}

function markup(inside, names) {
  const bar = inside.indexOf("|");
  const target = bar < 0 ? inside : inside.slice(0, bar);
  const label = bar < 0 ? "" : decode(inside.slice(bar + 1));
  if (target.startsWith("@")) return mention(`@${names.person(target.slice(1)) || label || target.slice(1)}`, target.slice(1) === names.me);
  if (target.startsWith("#")) return channelMention(target.slice(1), label, names);
  if (target.startsWith("!date^")) return date(target, label, names);
  if (target.startsWith("!subteam^")) return mention(names.group(target.slice(9)) || label || "@group");
  if (target.startsWith("!")) return mention(`@${target.slice(1)}`, true);
  const address = decode(target);
  return link(address, ...emoji(label || address));
}

/** A name one is called by; `loud` when it calls the reader. */
export function mention(words, loud = false) {
  return h("span", { class: loud ? "mention loud" : "mention" }, words);
}

/** A channel's name, which opens it. */
export function channelMention(id, label, names) {
  const known = names.channel(id);
  const words = `#${known?.name || label || id}`;
  if (!known) return mention(words);
  return h("button", { type: "button", class: "mention", on: { click: () => names.go(id) } }, words);
}

function date(target, fallback, names) {
  const [, at, form, address] = target.split("^");
  const seconds = Number(at);
  if (!Number.isFinite(seconds)) return h("span", {}, fallback);
  const shown = time(seconds, form, names);
  return address ? link(decode(address), shown) : shown;
}

/** A moment in the reader's zone, by a pattern such as `{date_short} at {time}`. */
export function time(seconds, form, names) {
  const when = new Date(seconds * 1000).toISOString();
  const title = moment(seconds, names.zone);
  return h("time", { datetime: when, title }, pattern(form, seconds, names.zone, names.now()));
}
