// Hangs the kiosk into its page, and watches over it.
import { Keyboard } from "../keyboard.js";
import { guard, stayAwake } from "./guard.js";
import { Kiosk } from "./kiosk.js";
import { Screens } from "./screens.js";

const CALL = 60 * 1000; // milliseconds between two contacts with the server
const LOOK = 5 * 1000; // and between two looks at the page
const HELD = 3000; // a corner held so long opens the pad for the PIN
const CORNER = 80; // pixels

/** Staff who know it hold the upper left corner. */
function holdCorner(act) {
  let timer = 0;
  window.addEventListener("pointerdown", ({ clientX, clientY }) => {
    if (clientX < CORNER && clientY < CORNER) timer = setTimeout(act, HELD);
  });
  for (const end of ["pointerup", "pointercancel"]) {
    window.addEventListener(end, () => clearTimeout(timer));
  }
}

/** A page that broke or shows nothing is loaded anew, once nobody is being asked anything; one that
 * breaks within a minute of its beginning is left alone, or it would load for ever. */
function watch(kiosk) {
  const fault = () => {
    kiosk.broken = Date.now() - kiosk.born > CALL;
    if (kiosk.broken && !kiosk.citizen) kiosk.home();
  };
  window.addEventListener("error", fault);
  window.addEventListener("unhandledrejection", fault);
  setInterval(() => {
    if (kiosk.screens.place.firstElementChild) kiosk.refresh();
    else fault();
  }, LOOK);
  setInterval(() => kiosk.meet(), CALL);
}

const screens = new Screens();
const keyboard = new Keyboard(screens.part("keys"));
document.body.append(keyboard.root);
keyboard.serve(screens.place);
const kiosk = new Kiosk(screens, keyboard);
const site = screens.isSimulated();
screens.isSimulated = () => site || Boolean(kiosk.bundle?.table.round.simulated);
guard();
stayAwake();
screens.place.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-act]");
  if (button) kiosk.act(button.dataset.act, button.dataset);
});
holdCorner(() => kiosk.askPin());
watch(kiosk);

const code = new URLSearchParams(location.search).get("code");
if (code) history.replaceState(null, "", "/k"); // a code does not stay in an address
await kiosk.start();
if (code && !kiosk.device) kiosk.askCode(code);
