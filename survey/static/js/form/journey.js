// One citizen's way through a form, as survey/respond/journey.py has it: what was typed, which page
// comes next, what is missing, and what is sent in the end. Nothing here touches a page.
import { advice, answersOf, fault, letters, one, plain } from "./fields.js";
import { Said, filled } from "./said.js";
import { CHOSEN, broken, offered, route } from "./way.js";

export const NOTICE = 0;
export const COMMENT = "form-comment";
export const FIELD = "form-field";
export const LONGEST_COMMENT = 2000;

/** The day in Vietnam as an integer such as 20260731. */
export function today(now) {
  const there = new Date(now + 7 * 3600 * 1000);
  return there.getUTCFullYear() * 10000 + (there.getUTCMonth() + 1) * 100 + there.getUTCDate();
}

export class Journey {
  /** day: of answering, for limits that are today. */
  constructor(bundle, language, { typed = {}, day }) {
    this.bundle = bundle;
    this.language = language;
    this.typed = typed;
    this.day = day;
    const { paging, screens } = bundle.form;
    this.pages = paging === "one-page" ? [screens] : screens.map((screen) => [screen]);
    this.questions = screens.flatMap((screen) => screen.questions);
    this.byId = Object.fromEntries(this.questions.map((question) => [question.id, question]));
  }

  get spoken() {
    return this.bundle.languages[this.language];
  }

  /** The step of the comment, which is the last. */
  get last() {
    return this.pages.length + 1;
  }

  get #about() {
    return { communes: this.bundle.communes, today: this.day, language: this.language };
  }

  /** What is asked and what counts as answered, as far as is known now. */
  get way() {
    const answers = {};
    for (const field of this.spoken.fields) {
      const question = this.byId[field.question];
      Object.assign(answers, answersOf(field, question, this.typed, this.#about));
    }
    return route(this.bundle.form, answers);
  }

  said(way = this.way) {
    return new Said(this.bundle, this.language, way);
  }

  asksField(step) {
    return step === 1 && this.bundle.fields.length > 0;
  }

  /** The questions asked on a page. */
  asked(step, way = this.way) {
    const screens = this.pages[step - 1] ?? [];
    return screens.flatMap((s) => s.questions).filter((question) => way.questions.has(question.id));
  }

  #isEmpty(step, way) {
    return this.asked(step, way).length === 0 && !this.asksField(step);
  }

  /** The next step that asks something. */
  after(step, way = this.way) {
    let next = step + 1;
    while (next < this.last && this.#isEmpty(next, way)) next += 1;
    return Math.min(next, this.last);
  }

  /** The step before that asked something, or the notice. */
  before(step, way = this.way) {
    let earlier = Math.min(step, this.last) - 1;
    while (earlier > NOTICE && this.#isEmpty(earlier, way)) earlier -= 1;
    return Math.max(earlier, NOTICE);
  }

  title(step) {
    if (step === NOTICE) return this.spoken.title;
    return this.said().fill(this.spoken.steps[step - 1].title);
  }

  /** Why the page of `step` cannot be left: `{name, beside, summary}` in the order of its fields. */
  faults(step) {
    if (step === this.last) return this.#commentFault();
    const way = this.way, said = this.said(way);
    return this.asked(step, way).flatMap((question) => this.#faultsOf(question, way, said));
  }

  #faultsOf(question, way, said) {
    const fields = this.spoken.fields.filter((field) => field.question === question.id);
    const codes = new Set(offered(question, way.values).map((option) => String(option.code)));
    const found = fields.flatMap((field) => {
      const why = fault(field, question, this.typed, codes, this.#about);
      if (!why) return [];
      return [{ field, ...advice(this.spoken.words, why, said.fill(field.plain)) }];
    });
    const [failed] = broken(question, way.values);
    if (failed !== undefined && !found.some(({ field }) => field === fields[0])) {
      const message = said.fill(this.spoken.checks[question.id][failed]);
      found.unshift({ field: fields[0], beside: message, summary: message });
    }
    return found;
  }

  #commentFault() {
    const over = letters(plain(one(this.typed, COMMENT))) - LONGEST_COMMENT;
    if (over <= 0) return [];
    const message = filled(this.spoken.words.comment_long[over === 1 ? 0 : 1], { n: over });
    return [{ field: { name: COMMENT, of: "text" }, beside: message, summary: message }];
  }

  /** The first step that cannot be left; undefined when everything can be sent. */
  firstFault() {
    for (let step = 1; step <= this.last; step += 1) {
      if (this.faults(step).length) return step;
    }
    return undefined;
  }

  get field() {
    const chosen = one(this.typed, FIELD);
    return this.bundle.fields.includes(chosen) ? chosen : undefined;
  }

  /** Words of one's own, which go apart from the answers: `{question?, text}` each. */
  get written() {
    const way = this.way, found = [];
    const comment = plain(one(this.typed, COMMENT));
    if (comment) found.push({ text: comment });
    for (const field of this.spoken.fields) {
      const { question } = field;
      if (!way.questions.has(question) || !this.#isWords(field, way)) continue;
      const text = plain(one(this.typed, field.name));
      if (text) found.push({ question, text });
    }
    return found;
  }

  #isWords(field, way) {
    if (field.of === "text") return true;
    if (field.of !== "other") return false;
    const id = field.question, { code } = this.byId[id].options.find((option) => option.other);
    return way.answers[id] === code || way.answers[`${id}_${code}`] === CHOSEN;
  }

  /** The last item answered; before any is, the first of the step's page. */
  lastItem(step) {
    const way = this.way, answered = Object.keys(way.answers);
    const here = this.asked(Math.max(step, 1), way).flatMap((question) => question.items);
    const all = this.questions.flatMap((question) => question.items);
    return answered.at(-1) ?? (here[0] ?? all[0])?.id;
  }
}
