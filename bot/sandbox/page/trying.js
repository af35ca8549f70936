// Beside the conversation: the first steps, levers to pull, and services that can be made to fail.

import { toast } from "./dialogs.js";
import { h, newId, refill } from "./dom.js";
import { keepFocus } from "./focus.js";
import { names } from "./names.js";
import { act, store } from "./store.js";
import { mrkdwn } from "./text.js";

export function drawTry(body) {
  const sign = JSON.stringify([store.levers, store.me, store.steps, store.weathers.length]);
  if (body.dataset.sign === sign) return;
  body.dataset.sign = sign;
  const focus = keepFocus(body);
  const groups = new Map();
  for (const one of store.levers) groups.set(one.group, [...(groups.get(one.group) ?? []), one]);
  refill(body,
    store.steps.length ? h("section", { class: "levers" }, h("h3", {}, "The whole path"), h("ol", { class: "steps" }, store.steps.map((step) => h("li", {}, mrkdwn(step, names))))) : null,
    ...[...groups].map(([words, levers]) => h("section", { class: "levers" }, h("h3", {}, words), levers.map(lever))),
    weather());
  focus();
}

function lever(given) {
  const pull = async (event) => {
    const button = event.currentTarget;
    button.classList.add("busy");
    const answer = await act("lever", { id: given.id });
    button.classList.remove("busy");
    if (answer) toast(answer.said);
  };
  const isSwitch = given.on !== null;
  const looks = isSwitch ? "button switch" : "button";
  const about = newId("about");
  return h("div", { class: given.hint || isSwitch ? "lever" : "lever beside" },
    h("button", { type: "button", class: looks, role: isSwitch ? "switch" : null, "aria-checked": isSwitch ? String(given.on) : null, "aria-describedby": given.hint ? about : null, data: { focus: given.id }, on: { click: pull } }, given.label),
    given.hint ? h("span", { class: "hint", id: about }, given.hint) : null);
}

function picker(words, values, shown = (value) => value) {
  const id = newId("fault");
  const box = h("select", { id, data: { focus: words } }, values.map((value) => h("option", { value }, shown(value))));
  return { box, row: [h("label", { for: id }, words), box] };
}

/** Faults by name, of one service at a time. */
function weather() {
  if (!store.weathers.length) return null;
  const service = picker("Service", store.weathers.map((one) => one.service));
  const what = picker("Fault", []);
  const where = picker("In", []);
  const id = newId("fault");
  const times = h("input", { id, type: "number", min: "1", max: "100", value: "1", data: { focus: "Times" } });

  function fill() {
    const chosen = store.weathers.find((one) => one.service === service.box.value);
    refill(what.box, ...chosen.faults.map((name) => h("option", { value: name }, name)));
    refill(where.box, h("option", { value: "" }, "any call"), ...chosen.places.map((place) => h("option", { value: place }, place)));
  }

  const plan = async () => {
    const body = { service: service.box.value, name: what.box.value, place: where.box.value, times: Number(times.value) };
    if (await act("fault", body)) toast(`${body.service} will answer ${body.name}, ${body.times} time${body.times > 1 ? "s" : ""}.`);
  };
  const clear = async () => { if (await act("fault", { service: service.box.value })) toast(`${service.box.value} behaves again.`); };

  service.box.addEventListener("change", fill);
  fill();
  return h("section", { class: "levers" }, h("h3", {}, "Let a service misbehave"),
    h("div", { class: "fault-form" }, service.row, what.row, where.row, h("label", { for: id }, "Times"), times),
    h("div", { class: "lever" }, h("button", { type: "button", class: "button", on: { click: plan } }, "Break it"), h("button", { type: "button", class: "button", on: { click: clear } }, "Good weather")));
}
