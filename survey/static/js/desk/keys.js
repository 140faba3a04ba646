// Which presses of a key are a shortcut: a single key that nobody is typing a text with.

const OFF = "sipas-shortcuts";
const TYPED = "textarea, select, [contenteditable], input:not([type=checkbox], [type=radio])";

/** The key, or null. A method that composes a letter (Telex, VNI) reports its keys as part of that. */
export function keyOf(event) {
  if (event.defaultPrevented || event.isComposing || event.keyCode === 229) return null;
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat && !"jk".includes(event.key)) return null;
  if (event.shiftKey && event.key !== "?") return null;
  if (event.target.closest?.(TYPED) || document.querySelector("dialog[open]")) return null;
  return event.key.length === 1 ? event.key.toLowerCase() : null;
}

/** Whether shortcuts are wanted in this browser. */
export const wanted = () => localStorage.getItem(OFF) !== "off";

export function want(on) {
  if (on) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, "off");
}
