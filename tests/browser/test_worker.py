"""A new version of the app comes beside the old one, and nobody's open form changes under their
hands."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser
JS = Path(__file__).parents[2] / "survey" / "static" / "js"
VERSION = """async () => {
  const answer = await fetch(window.module);
  return answer.ok ? answer.text() : `${answer.status}`;
}"""
UPDATE = """async () => {
  const registration = await navigator.serviceWorker.getRegistration("/");
  await registration.update();
  const worker = registration.installing ?? registration.waiting;
  while (worker.state === "installing") {
    await new Promise((resolve) => worker.addEventListener("statechange", resolve, { once: true }));
  }
  return worker.state;
}"""
INSTALL = "import(window.module.replace('module', 'app')).then((app) => app.install())"
RENEW = "import(window.module.replace('module', 'app')).then((app) => app.renew())"
CACHED = "caches.keys().then((names) => names.sort())"


class Server(ThreadingHTTPServer):
    """Serves the worker as it is shipped, with the files of one version; others are gone."""

    version = "eins"

    def files(self) -> list[str]:
        folder = f"/static/app-{self.version}"
        return ["/offline", f"{folder}/module.js", f"{folder}/app.js"]


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        kind, body = self._found()
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(body)

    def _found(self) -> tuple[str, bytes]:
        version, files = self.server.version, self.server.files()
        if self.path == "/sw.js":
            told = {"VERSION": version, "FILES": files, "KIOSK": []}
            head = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in told.items())
            return "text/javascript", (head + (JS / "worker.js").read_text()).encode()
        if self.path in files and self.path.endswith("app.js"):
            return "text/javascript", (JS / "app.js").read_bytes()
        if self.path in files and self.path.endswith(".js"):
            return "text/javascript", version.encode()
        if self.path in ("/offline", "/r/quay"):
            page = f'<title>{version}</title><body data-at="{self.path}"></body>'
            return "text/html", f"<!doctype html>{page}".encode()
        return "text/plain", b""

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is told of each request."""


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server(("127.0.0.1", 0), Handler)
    thread = Thread(target=made.serve_forever, args=(0.01,))
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


@pytest.fixture
def opened(look, server) -> Page:
    """A form's page of the first version, whose worker has taken the site over."""
    page: Page = look()
    page.goto(f"http://127.0.0.1:{server.server_port}/r/quay")
    page.evaluate("name => { window.module = name; }", server.files()[1])
    assert page.evaluate(INSTALL) is True
    assert page.title() == "eins"
    return page


def test_an_open_form_keeps_the_modules_of_its_version(opened, server):
    server.version = "zwei"
    assert opened.evaluate(UPDATE) == "installed"
    assert opened.evaluate(VERSION) == "eins", "the server has it no more, the device has"
    assert opened.evaluate(CACHED) == ["sipas-eins", "sipas-zwei"]


def test_a_new_version_takes_over_when_the_page_lets_it(opened, server):
    assert opened.evaluate(RENEW) is False, "there is nothing new yet"
    server.version = "zwei"
    assert opened.evaluate(UPDATE) == "installed"
    assert opened.evaluate(RENEW) is True
    opened.reload()
    assert opened.title() == "zwei"
    assert opened.evaluate(CACHED) == ["sipas-zwei"]


def test_it_takes_over_by_itself_once_no_page_of_the_old_is_open(opened, server, look):
    server.version = "zwei"
    assert opened.evaluate(UPDATE) == "installed"
    context, address = opened.context, opened.url
    opened.close()
    page = context.new_page()
    page.goto(address)
    page.evaluate("navigator.serviceWorker.ready.then(() => 0)")
    assert page.evaluate(CACHED) == ["sipas-zwei"]


def test_without_a_network_the_page_of_a_round_is_the_one_that_stands_in_for_all(opened, server):
    opened.context.set_offline(True)
    opened.goto(opened.url)
    assert opened.locator("body").get_attribute("data-at") == "/offline"


def test_pages_of_the_desk_and_of_the_api_are_never_kept(opened, server):
    for path in ("/desk/", "/api/v1/rounds/quay/bundle", "/r/quay"):
        opened.evaluate("path => fetch(path).then(() => 0)", path)
    kept = opened.evaluate(
        """async () => {
      const cache = await caches.open((await caches.keys())[0]);
      return (await cache.keys()).map((request) => new URL(request.url).pathname);
    }"""
    )
    assert sorted(kept) == sorted(server.files())
