"""Another system sends feedback and asks how it stands, as GeoReport v2 says."""

import json
import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from survey.calendar import clock, local_day
from survey.cli import cli
from survey.feedback import contacts, texts
from survey.feedback.open311 import keys
from survey.feedback.open311.formats import written
from survey.feedback.public.published import publish
from survey.feedback.refs import ref
from survey.feedback.tables import Case, CaseContact, CaseText, Event
from tests.feedback.conftest import inbox_in
from tests.feedback.sender import Sender
from tests.feedback.test_cases import to_released


class System:
    """Another system with a key, and the inbox it sends to."""

    def __init__(self, app, database, *, area=None):
        self.client = app.test_client()
        self.app, self.database = app, database
        self.inbox = inbox_in(database)
        with database.write() as session:
            where = None if area is None else getattr(self.inbox.province, area)
            _key, self.key = keys.make(
                session, name="1022", area_id=where, by="command", now=clock()
            )

    def send(self, ending="json", headers=None, **changed):
        values = {
            "api_key": self.key, "service_code": "other", "address_id": "19000",
            "description": "Chờ lâu ở quầy 3.", "attribute[kind]": "report", **changed,
        }  # fmt: skip
        data = {name: value for name, value in values.items() if value is not None}
        return self.client.post(f"/open311/v2/requests.{ending}", data=data, headers=headers)

    def ask(self, path, **args):
        return self.client.get(f"/open311/v2/{path}", query_string=args)

    def count(self):
        with self.database.read() as session:
            return session.scalar(select(func.count()).select_from(Case))


@pytest.fixture
def system(app, kept):
    return System(app, kept)


def published(system, session, **changed):
    case = system.inbox.send(session, now=clock() - timedelta(days=3), **changed)
    to_released(system.inbox, session, case)
    publish(session, case, "Mở thêm quầy.", by="staff:1", now=clock())
    return case


def test_services_are_listed_and_defined_in_both_formats(system):
    (other,) = system.ask("services.json").json
    assert (other["service_code"], other["metadata"], other["type"]) == ("other", True, "batch")
    xml = system.ask("services.xml")
    assert xml.content_type == "text/xml; charset=utf-8"
    assert xml.data.startswith(b"<?xml version='1.0' encoding='utf-8'?>")
    root = ElementTree.fromstring(xml.data)
    assert (root.tag, root[0].tag, root[0].findtext("metadata")) == ("services", "service", "true")
    defined = system.ask("services/other.json").json
    kind, consent = defined["attributes"]
    assert [value["key"] for value in kind["values"]] == ["suggestion", "report", "petition"]
    assert (kind["required"], consent["required"]) == (True, False)
    values = ElementTree.fromstring(system.ask("services/other.xml").data).findall(".//value/key")
    assert [one.text for one in values] == ["suggestion", "report", "petition"]


def test_a_request_becomes_a_case_with_a_code_that_follows_it(system):
    sent = system.send()
    assert sent.status_code == 201
    (row,) = sent.json
    assert "service_request_id" not in row
    code = re.search(r"[0-9A-Z]{5}-[0-9A-Z]{6}-[0-9A-Z]{6}", row["service_notice"])[0]
    page = Sender(system.app).follow(code=code)
    assert page.status_code == 200 and "PA-000001" in page.text
    (known,) = system.ask(f"tokens/{row['token']}.json").json
    (told,) = system.ask(f"requests/{known['service_request_id']}.json").json
    assert (told["status"], told["description"], told["address_id"]) == ("open", None, "19000")
    with system.database.read() as session:
        case = session.scalars(select(Case)).one()
        assert (case.channel, case.anonymous, case.kind) == ("api", True, "report")
        event = session.scalars(select(Event)).first()
        assert event.actor == "key:1"
        assert texts.original(session, session.scalars(select(CaseText)).one()).startswith(
            "Chờ lâu"
        )


def test_the_same_request_sent_again_under_its_name_makes_no_second_case(system):
    named = {"Idempotency-Key": "1022-77"}
    first, again = (system.send(headers=named).json[0] for _ in range(2))
    assert first == again
    assert system.count() == 1
    system.send()
    assert system.count() == 2


