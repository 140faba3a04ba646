// VNI: a digit behind a vowel writes its mark.
// `press` gives the text that replaces the word before the caret.
import { add, apply } from "./composer.js";

const WISH = {
  0: { tone: "level" },
  1: { tone: "acute" },
  2: { tone: "grave" },
  3: { tone: "hook" },
  4: { tone: "tilde" },
  5: { tone: "dot" },
  6: { mark: "roof" },
  7: { mark: "horn" },
  8: { mark: "bowl" },
  9: { mark: "stroke" },
};

/** The state after a key. A mark asked for twice is taken back, and the digit stands. */
export function press(state, key) {
  const next = key in WISH ? apply(state, WISH[key]) : null;
  if (next === null) return add(state, key);
  return next.undone ? { word: "", plain: false, passed: next.word + key } : next;
}
