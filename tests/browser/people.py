"""What people do in a browser: staff sign in, citizens answer."""

from playwright.sync_api import Page

from survey.demo.accounts import password
from tests.browser.conftest import Site


def press(page: Page, button: str) -> None:
    """Click what leads to another page, or to the same one anew, and wait until that is there."""
    with page.expect_navigation():
        page.locator(button).first.click()


def wait_for_app(page: Page) -> None:
    """Until the form goes on in the browser by itself, which it does after its bundle came."""
    page.wait_for_selector("html[data-asks=here]", state="attached")


def without_app(page: Page) -> Page:
    """A browser in which forms stay with the server: their bundles never come."""
    page.route("**/bundle", lambda route: route.abort())
    return page


def sign_in(page: Page, site: Site, role: str) -> None:
    """As the demo's account of `role`."""
    page.goto(site.url + "/desk/sign-in")
    page.fill("[name=login]", role)
    page.fill("[name=password]", password(site.settings.secret()))
    press(page, "main button[type=submit]")
    page.wait_for_url("**/desk/")


def go_on(page: Page) -> None:
    """Press the button that leads on: start, continue or send."""
    press(page, "button[name=form-go][value=next]")


def rate(page: Page, code: str) -> None:
    """The same face for every question of the page."""
    for question in page.locator("fieldset:has(.app-rating)").all():
        question.locator(f"input[value='{code}']").check()


def answer_all(page: Page) -> None:
    """The first answer of every question of the page that has radio buttons."""
    for question in page.locator("fieldset:has(input[type=radio])").all():
        question.locator("input[type=radio]").first.check()


def is_last(page: Page) -> bool:
    """Whether this is the page of the comment."""
    return page.locator("textarea").count() > 0


def reach_the_comment(page: Page, address: str, code: str = "5") -> None:
    """From the poster to the last page, every question rated alike."""
    page.goto(address)
    go_on(page)
    while not is_last(page):
        rate(page, code)
        go_on(page)
