"""Tickets and invitations: opened as often as one likes, used once, joined to no answer."""

import csv
from datetime import timedelta
from random import Random

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text

from survey.app import create_app
from survey.calendar import local_day
from survey.cli import cli
from survey.crypto import random_code
from survey.fieldwork.tables import Cell
from survey.fieldwork.ticket_tables import Ticket
from survey.fieldwork.tickets import make_invitations, make_tickets, spoken, withdraw
from survey.guesses import MISSES
from survey.respond.health import meters
from survey.respond.release import erase_traces, release
from survey.respond.tables import Intake, KeptForReview, Receipt, Response
from tests.fieldwork.places import JULY
from tests.respond.citizen import ROUND, Citizen, prepared

MODES = ("ticket", "web", "mobile")


@pytest.fixture
def database(app, at):
    found = app.extensions["sipas.database"]
    prepared(found, modes=MODES)
    return found


@pytest.fixture
def codes(database):
    """Twelve tickets of the first counter, whose field is civil status."""
    with database.write() as session:
        return make_tickets(
            session, database.settings, ROUND, counter="dong-hoi-1", n=12, day=local_day(JULY),
            by="command", now=JULY,
        )  # fmt: skip


def rows(database, table):
    with database.read() as session:
        return list(session.scalars(select(table)))


def answer(app, code, **more):
    """Somebody answers everything; the answer to the last press."""
    citizen = Citizen(app)
    citizen.reach_comment(f"/i/{code}", **more)
    return citizen, citizen.press()


def test_a_ticket_is_answered_once_with_its_counter_and_field(app, database, codes):
    _, sent = answer(app, codes[0])
    assert sent.status_code == 303
    (stored,) = rows(database, Intake)
    assert (stored.mode, stored.field, stored.cell_id) == ("ticket", "ho-tich", None)
    used = [row for row in rows(database, Ticket) if row.used_on]
    assert [(row.used_on, row.counter_id) for row in used] == [(local_day(JULY), stored.counter_id)]
    again = app.test_client().get(f"/i/{codes[0]}")
    assert again.status_code == 410 and "đã được sử dụng" in again.text


def test_two_people_who_hold_one_code_give_one_answer(app, database, codes):
    first, second = Citizen(app), Citizen(app)
    for citizen in (first, second):
        citizen.reach_comment(f"/i/{codes[0]}")
    assert first.press().status_code == 303
    assert second.press().status_code == 410
    assert (len(rows(database, Intake)), len(rows(database, Receipt))) == (1, 1)


def test_the_last_page_sent_twice_is_thanked_twice(app, database, codes):
    citizen = Citizen(app)
    citizen.reach_comment(f"/i/{codes[0]}")
    body = citizen.filled()
    assert [citizen.send(body).status_code for _ in range(2)] == [303, 303]
    assert len(rows(database, Intake)) == 1


def test_fifty_scanners_change_no_row(app, database, codes):
    client = app.test_client()
    with database.engine.connect() as connection:
        before = connection.exec_driver_sql("PRAGMA data_version").scalar()
        for number in range(50):
            ask = client.head if number % 2 else client.get
            assert ask(f"/i/{codes[0]}").status_code == 200
        assert connection.exec_driver_sql("PRAGMA data_version").scalar() == before
    assert not any(row.used_on for row in rows(database, Ticket))


def test_codes_are_read_as_people_type_them(app, codes):
    assert app.test_client().get(f"/i/{spoken(codes[0]).lower()}").status_code == 200


def test_unknown_expired_and_withdrawn_codes_explain_themselves(app, at, database, codes):
    client = app.test_client()
    assert client.get(f"/i/{random_code(12)}").status_code == 404
    assert client.get("/i/short").status_code == 404
    with database.write() as session:
        withdraw(session, database.settings, codes[1], by="command", now=JULY)
    told = client.get(f"/i/{codes[1]}")
    assert told.status_code == 410 and "được thay" in told.text
    at.now = JULY + timedelta(days=15)
    told = client.get(f"/i/{codes[2]}")
    assert told.status_code == 410 and "hết thời hạn" in told.text


def test_while_somebody_guesses_right_codes_open_and_wrong_ones_must_wait(app, at, codes):
    client = app.test_client()
    with app.app_context():
        counter = meters().unknown_tickets
    before = counter._value.get()
    told = [client.get(f"/i/{random_code(12)}").status_code for _ in range(MISSES + 5)]
    assert told == [404] * MISSES + [429] * 5
    refused = client.get(f"/i/{random_code(12)}")
    assert refused.headers["Retry-After"] == "60" and "mã đúng sẽ mở ngay" in refused.text
    assert counter._value.get() - before == MISSES + 6
    assert client.get(f"/i/{codes[0]}").status_code == 200
    assert answer(app, codes[0])[1].status_code == 303
    assert client.get(f"/i/{codes[0]}").status_code == 410
    at.now = JULY + timedelta(seconds=61)
    assert client.get(f"/i/{random_code(12)}").status_code == 404


