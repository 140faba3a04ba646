// The keyboard on the screen of a kiosk. It never takes the focus from the field that it types
// into, goes away when a keyboard of wood and wire is used, and is itself worked by touch, by mouse,
// or by keys (one stop of the Tab key; arrows lead from key to key).
import { EMPTY, add, apply, drop, wordBefore } from "./typing/composer.js";
import { MARKS, rows } from "./typing/layouts.js";
import { press as telex } from "./typing/telex.js";
import { press as vni } from "./typing/vni.js";

const METHODS = { telex, vni, english: null };
const TYPES = "textarea, input[type=text], input[type=search], input:not([type])";
const HOLD = 500, AGAIN = 70; // milliseconds until a held key repeats, and between repeats
const AFTER = 100; // milliseconds in which a press becomes a click

/** words: text of each label. method: telex, vni or english, until somebody chooses another. */
export class Keyboard {
  constructor(words, { method = "telex" } = {}) {
    this.words = words;
    this.standard = method;
    this.root = document.createElement("div");
    this.root.className = "app-keys";
    this.root.hidden = true;
    this.root.setAttribute("role", "group");
    this.reset();
    // A press must not move the focus out of the field. A pointer types when it goes down, as every
    // keyboard does; `click` without one comes from the keys or from an aid.
    this.root.addEventListener("mousedown", (event) => event.preventDefault());
    this.root.addEventListener("pointerdown", (event) => this.#pressed(event));
    for (const end of ["pointerup", "pointercancel", "pointerleave"]) {
      this.root.addEventListener(end, () => this.#release());
    }
    this.root.addEventListener("click", (event) => event.detail === 0 && this.#strike(event.target));
    this.root.addEventListener("keydown", (event) => this.#walk(event));
  }

  /** Serve every text field in `area`, now and later. */
  serve(area) {
    area.addEventListener("focusin", ({ target }) => target.matches?.(TYPES) && this.show(target));
    area.addEventListener("focusout", ({ relatedTarget }) => {
      if (relatedTarget && !this.root.contains(relatedTarget)) this.#leave(relatedTarget);
    });
    window.addEventListener("pointerdown", () => (this.touched = true), { capture: true });
    for (const end of ["pointerup", "pointercancel"]) {
      window.addEventListener(end, () => (this.touched = false), { capture: true });
    }
    area.addEventListener("click", ({ target }) => target.matches?.(TYPES) && this.show(target));
    area.addEventListener("keydown", (event) => {
      if (event.isTrusted && event.target.matches?.(TYPES) && event.key !== "Tab") this.hide();
    });
  }

  /** The words of another language. */
  speak(words) {
    this.words = words;
    this.#draw();
  }

  /** As for a new citizen. */
  reset() {
    this.method = this.standard;
    this.kind = "letters";
    this.shifted = false;
    this.field = null;
    this.state = EMPTY;
    this.hide();
    this.#draw();
  }

  show(field) {
    if (!this.root.hidden && this.field === field) return;
    this.field = field;
    field.dataset.keys ??= field.inputMode === "numeric" ? "digits" : "letters";
    this.kind = field.dataset.keys === "digits" ? "digits" : "letters";
    this.plain = field.dataset.keys === "plain"; // a code has no marks
    field.inputMode = "none"; // or the system's own keyboard comes up too
    this.shifted = field.matches("textarea") && field.value === "";
    this.#draw();
    this.root.hidden = false;
    document.documentElement.style.setProperty("--keys", `${this.root.offsetHeight}px`);
    document.documentElement.classList.add("has-keys");
    field.scrollIntoView({ block: "center" });
  }

  /** The focus went elsewhere. While a finger is still down the page must not move under it, or the
   * press would miss the button that it was meant for. */
  #leave(there) {
    if (there.matches(TYPES)) return;
    if (!this.touched) return this.hide();
    const gone = () => document.activeElement?.matches(TYPES) || this.hide();
    window.addEventListener("pointerup", () => setTimeout(gone, AFTER), { once: true });
  }

  hide() {
    this.root.hidden = true;
    document.documentElement.classList.remove("has-keys");
  }

  #draw() {
    this.root.setAttribute("aria-label", this.words.keyboard);
    const at = this.root.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    this.root.replaceChildren(...(this.kind === "digits" ? [this.#bar([])] : this.#heads()));
    for (const keys of rows(this.kind)) this.root.append(this.#row(keys.map((key) => this.#key(key))));
    const all = [...this.root.querySelectorAll("button")];
    const current = all.find((key) => key.dataset.key === at) ?? all[0];
    for (const key of all) key.tabIndex = key === current ? 0 : -1;
    if (at) current.focus();
  }

  #heads() {
    const methods = Object.keys(METHODS).map((method) =>
      this.#button(`method:${method}`, this.words[method], { pressed: this.method === method }),
    );
    if (this.plain) return [this.#bar([])];
    if (this.method === "english") return [this.#bar(methods)];
    const marks = MARKS.map(({ id, sign }) => {
      const key = this.#button(`mark:${id}`, this.shifted ? sign.toUpperCase() : sign);
      key.append(Object.assign(document.createElement("small"), { textContent: this.words[id] }));
      return key;
    });
    return [this.#bar(methods), this.#row(marks, "app-keys__row app-keys__row--marks")];
  }

  #bar(methods) {
    const hide = this.#button("hide", this.words.hide);
    return this.#row([...methods, hide], "app-keys__bar");
  }

  #row(keys, name = "app-keys__row") {
    const row = document.createElement("div");
    row.className = name;
    row.append(...keys);
    return row;
  }

  #key(key) {
    if (typeof key === "string") return this.#button(`type:${key}`, this.shifted ? key.toUpperCase() : key);
    const [name, text] = key;
    const pressed = name === "shift" ? this.shifted : undefined;
    return this.#button(name, text ?? this.words[name], { pressed });
  }

  #button(key, text, { pressed } = {}) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: text });
    button.className = `app-keys__key app-keys__key--${key.split(":")[0]}`;
    button.dataset.key = key;
    if (pressed !== undefined) button.setAttribute("aria-pressed", String(pressed));
    return button;
  }

  #pressed(event) {
    const key = event.target.closest("button");
    if (!key) return;
    this.#strike(key);
    if (key.dataset.key !== "backspace") return;
    this.holding = setTimeout(() => {
      this.holding = setInterval(() => this.#strike(key), AGAIN);
    }, HOLD);
  }

  #release() {
    clearTimeout(this.holding); // one number space holds timeouts and intervals
  }

  #strike(target) {
    const [name, value] = (target.closest("button")?.dataset.key ?? "").split(/:(.*)/s);
    if (name === "hide") this.hide();
    if (name === "method") this.method = value;
    if (name === "letters" || name === "signs") this.kind = name;
    if (name === "shift") this.shifted = !this.shifted;
    if (["method", "letters", "signs", "shift"].includes(name)) this.#draw();
    if (name === "type") this.#type(this.shifted ? value.toUpperCase() : value);
    if (name === "space") this.#type(" ");
    if (name === "enter") this.#type("\n");
    if (name === "mark") this.#mark(MARKS.find(({ id }) => id === value).wish);
    if (name === "backspace") this.#back();
    if (name === "clear") this.#put(0, this.field.value.length, "");
  }

  /** The word before the caret, as it was left by the last key or as somebody else changed it. */
  #word() {
    const { selectionStart: at, selectionEnd: end, value } = this.field;
    const ours = at === end && value.slice(0, at).endsWith(this.state.word) && this.at === at;
    if (!ours) this.state = at === end ? wordBefore(value, at) : EMPTY;
    return this.state;
  }

  #type(key) {
    if (key === "\n" && !this.field.matches("textarea")) return this.hide();
    const method = this.plain ? null : METHODS[this.method];
    const before = this.#word();
    this.#replace(before, method ? method(before, key) : add({ ...before, plain: true }, key));
    if (this.shifted) {
      this.shifted = false;
      this.#draw();
    }
  }

