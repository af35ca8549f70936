// Selects of every source, single and multi: one box to type in, one list to choose from.

import { h, icon, newId, refill } from "./dom.js";
import { closePopup, openPopup, placePopup } from "./popups.js";
import { change, held, holdsMany } from "./state.js";
import { plain } from "./text.js";

/** The options of menus whose source is the workspace: bare ids, shown by name. */
function fromWorkspace(element, ctx) {
  if (element.type.endsWith("users_select")) return ctx.names.everybody().map((user) => ({ key: user.id, words: user.name, note: `@${user.handle}`, value: user.id }));
  const only = element.type.endsWith("channels_select") ? ["public"] : element.filter?.include;
  return ctx.names.conversations(only).map((channel) => ({ key: channel.id, words: ctx.names.title(channel), value: channel.id }));
}

const fromOption = (option) => ({ key: option.value, words: option.text.text, note: option.description?.text, value: option });

function fromGroups(groups) {
  return groups.flatMap((group) => (group.options ?? []).map((option, index) => ({ ...fromOption(option), group: index ? null : group.label?.text })));
}

function chosenChoice(value, element, ctx) {
  if (typeof value !== "string") return fromOption(value);
  return fromWorkspace(element, ctx).find((choice) => choice.key === value) ?? { key: value, words: ctx.names.person(value) || value, value };
}

export function menu(block, element, ctx, field) {
  const many = holdsMany(element);
  const external = element.type.endsWith("external_select");
  const static_ = element.type.endsWith("static_select");
  const listId = newId("list");
  const now = held(block, element, ctx.state);
  let chosen = (many ? now : now ? [now] : []).map((value) => chosenChoice(value, element, ctx));
  let offered = [], active = -1, opened = false, asked = 0, said = "", waiting = 0;

  const box = h("input", {
    id: field.id ?? newId("menu"), class: "menu-box", role: "combobox", autocomplete: "off", spellcheck: "false",
    "aria-expanded": "false", "aria-controls": listId, "aria-autocomplete": "list",
    "aria-label": field.label ? null : (element.placeholder?.text ?? element.action_id),
    "aria-describedby": field.describedBy || null, "aria-invalid": field.invalid ? "true" : null,
    autofocus: element.focus_on_load,
  });
  const list = h("div", { class: "menu-list", role: "listbox", id: listId, popover: "manual", "aria-multiselectable": many ? "true" : null });
  const chips = h("span", { class: "chips" });
  const clear = h("button", { type: "button", class: "clear", "aria-label": "Clear", tabindex: "-1", on: { click: () => keep([]) } }, icon("close"));
  const frame = h("div", { class: many ? "menu many" : "menu" }, chips, box, clear, icon("down"), list);

  function show() {
    const placeholder = element.placeholder?.text ?? (many ? "Select options" : "Select an option");
    box.placeholder = chosen.length && many ? "" : chosen[0] && !many ? chosen[0].words : placeholder;
    box.value = opened ? box.value : many ? "" : (chosen[0]?.words ?? "");
    box.classList.toggle("is-chosen", !many && chosen.length > 0);
    clear.hidden = many || !chosen.length || !block.optional;
    refill(chips, ...(many ? chosen.map((choice) =>
      h("span", { class: "chip" }, plain(choice.words), h("button", { type: "button", "aria-label": `Remove ${choice.words}`, on: { click: () => keep(chosen.filter((c) => c.key !== choice.key)) } }, icon("close"))),
    ) : []));
  }

  function keep(choices) {
    chosen = choices;
    show();
    return change(block, element, ctx, many ? chosen.map((c) => c.value) : (chosen[0]?.value ?? null));
  }

  function pick(choice) {
    const has = chosen.some((one) => one.key === choice.key);
    box.value = "";
    if (!many) close();
    keep(!many ? [choice] : has ? chosen.filter((one) => one.key !== choice.key) : [...chosen, choice]);
    if (many) look("");
  }

  async function look(query) {
    if (!external) {
      const every = static_ ? fromGroups(element.option_groups ?? [{ options: element.options }]) : fromWorkspace(element, ctx);
      const wanted = query.trim().toLowerCase();
      const matches = (choice) => `${choice.words} ${choice.note ?? ""}`.toLowerCase().includes(wanted);
      return draw(wanted ? every.filter(matches) : every, "No results");
    }
    const least = element.min_query_length ?? 3;
    if (query.length < least) return draw([], `Type at least ${least} characters`);
    const turn = ++asked;
    draw([], "Loading…");
    const answer = await ctx.options(block, element, query);
    if (turn !== asked || !opened) return;
    draw(answer.groups ? fromGroups(answer.groups) : [], answer.groups ? "No results" : "The app did not answer; try again");
  }

  function draw(choices, nothing) {
    offered = choices;
    said = choices.length ? "" : nothing;
    active = choices.length ? Math.max(0, choices.findIndex((c) => chosen.some((one) => one.key === c.key))) : -1;
    const rows = choices.flatMap((choice, index) => {
      const on = chosen.some((one) => one.key === choice.key);
      const row = h("div", { role: "option", id: `${listId}-${index}`, class: "menu-item", "aria-selected": String(on) },
        h("span", {}, plain(choice.words)), choice.note ? h("span", { class: "hint" }, plain(choice.note)) : null);
      row.addEventListener("mousedown", (event) => { event.preventDefault(); pick(choice); });
      return choice.group ? [h("div", { class: "menu-group", role: "presentation" }, choice.group), row] : [row];
    });
    refill(list, ...(rows.length ? rows : [h("div", { class: "menu-nothing", role: "status" }, said)]));
    if (opened) placePopup(frame, list);
    mark();
  }

  function mark() {
    for (const [index, row] of [...list.querySelectorAll("[role=option]")].entries()) {
      row.classList.toggle("active", index === active);
      if (index === active) row.scrollIntoView({ block: "nearest" });
    }
    if (active < 0) box.removeAttribute("aria-activedescendant");
    else box.setAttribute("aria-activedescendant", `${listId}-${active}`);
  }

  function open() {
    if (opened) return;
    opened = true;
    box.value = "";
    show();
    openPopup(frame, list);
    box.setAttribute("aria-expanded", "true");
    look("");
  }

  function close() {
    opened = false;
    asked += 1;
    clearTimeout(waiting);
    closePopup(list);
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
    show();
  }

  box.addEventListener("click", () => (opened ? null : open()));
  box.addEventListener("blur", close);
  box.addEventListener("input", () => {
    if (!opened) { const typed = box.value; open(); box.value = typed; }
    clearTimeout(waiting);
    waiting = setTimeout(() => look(box.value), external ? 200 : 0);
  });
  box.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && opened && offered.length) active = (active + step + offered.length) % offered.length;
    if (step && !opened) open();
    if (step) mark();
    if (event.key === "Enter" && opened && offered[active]) pick(offered[active]);
    else if (event.key === "Enter" && !opened) open();
    else if (event.key === "Escape" && opened) close();
    else if (event.key === "Backspace" && many && !box.value && chosen.length) keep(chosen.slice(0, -1));
    else if (!step && event.key !== "Enter") return;
    event.preventDefault();
    event.stopPropagation();
  });
  show();
  return frame;
}
