"""A form run from its bundle on a page of the test's own, beside a real server."""

from playwright.sync_api import Page

from questionnaires import Questionnaire
from questionnaires.example import Answers
from tests.browser.robot import FAULTS, BrowserRobot

PAGE = """<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>Phiếu</title>
<meta name="viewport" content="width=device-width">
<link rel="stylesheet" href="/static/css/citizen.css"></head>
<body class="govuk-template__body"><main class="govuk-main-wrapper" id="main" tabindex="-1"></main>
</body></html>"""
RUN = """async ([address, key, language]) => {
  const { Asking } = await import("/static/js/form/asking.js");
  const { opened, holds } = await import("/static/js/form/bundle.js");
  const bundle = await opened(await (await fetch(address)).json(), key);
  holds(bundle, Date.now());
  window.told = [];
  const tell = (what, told) => {
    if (what !== "change" && what !== "begin") window.told.push([what, told]);
    if (what === "finished") window.asking.wipe();
  };
  window.asking = new Asking(document.querySelector("main"), bundle, { language, tell });
  window.asking.show();
}"""
TYPED = "() => [window.asking.step, window.asking.journey.typed]"
SUMMARY = "() => [...document.querySelectorAll('.govuk-error-summary li')].map(e => e.textContent)"


def begin(page: Page, url: str, bundle: str, key: dict[str, str], language: str) -> None:
    """Open the notice of the form that is carried away from `bundle`."""
    page.route(
        f"{url}/thu", lambda route: route.fulfill(content_type="text/html", body=PAGE), times=1
    )
    page.goto(f"{url}/thu")
    page.evaluate(RUN, [bundle, key, language])


class EngineRobot(BrowserRobot):
    """complaints: of each page that was refused its step, what was typed, and what it said."""

    def __init__(
        self, page: Page, form: Questionnaire, language: str, answers: Answers, key: dict[str, str]
    ) -> None:
        super().__init__(page, form, language, answers)
        self.key = key
        self.complaints: list[tuple[int, dict[str, list[str]], list[str]]] = []

    def _open(self, address: str) -> None:
        begin(self.page, address.split("/api/")[0], address, self.key, self.language)

    def _go_on(self) -> None:
        self.page.locator("button[name=form-go][value=next]").click()
        if self.page.locator(".govuk-error-summary").count():
            step, typed = self.page.evaluate(TYPED)
            self.complaints.append((step, typed, self.page.evaluate(SUMMARY)))

    def _end(self) -> None:
        what, told = self.page.evaluate("window.told.at(-1)")
        assert what == "finished", (what, self.page.evaluate(FAULTS))
        self.item, self.remarks = told["item"], told["remarks"]