@pytest.mark.parametrize(
    ("changed", "status", "word"),
    [
        ({"api_key": None}, 403, "api_key"),
        ({"api_key": "wrong"}, 403, "api_key"),
        ({"service_code": None}, 400, "service_code"),
        ({"service_code": "no-such"}, 404, "service_code"),
        ({"address_id": None, "lat": "16.8", "long": "107.1"}, 400, "address_id"),
        ({"address_id": "99999"}, 400, "address_id"),
        ({"description": " \u200b "}, 400, "description"),
        ({"description": "a" * 4001}, 400, "description"),
        ({"attribute[kind]": None}, 400, "attribute[kind]"),
        ({"attribute[kind]": "denunciation"}, 400, "attribute[kind]"),
        ({"phone": "0912 345 678"}, 400, "attribute[consent]"),
        ({"phone": "12", "attribute[consent]": "2026-01"}, 400, "phone"),
        ({"email": "nobody", "attribute[consent]": "2026-01"}, 400, "email"),
        ({"media_url": "http://169.254.169.254/"}, 400, "media_url"),
        ({"jurisdiction_id": "city.gov"}, 404, "jurisdiction_id"),
    ],
)
def test_what_cannot_be_taken_is_told_as_the_specification_says(system, changed, status, word):
    answer = system.send(**changed)
    ((error),) = answer.json
    assert (answer.status_code, error["code"]) == (status, status)
    assert word in error["description"]
    xml = system.send("xml", **changed)
    root = ElementTree.fromstring(xml.data)
    assert (xml.status_code, root.tag, root[0].findtext("code")) == (status, "errors", str(status))
    assert system.count() == 0


def test_a_contact_is_kept_with_the_consent_that_was_named(system):
    with system.database.read():
        agreed = contacts.consent("vi", organiser="", contact="", day=local_day(clock())).version
    who = {"last_name": "Nguyễn", "first_name": "Thị Lan", "phone": "0912 345 678"}
    sent = system.send(**who, **{"attribute[consent]": agreed})
    assert sent.status_code == 201
    with system.database.read() as session:
        row = session.scalars(select(CaseContact)).one()
        assert contacts.contact_of(session, row.case_id).name == "Nguyễn Thị Lan"
        assert session.scalars(select(Case)).one().anonymous is False


def test_a_key_of_one_commune_sends_and_asks_for_that_one_only(app, kept):
    system = System(app, kept, area="hung")
    assert system.send(address_id=None).status_code == 201
    assert system.send(address_id="19001").status_code == 400
    with kept.write() as session:
        old = clock() - timedelta(days=2)
        for area in (system.inbox.province.hung, system.inbox.province.son):
            system.inbox.send(session, area_id=area, now=old)
    told = system.ask("requests.json", api_key=system.key).json
    assert [one["address_id"] for one in told] == ["19000"]
    assert [one["description"] for one in told] == [None]
    assert system.ask("requests.json", api_key="wrong").status_code == 403


def test_without_a_key_only_what_is_published_is_told_and_as_it_is_shown(system):
    with system.database.write() as session:
        case = published(system, session, words="Bà Canary chờ lâu.")
        session.scalars(
            select(CaseText).where(CaseText.role == "original")
        ).one().shown = "Bà [tên] chờ lâu."
        system.inbox.send(session, now=clock() - timedelta(days=2))
        known = ref(session, case.id)
    (told,) = system.ask("requests.json").json
    assert told["service_request_id"] == known
    assert (told["status"], told["description"]) == ("closed", "Bà [tên] chờ lâu.")
    assert (told["status_notes"], told["service_notice"]) == (
        "Hồ sơ đã trả ngày 10.",
        "Mở thêm quầy.",
    )
    assert told["requested_datetime"].endswith("T00:00:00+07:00")
    assert told["media_url"] is told["zipcode"] is None
    root = ElementTree.fromstring(system.ask("requests.xml").data)
    assert root.find("request/description").text == "Bà [tên] chờ lâu."


