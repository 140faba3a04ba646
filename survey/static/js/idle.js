// Nobody is there any more: after some quiet seconds a warning with a countdown, then the end. Any
// press, key, pointer or scroll is a sign of life, those of the keyboard on the screen among them.
// Whoever needs time asks for it with one press, as often as they like (WCAG 2.2.1 wants ten times).

export const LEAST_WARNING = 20; // seconds to answer the warning, whatever the settings say
const SIGNS = ["pointerdown", "pointermove", "keydown", "input", "wheel", "scroll", "touchmove"];
const SAID = 10; // seconds between two announcements: a voice that counts each is a torment

/** The clock of the browser that nobody can set. */
export const realClock = {
  now: () => performance.now(),
  every(milliseconds, act) {
    const timer = setInterval(act, milliseconds);
    return () => clearInterval(timer);
  },
};

/** When somebody was last seen. states: off, quiet (waiting for signs), warning. */
export class Idle {
  constructor({ seconds, warning = LEAST_WARNING, clock = realClock, tell }) {
    this.quiet = seconds * 1000;
    this.warning = Math.max(warning, LEAST_WARNING) * 1000;
    this.clock = clock;
    this.tell = tell; // called with "warning" and the seconds left, "awake", "gone"
    this.state = "off";
    this.extended = 0;
  }

  /** Watch from now on. */
  start() {
    this.stop();
    this.state = "quiet";
    this.extended = 0;
    this.seen = this.clock.now();
    this.cancel = this.clock.every(250, () => this.#tick());
  }

  stop() {
    this.cancel?.();
    this.state = "off";
  }

  /** A sign of life. During the warning only `more` counts: the dialog asks a question. */
  feed() {
    if (this.state === "quiet") this.seen = this.clock.now();
  }

  /** Somebody is still there and says so. */
  more() {
    if (this.state !== "warning") return;
    this.extended += 1;
    this.state = "quiet";
    this.seen = this.clock.now();
    this.tell("awake");
  }

  #tick() {
    const passed = this.clock.now() - this.seen;
    if (this.state === "quiet" && passed >= this.quiet) {
      this.state = "warning";
      this.warned = this.clock.now();
    }
    if (this.state !== "warning") return;
    const left = this.warning - (this.clock.now() - this.warned);
    if (left > 0) return this.tell("warning", Math.ceil(left / 1000));
    this.stop();
    this.tell("gone");
  }
}

/** Feed `idle` with every sign of life in the window. Returns what ends it. */
export function listen(idle) {
  const feed = () => idle.feed();
  const how = { capture: true, passive: true };
  for (const sign of SIGNS) window.addEventListener(sign, feed, how);
  return () => SIGNS.forEach((sign) => window.removeEventListener(sign, feed, how));
}

/** The warning: a modal dialog, so that the focus stays in it and returns afterwards. */
export class Warning {
  constructor({ more, leave }) {
    this.root = document.createElement("dialog");
    this.root.className = "app-warning";
    this.root.setAttribute("aria-labelledby", "idle-title");
    this.root.setAttribute("aria-describedby", "idle-text");
    this.root.addEventListener("cancel", (event) => {
      event.preventDefault(); // Escape is a press too
      more();
    });
    this.root.addEventListener("click", ({ target }) => {
      const button = target.closest("button");
      if (button?.dataset.leave !== undefined) leave();
      else if (button || target === this.root) more(); // beside the dialog: somebody is there
    });
  }

  /** Show it, or count on. words: title, text, more, leave, left (with %(n)s). */
  show(seconds, words) {
    if (!this.root.open) this.#open(words);
    this.count.textContent = seconds;
    this.bar.value = seconds;
    if (seconds % SAID === 0 || this.said.textContent === "") {
      this.said.textContent = words.left.replace("%(n)s", seconds);
    }
  }

  /** The same question without a clock. */
  ask(words) {
    if (this.root.open) return;
    this.#open(words);
    for (const part of [this.count, this.bar, this.said]) part.remove();
  }

  close() {
    if (this.root.open) this.root.close();
  }

  #open(words) {
    const make = (tag, text, more = {}) => Object.assign(document.createElement(tag), { textContent: text, ...more });
    this.count = make("p", "", { className: "app-warning__count", ariaHidden: "true" });
    this.bar = make("progress", "", { className: "app-warning__bar", max: LEAST_WARNING, ariaHidden: "true" });
    this.said = make("p", "", { className: "govuk-visually-hidden", ariaLive: "polite" });
    const leave = make("button", words.leave, { type: "button", className: "govuk-button govuk-button--secondary" });
    leave.dataset.leave = "";
    this.root.replaceChildren(
      make("h2", words.title, { id: "idle-title", className: "govuk-heading-l" }),
      make("p", words.text, { id: "idle-text", className: "govuk-body" }),
      this.count,
      this.bar,
      this.said,
      make("button", words.more, { type: "button", className: "govuk-button", autofocus: true }),
      leave,
    );
    this.root.showModal();
  }
}
