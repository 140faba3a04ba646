// A form on a citizen's own device. The page works without this; with it the form is asked from its
// bundle, goes on without a network, is kept as a locked draft, and is sent when it can be.
import { install } from "../app.js";
import { Asking } from "../form/asking.js";
import { made } from "../form/page.js";
import { filled } from "../form/said.js";
import { keep, state } from "../queue/records.js";
import { Sender } from "../queue/sender.js";
import { get, keepNote, note, persist } from "../queue/store.js";
import { bundleAddress, carried, rightClock } from "./carried.js";
import { dropDraft, readDraft, saveDraft } from "./drafts.js";

const SHOWN_BY = 6000; // milliseconds after which "waiting" is said rather than nothing
const main = document.getElementById("main");
const meta = (name) => document.querySelector(`meta[name=sipas-${name}]`)?.content;
const address = bundleAddress(location.pathname);
const isShell = meta("page") === "shell";
const sender = new Sender({ tell: () => showQueue() });
let bundle, asking, language, finished, saving;

async function start() {
  sender.start();
  if (document.readyState === "complete") install();
  else addEventListener("load", () => install(), { once: true });
  bundle = address && (await carried(address, JSON.parse(meta("key"))).catch((error) => refused(error)));
  if (!bundle) {
    document.getElementById("not-here")?.removeAttribute("hidden");
    return;
  }
  const wanted = await spokenHere();
  language = wanted in bundle.languages ? wanted : Object.keys(bundle.languages)[0];
  await keepNote("language", language);
  await begin(await unfinished());
  document.documentElement.dataset.asks = "here"; // the form goes on without a network from now on
  addEventListener("popstate", (event) => turned(event));
  for (const change of ["online", "offline"]) addEventListener(change, () => showQueue());
  showQueue();
}

/** The page's language; for the page that stands in for all, the one that was last used here. */
async function spokenHere() {
  const asked = new URLSearchParams(location.search).get("lang");
  const { lang } = document.documentElement;
  return isShell ? asked ?? (await note("language")) ?? lang : lang;
}

function refused(error) {
  if (!isShell) return undefined; // the server's own page says it
  if (error.reason !== "late") throw error;
  document.getElementById("too-late").hidden = false;
  return undefined;
}

/** The draft to go on with, if the citizen wants to; one that is too old is counted as left. */
async function unfinished() {
  const found = await readDraft(address);
  if (!found) return undefined;
  const { draft, isOld } = found;
  if (draft.version !== bundle.version || isOld) return drop(draft, "timeout");
  return (await wantsToGoOn(draft.language)) ? draft : drop(draft, "exit");
}

/** A form that was left: counted with where it ended, and nothing of its answers. */
async function drop(draft, outcome) {
  if (draft.left) await keep({ item: { ...draft.left, outcome } }, { sealing: bundle.sealing });
  await dropDraft(address);
  sender.hurry();
}

function wantsToGoOn(spoken) {
  const lang = spoken in bundle.languages ? spoken : language; // the one it was begun in
  const { words } = bundle.languages[lang];
  const button = (text, kind) => made("button", { type: "button", class: `govuk-button${kind}` }, text);
  const yes = button(words.resume_yes, ""), no = button(words.resume_no, " govuk-button--secondary");
  const title = made("h2", { class: "govuk-heading-m", id: "resume" }, words.resume);
  const asked = made("section", { class: "app-question", lang, "aria-labelledby": "resume" }, title,
    made("p", { class: "govuk-body" }, words.resume_why),
    made("div", { class: "govuk-button-group" }, yes, no));
  main.prepend(asked);
  return new Promise((resolve) => {
    yes.addEventListener("click", () => resolve(true));
    no.addEventListener("click", () => resolve(false));
  }).finally(() => asked.remove());
}

async function begin(draft) {
  const now = await rightClock();
  asking = new Asking(main, bundle, { language: draft?.language ?? language, tell, draft, now });
  if (draft || isShell) asking.show();
}

