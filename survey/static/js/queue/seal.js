// A finished record is sealed at once: AES-256-GCM under a fresh key, which is wrapped by RSA-OAEP to
// the installation's key. This device cannot open it again; whoever steals it learns nothing.

export const ALGORITHM = "RSA-OAEP-256+A256GCM";

const encoder = new TextEncoder();

/** Base64url without padding. */
export const encoded = (buffer) =>
  btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(""))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

/** Hex SHA-256 of a text in UTF-8. */
export async function sha256(text) {
  const hash = await crypto.subtle.digest("SHA-256", encoder.encode(text));
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The text to send for an item: its id, and all of it sealed to `{key_id, jwk}`. */
export async function sealed(item, { key_id, jwk }) {
  const oaep = { name: "RSA-OAEP", hash: "SHA-256" };
  const theirs = await crypto.subtle.importKey("jwk", jwk, oaep, false, ["wrapKey"]);
  const aes = { name: "AES-GCM", length: 256 };
  const fresh = await crypto.subtle.generateKey(aes, true, ["encrypt"]);
  const wrapped = await crypto.subtle.wrapKey("raw", fresh, theirs, oaep);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const plain = encoder.encode(JSON.stringify(item));
  const ciphertext = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, fresh, plain);
  return JSON.stringify({
    id: item.id, key_id, alg: ALGORITHM, wrapped_key: encoded(wrapped), iv: encoded(iv),
    ciphertext: encoded(ciphertext),
  });
}
