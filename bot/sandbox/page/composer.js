// Where one types: messages, and `/ccc` with hints while it is typed.

import { toast } from "./dialogs.js";
import { h, icon, newId, refill } from "./dom.js";
import { names } from "./names.js";
import { act, store } from "./store.js";

const typedBefore = [];

/** A composer for a channel, or for its open thread. */
export function composer(inThread = false) {
  const listId = newId("hints");
  const box = h("textarea", { rows: 1, class: "compose-box", "aria-label": "Message", "aria-controls": listId, autocomplete: "off", spellcheck: "false" });
  const send = h("button", { type: "button", class: "send", "aria-label": "Send", title: "Send (Enter)", disabled: true, on: { click: submit } }, icon("send"));
  const hints = h("div", { class: "hints", id: listId, role: "listbox", "aria-label": "Commands", hidden: true });
  const waiting = h("div", { class: "waiting", role: "status" });
  let offered = [], active = -1, older = typedBefore.length;

  function grow() {
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight, 180)}px`;
    send.disabled = !box.value.trim();
  }

  function suggest() {
    const typed = box.value.toLowerCase();
    const shown = !inThread && typed.startsWith("/") && !typed.includes("\n");
    offered = shown ? store.hints.filter(([usage]) => usage.toLowerCase().startsWith(typed.trimEnd()) || typed.startsWith(fixed(usage).toLowerCase().trimEnd() + " ")) : [];
    if (offered.length > 1) offered = offered.filter(([usage]) => usage !== "/ccc" || typed.trim() === "/ccc" || !typed.startsWith("/ccc "));
    active = -1;
    draw();
  }

  /** The part of a hint that is typed as it stands, before its first argument. */
  function fixed(usage) {
    const words = usage.split(" ");
    const end = words.findIndex((word, index) => index > 1 && /[[<|"A-Z…]/.test(word));
    return words.slice(0, end < 0 ? words.length : end).join(" ");
  }

  function draw() {
    hints.hidden = !offered.length;
    refill(hints, ...offered.map(([usage, words], index) => {
      const row = h("div", { role: "option", class: "hint-row", id: `${listId}-${index}`, "aria-selected": String(index === active) }, h("code", {}, usage), h("span", { class: "hint" }, words));
      row.addEventListener("mousedown", (event) => { event.preventDefault(); take(usage); });
      if (index === active) queueMicrotask(() => row.scrollIntoView({ block: "nearest" }));
      return row;
    }));
    if (active >= 0) box.setAttribute("aria-activedescendant", `${listId}-${active}`);
    else box.removeAttribute("aria-activedescendant");
  }

  function take(usage) {
    const words = fixed(usage);
    box.value = words + (words === usage ? "" : " ");
    grow();
    suggest();
    if (words === usage) close();
    box.focus();
  }

  function close() {
    offered = [];
    draw();
  }

  async function submit() {
    const text = box.value.trim();
    if (!text) return;
    if (inThread && text.startsWith("/")) return toast("Slash commands do not work in threads; type it in the channel.", true);
    typedBefore.push(text);
    older = typedBefore.length;
    box.value = "";
    grow();
    close();
    if (!text.startsWith("/")) {
      await act("say", { channel: store.at, text, thread: inThread ? store.thread : null });
      return;
    }
    const started = performance.now();
    const tick = setInterval(() => {
      const passed = (performance.now() - started) / 1000;
      if (passed > 0.4) waiting.textContent = `Waiting for CCC: ${passed.toFixed(1)} s of 3 s`;
    }, 100);
    const answer = await act("command", { channel: store.at, text });
    clearInterval(tick);
    waiting.textContent = "";
    if (!answer && !box.value) { box.value = text; grow(); }
  }

  box.addEventListener("input", () => { grow(); suggest(); });
  box.addEventListener("blur", close);
  box.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && offered.length) {
      active = active < 0 ? (step > 0 ? 0 : offered.length - 1) : (active + step + offered.length) % offered.length;
      draw();
    } else if (step && (!box.value || typedBefore.includes(box.value))) {
      older = Math.max(0, Math.min(typedBefore.length, older + step));
      box.value = typedBefore[older] ?? "";
      grow();
    } else if (event.key === "Tab" && offered.length && !event.shiftKey) take(offered[Math.max(0, active)][0]);
    else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      if (active >= 0) take(offered[active][0]);
      else submit();
    } else if (event.key === "Escape" && offered.length) close();
    else return;
    event.preventDefault();
  });

  const frame = h("div", { class: "compose-frame" }, hints, h("div", { class: "compose" }, box, send), waiting);

  function place() {
    const channel = store.channels.get(store.at);
    box.placeholder = channel.archived ? "This channel is archived" : inThread ? "Reply…" : `Message ${names.title(channel)}, or type /ccc`;
    box.disabled = channel.archived;
  }

  return { frame, place, focus: () => box.focus() };
}
