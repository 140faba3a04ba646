// The form of an address as it was carried to this device: fetched when there is a network, else the one
// that was fetched before. The installation's key stands in the page.
import { BundleRefused, holds, opened } from "../form/bundle.js";
import { get, keepNote, note, put, remove } from "../queue/store.js";

const PATIENCE = 10 * 1000;
const GONE = [404, 409, 410]; // the round is over, not open yet, or never was

/** Where the bundle of a form's page is; undefined for another page. */
export function bundleAddress(path) {
  const [, kind, code] = path.match(/^\/([rc])\/([^/]+)$/) ?? [];
  const rooms = { r: "rounds", c: "counters" };
  return kind && `/api/v1/${rooms[kind]}/${code}/bundle`;
}

/** This device's clock, put right by the server's as far as it was ever heard. */
export async function rightClock() {
  const skew = (await note("skew")) ?? 0;
  return () => Date.now() + skew;
}

/** The bundle to ask from, or undefined. Throws BundleRefused when the one kept has had its time. */
export async function carried(address, key) {
  const fetched = await fresh(address, key);
  if (fetched === null) return undefined;
  const kept = fetched ?? (await get("bundles", address))?.sent;
  if (!kept) return undefined;
  const bundle = await opened(kept, key);
  holds(bundle, (await rightClock())());
  return bundle;
}

/** What the server sends; undefined when it cannot be reached or has nothing new; null when there is
 *  no such form any more. */
async function fresh(address, key) {
  const before = await get("bundles", address);
  let answer;
  try {
    const headers = before ? { "If-None-Match": before.etag } : {};
    const signal = AbortSignal.timeout(PATIENCE);
    answer = await fetch(address, { headers, signal, cache: "no-store", redirect: "error" });
  } catch {
    return undefined;
  }
  if (GONE.includes(answer.status)) {
    await remove("bundles", address);
    return null;
  }
  if (!answer.ok) return undefined;
  try {
    const sent = await answer.json();
    await opened(sent, key);
    const date = Date.parse(answer.headers.get("Date"));
    if (Number.isFinite(date)) await keepNote("skew", date - Date.now());
    await put("bundles", { address, sent, etag: answer.headers.get("ETag"), fetched_at: Date.now() });
    return sent;
  } catch (error) {
    if (error instanceof BundleRefused || error instanceof SyntaxError || error instanceof TypeError) {
      return undefined; // whoever answered is not our server
    }
    throw error;
  }
}
