// The form of one citizen and what becomes of it: the engine of every form (../form), and the queue
// that keeps what is finished sealed until the server has it (../queue).
import { signed } from "../device.js";
import { Asking } from "../form/asking.js";
import { exported, keep, state } from "../queue/records.js";
import { Sender } from "../queue/sender.js";
import { keepNote, persist } from "../queue/store.js";

const sender = new Sender({ sign: signed });

export const queue = {
  /** Begin to send what waits. */
  async start() {
    await persist();
    sender.start();
  },
  state,
  send: () => sender.hurry(),
  /** Keep what ended; device: the id of this one, whose answers are numbered. */
  async add(ended, sealing, device) {
    await keep(ended, { sealing, device });
    sender.hurry();
  },
  /** Everything that waits, as a file for the desk, signed. False when nothing does. */
  async save(name) {
    const { queued, words, refused } = await state();
    if (queued + words + refused === 0) return false;
    const file = await exported(signed);
    const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    return true;
  },
  /** Count from one again, as another device. */
  renumber: () => keepNote("seq", 0),
};

/** The form in an element, one screen at a time. done: called with what is to be kept. words: of
 * the screens. Its answers live in the element and in what this returns, nowhere else. */
export function makeForm({ element, table, language, assisted, now, words, done }) {
  const shown = ({ way }) => {
    if (element.dataset.step === "0") shorten(element, words());
    if (way === "on" || way === "back") {
      scrollTo(0, 0);
      element.focus({ preventScroll: true });
    }
  };
  const tell = (what, told) => {
    if (what === "step") shown(told);
    if (what === "finished") done(told);
  };
  const asking = new Asking(element, table, { language, assisted, now, tell });
  asking.show("on");
  return asking;
}

/** The notice in short: what stands behind its button goes behind another, before it. */
function shorten(element, { more_words }) {
  const form = element.querySelector("form");
  const rest = [];
  for (let next = form?.nextElementSibling; next; next = next.nextElementSibling) rest.push(next);
  if (rest.length === 0) return;
  const make = (tag, name) => Object.assign(document.createElement(tag), { className: name });
  const details = make("details", "govuk-details"), summary = make("summary", "govuk-details__summary");
  const text = make("span", "govuk-details__summary-text"), inside = make("div", "govuk-details__text");
  text.textContent = more_words;
  summary.append(text);
  inside.append(...rest);
  details.append(summary, inside);
  form.after(details);
}
