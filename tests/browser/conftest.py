"""A real server with a real database, and a real Chromium looking at it."""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.postgres import free_port

FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
)
PHONE = {"width": 390, "height": 844}
KIOSK = {"width": 1080, "height": 1920}
DESKTOP = {"width": 1440, "height": 900}
AXE = (Path(__file__).parent.parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SIPAS = Path(sys.executable).parent / "sipas"


@dataclass
class Site:
    """One installation of its own, served on a port of the loopback."""

    data: Path
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

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


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
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
            place = Site(making, 0)
            place.sipas("migrate")
            place.sipas("demo")
            place.sipas("work", "--once")  # so that a server has nothing to catch up with
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
        context = browser.new_context(
            viewport=size,
            java_script_enabled=script,
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
            has_touch=size is not DESKTOP,
        )
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


def violations(page: Page) -> list[str]:
    """What axe finds wrong on the page, a line each."""
    page.evaluate(AXE)
    found = page.evaluate(
        "tags => axe.run({runOnly: {type: 'tag', values: tags}}).then(r => r.violations)", TAGS
    )
    return [
        f"{page.url} {v['id']}: {v['help']} {[n['target'] for n in v['nodes'][:3]]}" for v in found
    ]


def bytes_as_sent(page: Page, url: str) -> int:
    """Encoded bytes of the page and everything it loads, by the browser's own protocol."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.clearBrowserCache")
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(url, wait_until="networkidle")
    return round(sum(sizes))
