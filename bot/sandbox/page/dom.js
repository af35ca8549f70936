// Builds DOM nodes: text always arrives as text, so nothing that was said becomes markup.

/** An element; `on` holds listeners, `data` the data attributes, false and null are left out. */
export function h(tag, props = {}, ...children) {
  return fill(document.createElement(tag), props, children);
}

/** The same for SVG. */
export function svg(tag, props = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), props, children);
}

function fill(node, props, children) {
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    } else if (name === "data") {
      Object.assign(node.dataset, value);
    } else if (name === "value" || name === "checked" || name === "indeterminate") {
      node[name] = value;
    } else {
      node.setAttribute(name, value === true ? "" : String(value));
    }
  }
  node.append(...present(children));
  return node;
}

const present = (children) => children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);

/** Puts these in place of what was inside; null and false are left out. */
export function refill(node, ...children) {
  node.replaceChildren(...present(children));
}

let counter = 0;

/** An id for a label to point at. */
export function newId(prefix = "x") {
  counter += 1;
  return `${prefix}-${counter}`;
}

/** A link that opens beside the page; an address that is no web or mail address stays text. */
export function link(address, ...words) {
  const safe = safeAddress(address);
  const shown = words.length ? words : [address];
  if (!safe) return h("span", { class: "dead-link", title: "not a web address" }, ...shown);
  return h("a", { href: safe, target: "_blank", rel: "noopener noreferrer" }, ...shown);
}

/** The address if a browser may follow it, or null. */
export function safeAddress(address) {
  try {
    const url = new URL(String(address), location.href);
    return ["http:", "https:", "mailto:", "tel:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

const ICONS = {
  hash: "M9 3 7 21M17 3l-2 18M4 8.5h17M3 15.5h17",
  lock: "M6 11V8a6 6 0 0 1 12 0v3M5 11h14v10H5z",
  close: "M5 5l14 14M19 5 5 19",
  back: "M15 4 7 12l8 8",
  forward: "M9 4l8 8-8 8",
  eye: "M2 12s4-7 10-7 10 7 10 7-4 7-10 7S2 12 2 12zM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z",
  image: "M3 4h18v16H3zM3 17l5-5 4 4 4-5 5 5M9 9h.01",
  menu: "M4 6h16M4 12h16M4 18h16",
  down: "M6 9l6 6 6-6",
  send: "M4 4l17 8-17 8 3-8z",
  thread: "M4 5h16v11H10l-5 4v-4H4z",
  file: "M6 3h8l5 5v13H6zM14 3v5h5",
  dots: "M5 12h.01M12 12h.01M19 12h.01",
  inspect: "M8 6l-6 6 6 6M16 6l6 6-6 6M14 4l-4 16",
  play: "M7 4l13 8-13 8z",
  trash: "M4 7h16M9 7V4h6v3M6 7l1 14h10l1-14",
  shared: "M9 7H5v12h12v-4M13 4h7v7M20 4l-9 9",
  people: "M9 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM2 21c0-5 3-7 7-7s7 2 7 7M16 4a4 4 0 0 1 0 7M18 14c3 1 4 3 4 7",
};

/** A line drawing beside words that say the same. */
export function icon(name) {
  const path = svg("path", { d: ICONS[name] });
  return svg("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" }, path);
}

/** A button that shows a drawing and says `label` to those who hear it. */
export function iconButton(name, label, onPress, props = {}) {
  const { class: extra, ...rest } = props;
  const looks = extra ? `icon-button ${extra}` : "icon-button";
  const given = { type: "button", class: looks, "aria-label": label, title: label, ...rest };
  return h("button", { ...given, on: { click: onPress } }, icon(name));
}
