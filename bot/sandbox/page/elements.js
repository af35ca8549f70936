// One drawing for every kind of element, wherever it stands.

import { confirmed } from "./dialogs.js";
import { h, icon, safeAddress } from "./dom.js";
import { checkboxes, datePicker, dateTimePicker, fileInput, radioButtons, richInput, textInput, timePicker } from "./inputs.js";
import { menu } from "./menus.js";
import { overflow } from "./popups.js";
import { held } from "./state.js";
import { plain } from "./text.js";

export const ELEMENTS = {
  button,
  image: (block, element) => picture(element),
  overflow,
  icon_button: iconElement,
  workflow_button: workflowButton,
  feedback_buttons: feedback,
  checkboxes,
  radio_buttons: radioButtons,
  datepicker: datePicker,
  timepicker: timePicker,
  datetimepicker: dateTimePicker,
  plain_text_input: textInput,
  number_input: textInput,
  email_text_input: textInput,
  url_text_input: textInput,
  rich_text_input: richInput,
  file_input: fileInput,
  static_select: menu,
  external_select: menu,
  users_select: menu,
  conversations_select: menu,
  channels_select: menu,
  multi_static_select: menu,
  multi_external_select: menu,
  multi_users_select: menu,
  multi_conversations_select: menu,
  multi_channels_select: menu,
};

// These ask by themselves before they tell the bot.
const PRESSED = ["button", "icon_button", "overflow"];

/** An element of a block; `field` carries the label's ids when it stands in an input block. */
export function drawElement(block, element, ctx, field = {}) {
  if (!Object.hasOwn(ELEMENTS, element.type)) {
    ctx.report(`unknown element: ${element.type}`, element);
    return h("div", { class: "broken", role: "alert" }, `This page cannot show: ${element.type}`);
  }
  const drawn = ELEMENTS[element.type](block, element, asking(block, element, ctx, () => drawn.replaceWith(drawElement(block, element, ctx, field))), field);
  drawn.dataset.control = `${block.block_id}/${element.action_id}`;
  return drawn;
}

/** A menu or field with a confirm object asks before the choice counts; a no puts the old one back. */
function asking(block, element, ctx, again) {
  if (!element.confirm || PRESSED.includes(element.type)) return ctx;
  let before = structuredClone(held(block, element, ctx.state));
  const choose = async (ofBlock, chosen, value) => {
    if (await confirmed(element.confirm, ctx.names)) {
      before = value;
      return ctx.choose(ofBlock, chosen, value);
    }
    ctx.put(ofBlock, chosen, before);
    return again();
  };
  return { ...ctx, choose };
}

/** A picture; without its file there is still what it shows, in words. */
export function picture(element) {
  const address = safeAddress(element.image_url ?? element.slack_file?.url ?? (element.slack_file?.id ? `/files/${element.slack_file.id}/picture` : ""));
  const words = () => h("span", { class: "no-picture" }, icon("image"), ` ${element.alt_text}`);
  if (!address) return words();
  const shown = h("img", { src: address, alt: element.alt_text, loading: "lazy", referrerpolicy: "no-referrer" });
  shown.addEventListener("error", () => shown.replaceWith(words()));
  return shown;
}

function pressable(block, element, ctx, looks, content, value, words) {
  const shown = h("button", { type: "button", class: looks, "aria-label": words }, content);
  shown.addEventListener("click", async () => {
    if (element.confirm && !(await confirmed(element.confirm, ctx.names))) return;
    if (element.url && safeAddress(element.url)) window.open(safeAddress(element.url), "_blank", "noopener,noreferrer");
    shown.classList.add("busy");
    shown.setAttribute("aria-busy", "true");
    await ctx.press(block, element, value);
    shown.classList.remove("busy");
    shown.removeAttribute("aria-busy");
  });
  return shown;
}

function button(block, element, ctx) {
  const looks = `button ${element.style ?? ""}`.trim();
  return pressable(block, element, ctx, looks, plain(element.text.text), element.value, element.accessibility_label);
}

function iconElement(block, element, ctx) {
  const words = element.accessibility_label ?? element.text.text;
  return pressable(block, element, ctx, "icon-button framed", icon(element.icon), element.value, words);
}

function feedback(block, element, ctx) {
  const pair = [element.positive_button, element.negative_button];
  const shown = pair.map((one) => pressable(block, one, { ...ctx, press: (b, _, value) => ctx.press(b, element, value) }, "button", plain(one.text.text), one.value, one.accessibility_label));
  return h("span", { class: "feedback" }, shown);
}

function workflowButton(block, element) {
  const why = "Workflows belong to Slack; this sandbox does not run them";
  return h("button", { type: "button", class: "button", disabled: true, title: why }, plain(element.text.text));
}
