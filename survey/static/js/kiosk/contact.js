// What a kiosk and its server tell each other once a minute: how the device is; the time, the PIN,
// what to ask. What comes changes nothing on the screen while a citizen stands before it.
import { Refused, call, keep, kept } from "../device.js";
import { queue } from "./answers.js";
import { fetchBundle } from "./bundle.js";
import { batteryLevel } from "./staff.js";

const NONE_HERE = [404, 409, 410]; // no round is open at this counter

/** What this device tells of itself. */
export async function stateOf() {
  const { queued, oldest, seq, persisted } = await queue.state();
  const room = await navigator.storage?.estimate?.();
  const storage = room ? Math.max(0, Math.floor(room.quota - room.usage)) : null;
  const battery = await batteryLevel();
  return { version: document.body.dataset.version, queued, oldest, seq, persisted, battery, storage };
}

/** What was heard the last time: {skew, pin}. */
export const remembered = async () => (await kept("known")) ?? {};

/** Call, and set on `kiosk` what is heard. A server that cannot be reached changes nothing. */
export async function meet(kiosk) {
  try {
    const { now, revoked, pin } = await call(await stateOf());
    Object.assign(kiosk, { skew: now - Date.now(), contact: Date.now(), pin, revoked });
    await keep("known", { skew: kiosk.skew, pin });
    kiosk.bundle = await fetchBundle(kiosk.bundle);
    kiosk.why = null;
  } catch (error) {
    if (error instanceof Refused) refused(kiosk, error);
    else if (!(error instanceof TypeError)) throw error; // a TypeError is a network that is away
  }
  queue.send();
}

function refused(kiosk, error) {
  if (["revoked", "unknown-device"].includes(error.reason)) kiosk.revoked = true;
  else if (NONE_HERE.includes(error.status)) {
    kiosk.bundle = null;
    kiosk.why = error.message;
  }
}
