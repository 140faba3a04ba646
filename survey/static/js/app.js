// The app on a device: its service worker, and the change to a new version when nobody is disturbed.

/** Keep the app's files on this device; at a kiosk those of the kiosk too. False where it cannot be. */
export async function install({ kiosk = false } = {}) {
  if (!("serviceWorker" in navigator)) return false;
  try {
    await navigator.serviceWorker.register("/sw.js", { scope: "/", updateViaCache: "none" });
    const { active } = await navigator.serviceWorker.ready;
    return kiosk ? await asked(active, "kiosk") === "kept" : true;
  } catch {
    return false; // no room, no network, a certificate that is not trusted: the page works all the same
  }
}

/** Between two citizens: fetch a new version and let it take over. True when the page must be loaded
 *  anew to be of that version. */
export async function renew() {
  const registration = await navigator.serviceWorker?.getRegistration("/");
  await registration?.update().catch(() => {}); // without a network there is nothing new
  if (!registration?.waiting) return false;
  const changed = new Promise((resolve) => {
    navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true });
  });
  registration.waiting.postMessage("take-over");
  await changed;
  return true;
}

function asked(worker, what) {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = (event) => resolve(event.data);
    worker.postMessage(what, [port2]);
  });
}
