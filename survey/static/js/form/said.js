// Sentences with values in them, numbers and days as officials write them (survey/i18n.py), and
// wordings that repeat an earlier answer (survey/respond/said.py).

const NOTHING = "…"; // a form that repeats an answer asks only those who gave it
const PIPE = /\{([^{}]*)\}/g;
const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August",
  "September", "October", "November", "December"];

/** `%(name)s` filled from `values`. */
export const filled = (text, values) =>
  text.replace(/%%|%\((\w+)\)[sd]/g, (found, name) => (name ? String(values[name]) : "%"));

export const repeats = (text) => text.search(PIPE) >= 0;

/** 36525 as 36.525, in English as 36,525. */
export const number = (value, language) =>
  String(value).replace(/\B(?=(\d{3})+$)/g, language === "en" ? "," : ".");

/** 20260705 as 05/7/2026, in English as 5 July 2026. */
export function day(value, language) {
  const [y, m, d] = [Math.floor(value / 10000), Math.floor(value / 100) % 100, value % 100];
  if (language === "en") return `${d} ${MONTHS[m - 1]} ${y}`;
  return `${String(d).padStart(2, "0")}/${m <= 2 ? `0${m}` : m}/${y}`;
}

/** What fills `{name}` in the wordings of a bundle's language, after one way through its form. */
export class Said {
  constructor(bundle, language, way) {
    this.communes = bundle.communes;
    this.repeated = bundle.languages[language].repeated;
    this.language = language;
    this.way = way;
  }

  fill(text) {
    return text.replace(PIPE, (found, name) =>
      name in this.repeated ? this.#answer(name) || NOTHING : found);
  }

  #answer(name) {
    const { of, unit, labels } = this.repeated[name];
    const several = this.way.values[name];
    if (Array.isArray(several)) return several.map((code) => labels[code] ?? "").join(", ");
    const value = this.way.answers[name];
    if (value === undefined) return "";
    if (of === "number") return `${number(value, this.language)} ${unit}`.trim();
    if (of === "date") return day(value, this.language);
    return of === "place" ? this.communes[value] ?? String(value) : labels[value] ?? "";
  }
}
