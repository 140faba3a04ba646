// The staff's PIN, checked here so that it works without a network. Wrong tries slow the next ones
// down: after three, half a minute, then twice as long each time, up to a quarter of an hour.
import { base64url, fromBase64url } from "../device.js";

const FREE = 3;
const FIRST = 30, LONGEST = 900; // seconds

/** Whether the PIN is the one of `hash` ({alg, salt, rounds, hash}). */
export async function fits(pin, { salt, rounds, hash }) {
  const raw = await crypto.subtle.importKey("raw", new TextEncoder().encode(pin), "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: fromBase64url(salt), iterations: rounds };
  return base64url(await crypto.subtle.deriveBits(how, raw, 256)) === hash;
}

/** Counts wrong tries. It outlives a reload: `store` has get() and set(value), both may wait. */
export class Throttle {
  constructor(store, now = () => Date.now()) {
    this.store = store;
    this.now = now;
  }

  /** Seconds until the next try is looked at; 0 when it is at once. */
  async wait() {
    const { tries = 0, at = 0 } = (await this.store.get()) ?? {};
    if (tries < FREE) return 0;
    const pause = Math.min(FIRST * 2 ** (tries - FREE), LONGEST) * 1000;
    const passed = this.now() - at;
    return passed < 0 ? Math.ceil(pause / 1000) : Math.max(0, Math.ceil((pause - passed) / 1000));
  }

  async failed() {
    const { tries = 0 } = (await this.store.get()) ?? {};
    await this.store.set({ tries: tries + 1, at: this.now() });
  }

  async passed() {
    await this.store.set({ tries: 0, at: 0 });
  }
}
