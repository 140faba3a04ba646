// Shortcuts of the feedback inbox, for whoever wants them: the list on the page says which there are.
import * as one from "./case.js";
import { keyOf, want, wanted } from "./keys.js";
import * as list from "./rows.js";

const part = document.querySelector("[data-shortcuts]");
const help = document.querySelector("[data-shortcuts-help]");
const choice = part.querySelector("input[type=checkbox]");
const AFTER_G = 1500; // milliseconds in which a second key belongs to the first
let waits = 0;

const KEYS = {
  ...list.KEYS,
  ...one.KEYS,
  g: (event) => { waits = event.timeStamp + AFTER_G; },
  "/": () => find(),
  "?": () => help.showModal(),
};

function find() {
  const field = document.getElementById("q");
  if (field) field.focus();
  else location.href = part.dataset.search;
}

function pressed(event) {
  const key = wanted() ? keyOf(event) : null;
  if (key === null) return;
  const second = event.timeStamp < waits;
  waits = 0;
  if (second && key === "i") location.href = part.dataset.inbox;
  else if (KEYS[key]) {
    event.preventDefault();
    KEYS[key](event);
  }
}

choice.checked = wanted();
choice.addEventListener("change", () => want(choice.checked));
choice.closest("[hidden]").hidden = false;
addEventListener("keydown", pressed);
