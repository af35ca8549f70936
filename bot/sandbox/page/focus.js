// Keeps the focus where it was when what holds it is drawn again.

const FOCUSABLE = "button, input, textarea, select, a[href], summary, [tabindex]";

/** Call it before drawing; call what it returns afterwards. */
export function keepFocus(root) {
  const held = document.activeElement;
  if (!held || held === document.body || !root.contains(held)) return () => {};
  const control = held.closest("[data-control]")?.dataset.control;
  const name = held.dataset.focus;
  const around = control ? held.closest("[data-control]") : null;
  const index = around ? candidates(around).indexOf(held) : -1;
  const range = held.selectionStart === undefined ? null : selection(held);
  return () => {
    if (held.isConnected && document.activeElement === held) return;
    const again = found(root, control, name, index);
    if (!again) return;
    again.focus({ preventScroll: true });
    if (range && again.setSelectionRange && ["text", "textarea", "url", "search", "tel"].includes(again.type)) again.setSelectionRange(...range);
  };
}

const candidates = (node) => (node.matches(FOCUSABLE) ? [node] : [...node.querySelectorAll(FOCUSABLE)]);

function selection(node) {
  try {
    return node.selectionStart === null ? null : [node.selectionStart, node.selectionEnd];
  } catch {
    return null;
  }
}

function found(root, control, name, index) {
  const around = control ? [...root.querySelectorAll("[data-control]")].find((node) => node.dataset.control === control) : root;
  if (!around) return null;
  if (name) return [...around.querySelectorAll("[data-focus]")].find((node) => node.dataset.focus === name) ?? null;
  return control ? (candidates(around)[Math.max(0, index)] ?? null) : null;
}
