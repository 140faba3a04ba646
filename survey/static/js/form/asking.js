// Runs a form from a bundle in an element: draws a step, listens to it, and gives in the end what is
// to be sent. It keeps nothing: who uses it decides what becomes of drafts and of the result.
//
//   const asking = new Asking(element, bundle, { language: "vi", tell: (what, told) => … });
//   asking.show();
//
// tell("step", {step, last, language, title, way}) after a page was drawn; way: on, back, turn (of the
//   language), again, pop (`goTo`)
// tell("faults", {step, count}) when a page could not be left
// tell("change", asking) after anything was typed or chosen
// tell("begin") when the notice was left for the first time
// tell("finished", {item, remarks}) once all is answered: the item to send, without `device` and
//   `seq`, and the words of one's own, which are sent apart from it
import { Journey, NOTICE, today } from "./journey.js";
import { Page } from "./page.js";

const second = (milliseconds) => Math.round(milliseconds / 100) / 10;

export class Asking {
  #stop = new AbortController();

  /** draft: what `draft` gave, to go on with. assisted: staff help. now: milliseconds since 1970,
   *  put right by the server's clock where it is known. */
  constructor(element, bundle, { language, tell, draft = {}, assisted = false, now = Date.now }) {
    this.bundle = bundle;
    this.tell = tell;
    this.assisted = assisted;
    this.now = now;
    this.id = draft.id ?? crypto.randomUUID();
    this.step = draft.step ?? NOTICE;
    this.begun = draft.begun ?? false;
    this.spent = draft.seconds ?? 0;
    this.opened = performance.now();
    this.page = new Page(element);
    this.journey = new Journey(bundle, language, { typed: draft.typed ?? {}, day: today(now()) });
    const { signal } = this.#stop;
    element.addEventListener("submit", (event) => this.#press(event), { signal });
    element.addEventListener("input", () => this.#typed(), { signal });
  }

  get language() {
    return this.journey.language;
  }

  /** How long the form has been answered. */
  get seconds() {
    return second(this.spent * 1000 + performance.now() - this.opened);
  }

  /** What is needed to go on with the form later. */
  get draft() {
    const { id, step, begun, seconds, language } = this;
    return { id, step, begun, seconds, language, version: this.bundle.version, typed: this.journey.typed };
  }

  /** Draw the step where the form is. */
  show(way = "again") {
    const { journey, step } = this;
    this.page.draw(journey, step);
    const title = journey.title(step);
    this.tell("step", { step, last: journey.last, language: this.language, title, way });
  }

  /** One step back; false at the notice. */
  back() {
    if (this.step === NOTICE) return false;
    this.#go(this.journey.before(this.step), "back");
    return true;
  }

  /** Go to a step that was passed before, as the browser's own buttons do. */
  goTo(step) {
    this.#go(Math.min(Math.max(step, NOTICE), this.journey.last), "pop");
  }

  /** Another language; everything typed stays. */
  turn(language) {
    if (!(language in this.bundle.languages)) return;
    const { typed, day } = this.journey;
    this.journey = new Journey(this.bundle, language, { typed, day });
    this.show("turn");
  }

  /** Leave no trace of the form in the page or in here; it cannot be used afterwards. */
  wipe() {
    this.#stop.abort();
    this.page.wipe();
    this.journey = undefined;
  }

  /** What is sent of a form that was begun and left: `timeout` or `exit`; null if not begun. */
  unfinished(outcome) {
    if (!this.begun) return null;
    const last_item = this.journey.lastItem(this.step);
    return last_item ? { ...this.#head(), outcome, last_item } : null;
  }

  #go(step, way) {
    this.step = step;
    this.show(way);
  }

  #typed() {
    Object.assign(this.journey.typed, this.page.read());
    this.page.follow(this.journey, this.step);
    this.tell("change", this);
  }

  #press(event) {
    event.preventDefault();
    const { name, value } = event.submitter ?? { name: "form-go", value: "next" };
    this.#typed();
    if (name === "form-turn") this.turn(value);
    else if (value === "back") this.back();
    else this.#next();
  }

  #next() {
    const { journey, step } = this;
    if (step === NOTICE) {
      if (!this.begun) {
        this.begun = true;
        this.tell("begin", this);
      }
      this.#go(journey.after(NOTICE), "on");
      return;
    }
    const faults = journey.faults(step);
    if (faults.length) this.#complain(faults);
    else if (step < journey.last) this.#go(journey.after(step), "on");
    else this.#finish();
  }

  #complain(faults) {
    this.page.complain(this.journey, faults);
    const title = `${this.journey.spoken.words.error} ${this.journey.title(this.step)}`;
    this.tell("faults", { step: this.step, count: faults.length, title });
  }

  #finish() {
    const faulty = this.journey.firstFault();
    if (faulty !== undefined) {
      this.#go(faulty, "back");
      this.#complain(this.journey.faults(faulty));
      return;
    }
    const item = { ...this.#head(), answers: this.journey.way.answers };
    this.tell("finished", { item, remarks: this.journey.written.map((told) => this.#remark(told)) });
  }

  /** What every item says of itself. */
  #head() {
    const { bundle, journey, id, language, assisted, seconds } = this;
    const place = bundle.place.counter ? { counter: bundle.place.counter } : {};
    const head = { id, round: bundle.round.code, version: bundle.version, place };
    if (journey.field) head.field = journey.field;
    return { ...head, mode: bundle.mode, assisted, language, seconds };
  }

  /** Words of one's own, under an id that has nothing to do with the item's. */
  #remark({ question, text }) {
    const { bundle, journey } = this;
    const remark = { id: crypto.randomUUID(), round: bundle.round.code };
    if (bundle.place.counter) remark.counter = bundle.place.counter;
    const field = journey.field ?? bundle.place.field;
    if (field) remark.field = field;
    return question ? { ...remark, question, text } : { ...remark, text };
  }
}
