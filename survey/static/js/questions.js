// Shows and hides the questions of a page as its answers lead to them, as the server does
// (questionnaires/conditions.py, `route`): what is hidden counts as unanswered further on.
// Without this module the page comes back once, with the further questions.
import { evaluate } from "./conditions.js";

const CHOSEN = 1, NOT_CHOSEN = 2;
const form = document.querySelector("form[data-values]");
const whole = (text) => (/^[0-9]{1,12}$/.test(text.trim()) ? Number(text.trim()) : undefined);

function day(boxes) {
  const [d, m, y] = boxes.map((box) => whole(box.value));
  const date = new Date(Date.UTC(2000, 0, 1));
  date.setUTCFullYear(y, m - 1, d);
  const real = date.getUTCFullYear() === y && date.getUTCMonth() === m - 1;
  return real && date.getUTCDate() === d ? y * 10000 + m * 100 + d : undefined;
}

function several(question, boxes, values) {
  const chosen = boxes.filter((box) => box.checked).map((box) => Number(box.value));
  if (chosen.length === 0) return;
  values[question] = chosen;
  for (const box of boxes) {
    values[`${question}_${box.value}`] = box.checked ? CHOSEN : NOT_CHOSEN;
  }
}

/** Adds the answers to one question to `values`. */
function read(element, values) {
  const { question, kind } = element.dataset;
  const inputs = [...element.querySelectorAll("input, select")];
  if (kind === "multiple") return several(question, inputs, values);
  if (kind === "number" || kind === "place" || kind === "date") {
    const found = kind === "date" ? day(inputs) : whole(inputs[0].value);
    const least = Number(element.dataset.least), most = Number(element.dataset.most);
    if (found !== undefined && found >= least && found <= most) values[question] = found;
    return;
  }
  const rows = inputs.filter((input) => input.checked && input.value !== "0");
  for (const row of rows) values[row.name] = Number(row.value);
  if (kind === "grid" && rows.length) values[question] = rows.map((row) => Number(row.value));
}

function follow() {
  const values = JSON.parse(form.dataset.values);
  for (const element of form.querySelectorAll("[data-when]")) {
    const { when } = element.dataset;
    element.hidden = when !== "" && !evaluate(JSON.parse(when), values);
    if (element.dataset.question && !element.closest("[hidden]")) read(element, values);
  }
}

form.elements["form-seen"].value = "*"; // all that appears here is seen
form.addEventListener("input", follow);
follow();
