// The left column: the workspace, its channels, the direct message, and who one is.

import { h, icon, refill } from "./dom.js";
import { keepFocus } from "./focus.js";
import { avatar } from "./message.js";
import { names } from "./names.js";
import { go, store, unread } from "./store.js";

export function drawSidebar() {
  const channels = [...store.channels.values()].map((channel) => ({ ...channel, unread: channel.id === store.at ? 0 : unread(channel) }));
  const sign = JSON.stringify([store.me, store.at, store.tab, store.workspace, channels.map((c) => [c.id, c.unread > 0, c.im && c.unread, c.archived]), store.people.size, store.online]);
  const sidebar = document.getElementById("sidebar");
  if (sidebar.dataset.sign === sign) return;
  sidebar.dataset.sign = sign;
  const focus = keepFocus(sidebar);
  const named = channels.filter((c) => !c.im).sort((a, b) => a.archived - b.archived || a.name.localeCompare(b.name));
  refill(sidebar,
    h("div", { class: "workspace" }, h("span", { class: "workspace-name" }, store.workspace.name), h("span", { class: "sandbox-mark" }, "sandbox")),
    h("nav", { "aria-label": "Channels and messages" },
      group("Channels", named.map((c) => place(c, icon(c.private ? "lock" : c.shared ? "shared" : "hash"), c.name))),
      group("Direct messages", channels.filter((c) => c.im).map((c) => place(c, avatar(store.people.get(store.workspace.bot), "small"), names.title(c), h("span", { class: "badge" }, "APP"))))),
    store.online ? null : h("div", { class: "offline", role: "alert" }, "The sandbox is not answering. Trying again…"),
    acting(),
  );
  focus();
}

function group(words, rows) {
  return h("section", {}, h("h2", {}, words), h("ul", {}, rows.map((row) => h("li", {}, row))));
}

function place(channel, mark, words, badge) {
  const here = channel.id === store.at;
  const looks = ["place", here ? "here" : "", channel.unread ? "unread" : "", channel.archived ? "archived" : ""].join(" ").trim();
  const count = channel.unread ? h("span", { class: channel.im ? "count loud" : "count" }, channel.im ? String(channel.unread) : "", h("span", { class: "unseen" }, " unread")) : null;
  const open = () => go({ at: channel.id });
  return h("button", { type: "button", class: looks, "aria-current": here ? "page" : null, data: { focus: channel.id }, on: { click: open } },
    mark, h("span", { class: "place-name" }, words), badge, channel.archived ? h("span", { class: "hint" }, "archived") : null, count);
}

/** Several people share one browser here: whoever is chosen acts. */
function acting() {
  const people = [...store.people.values()].filter((user) => !user.bot && !user.gone);
  const chosen = h("select", { id: "acting", data: { focus: "acting" } },
    people.map((user) => h("option", { value: user.id, selected: user.id === store.me }, `${user.name}, ${user.role}`)));
  chosen.addEventListener("change", () => go({ as: chosen.value, thread: "" }));
  return h("div", { class: "acting" }, avatar(store.people.get(store.me)), h("div", {}, h("label", { for: "acting" }, "Acting as"), chosen));
}
