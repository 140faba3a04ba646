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

export const KEYS = document.querySelector("[id^='act-']")
  ? Object.fromEntries(
      Object.entries({ a: "accept", r: "draft", m: "merge", n: "note" }).map(([key, name]) => [key, () => open(name)]),
    )
  : {};
