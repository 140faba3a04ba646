"""A browser becomes a device: its key stays in it, and the server can tell what it signed."""

import json
from hashlib import sha256

import pytest
from playwright.sync_api import Browser, Page, Route

from survey.signing import is_signed, jwk_of, own_key, signed
from tests.browser.shipped import ADDRESS, beside_the_files

pytestmark = pytest.mark.browser
ENROL = """async (code) => {
  const { enrol } = await import("/js/device.js");
  const told = ({ name, status, reason }) => ({ name, status, reason });
  return enrol(code).catch(told);
}"""
SIGN = (
    """async ([method, path, body]) => (await import("/js/device.js")).signed(method, path, body)"""
)
ASK = """async () => (await import("/js/device.js")).device()"""
MADE = {"device": "D1", "counter": "Q-1", "name": "Kiosk 1", "bundle_key": {"kty": "EC"}}


class Desk:
    """Answers enrolments, and remembers what came."""

    def __init__(self, page: Page) -> None:
        self.asked: list[dict] = []
        self.answers: list[dict | int | None] = []
        page.route(f"{ADDRESS}api/v1/devices", self._answer)

    def _answer(self, route: Route) -> None:
        self.asked.append(json.loads(route.request.post_data or ""))
        answer = self.answers.pop(0)
        if answer is None:
            route.abort()
        elif isinstance(answer, int):
            route.fulfill(status=answer, json={"reason": "code", "message": "no"})
        else:
            route.fulfill(status=201, json=answer)


@pytest.fixture
def page(browser: Browser):
    context = browser.new_context()
    page = context.new_page()
    beside_the_files(page, "<body><p>")
    yield page
    context.close()


@pytest.fixture
def desk(page: Page) -> Desk:
    return Desk(page)


def test_what_an_enrolled_device_sends_is_signed_by_the_key_it_showed(page, desk):
    assert page.evaluate(SIGN, ["POST", "/x", ""]) == {}
    desk.answers = [MADE]
    assert page.evaluate(ENROL, "ABCD2345")["id"] == "D1"
    page.reload()
    for body in ("", '[{"ghi chú": "Đông Hà"}]'):
        head = page.evaluate(SIGN, ["POST", "/api/v1/responses", body])
        assert head["Sipas-Device"] == "D1"
        hashed = sha256(body.encode()).hexdigest()
        text = f"POST\n/api/v1/responses\n{head['Sipas-Time']}\n{hashed}".encode()
        assert is_signed(desk.asked[0]["key"], head["Sipas-Signature"], text)
        assert not is_signed(desk.asked[0]["key"], head["Sipas-Signature"], text + b" ")


def test_the_private_key_cannot_be_taken_out_and_the_public_one_alone_is_shown(page, desk):
    desk.answers = [MADE]
    page.evaluate(ENROL, "ABCD2345")
    assert set(desk.asked[0]["key"]) == {"kty", "crv", "x", "y"}
    taken = page.evaluate("""async () => {
      const { kept } = await import("/js/device.js");
      const pair = await kept("pair");
      return crypto.subtle.exportKey("jwk", pair.privateKey).then(() => "taken", () => "kept");
    }""")
    assert taken == "kept"


def test_an_answer_that_was_lost_is_asked_for_again_with_the_same_key(page, desk):
    desk.answers = [None, 403, MADE]
    assert page.evaluate(ENROL, "ABCD2345")["name"] == "TypeError"
    assert page.evaluate(ASK) is None
    refused = page.evaluate(ENROL, "ABCD2345")
    assert (refused["status"], refused["reason"]) == (403, "code")
    assert page.evaluate(ENROL, "ABCD2345")["counter"] == "Q-1"
    assert desk.asked[0] == desk.asked[2]


def test_a_device_that_is_forgotten_has_another_key_the_next_time(page, desk):
    desk.answers = [MADE, {**MADE, "device": "D2"}]
    page.evaluate(ENROL, "ABCD2345")
    page.evaluate("async () => (await import('/js/device.js')).forget()")
    assert page.evaluate(ASK) is None
    assert page.evaluate(ENROL, "EFGH2345")["id"] == "D2"
    assert desk.asked[0]["key"] != desk.asked[1]["key"]


def test_it_knows_what_its_own_installation_signed(page):
    key = own_key(b"x" * 40, "bundle")
    text, jwk = '{"vi": "Ông/Bà"}', jwk_of(key.public_key())
    check = """async ([text, mark, jwk]) =>
      (await import("/js/device.js")).isGenuine(text, mark, jwk)"""
    assert page.evaluate(check, [text, signed(key, text.encode()), jwk])
    assert not page.evaluate(check, [text + " ", signed(key, text.encode()), jwk])
