// What staff see at a kiosk: the pad for the PIN, then how the device is and what can be done to it.
import { kept, keep } from "../device.js";
import { Throttle, fits } from "./pin.js";

const LONGEST = 12; // digits of a PIN
const tries = new Throttle({ get: () => kept("tries"), set: (value) => keep("tries", value) });

/** The pad. Calls `opened` after the right PIN. hash: gives that of the PIN as it is known now, or
 * null when none is set. */
export class PinPad {
  constructor(screens, { hash, opened }) {
    this.screens = screens;
    this.hash = hash;
    this.opened = opened;
    this.pin = "";
    screens.show("pin", { said: hash() ? "" : screens.say("pin", "none") });
    const root = screens.place;
    root.querySelector(".app-pin__pad").addEventListener("click", ({ target }) => {
      const { digit, act } = target.closest("button")?.dataset ?? {};
      if (digit) this.#digit(digit);
      if (act === "pin-clear") this.#set("");
      if (act === "pin-enter") this.#enter();
    });
    root.querySelector("main").addEventListener("keydown", (event) => {
      if (/^\d$/.test(event.key)) this.#digit(event.key);
      if (event.key === "Backspace") this.#set(this.pin.slice(0, -1));
      if (event.key === "Enter" && !event.target.closest("button")) this.#enter();
    });
  }

  #digit(digit) {
    if (this.pin.length < LONGEST) this.#set(this.pin + digit);
  }

  #set(pin) {
    this.pin = pin;
    const said = pin ? this.screens.say("pin", "typed", { n: pin.length }) : "";
    this.screens.fill({ dots: "●".repeat(pin.length) || " ", said });
  }

  async #enter() {
    const { pin } = this, hash = this.hash();
    this.#set("");
    if (!hash) return this.#say("none");
    if (this.busy) return;
    this.busy = true;
    try {
      const wait = await tries.wait();
      if (wait > 0) return this.#say("wait", { n: wait });
      this.#say("checking");
      if (await fits(pin, hash)) {
        await tries.passed();
        if (this.screens.name === "pin") this.opened();
      } else {
        await tries.failed();
        this.#say("wrong");
      }
    } finally {
      this.busy = false;
    }
  }

  #say(name, values) {
    this.screens.fill({ said: this.screens.say("pin", name, values) });
  }
}

const MINUTE = 60, HOUR = 3600, DAY = 86400;

/** How long ago, as people say it. */
export function ago(screens, seconds) {
  if (seconds === null) return screens.say("health", "never");
  const [unit, n] =
    seconds < 2 * MINUTE ? ["seconds", seconds]
    : seconds < 2 * HOUR ? ["minutes", seconds / MINUTE]
    : seconds < 2 * DAY ? ["hours", seconds / HOUR]
    : ["days", seconds / DAY];
  return screens.say("health", `ago_${unit}`, { n: Math.max(0, Math.floor(n)) });
}

/** Every line of the page: [text, how], how "good", "look" or nothing. */
function lines(screens, { queued, oldest, seq, persisted, contact, skew, battery, form, version, now }) {
  const say = (name, values) => screens.say("health", name, values);
  const since = (moment) => (moment === null ? null : Math.round((now - moment) / 1000));
  const grade = (fine) => (fine ? "good" : "look");
  const waits = since(oldest);
  const heard = since(contact);
  return {
    queued: [String(queued), grade(queued < 50)],
    oldest: queued ? [ago(screens, waits), grade(waits < DAY)] : [say("empty"), "good"],
    contact: [ago(screens, heard), grade(heard !== null && heard < HOUR)],
    skew: skew === null ? [say("unknown")] : [say("seconds", { n: Math.round(skew / 1000) }), grade(Math.abs(skew) < 60000)],
    persisted: persisted === null ? [say("unknown")] : [say(persisted ? "yes" : "no"), grade(persisted)],
    battery: battery === null ? [say("unknown")] : [`${Math.round(battery * 100)}%`, grade(battery >= 0.2)],
    form: [form || say("unknown"), grade(form)],
    seq: [String(seq ?? 0)],
    version: [version],
  };
}

/** Write the state on the page of health; advice shows beside what needs a look. */
export function showHealth(screens, state) {
  for (const [name, [text, how]] of Object.entries(lines(screens, state))) {
    const item = screens.find(`[data-item="${name}"]`);
    if (!item) return;
    const mark = item.querySelector("[data-mark]");
    item.querySelector(".app-health__value").textContent = text;
    mark.hidden = !how;
    mark.textContent = how ? screens.say("health", how) : "";
    mark.className = `app-tag app-tag--${how === "good" ? "good" : "bad"}`;
    item.querySelector("[data-advice]").hidden = how !== "look" || !item.querySelector("[data-advice]").textContent;
  }
}

/** The battery as a part of one; null where a browser does not tell. */
export async function batteryLevel() {
  const battery = await navigator.getBattery?.().catch(() => null);
  return battery ? battery.level : null;
}
