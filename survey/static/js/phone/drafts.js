// A form that is being answered, kept on this telephone so that it can be gone on with: encrypted under
// a key that is made here and that no script can take out of the browser.
import { get, keepNote, note, put, remove } from "../queue/store.js";

const ALGORITHM = { name: "AES-GCM", length: 256 };
export const LIVES = 24 * 3600 * 1000;

async function ownKey() {
  const kept = await note("draft_key");
  if (kept) return kept;
  const made = await crypto.subtle.generateKey(ALGORITHM, false, ["encrypt", "decrypt"]);
  await keepNote("draft_key", made);
  return made;
}

/** Keep the draft of the form at an address. draft: what JSON can hold. */
export async function saveDraft(address, draft) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const plain = new TextEncoder().encode(JSON.stringify(draft));
  const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await ownKey(), plain);
  await put("drafts", { address, iv, data, saved_at: Date.now() });
}

/** The draft at an address, `{draft, isOld}`; undefined without one, or with one that is damaged. */
export async function readDraft(address) {
  const row = await get("drafts", address);
  if (!row) return undefined;
  try {
    const aes = { name: "AES-GCM", iv: row.iv };
    const plain = await crypto.subtle.decrypt(aes, await ownKey(), row.data);
    const draft = JSON.parse(new TextDecoder().decode(plain));
    return { draft, isOld: Math.abs(Date.now() - row.saved_at) > LIVES };
  } catch {
    await dropDraft(address); // its key is gone: nobody can read it any more
    return undefined;
  }
}

export const dropDraft = (address) => remove("drafts", address);
