// Modals: the topmost of up to three, with its fields, its errors, and the way back.

import { drawBlocks } from "./blocks.js";
import { h, iconButton, refill } from "./dom.js";
import { keepFocus } from "./focus.js";
import { inView, sweepDrafts } from "./places.js";
import { actAloud, store } from "./store.js";

let dialog = null, shown = "", opener = null;

export function drawModal() {
  sweepDrafts();
  const view = store.views.at(-1);
  if (!view) return dialog && away();
  const sign = `${view.hash} ${JSON.stringify(view.errors)} ${store.views.length}`;
  if (dialog?.dataset.sign === sign && shown === view.id) return;
  if (!dialog) begin();
  const sameView = shown === view.id;
  const body = dialog.querySelector(".modal-body");
  const scrolled = sameView ? body?.scrollTop : 0;
  const focus = sameView ? keepFocus(dialog) : null;
  shown = view.id;
  dialog.dataset.sign = sign;
  dialog.dataset.depth = store.views.length;
  refill(dialog, draw(view));
  dialog.querySelector(".modal-body").scrollTop = scrolled ?? 0;
  const wrong = dialog.querySelector(".has-error :is(input, textarea)");
  if (focus) focus();
  if (wrong) wrong.focus();
  else if (!dialog.contains(document.activeElement) || !sameView) firstField(view)?.focus();
}

function begin() {
  opener = document.activeElement;
  dialog = h("dialog", { class: "modal", "aria-labelledby": "modal-title" });
  dialog.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    leave();
  });
  // A phone's back gesture closes it without asking; what is open is the server's to say.
  dialog.addEventListener("close", (event) => {
    if (event.target !== dialog) return;
    leave();
    dialog.showModal();
  });
  document.body.append(dialog);
  dialog.showModal();
}

function away() {
  const gone = dialog;
  dialog = null;
  gone.close();
  gone.remove();
  shown = "";
  if (opener?.isConnected) opener.focus();
}

function firstField() {
  const fields = ".modal-body :is(input, textarea, select, button):not(:disabled)";
  return dialog.querySelector("[autofocus]") ?? dialog.querySelector(fields) ?? dialog.querySelector("footer button:last-child");
}

function leave(all = false) {
  const view = store.views.at(-1);
  if (view) actAloud("close", { view: view.id, all });
}

function draw(view) {
  const submit = async () => {
    if (!view.submit || form.classList.contains("busy")) return;
    form.classList.add("busy");
    form.setAttribute("aria-busy", "true");
    await context.send();
    form.classList.remove("busy");
    form.removeAttribute("aria-busy");
  };
  const context = inView(view, submit);
  const count = Object.keys(view.errors).length;
  const form = h("form", { novalidate: true, class: "modal-form" },
    h("header", {},
      store.views.length > 1 ? iconButton("back", "Back to the form before", () => leave()) : null,
      h("h2", { id: "modal-title" }, view.title),
      iconButton("close", store.views.length > 1 ? "Close all" : "Close", () => leave(true))),
    count ? h("div", { class: "unseen", role: "alert" }, `${count} field${count > 1 ? "s need" : " needs"} attention`) : null,
    h("div", { class: "modal-body" }, drawBlocks(view.blocks, context)),
    view.submit || view.close ? h("footer", {},
      h("button", { type: "button", class: "button", on: { click: () => leave() } }, view.close ?? "Cancel"),
      view.submit ? h("button", { type: "submit", class: "button primary submit", disabled: view.submit_disabled }, view.submit) : null) : null);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  return form;
}
