// Things that open over the page beside the control that opened them: menus and lists.

import { confirmed } from "./dialogs.js";
import { h, iconButton, refill, safeAddress } from "./dom.js";
import { plain } from "./text.js";

/** Shows `list` under (or over) `anchor`, in the top layer so that no frame cuts it off. */
export function openPopup(anchor, list) {
  list.setAttribute("popover", "manual");
  list.classList.add("popup");
  if (!list.isConnected) anchor.after(list);
  list.showPopover();
  placePopup(anchor, list);
}

export function placePopup(anchor, list) {
  const at = anchor.getBoundingClientRect();
  const below = window.innerHeight - at.bottom - 12;
  const above = at.top - 12;
  const upwards = below < Math.min(list.scrollHeight, 240) && above > below;
  list.style.maxHeight = `${Math.max(120, Math.min(320, upwards ? above : below))}px`;
  list.style.minWidth = `${at.width}px`;
  const left = Math.max(8, Math.min(at.left, window.innerWidth - list.offsetWidth - 8));
  list.style.left = `${left}px`;
  list.style.top = upwards ? `${at.top - list.offsetHeight - 4}px` : `${at.bottom + 4}px`;
}

export function closePopup(list) {
  if (list.isConnected && list.matches(":popover-open")) list.hidePopover();
}

/** The three dots with up to five things to do. */
export function overflow(block, element, ctx) {
  const list = h("div", { class: "menu-list", role: "menu" });
  const opener = iconButton("dots", "More actions", toggle, { class: "framed", "aria-haspopup": "menu", "aria-expanded": "false" });
  const frame = h("span", { class: "overflow" }, opener);

  function items() {
    return element.options.map((option) => {
      const words = [h("span", {}, plain(option.text.text)), option.description ? h("span", { class: "hint" }, plain(option.description.text)) : null];
      return h("button", { type: "button", role: "menuitem", class: "menu-item", on: { click: () => choose(option) } }, words);
    });
  }

  async function choose(option) {
    close();
    opener.focus();
    if (element.confirm && !(await confirmed(element.confirm, ctx.names))) return;
    if (option.url && safeAddress(option.url)) window.open(safeAddress(option.url), "_blank", "noopener,noreferrer");
    await ctx.choose(block, element, option);
  }

  function close() {
    closePopup(list);
    opener.setAttribute("aria-expanded", "false");
  }

  function toggle() {
    if (list.matches(":popover-open")) return close();
    refill(list, ...items());
    openPopup(opener, list);
    opener.setAttribute("aria-expanded", "true");
    list.firstElementChild.focus();
  }

  frame.addEventListener("keydown", (event) => {
    if (!list.matches(":popover-open")) return;
    const all = [...list.children];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) all[(all.indexOf(document.activeElement) + step + all.length) % all.length].focus();
    if (event.key === "Escape") {
      close();
      opener.focus();
    }
    if (step || event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
    }
  });
  frame.addEventListener("focusout", (event) => {
    if (!frame.contains(event.relatedTarget)) close();
  });
  frame.append(list);
  list.setAttribute("popover", "manual");
  return frame;
}
