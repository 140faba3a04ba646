// What a mark does to the letters of a syllable, whatever key asked for it. Each function gives the
// new letters, or null when the mark has nothing to stand on.
import { inCaseOf, possible } from "./syllable.js";

const ROOF = { a: "â", e: "ê", o: "ô", ă: "â", ơ: "ô" };
const HORN = { o: "ơ", u: "ư", ô: "ơ" };
const BOWL = { a: "ă", â: "ă" };
const STROKE = { d: "đ" };

const swap = (letters, at, letter) =>
  letters.slice(0, at) + inCaseOf(letters[at], letter) + letters.slice(at + 1);

const base = (letter) => letter.normalize("NFD")[0];

/** The last letter of `table` (and of `only`, marks apart) whose change leaves a possible syllable. */
function change(letters, tone, table, only) {
  for (let at = letters.length - 1; at >= 0; at -= 1) {
    const low = letters[at].toLowerCase();
    if (!(low in table) || (only && only !== base(low))) continue;
    const changed = swap(letters, at, table[low]);
    if (possible(changed, tone)) return changed;
  }
  return null;
}

/** â ê ô; `only` names the letters that the key means. */
export const roof = (letters, tone, only) => change(letters, tone, ROOF, only);

/** ă. */
export const bowl = (letters, tone) => change(letters, tone, BOWL);

/** đ, at the beginning of a word. */
export function stroke(letters, tone) {
  return /^d/i.test(letters) && (letters.length === 1 || possible(swap(letters, 0, "đ"), tone))
    ? swap(letters, 0, STROKE.d)
    : null;
}

/** ơ ư, and both of them in ươ. */
export function horn(letters, tone) {
  const at = letters.toLowerCase().search(/[uư]o/u);
  const q = letters.toLowerCase().startsWith("qu");
  if (at >= 0 && !(q && at === 1)) {
    const both = swap(swap(letters, at, "ư"), at + 1, "ơ");
    // thuở, huơ: at the end of a word it is the second that has the horn
    if (at + 2 === letters.length && letters[at].toLowerCase() === "u") return swap(letters, at + 1, "ơ");
    if (possible(both, tone)) return both;
  }
  return change(letters, tone, HORN);
}

/** Letters as they must be once another follows: `đuơ` and `đưo` become `đươ` before it. */
export function joined(letters, letter, tone) {
  const next = letters + letter;
  const at = next.toLowerCase().search(/uơ.|ưo./u);
  if (at < 0) return next;
  const both = swap(swap(next, at, "ư"), at + 1, "ơ");
  return possible(both, tone) ? both : next;
}
