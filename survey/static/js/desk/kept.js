// What is typed for an act of a case is kept at the server, for whoever typed it: a while after the last
// letter, when the field is left and when the page is hidden; never in the middle of a composed letter.

const PAUSE = 2000; // milliseconds after the last letter
const AGAIN = 15000; // after which it is tried again
const typedIn = new Set();

/** Whether somebody has begun to write on this page. */
export const isWriting = () => [...typedIn].some((field) => field.value.trim() !== "");

/** Keep the words of the form in which `line` stands; it says when they were saved. */
export function keep(line, begun) {
  const form = line.closest("form");
  const field = form.querySelector("textarea[name$='-words']");
  let last = "kept" in line.dataset ? field.defaultValue : "";
  let timer = 0;
  let composing = false;
  let sending = false;
  let sent = false; // with the act: there is nothing to keep any more

  const say = (words) => { if (line.textContent !== words) line.textContent = words; };
  const isNew = () => field.value !== last && !(field.value.trim() === "" && last === "");

  function wait(pause = PAUSE) {
    clearTimeout(timer);
    if (isNew()) timer = setTimeout(save, pause);
  }

  async function save({ keepalive = false } = {}) {
    clearTimeout(timer);
    if (composing || sending || sent || !isNew()) return;
    sending = true;
    const words = field.value;
    let pause = PAUSE;
    try {
      const body = new FormData(form);
      const headers = { Accept: "application/json" };
      const answer = await fetch(line.dataset.keep, { method: "POST", body, headers, keepalive, redirect: "error" });
      if (!answer.ok) throw new Error(answer.status);
      const { kept, at } = await answer.json();
      last = words;
      say(kept ? line.dataset.saved.replace("#", at) : "");
      form.querySelector("[data-discard]").hidden = !kept;
    } catch { // no network, signed out, too long, sent from another window: the words stand in the field
      say(line.dataset.failed);
      pause = AGAIN;
    }
    sending = false;
    if (!sent) wait(pause);
  }

  form.querySelector("[data-save]").hidden = true; // it goes by itself
  field.addEventListener("input", (event) => {
    typedIn.add(field);
    begun();
    if (!event.isComposing) wait();
  });
  field.addEventListener("compositionstart", () => { composing = true; });
  field.addEventListener("compositionend", () => { composing = false; wait(); });
  field.addEventListener("blur", (event) => {
    if (event.relatedTarget?.form !== form || event.relatedTarget.type !== "submit") save();
  });
  form.addEventListener("submit", () => { sent = true; clearTimeout(timer); });
  document.addEventListener("visibilitychange", () => { if (document.hidden) save({ keepalive: true }); });
  addEventListener("online", () => save());
  addEventListener("pageshow", () => { sent = false; wait(); });
}
