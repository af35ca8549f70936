// The middle of the page: a channel's messages, its thread beside it, and the app's Home.

import { drawBlocks } from "./blocks.js";
import { h, icon, iconButton, refill } from "./dom.js";
import { drawLine, drawMessage, signature } from "./message.js";
import { names } from "./names.js";
import { inView } from "./places.js";
import { act, go, markRead, replies, roots, store } from "./store.js";
import { keepFocus } from "./focus.js";
import { dayKey, dayName } from "./time.js";

const byId = (id) => document.getElementById(id);
const GROUPED_SECONDS = 300;

// -- a list of rows that reuses what did not change, so that focus and scrolling stay

function update(list, rows) {
  const cache = list.rows ?? new Map();
  const next = new Map();
  const nodes = rows.map(({ key, sign, draw }) => {
    const before = cache.get(key);
    const same = before && before.sign.length === sign.length && before.sign.every((part, i) => part === sign[i]);
    const node = same ? before.node : draw();
    next.set(key, { sign, node });
    return node;
  });
  list.rows = next;
  const focus = keepFocus(list);
  nodes.forEach((node, index) => {
    if (list.children[index] !== node) list.insertBefore(node, list.children[index] ?? null);
  });
  while (list.children.length > nodes.length) list.lastChild.remove();
  focus();
}

const atEnd = (list) => list.scrollHeight - list.scrollTop - list.clientHeight < 80;

let newFrom = "";

function rowsOf(messages, lines) {
  const said = [
    ...messages.map((message) => ({ at: Number(message.ts), message })),
    ...lines.map((line) => ({ at: line.at, line })),
  ].sort((one, other) => one.at - other.at);
  const rows = [];
  let day = "", before = null, marked = false;
  for (const { at, message, line } of said) {
    const today = dayKey(at, names.zone);
    if (today !== day) {
      const words = dayName(at, names.zone, names.now());
      rows.push({ key: `day ${today}`, sign: [words], draw: () => h("div", { class: "day" }, h("span", {}, words)) });
      day = today;
      before = null;
    }
    if (line) {
      rows.push({ key: `line ${line.n}`, sign: [line, names.zone], draw: () => drawLine(line) });
      before = null;
      continue;
    }
    if (!marked && newFrom && message.ts > newFrom && message.user !== store.me && !message.only_you) {
      marked = true;
      rows.push({ key: "new", sign: [], draw: () => h("div", { class: "new-line" }, h("span", {}, "New")) });
      before = null;
    }
    const compact = Boolean(before && before.user === message.user && !message.only_you && !before.only_you && at - Number(before.ts) < GROUPED_SECONDS);
    rows.push({ key: message.ts, sign: [message, compact, signature(message), names.zone], draw: () => drawMessage(message, { compact }) });
    before = message;
  }
  return rows;
}

export function drawConversation({ place, tab }) {
  const channel = store.channels.get(store.at);
  const list = byId("messages"), homeTab = channel.im && store.tab === "home";
  if (place) newFrom = channel.read;
  drawHeader(channel);
  byId("home").hidden = !homeTab;
  list.hidden = homeTab;
  byId("composer").hidden = homeTab;
  if (homeTab) {
    if (place || tab) act("home");
    drawHome();
    return;
  }
  const wasAtEnd = place || tab || atEnd(list);
  const lines = store.lines.filter((line) => line.channel === channel.id);
  update(list, [{ key: "start", sign: [channel.id], draw: () => beginning(channel) }, ...rowsOf(roots(channel.id), lines)]);
  if (wasAtEnd) list.scrollTop = list.scrollHeight;
  if (wasAtEnd && document.visibilityState === "visible") markRead(channel.id);
}

function beginning(channel) {
  const words = channel.im
    ? "What CCC tells you alone appears here."
    : `This is the start of ${names.title(channel)}${channel.private ? ", a private channel" : ""}. Type /ccc to begin.`;
  return h("div", { class: "beginning" }, h("h2", {}, names.title(channel)), h("p", {}, words));
}

