"""The PIN that works without a network, and the ways out that are closed."""

import base64
from hashlib import pbkdf2_hmac

import pytest
from playwright.sync_api import Browser

from tests.browser.shipped import beside_the_files

pytestmark = pytest.mark.browser
FITS = """async ([pin, hash]) => (await import("/js/kiosk/pin.js")).fits(pin, hash)"""
TRIES = """async ([failures, waits]) => {
  const { Throttle } = await import("/js/kiosk/pin.js");
  let kept, now = 1e12;
  const store = { get: () => kept, set: (value) => { kept = value; } };
  const make = () => new Throttle(store, () => now);
  const told = [];
  for (let n = 0; n < failures; n++) { await make().failed(); told.push(await make().wait()); }
  for (const seconds of waits) { now += seconds * 1000; told.push(await make().wait()); }
  await make().passed();
  told.push(await make().wait());
  return told;
}"""
LEADS_OUT = """async (keys) => {
  const { leadsOut } = await import("/js/kiosk/guard.js");
  const field = document.querySelector("textarea");
  return keys.map(([key, more, inText]) =>
    leadsOut({ key, ...more, target: inText ? field : document.body }));
}"""


@pytest.fixture
def page(browser: Browser):
    context = browser.new_context()
    page = context.new_page()
    beside_the_files(page, '<body><textarea id="words" aria-label="Ý kiến"></textarea><p>Chữ</p>')
    yield page
    context.close()


def test_the_pin_of_the_desk_fits_and_no_other(page):
    salt = bytes(range(16))
    made = pbkdf2_hmac("sha256", b"402817", salt, 600_000)
    hashed = {"alg": "PBKDF2-SHA256", "salt": _text(salt), "rounds": 600_000, "hash": _text(made)}
    assert page.evaluate(FITS, ["402817", hashed])
    assert not page.evaluate(FITS, ["402818", hashed])
    assert not page.evaluate(FITS, ["", hashed])


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def test_wrong_tries_slow_the_next_ones_down_over_reloads_until_a_right_one(page):
    told = page.evaluate(TRIES, [9, [400, 500]])
    assert told[:9] == [0, 0, 30, 60, 120, 240, 480, 900, 900]
    assert told[9:] == [500, 0, 0]


def test_a_clock_that_is_set_back_opens_nothing(page):
    assert page.evaluate(TRIES, [3, [-100000]])[3] == 30


def test_keys_that_lead_out_are_stopped_and_those_of_writing_are_not(page):
    ctrl, alt = {"ctrlKey": True}, {"altKey": True}
    out = [("F11", {}, False), ("F5", {}, False), ("w", ctrl, False), ("T", ctrl, False),
           ("l", ctrl, True), ("p", ctrl, True), ("ArrowLeft", alt, False), ("c", ctrl, True),
           ("BrowserBack", {}, False), ("a", ctrl, False)]  # fmt: skip
    stay = [("a", {}, True), ("a", ctrl, True), ("z", ctrl, True), ("Tab", {}, False),
            ("Enter", {}, False), ("ArrowLeft", {}, True), ("Escape", {}, False)]  # fmt: skip
    assert page.evaluate(LEADS_OUT, out) == [True] * len(out)
    assert page.evaluate(LEADS_OUT, stay) == [False] * len(stay)


def test_no_menu_no_dragging_and_nothing_is_carried_off_in_the_clipboard(page):
    stopped = page.evaluate("""async () => {
      const { guard } = await import("/js/kiosk/guard.js");
      const how = { bubbles: true, cancelable: true };
      const { body } = document;
      const acts = [[body, "contextmenu"], [words, "contextmenu"], [words, "copy"],
        [words, "cut"], [body, "dragstart"], [words, "drop"]];
      const all = () => acts.map(([at, name]) => !at.dispatchEvent(new Event(name, how)));
      const before = all(), free = guard(), during = all();
      free();
      return [before, during, all()];
    }""")  # fmt: skip
    assert stopped == [[False] * 6, [True] * 6, [False] * 6]