def test_requests_are_chosen_by_id_status_service_and_day_a_page_at_a_time(system):
    now = clock()
    with system.database.write() as session:
        made = [
            system.inbox.send(session, now=now - timedelta(days=days)) for days in (1, 2, 40, 100)
        ]
        system.inbox.act(session, made[0], "refuse")
        ids = [ref(session, case.id) for case in made]

    def told(**args):
        answer = system.ask("requests.json", api_key=system.key, **args)
        assert answer.status_code == 200, answer.text
        return [ids.index(row["service_request_id"]) for row in answer.json]

    assert told() == [0, 1, 2]
    assert told(status="closed") == [0]
    assert told(status="open,closed") == [0, 1, 2]
    assert told(service_code="other") == [0, 1, 2] and told(service_code="dat-dai") == []
    assert told(service_request_id=f"{ids[3]},{ids[0]},abc") == [0, 3]
    assert told(page=2, page_size=2) == [2]
    assert told(end_date=(now - timedelta(days=50)).isoformat()) == [3]
    start = (now - timedelta(days=45)).isoformat()
    assert told(start_date=start, end_date=(now - timedelta(days=30)).isoformat()) == [2]


@pytest.mark.parametrize(
    "args",
    [
        {"status": "new"}, {"page": "0"}, {"page_size": "1001"}, {"page": "x"},
        {"start_date": "yesterday"}, {"start_date": "2026-01-01T00:00:00"},
        {"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-06-01T00:00:00Z"},
        {"end_date": "0001-01-01T00:00:00Z"}, {"start_date": "9999-12-31T23:00:00Z"},
    ],
)  # fmt: skip
def test_arguments_that_cannot_be_read_are_told(system, args):
    answer = system.ask("requests.json", **args)
    assert (answer.status_code, answer.json[0]["code"]) == (400, 400)


def test_ids_that_are_made_up_lead_nowhere(system):
    system.send()
    for path in ("requests/1", "requests/PA-000001", "tokens/1", "services/no-such"):
        for ending in ("json", "xml"):
            assert system.ask(f"{path}.{ending}").status_code == 404
    with system.database.read() as session:
        assert system.ask(f"tokens/{ref(session, 1)}.json").status_code == 404


def test_the_jurisdiction_is_this_installations(system):
    assert system.ask("services.json", jurisdiction_id="44").status_code == 200
    assert system.ask("services.json", jurisdiction_id="localhost").status_code == 200
    assert system.ask("services.json", jurisdiction_id="sfgov.org").status_code == 404


def test_xml_says_whatever_was_written_and_nothing_breaks_out_of_it():
    nasty = "<b>&\"'</description>]]> \x00\x0b\ud7ff\ufffe 😀 ok"
    body = written("service_requests", [{"description": nasty, "lat": None}], "xml")
    told = ElementTree.fromstring(body).findtext("request/description")
    assert told == nasty.replace("\x00", "\ufffd").replace("\x0b", "\ufffd").replace(
        "\ufffe", "\ufffd"
    )
    assert (
        json.loads(written("errors", [{"description": nasty}], "json"))[0]["description"] == nasty
    )


def test_very_much_at_once_is_told_to_come_again(system):
    answers = [system.send() for _ in range(21)]
    assert [answer.status_code for answer in answers] == [201] * 20 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_a_key_is_made_listed_and_ended_by_commands(system, monkeypatch):
    chosen = system.database.settings
    for name, value in (
        ("SIPAS_DATABASE", chosen.database),
        ("SIPAS_DATA", str(chosen.data)),
        ("SIPAS_SECRET_FILE", str(chosen.secret_file)),
    ):
        monkeypatch.setenv(name, value)
    run = CliRunner().invoke
    made = run(cli, ["feedback", "key", "make", "Tổng đài", "--unit", "19001"])
    secret = made.stdout.strip().splitlines()[-1]
    assert system.send(api_key=secret, address_id=None).status_code == 201
    listed = run(cli, ["feedback", "key", "list"]).output
    assert "Xã Sông Son" in listed and secret not in listed
    assert run(cli, ["feedback", "key", "end", "2"]).exit_code == 0
    assert system.send(api_key=secret, address_id=None).status_code == 403
    assert run(cli, ["feedback", "key", "make", "x", "--unit", "1"]).exit_code == 1
