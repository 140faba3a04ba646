// A form that was carried away (survey/respond/bundle): its signature is checked before anything in
// it is read, and its dates whenever somebody begins.

const SCHEMA = 1;
const EARLY = 24 * 3600 * 1000; // a device's clock may run behind

/** What is wrong with a bundle, as a word: `signature`, `schema`, `early`, `late`. */
export class BundleRefused extends Error {
  constructor(reason) {
    super(`the bundle is refused: ${reason}`);
    this.reason = reason;
  }
}

const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));

/** The bundle that was `sent`, `{bundle, signature}`. key: the installation's public key (JWK).
 *  Throws BundleRefused. */
export async function opened({ bundle, signature }, key) {
  const ecdsa = { name: "ECDSA", namedCurve: "P-256" };
  const known = await crypto.subtle.importKey("jwk", { ...key, ext: true }, ecdsa, true, ["verify"]);
  const text = new TextEncoder().encode(bundle);
  const by = { name: "ECDSA", hash: "SHA-256" };
  if (!(await crypto.subtle.verify(by, known, bytes(signature), text))) {
    throw new BundleRefused("signature");
  }
  const found = JSON.parse(bundle);
  if (found.schema !== SCHEMA) throw new BundleRefused("schema");
  return found;
}

/** Throws BundleRefused unless the form may be begun at `now` (milliseconds, put right by the
 *  server's clock where it is known). */
export function holds(bundle, now) {
  if (now < Date.parse(bundle.issued) - EARLY) throw new BundleRefused("early");
  if (now >= Date.parse(bundle.valid_until)) throw new BundleRefused("late");
}
