// Questions asked before a press counts, and the short notices at the edge of the page.

import { h, iconButton, newId } from "./dom.js";
import { plain, textObject } from "./text.js";

/** Asks as the confirm object says; true when the person agreed. */
export function confirmed(question, names) {
  const titleId = newId("confirm");
  return new Promise((resolve) => {
    const style = question.style === "danger" ? "danger" : "primary";
    const answer = (yes) => () => { dialog.close(); resolve(yes); };
    const dialog = h("dialog", { class: "modal confirm", role: "alertdialog", "aria-labelledby": titleId },
      h("header", {}, h("h2", { id: titleId }, plain(question.title.text)), iconButton("close", "Close", answer(false))),
      h("div", { class: "modal-body" }, h("p", {}, textObject(question.text, names))),
      h("footer", {},
        h("button", { type: "button", class: "button", on: { click: answer(false) } }, plain(question.deny?.text ?? "Cancel")),
        h("button", { type: "button", class: `button ${style}`, autofocus: true, on: { click: answer(true) } }, plain(question.confirm.text))));
    dialog.addEventListener("cancel", () => resolve(false));
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** Says something that is over soon; `bad` stays longer. */
export function toast(words, bad = false) {
  const frame = document.getElementById("toasts");
  const shown = h("div", { class: bad ? "toast bad" : "toast" }, h("span", {}, words), iconButton("close", "Dismiss", () => shown.remove()));
  frame.append(shown);
  if (frame.matches("[popover]") && !frame.matches(":popover-open")) frame.showPopover();
  else if (frame.matches(":popover-open")) { frame.hidePopover(); frame.showPopover(); }
  setTimeout(() => shown.remove(), bad ? 12_000 : 5_000);
}

const WORDS = {
  operation_timeout: "Operation timed out. Apps need to respond within 3 seconds. (operation_timeout)",
  dispatch_failed: "This app could not be reached, or it answered with an error. (dispatch_failed)",
  invalid_command_response: "The app answered with something Slack cannot show. (invalid_command_response)",
  query_too_short: "Type a little more.",
};

/** Slack's word for what went wrong with a press or a form, in a sentence. */
export const notice = (word) => WORDS[word] ?? `That did not work: ${word}`;

/** The same for a command that was typed, as Slackbot says it. */
export const commandFailed = (word) => `/ccc failed with the error “${word}”.`;
