// The screen of a kiosk before which no citizen stands: what it is, and when it must change.
import { holiday, isOpen, opensNext } from "../hours.js";
import { isValid, size } from "./bundle.js";
import { languageButtons } from "./screens.js";

const HOUR = 3600 * 1000;

/** Name by code of the languages of a form. */
export const languagesOf = (table) =>
  Object.fromEntries(Object.entries(table.languages).map(([code, { name }]) => [code, name]));

/** Which screen it is: attract, closed, nothing or revoked. kiosk: see kiosk.js. */
export function screenOf({ revoked, bundle, now }) {
  if (revoked) return "revoked";
  if (!bundle || !isValid(bundle.table, now)) return "nothing";
  return isOpen(bundle.table.hours, now) ? "attract" : "closed";
}

/** What that screen depends on: it is drawn anew when this changes. */
export function printOf(kiosk) {
  const name = screenOf(kiosk);
  return [name, kiosk.bundle?.tag, kiosk.why, name === "closed" && Math.floor(kiosk.now / HOUR)].join();
}

/** Draw it, in the first language of the house. */
export function drawHome(screens, kiosk) {
  const name = screenOf(kiosk);
  screens.language = screens.home;
  const { centre, name: counter } = kiosk.bundle?.table.place ?? {};
  const place = { centre: centre ?? "", counter: counter ?? kiosk.device.counter };
  const more = { attract, closed, nothing: () => ({ why: kiosk.why ?? "" }), revoked: () => ({}) }[name];
  screens.show(name, { ...place, ...more(screens, kiosk) });
}

function attract(screens, { bundle: { table } }) {
  const { questions, minutes } = size(table);
  const said = table.languages[screens.home] ?? Object.values(table.languages)[0];
  const languages = languagesOf(table);
  return {
    title: said.title,
    questions: screens.say("facts", "questions", { n: questions }),
    minutes: screens.say("facts", "minutes", { n: minutes }),
    languages: Object.keys(languages).length > 1 ? languageButtons(languages, null, "start") : false,
  };
}

function closed(screens, { bundle: { table }, now }) {
  const off = holiday(table.hours, now);
  return {
    next: whenNext(screens, opensNext(table.hours, now)),
    holiday: off ? screens.say("facts", "day_off", { name: off }) : false,
  };
}

function whenNext(screens, next) {
  if (next === null) return screens.say("facts", "opens_unknown");
  const name = ["opens_today", "opens_tomorrow"][next.days] ?? "opens_on";
  const [year, month, day] = next.day.split("-").map(Number);
  return screens.say("facts", name, { time: next.time, day: `${day}/${month}/${year}` });
}
