"""Every route of the desk, for every role, on one's own, a neighbour's and a missing object.

matrix.csv says what each route demands. A new desk route needs a row there:
endpoint, permission, scope (open, anywhere, installation, object), and where its address names an
object of a unit, how: `code={round}`; see `objects_in` for what may be named.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy.orm import Session
from werkzeug.routing import AnyConverter, IntegerConverter
from werkzeug.routing import Rule as Route
from werkzeug.test import TestResponse

from questionnaires import load
from survey.app import create_app
from survey.calendar import clock, local_day
from survey.config import Settings
from survey.database import Database
from survey.database.migrate import upgrade
from survey.feedback import pictures
from survey.feedback.cases import Act, Incoming, do, receive
from survey.feedback.day_store import make
from survey.feedback.day_tables import UnitDay
from survey.feedback.deadline_store import add as add_rule
from survey.feedback.deadline_tables import DeadlineRule
from survey.feedback.letters.filling import Written
from survey.feedback.letters.store import add
from survey.feedback.own_days import Change
from survey.feedback.pictures import Picture
from survey.feedback.privacy import requests
from survey.feedback.privacy.tables import PrivacyRequest
from survey.feedback.tables import Case
from survey.fieldwork.devices.tables import Device
from survey.fieldwork.publishing import publish
from survey.fieldwork.tables import Round, RoundPlace
from survey.respond.tables import KeptForReview, Response, ServedImport
from survey.site import set_site_value
from survey.staff.guard import RULE, SAFE, anywhere, installation
from survey.staff.roles import OWN, PERMISSIONS, ROLES
from survey.staff.tables import Staff
from survey.staff.views_door import OPEN
from survey.units.tables import Agency, Centre, Counter, CounterCode
from tests.staff.conftest import Desk, Province, person, small_province

TABLE = Path(__file__).parent / "matrix.csv"
ROWS = {row["endpoint"]: row for row in csv.DictReader(TABLE.read_text("utf-8").splitlines())}
GUARDED = [endpoint for endpoint, row in ROWS.items() if row["scope"] != "open"]
OF_A_UNIT = [endpoint for endpoint, row in ROWS.items() if row["object"]]


def open_round(name: str) -> Round:
    """A round that is open for ever."""
    return Round(
        code=f"round-{name}",
        title={"vi": f"Khảo sát {name}"},
        questionnaire="one-stop-ward@1",
        method="counter-form",
        notice="1",
        sample="open",
        modes=["kiosk", "mobile"],
        opens=date(2020, 1, 1),
        closes=date(2099, 12, 31),
        year=2026,
        state="open",
        made_at=clock(),
    )


def objects_in(session: Session, name: str, area_id: int) -> dict[str, str]:
    """One of each kind of object in an area: what stands in the addresses of its pages."""
    agency = Agency(code=f"agency-{name}", name=f"UBND {name}", area_id=area_id)
    session.add(agency)
    session.flush()
    centre = Centre(code=f"centre-{name}", name=name, area_id=area_id, agency_id=agency.id)
    session.add(centre)
    session.flush()
    counter = Counter(code=f"counter-{name}", name="Quầy 1", centre_id=centre.id)
    made = open_round(name)
    session.add_all([counter, made])
    session.flush()
    session.add(RoundPlace(round=made.code, centre_id=centre.id))
    device = Device(
        id=f"DEVICE{name}".upper(),
        counter_id=counter.id,
        name="Máy 1",
        key={},
        about="",
        enrolled_at=clock(),
        enrolled_by="command",
    )
    kept = KeptForReview(
        key=uuid4(), hash="", body="{}", reason="test", day=made.opens, counter_id=counter.id
    )
    answer = Response(
        id=uuid4(), round=made.code, version="one-stop-ward@1", day=date(2026, 7, 10),
        counter_id=counter.id, mode="kiosk", assisted=False, language="vi", answers={},
    )  # fmt: skip
    publish(session, load("one-stop-ward@1"), by="command", now=clock())
    brought = ServedImport(
        at=clock(), by="command", file_name="", rows=1,
        before=[[made.code, counter.id, "2026-07-10", {}, [0, 0]]],
    )  # fmt: skip
    session.add_all([device, kept, answer, brought])
    session.flush()
    session.add(CounterCode(code=f"CODE{name}".upper(), counter_id=counter.id, made_on=made.opens))
    return {
        "agency": agency.code,
        "centre": centre.code,
        "counter": counter.code,
        "round": made.code,
        "area": str(area_id),
        "device": device.id,
        "kept": str(kept.key),
        "served": str(brought.id),
        **feedback_in(session, name, area_id),
    }


def feedback_in(session: Session, name: str, area_id: int) -> dict[str, str]:
    """The same of feedback."""
    sent = Incoming(
        form_id=uuid4(), kind="report", words=f"Phản ánh về {name}", area_id=area_id,
        channel="web", language="vi",
    )  # fmt: skip
    words = Written("Mẫu", "refuse", "Lý do: [lý do]", "vi")
    template = add(session, words, unit_id=area_id, shipped=None, by="command", now=clock())
    case = receive(session, sent, now=clock() - timedelta(days=3))
    pictures.put(session, case.id, Picture(b"", 1, 1), now=clock())
    return {
        "case": str(case.id),
        "day": str(unit_day(session, area_id).id),
        "deadline": str(deadline_rule(session, area_id).id),
        "template": str(template.id),
        "answered": str(answered_case(session, area_id).id),
        "privacy": str(privacy_request(session, area_id).id),
    }


def deadline_rule(session: Session, area_id: int) -> DeadlineRule:
    """A unit answers faster from some day on."""
    rule = DeadlineRule(
        unit_id=area_id, stage="answer", amount=7, counted="days", source="QĐ 1/QĐ-UBND",
        valid_from=local_day(clock()) + timedelta(days=9),
    )  # fmt: skip
    return add_rule(session, rule, by="command", now=clock())


def unit_day(session: Session, area_id: int) -> UnitDay:
    """A unit does not work on some day."""
    day = UnitDay(
        unit_id=area_id, day=local_day(clock()) + timedelta(days=9), name="Lễ hội",
        reason="TB 1/TB-UBND",
    )  # fmt: skip
    make(session, Change(area_id, added=(day,)), by="command", now=clock())
    return day


def privacy_request(session: Session, area_id: int) -> PrivacyRequest:
    """Somebody wants to see what is kept of them."""
    asked = requests.Asked("see", "phone", "shown", area_id)
    return requests.receive(session, asked, by="command", now=clock())


def answered_case(session: Session, area_id: int) -> Case:
    """Feedback about an area, answered long enough ago for its unit to see it."""
    then = clock() - timedelta(days=9)
    sent = Incoming(
        form_id=uuid4(), kind="report", words="Chờ lâu.", area_id=area_id, channel="web",
        language="vi",
    )  # fmt: skip
    case = receive(session, sent, now=then)
    for act, who, by in (
        ("accept", "officer", 1),
        ("draft", "officer", 1),
        ("release", "second", 2),
    ):
        words = {"words": "Đã mở thêm quầy.", "role": "reply"} if act == "draft" else {}
        do(session, case, Act(act, f"staff:{by}", who, **words), now=then)
    return case


@dataclass
class House:
    """A running application with people of every role and objects in two communes."""

    app: Flask
    database: Database
    province: Province
    hung: dict[str, str]
    son: dict[str, str]
    staff: dict[tuple[str, str], Staff]  # role and where: everywhere, province, hung

    def routes(self) -> list[Route]:
        return [
            route
            for route in self.app.url_map.iter_rules()
            if route.rule.startswith("/desk") and route.endpoint != "static"
        ]

    def calls(self, endpoint: str, names: dict[str, str] | None) -> Iterator[tuple[str, str]]:
        """Method and address of each way to call an endpoint; names None: of a missing object."""
        row, adapter = ROWS[endpoint], self.app.url_map.bind("localhost")
        for route in self.app.url_map.iter_rules(endpoint):
            values = {name: missing(route, name) for name in route.arguments}
            if names is not None:
                given = (pair.split("=") for pair in row["object"].split())
                values.update({name: value.format(**names) for name, value in given})
            for method in sorted((route.methods or set()) - {"HEAD", "OPTIONS"}):
                yield method, adapter.build(endpoint, typed(values), method=method)

    def call(
        self, method: str, path: str, staff: Staff | None, *, token: bool = True
    ) -> TestResponse:
        browser = Desk(self.app, self.database)
        headers = {}
        if staff is not None:
            browser.enter(staff)
        with browser.client.session_transaction("/desk/") as cookie:
            cookie["csrf_token"] = "raw"
        if token and method not in SAFE:
            signer = URLSafeTimedSerializer(self.app.secret_key, salt="wtf-csrf-token")
            headers["X-CSRFToken"] = signer.dumps("raw")
        return browser.client.open(path, method=method, headers=headers)


def missing(route: Route, name: str) -> str:
    """What may stand in an address for `name`, and is the name of nothing."""
    converter = route._converters[name]
    if isinstance(converter, AnyConverter):
        return sorted(converter.items)[0]
    return "999999" if isinstance(converter, IntegerConverter) else "no-such"


def typed(values: dict[str, str]) -> dict[str, str | int]:
    return {name: int(value) if value.isdigit() else value for name, value in values.items()}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("house")
    chosen = Settings(f"sqlite:///{folder / 'sipas.db'}", folder, folder / "secret")
    app = create_app(chosen)
    database = app.extensions["sipas.database"]
    upgrade(database)
    with database.write() as session:
        set_site_value(session, "simulated", "yes")
        place = small_province(session)
        hung = objects_in(session, "hung", place.hung)
        son = objects_in(session, "son", place.son)
        where = {"everywhere": None, "province": place.new, "hung": place.hung}
        staff = {
            (role, name): person(session, f"{role}.{name}", (role, area_id), now=clock())
            for role in ROLES
            for name, area_id in where.items()
        }
        staff["nothing", "nowhere"] = person(session, "no.grant", now=clock())
    yield House(app, database, place, hung, son, staff)
    database.close()


def test_every_desk_route_has_one_rule_and_one_row(house):
    for route in house.routes():
        rule = getattr(house.app.view_functions[route.endpoint], RULE, None)
        assert route.endpoint in ROWS, f"{route.endpoint} ({route.rule}) has no row in {TABLE.name}"
        row = ROWS[route.endpoint]
        if route.endpoint in OPEN:
            assert (rule, row["scope"]) == (None, "open")
            continue
        assert rule is not None, f"{route.endpoint} has no rule: put @allowed on its view"
        scope = {anywhere: "anywhere", installation: "installation"}.get(rule.scope, "object")
        assert (row["permission"], row["scope"]) == (rule.permission, scope), route.endpoint


def test_every_row_is_of_a_route_and_the_open_pages_are_these_three(house):
    assert set(ROWS) == {route.endpoint for route in house.routes()}
    assert {"staff.sign_in", "staff.code", "staff.reset"} == OPEN


def test_only_ones_own_account_opens_before_the_password_is_ones_own(house):
    rules = {e: getattr(house.app.view_functions[e], RULE) for e in GUARDED}
    unready = {endpoint for endpoint, rule in rules.items() if rule.unready}
    assert unready == {
        "staff.account",
        "staff.own_sessions",
        "staff.password",
        "staff.sign_out",
        "staff.totp",
        "staff.totp_off",
    }
    assert all(rules[endpoint].permission == OWN for endpoint in unready)


@pytest.mark.parametrize("endpoint", GUARDED)
def test_who_is_not_signed_in_is_sent_to_the_door(house, endpoint):
    for method, path in house.calls(endpoint, house.hung):
        answer = house.call(method, path, None)
        assert answer.status_code == 302 and answer.location.startswith("/desk/sign-in")


@pytest.mark.parametrize("endpoint", GUARDED)
def test_a_role_opens_what_its_permission_says_and_nothing_else(house, endpoint):
    permission, scope = ROWS[endpoint]["permission"], ROWS[endpoint]["scope"]
    for method, path in house.calls(endpoint, None):
        for (role, where), staff in house.staff.items():
            if where == "province":
                continue
            answer = house.call(method, path, staff)
            may = permission == OWN or role in PERMISSIONS[permission]
            if scope == "installation":
                may = may and where == "everywhere"
            told = f"{role} ({where}) at {method} {path}: {answer.status_code}"
            assert (answer.status_code != 403) == may, told
            assert answer.status_code < 500, told


@pytest.mark.parametrize("endpoint", OF_A_UNIT)
def test_ones_own_unit_is_reached_and_a_neighbours_is_not_there(house, endpoint):
    roles = PERMISSIONS[ROWS[endpoint]["permission"]]
    for role in sorted(roles):
        for method, path in house.calls(endpoint, house.son):
            answer = house.call(method, path, house.staff[role, "hung"])
            assert answer.status_code == 404, f"{role} at a neighbour's {method} {path}"
        for where in ("province", "hung"):
            for method, path in house.calls(endpoint, house.hung):
                answer = house.call(method, path, house.staff[role, where])
                told = f"{role} ({where}) at {method} {path}: {answer.status_code}"
                assert answer.status_code not in (403, 404), told
                assert answer.status_code < 500, told


@pytest.mark.parametrize("endpoint", ROWS)
def test_nothing_is_changed_by_a_form_without_its_token(house, endpoint):
    role = next(iter(sorted(PERMISSIONS[ROWS[endpoint]["permission"] or OWN])))
    staff = None if endpoint in OPEN else house.staff[role, "everywhere"]
    for method, path in house.calls(endpoint, house.hung):
        if method not in SAFE and endpoint not in ("staff.code", "staff.reset"):
            answer = house.call(method, path, staff, token=False)
            assert answer.status_code == 400, f"{method} {path}"


def test_no_view_is_exempt_from_tokens(house):
    protection = house.app.extensions["csrf"]
    assert (protection._exempt_views, protection._exempt_blueprints) == (set(), set())
