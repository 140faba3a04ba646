// The list of cases worked by keys: one row at a time has the focus, ticked ones are acted on together.

const form = document.querySelector("[data-inbox]");
const rows = [...document.querySelectorAll(".app-case")];
const ticked = () => [...form.querySelectorAll(".app-pick:checked")];
let at = -1;

/** The row that has the focus, or had it last. */
function current() {
  const held = document.activeElement.closest(".app-case");
  if (held) at = rows.indexOf(held);
  return rows[at];
}

function go(step) {
  current();
  const next = rows[Math.min(Math.max(at + step, 0), rows.length - 1)];
  at = rows.indexOf(next);
  next?.querySelector("a").focus();
  next?.scrollIntoView({ block: "nearest" });
}

function tick() {
  const box = current()?.querySelector(".app-pick");
  if (box) box.checked = !box.checked;
  count();
}

/** An act on what is ticked, else on the page of the row, where its form is. */
function act(name, { together = true } = {}) {
  const row = current();
  if (together && form.elements.act && ticked().length > 0) {
    form.elements.which.value = "";
    form.elements.act.value = name;
    form.requestSubmit();
  } else if (row) {
    location.href = `${row.querySelector("a").href}#do-${name}`;
  }
}

function count() {
  const told = form.querySelector("[data-count]");
  if (told) told.textContent = told.dataset.count.replace("#", ticked().length);
}

if (form) {
  form.addEventListener("change", count);
  addEventListener("pageshow", count); // a browser keeps the ticks of a page that one goes back to
}

export const KEYS = form
  ? {
      j: () => go(1),
      k: () => go(-1),
      o: () => current()?.querySelector("a").click(),
      x: tick,
      a: () => act("accept"),
      r: () => act("draft"),
      m: () => act("merge"),
      n: () => act("note", { together: false }),
    }
  : {};