function drawHeader(channel) {
  const sign = JSON.stringify([channel.id, channel.topic, channel.members, store.tab, store.pane, store.me]);
  const header = byId("channel-header");
  if (header.dataset.sign === sign) return;
  header.dataset.sign = sign;
  const focus = keepFocus(header);
  const kind = channel.im ? null : icon(channel.private ? "lock" : channel.shared ? "shared" : "hash");
  const people = channel.members.map((id) => names.person(id)).join(", ");
  refill(header,
    iconButton("menu", "Show channels", () => document.body.classList.add("show-nav"), { class: "only-narrow" }),
    h("h1", {}, kind, channel.im ? names.title(channel) : channel.name),
    channel.im ? tabs() : h("span", { class: "topic" }, channel.topic),
    h("span", { class: "spacer" }),
    channel.im ? null : h("span", { class: "members", title: people }, icon("people"), h("span", { class: "unseen" }, "Members: "), String(channel.members.length)),
    toggle("play", "Try it", "try"),
    toggle("inspect", "Inspector", "inspector"),
  );
  focus();
}

function tabs() {
  const tab = (key, words) => h("button", { type: "button", role: "tab", "aria-selected": String(store.tab === key), data: { focus: key }, on: { click: () => go({ tab: key }) } }, words);
  return h("div", { class: "tabs", role: "tablist", "aria-label": "CCC" }, tab("home", "Home"), tab("messages", "Messages"));
}

function toggle(drawing, words, pane) {
  const on = store.pane === pane;
  return h("button", { type: "button", class: "pane-toggle", "aria-label": words, "aria-pressed": String(on), data: { focus: pane }, on: { click: () => go({ pane: on ? "" : pane }) } }, icon(drawing), h("span", {}, words));
}

function drawHome() {
  const home = byId("home");
  const sign = `${store.me} ${store.home?.hash}`;
  if (home.dataset.sign === sign) return;
  home.dataset.sign = sign;
  const focus = keepFocus(home);
  const nothing = h("p", { class: "empty" }, "CCC has not published a Home tab for you yet.");
  refill(home, h("div", { class: "home-page" }, store.home ? drawBlocks(store.home.blocks, inView(store.home)) : nothing));
  focus();
}

export function drawThread({ place }) {
  const pane = byId("thread");
  const root = store.messages.get(`${store.at}/${store.thread}`);
  pane.hidden = !root;
  if (!root) return;
  const list = byId("thread-messages");
  const wasAtEnd = place || list.dataset.thread !== store.thread || atEnd(list);
  list.dataset.thread = store.thread;
  byId("thread-place").textContent = names.title(store.channels.get(store.at));
  const below = replies(root.channel, root.ts);
  const row = (message) => ({ key: message.ts, sign: [message, names.zone], draw: () => drawMessage(message, { inThread: true }) });
  const count = below.length === 1 ? "1 reply" : `${below.length} replies`;
  const rule = { key: "count", sign: [count], draw: () => h("div", { class: "reply-count" }, h("span", {}, count)) };
  update(list, [row(root), ...(below.length ? [rule] : []), ...below.map(row)]);
  if (wasAtEnd) list.scrollTop = below.length ? list.scrollHeight : 0;
}

/** Says new messages to those who hear the page; edits are not said, and nothing stays for the next person. */
export function announce(messages) {
  const fresh = messages.filter((m) => m.channel === store.at && m.user !== store.me && !m.edited);
  if (messages.length && !fresh.length) return;
  const words = fresh.slice(-3).map((m) => `${names.person(m.user)}: ${m.text.replace(/<[^<>|]*\|?([^<>]*)>/g, "$1").slice(0, 300)}`);
  refill(byId("announcer"), ...words.map((said) => h("p", {}, said)));
}
