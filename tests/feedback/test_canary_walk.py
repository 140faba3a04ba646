"""Every page that is read, as every role: personal data stand on none but for who has the right.

The pages are those of tests/staff/matrix.csv and the public ones, so a new one is walked too.
"""

import io
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from werkzeug.routing import Rule

from survey.calendar import clock
from survey.config import Settings
from survey.database import Database
from survey.database.migrate import upgrade
from survey.feedback.clock.working import works_at
from survey.feedback.hooks.tables import Delivery
from survey.feedback.hours import hours_of
from survey.feedback.notices.giving import give_notices
from survey.feedback.notices.tables import Notice
from survey.feedback.privacy.tables import PrivacyRequest
from survey.staff.roles import PERMISSIONS
from tests.feedback.canary import told_by
from tests.feedback.test_canary import PRIVACY, WORDS, Town, filled
from tests.staff.conftest import Desk
from tests.staff.test_matrix import ROWS, missing, typed

SEEN = (("officer", "hung"), ("head", "hung"), ("supervisor", "everywhere"))  # see the cases
UNSEEN = (
    ("officer", "son"), ("head", "son"), ("supervisor", "son"), ("analyst", "everywhere"),
    ("fieldwork", "everywhere"), ("auditor", "everywhere"), ("administrator", "everywhere"),
)  # fmt: skip
MORE = (
    "/desk/feedback?view=all", "/desk/feedback?view=unit", "/desk/feedback/search?q=khuou",
    "/desk/feedback/search?q=chim", "/desk/feedback/report.csv?by=topic",
)  # fmt: skip


@dataclass(frozen=True)
class Walked:
    """Pages that were shown, by endpoint, and what leaked where."""

    shown: frozenset[tuple[str, str]]
    leaks: list[str]


def addresses(town: Town, routes: Iterable[Rule]) -> Iterator[tuple[str, str]]:
    """One address of each route, of what there is, with its endpoint."""
    with town.database.read() as session:
        request = session.scalars(select(PrivacyRequest.id).order_by(PrivacyRequest.id)).first()
    there = {
        "case_id": "1", "request_id": str(request), "code": "tt-hung",
        "area_id": str(town.inbox.province.hung), "staff_id": str(town.inbox.staff["lan"]),
    }  # fmt: skip
    adapter = town.app.url_map.bind("localhost")
    for route in routes:
        values = {name: there.get(name) or missing(route, name) for name in route.arguments}
        yield route.endpoint, adapter.build(route.endpoint, typed(values), method="GET")


def read_routes(town: Town, under: str = "/") -> list[Rule]:
    return [
        route
        for route in town.app.url_map.iter_rules()
        if "GET" in (route.methods or ()) and route.endpoint != "static"
        and route.rule.startswith(under)
    ]  # fmt: skip


def visitors(town: Town) -> Iterator[tuple[str, Desk, tuple[str, ...]]]:
    """Each role, signed in once, with what it may find: the contact is for nobody's page."""
    yield "nobody", Desk(town.app, town.database), ()
    for role, where in (*SEEN, *UNSEEN):
        allowed = WORDS if (role, where) in SEEN else ()
        if role in PERMISSIONS["feedback.privacy"] and where == "everywhere":
            allowed = (*allowed, *PRIVACY)
        yield f"{role} ({where})", town.desk(town.people[role, where]), allowed


def walk(town: Town, pages: Iterable[tuple[str, str]]) -> Walked:
    """Every page as every role. Those that fail are faults of their own."""
    pages, shown, leaks = list(pages), set(), []
    for who, desk, allowed in visitors(town):
        for endpoint, path in pages:
            answer = desk.client.get(path)
            assert answer.status_code < 500, f"{who} at {path}"
            if answer.status_code == 200:
                shown.add((who, endpoint))
            leaks += [f"{who} at {path}: {x}" for x in town.put.leaks(told_by(answer), but=allowed)]
    return Walked(frozenset(shown), leaks)


@pytest.fixture(scope="module")
def log() -> Iterator[io.StringIO]:
    """Everything that is logged meanwhile, tracebacks included."""
    kept, root = io.StringIO(), logging.getLogger()
    handler, before = logging.StreamHandler(kept), root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield kept
    root.removeHandler(handler)
    root.setLevel(before)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory, log: io.StringIO) -> Iterator[Town]:
    """One installation for all of this file; the clocks of its cases have run out."""
    folder = tmp_path_factory.mktemp("town")
    database = Database(Settings(f"sqlite:///{folder / 'x.db'}", folder, folder / "secret"))
    upgrade(database)
    with pytest.MonkeyPatch.context() as monkeypatch:
        made = filled(database, monkeypatch)
        run_out(made)
        yield made
        made.app.extensions["sipas.database"].close()
    database.close()


