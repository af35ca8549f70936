// Tables: the plain one, and the data table that one sorts and pages.

import { h, icon, refill } from "./dom.js";
import { richText } from "./richtext.js";

const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

function cellText(cell) {
  if (cell.type !== "rich_text") return String(cell.text ?? cell.value ?? "");
  return cell.elements.flatMap((part) => part.elements.map((piece) => piece.text ?? piece.url ?? piece.name ?? "")).join("");
}

function cellNodes(cell, ctx) {
  return cell.type === "rich_text" ? richText(cell, ctx.names) : [cellText(cell)];
}

function compare(one, other) {
  if (one.type === "raw_number" && other.type === "raw_number") return one.value - other.value;
  const [left, right] = [cellText(one), cellText(other)];
  const [first, second] = [left, right].map((text) => (text.trim() ? Number(text.replace(/,/g, "")) : NaN));
  return Number.isNaN(first) || Number.isNaN(second) ? collator.compare(left, right) : first - second;
}

export function plainTable(block, ctx) {
  const settings = block.column_settings ?? [];
  const looks = (index) => [`align-${settings[index]?.align ?? "left"}`, settings[index]?.is_wrapped ? "wrapped" : ""].join(" ").trim();
  const [first, ...rest] = block.rows;
  const row = (cells, tag, scope) => h("tr", {}, cells.map((cell, index) => h(tag, { class: looks(index), scope }, cellNodes(cell, ctx))));
  return h("div", { class: "table-frame", tabindex: "0", role: "region", "aria-label": "Table" },
    h("table", {}, h("thead", {}, row(first, "th", "col")), h("tbody", {}, rest.map((cells) => row(cells, "td")))));
}

// How each table was sorted and paged survives its message being drawn again.
const remembered = new Map();

export function dataTable(block, ctx) {
  const key = `${ctx.key}/${block.block_id}`;
  const view = remembered.get(key) ?? { column: -1, down: false, page: 0 };
  remembered.set(key, view);
  const size = block.page_size ?? 5;
  const [head, ...rows] = block.rows;
  const named = block.row_header_column_index ?? -1;
  const numeric = head.map((_, index) => rows.every((row) => row[index].type === "raw_number"));
  const body = h("tbody");
  const foot = h("div", { class: "table-foot" });
  const heads = head.map((cell, index) => {
    const sorter = h("button", { type: "button", class: "sorter", on: { click: () => sort(index) } }, cellText(cell), icon("down"));
    return h("th", { scope: "col", class: numeric[index] ? "align-right" : null }, sorter);
  });

  // Up, down, and back to the order in which the rows came.
  function sort(index) {
    if (view.column !== index) Object.assign(view, { column: index, down: false });
    else if (!view.down) view.down = true;
    else Object.assign(view, { column: -1, down: false });
    view.page = 0;
    draw();
  }

  function draw() {
    const { column, down } = view;
    const ordered = column < 0 ? rows : [...rows].sort((a, b) => compare(a[column], b[column]) * (down ? -1 : 1));
    const pages = Math.max(1, Math.ceil(ordered.length / size));
    view.page = Math.min(view.page, pages - 1);
    for (const [index, cell] of heads.entries()) {
      cell.setAttribute("aria-sort", index !== column ? "none" : down ? "descending" : "ascending");
    }
    const start = view.page * size;
    refill(body, ...ordered.slice(start, start + size).map((row) => h("tr", {}, row.map((cell, index) =>
      index === named
        ? h("th", { scope: "row" }, cellNodes(cell, ctx))
        : h("td", { class: numeric[index] ? "align-right" : null }, cellNodes(cell, ctx))))));
    const words = `${start + 1}–${Math.min(start + size, ordered.length)} of ${ordered.length}`;
    refill(foot,
      h("span", { role: "status" }, words),
      turn("Previous page", -1, view.page > 0),
      turn("Next page", 1, view.page < pages - 1),
    );
    foot.hidden = pages === 1;
  }

  function turn(words, step, possible) {
    const press = () => { view.page += step; draw(); foot.querySelector(`[aria-label="${words}"]`)?.focus(); };
    return h("button", { type: "button", class: "page-turn", "aria-label": words, disabled: !possible, on: { click: press } }, icon(step < 0 ? "back" : "forward"));
  }

  draw();
  const caption = h("caption", {}, block.caption);
  const table = h("table", { class: "data-table" }, caption, h("thead", {}, h("tr", {}, heads)), body);
  return h("div", { class: "data-frame" }, h("div", { class: "table-frame", tabindex: "0", role: "region", "aria-label": block.caption }, table), foot);
}
