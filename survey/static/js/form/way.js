// The way through a form that answers lead to, as questionnaires/conditions.py has it. The names
// are those of the form in a bundle (survey/respond/bundle/form.py). answers: item to integer.
import { evaluate } from "../conditions.js";

export const CHOSEN = 1;
export const NOT_CHOSEN = 2;

const holds = (when, values) => when === undefined || evaluate(when, values);
const has = (table, name) => Object.prototype.hasOwnProperty.call(table, name);

/** Whether an item has an answer: 0 is one to a number only. */
const answered = (item, answers) =>
  has(answers, item.id) && (item.kind === "number" || answers[item.id] !== 0);

/** The options of a question that are offered, in the order shown. */
export const offered = (question, values) =>
  question.options.filter((option) => holds(option.when, values));

/** The answers to a question that is asked, without options that are not offered. */
function given(question, answers, values) {
  const found = {};
  for (const item of question.items) {
    if (answered(item, answers)) found[item.id] = answers[item.id];
  }
  const shown = offered(question, values);
  if (shown.length === question.options.length) return found;
  const left = {};
  for (const [id, code] of Object.entries(found)) {
    const here = (option) =>
      question.kind === "multiple" ? id === `${question.id}_${option.code}` : code === option.code;
    if (shown.some(here)) left[id] = code;
  }
  if (question.kind !== "multiple") return left;
  return Object.values(left).includes(CHOSEN) ? left : {};
}

/** The answers to a question as conditions read them. */
function valuesOf(question, found) {
  const values = { ...found };
  if (question.kind === "multiple") {
    const chosen = question.options
      .map((option) => option.code)
      .filter((code) => found[`${question.id}_${code}`] === CHOSEN);
    if (chosen.length) values[question.id] = chosen;
  } else if (question.kind === "grid" && Object.keys(found).length) {
    values[question.id] = Object.values(found);
  }
  return values;
}

/** questions: a set of the ids of those asked; screens: of those shown; answers: without those to
 *  what is not asked or not offered; values: the same for conditions. */
export function route(form, answers) {
  const way = { screens: new Set(), questions: new Set(), answers: {}, values: {} };
  for (const screen of form.screens) {
    if (!holds(screen.when, way.values)) continue;
    way.screens.add(screen.id);
    for (const question of screen.questions) {
      if (!holds(question.when, way.values)) continue;
      way.questions.add(question.id);
      const found = given(question, answers, way.values);
      Object.assign(way.answers, found);
      Object.assign(way.values, valuesOf(question, found));
    }
  }
  return way;
}

/** The names in a condition that stand for one number. */
function names(tree) {
  if (typeof tree === "string") return [tree];
  if (!Array.isArray(tree)) return [];
  const [op, ...parts] = tree;
  if (op === "count" || op === "answered") return [];
  return op === "in" ? names(parts[0]) : parts.flatMap(names);
}

/** Which checks of a question do not hold although everything they name is answered. */
export function broken(question, values) {
  const known = (check) => names(check).every((name) => has(values, name));
  const checks = question.checks ?? [];
  return checks.flatMap((check, n) => (known(check) && !evaluate(check, values) ? [n] : []));
}
