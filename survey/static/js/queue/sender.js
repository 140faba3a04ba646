// Sends what waits: in batches, the oldest first, with full jitter between tries, stopping at the first
// sign that the server has too much to do. A record is done when the answer names its id and the hash
// of the very bytes sent: a captive portal also answers 200.
import { DONE, acknowledge, due, postpone, refuse, tidy } from "./records.js";

export const SHORTEST = 1000;
export const LONGEST = 5 * 60 * 1000;
const ITEMS = 32; // of one batch
const BYTES = 256 * 1024;
const PATIENCE = 30 * 1000; // for one answer
const DOORS = { answers: "/api/v1/responses", words: "/api/v1/comments" };
const FAULTY = [400, 413, 422]; // something in the batch, not the way there

/** The whole batch failed. after: milliseconds that the server asked for; 0 when it did not. */
class Failed extends Error {
  constructor(status, after = 0) {
    super(`the batch was not taken: ${status}`);
    this.status = status;
    this.after = after;
  }
}

/** Full jitter (AWS, Exponential Backoff And Jitter): between a second and a growing limit. */
export const wait = (failures, random = Math.random) =>
  SHORTEST + random() * (Math.min(LONGEST, SHORTEST * 2 ** failures) - SHORTEST);

/** Milliseconds of a Retry-After, a number of seconds or a date; 0 without a sound one. */
export function retryAfter(text, now) {
  if (text === null) return 0;
  const found = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isFinite(found) ? Math.min(Math.max(found, 0), 24 * 3600 * 1000) : 0;
}

export class Sender {
  #failures = 0;
  #timer;

  /** sign(method, path, body): the headers of an enrolled device; none for a telephone.
   *  tell(what): "sent" after records were acknowledged, "failed" with the status. */
  constructor({ sign = async () => ({}), tell = () => {} } = {}) {
    this.sign = sign;
    this.tell = tell;
  }

  /** Send now, and whenever there is a reason to: the network, the page, time. */
  start() {
    addEventListener("online", () => this.hurry());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.hurry();
    });
    this.hurry();
  }

  stop() {
    clearTimeout(this.#timer);
    this.stopped = true;
  }

  /** Something changed for the better: try at once. */
  hurry() {
    this.#failures = 0;
    return this.#run();
  }

  async #run() {
    clearTimeout(this.#timer);
    if (this.stopped) return;
    let delay = LONGEST;
    try {
      await alone(() => this.#flush());
      this.#failures = 0;
    } catch (error) {
      if (!(error instanceof Failed)) throw error;
      this.#failures += 1;
      delay = Math.max(wait(this.#failures), error.after);
      this.tell("failed", error.status);
    } finally {
      if (!this.stopped) this.#timer = setTimeout(() => this.#run(), delay);
    }
  }

  /** Send all that is due, answers first; the words of one's own go apart from them. */
  async #flush() {
    for (const kind of Object.keys(DOORS)) {
      for (let rows = await due(kind, Date.now()); rows.length; rows = await due(kind, Date.now())) {
        await this.#send(kind, batch(rows));
      }
    }
    await tidy(Date.now());
  }

  /** One batch; one that is faulty as a whole is halved until the faulty record stands alone. */
  async #send(kind, rows) {
    try {
      await this.#settle(rows, await this.#post(kind, `[${rows.map((row) => row.body).join(",")}]`));
    } catch (error) {
      if (!(error instanceof Failed) || !FAULTY.includes(error.status)) throw error;
      if (rows.length === 1) {
        await postpone(rows[0].id, Date.now() + wait(rows[0].tries + 8));
        return;
      }
      const middle = Math.ceil(rows.length / 2);
      await this.#send(kind, rows.slice(0, middle));
      await this.#send(kind, rows.slice(middle));
    }
  }

  async #post(kind, body) {
    const path = DOORS[kind];
    let answer;
    try {
      const headers = { "Content-Type": "application/json" };
      if (kind === "answers") Object.assign(headers, await this.sign("POST", path, body));
      answer = await fetch(path, {
        method: "POST", headers, body, cache: "no-store", credentials: "omit", redirect: "error",
        signal: AbortSignal.timeout(PATIENCE),
      });
    } catch {
      throw new Failed(0); // no network, or nobody answered in time
    }
    if (!answer.ok) throw new Failed(answer.status, retryAfter(answer.headers.get("Retry-After"), Date.now()));
    const told = await answer.json().catch(() => null);
    if (!Array.isArray(told)) throw new Failed(0); // whoever answered is not our server
    return told;
  }

  /** What became of each record, by what the answer says of its id and hash. */
  async #settle(rows, told) {
    const ours = told.length === rows.length;
    const byId = new Map(told.filter((one) => one?.id).map((one) => [one.id, one]));
    let settled = 0;
    for (const [place, row] of rows.entries()) {
      const one = byId.get(row.id) ?? (ours ? told[place] : undefined);
      if (one?.id === row.id && one.sha256 === row.sha256 && DONE.includes(one.state)) {
        await acknowledge(row.id, one, Date.now());
        settled += 1;
      } else if (ours && one?.state === "refused" && (!one.id || one.id === row.id)) {
        await refuse(row.id, String(one.reason ?? ""));
        settled += 1;
      } else {
        await postpone(row.id, Date.now() + wait(row.tries + 1));
      }
    }
    if (settled) this.tell("sent", settled);
    if (settled === 0) throw new Failed(0);
  }
}

/** As many of the rows as one batch may carry; always one. */
function batch(rows) {
  let bytes = 0;
  const fits = rows.slice(0, ITEMS).findIndex((row) => (bytes += row.body.length + 1) > BYTES);
  return rows.slice(0, fits < 0 ? ITEMS : Math.max(fits, 1));
}

/** Of several pages of this browser only one sends. */
async function alone(act) {
  if (!navigator.locks) return act(); // what is sent twice is stored once
  return navigator.locks.request("sipas-send", { ifAvailable: true }, (lock) => (lock ? act() : undefined));
}
