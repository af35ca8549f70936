// One message as it stands in a channel or a thread.

import { drawBlocks } from "./blocks.js";
import { commandFailed, notice } from "./dialogs.js";
import { h, icon, iconButton } from "./dom.js";
import { initials, names } from "./names.js";
import { inMessage } from "./places.js";
import { actAloud, go, replies, store } from "./store.js";
import { mrkdwn, plain } from "./text.js";
import { clock, dayName, moment } from "./time.js";

export function avatar(user, size = "") {
  const { shown, hue } = initials(user);
  const looks = h("span", { class: `avatar ${size} ${user?.bot ? "app" : ""}`, "aria-hidden": "true" }, shown);
  looks.style.setProperty("--hue", hue);
  return looks;
}

/** The message; `compact` when the one before has the same author. */
export function drawMessage(message, { compact = false, inThread = false } = {}) {
  const user = store.people.get(message.user);
  const at = Number(message.ts);
  const stamp = h("time", { class: "stamp", datetime: new Date(at * 1000).toISOString(), title: moment(at, names.zone) }, clock(at, names.zone));
  const head = h("div", { class: "head" },
    h("span", { class: "author" }, user?.name ?? message.user),
    user?.bot ? h("span", { class: "badge" }, "APP") : null, stamp);
  const said = message.blocks.length ? drawBlocks(message.blocks, inMessage(message)) : h("div", { class: "block said" }, mrkdwn(message.text, names));
  const looks = ["message", compact ? "compact" : "", message.only_you ? "only-you" : ""].join(" ").trim();
  return h("article", { class: looks, data: { ts: message.ts }, "aria-label": `${user?.name}, ${clock(at, names.zone)}` },
    compact ? h("span", { class: "gutter" }, stamp) : avatar(user),
    h("div", { class: "content" },
      message.only_you ? h("div", { class: "only-you-mark" }, icon("eye"), "Only visible to you") : null,
      message.broadcast && !inThread ? h("button", { type: "button", class: "link-button broadcast", on: { click: () => go({ thread: message.thread }) } }, "replied to a thread: ", excerpt(message)) : null,
      compact ? null : head,
      said,
      message.edited ? h("span", { class: "edited" }, "(edited)") : null,
      message.attachments.map((one) => attachment(one, message)),
      message.files.map(file),
      inThread ? null : threadSummary(message)),
    inThread || message.only_you || message.thread ? null : hover(message));
}

/** The first words of the thread a reply came from. */
function excerpt(message) {
  const said = store.messages.get(`${message.channel}/${message.thread}`)?.text ?? "";
  const words = h("span", {}, mrkdwn(said, names)).textContent.replace(/\s+/g, " ");
  return h("span", { class: "hint" }, plain(words.length > 60 ? `${words.slice(0, 59)}…` : words));
}

function hover(message) {
  const run = (one) => () => actAloud("shortcut", { id: one.id, channel: message.channel, ts: message.ts });
  return h("div", { class: "hover-actions" },
    iconButton("thread", "Reply in thread", () => go({ thread: message.ts })),
    store.people.get(message.user)?.bot ? store.shortcuts.map((one) => iconButton("dots", one.name, run(one))) : null);
}

function attachment(given, message) {
  const drawn = given.blocks ? drawBlocks(given.blocks, inMessage(message)) : mrkdwn(given.text ?? given.fallback ?? "", names);
  return h("div", { class: "attachment" }, drawn);
}

function size(bytes) {
  if (bytes < 1024) return `${bytes} bytes`;
  return bytes < 1024 ** 2 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 1024 ** 2).toFixed(1)} MB`;
}

function file(given) {
  const kind = given.name.includes(".") ? given.name.split(".").at(-1).toUpperCase() : "File";
  return h("a", { class: "file", href: given.url, download: given.name },
    h("span", { class: "file-icon" }, icon("file")),
    h("span", {}, h("strong", {}, given.title), h("span", { class: "hint" }, `${kind} · ${size(given.size)} · Download`)));
}

function threadSummary(message) {
  const below = replies(message.channel, message.ts);
  if (!below.length) return null;
  const authors = [...new Set(below.map((reply) => reply.user))].slice(0, 3);
  const last = Number(below.at(-1).ts);
  const day = dayName(last, names.zone, names.now(), "date_short");
  return h("button", { type: "button", class: "thread-summary", on: { click: () => go({ thread: message.ts }) } },
    authors.map((id) => avatar(store.people.get(id), "small")),
    h("span", { class: "count" }, below.length === 1 ? "1 reply" : `${below.length} replies`),
    h("span", { class: "hint" }, `Last reply ${day.toLowerCase()} at ${clock(last, names.zone)}`));
}

/** What only the person themselves knows: the command they typed, or what Slack told them. */
export function drawLine(line) {
  const at = h("time", { class: "stamp" }, clock(line.at, names.zone));
  if (line.kind === "typed") {
    return h("div", { class: "typed-line" }, avatar(store.people.get(store.me), "small"), h("span", {}, "You typed ", h("code", {}, line.text)), at);
  }
  return h("article", { class: "message only-you" }, avatar({ id: "slackbot", name: "Slackbot" }),
    h("div", { class: "content" }, h("div", { class: "only-you-mark" }, icon("eye"), "Only visible to you"),
      h("div", { class: "head" }, h("span", { class: "author" }, "Slackbot"), at),
      h("div", { class: "block said" }, line.kind === "command failed" ? commandFailed(line.text) : notice(line.text))));
}

/** What the thread line and the reply count of a message depend on. */
export const signature = (message) => {
  const below = replies(message.channel, message.ts);
  return `${below.length}/${below.at(-1)?.ts ?? ""}`;
};
