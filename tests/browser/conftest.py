"""A real server with a real database, and a real Chromium looking at it."""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from survey.calendar import clock, local_day
from survey.config import Settings
from survey.database import Database
from survey.units.places import counter_by_code, current_code
from tests.browser.looking import english_on, english_phrases, overflow, violations
from tests.postgres import free_port

FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
)
PATIENCE = 180_000  # ms until a page that does not come is a failure, on a busy machine too
PHONE = {"width": 390, "height": 844}
KIOSK = {"width": 1080, "height": 1920}
DESKTOP = {"width": 1440, "height": 900}
COUNTER = "Q-19333-1"  # the first of Phường Đông Hà
LONG_FORMS = {
    "sipas-2640@1": "qd-2640-2017",
    "sipas-2022@1": "qd-1001-2023",
    "sipas-1001-ward-2026@1": "qd-1001-2023",
}
SIPAS = Path(sys.executable).parent / "sipas"


@dataclass
class Site:
    """One installation of its own, served on a port of the loopback."""

    data: Path
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def settings(self) -> Settings:
        """The settings that it is served with."""
        return Settings(f"sqlite:///{self.data / 'sipas.db'}", self.data, self.data / "secret")

    def database(self) -> Database:
        return Database(self.settings)

    def sipas(self, *arguments: str) -> str:
        """What a `sipas` command prints; fails with what it said."""
        done = subprocess.run(
            [SIPAS, *arguments],
            env={**os.environ, "SIPAS_DATA": str(self.data)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@contextmanager
def launched() -> Iterator[Browser]:
    """Debian's Chromium."""
    path = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if path is None:
        raise RuntimeError("Chromium is not installed: run ./test, which installs it")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=path, chromium_sandbox=False, args=list(FLAGS)
        )
        yield found
        found.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with launched() as found:
        yield found


def build_province(folder: Path) -> None:
    """The demo in `folder`, with its jobs done so that a server has nothing to catch up with."""
    place = Site(folder, 0)
    place.sipas("migrate")
    place.sipas("demo")
    place.sipas("work", "--once")


@pytest.fixture(scope="session")
def demo_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo province with its jobs done, built once for all workers: to copy, not to change."""
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    folder = base / "sipas-demo"
    with (base / "sipas-demo.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if not folder.exists():
            making = base / "sipas-demo.making"
            making.mkdir()
            build_province(making)
            making.rename(folder)
    return folder


@pytest.fixture
def demo_copy(demo_data: Path, tmp_path: Path) -> Iterator[Path]:
    """A province of one's own."""
    folder = tmp_path / "data"
    shutil.copytree(demo_data, folder)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def province(demo_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A served province that the tests of one file look at together."""
    folder = tmp_path_factory.mktemp("province") / "data"
    shutil.copytree(demo_data, folder)
    with serving() as start:
        yield start(folder)
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def poster(province: Site) -> str:
    """Address of the poster at COUNTER."""
    return poster_of(province)


def poster_of(site: Site) -> str:
    database = site.database()
    with database.read() as session:
        counter = counter_by_code(session, COUNTER)
        assert counter is not None
        current = current_code(session, counter.id)
    database.close()
    assert current is not None
    return f"{site.url}/c/{current.code}"


@pytest.fixture(scope="module")
def samples(province: Site) -> dict[str, str]:
    """Addresses of open surveys with the long forms, by form."""
    today = local_day(clock())
    period = ("--opens", today.isoformat(), "--closes", (today + timedelta(days=9)).isoformat())
    found = {}
    for form, method in LONG_FORMS.items():
        code = form.replace("@", "-ban-")
        province.sipas(
            "round", "create", code, "--form", form, "--method", method, "--sample", "probability",
            "--mode", "web", *period, "--title", f"Thử {form}", "--place", "area:44",
        )  # fmt: skip
        province.sipas("round", "open", code)
        found[form] = f"{province.url}/r/{code}"
    return found


@pytest.fixture
def serve() -> Iterator[Callable[[Path], Site]]:
    """Starts `sipas serve` on a folder of data; stops it at the end."""
    with serving() as start:
        yield start


@contextmanager
def serving() -> Iterator[Callable[[Path], Site]]:
    running: list[subprocess.Popen[bytes]] = []

    def start(data: Path) -> Site:
        site = Site(data, free_port())
        with (data / "serve.log").open("wb") as log:
            process = subprocess.Popen(
                [SIPAS, "serve", "--port", str(site.port)],
                env={**os.environ, "SIPAS_DATA": str(data)},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        running.append(process)
        wait_until_ready(site, process)
        return site

    try:
        yield start
    finally:
        for process in running:
            process.terminate()
            process.wait(timeout=30)


def wait_until_ready(site: Site, process: subprocess.Popen[bytes]) -> None:
    """Ask until it answers; the process ending is a failure, told with its log."""
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError((site.data / "serve.log").read_text())
        try:
            with urlopen(site.url + "/readyz", timeout=1):
                return
        except OSError:
            Event().wait(0.1)
    raise RuntimeError("the server did not become ready in a minute")


@pytest.fixture
def look(browser: Browser) -> Iterator[Callable[..., Page]]:
    """A new page of a person's own browser: size, JavaScript on or off."""
    contexts: list[BrowserContext] = []

    def open_page(size: dict[str, int] = PHONE, *, script: bool = True) -> Page:
        contexts.append(someone(browser, size, script=script))
        return contexts[-1].new_page()

    yield open_page
    for context in contexts:
        context.close()


def someone(browser: Browser, size: dict[str, int], *, script: bool = True) -> BrowserContext:
    """A person's own browser in Vietnam."""
    context = browser.new_context(
        viewport=size,
        java_script_enabled=script,
        locale="vi-VN",
        timezone_id="Asia/Ho_Chi_Minh",
        has_touch=size is not DESKTOP,
    )
    context.set_default_timeout(PATIENCE)
    return context


@pytest.fixture(scope="session")
def phrases() -> list[str]:
    return english_phrases()


@pytest.fixture
def check(phrases: list[str]) -> Iterator[Callable[..., None]]:
    """Looks at a page; says at the end of the test everything that was wrong with any."""
    wrong: list[str] = []

    def look_at(page: Page, language: str = "vi", *, barriers: bool = True) -> None:
        if barriers:
            wrong.extend(violations(page))
        if page.locator("html").get_attribute("lang") != language:
            wrong.append(f"{page.url}: not in {language}")
        if (wider := overflow(page)) > 0:
            wrong.append(f"{page.url}: {wider} px wider than the window")
        if language == "vi":
            wrong.extend(f"{page.url}: English: {words}" for words in english_on(page, phrases))

    yield look_at
    assert wrong == [], "\n".join(wrong)


@pytest.fixture
def both_sizes(check: Callable[..., None]) -> Callable[[Page], None]:
    """Looks at a page as a computer shows it and as a phone does; leaves it as it was."""

    def look_at(page: Page) -> None:
        before = page.viewport_size
        for size in (DESKTOP, PHONE):
            page.set_viewport_size({"width": size["width"], "height": size["height"]})
            check(page)
        if before:
            page.set_viewport_size(before)

    return look_at


def bytes_as_sent(page: Page, act: Callable[[], object]) -> int:
    """Encoded bytes of everything that `act` makes the browser load, headers included, by the
    browser's own protocol and with nothing in its caches."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    sizes: list[float] = []

    def redirected(event: dict[str, Any]) -> None:
        sizes.append(event.get("redirectResponse", {}).get("encodedDataLength", 0))

    session.on("Network.requestWillBeSent", redirected)
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    act()
    page.wait_for_load_state("load")
    page.evaluate("document.fonts.ready.then(() => true)")
    session.detach()
    return round(sum(sizes))
