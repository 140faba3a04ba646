"""Finished records are sealed, kept, sent when it can be, and forgotten only when it is certain."""

import json
from base64 import urlsafe_b64decode
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from playwright.sync_api import Page, Route

from survey.respond.batch import items
from survey.signing import encoded

pytestmark = pytest.mark.browser
HERE = "http://localhost:9"  # an address that browsers trust with keys; nothing listens there
JS = Path(__file__).parents[2] / "survey" / "static" / "js"
PAGE = '<!doctype html><html lang="vi"><title>Hàng đợi</title><body></body></html>'
SET_UP = """async (sealing) => {
  window.records = await import("/js/queue/records.js");
  window.store = await import("/js/queue/store.js");
  const sender = await import("/js/queue/sender.js");
  window.wait = sender.wait; window.retryAfter = sender.retryAfter; window.Sender = sender.Sender;
  window.sealing = sealing;
  window.told = [];
}"""
KEEP = """([item, remarks, device]) =>
  records.keep({ item, remarks }, { sealing, device, now: Date.now() })"""
FLUSH = """async () => {
  window.sender ??= new Sender({ tell: (...told) => window.told.push(told) });
  await window.sender.hurry();
  return (await store.all("records")).map(({ id, kind, state, tries, reason }) =>
    ({ id, kind, state, tries, reason }));
}"""
AGAIN = """async () => {
  for (const row of await store.all("records")) await store.put("records", {...row, next_try: 0});
}"""
AT_ONCE = """n => Promise.all([...Array(n)].map(() =>
  records.keep({ item: { id: crypto.randomUUID() } }, { sealing, device: "KIOSK" })))"""
TIDY = """async ([id, days]) => {
  await records.tidy(Date.now() + days * 86400000);
  return store.get("records", id);
}"""
HOLD = """() => {
  navigator.locks.request("sipas-send", () => new Promise((done) => { window.free = done; }));
}"""


@pytest.fixture(scope="module")
def private():
    return rsa.generate_private_key(65537, 3072)


@pytest.fixture(scope="module")
def sealing(private):
    numbers = private.public_key().public_numbers()
    n, e = numbers.n.to_bytes(384, "big"), numbers.e.to_bytes(3, "big")
    jwk = {"kty": "RSA", "alg": "RSA-OAEP-256", "n": encoded(n), "e": encoded(e)}
    return {"key_id": "THUNGHIEM", "jwk": jwk}


class Door:
    """What answers at the addresses of the API. batches: the bodies of what came."""

    def __init__(self) -> None:
        self.batches: list[tuple[str, bytes]] = []
        self.answer = self.take

    def __call__(self, route: Route) -> None:
        body = route.request.post_data_buffer or b""
        self.batches.append((route.request.url.removeprefix(HERE), body))
        self.answer(route, body)

    def take(self, route: Route, body: bytes) -> None:
        route.fulfill(json=[receipt(item) for item in items(body)])

    def sent(self, path: str) -> list[bytes]:
        return [item for where, body in self.batches if where == path for item in items(body)]


def receipt(item: bytes, state: str = "stored") -> dict:
    return {"id": json.loads(item)["id"], "sha256": sha256(item).hexdigest(), "state": state}


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.fixture
def page(look, door, sealing) -> Page:
    page = look()
    page.route(f"{HERE}/", lambda route: route.fulfill(content_type="text/html", body=PAGE))
    page.route(
        f"{HERE}/js/**",
        lambda r: r.fulfill(path=JS / r.request.url.removeprefix(f"{HERE}/js/")),
    )
    page.route(f"{HERE}/api/**", door)
    page.goto(f"{HERE}/")
    page.evaluate(SET_UP, sealing)
    return page


def item(**more: object) -> dict:
    return {"id": str(uuid4()), "round": "quay-2026", "answers": {"q1": 5}, **more}


def keep(page: Page, *, device: str | None = None, remarks: tuple = (), **more: object) -> str:
    found: str = page.evaluate(KEEP, [item(**more), list(remarks), device])
    return found


