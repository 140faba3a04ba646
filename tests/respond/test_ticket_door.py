"""A queue system asks for tickets for its receipts; each is used once, by whoever holds it."""

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner

from survey.calendar import local_day
from survey.cli import cli
from survey.fieldwork.batches import MOST
from survey.fieldwork.devices.tables import Device
from survey.fieldwork.tables import Round
from survey.fieldwork.ticket_tables import Ticket
from survey.respond import ticket_door
from survey.respond.tables import Intake
from survey.respond.ticket_door import tickets_token
from survey.staff.tables import AuditEvent
from survey.units.places import counter_by_code
from tests.fieldwork.places import JULY
from tests.respond.citizen import ROUND, Citizen, prepared
from tests.respond.kiosk import Kiosk

PATH = "/api/v1/tickets"
TODAY = local_day(JULY)


@pytest.fixture
def house(app, kept, at, monkeypatch):
    monkeypatch.setattr(ticket_door, "clock", at)
    prepared(kept, modes=("kiosk", "mobile", "ticket"))
    return app


@pytest.fixture
def queue(house, client, kept):
    """queue(**body) asks as the queue system does."""

    def ask(*, token=None, **body):
        given = tickets_token(kept.settings) if token is None else token
        headers = {"Authorization": f"Bearer {given}"}
        return client.post(PATH, json={"counter": "dong-hoi-1", **body}, headers=headers)

    return ask


def test_a_receipt_has_a_code_that_is_answered_once(queue, house, stored):
    answer = queue()
    assert (answer.status_code, answer.headers["Cache-Control"]) == (201, "no-store")
    told = answer.json
    assert (told["round"], told["counter"], told["field"]) == (ROUND, "dong-hoi-1", "ho-tich")
    assert (told["day"], told["until"]) == (str(TODAY), str(TODAY + timedelta(days=14)))
    [ticket] = told["tickets"]
    assert ticket["address"].endswith("/i/" + ticket["code"].replace("-", ""))
    citizen = Citizen(house)
    citizen.reach_comment("/i/" + ticket["code"])
    assert citizen.press().status_code == 303
    [row] = stored(Intake)
    assert (row["mode"], row["field"]) == ("ticket", "ho-tich")
    assert citizen.client.get("/i/" + ticket["code"]).status_code == 410


def test_several_at_once_for_another_day(queue, stored):
    day = TODAY + timedelta(days=3)
    told = queue(n=3, day=str(day), field="ho-tich", round=ROUND).json
    assert len({one["code"] for one in told["tickets"]}) == 3
    assert [row["day"] for row in stored(Ticket)] == [day] * 3
    assert [row["act"] for row in stored(AuditEvent)][-1] == "ticket.make"


def test_a_device_of_the_counter_makes_them_for_its_own_counter_alone(house, kept, at, stored):
    kiosk = Kiosk(house, kept, at)
    kiosk.enrol()
    sent = json.dumps({"counter": "dong-hoi-1"}).encode()
    assert kiosk.post(PATH, sent).status_code == 201
    assert stored(AuditEvent)[-1]["actor"] == f"device:{kiosk.id}"
    other = json.dumps({"counter": "dong-hoi-2"}).encode()
    assert kiosk.post(PATH, other).status_code == 422
    assert kiosk.post(PATH, sent, **{"Sipas-Signature": "AAAA"}).status_code == 401
    with kept.write() as session:
        session.get_one(Device, kiosk.id).revoked_at = at.now
    answer = kiosk.post(PATH, sent)
    assert (answer.status_code, answer.json["reason"]) == (403, "revoked")
    assert len(stored(Ticket)) == 1


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"token": ""}, 401),
        ({"token": "d" * 64}, 401),
        ({"counter": "nowhere"}, 422),
        ({"counter": 5}, 422),
        ({"field": "nothing"}, 422),
        ({"n": 0}, 422),
        ({"n": 101}, 422),
        ({"n": "1"}, 422),
        ({"day": "2026-07-09"}, 422),
        ({"day": "2026-09-09"}, 422),
        ({"day": "tomorrow"}, 422),
        ({"round": "nowhere"}, 404),
    ],
)
def test_what_cannot_be_is_refused_and_makes_nothing(queue, stored, changes, status):
    assert queue(**changes).status_code == status
    assert stored(Ticket) == []


def test_a_program_is_told_what_is_wrong(queue):
    assert queue(counter="nowhere").json["detail"] == "counter: there is no counter nowhere"
    assert "Not a valid integer" in queue(n="1").json["detail"]
    assert "2026-07-10" in queue(day="2026-07-09").json["detail"]


def test_a_round_without_tickets_gives_none(queue, kept, stored):
    with kept.write() as session:
        session.get_one(Round, ROUND).modes = ["kiosk"]
    assert (queue().status_code, queue(round=ROUND).status_code) == (409, 409)
    assert stored(Ticket) == []


def test_a_counters_day_has_an_end_of_tickets(queue, kept):
    with kept.write() as session:
        counter = counter_by_code(session, "dong-hoi-1").id
        session.add_all(
            Ticket(hash=f"{n:064d}", kind="ticket", round=ROUND, counter_id=counter, day=TODAY,
                   expires_on=TODAY)
            for n in range(MOST - 2)
        )  # fmt: skip
    assert queue(n=2).status_code == 201
    answer = queue()
    assert (answer.status_code, answer.json["reason"]) == (409, "too-many-tickets")


def test_the_token_is_printed_by_a_command(kept, monkeypatch):
    monkeypatch.setenv("SIPAS_DATABASE", kept.settings.database)
    monkeypatch.setenv("SIPAS_SECRET_FILE", str(kept.settings.secret_file))
    told = CliRunner().invoke(cli, ["site", "tickets-token"]).output
    assert told.strip() == tickets_token(kept.settings)
