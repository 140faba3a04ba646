// The screens of the page: copies of its templates, filled with values. One is shown at a time, in
// one language; what was shown before is thrown away.

/** Fill %(name)s in a sentence. */
export const fill = (text, values = {}) =>
  text.replace(/%\((\w+)\)s/g, (whole, name) => (name in values ? String(values[name]) : whole));

export class Screens {
  constructor(root = document) {
    this.place = root.querySelector("#screen");
    const sets = [...root.querySelectorAll("[data-screens]")].map(({ dataset }) => dataset);
    this.words = Object.fromEntries(sets.map(({ screens, words }) => [screens, JSON.parse(words)]));
    this.home = sets[0].screens;
    this.isSimulated = () => "simulated" in this.place.dataset;
    this.name = "";
    this.language = this.home;
  }

  /** The language in which the screens themselves speak; a form may have others. */
  spoken(language) {
    return language in this.words ? language : this.home;
  }

  /** What is said, by part and name, in the language of the screen. */
  say(part, name, values) {
    return fill(this.words[this.spoken(this.language)][part][name], values);
  }

  /** All of a part in the language of the screen. */
  part(name) {
    return this.words[this.spoken(this.language)][name];
  }

  /** Show a screen. fills: by name a text, a list of nodes, or whether it is to be seen. */
  show(name, fills = {}, language = this.language) {
    this.name = name;
    this.language = language;
    const above = this.isSimulated() ? [this.#copy("simulated")] : [];
    this.place.replaceChildren(...above, this.#copy(name));
    document.documentElement.lang = this.spoken(language);
    document.title = `${this.place.querySelector("h1")?.textContent || this.say("screens", "kiosk")} – sipas`;
    this.fill(fills);
    scrollTo(0, 0);
    this.place.querySelector("#main")?.focus({ preventScroll: true });
    return this.place;
  }

  #copy(name) {
    const set = document.querySelector(`[data-screens="${this.spoken(this.language)}"]`);
    return set.querySelector(`:scope > template[data-screen="${name}"]`).content.cloneNode(true);
  }

  /** Set values on the screen that is shown. */
  fill(fills) {
    for (const [name, value] of Object.entries(fills)) {
      for (const at of this.place.querySelectorAll(`[data-fill="${name}"]`)) {
        if (at.tagName === "PROGRESS") at.value = value;
        else at.hidden = value === false || value === "";
        if (Array.isArray(value)) at.replaceChildren(...value);
        else if (typeof value === "string") at.textContent = value;
      }
    }
  }

  find(query) {
    return this.place.querySelector(query);
  }

  /** Nothing of what was shown is left: not in the page, not in a selection, not in the focus. */
  wipe() {
    document.activeElement?.blur();
    getSelection()?.removeAllRanges();
    for (const field of this.place.querySelectorAll("input, textarea, select")) {
      if (field.type === "radio" || field.type === "checkbox") field.checked = false;
      else field.value = "";
    }
    this.place.replaceChildren();
    document.documentElement.classList.remove("is-larger");
  }
}

/** A row of buttons, one a language. */
export function languageButtons(languages, current, act) {
  return Object.entries(languages).map(([code, name]) => {
    const button = Object.assign(document.createElement("button"), {
      type: "button",
      textContent: name,
      lang: code,
      className: "app-language",
    });
    button.dataset.act = act;
    button.dataset.language = code;
    if (current) button.setAttribute("aria-pressed", String(code === current));
    return button;
  });
}