def states(rows: list[dict]) -> dict[str, str]:
    return {row["id"]: row["state"] for row in rows}


def read(private: rsa.RSAPrivateKey, sealed: bytes) -> dict:
    parts = json.loads(sealed)
    raw = {
        name: urlsafe_b64decode(parts[name] + "==") for name in ("wrapped_key", "iv", "ciphertext")
    }
    key = private.decrypt(raw["wrapped_key"], OAEP(MGF1(SHA256()), SHA256(), None))
    return json.loads(AESGCM(key).decrypt(raw["iv"], raw["ciphertext"], None))


def test_a_record_is_sealed_at_once_and_only_the_server_can_read_it(page, door, private):
    id = keep(page, note="bí mật")
    at_rest = page.evaluate("store.all('records').then(JSON.stringify)")
    assert "bí mật" not in at_rest and "q1" not in at_rest
    assert states(page.evaluate(FLUSH)) == {id: "stored"}
    [sealed] = door.sent("/api/v1/responses")
    assert sorted(json.loads(sealed)) == ["alg", "ciphertext", "id", "iv", "key_id", "wrapped_key"]
    assert read(private, sealed)["note"] == "bí mật"


def test_an_enrolled_device_numbers_its_items_without_a_gap(page, door, private):
    page.evaluate(AT_ONCE, 5)
    page.evaluate(FLUSH)
    told = [read(private, one) for one in door.sent("/api/v1/responses")]
    assert [one["seq"] for one in told] == [1, 2, 3, 4, 5]
    assert {one["device"] for one in told} == {"KIOSK"}
    assert all(isinstance(one["finished_at"], int) for one in told)
    assert page.evaluate("records.state().then(s => s.seq)") == 5


def test_words_go_apart_from_answers_and_name_no_device(page, door, private):
    words = {"id": str(uuid4()), "round": "quay-2026", "text": "Cán bộ nhiệt tình."}
    keep(page, device="KIOSK", remarks=(words,))
    page.evaluate(FLUSH)
    [apart] = door.sent("/api/v1/comments")
    assert read(private, apart) == words
    assert [where for where, _ in door.batches] == ["/api/v1/responses", "/api/v1/comments"]
    [row] = page.evaluate("store.all('records').then(rows => rows.filter(r => r.kind === 'words'))")
    assert row["seq"] is None and row["finished_at"] % 86_400_000 == 0


def test_a_captive_portal_that_answers_200_takes_nothing(page, door):
    id = keep(page)
    for said in ({"body": "<h1>Wi-Fi miễn phí</h1>"}, {"json": []}, {"json": {"ok": True}},
                 {"json": [{"id": id, "sha256": "0" * 64, "state": "stored"}]},
                 {"json": [{"id": str(uuid4()), "state": "stored"}]}):  # fmt: skip
        door.answer = lambda route, _body, said=said: route.fulfill(status=200, **said)
        assert states(page.evaluate(FLUSH)) == {id: "waiting"}
        page.evaluate(AGAIN)
    door.answer = door.take
    assert states(page.evaluate(FLUSH)) == {id: "stored"}
    assert len({body for _, body in door.batches}) == 1, "the bytes never change"


def test_one_faulty_record_never_holds_up_the_others(page, door):
    ids = [keep(page) for _ in range(9)]
    bad = ids[4]

    def answer(route: Route, body: bytes) -> None:
        if bad.encode() in body:
            route.fulfill(status=400, json={"status": "The body is not a JSON list"})
        else:
            door.take(route, body)

    door.answer = answer
    assert states(page.evaluate(FLUSH)) == {id: "waiting" if id == bad else "stored" for id in ids}
    later = keep(page)
    assert states(page.evaluate(FLUSH))[later] == "stored"


