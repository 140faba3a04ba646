// The page of one case: a key, or the address, opens the form of an act and puts the focus into it.

const FIELDS = "textarea, select:not([name$='-template']), input:not([type=hidden])"; // to begin with

function open(name) {
  const there = document.getElementById(`act-${name}`);
  if (!there) return; // not possible now, or not for this person
  there.querySelector("details").open = true;
  (there.querySelector(FIELDS) ?? there.querySelector("button")).focus();
}

// The address names no element, or the browser would take the focus there itself.
const named = /^#do-([a-z]+)$/.exec(location.hash);
if (named) open(named[1]);

const FORMS = { a: "accept", r: "draft", m: "merge", n: "note", e: "extend" };
const PAGES = { s: "split", d: "seal" }; // acts with a page of their own, which says what follows
const all = (names, what) => Object.entries(names).map(([key, name]) => [key, () => what(name)]);

export const KEYS = document.querySelector("[id^='act-']")
  ? Object.fromEntries([
      ...all(FORMS, open),
      ...all(PAGES, (name) => document.getElementById(`to-${name}`)?.click()),
    ])
  : {};
