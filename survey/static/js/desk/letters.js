// A template goes into the words where the cursor is, or to their end; nothing that stands there is lost.

const BLANK = /\[[^[\]\n]+\]|\{[^{}]*\}/; // left for whoever writes
const entered = new WeakSet(); // fields that had the cursor

function put(field, words) {
  const end = entered.has(field) ? field.selectionEnd : field.value.length;
  const atEnd = end === field.value.length && end > 0;
  const gap = atEnd && !field.value.endsWith("\n") ? "\n\n" : "";
  field.setRangeText(gap + words, end, end, "end");
  const blank = BLANK.exec(words);
  field.focus();
  if (blank) {
    const at = end + gap.length + blank.index;
    field.setSelectionRange(at, at + blank[0].length);
  }
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

async function insert(event) {
  event.preventDefault();
  const { form, dataset } = event.currentTarget;
  const chosen = form.querySelector("select[name$='-template']");
  if (!chosen.value) return chosen.focus();
  const address = dataset.template.replace("KEY", encodeURIComponent(chosen.value));
  const answer = await fetch(address, { redirect: "error", cache: "no-store" }).catch(() => null);
  if (answer?.ok) put(form.querySelector("textarea[name$='-words']"), (await answer.json()).words);
  else form.querySelector("[data-keep]").textContent = form.querySelector("[data-keep]").dataset.missing;
}

addEventListener("focusin", ({ target }) => { if (target.matches?.("textarea")) entered.add(target); });
for (const button of document.querySelectorAll("[data-template]")) button.addEventListener("click", insert);