def test_what_the_server_keeps_for_review_or_refuses_is_not_sent_for_ever(page, door):
    ids = [keep(page) for _ in range(3)]

    def answer(route: Route, body: bytes) -> None:
        told = [receipt(one, "kept-for-review") for one in items(body)]
        told[1] = {"id": None, "state": "refused", "reason": "larger than 65536 bytes"}
        route.fulfill(json=told)

    door.answer = answer
    found = page.evaluate(FLUSH)
    assert sorted(states(found).values()) == ["kept-for-review", "kept-for-review", "refused"]
    page.evaluate(FLUSH)
    assert len(door.batches) == 1
    assert page.evaluate("records.state()")["refused"] == 1
    assert set(states(found)) == set(ids)


def test_a_server_that_has_too_much_to_do_is_left_alone_at_once(page, door):
    for _ in range(40):
        keep(page)
    door.answer = lambda route, _body: route.fulfill(status=503, headers={"Retry-After": "120"})
    rows = page.evaluate(FLUSH)
    assert len(door.batches) == 1 and set(states(rows).values()) == {"waiting"}
    assert page.evaluate("told") == [["failed", 503]]
    door.answer = door.take
    assert set(states(page.evaluate(FLUSH)).values()) == {"stored"}
    assert [len(items(body)) for _, body in door.batches[1:]] == [32, 8]


def test_waits_grow_with_full_jitter_from_a_second_to_five_minutes(page):
    assert page.evaluate("[0, 1, 5, 20].map(n => wait(n, () => 1))") == [1000, 2000, 32000, 300000]
    assert page.evaluate("[1, 5, 20].map(n => wait(n, () => 0))") == [1000, 1000, 1000]
    now = 1_800_000_000_000
    asked = ["120", "Fri, 15 Jan 2027 08:05:00 GMT", "soon", None, "999999999"]
    told = page.evaluate("([texts, now]) => texts.map(t => retryAfter(t, now))", [asked, now])
    assert told == [120_000, 300_000, 0, 0, 86_400_000]


def test_an_acknowledged_record_is_forgotten_after_two_weeks(page):
    id = keep(page)
    page.evaluate(FLUSH)
    tidy = (
        "days => records.tidy(Date.now() + days * 86400000).then(() => store.get('records', {id}))"
    )
    assert page.evaluate(tidy.replace("{id}", json.dumps(id)), 13)["state"] == "stored"
    assert page.evaluate(tidy.replace("{id}", json.dumps(id)), 14) is None


def test_the_queue_goes_into_a_file_sealed_as_it_is(page, door, private):
    door.answer = lambda route, _body: route.abort()
    id = keep(page, remarks=({"id": str(uuid4()), "round": "quay-2026", "text": "Tốt"},))
    page.evaluate(FLUSH)
    lines = page.evaluate("records.exported().then(blob => blob.text())").splitlines()
    told = {one["kind"]: one["item"] for one in map(json.loads, lines)}
    assert sorted(told) == ["answers", "words"]
    assert read(private, json.dumps(told["answers"]).encode())["id"] == id
    assert "Tốt" not in "".join(lines)


def test_of_two_pages_only_one_sends(page, door, sealing):
    ids = [keep(page) for _ in range(3)]
    other = page.context.new_page()
    for path in ("/", "/js/**", "/api/**"):
        handler = door if "api" in path else None
        other.route(f"{HERE}{path}", handler or (lambda r: _file(r)))
    other.goto(f"{HERE}/")
    other.evaluate(SET_UP, sealing)
    other.evaluate(HOLD)
    assert set(states(page.evaluate(FLUSH)).values()) == {"waiting"}
    assert door.batches == []
    other.evaluate("free()")
    assert set(states(page.evaluate(FLUSH)).values()) == {"stored"}
    assert len(door.sent("/api/v1/responses")) == len(ids)


def _file(route: Route) -> None:
    path = route.request.url.removeprefix(HERE)
    if path == "/":
        route.fulfill(content_type="text/html", body=PAGE)
    else:
        route.fulfill(path=JS / path.removeprefix("/js/"))