def run_out(town: Town) -> None:
    """Notices are given, in working time two weeks on."""
    with town.database.read() as session:
        hours = hours_of(session, town.inbox.province.hung)
    then = clock() + timedelta(days=14)
    while not works_at(then, hours):
        then += timedelta(hours=1)
    give_notices(town.database, then)


def test_nobody_without_the_right_reads_personal_data_on_any_page(town, log):
    """No contact is on a page of the unit complained about, nor anything in the log of it all."""
    pages = [*addresses(town, read_routes(town)), *(("more", path) for path in MORE)]
    walked = walk(town, pages)
    assert not walked.leaks, "\n".join(walked.leaks[:20])
    desk = {route.endpoint for route in read_routes(town, "/desk")}
    assert len(desk) > 60 and desk <= set(ROWS)
    for who in ("officer (hung)", "head (hung)", "supervisor (everywhere)"):
        for page in ("case", "inbox", "search", "masks", "notices"):
            assert (who, f"feedback_desk.{page}") in walked.shown, page
    assert ("supervisor (everywhere)", "feedback_privacy.show") in walked.shown
    assert town.put.leaks(log.getvalue()) == []


def test_notices_and_what_webhooks_are_told_hold_no_personal_data(town):
    page = town.desk(town.people["officer", "hung"]).client.get("/desk/feedback/notices")
    assert "PA-0000" in page.text and town.put.leaks(told_by(page), but=WORDS) == []
    with town.database.read() as session:
        told = [str(delivery.payload) for delivery in session.scalars(select(Delivery))]
        assert len(session.scalars(select(Notice)).all()) > 0
    assert len(told) > 10 and town.put.leaks("\n".join(told)) == []


@pytest.mark.parametrize("endpoint", ["feedback_desk.inbox", "feedback_desk.case", "staff.start"])
def test_a_page_that_leaks_is_found(town, endpoint, monkeypatch):
    """As a mistake would: the page shows a telephone, written in groups."""
    phone = town.put("contact").phone

    def shown(**_names: object) -> str:
        return f"Gọi lại {phone[:4]} {phone[4:7]} {phone[7:]}"

    monkeypatch.setitem(town.app.view_functions, endpoint, shown)
    routes = [route for route in read_routes(town) if route.endpoint == endpoint]
    walked = walk(town, addresses(town, routes))
    assert any(leak.startswith("officer (hung) at /desk") for leak in walked.leaks)


def test_a_database_that_fails_puts_no_words_into_log_or_page(town, log):
    one, typed_in = town.put("in errors"), town.put("in an address")
    with town.database.write() as session:
        session.execute(text("ALTER TABLE feedback_text RENAME TO feedback_text_away"))
    answers = [
        town.named("lan").client.get(f"/desk/feedback/1?q={typed_in.phone}"),
        town.sender.follow("add", add_words=one.words),
    ]
    with town.database.write() as session:
        session.execute(text("ALTER TABLE feedback_text_away RENAME TO feedback_text"))
    assert [answer.status_code for answer in answers] == [503, 503]
    for answer in answers:  # their own address stands in the links of who asked for it
        assert town.put.leaks(answer.text, but=["in an address"]) == []
    assert town.put.leaks(log.getvalue()) == []


def test_a_fault_of_the_program_is_logged_without_what_was_sent(town, log, monkeypatch):
    one, typed_in = town.put("in faults"), town.put("in an address")
    monkeypatch.setitem(town.app.view_functions, "feedback_desk.act", lambda **_names: 1 // 0)
    officer = town.named("lan")
    path = f"/desk/feedback/1/note?q={typed_in.phone}"
    answer = officer.post(path, page="/desk/feedback/1", **{"note-words": one.words})
    assert answer.status_code == 500
    assert town.put.leaks(answer.text, but=["in an address"]) == []
    assert "ZeroDivisionError" in log.getvalue() and town.put.leaks(log.getvalue()) == []


@pytest.mark.parametrize("both", ["postgresql"], indirect=True)
def test_on_postgresql_too_a_unit_reads_no_contact(both, monkeypatch):
    """A short form: the pages of the inbox and of the public."""
    made = filled(both, monkeypatch)
    pages = [*addresses(made, read_routes(made, "/desk/feedback")), ("more", MORE[2]),
             *addresses(made, read_routes(made, "/f"))]  # fmt: skip
    walked = walk(made, pages)
    made.app.extensions["sipas.database"].close()
    assert not walked.leaks and ("officer (hung)", "feedback_desk.case") in walked.shown