function tell(what, told) {
  if (what === "step") stepped(told);
  if (what === "faults") {
    document.title = `${told.title} – sipas`;
    history.replaceState({ step: told.step }, "");
  }
  if (what === "begin") persist().catch(() => {}); // it was asked for; its answer is only to be shown
  if (what === "begin" || what === "change") remember();
  if (what === "finished") send(told);
}

function stepped({ step, language: spoken, title, way }) {
  if (spoken !== language) keepNote("language", spoken).catch(() => {}); // only a convenience
  language = spoken;
  document.documentElement.lang = spoken;
  document.title = `${title} – sipas`;
  frame(bundle.languages[spoken]);
  if (way === "on") history.pushState({ step }, "");
  else if (way !== "pop") history.replaceState({ step }, "");
  if (way !== "turn" && way !== "again") {
    scrollTo(0, 0);
    main.focus({ preventScroll: true });
  }
  if (step > 0) remember();
  showQueue();
}

/** What stands around the form, in its language. */
function frame({ header, footer, banner }) {
  document.querySelector(".app-simulated")?.remove();
  document.querySelector(".app-header").outerHTML = header + banner; // signed with the bundle
  document.querySelector(".app-footer").outerHTML = footer;
}

function turned(event) {
  if (finished) location.reload(); // what was sent is not gone back to
  else asking.goTo(event.state?.step ?? 0);
}

/** Keep the draft, a moment after the last change. */
function remember() {
  clearTimeout(saving);
  if (!asking.begun) return;
  saving = setTimeout(() => {
    const left = asking.unfinished("timeout");
    saveDraft(address, { ...asking.draft, left }).catch(() => {}); // no room: the form itself goes on
  }, 200);
}

async function send(result) {
  clearTimeout(saving);
  const spoken = bundle.languages[language];
  main.replaceChildren(made("p", { class: "app-lead", role: "status" }, spoken.words.sending));
  try {
    const id = await keep(result, { sealing: bundle.sealing });
    finished = id;
    asking.wipe();
    await dropDraft(address);
    const late = new Promise((resolve) => setTimeout(resolve, SHOWN_BY));
    await Promise.race([sender.hurry(), late]);
    await showThanks();
  } catch {
    asking.show(); // this device cannot keep it: the answers stay on the page
    const told = made("div", { class: "app-note app-note--error", role: "alert" },
      made("p", { class: "govuk-body" }, spoken.words.cannot_keep));
    main.prepend(told);
  }
}

async function showThanks() {
  const row = await get("records", finished);
  const spoken = bundle.languages[language];
  const now = !row || row.state === "already" ? "stored" : row.state;
  if (main.dataset.thanks === now) return;
  main.dataset.thanks = now;
  main.innerHTML = spoken.thanks[now] ?? spoken.thanks.waiting; // signed with the bundle
  document.title = `${spoken.words.thank_you} – sipas`;
  const { code } = bundle.round; // loaded anew, the page still says thanks and not the form
  history.replaceState({}, "", now === "waiting" ? undefined : `/r/${code}/thanks?state=${now}`);
  scrollTo(0, 0);
  main.focus({ preventScroll: true });
}

/** What waits on this device, and whether there is a network. */
async function showQueue() {
  if (!bundle) return;
  if (main.dataset.thanks === "waiting") await showThanks();
  const { queued } = await state();
  const { words } = bundle.languages[language];
  const lines = [];
  if (!navigator.onLine && !finished) lines.push(words.offline);
  if (queued > 0) lines.push(filled(words.waiting, { n: queued }));
  document.getElementById("app-queue")?.remove();
  if (lines.length === 0) return;
  const told = lines.map((line) => made("p", { class: "govuk-body" }, line));
  main.prepend(made("div", { id: "app-queue", class: "app-note app-note--info", role: "status" }, ...told));
}

if (isSecureContext && globalThis.indexedDB && crypto.subtle) start();
