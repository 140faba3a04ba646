// One step of a form, drawn from the pages that a bundle carries into an element, and kept in step
// with the answers: what is not asked is hidden, what repeats an answer is filled in.
import { controls } from "./fields.js";
import { filled, repeats } from "./said.js";
import { NOTICE } from "./journey.js";
import { offered } from "./way.js";

const TYPED = "input[name]:not([type=hidden]), select[name], textarea[name]";
const ATTRIBUTES = ["aria-label", "alt"];

export class Page {
  constructor(element) {
    this.element = element;
    this.repeating = [];
  }

  /** Draw a step, filled with what was typed. */
  draw(journey, step) {
    const { notice, steps } = journey.spoken;
    // The HTML is the server's own, checked by the bundle's signature before it is used here.
    this.element.innerHTML = step === NOTICE ? notice : steps[step - 1].html;
    this.element.dataset.step = step;
    this.#place(journey, step);
    this.#fill(journey.typed);
    this.#findRepeats();
    this.follow(journey, step);
  }

  /** Nothing of the form is left in the element. */
  wipe() {
    this.element.replaceChildren();
    delete this.element.dataset.step;
    this.repeating = [];
  }

  get controls() {
    return [...this.element.querySelectorAll(TYPED)];
  }

  /** What stands in the page's controls now: name to a list of texts. */
  read() {
    const typed = {};
    for (const control of this.controls) {
      typed[control.name] ??= [];
      const chooses = control.type === "radio" || control.type === "checkbox";
      if (chooses ? control.checked : control.value !== "") typed[control.name].push(control.value);
    }
    return typed;
  }

  /** Show and hide what answers lead to, and repeat what was answered. */
  follow(journey, step) {
    const way = journey.way, said = journey.said(way);
    for (const screen of this.element.querySelectorAll("[data-screen]")) {
      screen.hidden = !way.screens.has(screen.dataset.screen);
    }
    for (const element of this.element.querySelectorAll("[data-question]")) {
      element.hidden = !way.questions.has(element.dataset.question);
      this.#offer(element, journey.byId[element.dataset.question], way);
    }
    for (const { node, name, text } of this.repeating) {
      const words = said.fill(text);
      if (name) node.setAttribute(name, words);
      else if (node.data !== words) node.data = words;
    }
    this.#lead(journey, step);
  }

  /** Show what must be mended, in a summary that has the focus and beside each question. */
  complain(journey, faults) {
    const { words } = journey.spoken;
    this.element.querySelector(".govuk-error-summary")?.remove();
    this.element.querySelectorAll(".govuk-error-message").forEach((old) => this.#forgive(old));
    if (faults.length === 0) return;
    const lines = faults.map(({ field, beside, summary }) => {
      const control = this.element.querySelector(`[name="${controls(field)[0]}"]`);
      this.#mark(control, beside, words.error);
      const link = made("a", {}, summary);
      link.href = `#${control.id}`;
      link.addEventListener("click", (event) => {
        event.preventDefault(); // an address with a hash would be a page of its own in the history
        control.focus();
        control.closest(".govuk-form-group").scrollIntoView();
      });
      return made("li", {}, link);
    });
    const title = filled(words.missing[lines.length === 1 ? 0 : 1], { num: lines.length });
    const list = made("ul", { class: "govuk-list govuk-error-summary__list" }, ...lines);
    const summary = made("div", { class: "govuk-error-summary", tabindex: "-1" },
      made("div", { role: "alert" },
        made("h2", { class: "govuk-error-summary__title" }, title),
        made("div", { class: "govuk-error-summary__body" }, list)));
    this.element.prepend(summary);
    summary.focus();
    summary.scrollIntoView({ block: "start" });
  }

  /** The first question of a one-page form stands under the page's first title, whichever it is. */
  #lead(journey, step) {
    if (step === NOTICE || step === journey.last) return;
    const screens = [...this.element.querySelectorAll("[data-screen]")];
    if (screens.length === 1) screens[0].hidden = false;
  }

  #fill(typed) {
    for (const control of this.controls) {
      const values = typed[control.name] ?? [];
      if (control.type === "radio" || control.type === "checkbox") {
        control.checked = values.includes(control.value);
      } else {
        control.value = values[0] ?? "";
      }
    }
  }

  /** Number the steps: a device that shows one question at a time has others than the bundle. */
  #place(journey, step) {
    const bar = this.element.querySelector("progress");
    if (bar) [bar.value, bar.max] = [step, journey.last];
  }

  #findRepeats() {
    this.repeating = [];
    const texts = document.createTreeWalker(this.element, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const node = texts.currentNode;
      if (repeats(node.data)) this.repeating.push({ node, text: node.data });
    }
    for (const name of ATTRIBUTES) {
      for (const node of this.element.querySelectorAll(`[${name}]`)) {
        const text = node.getAttribute(name);
        if (repeats(text)) this.repeating.push({ node, name, text });
      }
    }
  }

  #offer(element, question, way) {
    if (question.options.every((option) => option.when === undefined)) return;
    const codes = new Set(offered(question, way.values).map((option) => String(option.code)));
    for (const input of element.querySelectorAll("input[type=radio], input[type=checkbox]")) {
      const gone = input.value !== "0" && !codes.has(input.value);
      input.closest("[class$=__item]").hidden = gone;
      if (gone) input.checked = false;
    }
  }

  #mark(control, message, error) {
    const group = control.closest(".govuk-form-group");
    const id = `${control.id}-error`;
    const hidden = made("span", { class: "govuk-visually-hidden" }, error);
    const told = made("p", { id, class: "govuk-error-message" }, hidden, ` ${message}`);
    const before = [".govuk-hint", ".app-media", "legend", "label"];
    const anchor = before.map((found) => group.querySelector(found)).find(Boolean);
    anchor.after(told);
    group.classList.add("govuk-form-group--error");
    const described = group.querySelector("fieldset") ?? control;
    described.setAttribute("aria-describedby",
      [described.getAttribute("aria-describedby"), id].filter(Boolean).join(" "));
    for (const name of ["input", "textarea", "select"]) {
      for (const box of group.querySelectorAll(`.govuk-${name}`)) {
        box.classList.add(`govuk-${name}--error`);
        box.setAttribute("aria-invalid", "true");
      }
    }
  }

  #forgive(told) {
    const group = told.closest(".govuk-form-group");
    group.classList.remove("govuk-form-group--error");
    for (const element of group.querySelectorAll("[aria-describedby]")) {
      const left = element.getAttribute("aria-describedby").split(" ").filter((id) => id !== told.id);
      if (left.join("")) element.setAttribute("aria-describedby", left.join(" "));
      else element.removeAttribute("aria-describedby");
    }
    for (const box of group.querySelectorAll("[aria-invalid]")) {
      box.removeAttribute("aria-invalid");
      for (const name of ["input", "textarea", "select"]) box.classList.remove(`govuk-${name}--error`);
    }
    told.remove();
  }
}

/** An element with attributes and children; texts stay texts. */
export function made(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}