def test_the_mode_of_tickets_cannot_be_had_without_one(app, database, codes):
    """The stamp of a ticket's page, sent to the round's own address, or as a batch."""
    citizen = Citizen(app)
    citizen.reach_comment(f"/i/{codes[0]}")
    citizen.path = f"/r/{ROUND}"
    citizen.press()
    (kept,) = rows(database, KeptForReview)
    assert kept.reason.startswith("mode:") and rows(database, Intake) == []


def test_a_stamp_of_another_counter_does_not_go_with_a_ticket(app, database, codes):
    with database.write() as session:
        (other,) = make_tickets(
            session, database.settings, ROUND, counter="vinh-linh-1", n=1, day=local_day(JULY),
            field="dat-dai", by="command", now=JULY,
        )  # fmt: skip
    citizen = Citizen(app)
    citizen.reach_comment(f"/i/{codes[0]}")
    citizen.path = f"/i/{other}"
    assert citizen.press().status_code == 404
    assert rows(database, Intake) == []


def test_an_invitation_keeps_the_cell_of_its_sample(app, database):
    with database.write() as session:
        cell = Cell(round=ROUND, stratum="a", cluster1="1", cluster2=None, sizes=[[10, 2]])
        session.add(cell)
        session.flush()
        (code,) = make_invitations(
            session, database.settings, ROUND, cells=[(cell.id, 1)], by="command", now=JULY
        )
        wanted = cell.id
    _, sent = answer(app, code, field="ho-tich")
    assert sent.status_code == 303
    (stored,) = rows(database, Intake)
    assert (stored.mode, stored.cell_id) == ("web", wanted)


def test_codes_are_nowhere_in_the_database(database, codes):
    kept = b"".join(path.read_bytes() for path in database.settings.data.glob("sipas.db*"))
    assert not any(code.encode() in kept for code in codes)


def test_nothing_of_a_used_ticket_points_at_an_answer(app, database, codes):
    """Of six answers and their tickets the days are the same, and no other value is shared."""
    for code in codes[:6]:
        assert answer(app, code)[1].status_code == 303
    ids = {str(value) for row in rows(database, Intake) for value in (row.id, row.received_at)}
    with database.write() as session:
        told = release(session, now=JULY + timedelta(hours=9), rng=Random(1))
    assert told.responses == 6
    used = [row for row in rows(database, Ticket) if row.used_on]
    assert {(row.used_on, row.settled) for row in used} == {(local_day(JULY), True)}
    told = {str(value) for row in used for value in (row.hash, row.used_on)}
    ids |= {str(row.id) for row in rows(database, Response)}
    ids |= {row.hash for row in rows(database, Receipt)}
    assert not told & ids


def test_postgresqls_transactions_join_no_used_ticket_to_a_receipt(both, at):
    """Once released: a use was written again in the transaction of the release."""
    if both.is_sqlite:
        pytest.skip("SQLite keeps no transaction numbers in rows")
    prepared(both, modes=MODES)
    app = made_app(both)
    with both.write() as session:
        codes = make_tickets(
            session, both.settings, ROUND, counter="dong-hoi-1", n=6, day=local_day(JULY),
            by="command", now=JULY,
        )  # fmt: skip
    for code in codes:
        assert answer(app, code)[1].status_code == 303
    with both.write() as session:
        release(session, now=JULY + timedelta(hours=9), rng=Random(1))
    erase_traces(both)
    with both.read() as session:
        number = {
            table: set(session.scalars(text(f"SELECT xmin::text FROM {table}")))
            for table in ("ticket", "receipt")
        }
    app.extensions["sipas.database"].close()
    assert len(number["ticket"]) == 1 and number["ticket"].isdisjoint(number["receipt"])


def made_app(database):
    return create_app(database.settings)


def test_the_commands_write_codes_for_their_owner_alone(database, monkeypatch, tmp_path):
    monkeypatch.setattr("survey.cli.tickets.clock", lambda: JULY)
    monkeypatch.setenv("SIPAS_DATABASE", database.settings.database)
    monkeypatch.setenv("SIPAS_DATA", str(database.settings.data))
    monkeypatch.setenv("SIPAS_SECRET_FILE", str(database.settings.secret_file))
    out = tmp_path / "tickets.csv"
    words = ["ticket", "make", ROUND, "--counter", "dong-hoi-1", "--n", "3", "--out", str(out)]
    told = CliRunner().invoke(cli, [*words, "--url", "https://hoi.example/"])
    assert told.exit_code == 0, told.output
    assert out.stat().st_mode & 0o777 == 0o600
    with out.open(encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    assert [line["day"] for line in lines] == ["2026-07-10"] * 3
    assert lines[0]["address"].startswith("https://hoi.example/i/")
    assert CliRunner().invoke(cli, [*words, "--url", "https://x"]).exit_code == 2
    code = lines[0]["code"]
    assert CliRunner().invoke(cli, ["ticket", "withdraw", code]).exit_code == 0
