// Colleagues on the page of a case: while the page is seen it says now and then that it is open, and is
// told who else has it open. A beat that is lost is followed by the next.
import { isWriting } from "./kept.js";

const place = document.querySelector("[data-beat]");
const every = place.dataset.every * 1000;
let timer = 0;
let wrote = false; // as it was told last

function show(sentences) {
  const lines = [...place.children].map((line) => line.textContent);
  if (lines.join("\n") === sentences.join("\n")) return; // what is read aloud is new
  place.replaceChildren(...sentences.map((words) => Object.assign(document.createElement("p"), { textContent: words })));
}

async function beat() {
  clearTimeout(timer);
  if (document.hidden) return;
  timer = setTimeout(beat, every);
  wrote = isWriting();
  const body = new FormData();
  body.set("csrf_token", place.dataset.token);
  if (wrote) body.set("writing", "y");
  const sent = fetch(place.dataset.beat, { method: "POST", body, redirect: "manual" });
  const answer = await sent.catch(() => null);
  if (answer?.ok) show((await answer.json()).here);
  else if (answer) clearTimeout(timer); // signed out, or the case is not there any more
}

/** Colleagues are told at once when somebody begins to write. */
export const begun = () => { if (!wrote && isWriting()) beat(); };

document.addEventListener("visibilitychange", beat);
beat();
