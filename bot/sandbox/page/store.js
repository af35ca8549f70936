// What the page knows: fetched whole once, then only what changed; and how it asks for things.

import { notice, toast } from "./dialogs.js";

export const store = {
  me: "", at: "", thread: "", tab: "messages", pane: "",
  boot: "", version: 0, offset: 0, whole: false,
  workspace: { name: "", bot: "", dm: "" },
  people: new Map(), groups: new Map(), channels: new Map(),
  messages: new Map(), lines: [], views: [], home: null,
  log: [], hints: [], shortcuts: [], steps: [], levers: [], weathers: [], online: true,
};

const listeners = [];

/** Called with what changed: `{whole, messages, views, log, place}`. */
export const subscribe = (listener) => listeners.push(listener);

export function tell(changes = {}) {
  for (const listener of listeners) listener(changes);
}

// -- where one is: kept in the address, so that a link shows the same

export function readAddress() {
  const said = new URLSearchParams(location.hash.slice(1));
  store.me = said.get("as") ?? store.me;
  store.at = said.get("at") ?? store.at;
  store.thread = said.get("thread") ?? "";
  store.tab = said.get("tab") ?? "messages";
  store.pane = said.get("pane") ?? "";
}

/** Go somewhere: any of as, at, thread, tab, pane. */
export function go(where) {
  const moved = "at" in where && where.at !== store.at;
  const next = { as: store.me, at: store.at, thread: moved ? "" : store.thread, tab: moved ? "messages" : store.tab, pane: store.pane, ...where };
  // Two columns beside the conversation need a wide screen; the one asked for last stays.
  if (window.innerWidth < 1500 && next.thread && next.pane) where.thread ? (next.pane = "") : (next.thread = "");
  const said = new URLSearchParams(Object.entries(next).filter(([, value]) => value && value !== "messages"));
  const other = next.as !== store.me;
  history.replaceState(null, "", `#${said}`);
  readAddress();
  document.body.classList.toggle("show-nav", false);
  if (other) return restart();
  tell({ place: moved, tab: "tab" in where, pane: "pane" in where });
}

// -- asking

async function ask(path, options = {}) {
  const response = await fetch(path, options);
  const body = await response.json().catch(() => ({ ok: false, error: `status ${response.status}` }));
  return body;
}

/** Do something; what was refused is said, and null comes back. */
export async function act(name, body = {}) {
  try {
    const headers = { "Content-Type": "application/json", "X-Sandbox": "page" };
    const answer = await ask(`/page/api/act/${name}`, { method: "POST", headers, body: JSON.stringify({ as: store.me, ...body }) });
    if (!answer.ok) {
      toast(answer.error, true);
      return null;
    }
    return answer;
  } catch {
    toast("The sandbox is not answering.", true);
    return null;
  }
}

/** The same in a form, where what the app did wrong is said as a notice. */
export async function actAloud(name, body) {
  const answer = await act(name, body);
  if (answer?.notice && answer.notice !== "query_too_short") toast(notice(answer.notice), true);
  return answer;
}

export async function upload(file) {
  const said = new URLSearchParams({ as: store.me, name: file.name });
  const answer = await ask(`/page/api/upload?${said}`, { method: "POST", headers: { "X-Sandbox": "page" }, body: file });
  if (!answer.ok) toast(answer.error, true);
  return answer.ok ? answer : null;
}

export const detail = (number) => ask(`/page/api/log/${number}`);

// -- listening

let turn = 0;

/** Forget everything and look again, as another person or after a restart. */
export function restart() {
  turn += 1;
  store.boot = "";
  listen(turn);
}

async function listen(mine) {
  while (mine === turn) {
    try {
      const last = store.log.findLast((entry) => entry.n)?.n ?? 0;
      const said = new URLSearchParams({ as: store.me, boot: store.boot, wait: store.boot ? 20 : 0, since: store.boot ? store.version : 0, log: store.boot ? last : 0 });
      const seen = await ask(`/page/api/state?${said}`);
      if (mine !== turn) return;
      if (!seen.ok) throw new Error(seen.error);
      apply(seen);
      await new Promise((done) => setTimeout(done, 80));
    } catch {
      if (mine !== turn) return;
      if (store.online) { store.online = false; tell({}); }
      await new Promise((done) => setTimeout(done, 2000));
    }
  }
}

const byId = (items) => new Map(items.map((item) => [item.id, item]));

function apply(seen) {
  const whole = seen.whole || seen.boot !== store.boot;
  if (whole) Object.assign(store, { messages: new Map(), lines: [], views: [], home: null });
  if (seen.boot !== store.boot) store.log = [];
  Object.assign(store, { me: seen.me, boot: seen.boot, version: seen.version, workspace: seen.workspace, hints: seen.hints, shortcuts: seen.shortcuts, steps: seen.steps, levers: seen.levers, weathers: seen.weathers, online: true });
  store.offset = seen.now - Date.now() / 1000;
  store.people = byId(seen.people);
  store.groups = byId(seen.groups);
  store.channels = byId(seen.channels);
  for (const message of seen.messages) store.messages.set(`${message.channel}/${message.ts}`, message);
  for (const { channel, ts } of seen.gone) store.messages.delete(`${channel}/${ts}`);
  store.lines.push(...seen.lines);
  store.log = [...store.log, ...seen.log].slice(-1000);
  if (seen.views) {
    store.views = seen.views;
    store.home = seen.home;
  }
  if (!store.channels.has(store.at)) {
    const named = [...store.channels.values()];
    store.at = (named.find((c) => c.name === "ccc-log") ?? named[0]).id;
  }
  tell({ whole, messages: seen.messages, views: Boolean(seen.views), log: seen.log.length > 0, place: whole });
}

// -- looking things up

export const now = () => Date.now() / 1000 + store.offset;

/** What people see in a channel itself, oldest first. */
export const roots = (channel) => sorted((m) => m.channel === channel && (!m.thread || m.broadcast));
export const replies = (channel, ts) => sorted((m) => m.channel === channel && m.thread === ts);

function sorted(wanted) {
  return [...store.messages.values()].filter(wanted).sort((a, b) => (a.ts < b.ts ? -1 : 1));
}

/** Messages of others that came after the last one read. */
export const unread = (channel) => roots(channel.id).filter((m) => m.ts > channel.read && m.user !== store.me && !m.only_you).length;

export function markRead(channelId) {
  const channel = store.channels.get(channelId);
  const last = roots(channelId).at(-1)?.ts;
  if (!channel || !last || last <= channel.read) return;
  channel.read = last;
  act("read", { channel: channelId, ts: last });
}

/** What the page itself could not do, beside the requests. */
export function report(words, thing) {
  if (store.log.some((entry) => entry.title === words && entry.way === "the page")) return;
  store.log = [...store.log, { at: now(), way: "the page", title: words, ok: false, said: "not shown", detail: thing }];
  queueMicrotask(() => tell({ log: true }));
}
