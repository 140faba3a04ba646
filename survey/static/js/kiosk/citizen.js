// One citizen at the kiosk: from the first touch to the thanks, to leaving, or to silence. Whatever
// they answered lives in the form that is shown and nowhere else, and is gone when this ends.
import { Idle, Warning, listen } from "../idle.js";
import { makeForm } from "./answers.js";
import { languageButtons } from "./screens.js";

export class Citizen {
  /** table: the bundle. languages: name by code. ended: called once, with how it ended (completed,
   * timeout, exit) and what is to be kept of it, or nothing. */
  constructor(screens, keyboard, { table, languages, language, assisted, now, ended, clock }) {
    Object.assign(this, { screens, keyboard, languages, assisted, ended });
    const leave = () => this.end("exit");
    this.warning = new Warning({ more: () => this.idle.more(), leave });
    this.leaving = new Warning({ more: () => this.leaving.close(), leave });
    this.idle = new Idle({ ...table.idle, clock, tell: (what, left) => this.#told(what, left) });
    document.body.append(this.warning.root, this.leaving.root);
    this.deaf = listen(this.idle);
    this.#show(language);
    this.form = makeForm({
      element: screens.find("#main"),
      table,
      language,
      assisted,
      now,
      words: () => screens.part("screens"),
      done: (told) => this.end("completed", told),
    });
    this.idle.start();
  }

  #show(language) {
    const several = Object.keys(this.languages).length > 1;
    const languages = several ? languageButtons(this.languages, language, "turn") : false;
    this.screens.show("form", { languages, assisted: this.assisted }, language);
    this.keyboard.speak(this.screens.part("keys"));
  }

  #told(what, left) {
    if (what === "warning") {
      this.leaving.close();
      this.warning.show(left, this.screens.part("idle"));
    } else if (what === "awake") this.warning.close();
    else this.end("timeout");
  }

  /** Speak another language; what was answered stays. */
  turn(language) {
    const element = this.screens.find("#main");
    const larger = document.documentElement.classList.contains("is-larger");
    this.keyboard.hide();
    this.#show(language);
    this.screens.find("#main").replaceWith(element);
    this.form.turn(language);
    this.#setLarger(larger);
    this.screens.find(`.app-language[lang="${language}"]`)?.focus();
  }

  larger() {
    this.#setLarger(!document.documentElement.classList.contains("is-larger"));
  }

  #setLarger(wanted) {
    document.documentElement.classList.toggle("is-larger", wanted);
    this.screens.find("[data-act=larger]").setAttribute("aria-pressed", String(wanted));
  }

  /** Asked before it is done, once something was answered: the answers are not sent. */
  leave() {
    if (!this.form.begun) return this.end("exit");
    this.leaving.ask(this.screens.part("leave"));
  }

  /** It is over, and nothing of it is left in the page. */
  end(outcome, told) {
    if (this.over) return;
    this.over = true;
    const item = told ? null : this.form.unfinished(outcome);
    this.idle.stop();
    this.deaf();
    for (const dialog of [this.warning, this.leaving]) {
      dialog.close();
      dialog.root.remove();
    }
    this.keyboard.reset();
    this.form.wipe();
    this.form = null;
    this.screens.wipe();
    this.ended(outcome, told ?? (item ? { item } : null));
  }
}
