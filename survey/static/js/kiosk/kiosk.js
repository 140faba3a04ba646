// The kiosk: which screen is shown, and what leads from one to the next. Whatever changes the page
// itself (a new questionnaire, new hours, a reload) waits until no citizen is before it.
import { install, renew } from "../app.js";
import { Refused, canEnrol, device, enrol, forget } from "../device.js";
import { queue } from "./answers.js";
import { keptBundle } from "./bundle.js";
import { Citizen } from "./citizen.js";
import { meet, remembered, stateOf } from "./contact.js";
import { fillScreen, leaveScreen } from "./guard.js";
import { keepMedia } from "./media.js";
import { drawHome, languagesOf, printOf, screenOf } from "./home.js";
import { PinPad, showHealth } from "./staff.js";

const MINUTE = 60 * 1000;
const THANKS = 8000; // milliseconds
const STAFF = 5 * MINUTE; // a page of staff that nobody touches closes
const LIFE = 20 * 60 * MINUTE; // a page as old as that is loaded anew, so that it gets new scripts
const FREE = new Set(["starting", "attract", "closed", "nothing", "revoked"]); // screens without anybody's words
const ORDERS = new Set(["print", "exit", "assisted", "send", "export", "unenrol"]); // of staff

export class Kiosk {
  constructor(screens, keyboard) {
    Object.assign(this, { screens, keyboard, device: null, bundle: null, why: null, revoked: false });
    Object.assign(this, { skew: null, contact: null, pin: null, citizen: null, born: Date.now() });
  }

  /** The server's clock, as far as it is known. */
  get now() {
    return Date.now() + (this.skew ?? 0);
  }

  /** Whether nobody is being asked anything. */
  get isFree() {
    return FREE.has(this.screens.name);
  }

  async start() {
    if (!canEnrol()) return this.screens.show("unable");
    this.device = await device();
    if (!this.device) return this.askCode();
    const { skew = null, pin = null } = await remembered();
    Object.assign(this, { skew, pin, bundle: await keptBundle() });
    if (this.bundle) this.home();
    else this.screens.show("starting", {}, this.screens.home); // the first contact brings one
    await queue.start();
    await this.meet();
    await install({ kiosk: true }); // the page itself is kept too, for a start without a network
  }

  home() {
    clearTimeout(this.back);
    this.keyboard.reset();
    if (!this.device) return this.askCode();
    if (this.broken || Date.now() - this.born > LIFE) return this.reload();
    drawHome(this.screens, this);
    this.shown = printOf(this);
  }

  /** Draw the screen anew when it should be another. */
  refresh() {
    if (this.isFree && this.shown !== printOf(this)) this.home();
  }

  async meet() {
    if (!this.device) return;
    await meet(this);
    this.refresh();
    await keepMedia(this.bundle?.table);
  }

  begin(language = this.screens.home, assisted = false) {
    if (screenOf(this) !== "attract") return this.home(); // the counter closed while it was looked at
    const { table } = this.bundle;
    this.citizen = new Citizen(this.screens, this.keyboard, {
      table,
      languages: languagesOf(table),
      language: language in table.languages ? language : Object.keys(table.languages)[0],
      assisted,
      now: () => this.now,
      ended: (outcome, told) => this.ended(outcome, told, table),
    });
  }

  async ended(outcome, told, table) {
    this.citizen = null;
    if (told) await queue.add(told, table.sealing, this.device.id);
    if (outcome === "completed") this.thanks();
    else this.home();
  }

  thanks() {
    this.screens.show("thanks");
    const until = performance.now() + THANKS;
    const tick = () => {
      const left = until - performance.now();
      if (this.screens.name !== "thanks") return;
      if (left <= 0) return this.home();
      this.screens.fill({ bar: (100 * left) / THANKS });
      this.back = setTimeout(tick, 100);
    };
    tick();
  }

  askCode(code = "") {
    this.screens.show("enrol", { fault: false }, this.screens.home);
    const field = this.screens.find("#code");
    field.value = code;
    this.screens.find("[data-form=enrol]").addEventListener("submit", (event) => {
      event.preventDefault();
      this.enrol(field.value);
    });
    if (code) this.enrol(code);
  }

  async enrol(typed) {
    const code = typed.replace(/[^A-Za-z0-9]/g, "").toUpperCase();
    const fault = (name) => this.screens.fill({ fault: this.screens.say("enrolment", name) });
    if (code.length !== 8) return fault("short");
    try {
      await enrol(code);
    } catch (error) {
      if (!(error instanceof Refused)) return fault("network");
      return fault(error.reason in this.screens.part("enrolment") ? error.reason : "other");
    }
    await queue.renumber();
    this.revoked = false;
    await this.start();
  }

  askPin() {
    if (this.citizen || !this.device) return;
    this.screens.language = this.screens.home;
    this.pad = new PinPad(this.screens, { hash: () => this.pin, opened: () => this.health() });
    this.touched();
  }

  /** Back to the citizens' page when staff walk away. */
  touched() {
    clearTimeout(this.back);
    this.back = setTimeout(() => this.home(), this.screens.name === "pin" ? MINUTE : STAFF);
  }

  async health(said = "") {
    const { centre, name } = this.bundle?.table.place ?? {};
    const place = [centre, name ?? this.device.counter].filter(Boolean).join(", ");
    this.screens.show("health", { name: this.device.name, place, said });
    this.touched();
    const form = this.bundle?.table.version ?? "";
    showHealth(this.screens, { ...(await stateOf()), contact: this.contact, skew: this.skew, form, now: Date.now() });
  }

  /** What a press of a button does. */
  async act(name, { language, sure } = {}) {
    const here = this.screens.name;
    if (here === "health" || here === "pin") this.touched();
    if (name === "staff") return this.askPin();
    if (name === "home" || name === "done") return this.home();
    if (name === "anew") return this.anew();
    if (name === "start" && here === "attract") {
      fillScreen();
      return this.begin(language);
    }
    if (this.citizen && ["turn", "leave", "larger"].includes(name)) return this.citizen[name](language);
    if (here === "health" && ORDERS.has(name)) return this.order(name, sure);
  }

  /** What staff ask for on the page of health. */
  async order(name, sure) {
    const say = (word, values) => this.screens.fill({ said: this.screens.say("health", word, values) });
    const queued = async () => (await queue.state()).queued;
    if (name === "print") return print();
    if (name === "exit") return leaveScreen();
    if (name === "assisted") return this.begin(undefined, true);
    if (name === "send") {
      const before = Date.now();
      await this.meet();
      await queue.send();
      const word = this.contact >= before ? "sent" : "not_sent";
      return this.health(this.screens.say("health", word, { n: await queued() }));
    }
    if (name === "export") return say((await queue.save(`sipas-${this.device.id}.ndjson`)) ? "exported" : "empty");
    if ((await queued()) > 0) return say("waits");
    if (sure) return this.anew();
    this.screens.find("[data-act=unenrol]").dataset.sure = "yes";
    return say("sure");
  }

  /** Forget who this device was. */
  async anew() {
    await forget();
    Object.assign(this, { device: null, bundle: null, revoked: false, pin: null });
    this.home();
  }

  /** Load the page anew, but only when there is one to load. */
  async reload() {
    Object.assign(this, { born: Date.now(), broken: false });
    const answer = await fetch("/k", { cache: "no-store" }).catch(() => null);
    if (answer?.ok) await renew();
    if (answer?.ok && !this.citizen) location.reload();
    else if (!this.citizen) this.home();
  }
}
