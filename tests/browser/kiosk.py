"""What people do at a kiosk: staff enrol it and type their PIN, citizens answer."""

from playwright.sync_api import Page

from survey.calendar import clock
from survey.fieldwork.devices import pins
from survey.units.places import centre_by_code, counter_by_code
from survey.units.tables import Centre
from tests.browser.conftest import COUNTER, Site

PIN = "402817"


def set_pin(site: Site, counter: str = COUNTER, pin: str = PIN) -> None:
    """As an administrator does for the counter's centre."""
    database = site.database()
    with database.write() as session:
        found = counter_by_code(session, counter)
        assert found is not None
        centre = session.get_one(Centre, found.centre_id)
        assert centre_by_code(session, centre.code) is not None
        pins.set_for_centre(session, centre, pin, by="command", now=clock())
    database.close()


def enrol(page: Page, site: Site, counter: str = COUNTER) -> str:
    """Open the page by the address of a fresh code, as its QR code has it; the id of the device."""
    code = site.sipas("device", "enrol", counter, "--name", "Kiosk thử").split()[0]
    page.goto(f"{site.url}/k?code={code.replace('-', '')}")
    page.locator(".app-attract").wait_for()
    return device_of(page)


def device_of(page: Page) -> str:
    """The id that the device has."""
    found: str = page.evaluate(f"async () => (await (await {module('device')}).device())?.id ?? ''")
    return found


def module(name: str) -> str:
    """What imports a module of the very version that the page runs, which a device may keep."""
    main = "document.querySelector('script[type=module]').src"
    return f"import(new URL('../{name}.js', {main}))"


def touch(page: Page, act: str) -> None:
    page.locator(f"[data-act={act}]").first.click()


def begin(page: Page, language: str = "vi") -> None:
    """Touch the first screen, read the notice, go on."""
    page.locator(f"[data-act=start][data-language={language}]").click()
    onward(page)
    page.locator("[data-question]").first.wait_for()


def onward(page: Page) -> None:
    page.locator("main button[value=next]").click()


def rate(page: Page, code: str) -> None:
    """The same answer to every question of the screen that has it; else the first."""
    for question in page.locator("main fieldset:visible").all():
        same = question.locator(f"input[value='{code}']")
        (same.first if same.count() else question.locator("input").first).check(force=True)


def at_comment(page: Page) -> bool:
    return page.locator("main textarea[name=form-comment]").count() > 0


def reach_comment(page: Page, code: str = "4", language: str = "vi") -> None:
    """From the first screen to the last, everything rated alike."""
    begin(page, language)
    while not at_comment(page):
        rate(page, code)
        onward(page)


def thanked(page: Page) -> None:
    page.locator(".app-attract--thanks").wait_for()


def at_start(page: Page) -> None:
    page.locator("[data-act=start][data-language]").first.wait_for()


def open_health(page: Page, pin: str = PIN) -> None:
    touch(page, "staff")
    type_pin(page, pin)
    page.locator(".app-health__item").first.wait_for()


def type_pin(page: Page, pin: str) -> None:
    for digit in pin:
        page.locator(f"[data-digit='{digit}']").click()
    touch(page, "pin-enter")


WAITING = f"""async () => {{
  const {{ state }} = await {module("queue/records")};
  const {{ queued, words }} = await state();
  return queued + words;
}}"""


def waiting(page: Page) -> int:
    """How many records wait on the device."""
    found: int = page.evaluate(WAITING)
    return found


def sent(page: Page) -> None:
    """Wait until nothing waits on the device."""
    for _ in range(100):
        if waiting(page) == 0:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{waiting(page)} records wait still")


def pass_minutes(page: Page, minutes: float = 1.1) -> None:
    """Let the kiosk, whose clock is the test's, call its server and draw what it hears."""
    with page.expect_response("**/contact", timeout=20_000):
        page.clock.run_for(int(minutes * 60_000))
