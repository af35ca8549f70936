// Puts the page together and draws again whatever changed.

import { composer } from "./composer.js";
import { announce, drawConversation, drawThread } from "./conversation.js";
import { iconButton } from "./dom.js";
import { drawPane } from "./inspector.js";
import { drawModal } from "./modal.js";
import { drawSidebar } from "./sidebar.js";
import { go, readAddress, restart, store, subscribe } from "./store.js";

const channelComposer = composer();
const threadComposer = composer(true);

readAddress();
document.getElementById("composer").append(channelComposer.frame);
document.getElementById("thread-composer").append(threadComposer.frame);
document.getElementById("thread-head").append(iconButton("close", "Close thread", () => go({ thread: "" })));
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  document.getElementById("messages").focus();
});
document.getElementById("shade").addEventListener("click", () => document.body.classList.remove("show-nav"));

subscribe((changes) => {
  if (!store.boot) return;
  document.title = `${store.channels.get(store.at).name || "CCC"} · ${store.workspace.name} · Slack sandbox`;
  drawConversation(changes);
  drawThread(changes);
  drawSidebar();
  drawModal();
  drawPane(changes);
  channelComposer.place();
  threadComposer.place();
  document.body.classList.toggle("has-thread", !document.getElementById("thread").hidden);
  document.body.classList.toggle("has-pane", !document.getElementById("pane").hidden);
  if (changes.whole) announce([]);
  else if (changes.messages?.length) announce(changes.messages);
  if (changes.whole) channelComposer.focus();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]")) return;
  if (document.body.classList.contains("show-nav")) document.body.classList.remove("show-nav");
  else if (store.thread) go({ thread: "" });
  else if (store.pane) go({ pane: "" });
});
document.addEventListener("visibilitychange", () => store.boot && drawConversation({}));
window.addEventListener("hashchange", () => { const before = store.me; readAddress(); store.me === before ? go({}) : restart(); });
restart();