  #mark(wish) {
    const before = this.#word();
    const next = apply(before, wish);
    if (next) this.#replace(before, { word: next.word, plain: false });
  }

  #back() {
    const { selectionStart: at, selectionEnd: end } = this.field;
    if (at !== end) return this.#put(at, end, "");
    const before = this.#word();
    if (before.word !== "") return this.#replace(before, drop(before));
    if (at > 0) this.#put(at - ([...this.field.value.slice(0, at)].at(-1).length), at, "");
  }

  #replace(before, next) {
    const { selectionStart: at, selectionEnd: end } = this.field;
    this.#put(at - (at === end ? before.word.length : 0), end, next.passed ?? next.word);
    this.state = { word: next.word, plain: next.plain, lone: next.lone };
  }

  /** Put a text in place of a part of the field, and tell it so, as if it had been typed. */
  #put(from, to, text) {
    const { field } = this;
    const longer = field.value.length - (to - from) + text.length;
    if (field.maxLength >= 0 && longer > field.maxLength && text.length > to - from) return;
    field.setRangeText(text, from, to, "end");
    this.at = field.selectionStart;
    this.state = EMPTY;
    field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertText" }));
  }

  #walk(event) {
    const keys = [...this.root.querySelectorAll("button")];
    const at = keys.indexOf(event.target);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: keys.length - 1 }[event.key];
    const found = to === undefined ? this.#above(event) : keys.at(to % keys.length);
    if (!found) return;
    event.preventDefault();
    for (const key of keys) key.tabIndex = key === found ? 0 : -1;
    found.focus();
  }

  /** The nearest key of the row above or below. */
  #above(event) {
    const row = { ArrowUp: "previousElementSibling", ArrowDown: "nextElementSibling" }[event.key];
    const there = row && event.target.parentElement[row];
    if (!there) return null;
    const middle = (key) => key.getBoundingClientRect().x + key.offsetWidth / 2;
    const wanted = middle(event.target);
    const near = (key) => Math.abs(middle(key) - wanted);
    return [...there.children].reduce((best, key) => (near(key) < near(best) ? key : best));
  }
}
