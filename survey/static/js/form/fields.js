// What is typed in a field, read to answers, and the advice when it cannot be taken: the same as
// survey/respond/form.py and figures.py, in the same sentences. typed: name to a list of texts.
import { CHOSEN, NOT_CHOSEN } from "./way.js";
import { day, filled } from "./said.js";

const NO_ANSWER = "0";
const PARTS = ["d", "m", "y"];
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;

export const one = (typed, name) => typed[name]?.[0] ?? "";

/** The whole number that plain digits write; undefined for anything else. */
const digits = (text) => (/^[0-9]{1,12}$/.test(text.trim()) ? Number(text.trim()) : undefined);

/** Composed letters, line ends as \n, nothing that cannot be shown, no spaces at the ends. */
export function plain(text) {
  const lines = text.normalize("NFC").replace(/\r\n?/g, "\n");
  return lines.replace(UNSEEN, (c) => (c === "\n" || c === "\t" ? c : "")).trim();
}

export const letters = (text) => [...text].length;

/** The names of a field's controls on a page. */
export const controls = (field) =>
  field.of === "date" ? PARTS.map((part) => `${field.name}-${part}`) : [field.name];

function written(typed, name) {
  const [d, m, y] = PARTS.map((part) => digits(one(typed, `${name}-${part}`)));
  if (d === undefined || m === undefined || y === undefined || y < 1 || y > 9999) return undefined;
  const date = new Date(Date.UTC(2000, 0, 1));
  date.setUTCFullYear(y, m - 1, d);
  const real = date.getUTCMonth() === m - 1 && date.getUTCDate() === d;
  return real ? y * 10000 + m * 100 + d : undefined;
}

/** The limits of an item on the day of answering. */
export function limits(item, today) {
  const named = item.today ?? [];
  const least = named.includes("min") ? today : item.least;
  return [least, named.includes("max") ? today : item.most];
}

/** Item to integer, of one field; nothing where nothing is answered, or nothing that is taken. */
export function answersOf(field, question, typed, { communes, today }) {
  const { name } = field;
  if (field.several) {
    const chosen = typed[name] ?? [];
    if (!field.values.some((value) => chosen.includes(value))) return {};
    const code = (value) => (chosen.includes(value) ? CHOSEN : NOT_CHOSEN);
    return Object.fromEntries(field.values.map((value) => [`${name}_${value}`, code(value)]));
  }
  const text = one(typed, name);
  if (field.of === "codes") {
    return field.values.includes(text) && text !== NO_ANSWER ? { [name]: Number(text) } : {};
  }
  if (field.of === "place") return text in communes ? { [name]: Number(text) } : {};
  if (field.of !== "number" && field.of !== "date") return {};
  const value = field.of === "date" ? written(typed, name) : digits(text);
  const [least, most] = limits(question.items[0], today);
  return value !== undefined && least <= value && value <= most ? { [name]: value } : {};
}

/** Why a field cannot be left: key of the advice and its values; undefined when it can. codes:
 *  the options offered, as texts; what was chosen of others is forgotten. */
export function fault(field, question, typed, codes, about) {
  const missing = () => (question.required ? [field.missing, { number: field.number }] : undefined);
  const [text] = [one(typed, field.name)];
  const taken = () => Object.keys(answersOf(field, question, typed, about)).length > 0;
  if (field.several) return several(field, (typed[field.name] ?? []).filter((v) => codes.has(v)), missing);
  if (field.of === "codes") {
    return text === "" || text === NO_ANSWER || !codes.has(text) ? missing() : undefined;
  }
  if (field.of === "place") return text === "" ? missing() : notShown(taken(), text);
  if (field.of === "number") {
    if (text.trim() === "") return missing();
    const [least, most] = limits(question.items[0], about.today);
    return taken() ? undefined : ["write_whole", { least, most }];
  }
  if (field.of === "date") return dateFault(field, question, typed, taken, missing, about);
  const over = letters(plain(text)) - field.longest;
  return over > 0 ? ["shorten", { n: over }] : undefined;
}

const notShown = (taken, given) => (taken ? undefined : ["pick_shown", { given: given.slice(0, 20) }]);

function several(field, chosen, missing) {
  if (chosen.length === 0) return missing();
  const alone = Object.entries(field.exclusive ?? {}).find(([code]) => chosen.includes(code));
  return alone && chosen.length > 1 ? ["keep_alone", { option: alone[1] }] : undefined;
}

function dateFault(field, question, typed, taken, missing, { today, language }) {
  if (controls(field).every((name) => one(typed, name).trim() === "")) return missing();
  if (written(typed, field.name) === undefined) return ["write_day", {}];
  if (taken()) return undefined;
  const [least, most] = limits(question.items[0], today).map((value) => day(value, language));
  return ["within", { least, most }];
}

/** The two sentences of an advice: for beside the question, and for the summary. */
export function advice(words, [key, values], question) {
  const [beside, summary] = words[key];
  return { beside: filled(beside, values), summary: filled(summary, { ...values, question }) };
}
