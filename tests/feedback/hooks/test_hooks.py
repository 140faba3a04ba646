"""Another system is told of what was done: signed, once an event, later again, and no words."""

import base64
import hmac
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network

import pytest
from sqlalchemy import func, select

from survey.config import Settings, settings
from survey.database import Database
from survey.errors import NotFound, SettingError
from survey.feedback.hooks import store
from survey.feedback.hooks.deliver import TRIES, deliver, pause
from survey.feedback.hooks.post import AddressRefused, post, signature, target
from survey.feedback.hooks.tables import Delivery, Hook
from survey.feedback.refs import case_id_of, ref
from tests.feedback.conftest import MONDAY, Inbox, inbox_in

LATER = MONDAY + timedelta(days=1)
LOOPBACK = (ip_network("127.0.0.0/8"),)


@dataclass
class Half:
    """Chance that always falls in the middle."""

    def uniform(self, low: float, high: float) -> float:
        return (low + high) / 2


@dataclass
class Listener:
    """Another system on this machine: what it was sent, and what it answers."""

    status: int = 204
    location: str = ""
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""


@contextmanager
def listening() -> Iterator[Listener]:
    here = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            here.got.append(({k.lower(): v for k, v in self.headers.items()}, body))
            self.send_response(here.status)
            if here.location:
                self.send_header("Location", here.location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        here.url = f"http://127.0.0.1:{server.server_port}/hook"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield here
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening() as here:
        yield here


@pytest.fixture
def house(both: Database) -> Inbox:
    """An installation that may tell systems on this machine."""
    chosen = both.settings
    both.settings = Settings(chosen.database, chosen.data, chosen.secret_file, LOOPBACK)
    return inbox_in(both)


def hooked(
    inbox: Inbox,
    url: str,
    *,
    acts: tuple[str, ...] = ("receive", "accept"),
    area: int | None = None,
) -> tuple[int, str]:
    with inbox.database.write() as session:
        hook, secret = store.make(
            session, name="Cổng tỉnh", url=url, acts=acts, area_id=area, by="command", now=MONDAY
        )
        return hook.id, secret


def rows(inbox: Inbox) -> list[Delivery]:
    with inbox.database.read() as session:
        return list(session.scalars(select(Delivery).order_by(Delivery.event_id)))


def test_what_was_done_is_told_signed_and_without_words(house, listener):
    _id, secret = hooked(house, listener.url)
    with house.database.write() as session:
        case = house.send(session, words="Bà Nguyễn Thị Canary gọi 0912345678")
        house.act(session, case, "accept", words="Ghi chú canary", role="note")
        house.act(session, case, "begin")
        known = ref(session, case.id)
    assert deliver(house.database, LATER) == "2 deliveries made, 0 hooks fail"
    first, second = (json.loads(body) for _headers, body in listener.got)
    assert [first["act"], second["act"]] == ["receive", "accept"]
    assert second == {
        "service_request_id": known, "number": "PA-000001", "act": "accept",
        "at": "2026-07-06T08:00:00+07:00", "state": "accepted", "kind": "report",
        "unit": "19000", "due_at": second["due_at"],
    }  # fmt: skip
    headers, body = listener.got[1]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    proof = base64.b64encode(hmac.new(key, signed, sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{proof}"
    assert "anary" not in str(listener.got) and "0912345678" not in str(listener.got)
    assert deliver(house.database, LATER) == ""
    assert len(listener.got) == 2


def test_an_event_is_meant_once_for_a_hook_and_goes_when_its_transaction_goes(house, listener):
    hooked(house, listener.url)
    with house.database.write() as session:
        house.send(session)
        session.rollback()
    assert rows(house) == []
    with house.database.write() as session:
        case = house.send(session)
        house.act(session, case, "accept")
        house.act(session, case, "undo")
    told = rows(house)
    assert len({(one.hook_id, one.event_id) for one in told}) == len(told) == 2


def test_nothing_is_told_before_the_unit_may_see_it_nor_of_a_sealed_denunciation(house, listener):
    hooked(house, listener.url, acts=("receive", "seal"))
    with house.database.write() as session:
        case = house.send(session)
        shown = case.shown_at
        house.act(session, case, "seal", data={"receiver": house.staff["tam"]})
    assert [one.payload["act"] for one in rows(house)] == ["receive"]
    assert deliver(house.database, shown - timedelta(minutes=1)) == ""
    assert deliver(house.database, shown) != ""


def test_a_hook_of_one_unit_is_told_of_that_unit(house, listener):
    hooked(house, listener.url, area=house.province.son)
    with house.database.write() as session:
        house.send(session)
        house.send(session, area_id=house.province.son)
    assert [one.payload["unit"] for one in rows(house)] == ["19001"]


def test_what_fails_is_tried_again_later_each_time_and_given_up_at_last(house, listener):
    hook_id, _secret = hooked(house, listener.url)
    with house.database.write() as session:
        house.send(session)
    listener.status, now, waits = 503, LATER, []
    for _ in range(TRIES):
        assert deliver(house.database, now, rng=Half()) == "0 deliveries made, 1 hooks fail"
        (row,) = rows(house)
        waits.append((row.next_at - now) / timedelta(minutes=1))
        now = max(row.next_at, now)
    assert waits[:4] == [0.75, 1.5, 3, 6]
    assert (row.tries, row.outcome, row.dead_at) == (TRIES, "503", now)
    assert deliver(house.database, now + timedelta(days=9)) == ""
    with house.database.write() as session:
        assert [hook.id for _row, hook, _event in store.dead(session)] == [hook_id]
        store.again(session, str(row.id), by="staff:1", now=now)
    listener.status = 200
    assert deliver(house.database, now) == "1 deliveries made, 0 hooks fail"
    assert len({headers["webhook-id"] for headers, _body in listener.got}) == 1


def test_one_that_fails_holds_up_no_other(house, listener):
    with listening() as broken:
        broken.status = 500
        hooked(house, broken.url)
        hooked(house, listener.url)
        with house.database.write() as session:
            for _ in range(3):
                house.send(session)
        assert deliver(house.database, LATER) == "3 deliveries made, 1 hooks fail"
        assert (len(broken.got), len(listener.got)) == (1, 3)


def test_no_redirect_is_followed(house, listener):
    hooked(house, listener.url)
    with house.database.write() as session:
        house.send(session)
    with listening() as elsewhere:
        listener.status, listener.location = 302, elsewhere.url
        deliver(house.database, LATER)
        assert elsewhere.got == []
    assert rows(house)[0].outcome == "302"


def test_an_ended_hook_is_told_nothing_more(house, listener):
    hook_id, _secret = hooked(house, listener.url)
    with house.database.write() as session:
        house.send(session)
        store.end(session, store.find(session, hook_id), by="staff:1", now=MONDAY)
        house.send(session)
    assert [one.outcome for one in rows(house)] == ["ended"]
    assert deliver(house.database, LATER) == ""
    with house.database.write() as session, pytest.raises(NotFound):
        store.again(session, str(rows(house)[0].id), by="staff:1", now=MONDAY)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://127.0.0.1/hook", "private-network"),
        ("https://localhost/hook", "private-network"),
        ("https://10.1.2.3/hook", "private-network"),
        ("https://192.168.1.1:8443/", "private-network"),
        ("https://169.254.169.254/latest/meta-data", "private-network"),
        ("https://[::1]/", "private-network"),
        ("https://[::ffff:127.0.0.1]/", "private-network"),
        ("https://0.0.0.0/", "private-network"),
        ("https://224.0.0.1/", "private-network"),
        ("https://2130706433/", "private-network"),
        ("http://93.184.216.34/", "not-https"),
        ("ftp://93.184.216.34/", "address"),
        ("https://user:secret@93.184.216.34/", "address"),
        ("https:///path", "address"),
        ("https://93.184.216.34:99999/", "address"),
        ("file:///etc/passwd", "address"),
        ("https://no-such-name.invalid/", "name-unknown"),
    ],
)
def test_what_leads_into_private_networks_is_not_told(url, why):
    with pytest.raises(AddressRefused) as refusal:
        target(url, ())
    assert refusal.value.detail == why


def test_a_private_network_that_is_allowed_is_told_by_https_and_this_machine_without():
    allowed = (ip_network("10.0.0.0/8"), *LOOPBACK)
    assert target("https://10.1.2.3/hook", allowed).number == "10.1.2.3"
    assert target("http://127.0.0.1:9/hook", allowed).number == "127.0.0.1"
    with pytest.raises(AddressRefused):
        target("http://10.1.2.3/hook", allowed)


def test_the_connection_goes_to_the_number_that_was_looked_at(listener):
    """Whatever the name would say now: only the number is used."""
    port = listener.url.split(":")[2].partition("/")[0]
    to = target(listener.url, LOOPBACK)
    elsewhere = type(to)(f"http://example.invalid:{port}/hook", to.number)
    told = post(elsewhere, {"a": 1}, secret="whsec_c2VjcmV0", delivery="d", timestamp=1)
    assert (told, listener.got[0][0]["host"]) == ("", f"example.invalid:{port}")


def test_who_does_not_answer_is_noted():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/"
        to = target(url, LOOPBACK)
        told = post(to, {}, secret="whsec_c2VjcmV0", delivery="d", timestamp=1)
    assert told == "unreachable"


def test_the_signature_is_that_of_the_specification():
    """The example of the Standard Webhooks specification."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    body = b'{"test": 2432232314}'
    made = signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_waits_grow_and_end(house):
    waits = [pause(tries, Half()) for tries in range(1, TRIES)]
    assert waits == sorted(waits)
    assert timedelta(hours=5) < sum(waits, timedelta()) < timedelta(hours=24)


def test_an_id_for_others_leads_back_to_its_case_and_cannot_be_made_up(house):
    with house.database.read() as session:
        known = [ref(session, id) for id in (1, 2, 3)]
        assert [case_id_of(session, text) for text in known] == [1, 2, 3]
        assert len({text[:4] for text in known}) == 3
        altered = "b" if known[0][0] == "a" else "a"
        for text in (altered + known[0][1:], known[0].upper(), known[0][:-1], "1", "", "ă" * 26):
            assert case_id_of(session, text) is None


def test_networks_are_read_from_the_environment(tmp_path):
    read = settings({"SIPAS_DATA": str(tmp_path), "SIPAS_HOOK_NETWORKS": "10.1.0.0/16, ::1/128"})
    assert read.hook_networks == (ip_network("10.1.0.0/16"), ip_network("::1/128"))
    with pytest.raises(SettingError):
        settings({"SIPAS_DATA": str(tmp_path), "SIPAS_HOOK_NETWORKS": "here"})


def test_without_hooks_nothing_is_kept(house):
    with house.database.write() as session:
        house.send(session)
        assert session.scalar(select(func.count()).select_from(Delivery)) == 0
        assert session.scalar(select(func.count()).select_from(Hook)) == 0
