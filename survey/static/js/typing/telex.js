// Telex: letters that are no letters of Vietnamese words, or stand twice, write the marks.
// `press` gives the text that replaces the word before the caret.
import { add, apply } from "./composer.js";

const TONE_OF = { s: "acute", f: "grave", r: "hook", x: "tilde", j: "dot", z: "level" };

function wishes(key) {
  if (key in TONE_OF) return [{ tone: TONE_OF[key] }];
  if ("aeo".includes(key)) return [{ mark: "roof", only: key }];
  if (key === "d") return [{ mark: "stroke" }];
  if (key === "w") return [{ mark: "horn" }, { mark: "bowl" }];
  return [];
}

/** The state after a key. A mark asked for twice is taken back, and the key stands as a letter. */
export function press(state, key) {
  const undone = [];
  for (const wish of wishes(key.toLowerCase())) {
    const next = apply(state, wish);
    if (next && !next.undone) return next;
    if (next) undone.push(next);
  }
  if (undone.length > 0) {
    const word = state.lone ? state.word.slice(0, -1) : undone[0].word; // ww is a w
    return { word: word + key, plain: true };
  }
  return loneHorn(state, key) ?? add(state, key);
}

/** `w` where there is no vowel yet is ư: tw → tư. */
function loneHorn(state, key) {
  if (key.toLowerCase() !== "w" || state.plain) return null;
  const bare = { word: state.word + (key === "w" ? "u" : "U"), plain: false };
  const next = apply(bare, { mark: "horn" });
  return next && { ...next, lone: true };
}
