// Who this device is: a key pair that was made here and cannot be taken out, and the counter that it
// was enrolled for. Every request of an enrolled device is signed; `time` tells the server how far
// its clock is off.

const BASE = "sipas-device";
const STORE = "device";
const CURVE = { name: "ECDSA", namedCurve: "P-256" };
const SIGNING = { name: "ECDSA", hash: "SHA-256" };

/** Whether this browser has what a kiosk needs; it lacks keys on pages that came without TLS. */
export const canEnrol = () => Boolean(globalThis.crypto?.subtle && globalThis.indexedDB);

const asked = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

async function inStore(mode, act) {
  const opening = indexedDB.open(BASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
  const base = await asked(opening);
  try {
    const done = base.transaction(STORE, mode, { durability: "strict" });
    const result = await asked(act(done.objectStore(STORE)));
    await new Promise((resolve, reject) => {
      done.oncomplete = resolve;
      done.onabort = done.onerror = () => reject(done.error);
    });
    return result;
  } finally {
    base.close();
  }
}

/** What was kept under a name beside the device, such as its last bundle. */
export const kept = (name) => inStore("readonly", (store) => store.get(name));
export const keep = (name, value) => inStore("readwrite", (store) => store.put(value, name));

/** The enrolled device: {id, counter, name, bundleKey}; null when there is none. */
export async function device() {
  return (await kept("enrolled")) ?? null;
}

/** A refusal of the server: its status, and a reason that a program can act on. */
export class Refused extends Error {
  constructor(status, told) {
    super(told?.message ?? `${status}`);
    this.status = status;
    this.reason = told?.reason ?? "";
  }
}

/** Become the device that a code stands for. The same code may be tried again when the answer was
 * lost: the pair is kept from the first try. Throws Refused; TypeError without a network. */
export async function enrol(code) {
  const pair = (await kept("pair")) ?? (await crypto.subtle.generateKey(CURVE, false, ["sign", "verify"]));
  await keep("pair", pair);
  const body = { code, key: await publicPart(pair), about: navigator.userAgent.slice(0, 200) };
  const answer = await fetch("/api/v1/devices", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const told = await answer.json().catch(() => null);
  if (!answer.ok || !told?.device) throw new Refused(answer.status, told);
  const made = { id: told.device, counter: told.counter, name: told.name ?? "", bundleKey: told.bundle_key };
  await keep("enrolled", made);
  return made;
}

async function publicPart(pair) {
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", pair.publicKey);
  return { kty, crv, x, y };
}

/** No longer a device of this house: the key pair and what was kept beside it are gone. */
export const forget = () => inStore("readwrite", (store) => store.clear());

const hex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** Bytes in base64url without padding, and back. */
export const base64url = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
export const fromBase64url = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));

/** The headers that sign a request. body: bytes, or a text. Empty when there is no device. */
export async function signed(method, path, body = "") {
  const [made, pair] = [await device(), await kept("pair")];
  if (!made || !pair) return {};
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  const time = String(Date.now());
  const text = [method, path, time, hex(await crypto.subtle.digest("SHA-256", bytes))].join("\n");
  const mark = await crypto.subtle.sign(SIGNING, pair.privateKey, new TextEncoder().encode(text));
  return { "Sipas-Device": made.id, "Sipas-Time": time, "Sipas-Signature": base64url(mark) };
}

/** Tell the server how this device is. Returns {now, revoked, pin, bundle}. Throws Refused. */
export async function call(state) {
  const made = await device();
  const path = `/api/v1/devices/${made.id}/contact`;
  const body = JSON.stringify(state);
  const headers = { "Content-Type": "application/json", ...(await signed("POST", path, body)) };
  const answer = await fetch(path, { method: "POST", headers, body });
  const told = await answer.json().catch(() => null);
  if (!answer.ok || typeof told?.now !== "number") throw new Refused(answer.status, told);
  return told;
}

/** Whether a text was signed by the installation that enrolled this device. */
export async function isGenuine(text, signature, jwk) {
  const key = await crypto.subtle.importKey("jwk", { ...jwk, ext: true }, CURVE, false, ["verify"]);
  return crypto.subtle.verify(SIGNING, key, fromBase64url(signature), new TextEncoder().encode(text));
}
