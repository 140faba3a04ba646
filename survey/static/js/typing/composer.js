// One word while it is typed. A state is {word, plain}: what stands before the caret, and whether its
// writer has taken a mark back, after which the rest of the word is taken letter by letter.
import { bowl, horn, joined, roof, stroke } from "./marks.js";
import { TONES, hasVowel, parse, possible, spell } from "./syllable.js";

const MARKS = { roof, horn, bowl, stroke };
const LETTER = /\p{L}/u;

export const EMPTY = { word: "", plain: false };

/** The word before a place in a text, as a state: what a hand typed elsewhere is taken as it is. */
export function wordBefore(text, at) {
  return { word: /[\p{L}\p{M}]*$/u.exec(text.slice(0, at))[0].normalize("NFC"), plain: false };
}

/** Put a tone or a mark on the word, e.g. {tone: "acute"}, {mark: "roof", only: "a"}. Null when it
 * has nothing to stand on; `undone` when it stood there already, and is gone now. */
export function apply(state, wish) {
  if (state.plain || state.word === "") return null;
  const { letters, tone } = parse(state.word);
  if ("tone" in wish) return withTone(letters, tone, wish.tone);
  const changed = MARKS[wish.mark](letters, tone, wish.only);
  if (changed !== null) return { word: spell(changed, tone), plain: false };
  const before = withoutMark(letters, wish);
  return before === null ? null : { word: spell(before, tone), plain: true, undone: true };
}

function withTone(letters, tone, name) {
  if (name === "level") return tone === "" ? null : { word: letters, plain: false };
  const wanted = TONES[name];
  if (tone === wanted) return { word: letters, plain: true, undone: true };
  if (!hasVowel(letters) || !possible(letters, wanted)) return null;
  return { word: spell(letters, wanted), plain: false };
}

const BARE = { ă: "a", â: "a", ê: "e", ô: "o", ơ: "o", ư: "u", đ: "d" };
const CARRY = { roof: "âêô", horn: "ơư", bowl: "ă", stroke: "đ" };

/** The letters without the mark that a key asked for once more; null when none of them has it. */
function withoutMark(letters, { mark, only }) {
  let found = false;
  const bare = [...letters].map((letter) => {
    const low = letter.toLowerCase();
    if (!CARRY[mark].includes(low) || (only && !only.includes(BARE[low]))) return letter;
    found = true;
    return letter === low ? BARE[low] : BARE[low].toUpperCase();
  });
  return found ? bare.join("") : null;
}

/** The state after a letter, a digit, or anything else that is taken as it is. */
export function add(state, key) {
  if (!LETTER.test(key)) return { word: "", plain: false, passed: state.word + key };
  if (state.plain) return { word: state.word + key, plain: true };
  const { letters, tone } = parse(state.word);
  return { word: spell(joined(letters, key, tone), tone), plain: false };
}

/** The state without its last letter, marks and all; the tone moves to where it belongs. */
export function drop(state) {
  if (state.plain) return { word: state.word.slice(0, -1), plain: state.word.length > 1 };
  const { letters, tone } = parse(state.word);
  const left = letters.slice(0, -1);
  return { word: hasVowel(left) ? spell(left, tone) : left, plain: false };
}
