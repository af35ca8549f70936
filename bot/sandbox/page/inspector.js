// Beside the conversation: what went over the wire.

import { h, iconButton, refill } from "./dom.js";
import { names } from "./names.js";
import { detail, go, store } from "./store.js";
import { clock } from "./time.js";
import { drawTry } from "./trying.js";

const byId = (id) => document.getElementById(id);
let onlyBad = false;

export function drawPane({ log, pane: moved }) {
  const pane = byId("pane");
  const kind = ["inspector", "try"].includes(store.pane) ? store.pane : "";
  pane.hidden = !kind;
  if (!kind) return;
  const other = pane.dataset.kind !== kind;
  pane.dataset.kind = kind;
  if (other) refill(pane, head(kind), h("div", { class: "pane-body" }));
  const body = pane.querySelector(".pane-body");
  if (kind === "try") drawTry(body);
  else if (log || other || moved) drawLog(body);
}

function head(kind) {
  const words = kind === "try" ? "Try it" : "Inspector";
  return h("header", { class: "pane-head" }, h("h2", {}, words), iconButton("close", `Close ${words}`, () => go({ pane: "" })));
}

// -- requests

function drawLog(body) {
  if (!body.querySelector(".log")) {
    const filter = h("input", { type: "checkbox", id: "only-bad", checked: onlyBad });
    filter.addEventListener("change", () => { onlyBad = filter.checked; refill(body.querySelector(".log")); drawLog(body); });
    refill(body, h("div", { class: "pane-bar" }, filter, h("label", { for: "only-bad" }, "Only what failed")), h("ol", { class: "log", reversed: true }));
  }
  const list = body.querySelector(".log");
  const known = new Set([...list.children].map((row) => row.dataset.key));
  for (const entry of store.log) {
    const key = entry.n ? String(entry.n) : entry.title;
    if (!known.has(key) && !(onlyBad && entry.ok)) list.prepend(row(entry, key));
  }
  while (list.children.length > 400) list.lastChild.remove();
}

const WAYS = { "to the bot": ["→", "Slack to the bot"], "from the bot": ["←", "the bot to Slack"], "the demo": ["•", "you, here"], "the page": ["!", "this page"] };

function row(entry, key) {
  const [arrow, words] = WAYS[entry.way] ?? ["⇢", `the bot ${entry.way}`];
  const time = clock(entry.at, names.zone);
  const inside = h("div", { class: "log-detail" });
  const shown = h("details", {},
    h("summary", {},
      h("span", { class: "way", title: words }, h("span", { "aria-hidden": "true" }, arrow), h("span", { class: "unseen" }, words)),
      h("span", { class: "log-title" }, entry.title),
      h("span", { class: entry.ok ? "log-said" : "log-said bad" }, entry.ok ? entry.said : `✖ ${entry.said}`),
      h("span", { class: "hint" }, entry.ms === null || entry.ms === undefined ? time : `${entry.ms} ms`)),
    inside);
  shown.addEventListener("toggle", async () => {
    if (!shown.open || inside.childElementCount) return;
    const found = entry.n ? await detail(entry.n) : { ok: true, detail: { block: entry.detail } };
    const parts = Object.entries(found.detail ?? { error: found.error });
    refill(inside, h("p", { class: "hint" }, `${words}, ${time}`), ...parts.filter(([, part]) => part && Object.keys(part).length).flatMap(([name, part]) => [h("h3", {}, name), h("pre", { tabindex: "0" }, JSON.stringify(part, null, 2))]));
  });
  return h("li", { data: { key } }, shown);
}
