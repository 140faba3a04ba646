// The keys of the keyboard on the screen, row by row. A key is a text that it types, or
// [name, text on it] for one that does something; a mark has the letters that show it.

const ROWS = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];
const SIGNS = ["-/:;()%₫“”", "'\"&@+=#*!", ".,?…–_~"];
const DIGITS = [..."1234567890"];

const row = (text) => [...text];

/** The marks as keys of their own, for whoever knows no method. */
export const MARKS = [
  { id: "acute", sign: "á", wish: { tone: "acute" } },
  { id: "grave", sign: "à", wish: { tone: "grave" } },
  { id: "hook", sign: "ả", wish: { tone: "hook" } },
  { id: "tilde", sign: "ã", wish: { tone: "tilde" } },
  { id: "dot", sign: "ạ", wish: { tone: "dot" } },
  { id: "roof", sign: "â ê ô", wish: { mark: "roof" } },
  { id: "horn", sign: "ơ ư", wish: { mark: "horn" } },
  { id: "bowl", sign: "ă", wish: { mark: "bowl" } },
  { id: "stroke", sign: "đ", wish: { mark: "stroke" } },
];

/** Rows of keys; `kind` is letters, signs or digits. */
export function rows(kind) {
  if (kind === "digits") return [row("123"), row("456"), row("789"), [["clear"], "0", ["backspace"]]];
  const [first, second, third] = (kind === "signs" ? SIGNS : ROWS).map(row);
  const turn = kind === "signs" ? ["letters", "ABC"] : ["signs", "?!&"];
  return [
    DIGITS,
    first,
    second,
    [...(kind === "letters" ? [["shift"]] : []), ...third, ["backspace"]],
    [turn, ",", ["space"], ".", ["enter"]],
  ];
}
