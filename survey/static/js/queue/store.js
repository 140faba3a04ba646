// The device's own database, IndexedDB `sipas`: finished records that wait or were acknowledged, drafts
// under a key that never leaves the browser, the bundles that forms are asked from, and a few notes.
//
//   records  by id: {id, kind, seq, body, sha256, round, finished_at, state, tries, next_try, …}
//   drafts   by address: {address, iv, data, saved_at, round, place…}
//   bundles  by address: {address, sent, etag, fetched_at}
//   notes    by name: {name, value}

const NAME = "sipas";
const VERSION = 1;
const STORES = { records: "id", drafts: "address", bundles: "address", notes: "name" };

const asked = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

let opening;

/** The database, opened once a page; opened anew when the browser closed it. */
function database() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      for (const [store, keyPath] of Object.entries(STORES)) {
        request.result.createObjectStore(store, { keyPath });
      }
    };
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const opened = request.result;
      opened.onclose = opened.onversionchange = () => {
        opened.close();
        opening = undefined;
      };
      resolve(opened);
    };
  });
  opening.catch(() => {
    opening = undefined; // a full or broken disk may do better the next time
  });
  return opening;
}

/** Run `act` with some stores in one transaction; resolves to what it gives once all is on disk. */
export async function within(names, mode, act) {
  const transaction = (await database()).transaction(names, mode, { durability: "strict" });
  const done = new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error ?? new DOMException("", "AbortError"));
  });
  done.catch(() => {}); // told below, also when `act` fails first
  const given = await act(...names.map((name) => transaction.objectStore(name)));
  await done;
  return given;
}

export const get = (name, key) => within([name], "readonly", (store) => asked(store.get(key)));

export const all = (name) => within([name], "readonly", (store) => asked(store.getAll()));

export const put = (name, row) => within([name], "readwrite", (store) => asked(store.put(row)));

export const remove = (name, key) =>
  within([name], "readwrite", (store) => asked(store.delete(key)));

/** A note by its name; undefined when there is none. */
export const note = async (name) => (await get("notes", name))?.value;

export const keepNote = (name, value) => put("notes", { name, value });

/** Change the row of `key` by `change(row)` in one transaction; a row that is gone stays gone. */
export const amend = (name, key, change) =>
  within([name], "readwrite", async (store) => {
    const row = await asked(store.get(key));
    if (row !== undefined) await asked(store.put(change(row)));
    return row;
  });

/** Add records under `seq`, the number after the last one, in one transaction: a number is never
 *  taken without its record. False when another page took it meanwhile. */
export const addNumbered = (rows, seq) =>
  within(["records", "notes"], "readwrite", async (records, notes) => {
    if (seq !== null) {
      if (((await asked(notes.get("seq")))?.value ?? 0) !== seq - 1) return false;
      await asked(notes.put({ name: "seq", value: seq }));
    }
    await Promise.all(rows.map((row) => asked(records.add(row))));
    return true;
  });

/** Ask the browser not to evict what is kept here, and keep its answer; false where it cannot. */
export async function persist() {
  const given = Boolean(await navigator.storage?.persist?.());
  await keepNote("persisted", given);
  return given;
}
