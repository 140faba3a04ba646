// What is finished on this device: kept sealed, until two weeks after the server said that it has it.
import { addNumbered, all, amend, note, remove } from "./store.js";
import { sealed, sha256 } from "./seal.js";

export const KEPT = 14 * 24 * 3600 * 1000; // after the acknowledgement
export const WAITING = "waiting";
export const DONE = ["stored", "already", "kept-for-review"];
const ANSWERS = "answers", WORDS = "words";
const IMPORT = "/desk/devices/import"; // where staff bring the file

/** Keep what `Asking` finished. Resolves once it is on disk; rejects when it cannot be kept.
 *
 *  sealing: the bundle's `{key_id, jwk}`. device: the id of an enrolled device, whose items are
 *  numbered so that the server sees what is missing. */
export async function keep({ item, remarks = [] }, { sealing, device, now = Date.now() }) {
  const words = await Promise.all(remarks.map((remark) => record(remark, WORDS, sealing, now)));
  for (;;) {
    const seq = device ? ((await note("seq")) ?? 0) + 1 : null;
    const numbered = device ? { ...item, device, seq, finished_at: now } : item;
    const answers = await record(numbered, ANSWERS, sealing, now);
    if (await addNumbered([answers, ...words], seq)) return item.id;
  }
}

/** Words carry no number and no moment, so that nothing here tells whose they are. */
async function record(item, kind, sealing, now) {
  const body = await sealed(item, sealing);
  const day = new Date(now).toISOString().slice(0, 10);
  return {
    id: item.id, kind, seq: item.seq ?? null, body, sha256: await sha256(body), tries: 0,
    next_try: 0, state: WAITING, finished_at: kind === WORDS ? Date.parse(day) : now,
    acknowledged_at: null, reason: "",
  };
}

/** The records of a kind that are to be sent now: those never tried first, then by their number. */
export async function due(kind, now) {
  const found = (await all("records")).filter(
    (row) => row.kind === kind && row.state === WAITING && row.next_try <= now);
  return found.sort((a, b) =>
    a.tries - b.tries || a.seq - b.seq || a.finished_at - b.finished_at || (a.id < b.id ? -1 : 1));
}

/** What is known of the queue: how many wait, since when, the greatest number, storage. */
export async function state() {
  const rows = await all("records");
  const waiting = rows.filter((row) => row.state === WAITING);
  const oldest = waiting.reduce((least, row) => Math.min(least, row.finished_at), Infinity);
  return {
    queued: waiting.filter((row) => row.kind === ANSWERS).length,
    words: waiting.filter((row) => row.kind === WORDS).length,
    refused: rows.filter((row) => row.state === "refused").length,
    oldest: Number.isFinite(oldest) ? oldest : null,
    seq: (await note("seq")) ?? 0,
    persisted: (await note("persisted")) ?? false,
  };
}

/** The server has it: only then is the copy on its way to be deleted. */
export const acknowledge = (id, told, now) =>
  amend("records", id, (row) => ({
    ...row, state: told.state, reason: told.reason ?? "", acknowledged_at: now,
  }));

/** The server will never take it as it is; it stays here, and in the export. */
export const refuse = (id, reason) =>
  amend("records", id, (row) => ({ ...row, state: "refused", reason }));

/** It went wrong; the next try is later, so that one bad record holds up no other. */
export const postpone = (id, next_try) =>
  amend("records", id, (row) => ({ ...row, tries: row.tries + 1, next_try }));

/** Forget what was acknowledged long enough ago. */
export async function tidy(now) {
  for (const row of await all("records")) {
    if (DONE.includes(row.state) && now - row.acknowledged_at >= KEPT) await remove("records", row.id);
  }
}

/** The queue as a file for the desk: one sealed record a line, those that wait and those that were
 *  refused; at the end who signed it. sign(method, path, body): of an enrolled device. */
export async function exported(sign) {
  const rows = (await all("records")).filter((row) => !DONE.includes(row.state));
  const lines = rows.map((row) => `{"kind":"${row.kind}","item":${row.body}}\n`).join("");
  const signed = sign ? `${JSON.stringify({ signed: await sign("POST", IMPORT, lines) })}\n` : "";
  return new Blob([lines, signed], { type: "application/x-ndjson" });
}
