// What keeps a kiosk a kiosk: full screen, no menus, no ways out by keys, a screen that stays awake.
// A browser lets a page do only so much; the rest is the device's own kiosk mode (docs/operations.md).

const WAYS_OUT = new Set(["F1", "F3", "F5", "F6", "F7", "F11", "F12", "BrowserBack", "BrowserHome", "ContextMenu"]);
const WITH_CTRL = new Set([..."abcfghjklnoprstuw".split(""), "+", "-", "=", "0", "Tab", "Enter"]);
const IN_TEXT = new Set(["a", "z"]); // what people do with what they write

/** Whether a key leads out of the page, or to what is no citizen's business. */
export function leadsOut(event) {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (WAYS_OUT.has(key)) return true;
  const typing = event.target.matches?.("textarea, input");
  if (event.ctrlKey || event.metaKey) return WITH_CTRL.has(key) && !(typing && IN_TEXT.has(key));
  return Boolean(event.altKey) && (key === "ArrowLeft" || key === "ArrowRight" || key === "Home");
}

/** Guard the window until the returned function is called. */
export function guard() {
  const stop = (event) => event.preventDefault();
  const keys = (event) => leadsOut(event) && event.preventDefault();
  const pinch = (event) => event.ctrlKey && event.preventDefault(); // zoom of a touchpad
  const all = [
    ["contextmenu", stop],
    ["copy", stop], // or the next citizen could paste what this one wrote
    ["cut", stop],
    ["keydown", keys],
    ["wheel", pinch],
    ["dragstart", stop],
    ["drop", stop],
    ["dragover", stop],
  ];
  for (const [name, act] of all) window.addEventListener(name, act, { passive: false, capture: true });
  return () => all.forEach(([name, act]) => window.removeEventListener(name, act, { capture: true }));
}

/** Ask for the whole screen; a browser grants it only after a press, and some never do. */
export async function fillScreen() {
  if (document.fullscreenElement || !document.documentElement.requestFullscreen) return;
  await document.documentElement.requestFullscreen({ navigationUI: "hide" }).catch(() => undefined);
  await navigator.keyboard?.lock?.(["Escape"]).catch(() => undefined); // Escape must then be held
}

export async function leaveScreen() {
  if (document.fullscreenElement) await document.exitFullscreen().catch(() => undefined);
}

/** Keep the screen on while the page is to be seen; a browser lets go whenever it is hidden. */
export function stayAwake() {
  let held = null;
  const hold = async () => {
    if (document.visibilityState !== "visible" || !navigator.wakeLock) return;
    held = await navigator.wakeLock.request("screen").catch(() => null);
  };
  document.addEventListener("visibilitychange", hold);
  hold();
  return () => {
    document.removeEventListener("visibilitychange", hold);
    held?.release();
  };
}
