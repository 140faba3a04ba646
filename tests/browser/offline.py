"""A telephone whose network comes and goes, and whose browser can be killed."""

import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event
from typing import Any

from playwright.sync_api import BrowserContext, BrowserType, Error, Page
from sqlalchemy import func

from survey.respond.tables import Intake, PendingComment, Traffic
from tests.browser.conftest import FLAGS, PHONE, Site
from tests.browser.people import wait_for_app
from tests.faults.checker import Verdict

WITH_MODULES = """async ([app, names]) => {
  window.m = {};
  for (const name of names) {
    Object.assign(window.m, await import(new URL(`../${name}.js`, app).href));
  }
}"""
APP = "document.querySelector(\"script[type=module][src*='/phone/']\").src"
KEY = "JSON.parse(document.querySelector('meta[name=sipas-key]').content)"
MODULES = ["queue/records", "queue/store", "queue/sender", "form/asking", "form/bundle"]
READY = """async () => {
  await navigator.serviceWorker.ready;
  return (await caches.keys()).length;
}"""
ANSWER_MANY = """async ([address, key, n, device]) => {
  const sent = (await m.get("bundles", address)).sent;
  const bundle = { ...(await m.opened(sent, key)), ...(device ? { mode: "kiosk" } : {}) };
  const codes = { q1: 5, q2: 4, q3: 3, q4: 2, q5: 1, q6: 5, q7: 4, q8: 3, q9: 2 };
  const typed = Object.fromEntries(Object.entries(codes).map(([q, code]) => [q, [String(code)]]));
  const ids = [];
  for (let count = 0; count < n; count += 1) {
    const element = document.createElement("div");
    const result = new Promise((resolve) => {
      const tell = (what, told) => what === "finished" && resolve(told);
      const draft = { typed, begun: true, step: 5 };
      const asking = new m.Asking(element, bundle, { language: "vi", tell, draft });
      asking.show();
      document.body.append(element);
      element.querySelector("textarea").value = count % 10 ? "" : `Lời thứ ${count}`;
      element.querySelector("button[value=next]").click();
    });
    ids.push(await m.keep(await result, { sealing: bundle.sealing, device }));
    element.remove();
  }
  return ids;
}"""
ANSWERED = {"q1": 5, "q2": 4, "q3": 3, "q4": 2, "q5": 1, "q6": 5, "q7": 4, "q8": 3, "q9": 2}


def visit(page: Page, address: str) -> None:
    """Open a form once with a network, until all that it needs without one is there."""
    page.goto(address)
    wait_for_app(page)
    assert page.evaluate(READY) >= 1
    take_modules(page, page.evaluate(APP))


def take_modules(page: Page, app: str, *more: str) -> None:
    """The modules of the app at hand on a page. app: the address of the phone's."""
    page.evaluate(WITH_MODULES, [app, [*more, *MODULES]])


def answer_many(
    page: Page, poster: str, n: int, *, device: str | None = None, key: dict[str, str] | None = None
) -> list[str]:
    """n people answer through the engine; the ids of what stands in the queue."""
    address = f"/api/v1/counters/{poster.rpartition('/')[2]}/bundle"
    key = key or page.evaluate(KEY)
    ids: list[str] = page.evaluate(ANSWER_MANY, [address, key, n, device])
    return ids


def queue(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate("m.state()")
    return found


def wait_until_sent(page: Page, seconds: int = 60) -> None:
    for _ in range(seconds * 4):
        state = queue(page)
        if state["queued"] == state["words"] == 0:
            return
        Event().wait(0.25)
    raise AssertionError(f"after {seconds} s there still waits {queue(page)}")


def stored(site: Site, ids: list[str]) -> list[dict[str, int]]:
    """The answers of these submissions that wait for release."""
    database = site.database()
    with database.read() as session:
        rows = session.query(Intake).all()
        found = [row.answers for row in rows if str(row.id) in ids]
    database.close()
    return found


def intake_size(site: Site) -> int:
    """How many answers wait for release."""
    database = site.database()
    with database.read() as session:
        found = session.query(Intake).count()
    database.close()
    return found


def counted(sent: int, found: int) -> Verdict:
    """What became of answers that people were thanked for, as a line of the table of faults."""
    verdict = Verdict(acknowledged=sent, found=found)
    verdict.blame("lost", max(0, sent - found), "answers are not stored")
    verdict.blame("doubled", max(0, found - sent), "answers are stored twice")
    return verdict


def started(site: Site) -> int:
    """How many people began, as far as it was counted."""
    database = site.database()
    with database.read() as session:
        found = session.query(func.sum(Traffic.started)).scalar()
    database.close()
    return found or 0


def words_waiting(site: Site) -> list[str]:
    database = site.database()
    with database.read() as session:
        found = [row.text for row in session.query(PendingComment)]
    database.close()
    return found


@contextmanager
def own_browser(kind: BrowserType, folder: Path) -> Iterator[BrowserContext]:
    """A browser of its own whose storage stays in `folder`, to be killed and started again."""
    path = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    context = kind.launch_persistent_context(
        str(folder),
        executable_path=path,
        chromium_sandbox=False,
        args=list(FLAGS),
        viewport=PHONE,
        locale="vi-VN",
    )
    try:
        yield context
    finally:
        with suppress(Error):  # it was killed
            context.close()


def kill(folder: Path) -> None:
    """End at once every process of the browser whose storage is in `folder`."""
    mark = str(folder).encode()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if mark in (entry / "cmdline").read_bytes():
                    os.kill(int(entry.name), signal.SIGKILL)
            except (OSError, ProcessLookupError):
                continue  # it ended by itself
