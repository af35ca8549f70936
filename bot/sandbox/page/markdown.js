// Draws the `markdown` block: the everyday part of standard Markdown, as nodes.

import { h, link } from "./dom.js";
import { emoji } from "./emoji.js";

/** A whole text. */
export function markdown(text) {
  const rest = text.split("\n");
  const nodes = [];
  while (rest.length) {
    const drawn = fence(rest) || heading(rest) || rule(rest) || table(rest) || list(rest) || quote(rest);
    if (drawn) nodes.push(drawn);
    else if (rest[0].trim()) nodes.push(paragraph(rest));
    else rest.shift();
  }
  return nodes;
}

function takeWhile(rest, wanted) {
  const taken = [];
  while (rest.length && wanted(rest[0])) taken.push(rest.shift());
  return taken;
}

function fence(rest) {
  if (!rest[0].startsWith("```")) return null;
  rest.shift();
  const code = takeWhile(rest, (line) => !line.startsWith("```"));
  rest.shift();
  return h("pre", {}, code.join("\n"));
}

function heading(rest) {
  const found = /^(#{1,6}) (.*)$/.exec(rest[0]);
  if (!found) return null;
  rest.shift();
  return h(`h${Math.min(found[1].length + 2, 6)}`, {}, inline(found[2]));
}

function rule(rest) {
  if (!/^ *([-*_])( *\1){2,} *$/.test(rest[0])) return null;
  rest.shift();
  return h("hr");
}

function table(rest) {
  if (rest.length < 2 || !rest[0].includes("|") || !/^[\s|:-]+-[\s|:-]*$/.test(rest[1])) return null;
  const rows = takeWhile(rest, (line) => line.includes("|")).filter((_, index) => index !== 1);
  const cells = rows.map((row) => row.trim().replace(/^\||\|$/g, "").split("|"));
  const line = (row, tag) => h("tr", {}, row.map((cell) => h(tag, {}, inline(cell.trim()))));
  return h("div", { class: "table-frame" }, h("table", {}, h("thead", {}, line(cells[0], "th")), h("tbody", {}, cells.slice(1).map((row) => line(row, "td")))));
}

function list(rest) {
  const mark = /^\s*(?:([-*+])|\d+[.)]) (.*)$/;
  const first = mark.exec(rest[0]);
  if (!first) return null;
  const items = takeWhile(rest, (line) => mark.test(line));
  return h(first[1] ? "ul" : "ol", {}, items.map((item) => h("li", {}, inline(mark.exec(item)[2]))));
}

function quote(rest) {
  const quoted = takeWhile(rest, (line) => line.startsWith(">"));
  if (!quoted.length) return null;
  return h("blockquote", {}, markdown(quoted.map((line) => line.replace(/^> ?/, "")).join("\n")));
}

function paragraph(rest) {
  const special = /^(```|#{1,6} |>|\s*[-*+] |\s*\d+[.)] )/;
  const said = [rest.shift(), ...takeWhile(rest, (line) => line.trim() && !special.test(line))];
  return h("p", {}, said.flatMap((line, index) => (index ? [h("br"), ...inline(line)] : inline(line))));
}

const INLINE = /`([^`]+)`|\[([^\]]+)\]\(([^)\s]+)\)|\*\*(.+?)\*\*|(?<!\w)[*_](?=\S)(.+?\S|\S)[*_](?!\w)|~~(.+?)~~/g;

function inline(text) {
  const nodes = [];
  let last = 0;
  for (const match of text.matchAll(INLINE)) {
    const [whole, code, words, address, bold, italic, strike] = match;
    nodes.push(...emoji(text.slice(last, match.index)));
    last = match.index + whole.length;
    if (code) nodes.push(h("code", {}, code));
    else if (words) nodes.push(link(address, ...inline(words)));
    else if (bold) nodes.push(h("strong", {}, inline(bold)));
    else if (italic) nodes.push(h("em", {}, inline(italic)));
    else nodes.push(h("s", {}, inline(strike)));
  }
  return [...nodes, ...emoji(text.slice(last))];
}
