// The form that this kiosk asks: fetched, proved genuine, kept for a start without a network.
import { Refused, device, isGenuine, keep, kept, signed } from "../device.js";

/** A bundle that is kept or came: {text, signature, tag, table}. */
async function read(found, made) {
  if (!found || !(await isGenuine(found.text, found.signature, made.bundleKey))) return null;
  return { ...found, table: JSON.parse(found.text) };
}

/** The bundle of the last time; null when there is none, or somebody tampered with it. */
export async function keptBundle() {
  return read(await kept("bundle"), await device());
}

/** The bundle of now, or `present` when it is still that. Throws Refused when the server has none
 * for this counter (409, 410, 404) or does not know the device, TypeError without a network. */
export async function fetchBundle(present) {
  const made = await device();
  const path = `/api/v1/devices/${made.id}/bundle`;
  const headers = await signed("GET", path);
  if (present?.tag) headers["If-None-Match"] = present.tag;
  const answer = await fetch(path, { headers, cache: "no-store" });
  if (answer.status === 304 && present) return present;
  const told = await answer.json().catch(() => null);
  if (!answer.ok) throw new Refused(answer.status, told);
  const found = { text: told?.bundle, signature: told?.signature, tag: answer.headers.get("ETag") };
  const genuine = await read(found, made);
  if (genuine === null) throw new Refused(502, { message: "not signed by this installation" });
  await keep("bundle", found);
  return genuine;
}

/** Whether the form may be asked at `now` (milliseconds, the server's clock). */
export const isValid = (table, now) => now < Date.parse(table.valid_until);

/** How many questions there are, and about how many minutes they take: 8 seconds each. */
export function size(table) {
  const questions = table.form.screens.flatMap((screen) => screen.questions);
  const n = questions.reduce((sum, { kind, items }) => sum + (kind === "grid" ? items.length : kind !== "note"), 0);
  return { questions: n, minutes: Math.max(1, Math.round((n * 8) / 60)) };
}
